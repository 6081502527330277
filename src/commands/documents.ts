import { basename, dirname } from "node:path";
import * as vscode from "vscode";
import { runs, type Lines } from "./target";

/** What is asked to run. */
export interface Target {
  readonly document: vscode.TextDocument;
  readonly lines: Lines | null;
}

/** The newest editor of a file that can run: a page that has the focus hides which one is active. */
export class LastEditor {
  #last: vscode.TextEditor | undefined;
  readonly #listener: vscode.Disposable;

  constructor() {
    this.#note(vscode.window.activeTextEditor);
    this.#listener = vscode.window.onDidChangeActiveTextEditor((editor) => this.#note(editor));
  }

  /** Undefined when no such editor is visible any more. */
  get editor(): vscode.TextEditor | undefined {
    const visible = vscode.window.visibleTextEditors.filter(({ document }) => runs(document.languageId));
    const active = vscode.window.activeTextEditor;
    if (active && visible.includes(active)) return active;
    return visible.find((editor) => editor.document === this.#last?.document) ?? visible[0];
  }

  dispose(): void {
    this.#listener.dispose();
  }

  #note(editor: vscode.TextEditor | undefined): void {
    if (editor && runs(editor.document.languageId)) this.#last = editor;
  }
}

/** The folder that a document's imports may reach and its name in a recording is relative to. */
export function rootOf(document: vscode.TextDocument, fallback: vscode.Uri): string {
  const folder = vscode.workspace.getWorkspaceFolder(document.uri) ?? vscode.workspace.workspaceFolders?.[0];
  if (document.uri.scheme !== "file") return (folder?.uri ?? fallback).fsPath;
  const own = vscode.workspace.getWorkspaceFolder(document.uri);
  return own ? own.uri.fsPath : dirname(document.uri.fsPath);
}

/** How a run calls a document. */
export function fileOf(document: vscode.TextDocument): string {
  return document.uri.scheme === "file" ? document.uri.fsPath : basename(document.uri.path);
}

/** Unsaved texts of files on the disk, by path. */
export function overlay(): ReadonlyMap<string, string> {
  const dirty = vscode.workspace.textDocuments.filter((each) => each.isDirty && each.uri.scheme === "file");
  return new Map(dirty.map((each) => [each.uri.fsPath, each.getText()]));
}

/** A document by its URI; undefined when it is gone. */
export async function documentOf(uri: string): Promise<vscode.TextDocument | undefined> {
  const known = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri);
  if (known || uri.startsWith("untitled:")) return known;
  return vscode.workspace.openTextDocument(vscode.Uri.parse(uri)).then(
    (document) => document,
    () => undefined,
  );
}
