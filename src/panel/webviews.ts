import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Session } from "../session/session";
import type { Subscription } from "../session/event";
import type { Sessions } from "../session/sessions";
import { html } from "./html";
import type { PictureFormat } from "./messages";
import { Page } from "./page";
import type { Picture } from "./pictures";
import type { Surroundings } from "./surroundings";
import { panelType, viewId } from "./views";

/** All pages on screen: the panel beside the editor and the view in the side bar follow the active run. */
export class Webviews {
  readonly #pages = new Set<Page>();
  #panel: vscode.WebviewPanel | null = null;
  #view: vscode.WebviewView | null = null;
  readonly #following: Subscription;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly sessions: Sessions,
    private readonly around: Surroundings,
    /** Brings back a run by its id, after a reload. */
    private readonly restore: (id: string) => Promise<void>,
  ) {
    this.#following = sessions.onDidChangeActive((session) => this.#show(session));
  }

  /** Whether a page that follows the active run is on screen. */
  get visible(): boolean {
    return this.#panel?.visible === true || this.#view?.visible === true;
  }

  /** Opens the panel beside the editor, without taking the focus. */
  showBeside(): void {
    if (this.#panel) {
      this.#panel.reveal(undefined, true);
      return;
    }
    const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    this.#adopt(vscode.window.createWebviewPanel(panelType, "Backstep", column, this.options));
  }

  async showInSideBar(): Promise<void> {
    this.#panel?.dispose();
    await vscode.commands.executeCommand(`${viewId}.focus`);
  }

  /** Brings a page to the screen if there is none. */
  present(): void {
    if (!this.visible) this.showBeside();
  }

  /** A picture of a run's graph, made by a page that shows it; one is opened for the active run. */
  async picture(session: Session, format: PictureFormat): Promise<Picture | string> {
    const showing = (): Page[] => [...this.#pages].filter((page) => page.session === session);
    if (!showing().some((page) => page.alive) && session === this.sessions.active) this.showBeside();
    const page = showing().find((each) => each.alive) ?? showing().at(-1);
    return page ? page.picture(format) : "the run is on no page.";
  }

  /** Tells the pages without a run why there is none. */
  emptied(): void {
    for (const page of this.#pages) page.emptied();
  }

  mark(session: Session, segment: number, nodes: readonly number[]): void {
    for (const page of this.#pages) if (page.session === session) page.mark(segment, nodes);
  }

  /** VS Code found the panel of before the reload; its state names the run. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    if (typeof state === "object" && state !== null && "id" in state && typeof state.id === "string") {
      await this.restore(state.id);
    }
    panel.webview.options = this.options;
    this.#adopt(panel);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    view.webview.options = this.options;
    this.#view = view;
    const page = this.attach(view.webview, "sideBar");
    view.onDidChangeVisibility(() => {
      if (!view.visible) page.hidden();
    });
    view.onDidDispose(() => {
      this.#view = null;
      this.detach(page);
    });
    page.show(this.sessions.active);
  }

  /** Puts the page into a webview; the caller says what it shows. */
  attach(webview: vscode.Webview, place: "sideBar" | "panel" | "editor"): Page {
    const page = new Page(
      place,
      (message) => void webview.postMessage(message),
      this.around,
      () => this.#seen(),
    );
    this.#pages.add(page);
    webview.onDidReceiveMessage((data: unknown) => page.receive(data));
    const root = vscode.Uri.joinPath(this.extension, "dist", "webview");
    const uri = (name: string) => webview.asWebviewUri(vscode.Uri.joinPath(root, name)).toString();
    webview.html = html(randomBytes(16).toString("base64url"), webview.cspSource, {
      script: uri("main.js"),
      style: uri("main.css"),
    });
    return page;
  }

  detach(page: Page): void {
    this.#pages.delete(page);
    page.dispose();
    this.#seen();
  }

  dispose(): void {
    for (const page of [...this.#pages]) this.detach(page);
    this.#following.dispose();
  }

  #adopt(panel: vscode.WebviewPanel): void {
    this.#panel?.dispose();
    this.#panel = panel;
    const icon = (theme: string) => vscode.Uri.joinPath(this.extension, "media", `page-${theme}.svg`);
    panel.iconPath = { light: icon("light"), dark: icon("dark") };
    const page = this.attach(panel.webview, "panel");
    panel.onDidChangeViewState(() => {
      if (!panel.visible) page.hidden();
    });
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = null;
      this.detach(page);
    });
    page.show(this.sessions.active);
  }

  /** What every webview of Backstep may do. */
  get options(): vscode.WebviewOptions {
    return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.extension, "dist", "webview")] };
  }

  /** The editors of recordings have runs of their own. */
  #show(session: Session | null): void {
    for (const page of this.#pages) if (page.follows) page.show(session);
  }

  /** A run plays only while someone can see it. */
  #seen(): void {
    const watched = new Set([...this.#pages].filter((page) => page.alive).map((page) => page.session));
    for (const session of this.sessions.all) session.player.seen = watched.has(session);
    for (const page of this.#pages) if (page.session) page.session.player.seen = watched.has(page.session);
  }
}
