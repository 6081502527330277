import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import type { Browser, Page } from "playwright-core";
import { defaultStyles, themeOf, type ThemeName } from "./themes";

/** What a page is opened with; paths in `html` are written as `${base}/dist/webview/main.js`. */
export interface PageOptions {
  /** The page's document, CSP included, exactly as the host would give it to VS Code. */
  readonly html: (base: string) => string;
  /** The folder served under `base`; the repository's root unless told. */
  readonly root?: string;
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** Runs in the page before its own scripts. */
  readonly first?: () => void;
  /** Answers each message that the page posts, as the extension's host would. */
  readonly onMessage?: (message: unknown, post: (message: unknown) => Promise<void>) => void | Promise<void>;
}

/** A page in Chromium that believes it is a webview of VS Code. */
export interface HostedPage {
  readonly page: Page;
  /** What the page posted to its host so far. */
  readonly sent: readonly unknown[];
  /** Everything the CSP refused: directive and blocked address. */
  readonly violations: readonly string[];
  /** Uncaught exceptions and console errors. */
  readonly errors: readonly string[];
  /** Sends a message from the host; `Uint8Array`s arrive as `ArrayBuffer`s or views, as in VS Code. */
  post(message: unknown): Promise<void>;
  /** Changes the colours as VS Code does when the user picks another theme. */
  setTheme(theme: ThemeName): Promise<void>;
  close(): Promise<void>;
}

const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".map": "application/json",
  ".ttf": "font/ttf",
  ".wasm": "application/wasm",
};

async function serve(options: PageOptions): Promise<{ base: string; stop: () => Promise<void> }> {
  const root = options.root ?? process.cwd();
  let base = "";
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", base).pathname);
    if (path === "/") {
      response.setHeader("content-type", "text/html; charset=utf-8");
      // VS Code puts its default styles before everything else in the head, so before the page's own CSP.
      response.end(options.html(base).replace(/<head[^>]*>/, (head) => `${head}<style>${defaultStyles}</style>`));
      return;
    }
    readFile(join(root, normalize(path))).then(
      (bytes) => {
        response.setHeader("content-type", mediaTypes[extname(path)] ?? "application/octet-stream");
        response.end(bytes);
      },
      () => {
        response.statusCode = 404;
        response.end();
      },
    );
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    base,
    stop: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

/** Typed arrays do not survive playwright's JSON; they cross as tagged base64 and are rebuilt in the page. */
function pack(value: unknown): unknown {
  if (value instanceof ArrayBuffer) return { $buffer: Buffer.from(value).toString("base64") };
  if (ArrayBuffer.isView(value)) {
    const bytes = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("base64");
    return { $view: value.constructor.name, bytes };
  }
  if (Array.isArray(value)) return value.map(pack);
  if (typeof value === "number" && !Number.isFinite(value)) return { $number: String(value) };
  if (Object.is(value, -0)) return { $number: "-0" };
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, pack(inner)]));
  }
  return value;
}

/** The other way, only bytes need it. */
function unpackBytes(value: unknown): unknown {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
  if ("$bytes" in value) return new Uint8Array(Buffer.from(String(value.$bytes), "base64"));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unpackBytes(inner)]));
}

/** Runs in the page before its own scripts: VS Code's injected API and the unpacking of `pack`. */
function hostInPage(): void {
  let state: unknown;
  const unpack = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(unpack);
    if (value === null || typeof value !== "object") return value;
    const it = value as Record<string, unknown>;
    // As fast as VS Code's own transport: letter by letter it would be the longest task of all.
    const { fromBase64 } = Uint8Array as unknown as { fromBase64: (text: string) => Uint8Array<ArrayBuffer> };
    const bytes = (text: unknown) => fromBase64(String(text)).buffer;
    if ("$buffer" in it) return bytes(it.$buffer);
    if ("$number" in it) return Number(it.$number);
    if ("$view" in it) {
      const View = (globalThis as unknown as Record<string, new (buffer: ArrayBuffer) => unknown>)[String(it.$view)];
      if (View === undefined) throw new Error(`no view ${String(it.$view)}`);
      return new View(bytes(it.bytes));
    }
    return Object.fromEntries(Object.entries(it).map(([key, inner]) => [key, unpack(inner)]));
  };
  const packBytes = (value: unknown): unknown => {
    if (value instanceof Uint8Array) {
      let text = "";
      for (let k = 0; k < value.length; k += 4096) text += String.fromCharCode(...value.subarray(k, k + 4096));
      return { $bytes: btoa(text) };
    }
    if (value === null || typeof value !== "object" || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, packBytes(inner)]));
  };
  const api = {
    postMessage: (message: unknown) => void window.backstepSent(packBytes(message)),
    getState: () => state,
    setState: (next: unknown) => (state = next),
  };
  Object.assign(window, {
    acquireVsCodeApi: () => api,
    backstepReceive: (packed: unknown) => window.postMessage(unpack(packed), "*"),
  });
  document.addEventListener("securitypolicyviolation", (event) => {
    void window.backstepViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`);
  });
}

declare global {
  interface Window {
    backstepSent: (message: unknown) => Promise<void>;
    backstepViolation: (violation: string) => Promise<void>;
    backstepReceive: (packed: unknown) => void;
  }
}

/** Opens a page under its own CSP, with VS Code's webview API and the colours of a real VS Code theme. */
export async function openPage(browser: Browser, options: PageOptions): Promise<HostedPage> {
  const { base, stop } = await serve(options);
  const context = await browser.newContext({
    viewport: { width: options.width ?? 900, height: options.height ?? 700 },
  });
  const page = await context.newPage();
  const sent: unknown[] = [];
  const violations: string[] = [];
  const errors: string[] = [];
  const post = (message: unknown) =>
    page.evaluate((packed) => {
      window.backstepReceive(packed);
    }, pack(message));
  page.on("pageerror", (error) => errors.push(error.stack ?? error.message));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await page.exposeFunction("backstepSent", async (packed: unknown) => {
    const message = unpackBytes(packed);
    sent.push(message);
    await options.onMessage?.(message, post);
  });
  await page.exposeFunction("backstepViolation", (violation: string) => void violations.push(violation));
  await page.addInitScript("globalThis.__name = (named) => named");
  await page.addInitScript(hostInPage);
  if (options.first) await page.addInitScript(options.first);
  const setTheme = (name: ThemeName) => page.evaluate(applyTheme, themeOf(name));
  await page.addInitScript(`(${applyTheme.toString()})(${JSON.stringify(themeOf(options.theme ?? "dark"))})`);
  await page.goto(base, { waitUntil: "load" });
  return {
    page,
    sent,
    violations,
    errors,
    post,
    setTheme,
    async close() {
      await context.close();
      await stop();
    },
  };
}

/** As VS Code's webview preload does: variables on the root element, kind and id on the body. */
function applyTheme(theme: { kind: string; id: string; variables: Readonly<Record<string, string>> }): void {
  const apply = (): void => {
    const { style } = document.documentElement;
    // What a theme does not have is not left from the one before.
    for (const name of Array.from(style)) if (name.startsWith("--vscode-")) style.removeProperty(name);
    for (const [name, value] of Object.entries(theme.variables)) style.setProperty(name, value);
    document.body.classList.remove("vscode-light", "vscode-dark", "vscode-high-contrast", "vscode-high-contrast-light");
    document.body.classList.add(...theme.kind.split(" "));
    document.body.dataset.vscodeThemeKind = theme.kind.split(" ")[0] ?? "";
    document.body.dataset.vscodeThemeId = theme.id;
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", apply, { once: true });
  else apply();
}
