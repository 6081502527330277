import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import type { Session } from "../../src/session/session";
import { micrograd } from "../bench/panel/models";
import { type Hosted, ran, type RunOptions } from "./hosted";
import { Pages, zoomOf } from "./pages";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const folder = "test/out/screens";

const transformer = readFileSync("examples/transformer-step.ts", "utf8");

const branches = `import { noGrad, tensor } from "backstep";
const w = tensor(0.5, { requiresGrad: true });
const x = tensor(2);
for (let epoch = 0; epoch < 4; epoch++) {
  const h = w.mul(x).add(1);
  const y = epoch % 2 === 0 ? h.tanh().mul(3) : h.relu().sub(1).pow(2).sqrt();
  const loss = y.sub(4).pow(2);
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
}
`;

const penalized = `import { autograd, manualSeed, nn, randn } from "backstep";
manualSeed(0);
const model = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 1));
const x = randn(2, 3, { requiresGrad: true });
for (let step = 0; step < 2; step++) {
  const score = model(x).sum();
  const [slope] = autograd.grad(score, [x], { createGraph: true });
  const loss = score.add(slope!.pow(2).sum());
  loss.backward();
  model.zeroGrad();
}
`;

const items = (page: Page) => page.locator("[role=treeitem]").allTextContents();
const expanded = (page: Page) =>
  page.locator("[role=treeitem]").evaluateAll((all) => all.map((each) => each.getAttribute("aria-expanded")));

