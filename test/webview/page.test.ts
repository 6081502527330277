import { deepEqual, equal, match, notEqual, ok } from "node:assert/strict";
import type { Page } from "playwright-core";
import type { Cursor } from "../../src/recording/moves";
import type { Session } from "../../src/session/session";
import { regression } from "../session/recorded";
import { eventually } from "../vscode/eventually";
import { axed } from "./axed";
import { example, type Hosted, ran, type RunOptions } from "./hosted";
import { Pages } from "./pages";

const textOf = (page: Page, selector: string) => page.locator(selector).innerText();
const stepText = async (page: Page) => (await page.locator(".step").textContent()) ?? "";
const tree = (page: Page) => page.locator("[role=treeitem]").allTextContents();
/** All that is painted, as bytes. */
const picture = (page: Page) =>
  page.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLCanvasElement>("canvas.wires, canvas.cards"), (c) => c.toDataURL()).join(),
  );

describe("the page", function () {
  this.timeout(60_000);
  const pages = new Pages();
  let session: Session;
  let hosted: Hosted;
  let page: Page;

  before(async () => {
    session = await ran(example("autograd"), "autograd.ts");
  });

  const begin = async (options: RunOptions = {}, of = session): Promise<void> => {
    of.player.pause();
    of.move({ to: "cursor", segment: of.track.segmentOf(0), step: 3 });
    hosted = await pages.open(of, { width: 1000, height: 720, ...options });
    page = hosted.page;
  };

  const at = (): Cursor | null => session.cursor;

  const press = async (...keys: string[]): Promise<void> => {
    for (const key of keys) await page.keyboard.press(key);
    await hosted.settled();
  };

  it("opens with the whole topology, what is still to come marked", async () => {
    await begin();
    deepEqual(await page.locator(".chip").allInnerTexts(), ["Forward\n4/4", "Backward\n0/5", "Update\n0/3"]);
    match(await stepText(page), /step 4 \/ 12 · .* · line \d+/);
    const nodes = await tree(page);
    equal(nodes.length, 7);
    ok(
      nodes.some((node) => /^w \[\] leaf, value 0\.0000, ∂L\/∂w to come, \.grad null$/.test(node)),
      nodes.join("\n"),
    );
    equal(await textOf(page, ".info"), "run 3 · 20 epochs · recorded in 9 ms");
  });

  it("asks the browser for no frame while nothing changes", async () => {
    await begin();
    const atRest = () =>
      page.evaluate(async () => {
        const ask = window.requestAnimationFrame.bind(window);
        let asked = 0;
        window.requestAnimationFrame = (frame) => {
          asked++;
          return ask(frame);
        };
        await new Promise((later) => setTimeout(later, 300));
        window.requestAnimationFrame = ask;
        return asked === 0;
      });
    await eventually("the page rests", atRest);
  });

  it("walks through an epoch and back over the same pictures", async () => {
    await begin();
    await press("ArrowLeft", "ArrowLeft", "ArrowLeft");
    const there = [await picture(page)];
    for (let i = 0; i < 11; i++) {
      await press("ArrowRight");
      there.push(await picture(page));
    }
    equal(new Set(there).size, there.length, "every step changes the picture");
    for (const expected of there.slice(0, -1).reverse()) {
      await press("ArrowLeft");
      ok((await picture(page)) === expected, "the same picture on the way back");
    }
  });

  it("takes ten quick steps, stays where the host is, and keeps the focus", async () => {
    await begin();
    await page.click(".graph", { position: { x: 300, y: 420 } });
    const focused = await page.evaluate(() => document.activeElement?.className);
    await Promise.all(Array.from({ length: 10 }, () => page.keyboard.press("ArrowRight")));
    await hosted.settled();
    deepEqual(at(), { segment: session.track.segmentOf(1), step: 1 });
    match(await stepText(page), /^step 2 \/ 12/);
    equal(await page.evaluate(() => document.activeElement?.className), focused);
    deepEqual(
      hosted.posted("move").map(({ seq }) => seq),
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
    );
  });

  it("goes by phase, by epoch and to the ends", async () => {
    await begin();
    await press("ArrowDown");
    match(await stepText(page), /^step 9 \/ 12 · w\.grad \+= −30/);
    await press("PageDown", "PageDown");
    equal(await page.locator(".epoch .number input").inputValue(), "2");
    await press("ArrowUp");
    match(await stepText(page), /^step 4 \/ 12/);
    await press("End");
    deepEqual(at()?.segment, session.outline.segments.length - 1);
    await press("Home");
    deepEqual(at(), { segment: 0, step: 0 });
  });

  it("goes back by PageUp, and plays backwards by Shift and Space", async () => {
    await begin();
    await press("PageDown", "PageDown", "PageUp");
    deepEqual(at(), { segment: session.track.segmentOf(1), step: 3 });
    await press("Shift+ ");
    await eventually("it played back into the epoch before", () => at()?.segment === session.track.segmentOf(0));
    await press(" ");
    ok(!session.player.playing);
  });

  it("fits everything in by F again, whatever was zoomed", async () => {
    await begin();
    const whole = await picture(page);
    await page.click("[title='Zoom in']");
    await page.click("[title='Zoom in']");
    await eventually("a zoom is kept", () => hosted.posted("ui").at(-1)?.ui.view?.zoom !== undefined);
    notEqual(await picture(page), whole);
    await press("f");
    await eventually("nothing is kept of it", () => hosted.posted("ui").at(-1)?.ui.view === null);
    equal(await picture(page), whole);
  });

  for (const key of ["Control+f", "Meta+f"])
    it(`opens the search by ${key}, and Escape leads back to the graph`, async () => {
      await begin();
      await press(key);
      equal(await page.evaluate(() => document.activeElement?.closest(".seek") !== null), true);
      await press("Escape");
      equal(await page.locator(".seek").isVisible(), false);
      await press("ArrowRight");
      match(await stepText(page), /^step 5/);
    });

  it("goes to the epoch that is typed, to the phase that is clicked, to the point of the curve that is pressed", async () => {
    await begin();
    await page.locator(".epoch .number input").fill("7");
    await press("Enter");
    equal(at()?.segment, session.track.segmentOf(7));
    await page.locator(".epoch .number input").fill("3");
    await press("ArrowRight");
    equal(at()?.segment, session.track.segmentOf(7), "an arrow in the field stays in the field");
    await page.click(".chip.update");
    await hosted.settled();
    deepEqual(
      session.cursor,
      { segment: session.track.segmentOf(3), step: 11 },
      "leaving the field took what was typed",
    );
    const box = await page.locator(".chart .u-over").boundingBox();
    if (!box) throw new Error("the curve is not drawn");
    await page.mouse.click(box.x + box.width, box.y + 20);
    await hosted.settled();
    equal(at()?.segment, session.track.segmentOf(19));
  });

  it("leaves a key to the widget that uses it", async () => {
    await begin();
    await page.focus(".scrubber");
    await press("ArrowRight", "ArrowRight");
    deepEqual(at(), { segment: session.track.segmentOf(2), step: 3 });
    await page.focus("[role=treeitem][tabindex='0']");
    await press("ArrowDown");
    deepEqual(at(), { segment: session.track.segmentOf(2), step: 3 });
    equal(await page.locator("[role=treeitem][aria-selected=true]").count(), 1);
    await press("ArrowRight");
    deepEqual(at()?.step, 4, "a key the tree does not use moves");
  });

  it("plays and pauses by the host's clock", async () => {
    await begin();
    await press(" ");
    ok(session.player.playing);
    await page.waitForSelector("[aria-label='Pause (Space)']");
    await press(" ");
    ok(!session.player.playing);
    await page.waitForSelector("[aria-label='Play (Space)']");
  });

  it("follows a move of the host", async () => {
    await begin();
    await press("ArrowRight");
    session.move({ to: "iterationIndex", index: 5 });
    await hosted.settled();
    equal(await page.locator(".epoch .number input").inputValue(), "5");
  });

  it("tells of a node in a tooltip, shows it in the inspector and reveals its line", async () => {
    await begin();
    await press("ArrowDown");
    const w = await nodeAt(page, 0);
    await page.mouse.move(w.x, w.y);
    await page.waitForSelector(".tip:not([hidden])");
    match(
      await textOf(page, ".tip"),
      /w · float32 scalar · requires grad[\s\S]*\.grad\s+−30\.0000[\s\S]*will be\s+0\.3/,
    );
    equal(await page.locator(".tip svg path").count(), 1);
    const other = await nodeAt(page, 3);
    await page.mouse.click(other.x, other.y);
    await hosted.settled();
    deepEqual(
      hosted.acts.filter((act) => act.startsWith("reveal")),
      [`reveal ${at()?.segment} 3`],
    );
    equal(await page.locator("[role=treeitem]").nth(3).getAttribute("aria-selected"), "true");
    const named = (await tree(page))[3]?.split(/[ ,]/)[0];
    equal(await textOf(page, ".about h2"), named);
  });

  it("shows a tensor's numbers and its course over the epochs", async () => {
    await begin();
    await press("ArrowDown");
    await page.click("#tab-tensor");
    await hosted.settled();
    deepEqual(await page.locator("#view-tensor .scalar").allInnerTexts(), ["0.0000", "−30.0000", "−30.0000"]);
    await page.click("#tab-history");
    await hosted.settled();
    deepEqual(await page.locator("#view-history h3").allInnerTexts(), ["w", "w.grad", "update of w"]);
    equal(await page.locator("#view-history canvas").count(), 3);
    deepEqual(hosted.posted("ui").at(-1)?.ui.tab, "history");
  });

  it("says where the cursor is to those who do not see it", async () => {
    await begin();
    await press("ArrowDown");
    await page
      .locator(".unseen[aria-live]", { hasText: /^epoch 0, step 9 of 12, backward, w\.grad \+= −30, line \d+$/ })
      .waitFor({ state: "attached" });
  });

  it("wears another theme at once", async () => {
    await begin();
    const before = await picture(page);
    await hosted.setTheme("light");
    await hosted.settled();
    notEqual(await picture(page), before);
    const [r = 0] = await page.evaluate(() => {
      const canvas = document.querySelector<HTMLCanvasElement>("canvas.cards");
      const context = canvas?.getContext("2d");
      const [x, y] = [Math.floor((canvas?.width ?? 0) / 2), Math.floor((canvas?.height ?? 0) / 2)];
      return Array.from(context?.getImageData(x - 60, y - 12, 1, 1).data ?? []);
    });
    ok(r === 0 || r > 200, `a card of a light theme is light, not ${r}`);
  });

  it("turns the graph and remembers it", async () => {
    await begin();
    const before = await picture(page);
    await page.click("[title='Left to right or top down']");
    await page.waitForFunction(
      (old) => document.querySelector<HTMLCanvasElement>("canvas.cards")?.toDataURL() !== old,
      before,
    );
    await hosted.settled();
    equal(hosted.posted("ui").at(-1)?.ui.orientation, "TB");
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const) {
    it(`has nothing for axe to find, ${theme}`, async () => {
      await begin({ theme });
      await press("ArrowDown");
      deepEqual(await axed(page), []);
    });
  }

  it("has nothing for axe to find in a failed run and before any", async () => {
    const broken = await ran(regression(10, "if (epoch === 7) throw new Error('no more');"), "failing.ts");
    broken.note("Lines 1 to 4 were added.");
    await begin({ theme: "light" }, broken);
    deepEqual(await axed(page), []);
    await hosted.close();
    hosted = await pages.open(null);
    deepEqual(await axed(hosted.page), []);
  });

  it("fits into 300 pixels", async () => {
    await begin({ width: 300, height: 640, place: "sideBar" });
    equal(await page.evaluate(() => document.documentElement.scrollWidth), 300);
    const wide = await page.evaluate(() =>
      Array.from(document.querySelectorAll("body *"))
        .filter((e) => e.getBoundingClientRect().right > 301 && getComputedStyle(e).visibility !== "hidden")
        .filter((e) => !e.closest(".tree, .unseen, .chart, .step, .inspector"))
        .map((e) => e.outerHTML.slice(0, 80)),
    );
    deepEqual(wide, []);
    equal(await page.locator(".inspector").isVisible(), false);
    await page.click(".inspect");
    equal(await page.locator(".inspector").isVisible(), true);
  });

  it("says what went wrong and leads to the line", async () => {
    await begin({}, await ran(regression(10, "if (epoch === 7) throw new Error('no more');"), "failing.ts"));
    match(await textOf(page, ".banner"), /no more[\s\S]*failing\.ts:12 What was recorded before it is all here\./);
    await page.click(".banner a");
    ok(hosted.acts.includes("showProblem"));
    await press("PageDown");
    match(await textOf(page, ".info"), /failed · 8 epochs · 12 steps each/);
  });

  it("says what to do when nothing was run", async () => {
    hosted = await pages.open(null, {
      empty: { reason: "This workspace is not trusted.", problem: null, canRun: false },
    });
    page = hosted.page;
    match(await textOf(page, ".empty"), /Run gradient descent[\s\S]*This workspace is not trusted\./);
    equal(await page.locator("vscode-button").count(), 1);
    await page.click("vscode-button");
    deepEqual(hosted.acts, ["openExample"]);
  });

  it("reports a message it does not know and goes on", async () => {
    await begin();
    await hosted.post({ type: "cursor", id: session.id, segment: -1 });
    await hosted.settled();
    match(hosted.posted("trouble")[0]?.text ?? "", /unknown message/);
    await press("ArrowRight");
    match(await stepText(page), /^step 5/);
  });

  it("asks for the rows of a long run as it comes to them", async () => {
    const long = regression(260)
      .replace("tensor([1, 2, 3, 4])", "linspace(1, 2, 4000)")
      .replace("tensor([2, 4, 6, 8])", "linspace(2, 4, 4000)")
      .replace("{ noGrad,", "{ linspace, noGrad,");
    const of = await ran(long, "long.ts");
    ok(of.recording.chunks > 20 && of.status === "done", of.problem?.message);
    await begin({}, of);
    await press("End");
    await page.waitForFunction(() => !document.body.classList.contains("waiting"));
    await hosted.settled();
    const { segments } = of.outline;
    deepEqual(of.cursor && segments[of.cursor.segment], segments.at(-1));
    await page.locator(".epoch .number input").fill("200");
    await press("Enter");
    await page.waitForFunction(() =>
      document.querySelector(".unseen[aria-live]")?.textContent.startsWith("epoch 200,"),
    );
    ok(
      (await tree(page)).some((node) => /^w .*value 1\.\d{4}/.test(node)),
      (await tree(page)).join("\n"),
    );
  });
});

/** A point on a node's card, found by the pointer as a person would find it. */
async function nodeAt(page: Page, node: number): Promise<{ x: number; y: number }> {
  const at = await page.evaluate((index) => {
    const stage = document.querySelector(".stage");
    const cy: unknown = stage && Reflect.get(Reflect.get(stage, "_cyreg") ?? {}, "cy");
    const core = cy as { getElementById(id: string): { renderedPosition(): { x: number; y: number } } };
    const { x, y } = core.getElementById(`n${index}`).renderedPosition();
    const box = stage?.getBoundingClientRect();
    return { x: x + (box?.left ?? 0), y: y + (box?.top ?? 0) };
  }, node);
  return at;
}
