import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdirSync } from "node:fs";
import type { Page } from "playwright-core";
import type { Session } from "../../src/session/session";
import { axed } from "./axed";
import { example, type Hosted, ran, type RunOptions } from "./hosted";
import { Pages, pickNode } from "./pages";

const folder = "test/out/screens";

/** Weights of two signs, an activation, and one that was kept as statistics only. */
const program = `import { manualSeed, noGrad, randn, tensor } from "backstep";
manualSeed(3);
const x = randn(16, 3);
const large = randn(5000);
const W = tensor([[1, -2], [0.5, 3], [-1, 0]], { requiresGrad: true });
for (let epoch = 0; epoch < 40; epoch++) {
  const h = x.mm(W);
  const loss = h.pow(2).mean().add(large.mean().mul(0));
  loss.backward();
  noGrad(() => W.sub_(W.grad!.mul(0.2)));
  W.grad = null;
}
`;

describe("the History tab", function () {
  this.timeout(60_000);
  const pages = new Pages();
  let session: Session;
  let hosted: Hosted;
  let page: Page;

  before(async () => {
    mkdirSync(folder, { recursive: true });
    session = await ran(program, "history.ts");
  });

  const open = async (options: RunOptions = {}, of = session): Promise<void> => {
    hosted = await pages.openAtBackward(of, { height: 1200, ...options });
    page = hosted.page;
    await page.click("#tab-history");
    await read();
  };
  /** Waits until all iterations were read. */
  const read = async (): Promise<void> => {
    await hosted.settled();
    await page.waitForFunction(() => document.querySelector(".history .still")?.textContent === "");
    await hosted.settled();
  };
  const pick = async (name: string): Promise<void> => {
    await pickNode(page, name);
    await read();
  };
  const choose = async (list: string, option: string): Promise<void> => {
    await page.locator(`.history [aria-label='${list}']`).click();
    await page.locator(".history vscode-option:visible", { hasText: new RegExp(`^${option}`) }).click();
    await read();
  };
  const titles = () => page.locator("#view-history section:not([hidden]) h3").allInnerTexts();
  const curve = (title: string) =>
    page.locator("#view-history section:not([hidden])", {
      has: page.locator("h3", { hasText: new RegExp(`^${title}`) }),
    });
  const now = (title: string) => curve(title).locator(".mono").first().innerText();

  it("shows the norms of value, gradient and update over the run, and how the elements are spread", async () => {
    await open();
    await pick("W");
    deepEqual(await titles(), [
      "norm of W",
      "norm of W.grad",
      "norm of update of W",
      "Histogram of W",
      "Histogram of ∂L/∂W",
    ]);
    const label = (await curve("norm of W.grad").locator("[role=img]").getAttribute("aria-label")) ?? "";
    match(label, /^norm of W\.grad over 40 iterations, from \d\.\d{4} to [\d.e−]+\. \d\.\d{4} at epoch 0$/);
    const update = parseFloat(await now("norm of update of W"));
    ok(Math.abs(update - 0.2 * parseFloat(await now("norm of W.grad"))) < 1e-4, "learning rate 0.2");
    const bars = (await curve("Histogram of W").locator("svg").getAttribute("aria-label")) ?? "";
    match(bars, /^Histogram of W: 6 elements from −2 to 3, most of them, /);
  });

  it("shows one element, that the Tensor tab chose too", async () => {
    await open();
    await pick("W");
    await choose("Elements", "one element");
    deepEqual((await titles()).slice(0, 3), ["W at [0, 0]", "W.grad at [0, 0]", "update of W at [0, 0]"]);
    await page.getByLabel("Index in dimension 0, 0 to 2").fill("1");
    await page.getByLabel("Index in dimension 1, 0 to 1").fill("1");
    await read();
    equal((await titles())[0], "W at [1, 1]");
    const [before, step] = [3, parseFloat((await now("update of W")).replace("−", "-"))];
    const after = parseFloat((await now("W at")).replace("−", "-"));
    ok(Math.abs(before + step - after) < 2e-4, `${before} ${step} ${after}`);
    await page.click("#tab-tensor");
    await hosted.settled();
    equal(await page.locator("#view-tensor section").first().locator(".chosen").getAttribute("title"), `[1, 1] 3.0000`);
    await page.locator("#view-tensor .heat button").nth(1).click();
    await page.click("#tab-history");
    await read();
    equal((await titles())[0], "W at [0, 1]");
    await choose("Elements", "norm of all 6");
    equal((await titles())[0], "norm of W");
  });

  it("follows what is no parameter too", async () => {
    await open();
    await pick("h");
    deepEqual((await titles()).slice(0, 2), ["norm of h", "norm of ∂L/∂h"]);
    await pick("x");
    deepEqual(await titles(), ["norm of x", "Histogram of x"], "nothing changes it, and no gradient reaches it");
  });

  it("goes to the iteration that is pressed, and marks the one that one goes to", async () => {
    await open();
    await pick("W");
    const box = await curve("norm of W.grad").locator(".u-over").boundingBox();
    if (!box) throw new Error("the curve is not drawn");
    await page.mouse.click(box.x + box.width - 1, box.y + 20);
    await hosted.settled();
    equal(session.cursor?.segment, session.track.segmentOf(39));
    match(await now("norm of W.grad"), / at epoch 39$/);
    await page.keyboard.press("PageUp");
    await hosted.settled();
    match(await now("norm of W.grad"), / at epoch 38$/);
  });

  it("draws on a log and a symmetric log axis, says what has no place, and keeps the choice in the host", async () => {
    await open();
    await pick("W");
    await choose("Elements", "one element");
    await page.getByLabel("Index in dimension 1, 0 to 1").fill("1");
    await read();
    await choose("Scale of the curves", "log");
    match(
      await curve("W at").locator(".caption").innerText(),
      /^40 not above zero: no place on a log axis; symlog shows them\.$/,
    );
    await choose("Scale of the curves", "symmetric log");
    equal(await curve("W at").locator(".caption").innerText(), "");
    equal(hosted.posted("ui").at(-1)?.ui.history.scale, "symlog");
  });

  it("shows the recent window on request", async () => {
    await open();
    await pick("W");
    const pixels = () =>
      curve("norm of W.grad")
        .locator("canvas")
        .evaluate((e) => (e as HTMLCanvasElement).toDataURL());
    const whole = await pixels();
    await page.getByLabel("recent only").check();
    await hosted.settled();
    ok((await pixels()) !== whole);
    equal(hosted.posted("ui").at(-1)?.ui.history.recent, true);
    const box = await curve("norm of W.grad").locator(".u-over").boundingBox();
    await page.mouse.click((box?.x ?? 0) + (box?.width ?? 0) - 1, (box?.y ?? 0) + 20);
    await hosted.settled();
    equal(session.cursor?.segment, session.track.segmentOf(9), "ten iterations of forty");
  });

  it("says that a histogram was counted when its elements were recorded as statistics", async () => {
    await open();
    await pick("large");
    match(await curve("Histogram of large").innerText(), /Its 5000 elements were counted when they were recorded\./);
    const label = (await curve("Histogram of large").locator("svg").getAttribute("aria-label")) ?? "";
    match(label, /^Histogram of large: 5000 elements from −\d/);
  });

  it("keeps the gradient that was made by hand", async () => {
    await open({}, await ran(example("hand-written-gradient"), "hand.ts"));
    await pick("w");
    deepEqual(await titles(), ["w", "w.grad", "update of w"]);
    equal(await now("w.grad"), "−120.0000 at epoch 0");
    equal(await now("update of w"), "1.2000 at epoch 0");
  });

  it("fits into 300 pixels", async () => {
    await open({ width: 300, height: 1400, place: "sideBar" });
    await pick("W");
    await choose("Elements", "one element");
    const wide = await page
      .locator("#view-history *")
      .evaluateAll((all) =>
        all.filter((e) => e.getBoundingClientRect().right > 300).map((e) => e.outerHTML.slice(0, 80)),
      );
    deepEqual(wide, []);
    await page.screenshot({ path: `${folder}/history-bar.png` });
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const)
    it(`has nothing for axe to find, ${theme}`, async () => {
      await open({ theme });
      await pick("W");
      await page.screenshot({ path: `${folder}/history-${theme}.png` });
      deepEqual(await axed(page), []);
      await choose("Elements", "one element");
      deepEqual(await axed(page), []);
    });
});
