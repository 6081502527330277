import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type * as vscode from "vscode";
import type { Browser, BrowserContext, Frame, Locator, Page } from "playwright-core";
import { launchChromium } from "../support/chromium";
import { eventually } from "./eventually";
import { startServer, type Server } from "./server";

export { eventually } from "./eventually";

const root = resolve(__dirname, "../..");
const probe = join(root, "test/vscode/probe");

/** The four kinds of theme, by the names VS Code's settings use. */
export const themes = {
  dark: "Default Dark Modern",
  light: "Default Light Modern",
  "hc-dark": "Default High Contrast",
  "hc-light": "Default High Contrast Light",
} as const;

/** What a window is opened with. */
export interface WindowOptions {
  /** The folder to open; null opens an empty window. */
  readonly folder: string | null;
  /** Folder of the extension under development; this repository unless told. */
  readonly extension?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly theme?: keyof typeof themes;
  /** Opens the folder in Restricted Mode. */
  readonly restricted?: boolean;
  readonly width?: number;
  readonly height?: number;
}

/** A row of the Problems view as the language services know it. */
export interface ProblemRow {
  readonly file: string;
  readonly line: number;
  readonly message: string;
  readonly severity: number;
  readonly source: string | undefined;
}

/** Real VS Code in real Chromium, driven from outside as a person would, with a probe into its extension host. */
export class Workbench {
  private context: BrowserContext | undefined;
  private window: Page | undefined;
  private options: WindowOptions | undefined;

  private constructor(
    readonly server: Server,
    private readonly browser: Browser,
  ) {}

  /** Starts the server and the browser; windows are opened with `open`. */
  static async start(): Promise<Workbench> {
    const [server, browser] = await Promise.all([startServer(probe), launchChromium()]);
    return new Workbench(server, browser);
  }

  /** The window's page, for anything this class has no word for. */
  get page(): Page {
    if (this.window === undefined) throw new Error("no window is open: call open first");
    return this.window;
  }

  /** Opens a fresh window (closing the one before) and waits until extensions run. */
  async open(options: WindowOptions): Promise<void> {
    await this.context?.close();
    this.options = options;
    this.server.settings({
      "security.workspace.trust.enabled": options.restricted === true,
      ...options.settings,
    });
    this.context = await this.browser.newContext({
      viewport: { width: options.width ?? 1500, height: options.height ?? 950 },
    });
    await this.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    this.window = await this.context.newPage();
    await this.window.addInitScript("globalThis.__name = (f) => f");
    await this.load();
  }

  /** Reloads the window as `Developer: Reload Window` does: extensions start anew, storage stays. */
  async reload(): Promise<void> {
    await this.load();
  }

  private async load(): Promise<void> {
    const { folder, extension, theme } = this.options!;
    rmSync(this.server.probeFile, { force: true });
    await this.page.goto("about:blank");
    await this.page.goto(this.server.address(folder, extension ?? root));
    await this.page.waitForSelector(".monaco-workbench .part.editor", { timeout: 60_000 });
    await eventually("the extension host starts", () => existsSync(this.server.probeFile), 60_000);
    // At its start VS Code prefers a theme that lies below the extension's folder, and all of this VS Code lies there.
    await this.host(
      async (api, wanted) => {
        const workbench = api.workspace.getConfiguration("workbench");
        await workbench.update("colorTheme", undefined, api.ConfigurationTarget.Global);
        await workbench.update("colorTheme", wanted, api.ConfigurationTarget.Global);
      },
      themes[theme ?? "dark"],
    );
  }

