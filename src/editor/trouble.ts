import * as vscode from "vscode";
import type { Problem } from "../recording/problem";
import type { Session } from "../session/session";
import type { Span } from "./textmap";
import { rangeOf, type Tracks } from "./tracks";

/** A problem, and the session whose text it is about; null when nothing came to be recorded. */
interface Known {
  readonly problem: Problem;
  readonly session: Session | null;
}

/** What went wrong, in Problems: one entry per document, until it is run again. */
export class Trouble {
  readonly #collection = vscode.languages.createDiagnosticCollection("backstep");
  readonly #known = new Map<string, Known>();
  readonly #listener: vscode.Disposable;

  constructor(private readonly tracks: Tracks) {
    this.#listener = vscode.workspace.onDidChangeTextDocument(({ document }) => {
      const known = this.#known.get(document.uri.toString());
      if (known?.session) this.#place(document, known);
    });
  }

  report(uri: vscode.Uri, problem: Problem, session: Session | null): void {
    const known = { problem, session };
    this.#known.set(uri.toString(), known);
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    if (document) this.#place(document, known);
    else this.#collection.set(uri, [diagnostic(problem, rangeOf(spanOf(problem)))]);
  }

  clear(uri: vscode.Uri): void {
    this.#known.delete(uri.toString());
    this.#collection.delete(uri);
  }

  dispose(): void {
    this.#listener.dispose();
    this.#collection.dispose();
  }

  /** A problem goes where its place went, and away when that was edited. */
  #place(document: vscode.TextDocument, { problem, session }: Known): void {
    const track = session ? this.tracks.of(document) : undefined;
    const now = track && track.session === session ? track.map.spanNow(spanOf(problem)) : spanOf(problem);
    if (!now) return this.clear(document.uri);
    const range = rangeOf(now);
    const line = Math.min(range.start.line, document.lineCount - 1);
    this.#collection.set(document.uri, [diagnostic(problem, range.isEmpty ? document.lineAt(line).range : range)]);
  }
}

function spanOf({ line, column, endLine, endColumn }: Problem): Span {
  const [startLine, startColumn] = [Math.max(0, line), Math.max(0, column)];
  return { line: startLine, column: startColumn, endLine: endLine ?? startLine, endColumn: endColumn ?? startColumn };
}

function diagnostic(problem: Problem, range: vscode.Range): vscode.Diagnostic {
  const { Error, Information } = vscode.DiagnosticSeverity;
  const made = new vscode.Diagnostic(range, problem.message, problem.kind === "remark" ? Information : Error);
  made.source = "Backstep";
  return made;
}