describe("a folded graph on the page", function () {
  this.timeout(60_000);
  const pages = new Pages();
  let session: Session;
  let hosted: Hosted;
  let page: Page;

  before(async () => {
    mkdirSync(folder, { recursive: true });
    session = await ran(transformer, "transformer-step.ts");
  });
  const begin = async (options: RunOptions = {}): Promise<void> => {
    session.move({ to: "cursor", segment: session.track.segmentOf(0), step: 0 });
    hosted = await pages.open(session, options);
    page = hosted.page;
    await press("ArrowDown");
  };
  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
    await drawn();
  };
  /** Until the page has got the layout that it asked for and painted it. */
  const drawn = async (): Promise<void> => {
    await hosted.settled();
    await page.waitForSelector("body:not(.waiting) .stage-area:not([aria-busy])", { timeout: 30_000 });
    await hosted.settled();
  };

  it("opens folded, says so, and opens part by part with the keyboard", async () => {
    await begin();
    const before = await items(page);
    ok(before.length < 20);
    match(await page.locator(".folding .text").innerText(), /of [\d,]+ nodes folded into \d+ cards?/);
    const closed = (await expanded(page)).indexOf("false");
    const name = before[closed] ?? "";
    match(name, /\d+ nodes, [\d,]+ parameters, out \[/);
    await page.locator("[role=treeitem]").nth(closed).focus();
    await press("Enter");
    equal((await expanded(page))[closed], "true");
    const opened = await items(page);
    ok(opened.length > before.length);
    deepEqual(
      opened.filter((item) => / _[A-Z]/.test(item)),
      [],
      "a bundler's names of classes are shown",
    );
    equal(await page.evaluate(() => document.activeElement?.getAttribute("aria-expanded")), "true");
    const inner = page.locator('[role=treeitem][aria-expanded="false"]').first();
    ok(Number(await inner.getAttribute("aria-level")) >= 1);
    await press("Enter");
    deepEqual(await items(page), before);
    const folds = hosted.posted("ui").at(-1)?.ui.folds;
    deepEqual(folds?.toggled, []);
  });

  it("keeps a card where it is when it is opened with the mouse", async () => {
    await begin();
    await page.locator(".folding input").fill("0");
    await drawn();
    const shot = (): Promise<Buffer> => page.screenshot({ clip: { x: 0, y: 75, width: 760, height: 500 } });
    const folded = await shot();
    const { x, y, left, top, zoom } = await cardAt("Model");
    await page.mouse.dblclick(x, y);
    await drawn();
    equal((await expanded(page)).filter((each) => each === "true").length, 1);
    ok(!(await shot()).equals(folded));
    // The title of the frame is where the card's title was: a click there folds it again.
    await page.mouse.click(left + 14 * zoom, top + 10 * zoom);
    await drawn();
    equal((await expanded(page)).filter((each) => each === "true").length, 0);
  });

  /** Where the title of a card is on screen, and the card's corner. */
  async function cardAt(title: string): Promise<{ x: number; y: number; left: number; top: number; zoom: number }> {
    const id = await page.locator("[role=treeitem]").evaluateAll((all, wanted) => {
      const item = all.find((each) => each.textContent.split(/[ ,]/)[0] === wanted);
      return item?.getAttribute("data-drawn");
    }, title);
    return page.evaluate((wanted) => {
      interface Node {
        id(): string;
        renderedPosition(): { x: number; y: number };
        width(): number;
        height(): number;
      }
      const drawn = [...document.querySelectorAll(".graph *")].find((each) => "_cyreg" in each)!;
      const { cy } = Reflect.get(drawn, "_cyreg") as { cy: { nodes(): Iterable<Node>; zoom(): number } };
      const node = [...cy.nodes()].find((each) => each.id() === wanted)!;
      const zoom = cy.zoom();
      const area = drawn.getBoundingClientRect();
      const { x, y } = node.renderedPosition();
      const left = area.left + x - (node.width() * zoom) / 2;
      const top = area.top + y - (node.height() * zoom) / 2;
      return { x: area.left + x, y: top + 14 * zoom, left, top, zoom };
    }, id);
  }

  it("folds all to one depth, and remembers", async () => {
    await begin();
    const slider = page.locator(".folding input");
    const counts: number[] = [];
    for (let depth = 0; depth <= Number(await slider.getAttribute("max")); depth++) {
      await slider.fill(String(depth));
      await drawn();
      counts.push((await items(page)).length);
      match((await slider.getAttribute("aria-valuetext")) ?? "", new RegExp(`^${depth} of \\d+ levels open, `));
    }
    ok(counts.length > 2);
    deepEqual(
      counts,
      counts.toSorted((a, b) => a - b),
    );
    equal(hosted.posted("ui").at(-1)?.ui.folds.depth, counts.length - 1);
  });

  it("shows the node in focus where nothing could be read if all were shown, and all by F", async () => {
    await begin();
    const slider = page.locator(".folding input");
    await slider.fill((await slider.getAttribute("max")) ?? "");
    await drawn();
    equal(await page.locator(".folding .text").innerText(), "all open");
    const l = await cardAt("l");
    equal(l.zoom, 0.8);
    const box = (await page.locator(".graph").boundingBox())!;
    ok(l.x > box.x && l.x < box.x + box.width && l.y > box.y && l.y < box.y + box.height);
    await page.locator(".graph").click({ position: { x: 4, y: 300 } });
    await press("f");
    ok((await zoomOf(page)) < 0.01, "120,000 pixels in 750");
    const [first, last] = [await cardAt("sentences"), await cardAt("l")];
    ok(first.x > box.x && last.x < box.x + box.width);
  });

  it("dims what a clicked node has nothing to do with", async () => {
    const small = await ran(branches, "branches.ts");
    small.move({ to: "cursor", segment: small.track.segmentOf(0), step: 1000 });
    hosted = await pages.open(small);
    page = hosted.page;
    const { x, y } = await cardAt("x");
    const w = await cardAt("w");
    const loss = await cardAt("loss");
    await page.mouse.move(x, 700);
    await hosted.settled();
    const shot = (at: { x: number; y: number }): Promise<Buffer> =>
      page.screenshot({ clip: { x: at.x - 8, y: at.y - 8, width: 24, height: 24 } });
    const [wBefore, lossBefore] = [await shot(w), await shot(loss)];
    await page.mouse.click(x, y);
    await page.mouse.move(x, 700);
    await hosted.settled();
    ok(!(await shot(w)).equals(wBefore), "w is neither made of x nor made into it");
    ok((await shot(loss)).equals(lossBefore), "loss is made of x");
    await press("Escape");
    ok((await shot(w)).equals(wBefore));
  });

  it("keeps the picture still while epochs take different ways", async () => {
    const changing = await ran(branches, "branches.ts");
    changing.move({ to: "cursor", segment: changing.track.segmentOf(0), step: 3 });
    hosted = await pages.open(changing);
    page = hosted.page;
    await page.screenshot({ path: `${folder}/branch-even.png` });
    const { x, y } = await cardAt("loss");
    await page.mouse.move(x, 700);
    await press("PageDown");
    await page.screenshot({ path: `${folder}/branch-odd.png` });
    ok((await items(page)).some((item) => item.includes("relu")));
    await page.mouse.move(x, y);
    await page.waitForSelector(".tip:not([hidden])");
    match(await page.locator(".tip").innerText(), /^loss/);
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const)
    it(`folds what a backward computed for another, and opens it, ${theme}`, async () => {
      const twice = await ran(penalized, "penalty.ts");
      twice.move({ to: "cursor", segment: twice.track.segmentOf(0), step: 1000 });
      hosted = await pages.open(twice, { theme });
      page = hosted.page;
      const closed = page.locator('[role=treeitem][aria-expanded="false"]');
      match((await closed.allTextContents()).join(), /^gradient of score, \d+ nodes, out \[2, 3\]/);
      await page.screenshot({ path: `${folder}/gradient-folded-${theme}.png` });
      await closed.focus();
      await press("Enter");
      await page.screenshot({ path: `${folder}/gradient-open-${theme}.png` });
      equal(await closed.count(), 0);
      match((await items(page)).join("\n"), /^gradient of score$[^]*^slope/m);
    });

  it("reads a long graph in turns, and says what is folded", async () => {
    const long = await ran(micrograd(6), "micrograd.ts");
    hosted = await pages.open(long, { patience: 60_000 });
    page = hosted.page;
    match(await page.locator(".folding .text").innerText(), /^4,\d\d\d of 4,\d\d\d nodes folded into \d+ cards$/);
    const before = await page.locator(".step").innerText();
    await press("ArrowRight");
    notEqual(await page.locator(".step").innerText(), before);
    equal(await page.locator("[role=treeitem][aria-current=step]").count(), 1);
    const cards = (await items(page)).length;
    await page.locator('[role=treeitem][aria-expanded="false"]').first().focus();
    await press("Enter");
    ok((await items(page)).length > cards);
  });

  it("lights the card in which a step happens", async () => {
    await begin();
    for (let i = 0; i < 8; i++) {
      await press("ArrowRight");
      equal(await page.locator("[role=treeitem][aria-current=step]").count(), 1);
    }
  });

  it("finds nodes by name, shape and line, opens what hides them, and goes through them", async () => {
    await begin();
    await press("Control+f");
    // Twelve layers' attention, and the loss.
    await page.keyboard.type("softmax");
    await hosted.settled();
    equal(await page.locator(".seek .count").innerText(), "13");
    await press("Enter");
    equal(await page.locator(".seek .count").innerText(), "1 of 13");
    match((await page.locator('[role=treeitem][aria-selected="true"]').textContent()) ?? "", /^softmax/);
    await press("Shift+Enter");
    equal(await page.locator(".seek .count").innerText(), "13 of 13");
    await page.locator(".seek input").fill("nothing like this");
    equal(await page.locator(".seek .count").innerText(), "none");
    await page.locator(".seek input").fill("has NaN");
    equal(await page.locator(".seek .count").innerText(), "none");
    await press("Escape");
    equal(await page.locator(".seek").isVisible(), false);
    equal(await page.evaluate(() => document.activeElement?.className), "graph");
    await press("Escape");
    equal(hosted.posted("ui").at(-1)?.ui.selected, null);
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const) {
    it(`has nothing for axe to find, folded and unfolded, ${theme}`, async () => {
      await begin({ theme });
      await page.screenshot({ path: `${folder}/folded-${theme}.png` });
      await page.locator('[role=treeitem][aria-expanded="false"]').first().focus();
      await press("Enter");
      await press("Control+f");
      await page.screenshot({ path: `${folder}/unfolded-${theme}.png` });
      await page.evaluate(axe);
      const found = await page.evaluate(async () => {
        const run = Reflect.get(globalThis, "axe") as { run: () => Promise<{ violations: { id: string }[] }> };
        return (await run.run()).violations.map(({ id }) => id);
      });
      deepEqual(found, []);
    });
  }

  it("fits into 300 pixels", async () => {
    await begin({ width: 300, height: 700 });
    await page.screenshot({ path: `${folder}/folded-bar.png` });
    ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  });
});
