// A step in the panel: from the key to the painted frame, in real Chromium, the built page under its own CSP.
import { existsSync } from "node:fs";
import type { Browser, Page } from "playwright-core";
import { graphOf } from "../../src/recording/graph";
import { launchChromium } from "../support/chromium";
import { figure } from "../support/figures";
import { closeLayouts, type Hosted, openRun, ran } from "../webview/hosted";

const presses = 60;

/** A scalar network of two inputs, three layers and one output, of about so many nodes. */
function network(width: number): string {
  return `import { manualSeed, randn, tensor, type Tensor } from "backstep";
manualSeed(1);
const sizes = [2, ${width}, ${width}, 1];
const parameter = () => tensor(randn(1).item() as number, { requiresGrad: true });
const layers = sizes.slice(1).map((n, l) => Array.from({ length: n }, () => Array.from({ length: sizes[l]! + 1 }, parameter)));
const inputs = [tensor(0.5), tensor(-1)];
for (let epoch = 0; epoch < 3; epoch++) {
  let x: Tensor[] = inputs;
  for (const layer of layers) {
    const given = x;
    x = layer.map((ws) => given.reduce((total, xi, i) => total.add(ws[i]!.mul(xi)), ws[given.length]!).tanh());
  }
  const loss = x[0]!.sub(1).pow(2);
  loss.backward();
  for (const w of layers.flat(2)) w.grad = null;
}
`;
}

interface Times {
  readonly work: number;
  readonly frame: number;
}

/** From a key press to the end of its handlers, and to the frame that shows what they did. */
async function press(page: Page, key: string): Promise<Times> {
  await page.evaluate(() => {
    const measured = new Promise<Times>((done) => {
      let begin = 0;
      addEventListener("keydown", () => (begin = performance.now()), { capture: true, once: true });
      addEventListener(
        "keydown",
        () => {
          const work = performance.now() - begin;
          // The frame is painted when the first task after its animation callbacks runs.
          requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => done({ work, frame: performance.now() - begin });
            channel.port2.postMessage(null);
          });
        },
        { once: true },
      );
    });
    Reflect.set(globalThis, "measured", measured);
  });
  await page.keyboard.press(key);
  return page.evaluate(() => Reflect.get(globalThis, "measured") as Promise<Times>);
}

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
