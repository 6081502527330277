import * as vscode from "vscode";
import type { Session } from "../session/session";
import type { Subscription } from "../session/event";
import type { Sessions } from "../session/sessions";
import { statusText } from "./statustext";

const showEvery = 200;

/** The active run in the status bar: how far it is while it runs, what came out afterwards. */
export class Status {
  readonly #item = vscode.window.createStatusBarItem("backstep.status", vscode.StatusBarAlignment.Left, 50);
  readonly #listener: Subscription;
  #watched: Subscription | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(sessions: Sessions) {
    this.#item.name = "Backstep";
    this.#listener = sessions.onDidChangeActive((session) => this.#watch(session));
    this.#watch(sessions.active);
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#watched?.dispose();
    this.#listener.dispose();
    this.#item.dispose();
  }

  #watch(session: Session | null): void {
    this.#watched?.dispose();
    this.#watched =
      session?.onDidChange((change) => {
        if (change === "status") this.#show(session);
        else if (change === "rows") this.#timer ??= setTimeout(() => this.#show(session), showEvery);
      }) ?? null;
    this.#show(session);
  }

  #show(session: Session | null): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (!session) return this.#item.hide();
    const running = session.status === "running";
    this.#item.text = statusText(session);
    this.#item.tooltip = `${session.facts.title}: ${running ? "stop it" : "show it"}`;
    this.#item.command = running ? "backstep.stop" : "backstep.show";
    this.#item.show();
  }
}
