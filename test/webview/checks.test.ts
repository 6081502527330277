import { deepEqual, equal, match, ok } from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import type { Session } from "../../src/session/session";
import { example, type Hosted, ran, type RunOptions } from "./hosted";
import { Pages, zoomOf } from "./pages";

const folder = "test/out/screens";
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const themes = ["dark", "light", "hc-dark", "hc-light"] as const;

describe("checks on the page", function () {
  this.timeout(120_000);
  const pages = new Pages();
  let hosted: Hosted;
  let page: Page;
  before(() => {
    mkdirSync(folder, { recursive: true });
  });

  async function begin(session: Session, options: RunOptions = {}): Promise<void> {
    hosted = await pages.open(session, options);
    page = hosted.page;
  }
  const forgotten = () => ran(example("forgotten-zero"), "forgotten-zero.ts");

  const nan = () => ran(example("nan"), "nan.ts");

  it("says how much was found, on the tab and beside the title, and shows it", async () => {
    await begin(await forgotten());
    equal(await page.locator("#tab-checks .badge").innerText(), "1");
    equal(await page.locator("#tab-checks").getAttribute("aria-label"), "Checks 1, 1 error");
    equal(await page.locator(".found").getAttribute("title"), "1 error");
    await page.click(".found");
    await hosted.settled();
    const text = await page.locator(".finding").innerText();
    match(text, /w\.grad was not zeroed/);
    match(text, /epoch 1 · line 15/);
    match(text, /still held the −30 that the update in line 17 had already used/);
    equal(await page.locator(".fine").isVisible(), false);
  });

  it("goes to the moment of a finding, selects its node and shows its line", async () => {
    const session = await forgotten();
    await begin(session);
    await page.click("#tab-checks");
    await page.click(".finding");
    await hosted.settled();
    match((await page.locator(".step").textContent()) ?? "", /w\.grad \+= −25\.5/);
    const finding = session.findings[0];
    deepEqual(session.cursor, { segment: finding?.segment, step: finding?.step });
    ok(hosted.acts.includes(`find ${finding?.id ?? ""}`));
    equal(await page.locator(".finding").getAttribute("aria-current"), "step");
    equal(
      await page.locator("[role=treeitem][aria-selected=true]").getAttribute("data-found"),
      ", Error: w.grad was not zeroed",
    );
    await page.click("#tab-tensor");
    equal(await page.locator(".about h2").innerText(), "w");
  });

  it("comes so near to the node of a finding that its card can be read, where the graph is small", async () => {
    await begin(await nan(), { width: 530, height: 700 });
    await page.click(".found");
    await hosted.settled();
    ok((await zoomOf(page)) < 0.5);
    await page.click(".finding");
    await hosted.settled();
    equal(await zoomOf(page), 0.8);
    await page.locator(".graph").press("f");
    ok((await zoomOf(page)) < 0.5);
  });

  it("marks the iteration on the timeline, and the mark goes there too", async () => {
    await begin(await forgotten());
    const mark = page.locator(".mark");
    equal(await mark.count(), 1);
    equal(await mark.getAttribute("aria-label"), "Error, epoch 1: w.grad was not zeroed");
    await mark.click();
    await hosted.settled();
    match((await page.locator(".step").textContent()) ?? "", /w\.grad \+= −25\.5/);
    const [line, sign] = await Promise.all([page.locator(".chart .u-over").boundingBox(), mark.boundingBox()]);
    const along = ((sign?.x ?? 0) + 9 - (line?.x ?? 0)) / (line?.width ?? 1);
    ok(Math.abs(along - 1 / 19) < 0.01, String(along));
  });

  it("draws the way of a NaN over the wires, where it is and nowhere else", async () => {
    const session = await nan();
    await begin(session);
    await page.click(".found");
    await page.click(".finding");
    await hosted.settled();
    ok(await page.locator(".legend .way").isVisible());
    match(await page.locator(".finding").innerText(), /log made −∞ of 0 in epoch 8, mul made NaN of that/);
    const red = await inkOf(page, ".wires");
    ok(red > 100, `${red} pixels of the way`);
    session.move({ to: "iterationIndex", index: 2 });
    await hosted.settled();
    equal(await page.locator(".legend .way").isVisible(), false);
    equal(await inkOf(page, ".wires"), 0);
  });

  it("says what was checked where nothing was found", async () => {
    await begin(await ran(example("autograd"), "autograd.ts"));
    equal(await page.locator(".found").isVisible(), false);
    equal(await page.locator("#tab-checks .badge").count(), 0);
    equal(await page.locator(".mark").count(), 0);
    await page.click("#tab-checks");
    equal(await page.locator(".fine").innerText(), "Nothing wrong was found.");
    ok(await page.locator(".checks details li").first().isVisible());
    await page.screenshot({ path: `${folder}/checks-none.png` });
  });

  for (const theme of themes) {
    it(`has nothing for axe to find, and a picture, ${theme}`, async () => {
      await begin(await forgotten(), { theme });
      await page.click(".found");
      await page.click(".finding");
      await hosted.settled();
      await page.screenshot({ path: `${folder}/checks-${theme}.png` });
      deepEqual(await axed(page), []);
    });

    it(`shows where a NaN came from, ${theme}`, async () => {
      for (const [size, width] of [
        ["", 1080],
        ["-bar", 300],
      ] as const) {
        if (size !== "") await hosted.close();
        await begin(await nan(), { theme, width });
        await page.click(".found");
        await page.click(".finding");
        await hosted.settled();
        await page.screenshot({ path: `${folder}/nan-${theme}${size}.png` });
      }
      deepEqual(await axed(page), []);
    });

    it(`fits into 300 pixels, ${theme}`, async () => {
      await begin(await forgotten(), { theme, width: 300, height: 760, place: "sideBar" });
      await page.click(".found");
      await page.click(".finding");
      await hosted.settled();
      await page.screenshot({ path: `${folder}/checks-${theme}-bar.png` });
      const wide = await page.evaluate(() =>
        Array.from(document.querySelectorAll(".finding, .finding *, .found, .mark, .fine, .checks *"))
          .filter((each) => each.getBoundingClientRect().right > 300.5 && !each.closest(".unseen"))
          .map((each) => each.outerHTML.slice(0, 80)),
      );
      deepEqual(wide, []);
    });
  }
});

/** How many pixels of a canvas have the colour of errors. */
function inkOf(page: Page, canvas: string): Promise<number> {
  return page.evaluate((selector) => {
    const found = document.querySelector<HTMLCanvasElement>(selector);
    const context = found?.getContext("2d");
    if (!found || !context) return -1;
    const pen = new OffscreenCanvas(1, 1).getContext("2d");
    if (!pen) return -1;
    pen.fillStyle = getComputedStyle(document.body).getPropertyValue("--error").trim();
    pen.fillRect(0, 0, 1, 1);
    const [r = 0, g = 0, b = 0] = pen.getImageData(0, 0, 1, 1).data;
    const { data } = context.getImageData(0, 0, found.width, found.height);
    let count = 0;
    for (let k = 0; k < data.length; k += 4) if (data[k] === r && data[k + 1] === g && data[k + 2] === b) count++;
    return count;
  }, canvas);
}

/** What axe has to say of a page. */
async function axed(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(async () => {
    interface Told {
      id: string;
      nodes: { html: string; failureSummary: string }[];
    }
    const { axe: run } = globalThis as unknown as { axe: { run(): Promise<{ violations: Told[] }> } };
    return (await run.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
  });
}
