import * as vscode from "vscode";
import type { Column, ColumnQuestion } from "../recording/column";
import { briefly, wholeWhy } from "../recording/explain.brief";
import type { Recording } from "../recording/recording";
import type { Segment } from "../recording/segment";
import { variableTip } from "../recording/tip";
import { variableAt, type Variable } from "../recording/variable";
import { hoverMarkdown } from "./markdown";
import type { ThemeKind } from "./sparkline";
import { edited } from "./statements";
import type { Tracks } from "./tracks";

/** Computes a column of a Jacobian, or says why not. */
type ColumnOf = (question: ColumnQuestion, dropped: AbortSignal) => Promise<Column | string>;

/** A hover waits no longer for its explanation, in ms; the process that computes it is up the next time. */
const patience = 1500;

/** Hovers over variables, at the moment of the active run. */
export class Hovers implements vscode.HoverProvider {
  constructor(
    private readonly tracks: Tracks,
    private readonly columnOf: ColumnOf,
  ) {}

  async provideHover(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.Hover | undefined> {
    const track = this.tracks.of(document);
    const then = track?.map.toThen({ line: position.line, column: position.character });
    if (!track || !then) return undefined;
    const { session, program, map } = track;
    const { recording, outline, cursor } = session;
    if (!cursor) return undefined;
    const variable = variableAt(recording, outline, cursor, program.file, then);
    const segment = outline.segments[cursor.segment];
    if (!variable || !segment) return undefined;
    const tip = variableTip(recording, outline, cursor, variable);
    const now = document.getText().split("\n");
    const moment = `${session.facts.title} · ${outline.label(segment)}`;
    const why = await this.#why(recording, segment, cursor.step, variable, token);
    const text = new vscode.MarkdownString(
      hoverMarkdown({ tip, why, moment, edited: edited(program, then.line, map, now) }, themeKind()),
    );
    text.supportHtml = true;
    return new vscode.Hover(text);
  }

  /** Why a tensor's gradient is what it is, in a few lines; none when there is none, or when it takes too long. */
  async #why(
    recording: Recording,
    segment: Segment,
    step: number,
    { held }: Variable,
    token: vscode.CancellationToken,
  ): Promise<readonly string[]> {
    if (held.type !== "tensor" || held.tensor.node < 0) return [];
    const dropped = new AbortController();
    token.onCancellationRequested(() => dropped.abort());
    const late = setTimeout(() => dropped.abort(), patience);
    const gone = new Promise<null>((done) => dropped.signal.addEventListener("abort", () => done(null)));
    const about = { node: held.tensor.node, element: 0 };
    const why = await Promise.race([
      wholeWhy(recording, segment, step, about, (question) => this.columnOf(question, dropped.signal)),
      gone,
    ]);
    clearTimeout(late);
    return why === null ? [] : briefly(why);
  }
}

function themeKind(): ThemeKind {
  switch (vscode.window.activeColorTheme.kind) {
    case vscode.ColorThemeKind.Light:
      return "light";
    case vscode.ColorThemeKind.HighContrast:
      return "hc";
    case vscode.ColorThemeKind.HighContrastLight:
      return "hcLight";
    default:
      return "dark";
  }
}
