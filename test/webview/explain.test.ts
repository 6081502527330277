import { deepEqual, equal, match } from "node:assert/strict";
import { mkdirSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import type { Session } from "../../src/session/session";
import { launchChromium } from "../support/chromium";
import { axed } from "./axed";
import { closeLayouts, example, type Hosted, openRun, ran, type RunOptions } from "./hosted";

const folder = "test/out/screens";

/** A layer, a corner, a sum over uses: more than scalars. */
const layered = `import { mseLoss, nn, noGrad, tensor } from "backstep";
const x = tensor([[1, 2, 3], [0, 1, -1]]);
const y = tensor([[2, 4], [1, 0]]);
const W = tensor([[1, 0], [0.5, -0.5], [0, 0.25]], { requiresGrad: true });
const b = tensor([0.1, 0.2], { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const h = x.mm(W).add(b);
  const out = h.relu().add(h.mul(0.1));
  const loss = mseLoss(out, y);
  loss.backward();
  noGrad(() => { W.sub_(W.grad!.mul(0.1)); b.sub_(b.grad!.mul(0.1)); });
  W.grad = null;
  b.grad = null;
}
`;

const adaptive = `import { optim, tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const w = tensor(0, { requiresGrad: true });
const optimizer = new optim.Adam([w], { lr: 0.1 });
for (let epoch = 0; epoch < 5; epoch++) {
  const loss = w.mul(x).sub(1).pow(2).mean();
  loss.backward();
  optimizer.step();
  optimizer.zeroGrad();
}
`;

describe("the Explain tab", function () {
  this.timeout(60_000);
  let browser: Browser;
  let session: Session;
  let layers: Session;
  let adam: Session;
  let hosted: Hosted;
  let page: Page;

  before(async () => {
    mkdirSync(folder, { recursive: true });
    [browser, session, layers, adam] = await Promise.all([
      launchChromium(),
      ran(example("autograd"), "autograd.ts"),
      ran(layered, "layers.ts"),
      ran(adaptive, "adam.ts"),
    ]);
  });
  after(async () => {
    closeLayouts();
    await browser.close();
  });
  afterEach(async () => {
    deepEqual(hosted.errors, []);
    deepEqual(hosted.violations, []);
    await hosted.close();
  });

  /** Opens at the end of the first iteration's backward. */
  const open = async (options: RunOptions = {}, of = session): Promise<void> => {
    of.move({ to: "cursor", segment: of.track.segmentOf(0), step: 0 });
    hosted = await openRun(browser, of, { width: 1080, height: 760, ...options });
    page = hosted.page;
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    if ((options.width ?? 1080) < 640) await page.click(".inspect");
    await answered();
  };
  const answered = async (): Promise<void> => {
    await hosted.settled();
    await page.waitForFunction(() => !document.querySelector(".waiting"));
    await hosted.settled();
  };
  const text = async (selector = ".why"): Promise<string> => (await texts(selector))[0] ?? "";
  const texts = async (selector: string): Promise<string[]> =>
    Promise.all((await page.locator(selector).all()).map(async (each) => (await each.evaluate(spoken)).trim()));
  const pick = async (name: string): Promise<void> => {
    await page
      .locator("[role=treeitem]", { hasText: new RegExp(`^${name} `) })
      .first()
      .dispatchEvent("click");
    await answered();
  };
  const shoot = (name: string) => page.screenshot({ path: `${folder}/explain-${name}.png` });

  it("is what a newcomer sees first: why the gradient of the weight is −30", async () => {
    await open();
    equal(await page.locator("vscode-panel-tab[aria-selected=true]").innerText(), "Explain");
    equal(await text(".why h3"), "Why is ∂L / ∂w = −30 ?");
    const lines = await texts(".why > .line");
    deepEqual(lines, ["∂L / ∂w = ∑ i ∂L / ∂yPred i · X i", "= −1 · 1 + −2 · 2 + −3 · 3 + −4 · 4 = −30"]);
    match(await text(), /w was used for all 4 elements of yPred, so its gradient is the sum of 4 contributions\./);
    match(await text(), /If w grows a little, l falls 30 times as much\. So w should grow\./);
  });

  it("goes link by link towards the loss", async () => {
    await open();
    for (const value of ["−1", "−1", "0.25", "1"]) {
      const ask = page.locator("button.ask");
      equal(await ask.innerText(), `Where does ${value} come from?`);
      await ask.click();
      await answered();
    }
    const rows = await texts(".way li .line");
    deepEqual(rows, [
      "∂L / ∂yPred 0 = ∂L / ∂sub = −1",
      "∂L / ∂sub 0 = 0.25 · 2 · ( −2 ) = −1",
      "∂L / ∂pow 0 = 1 / 4 = 0.25",
      "∂L / ∂l = 1",
    ]);
    equal(await page.locator("button.ask").count(), 0);
  });

  it("a number leads to the node it comes from", async () => {
    await open();
    await page.locator(".why > .line").nth(1).getByRole("button", { name: "−2", exact: false }).first().click();
    await answered();
    equal(await text(".why h3"), "Why is ∂L / ∂yPred 1 = −2 ?");
    equal(await page.locator(".about h2").innerText(), "yPred");
    equal(await page.locator(".choice .chosen").innerText(), "−2");
    deepEqual(hosted.posted("select").at(-1)?.node !== null, true);
  });

  it("of a matrix: shapes, one element, its row and its column", async () => {
    await open({}, layers);
    await pick("W");
    match(await text(), /\[2, 2\] came in, one number for each of mm; \[3, 2\] goes out/);
    await page.locator(".choice button").nth(3).click();
    await answered();
    // Σᵢ xᵢ₁ · ∂L/∂hᵢ₁ with ∂L/∂h = 0.1 · 2 (out − y) / 4, as relu is 0 in this column.
    equal(await text(".why h3"), "Why is ∂L / ∂W 1, 1 = −0.4033 ?");
    match(await text(), /= 2 · −0\.2003 \+ 1 · \( ?−0\.0028 ?\) = −0\.4033|= −0\.2003 · 2 \+ −0\.0028 · 1 = −0\.4033/);
    deepEqual(await page.locator(".why .heat .lit").allInnerTexts(), ["−0.2003", "−0.0028", "2", "1"]);
    equal(await page.locator(".choice .chosen").evaluate((e) => e === document.activeElement), true);
  });

  it("says what is agreed on at a corner, and shows a fan-out as a sum", async () => {
    await open({}, layers);
    await pick("h");
    match(await text(), /h was used in 2 places; what comes back from each adds up\./);
    equal(await page.locator(".why h4").count(), 2);
  });

  it("says what there is not yet, and what never will be", async () => {
    await open();
    await page.keyboard.press("ArrowUp");
    await answered();
    await pick("w");
    match(await text(), /No backward pass has reached w yet\./);
    await pick("X");
    match(await text(), /X requires no gradient, so backward does not go there\./);
  });

  it("begins with what the step is about: value, gradient or update, and then the rest", async () => {
    const titles = async (): Promise<string[]> =>
      (await texts(".explain > section h3")).map((each) => each.replace(/ [=·].*| SGD.*| line.*/, ""));
    await open();
    deepEqual(await titles(), ["Why is ∂L / ∂w", "Update", "Ledger of w.grad", "Why is w", "Nudge w", "What if"]);
    await page.keyboard.press("ArrowDown");
    await answered();
    equal((await titles())[0], "Update");
    match(await text(".explain"), /w ← w − w\.grad · learningRate = 0 − \( −30 \) · 0\.01 = 0\.3/);
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("ArrowUp");
    await answered();
    equal((await titles())[0], "Why is l");
    match(await text(".explain"), /l = ∑ i pow i \/ 4 = \( 4 \+ 16 \+ 36 \+ 64 \) \/ 4 = 30/);
  });

  it("lists what was added to .grad since it was zeroed, and each entry goes there", async () => {
    await open();
    session.move({ to: "iterationIndex", index: 2 });
    await answered();
    const rows = await page.locator(".ledger tr").allInnerTexts();
    deepEqual(
      rows.map((each) => each.replace(/\s+/g, " ").trim()),
      ["epoch 1 · zeroed, line 28 0", "epoch 2 · mul, line 9 −21.675 −21.675", ".grad now −21.675"],
    );
    await page.locator(".ledger button").first().click();
    await hosted.settled();
    match((await page.locator(".step").textContent()) ?? "", /^step 12 \/ 12 · w\.grad = 0/);
    equal(session.cursor?.segment, session.track.segmentOf(1));
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const)
    it(`looks right and has nothing for axe to find, ${theme}`, async () => {
      await open({ theme });
      for (let k = 0; k < 3; k++) {
        await page.locator("button.ask").click();
        await answered();
      }
      await shoot(`${theme}-w`);
      deepEqual(await axed(page), []);
      await hosted.close();
      await open({ theme, height: 1000 }, layers);
      await pick("W");
      await shoot(`${theme}-matrix`);
      deepEqual(await axed(page), []);
      await hosted.close();
      await open({ theme, width: 300, height: 800, place: "sideBar" });
      await shoot(`${theme}-bar`);
      await hosted.close();
      await open({ theme, height: 1100 }, adam);
      await page.keyboard.press("ArrowDown");
      await answered();
      await shoot(`${theme}-adam`);
      deepEqual(await axed(page), []);
    });
});

/** The words and signs of an element in the order they stand. */
function spoken(of: Element): string {
  const parts: string[] = [];
  const walk = (node: Node): void => {
    if (node instanceof Element && node.localName === "mfrac") {
      const [above, below] = Array.from(node.children);
      if (above) walk(above);
      parts.push("/");
      if (below) walk(below);
    } else if (node.nodeType === Node.TEXT_NODE) parts.push(node.textContent ?? "");
    else node.childNodes.forEach(walk);
  };
  walk(of);
  return parts
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .join(" ")
    .replace(/\s+/g, " ");
}
