import * as vscode from "vscode";
import type { Subscription } from "../session/event";
import type { Session } from "../session/session";
import type { Sessions } from "../session/sessions";
import { lineValues, type LineValues } from "./linevalues";
import type { Tracks } from "./tracks";

/** The values stand still while the cursor hurries: they are written when it has rested so many milliseconds. */
const rest = 60;

/** Writes at the ends of lines what their variables hold at the moment of the active run, in and out of a debug session. */
export class LineEnds {
  readonly #value = vscode.window.createTextEditorDecorationType({
    rangeBehavior: vscode.DecorationRangeBehavior.ClosedClosed,
  });
  readonly #disposables: readonly Subscription[];
  #watched: Subscription | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly sessions: Sessions,
    private readonly tracks: Tracks,
  ) {
    this.#disposables = [
      sessions.onDidChangeActive((session) => this.#watch(session)),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#soon()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (tracks.of(document)) this.#soon();
      }),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("backstep.editor.lineValues")) this.#soon();
      }),
      this.#value,
    ];
    this.#watch(sessions.active);
  }

  dispose(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#watched?.dispose();
    for (const each of this.#disposables) each.dispose();
  }

  #watch(session: Session | null): void {
    this.#watched?.dispose();
    this.#watched = session?.onDidChange((change) => change === "cursor" && this.#soon()) ?? null;
    this.#soon();
  }

  #soon(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#paint(), rest);
  }

  #paint(): void {
    this.#timer = null;
    const on = vscode.workspace.getConfiguration("backstep.editor").get<boolean>("lineValues", true);
    for (const editor of vscode.window.visibleTextEditors) {
      editor.setDecorations(this.#value, on ? this.#endsIn(editor) : []);
    }
  }

  #endsIn({ document }: vscode.TextEditor): vscode.DecorationOptions[] {
    const track = this.tracks.of(document);
    const cursor = this.sessions.active?.cursor;
    if (!track || !cursor) return [];
    const { recording, outline } = track.session;
    return lineValues(recording, outline, cursor, track.program).flatMap((each) => {
      const column = Math.max(0, (track.program.text.split("\n")[each.line] ?? "").search(/\S/));
      const now = track.map.toNow({ line: each.line, column });
      return now ? endOf(document.lineAt(now.line).range.end, each) : [];
    });
  }
}

/** A decoration shows one text before and one behind its place: the values, and their gradients in another hue. */
function endOf(end: vscode.Position, { parts }: LineValues): vscode.DecorationOptions {
  const value = parts.map((part) => part.value).join("  ");
  const gradient = parts.flatMap((part) => part.gradient || []).join("  ");
  const look = { margin: "0 0 0 2em", fontStyle: "italic" };
  return {
    range: new vscode.Range(end, end),
    renderOptions: {
      before: { contentText: value, color: new vscode.ThemeColor("backstep.lineValue"), ...look },
      ...(gradient && {
        after: {
          contentText: `∇ ${gradient}`,
          color: new vscode.ThemeColor("backstep.lineGradient"),
          margin: "0 0 0 1em",
          fontStyle: "italic",
        },
      }),
    },
  };
}
