// A step in the panel: from the key to the painted frame, in real Chromium, the built page under its own CSP.
import { existsSync } from "node:fs";
import type { Page } from "playwright-core";
import { graphOf } from "../../src/recording/graph";
import { launchChromium } from "../support/chromium";
import { closeLayouts, openRun, ran } from "../webview/hosted";

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

function quantile(sorted: readonly number[], q: number): string {
  return `${(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? NaN).toFixed(1)} ms`;
}

async function main(): Promise<void> {
  if (!existsSync("dist/webview/main.js")) throw new Error("The page is not built: npm run build, then bench again.");
  const browser = await launchChromium();
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
    for (const [name, zooms] of [
      ["fitted", 0],
      ["close", 12],
    ] as const) {
      for (let i = 0; i < zooms; i++) await hosted.page.click("[title='Zoom in']");
      await hosted.settled();
      const times: Times[] = [];
      for (let i = 0; i < presses; i++) {
        times.push(await press(hosted.page, "ArrowRight"));
        await hosted.page.waitForTimeout(20);
      }
      const frames = times.map((t) => t.frame).sort((a, b) => a - b);
      const work = times.map((t) => t.work).sort((a, b) => a - b);
      console.log(
        `${nodes.length} nodes, ${edges.length} wires, ${name}: key to painted frame ${quantile(frames, 0.5)} (p95 ` +
          `${quantile(frames, 0.95)}, limit ${limit} ms), of it the page's work ${quantile(work, 0.5)} (p95 ${quantile(work, 0.95)})`,
      );
    }
    await hosted.close();
  }
  closeLayouts();
  await browser.close();
}

void main();
