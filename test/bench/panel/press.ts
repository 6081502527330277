import type { Page } from "playwright-core";

/** How long a key took, in milliseconds. */
export interface Times {
  readonly work: number;
  readonly frame: number;
}

/** From a key press to the end of its handlers, and to the frame that shows what they did. */
export async function press(page: Page, key: string): Promise<Times> {
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