  /** Closes the window, the browser and the server. */
  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
  }

  /** Runs a function inside the extension host; it sees only `vscode` and its (JSON) arguments. */
  async host<A extends readonly unknown[], R>(
    run: (api: typeof vscode, ...args: A) => R | Thenable<R>,
    ...args: A
  ): Promise<R> {
    const { port } = JSON.parse(readFileSync(this.server.probeFile, "utf8")) as { port: number };
    const response = await fetch(`http://127.0.0.1:${port}`, {
      method: "POST",
      body: JSON.stringify({ source: run.toString(), args }),
    });
    const answer = (await response.json()) as { value: R } | { error: string };
    if ("error" in answer) throw new Error(`in the extension host: ${answer.error}`);
    return answer.value;
  }

  /** Runs a command from the palette by its full title, such as "Backstep: Run gradient descent". */
  async command(title: string): Promise<void> {
    await this.openPalette();
    await this.pick(title, `>${title}`);
  }

  /** Titles the palette offers for what is typed after ">". */
  async palette(text: string): Promise<string[]> {
    await this.openPalette();
    await this.page.locator(".quick-input-widget input").first().fill(`>${text}`);
    const items = await eventually(`the palette lists ${text}`, async () => {
      const rows = (await this.quickInput()).items;
      return rows.length > 0 && rows;
    });
    await this.page.keyboard.press("Escape");
    return items;
  }

  /** Opens the palette; while another list is still closing, F1 comes to nothing. */
  private async openPalette(): Promise<void> {
    const input = this.page.locator(".quick-input-widget:visible input").first();
    await eventually("the palette opens", async () => {
      await this.page.keyboard.press("F1");
      const typed = await input.inputValue({ timeout: 4000 }).catch(() => "");
      return typed.startsWith(">");
    });
  }

  /** What the quick input shows now: its title, placeholder, prompt and rows. */
  async quickInput(): Promise<{ title: string; placeholder: string; message: string; items: string[] }> {
    const widget = this.page.locator(".quick-input-widget:visible");
    await widget.waitFor();
    const [title, placeholder, message, items] = await Promise.all([
      widget.locator(".quick-input-title").first().innerText(),
      widget.locator("input[type=text], input:not([type])").first().getAttribute("placeholder"),
      widget.locator(".quick-input-message").first().innerText(),
      widget
        .locator(".quick-input-list .monaco-list-row .quick-input-list-row:first-child .label-name")
        .allInnerTexts(),
    ]);
    return { title, placeholder: placeholder ?? "", message, items };
  }

  /** Chooses the row named exactly `label` in the open quick input, after typing `filter`. */
  async pick(label: string, filter = label): Promise<void> {
    const widget = this.page.locator(".quick-input-widget:visible");
    await widget.waitFor();
    await widget.locator("input").first().fill(filter);
    const row = widget.locator(".quick-input-list .monaco-list-row", {
      has: this.page.locator(".quick-input-list-row:first-child .label-name").getByText(label, { exact: true }),
    });
    await row.first().waitFor({ timeout: 10_000 });
    await row.first().click();
    await this.page.mouse.move(2, 2);
    // Another list may take the place of this one.
    await row.first().waitFor({ state: "hidden", timeout: 10_000 });
  }

  /** Chooses an entry of the menu that is open; in the moment it opens a menu takes no click. */
  async choose(label: string): Promise<void> {
    const entry = this.page.locator(".monaco-menu .action-item:visible", { hasText: label }).first();
    await entry.waitFor();
    await eventually(`${label} is chosen`, async () => {
      await this.page.waitForTimeout(200);
      await entry.click({ timeout: 1000 }).catch(() => undefined);
      await this.page.waitForTimeout(300);
      return !(await entry.isVisible());
    });
  }

  /** Opens a file (absolute, or relative to the folder) in the active group and focuses it. */
  async openFile(path: string): Promise<void> {
    const absolute = resolve(this.options?.folder ?? root, path);
    await this.host(async (api, file) => {
      const document = await api.workspace.openTextDocument(api.Uri.file(file));
      await api.window.showTextDocument(document, { preview: false, viewColumn: api.ViewColumn.One });
      await api.commands.executeCommand("workbench.action.focusActiveEditorGroup");
    }, absolute);
    await this.focusEditor();
  }

  /** Waits until a text editor is active; a page that opens meanwhile may have become that. */
  private async focusEditor(): Promise<void> {
    await eventually("a text editor is active", async () => {
      if (await this.editor().isVisible()) return true;
      await this.host((api) => api.commands.executeCommand("workbench.action.focusFirstEditorGroup"));
      return false;
    });
  }

  /** Opens an untitled document with this text and focuses it. */
  async newUntitled(language: string, content: string): Promise<void> {
    await this.host(
      async (api, to, text) => {
        const document = await api.workspace.openTextDocument({ language: to, content: text });
        await api.window.showTextDocument(document, { preview: false, viewColumn: api.ViewColumn.One });
        await api.commands.executeCommand("workbench.action.focusActiveEditorGroup");
      },
      language,
      content,
    );
    await this.focusEditor();
  }

  /** Selects from one 0-based position to another in the active editor, scrolls there and focuses the editor. */
  async select(startLine: number, startColumn: number, endLine: number, endColumn: number): Promise<void> {
    await this.host(
      async (api, a, b, c, d) => {
        const editor = api.window.activeTextEditor;
        if (editor === undefined) throw new Error("no active text editor");
        editor.selection = new api.Selection(a, b, c, d);
        editor.revealRange(editor.selection);
        await api.commands.executeCommand("workbench.action.focusActiveEditorGroup");
      },
      startLine,
      startColumn,
      endLine,
      endColumn,
    );
  }

  /** Puts the caret at a 0-based position. */
  async caret(line: number, column: number): Promise<void> {
    await this.select(line, column, line, column);
  }

  /** Types text where the focus is, key by key. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Presses a key or a chord such as "Control+Shift+P". */
  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** The active editor's element. */
  editor() {
    return this.page.locator(".editor-group-container.active .editor-instance .monaco-editor").first();
  }

  /** The text of every open text document by path, as the extension host has it. */
  async documents(): Promise<Record<string, string>> {
    return this.host((api) =>
      Object.fromEntries(
        api.workspace.textDocuments
          .filter((document) => ["file", "untitled"].includes(document.uri.scheme))
          .map((document) => [document.uri.path, document.getText()] as const),
      ),
    );
  }

  /** Point on screen in the middle of the `occurrence`-th (0-based) place where a visible editor shows `text`. */
  async pointOf(text: string, occurrence = 0): Promise<{ x: number; y: number }> {
    return eventually(`an editor shows ${JSON.stringify(text)}`, () =>
      this.page.evaluate(
        ([wanted, nth]) => {
          let left = nth;
          const lines = [...document.querySelectorAll<HTMLElement>(".editor-instance .view-lines .view-line")].sort(
            (a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top,
          );
          for (const line of lines) {
            const letters: { node: Text; offset: number }[] = [];
            const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
            let content = "";
            for (let node = walker.nextNode() as Text | null; node !== null; node = walker.nextNode() as Text | null) {
              for (let offset = 0; offset < node.data.length; offset++) letters.push({ node, offset });
              content += node.data.replaceAll("\u00a0", " ");
            }
            for (let at = content.indexOf(wanted); at >= 0; at = content.indexOf(wanted, at + 1)) {
              if (left-- > 0) continue;
              const range = document.createRange();
              const first = letters[at]!;
              const last = letters[at + wanted.length - 1]!;
              range.setStart(first.node, first.offset);
              range.setEnd(last.node, last.offset + 1);
              const box = range.getBoundingClientRect();
              return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
            }
          }
          return null;
        },
        [text, occurrence] as const,
      ),
    );
  }

  /**
   * Rests the mouse on `text` in the editor and returns what the hover says. Where no hover comes, the mouse goes there
   * again, as a person's would: the text may have moved since it was found, while the editor drew what was typed.
   */
  async hover(text: string, occurrence = 0): Promise<string> {
    await this.page.mouse.move(5, 5);
    await eventually("the old hover goes", async () => (await this.hoverTexts()).length === 0, 3000).catch(
      () => undefined,
    );
    return eventually(`a hover over ${JSON.stringify(text)}`, async () => {
      const { x, y } = await this.pointOf(text, occurrence);
      await this.page.mouse.move(5, 5);
      await this.page.mouse.move(x - 1, y);
      await this.page.mouse.move(x, y);
      return eventually(
        "a hover that stays",
        async () => {
          const all = (await this.hoverTexts()).join("\n");
          return all !== "" && !/^Loading\.\.\.$/m.test(all) && all;
        },
        5000,
      );
    });
  }

  /** The texts of the hovers on screen now. */
  async hoverTexts(): Promise<string[]> {
    const texts = await this.page.locator(".monaco-hover:visible .hover-row").allInnerTexts();
    return texts.map((text) => text.trim()).filter((text) => text !== "");
  }

  /** Clicks on `text` in the editor. */
  async clickText(text: string, occurrence = 0): Promise<void> {
    const { x, y } = await this.pointOf(text, occurrence);
    await this.page.mouse.click(x, y);
  }

  /** The documents of the visible webviews in which `selector` is found. */
  async webviews(selector = "body"): Promise<Frame[]> {
    const found: Frame[] = [];
    for (const frame of this.page.frames()) {
      const outer = frame.parentFrame();
      if (outer === null || !/\/webview\//.test(outer.url())) continue;
      const parts = await frame
        .locator(selector)
        .count()
        .catch(() => 0);
      if (parts === 0) continue;
      const visible = await outer.frameElement().then(
        (element) => element.isVisible(),
        () => false,
      );
      if (visible) found.push(frame);
    }
    return found;
  }

  /** The document of the first visible webview in which `selector` is found. */
  async webview(selector = "body", timeout = 15_000): Promise<Frame> {
    return eventually(`a webview with ${selector}`, async () => (await this.webviews(selector))[0], timeout);
  }

  /** What all webviews say, on screen or not, for the message of a test that fails. */
  async webviewTexts(): Promise<string[]> {
    const frames = this.page.frames().filter((frame) => /\/webview\//.test(frame.parentFrame()?.url() ?? ""));
    const texts = frames.map((frame) => frame.locator("body").innerText({ timeout: 1000 }));
    return (await Promise.allSettled(texts)).map((text) =>
      text.status === "fulfilled" ? text.value.replace(/\s+/g, " ") : String(text.reason),
    );
  }

  /**
   * Texts of all notifications. Under the smoke-test driver VS Code draws no toasts, so they are read in the
   * notification centre, which is closed again; the focus is in the editor afterwards.
   */
  async notifications(): Promise<string[]> {
    return this.inNotificationCentre((centre) => centre.locator(".notification-list-item-message").allInnerTexts());
  }

  /** Waits for a notification that matches and returns its text. */
  async notification(pattern: RegExp, timeout = 15_000): Promise<string> {
    return eventually(
      `a notification like ${String(pattern)}`,
      async () => (await this.notifications()).find((text) => pattern.test(text)),
      timeout,
    );
  }

  /** Presses a button of a notification. */
  async notificationButton(label: string): Promise<void> {
    await this.inNotificationCentre((centre) => centre.locator(".monaco-button", { hasText: label }).first().click());
  }

  private async inNotificationCentre<T>(act: (centre: Locator) => Promise<T>): Promise<T> {
    const centre = this.page.locator(".notifications-center.visible");
    // Whatever takes the focus meanwhile closes it again.
    await eventually("the notification centre is open", async () => {
      await this.host((api) => api.commands.executeCommand("notifications.showList"));
      await centre.waitFor({ timeout: 2_000 });
      return true;
    });
    const result = await act(centre);
    await this.host((api) => api.commands.executeCommand("notifications.hideList"));
    return result;
  }

  /** Texts of the modal dialog on screen, and a way to press one of its buttons. */
  async dialog(): Promise<{ text: string; buttons: string[] }> {
    const box = this.page.locator(".monaco-dialog-box");
    await box.waitFor();
    return {
      text: await box.locator(".dialog-message-row").innerText(),
      buttons: await box.locator(".monaco-button").allInnerTexts(),
    };
  }

  /** Presses a button of the modal dialog. */
  async dialogButton(label: string): Promise<void> {
    await this.page.locator(".monaco-dialog-box .monaco-button", { hasText: label }).first().click();
  }

  /** Texts of the status bar's items. */
  async statusBar(): Promise<string[]> {
    const texts = await this.page.locator(".part.statusbar .statusbar-item:visible").allInnerTexts();
    return texts.map((text) => text.trim()).filter((text) => text !== "");
  }

  /** All diagnostics, as the Problems view lists them. Lines are 0-based; severity 0 is an error. */
  async problems(): Promise<ProblemRow[]> {
    return this.host((api) =>
      api.languages.getDiagnostics().flatMap(([uri, rows]) =>
        rows.map((row) => ({
          file: uri.path,
          line: row.range.start.line,
          message: row.message,
          severity: row.severity,
          source: row.source,
        })),
      ),
    );
  }

  /** Asks for completions at the caret and returns the labels on screen (about a dozen: type a prefix first). */
  async completions(): Promise<string[]> {
    await this.press("Control+Space");
    const rows = this.page.locator(".suggest-widget.visible .monaco-list-row .label-name");
    return eventually("a list of completions", async () => {
      const labels = await rows.allInnerTexts();
      return labels.length > 0 && labels;
    });
  }

  /** The text of an output channel by its name. */
  async output(channel: string): Promise<string> {
    return this.host((api, name) => {
      const found = api.workspace.textDocuments.find(
        (document) => document.uri.scheme === "output" && document.uri.path.includes(name),
      );
      if (found === undefined) throw new Error(`output channel ${name} is not open: run its Show command first`);
      return found.getText();
    }, channel);
  }

  /** Writes a picture of the whole window to .test-results/screenshots/NAME.png and returns its path. */
  async screenshot(name: string): Promise<string> {
    const folder = join(root, ".test-results/screenshots");
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }
}

let shared: Promise<Workbench> | undefined;

/** The one workbench that all drive tests share; opening a window in it is cheap, starting it is not. */
export function workbench(): Promise<Workbench> {
  shared ??= Workbench.start();
  return shared;
}

/** Stops the shared workbench if a test started it. */
export async function stopWorkbench(): Promise<void> {
  const running = await shared?.catch(() => undefined);
  shared = undefined;
  await running?.stop();
}
