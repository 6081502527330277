import * as vscode from "vscode";
import type { Finding, FindingPlace } from "../recording/finding";
import type { Subscription } from "../session/event";
import type { Session } from "../session/session";
import type { Sessions } from "../session/sessions";
import { pathOf } from "./sources";
import { rangeOf } from "./tracks";

const levels = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  note: vscode.DiagnosticSeverity.Information,
};

/** What was found in the active run, in Problems: until the next run, or an edit of the file. */
export class FindingProblems {
  readonly #collection = vscode.languages.createDiagnosticCollection("backstep.findings");
  readonly #listeners: Subscription[];
  /** Documents that were edited since the run. */
  readonly #edited = new Set<string>();
  #session: Session | null = null;
  #watch: Subscription | null = null;

  constructor(sessions: Sessions) {
    this.#listeners = [
      sessions.onDidChangeActive((session) => this.#follow(session)),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length === 0 || !this.#collection.has(document.uri)) return;
        this.#edited.add(document.uri.toString());
        this.#collection.delete(document.uri);
      }),
    ];
  }

  dispose(): void {
    for (const each of this.#listeners) each.dispose();
    this.#watch?.dispose();
    this.#collection.dispose();
  }

  #follow(session: Session | null): void {
    this.#watch?.dispose();
    this.#session = session;
    this.#edited.clear();
    this.#watch = session?.onDidChange((change) => change === "findings" && this.#show()) ?? null;
    this.#show();
  }

  #show(): void {
    this.#collection.clear();
    const session = this.#session;
    if (!session || !vscode.workspace.getConfiguration("backstep.findings").get<boolean>("problems", true)) return;
    const byFile = new Map<string, [vscode.Uri, vscode.Diagnostic[]]>();
    for (const finding of session.findings) {
      const uri = finding.place && uriOf(session, finding.place);
      if (!finding.place || !uri || finding.severity === "note" || this.#stale(session, finding.place, uri)) continue;
      const known = byFile.get(uri.toString()) ?? [uri, []];
      known[1].push(diagnostic(session, finding, finding.place));
      byFile.set(uri.toString(), known);
    }
    this.#collection.set([...byFile.values()]);
  }

  /** Whether a document is no longer what was run. */
  #stale({ recording }: Session, { file }: FindingPlace, uri: vscode.Uri): boolean {
    if (this.#edited.has(uri.toString())) return true;
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    const program = recording.programs.find((each) => each.file === file);
    return document !== undefined && program !== undefined && plain(document.getText()) !== plain(program.text);
  }
}

function plain(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

function uriOf(session: Session, { file }: FindingPlace): vscode.Uri | null {
  const { origin } = session.facts;
  if (origin === null) return null;
  return file === origin.file ? vscode.Uri.parse(origin.uri) : vscode.Uri.file(pathOf(origin, file));
}

/** The code says what was found: `backstep(not-zeroed)`. */
function diagnostic(session: Session, finding: Finding, place: FindingPlace): vscode.Diagnostic {
  const { title, cause, remedy, severity, kind, related } = finding;
  const text = [`${title}.`, cause, remedy].filter((each) => each !== "").join(" ");
  const made = new vscode.Diagnostic(rangeOf(place), text, levels[severity]);
  made.source = "backstep";
  made.code = kind;
  made.relatedInformation = related.flatMap((link) => {
    const uri = uriOf(session, link);
    return uri ? [new vscode.DiagnosticRelatedInformation(new vscode.Location(uri, rangeOf(link)), link.message)] : [];
  });
  return made;
}
