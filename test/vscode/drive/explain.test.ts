import { strict as assert } from "node:assert";
import type { PanelView } from "../panel";
import { folderOf, openInspector, running } from "../training";
import { eventually, type Workbench } from "../workbench";

const source = `import { noGrad, tensor } from "backstep";

const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });

for (let epoch = 0; epoch < 20; epoch++) {
  const yPred = w.mul(x);
  const loss = yPred.sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
`;

describe("explanations in real VS Code", () => {
  let bench: Workbench;
  let panel: PanelView;
  const folder = folderOf({ "train.ts": source });

  before(async () => {
    ({ bench, panel } = await running(folder));
    await panel.press("ArrowDown");
    await panel.stands(/step 9 \/ 12/);
    await openInspector(panel);
  });

  /** Waits until a part of the Explain tab says so; formulas without the spaces between their signs. */
  const says = (selector: string, pattern: RegExp): Promise<string> =>
    eventually(`${selector} says ${String(pattern)}`, async () => {
      const all = await panel.frame.locator(selector).allTextContents();
      return all.map((text) => text.replace(/\s+/g, " ").trim()).find((text) => pattern.test(text));
    });

  it("say where −30 comes from, with its terms", async () => {
    await says(".why h3", /^Why is ∂L\/∂w=−30 \?$/);
    await says(".why > .line", /^∂L∂w=∑i∂L∂yPredi·xi$/);
    await says(".why > .line", /^=−1·1\+−2·2\+−3·3\+−4·4=−30$/);
    await says(
      ".why > .note",
      /^If w grows a little, loss falls by 30 times that\. To bring loss down, w should grow\.$/,
    );
    await says(".why > .note", /^w was used for all 4 elements of yPred/);
    await bench.screenshot("explain");
  });

  it("go on towards the loss when they are asked, by keyboard", async () => {
    const ask = panel.frame.locator("button.ask");
    assert.equal(await ask.innerText(), "Where does −1 come from?");
    await ask.focus();
    await bench.press("Enter");
    await says(".way li .line", /^∂L\/∂yPred0=∂L\/∂sub=−1$/);
    await eventually("the next question has the focus", () => ask.evaluate((each) => each === document.activeElement));
    await bench.press("Enter");
    await says(".way li .line", /^∂L\/∂sub0=0\.25·2·\(−2\)=−1$/);
    await bench.screenshot("explain-links");
  });

  it("lead to the node that a number comes from", async () => {
    await panel.frame.locator(".why > .line button", { hasText: "−2" }).first().click();
    await says(".about h2", /^yPred$/);
    await says(".why h3", /^Why is ∂L\/∂yPred1=−2 \?$/);
  });

  it("are in the hover over the variable too, as plain text", async () => {
    const hovered = await eventually(
      "a hover that explains",
      async () => {
        const text = await bench.hover("w", 1);
        return /∂L\/∂w = Σᵢ/.test(text) && text;
      },
      40_000,
    );
    assert.match(hovered, /∂L\/∂w = Σᵢ ∂L\/∂yPredᵢ · xᵢ = −1 · 1 \+ −2 · 2 \+ −3 · 3 \+ −4 · 4 = −30/);
    assert.match(hovered, /If w grows a little, loss falls by 30 times that\./);
    await bench.screenshot("explain-hover");
  });
});
