import * as vscode from "vscode";

/** Offers "Run gradient descent" above what trains. */
export class Lenses implements vscode.CodeLensProvider {
  readonly #changes = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.#changes.event;

  /** Shows them anew, after a change of the settings. */
  refresh(): void {
    this.#changes.fire();
  }

  async provideCodeLenses(document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
    const text = document.getText();
    const on = vscode.workspace.getConfiguration("backstep.editor", document).get<boolean>("codeLens", true);
    if (!on || !text.includes("backstep")) return [];
    // The parser is loaded for files that need it only.
    const { offersIn } = await import("./trains");
    return offersIn(text).map(
      ({ line, startLine, endLine }) =>
        new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
          title: "$(play) Run gradient descent",
          tooltip: "Record this in Backstep and walk through it",
          command: "backstep.run",
          arguments: [document.uri.toString(), startLine, endLine],
        }),
    );
  }
}
