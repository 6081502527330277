import { deepEqual, equal, match, ok } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "playwright-core";
import { Layouts } from "../../src/layout/layout";
import { carriedOf } from "../../src/panel/carried";
import { freshUi, type UiState } from "../../src/panel/messages";
import { pageFiles, standalone } from "../../src/panel/standalone";
import type { Session } from "../../src/session/session";
import { Outline } from "../../src/recording/outline";
import { Recording } from "../../src/recording/recording";
import { regression } from "../session/recorded";
import { launchChromium } from "../support/chromium";
import { eventually } from "../vscode/workbench";
import { axed } from "./axed";
import { closeLayouts, example, openRun, ran } from "./hosted";
import { pickNode } from "./pages";

const folder = resolve("test/out/standalone");

describe("an exported page", function () {
  this.timeout(180_000);
  let browser: Browser;
  let layouts: Layouts;
  let context: BrowserContext | undefined;
  /** Every address that anything in the page asked for, but the file itself. */
  let asked: string[] = [];
  let errors: string[] = [];
  before(async () => {
    mkdirSync(folder, { recursive: true });
    layouts = new Layouts(resolve("dist/layout-worker.js"));
    browser = await launchChromium();
  });
  after(async () => {
    layouts.dispose();
    closeLayouts();
    await browser.close();
  });
  afterEach(() => context?.close());

  async function written(name: string, session: Session, ui: UiState = freshUi): Promise<string> {
    const kept = { outline: session.outline, carried: carriedOf(session, ui, []) };
    const { signal } = new AbortController();
    const bytes = await standalone(kept, pageFiles("dist/webview"), (...of) => layouts.lay(...of), signal);
    const path = `${folder}/${name}.html`;
    writeFileSync(path, bytes!);
    return path;
  }

  /** Opens the file from the disk; whatever would go over a network fails and is noted. */
  async function open(
    path: string,
    scheme: "dark" | "light" = "dark",
    width = 1280,
    height = 800,
    wish: Pick<BrowserContextOptions, "contrast" | "forcedColors"> = {},
  ): Promise<Page> {
    context = await browser.newContext({ colorScheme: scheme, viewport: { width, height }, offline: true, ...wish });
    const page = await context.newPage();
    [asked, errors] = [[], []];
    await page.addInitScript("globalThis.__name = (named) => named");
    page.on("request", (request) => {
      if (request.url() !== pathToFileURL(path).href) asked.push(request.url());
    });
    page.on("console", (message) => {
      if (message.type() === "error") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(pathToFileURL(path).href);
    await page.waitForSelector(".cards[data-ready]", { state: "attached", timeout: 60_000 });
    return page;
  }

  const step = (page: Page): Promise<string> => page.locator(".bar .step").innerText();
  const epoch = (page: Page): Promise<string> =>
    page.locator(".epoch vscode-text-field").evaluate((each) => String(Reflect.get(each, "value")));
  const stands = (page: Page, at: RegExp): Promise<boolean> =>
    eventually(`the page stands at ${String(at)}`, async () => at.test((await step(page)).replace(/\s+/g, " ")));

  for (const scheme of ["dark", "light"] as const) {
    it(`opens from a file without a network and walks to both ends, ${scheme}`, async () => {
      const session = await ran(example("autograd"), "autograd.ts");
      session.move({ to: "iterationIndex", index: 3 });
      const page = await open(await written("autograd", session), scheme);
      await stands(page, /step 4 \/ 12/);
      equal(await page.title(), "autograd.ts · Backstep");
      equal(await epoch(page), "3");
      const line = page.locator(".source li[aria-current]");
      equal(await line.innerText(), "  return yPred.sub(y).pow(2).mean();");
      await page.locator(".graph").click({ position: { x: 4, y: 4 } });
      await page.keyboard.press("ArrowRight");
      await stands(page, /step 5 \/ 12/);
      await page.keyboard.press("End");
      await stands(page, /after training/);
      await page.keyboard.press("Home");
      await stands(page, /setup/);
      await page.locator("input[type=range]").last().fill("7");
      await eventually("the scrubbed epoch", async () => (await epoch(page)) === "7");
      await page.keyboard.press("Home");
      await page.locator(".play").click();
      await eventually("it plays", async () => /step [2-9]/.test(await step(page)));
      await page.locator(".play").click();
      match(await page.locator(".inspector").innerText(), /Why is/);
      equal(await page.locator(".head vscode-button:visible").count(), 0, "nothing that only VS Code can do");
      deepEqual(errors, []);
      deepEqual(asked, []);
      await page.screenshot({ path: `${folder}/${scheme}.png` });
    });
  }

  it("folds and unfolds, and fits a small screen", async () => {
    const session = await ran(example("transformer-step"), "transformer.ts");
    const path = await written("transformer", session);
    const page = await open(path);
    match(await page.locator(".folding .text").innerText(), /nodes folded into/);
    const cards = (): Promise<number> => page.locator("[role=treeitem]").count();
    const before = await cards();
    await page.locator(".folding input").press("ArrowRight");
    await eventually("more cards", async () => (await cards()) > before);
    const unfolded = await cards();
    await page.locator("[role=treeitem][aria-expanded=false]").first().press("Enter");
    await eventually("the opened card's own", async () => (await cards()) > unfolded);
    deepEqual(errors, []);
    deepEqual(asked, []);
    await page.screenshot({ path: `${folder}/transformer.png` });
    await context?.close();
    const small = await open(path, "light", 400, 760);
    equal(await small.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await small.screenshot({ path: `${folder}/small.png` });
  });

  it("explains a gradient as the panel does, by the engine in it", async () => {
    const session = await ran(example("autograd"), "autograd.ts");
    session.move({ to: "cursor", segment: session.track.segmentOf(2), step: 8 });
    const why = (page: Page): Promise<string> =>
      eventually("the gradient is explained", async () => {
        const text = await page.locator("#view-explain .why").innerText();
        return !text.includes("Working it out") && text;
      });
    const hosted = await openRun(browser, session);
    await pickNode(hosted.page, "w");
    const there = await why(hosted.page);
    match(there, /−21\.675[^]*4 contributions/);
    await hosted.close();
    const page = await open(await written("explained", session));
    await pickNode(page, "w");
    await eventually("it says the same", async () => (await why(page)) === there);
    deepEqual(errors, []);
  });

  it("has nothing in it that needs more than the file: no link, no button that does nothing", async () => {
    const failing = regression(6, "if (epoch === 4) throw new Error('no more');");
    const page = await open(await written("failed", await ran(failing, "failing.ts")));
    match(await page.locator(".banner").innerText(), /no more[\s\S]*failing\.ts:12/);
    equal(await page.locator(".banner a").count(), 0);
    equal(await page.locator(".head vscode-button:visible").count(), 0);
    await pickNode(page, "w");
    for (const tab of ["explain", "tensor", "history", "checks", "plots", "stops"]) {
      await page.click(`#tab-${tab}`);
      await page.waitForSelector(`#view-${tab}:visible`);
      deepEqual(
        await page.locator(`#view-${tab} [disabled]:visible, #view-${tab} .asking:visible`).allInnerTexts(),
        [],
      );
    }
    await page.locator("#view-stops vscode-button:visible", { hasText: "Add watchpoint" }).click();
    await eventually("a watchpoint works here too", async () =>
      /w changes its sign/.test(await page.locator("[aria-label=Watchpoints]").innerText()),
    );
    deepEqual(errors, []);
  });

  for (const [scheme, kind, ground] of [
    ["dark", "vscode-high-contrast", "rgb(0, 0, 0)"],
    ["light", "vscode-high-contrast-light", "rgb(255, 255, 255)"],
  ] as const) {
    it(`wears high contrast where the system asks for it, ${scheme}`, async () => {
      const path = await written("contrast", await ran(example("autograd"), "autograd.ts"));
      const page = await open(path, scheme, 1280, 800, { contrast: "more" });
      ok(await page.evaluate((wanted) => document.body.classList.contains(wanted), kind));
      equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), ground);
      deepEqual(await axed(page), []);
      await page.screenshot({ path: `${folder}/contrast-${scheme}.png` });
      await context?.close();
      const forced = await open(path, scheme, 1280, 800, { forcedColors: "active" });
      ok(await forced.evaluate((wanted) => document.body.classList.contains(wanted), kind));
      await forced.screenshot({ path: `${folder}/forced-${scheme}.png` });
      deepEqual(errors, []);
    });
  }

  it("is not made when the export was called off, however far it was", async () => {
    const session = await ran(example("autograd"), "autograd.ts");
    const kept = { outline: session.outline, carried: carriedOf(session, freshUi, []) };
    const files = pageFiles("dist/webview");
    const abort = new AbortController();
    const made = standalone(kept, files, (...of) => layouts.lay(...of), abort.signal);
    abort.abort();
    equal(await made, undefined);
    // Without a graph there is nothing to do but to pack.
    const bare = { ...kept, outline: new Outline(new Recording()) };
    equal(await standalone(bare, files, (...of) => layouts.lay(...of), abort.signal), undefined);
  });

  it("comes from the command line too, of a run and of a recording", async () => {
    const cli = (...args: string[]): string =>
      execFileSync(process.execPath, [resolve("dist/cli.js"), ...args], { cwd: folder, encoding: "utf8" });
    cli("run", resolve("examples/one-weight.ts"), "--html", "cli.html", "--save", "cli.backstep");
    const page = await open(`${folder}/cli.html`);
    const first = await step(page);
    match(first, /^step \d/);
    await context?.close();
    cli("export", "cli.backstep", "--html", "again.html");
    const again = await open(`${folder}/again.html`);
    equal(await step(again), first);
    equal(await again.locator("h1").innerText(), "cli.backstep");
    deepEqual(errors, []);
  });

  it("changes its colours with the system's", async () => {
    const page = await open(resolve(folder, "autograd.html"));
    const ground = (): Promise<string> => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await ground();
    await page.emulateMedia({ colorScheme: "light" });
    await eventually("light", async () => (await ground()) !== dark);
    await eventually("told to the painting", () =>
      page.evaluate(() => document.body.classList.contains("vscode-light")),
    );
    deepEqual(errors, []);
  });
});
