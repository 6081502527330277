import * as vscode from "vscode";
import type { Finding } from "../recording/finding";
import type { Program } from "../recording/format";
import { graphOf } from "../recording/graph";
import type { Session } from "../session/session";
import { Recorded } from "./recorded";
import { pathOf, spotOf } from "./sources";
import type { Span } from "./textmap";
import { rangeOf, type Tracks } from "./tracks";

/** A stretch of a recorded source. */
interface Place {
  readonly program: Program;
  readonly site: Span;
}

/** Shows the source line that made a node of the graph, and leaves the focus where it is. */
export async function revealNode(tracks: Tracks, session: Session, segment: number, node: number): Promise<void> {
  const found = session.outline.segments[segment];
  const site = found && graphOf(session.recording, found).graph.nodes[node]?.site;
  const spot = site === undefined ? undefined : spotOf(session.recording, site);
  if (spot) await revealSpot(tracks, session, spot);
}

/** Shows the line that a finding is about, and leaves the focus where it is. */
export async function revealFinding(tracks: Tracks, session: Session, { place }: Finding): Promise<void> {
  const program = place && session.recording.programs.find((each) => each.file === place.file);
  if (place && program) await revealSpot(tracks, session, { program, site: place });
}

/** Shows where a run's problem is. */
export async function revealProblem(tracks: Tracks, session: Session): Promise<void> {
  const { problem, recording, facts } = session;
  if (!problem || problem.line < 0) return;
  const { line, column, endLine = line, endColumn = column } = problem;
  const program = recording.programs.find((each) => each.file === problem.file);
  const document = await open(session, problem.file === "" ? (facts.origin?.file ?? "") : problem.file);
  const site = { line, column, endLine, endColumn };
  if (program) return revealSpot(tracks, session, { program, site });
  // What never ran was not recorded; the document is what it is about.
  if (document) await show(document, rangeOf(site));
}

/** Where the lines that a session ran stand now; null when they were edited away. */
export function linesNow(
  tracks: Tracks,
  { facts: { origin } }: Session,
): { startLine: number; endLine: number } | null {
  if (!origin?.selection) return null;
  const { startLine, endLine } = origin.selection;
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === origin.uri);
  const map = document && tracks.of(document)?.map;
  if (!map || map.same) return { startLine, endLine };
  const rows = Array.from({ length: endLine - startLine }, (_, i) => map.toNow(firstOf(map.recorded, startLine + i)));
  const lines = rows.flatMap((place) => (place ? [place.line] : []));
  return lines.length === 0 ? null : { startLine: Math.min(...lines), endLine: Math.max(...lines) + 1 };
}

function firstOf(text: string, line: number): { line: number; column: number } {
  return { line, column: Math.max(0, (text.split("\n")[line] ?? "").search(/\S/)) };
}

/** Shows a recorded place: in the document where it still stands, else in the text that was recorded. */
async function revealSpot(tracks: Tracks, session: Session, { program, site }: Place): Promise<void> {
  const document = await open(session, program.file);
  const span = document && tracks.of(document)?.map.spanNow(site);
  if (span) return show(document, rangeOf(span));
  return show(await vscode.workspace.openTextDocument(Recorded.uri(session.id, program)), rangeOf(site));
}

async function open(session: Session, file: string): Promise<vscode.TextDocument | undefined> {
  const { origin } = session.facts;
  if (!origin) {
    const [found] = await vscode.workspace.findFiles(`**/${file.replace(/[{}[\]*?]/g, "?")}`, undefined, 1);
    return found && vscode.workspace.openTextDocument(found);
  }
  const uri = file === origin.file ? vscode.Uri.parse(origin.uri) : vscode.Uri.file(pathOf(origin, file));
  const known = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
  // A closed untitled document must not come back empty under its old name.
  if (known || uri.scheme === "untitled") return known;
  return vscode.workspace.openTextDocument(uri).then(
    (document) => document,
    () => undefined,
  );
}

async function show(document: vscode.TextDocument, range: vscode.Range): Promise<void> {
  const visible = vscode.window.visibleTextEditors.find((editor) => editor.document === document);
  const editor = await vscode.window.showTextDocument(document, {
    preserveFocus: true,
    preview: true,
    viewColumn: visible?.viewColumn ?? vscode.ViewColumn.One,
  });
  editor.selection = new vscode.Selection(range.start, range.start);
  bringIntoSight(editor, range);
}

/** Scrolls to where a range begins: to show all of a long line the editor would hide the beginnings of the others. */
export function bringIntoSight(editor: vscode.TextEditor, { start }: vscode.Range): void {
  editor.revealRange(new vscode.Range(start, start), vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
