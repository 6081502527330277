import * as vscode from "vscode";
import type { Program } from "../recording/format";
import type { Sessions } from "../session/sessions";

const scheme = "backstep-recorded";

/** Shows sources as they were when they ran, read-only, for what no longer maps to the text of now. */
export class Recorded implements vscode.TextDocumentContentProvider {
  static readonly scheme = scheme;

  constructor(private readonly sessions: Sessions) {}

  static uri(session: string, program: Program): vscode.Uri {
    return vscode.Uri.from({ scheme, path: `/${program.file.replace(/^\/+/, "")}`, query: session });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    const programs = this.sessions.find(uri.query)?.recording.programs ?? [];
    const program = programs.find((each) => Recorded.uri(uri.query, each).path === uri.path);
    return program?.text ?? "// This recording is no longer open.\n";
  }
}
