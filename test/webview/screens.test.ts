import { deepEqual } from "node:assert/strict";
import { mkdirSync } from "node:fs";
import type { Browser } from "playwright-core";
import type { Session } from "../../src/session/session";
import { launchChromium } from "../support/chromium";
import { closeLayouts, example, openRun, ran } from "./hosted";

const folder = "test/out/screens";

describe("screens of the page", function () {
  this.timeout(120_000);
  let browser: Browser;
  let session: Session;
  before(async () => {
    mkdirSync(folder, { recursive: true });
    [browser, session] = await Promise.all([launchChromium(), ran(example("autograd"), "autograd.ts")]);
  });
  after(async () => {
    closeLayouts();
    await browser.close();
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const) {
    for (const [name, width, height] of [
      ["wide", 1080, 760],
      ["beside", 700, 760],
      ["bar", 300, 700],
    ] as const) {
      it(`${theme}, ${name}`, async () => {
        const hosted = await openRun(browser, session, { theme, width, height });
        await hosted.page.keyboard.press("ArrowDown");
        await hosted.settled();
        await hosted.page.screenshot({ path: `${folder}/${theme}-${name}.png` });
        deepEqual(hosted.errors, []);
        await hosted.close();
      });
    }
  }
});
