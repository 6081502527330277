import * as vscode from "vscode";
import { stepsOf } from "../recording/steps";
import type { Session } from "../session/session";
import type { Subscription } from "../session/event";
import type { Sessions } from "../session/sessions";
import { bringIntoSight } from "./reveal";
import { spotOf } from "./sources";
import { rangeOf, type Tracks } from "./tracks";

/** Marks the line of the current step, and more softly the line whose gradient a backward step computes. */
export class CurrentLine {
  readonly #here = vscode.window.createTextEditorDecorationType(line("line"));
  readonly #origin = vscode.window.createTextEditorDecorationType(line("origin"));
  readonly #disposables: Subscription[];
  #watched: Subscription | null = null;

  constructor(
    sessions: Sessions,
    private readonly tracks: Tracks,
  ) {
    this.#disposables = [
      sessions.onDidChangeActive((session) => this.#watch(session)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#paint(sessions.active, false)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.tracks.of(document)) this.#paint(sessions.active, false);
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("backstep.editor.currentLine")) this.#paint(sessions.active, false);
      }),
      this.#here,
      this.#origin,
    ];
    this.#watch(sessions.active);
  }

  dispose(): void {
    this.#watched?.dispose();
    for (const each of this.#disposables) each.dispose();
  }

  #watch(session: Session | null): void {
    this.#watched?.dispose();
    this.#watched =
      session?.onDidChange((change) => {
        if (change === "cursor") this.#paint(session, true);
      }) ?? null;
    this.#paint(session, true);
  }

  #paint(session: Session | null, follow: boolean): void {
    const on = vscode.workspace.getConfiguration("backstep.editor").get<boolean>("currentLine", true);
    const step = on && session ? currentStep(session) : undefined;
    for (const editor of vscode.window.visibleTextEditors) {
      const here = step && this.#rangeIn(editor, step.site);
      const origin = step && step.origin !== step.site ? this.#rangeIn(editor, step.origin) : undefined;
      editor.setDecorations(this.#here, here ? [here] : []);
      editor.setDecorations(this.#origin, origin && !(here && here.intersection(origin)) ? [origin] : []);
      const shown = here ?? origin;
      if (follow && shown) bringIntoSight(editor, shown);
    }
  }

  #rangeIn(editor: vscode.TextEditor, site: number): vscode.Range | undefined {
    const track = this.tracks.of(editor.document);
    const spot = track && spotOf(track.session.recording, site);
    const span = spot && spot.program === track.program ? track.map.spanNow(spot.site) : undefined;
    return span ? rangeOf(span) : undefined;
  }
}

function currentStep({ recording, outline, cursor }: Session): { site: number; origin: number } | undefined {
  const segment = cursor ? outline.segments[cursor.segment] : undefined;
  return segment && stepsOf(recording, segment).steps[cursor?.step ?? 0];
}

function line(name: "line" | "origin"): vscode.DecorationRenderOptions {
  return {
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor(`backstep.${name}Background`),
    borderColor: new vscode.ThemeColor(`backstep.${name}Border`),
    borderStyle: name === "line" ? "solid" : "dashed",
    borderWidth: "0 0 0 2px",
    overviewRulerColor: new vscode.ThemeColor(`backstep.${name}Border`),
    overviewRulerLane: vscode.OverviewRulerLane.Center,
  };
}
