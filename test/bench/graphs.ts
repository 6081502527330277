// Graphs of real models in real Chromium, the built page under its own CSP: opened, opened up part by part, stepped through.
import type { Browser, Page } from "playwright-core";
import { graphOf } from "../../src/recording/graph";
import { Session } from "../../src/session/session";
import { chunksOf } from "../session/recorded";
import { launchChromium } from "../support/chromium";
import { figure } from "../support/figures";
import { closeLayouts, type Hosted, openRun } from "../webview/hosted";
import { micrograd, network, transformer } from "./panel/models";
import { press } from "./panel/press";

const openings = 3;
const presses = 40;
const patience = 120_000;

interface Opening {
  readonly hosted: Hosted;
  /** Milliseconds from the start of the page to its first painted graph. */
  readonly opened: number;
  /** Milliseconds of the longest task until then. */
  readonly longest: number;
}

/** Runs in the page before its own scripts: notes when the first graph is painted, and all long tasks until then. */
function watch(): void {
  const seen = { opened: 0, longest: 0 };
  Reflect.set(globalThis, "seen", seen);
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries())
      if (seen.opened === 0 || startTime < seen.opened) seen.longest = Math.max(seen.longest, duration);
  }).observe({ type: "longtask", buffered: true });
  const look = (): void => {
    if (document.querySelector(".cards[data-ready]")) seen.opened = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/** Opens a new page on a new session: nothing was made before. */
async function open(browser: Browser, chunks: readonly Uint8Array[]): Promise<Opening> {
  const session = new Session({ id: "run", title: "model.ts", number: 1, origin: null, previous: null });
  for (const chunk of chunks) session.add(chunk);
  session.end("done", null, 9);
  session.move({ to: "cursor", segment: session.track.segmentOf(0), step: 0 });
  const hosted = await openRun(browser, session, { width: 1080, height: 760, first: watch, patience });
  // What is reported of the task that painted comes after it.
  await hosted.page.waitForTimeout(300);
  const seen = await hosted.page.evaluate<{ opened: number; longest: number }>("seen");
  return { hosted, ...seen };
}

/** Milliseconds from Enter on the first closed part to the frame that shows what is in it. */
async function unfold(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const lines = document.querySelectorAll("[role=treeitem]");
    const closed = document.querySelector<HTMLElement>("[role=treeitem][aria-expanded=false]");
    if (!closed) throw new Error("There is nothing to open.");
    closed.focus();
    const began = performance.now();
    closed.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
    while (document.querySelectorAll("[role=treeitem]").length === lines.length)
      await new Promise((done) => requestAnimationFrame(done));
    return performance.now() - began;
  });
}

/** What the page must stay under, in milliseconds. */
interface Targets {
  readonly opened: number;
  readonly longest?: number;
  readonly step?: number;
  readonly unfolded?: number;
}

async function measure(browser: Browser, name: string, text: string, targets: Targets): Promise<void> {
  const { chunks, status, message } = await chunksOf(text);
  if (status !== "done") throw new Error(`${name} did not run: ${message}`);
  const all: Opening[] = [];
  for (let i = 0; i < openings; i++) {
    await all.at(-1)?.hosted.close();
    all.push(await open(browser, chunks));
  }
  const hosted = all.at(-1)?.hosted;
  const session = hosted?.session;
  const segment = session?.outline.segments[session.track.segmentOf(0)];
  if (!hosted || !session || !segment) throw new Error(`${name} did not train.`);
  const { page } = hosted;
  const { nodes } = graphOf(session.recording, segment).graph;
  const figures = (what: string, under: number | undefined, values: readonly number[]): void => {
    if (under !== undefined) figure(`  ${what}`, { under, unit: "ms" }, values);
  };
  console.log(`${name}, ${nodes.length} nodes: ${await page.locator(".folding .text").innerText()}`);
  figures(
    "opened, from the start of the page to the painted graph",
    targets.opened,
    all.map(({ opened }) => opened),
  );
  figures(
    "the longest task until then",
    targets.longest,
    all.map(({ longest }) => longest),
  );
  if (targets.step !== undefined) {
    const frames: number[] = [];
    for (let i = 0; i < presses; i++) {
      frames.push((await press(page, "ArrowRight")).frame);
      await page.waitForTimeout(20);
    }
    figures("a step, from the key to the painted frame", targets.step, frames);
  }
  if (targets.unfolded !== undefined) {
    const unfolds: number[] = [];
    for (let i = 0; i < 3; i++) unfolds.push(await unfold(page));
    figures("a part opened, from the key to what is in it", targets.unfolded, unfolds);
  }
  if (hosted.errors.length > 0) throw new Error(hosted.errors.join("\n"));
  await hosted.close();
}

async function main(): Promise<void> {
  const browser = await launchChromium();
  await measure(browser, "a scalar network", network(17), { opened: 1500, step: 50 });
  await measure(browser, "micrograd's demo on 9 points", micrograd(9), { opened: 2000, unfolded: 2000 });
  await measure(browser, "a step of a 12-layer transformer", transformer(), { opened: 2000, unfolded: 2000 });
  await measure(browser, "micrograd's demo on 76 points", micrograd(76), { opened: 20_000, longest: 200 });
  await browser.close();
  closeLayouts();
}

void main();
