// A run of hundreds of thousands of epochs while it goes on: what its page has to do each time it is told of more.
import type { CDPSession } from "playwright-core";
import { launchChromium } from "../support/chromium";
import { figure } from "../support/figures";
import { Session } from "../../src/session/session";
import { chunksOf, regression } from "../session/recorded";
import { closeLayouts, openRun } from "../webview/hosted";

const epochs = 200_000;
const told = 20;

/** Milliseconds that the page's own thread has worked since it was opened. */
async function worked(devtools: CDPSession): Promise<number> {
  const { metrics } = await devtools.send("Performance.getMetrics");
  return 1000 * (metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN);
}

async function main(): Promise<void> {
  const { chunks } = await chunksOf(regression(epochs));
  const session = new Session({ id: "long", title: "long.ts", number: 1, origin: null, previous: null });
  const later = Math.floor(0.9 * chunks.length);
  for (const chunk of chunks.slice(0, later)) session.add(chunk);
  session.refresh();
  const browser = await launchChromium();
  const hosted = await openRun(browser, session, { width: 1080, height: 760, patience: 60_000 });
  const devtools = await hosted.page.context().newCDPSession(hosted.page);
  await devtools.send("Performance.enable");
  const taken: number[] = [];
  const some = Math.ceil((chunks.length - later) / told);
  for (let at = later; at < chunks.length; at += some) {
    const before = await worked(devtools);
    const heard = hosted.posted("took").length;
    for (const chunk of chunks.slice(at, at + some)) session.add(chunk);
    session.refresh();
    while (hosted.posted("took").length === heard) await hosted.page.waitForTimeout(20);
    await hosted.settled();
    taken.push((await worked(devtools)) - before);
  }
  const each = Math.round(session.outline.iterations / 1000);
  figure(`the page's work when a run of ${each},000 epochs tells of more`, { under: 50, unit: "ms" }, taken);
  await hosted.close();
  await browser.close();
  session.dispose();
  closeLayouts();
}

void main();
