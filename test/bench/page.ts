// A step in the panel: from the key to the painted frame, in real Chromium, the built page under its own CSP.
import { existsSync } from "node:fs";
import type { Browser } from "playwright-core";
import { graphOf } from "../../src/recording/graph";
import { launchChromium } from "../support/chromium";
import { figure } from "../support/figures";
import { network } from "./panel/models";
import { press, type Times } from "./panel/press";
import { closeLayouts, type Hosted, openRun, ran } from "../webview/hosted";

const presses = 60;

/** A step at so many presses of a key, the page at rest between them. */
async function steps(hosted: Hosted): Promise<Times[]> {
  const times: Times[] = [];
  for (let i = 0; i < presses; i++) {
    times.push(await press(hosted.page, "ArrowRight"));
    await hosted.page.waitForTimeout(20);
  }
  return times;
}

async function measure(browser: Browser, display: string): Promise<void> {
  for (const [width, limit] of [
    [2, 16],
    [17, 50],
  ] as const) {
    const session = await ran(network(width), "network.ts");
    const segment = session.outline.segments[session.track.segmentOf(1)];
    if (!segment) throw new Error("The network did not train.");
    const { nodes, edges } = graphOf(session.recording, segment).graph;
    session.move({ to: "cursor", segment: session.track.segmentOf(1), step: 0 });
    const hosted = await openRun(browser, session, { width: 1080, height: 760 });
    for (const [zoom, clicks] of [
      ["fitted", 0],
      ["close", 12],
    ] as const) {
      for (let i = 0; i < clicks; i++) await hosted.page.click("[title='Zoom in']");
      await hosted.settled();
      const times = await steps(hosted);
      const what = `${nodes.length} nodes, ${edges.length} wires, ${zoom}, ${display}: key to painted frame`;
      figure(
        what,
        { under: limit, unit: "ms" },
        times.map((t) => t.frame),
      );
      figure(
        "  of it the page's own work",
        { under: limit, unit: "ms" },
        times.map((t) => t.work),
      );
    }
    await hosted.close();
  }
}

async function main(): Promise<void> {
  if (!existsSync("dist/webview/main.js")) throw new Error("The page is not built: npm run build, then bench again.");
  // A display of 60 Hz adds a wait of up to 17 ms for its next frame, whatever the page does.
  for (const [display, flags] of [
    ["display without a rate of its own", ["--disable-frame-rate-limit", "--disable-gpu-vsync"]],
    ["60 Hz display", []],
  ] as const) {
    const browser = await launchChromium(flags);
    await measure(browser, display);
    await browser.close();
  }
  closeLayouts();
}

void main();
