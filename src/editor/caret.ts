import * as vscode from "vscode";
import { graphOf } from "../recording/graph";
import type { Subscription } from "../session/event";
import type { Session } from "../session/session";
import type { Sessions } from "../session/sessions";
import { spotOf } from "./sources";
import type { Tracks } from "./tracks";

/** Nodes of a segment's graph. */
export interface Marked {
  readonly session: Session;
  readonly segment: number;
  readonly nodes: readonly number[];
}

/** Tells which nodes the line of the caret made, in the segment in view. */
export class Caret {
  #editor = vscode.window.activeTextEditor;
  #watched: Subscription | null = null;
  #segment = -1;
  readonly #disposables: Subscription[];

  constructor(
    sessions: Sessions,
    private readonly tracks: Tracks,
    private readonly mark: (marked: Marked) => void,
  ) {
    this.#disposables = [
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        this.#editor = textEditor;
        this.#tell();
      }),
      sessions.onDidChangeActive((session) => this.#watch(session)),
    ];
    this.#watch(sessions.active);
  }

  dispose(): void {
    this.#watched?.dispose();
    for (const each of this.#disposables) each.dispose();
  }

  /** Another iteration has other nodes. */
  #watch(session: Session | null): void {
    this.#watched?.dispose();
    this.#segment = -1;
    this.#watched =
      session?.onDidChange((change) => {
        if (change === "cursor" && session.cursor?.segment !== this.#segment) this.#tell();
      }) ?? null;
  }

  #tell(): void {
    const marked = this.#editor && markedBy(this.#editor, this.tracks);
    if (!marked) return;
    this.#segment = marked.segment;
    this.mark(marked);
  }
}

function markedBy(editor: vscode.TextEditor, tracks: Tracks): Marked | undefined {
  const track = tracks.of(editor.document);
  const cursor = track?.session.cursor;
  const segment = cursor ? track.session.outline.segments[cursor.segment] : undefined;
  if (!track || !cursor || !segment) return undefined;
  const { lineNumber, firstNonWhitespaceCharacterIndex, isEmptyOrWhitespace } = editor.document.lineAt(
    editor.selection.active.line,
  );
  const then = track.map.toThen({ line: lineNumber, column: firstNonWhitespaceCharacterIndex });
  const nodes =
    then === null || isEmptyOrWhitespace
      ? []
      : graphOf(track.session.recording, segment).graph.nodes.filter(({ site }) => {
          const spot = spotOf(track.session.recording, site);
          return spot?.program === track.program && spot.site.line <= then.line && then.line <= spot.site.endLine;
        });
  return { session: track.session, segment: cursor.segment, nodes: nodes.map((node) => node.index) };
}
