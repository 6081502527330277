import { deepEqual } from "node:assert/strict";
import type { Browser, Page } from "playwright-core";
import type { Session } from "../../src/session/session";
import { launchChromium } from "../support/chromium";
import { closeLayouts, type Hosted, openRun, type RunOptions } from "./hosted";

const size = { width: 1080, height: 760 };

/** The pages of one suite's tests, in one Chromium: each ends with its test, without an error and within its policy. */
export class Pages {
  #browser: Browser | null = null;
  readonly #open = new Set<() => Promise<void>>();

  /** To be made inside the `describe` whose tests open pages. */
  constructor() {
    before(async () => {
      this.#browser = await launchChromium();
    });
    afterEach(async () => {
      for (const close of this.#open) await close();
    });
    after(async () => {
      closeLayouts();
      await this.#browser?.close();
    });
  }

  get browser(): Browser {
    if (this.#browser === null) throw new Error("no page before the tests begin");
    return this.#browser;
  }

  /** Opens a page on a session, or on nothing. */
  async open(session: Session | null, options: RunOptions = {}): Promise<Hosted> {
    const hosted = await openRun(this.browser, session, { ...size, ...options });
    const close = async (): Promise<void> => {
      this.#open.delete(close);
      await hosted.close();
      deepEqual(hosted.errors, []);
      deepEqual(hosted.violations, []);
    };
    this.#open.add(close);
    return { ...hosted, close };
  }

  /** Opens at the end of the first iteration's backward, with the inspector on screen. */
  async openAtBackward(session: Session, options: RunOptions = {}): Promise<Hosted> {
    session.move({ to: "cursor", segment: session.track.segmentOf(0), step: 0 });
    const hosted = await this.open(session, options);
    await hosted.page.keyboard.press("ArrowDown");
    await hosted.page.keyboard.press("ArrowDown");
    if ((options.width ?? size.width) < 640) await hosted.page.click(".inspect");
    return hosted;
  }
}

/** Chooses a node by its name in the tree. */
export async function pickNode(page: Page, name: string): Promise<void> {
  const item = page.locator("[role=treeitem]", { hasText: new RegExp(`^${name} `) }).first();
  await item.dispatchEvent("click");
}

/** How large the graph is drawn. */
export function zoomOf(page: Page): Promise<number> {
  return page.evaluate(() => {
    const drawn = [...document.querySelectorAll(".graph *")].find((each) => "_cyreg" in each)!;
    return (Reflect.get(drawn, "_cyreg") as { cy: { zoom(): number } }).cy.zoom();
  });
}
