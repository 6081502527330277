import * as vscode from "vscode";
import type { Program } from "../recording/format";
import type { Session } from "../session/session";
import { Recorded } from "./recorded";
import { pathOf, programOf } from "./sources";
import type { Tracks } from "./tracks";

/** The document of a recorded source: the file that was run, or the recorded text where nothing else is known. */
export function documentOf({ id, facts: { origin } }: Session, program: Program): vscode.Uri {
  if (!origin) return Recorded.uri(id, program);
  return program.file === origin.file ? vscode.Uri.parse(origin.uri) : vscode.Uri.file(pathOf(origin, program.file));
}

/** The recorded source that a document is, by its path or the text of its URI. */
export function programAt(session: Session, path: string): Program | undefined {
  const uri = /^[a-z][\w+.-]+:/i.test(path) && !/^[a-z]:/i.test(path) ? vscode.Uri.parse(path) : vscode.Uri.file(path);
  const { recording, facts } = session;
  const known = programOf(recording.programs, facts.origin, {
    uri: uri.toString(),
    path: uri.scheme === "file" ? uri.fsPath : "",
  });
  return known ?? recording.programs.find((program) => documentOf(session, program).toString() === uri.toString());
}

/** Where a recorded line stands in its document now, null when it was edited away. */
export function lineNow(tracks: Tracks, session: Session, program: Program, line: number): number | null {
  const map = mapOf(tracks, session, program);
  const column = Math.max(0, (program.text.split("\n")[line] ?? "").search(/\S/));
  return map ? (map.toNow({ line, column })?.line ?? null) : line;
}

/** The recorded line that a line of the document was, null when it was not there. */
export function lineThen(tracks: Tracks, session: Session, program: Program, line: number): number | null {
  const document = openDocument(session, program);
  const map = mapOf(tracks, session, program);
  const column = document && line < document.lineCount ? document.lineAt(line).firstNonWhitespaceCharacterIndex : 0;
  return map ? (map.toThen({ line, column })?.line ?? null) : line;
}

function mapOf(tracks: Tracks, session: Session, program: Program) {
  const document = openDocument(session, program);
  const track = document && tracks.of(document);
  return track?.session === session && track.program === program ? track.map : undefined;
}

function openDocument(session: Session, program: Program): vscode.TextDocument | undefined {
  const uri = documentOf(session, program).toString();
  return vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri);
}
