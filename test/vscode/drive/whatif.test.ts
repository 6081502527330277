import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PanelView } from "../panel";
import { folderOf, openInspector, running, training } from "../training";
import { eventually, type Workbench } from "../workbench";

describe("re-runs in real VS Code", () => {
  let bench: Workbench;
  let panel: PanelView;
  const byHand = readFileSync(resolve(__dirname, "../../../examples/hand-written-gradient.ts"), "utf8");
  const folder = folderOf({ "train.ts": training, "byhand.ts": byHand });

  before(async () => {
    ({ bench, panel } = await running(folder));
  });

  /** What if the rate were ten times as high? */
  const tryRate = async (): Promise<void> => {
    await bench.openFile("train.ts");
    await bench.caret(5, 14);
    await bench.command("Backstep: What if…");
    await eventually("it asks for the number", async () => /rate = 0\.01/.test((await bench.quickInput()).title));
    await bench.page.locator(".quick-input-widget input").first().fill("0.1");
    await bench.press("Enter");
    panel = await PanelView.of(bench, /what if rate = 0\.1/);
  };
  it("nudges a leaf from the inspector", async () => {
    await openInspector(panel);
    await panel.click("w");
    await panel.frame.locator(".nudge vscode-button").click();
    const section = panel.frame.locator(".nudge .change");
    await eventually("the nudge came back", async () => (await section.count()) > 0);
    assert.equal(await section.innerText(), "w + 0.01 → loss 29.7007");
  });

  it("takes another number of the caret's line, and shows that run beside the original", async () => {
    await tryRate();
    await panel.frame.locator(".strip a").waitFor();
    assert.match(await panel.frame.locator(".strip .says").innerText(), /run 1 · train\.ts/);
    assert.match(
      await panel.frame.locator(".strip a").innerText(),
      /^epoch 0, step \d+: w is 3\.0000 here and 0\.3000 there/,
    );
    assert.equal(readFileSync(join(folder, "train.ts"), "utf8"), training);
    assert.equal((await bench.documents())[join(folder, "train.ts")], training);
    await bench.screenshot("what-if");
  });

  it("runs what was tried again with its change, beside the same original", async () => {
    await panel.frame.locator("[aria-label='Run again: what if rate = 0.1, as it was recorded']").first().click();
    await eventually("it is another run", async () =>
      /^run 3 /.test(await panel.frame.locator("header .info").innerText()),
    );
    await panel.frame.locator(".strip a").waitFor();
    assert.match(
      await panel.frame.locator(".strip .says").innerText(),
      /run 1 · train\.ts[^]*w is 3\.0000 here and 0\.3000 there/,
    );
    assert.match(await panel.frame.locator("header.head").innerText(), /what if rate = 0\.1/);
  });

  it("goes where they part, and stops comparing", async () => {
    await panel.frame.locator(".strip a").click();
    await panel.stands(/step 1\d \/ 12/);
    await panel.frame.locator(".strip [aria-label='Stop comparing']").first().click();
    await eventually("the strip is gone", async () => !(await panel.frame.locator(".strip").isVisible()));
  });

  it("compares with a run that one picks", async () => {
    await bench.command("Backstep: Compare with…");
    await bench.pick("train.ts");
    await panel.frame.locator(".strip a").waitFor();
    await bench.screenshot("compare");
  });

  it("swaps the two: the other is walked through, beside this one", async () => {
    await panel.frame.locator(".strip [aria-label^=Swap]").first().click();
    panel = await PanelView.of(bench, /train\.ts/);
    await panel.frame.locator(".strip .with", { hasText: "what if rate = 0.1" }).waitFor();
    await panel.frame.locator(".strip .sample").waitFor({ state: "detached" });
  });

  it("finds in the background that a gradient by hand is fourfold", async () => {
    await bench.openFile("byhand.ts");
    await bench.command("Backstep: Run gradient descent");
    panel = await PanelView.of(bench, /byhand\.ts/);
    await panel.frame.locator("header .found").click();
    await panel.frame.locator("#view-checks").getByText("dw is 4 × ∂l/∂w").first().waitFor();
    await bench.screenshot("hand-written-gradient");
  });

  it("draws it together with autograd's run: what only one of them has, is marked", async () => {
    await bench.command("Backstep: Compare with…");
    await bench.pick("train.ts");
    const samples = panel.frame.locator(".strip .sample");
    await samples.first().waitFor();
    assert.deepEqual(await samples.allInnerTexts(), ["4 only here"]);
    await eventually("they are marked", async () => {
      const marked = (await panel.nodes()).filter((text) => text.endsWith("only here"));
      return marked.map((text) => text.split(/[ ,(]/)[0]).join() === "mul,sub,dot,mean";
    });
    await bench.screenshot("compare-by-hand");
  });

  it("knows after the window was reloaded what it changed: re-runs of it agree with its recording", async () => {
    await bench.openFile("train.ts");
    await bench.command("Backstep: Run gradient descent");
    await PanelView.of(bench, /train\.ts/);
    await tryRate();
    await panel.press("PageDown");
    const there = await panel.epoch();
    // Where the cursor is, is written a moment after the last move.
    await new Promise((later) => setTimeout(later, 1500));
    await bench.reload();
    panel = await PanelView.of(bench, /what if rate = 0\.1/, 40_000);
    assert.equal(await panel.epoch(), there);
    await openInspector(panel);
    await panel.node("w");
    await panel.click("w");
    await panel.frame.locator(".nudge vscode-button").click();
    const section = panel.frame.locator(".nudge .change");
    await section.waitFor();
    // With the rate of the file w would be 0.3 here, and the loss 21.6 instead of 7.5.
    assert.match(await section.innerText(), /^w \+ 0\.01 → loss 7\.6/);
  });
});
