import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import * as vscode from "vscode";
import type { Page } from "./page";
import type { Thresholds } from "../recording/findings/thresholds";
import { Session } from "../session/session";
import { feed } from "../session/feed";
import type { Webviews } from "./webviews";

/** Whoever gives sessions the breakpoints of the editor. */
interface Breakpoints {
  follow(session: Session): void;
  forget(session: Session): void;
}

/** An opened `.backstep` file: a recording, and a cursor of its own. */
export class Opened implements vscode.CustomDocument {
  constructor(
    readonly uri: vscode.Uri,
    readonly session: Session,
    private readonly breakpoints: Breakpoints,
  ) {}

  dispose(): void {
    this.breakpoints.forget(this.session);
    this.session.dispose();
  }
}

/** Shows `.backstep` files; opening one never runs code. */
export class Recordings {
  readonly #open = new Map<vscode.WebviewPanel, Session>();

  constructor(
    private readonly webviews: Webviews,
    private readonly thresholds: () => Thresholds,
    private readonly breakpoints: Breakpoints,
  ) {}

  /** The recording whose editor is the active one. */
  get active(): Session | null {
    for (const [panel, session] of this.#open) if (panel.active) return session;
    return null;
  }

  async openCustomDocument(uri: vscode.Uri): Promise<Opened> {
    const facts = { id: uri.toString(), title: basename(uri.path), number: null, origin: null, previous: null };
    const session = new Session(facts, null, undefined, this.thresholds());
    const bytes = uri.scheme === "file" ? await readFile(uri.fsPath) : await vscode.workspace.fs.readFile(uri);
    feed(session, bytes);
    this.breakpoints.follow(session);
    return new Opened(uri, session, this.breakpoints);
  }

  resolveCustomEditor(document: Opened, panel: vscode.WebviewPanel): void {
    panel.webview.options = this.webviews.options;
    const page: Page = this.webviews.attach(panel.webview, "editor");
    panel.onDidChangeViewState(() => {
      if (!panel.visible) page.hidden();
    });
    panel.onDidDispose(() => {
      this.#open.delete(panel);
      this.webviews.detach(page);
    });
    this.#open.set(panel, document.session);
    page.show(document.session);
  }
}
