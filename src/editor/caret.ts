import * as vscode from "vscode";
import { graphOf } from "../recording/graph";
import type { Session } from "../session/session";
import { spotOf } from "./sources";
import type { Tracks } from "./tracks";

/** Nodes of a segment's graph. */
export interface Marked {
  readonly session: Session;
  readonly segment: number;
  readonly nodes: readonly number[];
}

/** The nodes that the line of the caret made, in the segment in view. */
export function markedBy(editor: vscode.TextEditor, tracks: Tracks): Marked | undefined {
  const track = tracks.of(editor.document);
  const cursor = track?.session.cursor;
  const segment = cursor ? track.session.outline.segments[cursor.segment] : undefined;
  if (!track || !cursor || !segment) return undefined;
  const { text } = editor.document.lineAt(editor.selection.active.line);
  const then = track.map.toThen({
    line: editor.selection.active.line,
    column: editor.document.lineAt(editor.selection.active.line).firstNonWhitespaceCharacterIndex,
  });
  const nodes =
    then === null || text.trim() === ""
      ? []
      : graphOf(track.session.recording, segment).graph.nodes.filter(({ site }) => {
          const spot = spotOf(track.session.recording, site);
          return spot?.program === track.program && spot.site.line <= then.line && then.line <= spot.site.endLine;
        });
  return { session: track.session, segment: cursor.segment, nodes: nodes.map((node) => node.index) };
}
