import * as vscode from "vscode";
import type { Subscription } from "../session/event";
import type { Session } from "../session/session";
import type { Evaluate } from "../session/stops/conditions";
import type { Documents } from "./client";

/** Gives the runs on screen the breakpoints that VS Code keeps; in a debug session VS Code itself says which there are. */
export class Margin {
  readonly #watched = new Map<Session, Subscription>();
  readonly #subscription: vscode.Disposable;

  constructor(
    private readonly documents: Documents,
    private readonly evaluate: Evaluate,
  ) {
    this.#subscription = vscode.debug.onDidChangeBreakpoints(() => {
      for (const session of this.#watched.keys()) this.#set(session);
    });
  }

  /** Keeps the breakpoints of a session up to date until that is forgotten. */
  follow(session: Session): void {
    if (this.#watched.has(session)) return;
    session.stops.evaluate = this.evaluate;
    let programs = 0;
    const watched = session.onDidChange((change) => {
      const more = session.recording.programs.length > programs;
      if (change !== "stops" && !(change === "rows" && more)) return;
      programs = session.recording.programs.length;
      this.#set(session);
    });
    this.#watched.set(session, watched);
    this.#set(session);
  }

  forget(session: Session): void {
    this.#watched.get(session)?.dispose();
    this.#watched.delete(session);
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const each of this.#watched.values()) each.dispose();
  }

  #set(session: Session): void {
    if (session.stops.held) return;
    const byFile = new Map<string, vscode.SourceBreakpoint[]>();
    for (const each of vscode.debug.breakpoints) {
      if (!(each instanceof vscode.SourceBreakpoint) || !each.enabled) continue;
      const { uri } = each.location;
      const program = this.documents.program(session, uri.scheme === "file" ? uri.fsPath : uri.toString());
      if (program) byFile.set(program.file, [...(byFile.get(program.file) ?? []), each]);
    }
    for (const program of session.recording.programs) {
      const asked = (byFile.get(program.file) ?? []).map(({ location, condition, hitCondition, logMessage }) => ({
        line: this.documents.lineThen(session, program, location.range.start.line) ?? -1,
        condition,
        hitCondition,
        logMessage,
      }));
      session.stops.set(program.file, asked);
    }
  }
}
