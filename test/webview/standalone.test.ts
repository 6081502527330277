import { deepEqual, equal, match } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { Layouts } from "../../src/layout/layout";
import { carriedOf } from "../../src/panel/carried";
import { freshUi, type UiState } from "../../src/panel/messages";
import { pageFiles, standalone } from "../../src/panel/standalone";
import type { Session } from "../../src/session/session";
import { launchChromium } from "../support/chromium";
import { eventually } from "../vscode/workbench";
import { example, ran } from "./hosted";

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
  async function open(path: string, scheme: "dark" | "light" = "dark", width = 1280, height = 800): Promise<Page> {
    context = await browser.newContext({ colorScheme: scheme, viewport: { width, height }, offline: true });
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
