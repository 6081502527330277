import * as vscode from "vscode";
import { documentOf, type Target } from "./documents";
import { linesOf } from "./target";

/**
 * What "Run gradient descent" is about: a CodeLens gives a document and lines, a menu a document, the palette nothing.
 * A selection counts when it is in the editor that is meant.
 */
export async function chosen(args: readonly unknown[], last: vscode.TextEditor | undefined): Promise<Target | null> {
  const [first, startLine, endLine] = args;
  if (typeof first === "string" && typeof startLine === "number" && typeof endLine === "number") {
    const document = await documentOf(first);
    return document ? { document, lines: { startLine, endLine } } : null;
  }
  const editor = first instanceof vscode.Uri ? editorOf(first) : last;
  if (editor) return { document: editor.document, lines: linesOf(editor.selection, editor.document.getText()) };
  const document = first instanceof vscode.Uri ? await documentOf(first.toString()) : undefined;
  return document ? { document, lines: null } : null;
}

function editorOf(uri: vscode.Uri): vscode.TextEditor | undefined {
  const found = vscode.window.visibleTextEditors.filter((each) => each.document.uri.toString() === uri.toString());
  return found.find((each) => each === vscode.window.activeTextEditor) ?? found[0];
}
