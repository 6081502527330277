import * as vscode from "vscode";
import { graphOf } from "../recording/graph";
import type { Session } from "../session/session";
import { Recorded } from "./recorded";
import { pathOf, spotOf, type Spot } from "./sources";
import { rangeOf, type Tracks } from "./tracks";

/** Shows the source line that made a node of the graph, and leaves the focus where it is. */
export async function revealNode(tracks: Tracks, session: Session, segment: number, node: number): Promise<void> {
  const found = session.outline.segments[segment];
  const site = found && graphOf(session.recording, found).graph.nodes[node]?.site;
  const spot = site === undefined ? undefined : spotOf(session.recording, site);
  if (spot) await revealSpot(tracks, session, spot);
}

/** Shows a recorded place: in the document where it still stands, else in the text that was recorded. */
export async function revealSpot(tracks: Tracks, session: Session, { program, site }: Spot): Promise<void> {
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
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
