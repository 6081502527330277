import * as vscode from "vscode";
import type { Program } from "../recording/format";
import type { Subscription } from "../session/event";
import type { Session } from "../session/session";
import type { Sessions } from "../session/sessions";
import { programOf } from "./sources";
import { TextMap } from "./textmap";

/** A document that the active run recorded, and how its text of then maps to that of now. */
export interface Track {
  readonly session: Session;
  readonly program: Program;
  readonly map: TextMap;
}

/** Follows the edits of the documents that the active run recorded. */
export class Tracks {
  readonly #tracks = new Map<string, Track>();
  readonly #disposables: readonly Subscription[];

  constructor(private readonly sessions: Sessions) {
    this.#disposables = [
      sessions.onDidChangeActive(() => this.#tracks.clear()),
      vscode.workspace.onDidCloseTextDocument((document) => this.#tracks.delete(document.uri.toString())),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const edits = contentChanges.map((each) => ({
          offset: each.rangeOffset,
          removed: each.rangeLength,
          text: each.text,
        }));
        this.#tracks.get(document.uri.toString())?.map.edit(edits, document.getText());
      }),
    ];
  }

  /** Undefined for a document that the active run did not record. */
  of(document: vscode.TextDocument): Track | undefined {
    const session = this.sessions.active;
    if (!session) return undefined;
    const uri = document.uri.toString();
    const known = this.#tracks.get(uri);
    if (known) return known;
    const path = document.uri.scheme === "file" ? document.uri.fsPath : "";
    const program = programOf(session.recording.programs, session.facts.origin, { uri, path });
    if (!program) return undefined;
    const track = { session, program, map: new TextMap(program.text, document.getText()) };
    this.#tracks.set(uri, track);
    return track;
  }

  /** The visible editors of a recorded source. */
  editorsOf(program: Program): readonly vscode.TextEditor[] {
    return vscode.window.visibleTextEditors.filter(({ document }) => this.of(document)?.program === program);
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose();
  }
}

/** A range of a recording as VS Code wants it. */
export function rangeOf(span: { line: number; column: number; endLine: number; endColumn: number }): vscode.Range {
  return new vscode.Range(span.line, span.column, span.endLine, span.endColumn);
}
