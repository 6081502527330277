import { deepEqual, equal, match, notEqual } from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Session } from "../../src/session/session";
import type { ThemeName } from "../support/themes";
import { example, type Hosted, ran, type RunOptions } from "./hosted";
import { Pages, pickNode } from "./pages";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = "dist-test/screens";
const themes: readonly ThemeName[] = ["dark", "light", "hc-dark", "hc-light"];

describe("what re-runs show on the page", function () {
  this.timeout(90_000);
  const pages = new Pages();
  let session: Session;
  let hosted: Hosted;

  before(async () => {
    mkdirSync(folder, { recursive: true });
    session = await ran(example("autograd"), "autograd.ts");
  });

  const begin = async (options: RunOptions = {}, of = session): Promise<void> => {
    of.move({ to: "cursor", segment: of.track.segmentOf(0), step: 8 });
    hosted = await pages.open(of, options);
  };
  /** Chooses a node by its name in the tree. */
  const choose = async (name: string): Promise<void> => {
    const items = await hosted.page.locator("[role=treeitem]").allTextContents();
    await hosted.page
      .locator("[role=treeitem]")
      .nth(items.findIndex((text) => text.split(/[ ,]/)[0] === name))
      .focus();
    await hosted.page.keyboard.press("Enter");
    await hosted.settled();
  };
  const accessible = async (): Promise<void> => {
    await hosted.page.evaluate(axe);
    const found = await hosted.page.evaluate(
      `axe.run(document, { runOnly: ["wcag2a", "wcag2aa"] }).then((r) => r.violations.map((v) => v.id + ": " + v.nodes.map((n) => n.target).join(" ")))`,
    );
    deepEqual(found, []);
  };

  it("nudges a leaf by a real re-run, beside what its gradient says", async () => {
    await begin();
    await choose("w");
    const section = hosted.page.locator(".nudge");
    equal(await section.locator("h3").innerText(), "Nudge w");
    await section.locator("vscode-button").click();
    await section.locator(".change").waitFor();
    equal(await section.locator(".change").innerText(), "w + 0.01 → l 29.7007");
    match(
      (await section.locator("table").innerText()).replace(/\s+/g, " "),
      /re-run 29\.7007 from 30\.0000 gradient says 29\.7000 30\.0000 − 0\.3000/,
    );
    await accessible();
    for (const theme of themes) {
      await hosted.setTheme(theme);
      await hosted.page.screenshot({ path: `${folder}/nudge-${theme}.png` });
    }
  });

  const cube = `import { autograd, noGrad, tensor, type Tensor } from "backstep";

class Cube extends autograd.Function {
  static forward(ctx: autograd.Context, x: Tensor) {
    ctx.saveForBackward(x);
    return x.pow(3);
  }
  static backward(ctx: autograd.Context, g: Tensor) {
    const [x] = ctx.savedTensors;
    return g.mul(x!.square().mul(2));
  }
}

const inputs = tensor([1, 2, 3]);
const w = tensor([0.5, 0.4, -0.2], { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const scaled = inputs.mul(w);
  const y = Cube.apply(scaled);
  const loss = y.sub(1).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
`;

  it("checks gradients by real re-runs, and marks a wrong backward in red, on its node and in the list", async () => {
    await begin({}, await ran(cube, "cube.ts"));
    const { page } = hosted;
    await page.click("#tab-checks");
    const section = page.locator(".gradcheck");
    await section.locator("vscode-button").first().click();
    await section.locator(".bad").waitFor();
    match(
      await section.locator(".bad").innerText(),
      /^epoch 0: 2 gradients disagree with differences of loss, 4 gradients agree\.$/,
    );
    const first = section.locator("details.wrong").first();
    match(
      (await first.innerText()).replace(/\s+/g, " "),
      /^w leaf 33 % apart gradient differences apart \[0\] −0\.2917 −0\.4375 33 %/,
    );
    const finding = page.locator("#view-checks .finding.error");
    match(await finding.innerText(), /The backward of Cube is wrong/);
    match(await finding.innerText(), /line 8/);
    await finding.click();
    match(hosted.acts.at(-1) ?? "", /^find wrong-gradient \d+ Cube$/);
    await page.keyboard.press("Escape");
    await section.locator("details.wrong a").last().click();
    await hosted.settled();
    match(await page.locator("[role=treeitem][aria-selected=true]").innerText(), /^scaled /);
    await page.locator("#view-checks").evaluate((each) => each.scrollTo(0, 0));
    await accessible();
    await shots("gradcheck");
  });

  it("says what it checked where all is right, and why it could not where it could not", async () => {
    await begin();
    const { page } = hosted;
    await choose("w");
    await page.locator("vscode-button").getByText("Check this gradient").click();
    await page.locator(".gradcheck .fine").waitFor();
    equal(await page.locator("#tab-checks").getAttribute("aria-selected"), "true");
    equal(await page.locator(".gradcheck .fine").innerText(), "epoch 0: 1 gradient agrees with differences of l.");
    const byHand = await ran(example("hand-written-gradient"), "hand-written-gradient.ts");
    await hosted.close();
    await begin({}, byHand);
    await hosted.page.click("#tab-checks");
    await hosted.page.locator(".gradcheck vscode-button").first().click();
    await hosted.page.locator(".gradcheck").getByText("No backward pass runs here").waitFor();
  });

  const plane = `import { optim, tensor } from "backstep";
const x = tensor([-1, 0, 1, 2]);
const y = tensor([-1, 1, 3, 5]);
const w = tensor(-1, { requiresGrad: true });
const b = tensor(3, { requiresGrad: true });
const optimizer = new optim.SGD([w, b], { lr: 0.05, momentum: 0.8 });
for (let epoch = 0; epoch < 25; epoch++) {
  const loss = x.mul(w).add(b).sub(y).pow(2).mean();
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}
`;
  const network = `import { manualSeed, nn, optim, tensor } from "backstep";
manualSeed(2);
const model = new nn.Sequential(new nn.Linear(2, 4), new nn.Tanh(), new nn.Linear(4, 1));
const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const y = tensor([[0], [1], [1], [0]]);
const optimizer = new optim.Adam(model.parameters(), { lr: 0.1 });
for (let epoch = 0; epoch < 30; epoch++) {
  const loss = nn.functional.mseLoss(model(x), y);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}
`;
  const land = async (of: Session): Promise<void> => {
    await begin({}, of);
    await hosted.page.click("#tab-plots");
    await hosted.page.locator(".landscape vscode-button").first().click();
    await hosted.page.locator(".landscape svg.figure").waitFor({ timeout: 60_000 });
    await hosted.settled();
  };

  it("draws the loss over one weight, with the way on it; a point goes to its moment, and the mark follows", async () => {
    await land(await ran(rate("0.01"), "one.ts"));
    const { page } = hosted;
    const now = page.locator(".landscape .mono");
    equal(await now.innerText(), "epoch 0: w 0.0000, l 30.0000");
    const at = (): Promise<string | null> => page.locator(".landscape .here").getAttribute("cx");
    const before = await at();
    await page.keyboard.press("PageDown");
    await hosted.settled();
    equal(await now.innerText(), "epoch 1: w 0.3000, l 21.6750");
    notEqual(await at(), before);
    await page.locator(".landscape .stop").nth(4).dispatchEvent("click");
    await hosted.settled();
    match(await now.innerText(), /^epoch 4: /);
    await accessible();
    await shots("landscape-one");
  });

  it("draws the loss that a gradient by hand steps down", async () => {
    await land(await ran(example("hand-written-gradient"), "by-hand.ts"));
    const now = hosted.page.locator(".landscape .mono");
    equal(await now.innerText(), "epoch 0: w 0.0000, l 30.0000");
    await hosted.page.keyboard.press("PageDown");
    await hosted.settled();
    equal(await now.innerText(), "epoch 1: w 1.2000, l 4.8000");
    equal(await hosted.page.locator(".landscape .stop").count(), 21);
  });

  it("draws the loss over two weights and over the plane of many", async () => {
    await land(await ran(plane, "plane.ts"));
    const { page } = hosted;
    equal(await page.locator(".landscape svg.figure").getAttribute("aria-label"), "loss over w and b");
    equal(await page.locator(".landscape .ring").count(), 9);
    equal(await page.locator(".landscape .stop").count(), 26);
    await page.keyboard.press("PageDown");
    await hosted.settled();
    await accessible();
    await shots("landscape-two");
    await hosted.close();
    await land(await ran(network, "network.ts"));
    match(
      await hosted.page.locator(".landscape .still").first().innerText(),
      /on the plane through epoch 0 and the end and epoch \d+ among all 17 weights/,
    );
    await accessible();
    await shots("landscape-many");
  });

  it("draws a landscape and checks gradients in a page as narrow as a side bar", async () => {
    const of = await ran(cube, "cube.ts");
    await begin({ width: 300, height: 860 }, of);
    const { page } = hosted;
    await page.click("[aria-label=Inspector].inspect");
    await page.click("#tab-checks");
    await page.locator(".gradcheck vscode-button").first().click();
    await page.locator(".gradcheck .bad").waitFor();
    await page.screenshot({ path: `${folder}/gradcheck-narrow.png` });
    await page.click("#tab-plots");
    await page.locator(".landscape vscode-button").first().click();
    await page.locator(".landscape svg.figure").waitFor({ timeout: 60_000 });
    await page.screenshot({ path: `${folder}/landscape-narrow.png` });
    equal(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), true);
  });

  const rate = (text: string): string => example("autograd").replace("learningRate = 0.01", `learningRate = ${text}`);
  const shots = async (name: string): Promise<void> => {
    for (const theme of themes) {
      await hosted.setTheme(theme);
      await hosted.page.waitForTimeout(150);
      await hosted.page.screenshot({ path: `${folder}/${name}-${theme}.png` });
    }
  };

  it("draws what the program plots, as it was at the cursor", async () => {
    const fitted = await ran(example("fitted-line"), "fitted-line.ts");
    await begin({}, fitted);
    const { page } = hosted;
    await page.click("#tab-plots");
    await hosted.settled();
    const figure = page.locator(".plots svg");
    equal(await figure.getAttribute("aria-label"), "Plot of y over x, yHat over x");
    equal(await figure.locator("circle").count(), 24);
    const line = (): Promise<string | null> => figure.locator("path.line").getAttribute("d");
    const before = await line();
    await page.keyboard.press("PageDown");
    await hosted.settled();
    notEqual(await line(), before);
    for (let k = 0; k < 8; k++) await page.keyboard.press("PageDown");
    await hosted.settled();
    await accessible();
    await shots("plots");
  });

  it("keeps a plot that is drawn now and then, also where its rows have yet to be fetched", async () => {
    const text = example("fitted-line")
      .replace("-2, 2, 24", "-2, 2, 3000")
      .replace("randn(24)", "randn(3000)")
      .replace("epoch <= 30", "epoch <= 120")
      .replace("plot.line(x, yHat);", "if (epoch % 50 === 1) plot.line(x, yHat);");
    const long = await ran(text, "long.ts");
    await begin({}, long);
    const { page } = hosted;
    await page.click("#tab-plots");
    for (const index of [49, 119]) {
      long.move({ to: "iterationIndex", index });
      await page.waitForFunction(
        (k) => document.querySelector(".plots path.line") && !document.querySelector(".waiting") && k > 0,
        index,
      );
      equal(await page.locator(".plots circle").count(), 1500, "every other of 3000 points");
    }
    const line = (): Promise<string | null> => page.locator(".plots path.line").getAttribute("d");
    await hosted.settled();
    const last = await line();
    long.move({ to: "iterationIndex", index: 99 });
    await page.waitForFunction((old) => document.querySelector(".plots path.line")?.getAttribute("d") !== old, last);
  });

  it("plays: the line moves by itself", async () => {
    const fitted = await ran(example("fitted-line"), "fitted-line.ts");
    await begin({}, fitted);
    const { page } = hosted;
    await page.click("#tab-plots");
    fitted.player.speed = 100;
    const first = await page.locator(".plots path.line").getAttribute("d");
    await page.click("[aria-label='Play (Space)']");
    await page.waitForFunction((old) => document.querySelector(".plots path.line")?.getAttribute("d") !== old, first);
    fitted.player.pause();
  });

  it("compares with another learning rate: where they part, both curves, each node's difference", async () => {
    const other = await ran(rate("0.1"), "what if learningRate = 0.1");
    await begin();
    session.beside = { session: other, iteration: null, tolerance: 1e-5 };
    const { page } = hosted;
    await page.locator(".strip a").waitFor();
    equal(
      (await page.locator(".strip .says").innerText()).replace(/\s+/g, " "),
      "Compared with run 3 · what if learningRate = 0.1 · at its epoch 0 They part at epoch 0, step 11: w is 0.3000 here and 3.0000 there",
    );
    await page.locator(".strip a").click();
    await hosted.settled();
    match((await page.locator(".step").textContent()) ?? "", /^step 11 \/ 12/);
    await page.keyboard.press("PageDown");
    await hosted.settled();
    const items = await page.locator("[role=treeitem]").allTextContents();
    match(items.find((text) => text.startsWith("w ")) ?? "", /apart/);
    await choose("w");
    await page.click("#tab-tensor");
    await hosted.settled();
    match(await page.locator(".inspector").innerText(), /In run 3 · what if learningRate = 0\.1/);
    match(await page.locator(".time .others").innerText(), /┄ .* in run 3/);
    await accessible();
    await shots("compare");
    await page.locator(".strip [aria-label='Stop comparing']").first().click();
    equal(hosted.acts.at(-1), "stopComparing");
    session.beside = null;
    await page.locator(".strip").waitFor({ state: "hidden" });
  });

  const net = (layers: string): string => `import { manualSeed, nn, optim, tensor } from "backstep";
manualSeed(2);
const model = new nn.Sequential(${layers});
const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const y = tensor([[0], [1], [1], [0]]);
const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = nn.functional.mseLoss(model(x), y);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}
`;
  const items = async (): Promise<string[]> => hosted.page.locator("[role=treeitem]").allTextContents();

  it("draws graphs of another shape as one: what only one has is there, and marked", async () => {
    const other = await ran(example("hand-written-gradient"), "hand-written-gradient.ts");
    await begin();
    const own = (await items()).length;
    session.beside = { session: other, iteration: null, tolerance: 1e-5 };
    const { page } = hosted;
    await page.locator(".strip .sample").first().waitFor();
    equal(await page.locator(".strip .sample").innerText(), "4 only there");
    await page.waitForFunction((n) => document.querySelectorAll("[role=treeitem]").length === n, own + 4);
    await hosted.settled();
    const gone = (await items()).filter((text) => text.endsWith("only there"));
    equal(gone.length, 4);
    match(gone[3] ?? "", /^mean \[\], −120\.0000, only there$/);
    await shots("compare-other");
    // The other's numbers go along: before its product was made there is none.
    const first = session.cursor;
    session.move({ to: "cursor", segment: first?.segment ?? 0, step: 0 });
    await page.waitForFunction(() =>
      /, to come, only there$/.test([...document.querySelectorAll("[role=treeitem]")].at(-1)?.textContent ?? ""),
    );
    await pickNode(page, "mean");
    await hosted.settled();
    match(await page.locator(".inspector").innerText(), /Only run 3 · hand-written-gradient\.ts has this node/);
    await accessible();
    session.beside = { session, iteration: 5, tolerance: 1e-5 };
    await page.locator(".strip .with").getByText("epoch 5").waitFor();
    await page.waitForFunction((n) => document.querySelectorAll("[role=treeitem]").length === n, own);
    equal(await page.locator(".strip [aria-label^=Swap]").first().isVisible(), false);
    await hosted.settled();
    await page.screenshot({ path: `${folder}/compare-epochs.png` });
    session.beside = null;
  });

  it("draws two networks as one, folded and open, the same whichever of them is looked at", async () => {
    const deep = await ran(
      net("new nn.Linear(2, 3), new nn.Tanh(), new nn.Linear(3, 3), new nn.ReLU(), new nn.Linear(3, 1)"),
      "deep.ts",
    );
    const flat = await ran(net("new nn.Linear(2, 3), new nn.Tanh(), new nn.Linear(3, 1)"), "flat.ts");
    await begin({}, flat);
    flat.beside = { session: deep, iteration: null, tolerance: 1e-5 };
    const { page } = hosted;
    await page.locator(".strip .sample").first().waitFor();
    await hosted.settled();
    await shots("compare-networks");
    deep.beside = { session: flat, iteration: null, tolerance: 1e-5 };
    deep.move({ to: "cursor", ...(flat.cursor ?? { segment: 0, step: 0 }) });
    hosted.host.show(deep);
    await page.locator(".strip .sample", { hasText: "only here" }).waitFor();
    await hosted.settled();
    await shots("compare-networks-swapped");
  });

  it("draws in a page as narrow as a side bar", async () => {
    const fitted = await ran(example("fitted-line"), "fitted-line.ts");
    await begin({ width: 300, height: 860 }, fitted);
    await hosted.page.click("[aria-label=Inspector].inspect");
    await hosted.page.click("#tab-plots");
    await hosted.page.locator(".plots svg").waitFor();
    await hosted.settled();
    await hosted.page.screenshot({ path: `${folder}/plots-narrow.png` });
  });

  it("compares in a page as narrow as a side bar", async () => {
    const other = await ran(rate("0.1"), "what if learningRate = 0.1");
    await begin({ width: 300, height: 760 });
    session.beside = { session: other, iteration: null, tolerance: 1e-5 };
    await hosted.page.locator(".strip a").waitFor();
    await hosted.settled();
    await hosted.page.screenshot({ path: `${folder}/compare-narrow.png` });
    session.beside = {
      session: await ran(example("hand-written-gradient"), "by-hand.ts"),
      iteration: null,
      tolerance: 1e-5,
    };
    await hosted.page.locator(".strip .sample").first().waitFor();
    await hosted.settled();
    await hosted.page.screenshot({ path: `${folder}/compare-other-narrow.png` });
    session.beside = null;
  });

  it("keeps its buttons readable where the window opened in high contrast", async () => {
    await begin({ theme: "hc-dark" });
    await choose("w");
    await hosted.page.locator(".nudge vscode-button").waitFor();
    await accessible();
    await hosted.page.screenshot({ path: `${folder}/nudge-hc-fresh.png` });
    await hosted.setTheme("light");
    await hosted.setTheme("hc-dark");
    const background = `getComputedStyle(document.querySelector(".nudge vscode-button")).backgroundColor`;
    equal(await hosted.page.evaluate(background), "rgba(0, 0, 0, 0)");
    await accessible();
  });

  it("nudges in a page as narrow as a side bar", async () => {
    await begin({ width: 300, height: 760 });
    await hosted.page.click("[aria-label=Inspector].inspect");
    await choose("w");
    await hosted.page.locator(".nudge vscode-button").click();
    await hosted.page.locator(".nudge .change").waitFor();
    await hosted.page.locator(".nudge").scrollIntoViewIfNeeded();
    await hosted.page.screenshot({ path: `${folder}/nudge-narrow.png` });
  });
});
