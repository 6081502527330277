import * as vscode from "vscode";
import type { Sessions } from "../session/sessions";
import type { Tracks } from "./tracks";

/** Marks the lines that a selection was completed with, as long as its run is the active one. */
export class AddedLines {
  readonly #look = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    borderColor: new vscode.ThemeColor("backstep.lineBorder"),
    borderStyle: "dotted",
    borderWidth: "0 0 0 2px",
  });
  readonly #disposables: readonly { dispose(): unknown }[];
  #watched: { dispose(): unknown } | null = null;

  constructor(
    private readonly sessions: Sessions,
    private readonly tracks: Tracks,
  ) {
    this.#disposables = [
      sessions.onDidChangeActive((session) => {
        this.#watched?.dispose();
        // The sources come with the first chunk.
        this.#watched = session?.onDidChange((change) => change === "status" && this.#paint()) ?? null;
        this.#paint();
      }),
      vscode.window.onDidChangeVisibleTextEditors(() => this.#paint()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (this.tracks.of(document)) this.#paint();
      }),
      this.#look,
    ];
  }

  dispose(): void {
    this.#watched?.dispose();
    for (const each of this.#disposables) each.dispose();
  }

  #paint(): void {
    for (const editor of vscode.window.visibleTextEditors) {
      const ranges = this.sessions.active ? this.#rangesIn(editor) : [];
      editor.setDecorations(
        this.#look,
        ranges.map((range) => ({ range, hoverMessage: "Added to the selection, because it needs this." })),
      );
    }
  }

  #rangesIn({ document }: vscode.TextEditor): vscode.Range[] {
    const track = this.tracks.of(document);
    const added = track?.program.lines.filter((each) => each.added) ?? [];
    return added.flatMap(({ start, end }) => {
      const from = track?.map.toNow({ line: start, column: 0 });
      const to = track?.map.toNow({ line: end - 1, column: 0 });
      return from && to ? [new vscode.Range(from.line, 0, to.line, 0)] : [];
    });
  }
}
