import * as vscode from "vscode";
import { variableTip } from "../recording/tip";
import { variableAt } from "../recording/variable";
import { hoverMarkdown } from "./markdown";
import type { ThemeKind } from "./sparkline";
import { edited } from "./statements";
import type { Tracks } from "./tracks";

/** Hovers over variables, at the moment of the active run. */
export class Hovers implements vscode.HoverProvider {
  constructor(private readonly tracks: Tracks) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const track = this.tracks.of(document);
    const then = track?.map.toThen({ line: position.line, column: position.character });
    if (!track || !then) return undefined;
    const { session, program, map } = track;
    const { recording, outline, cursor } = session;
    if (!cursor) return undefined;
    const variable = variableAt(recording, outline, cursor, program.file, then);
    const segment = outline.segments[cursor.segment];
    if (!variable || !segment) return undefined;
    const tip = variableTip(recording, outline, cursor, variable);
    const now = document.getText().split("\n");
    const moment = `${session.facts.title} · ${outline.label(segment)}`;
    const text = new vscode.MarkdownString(
      hoverMarkdown(tip, moment, edited(program, then.line, map, now), themeKind()),
    );
    text.supportHtml = true;
    return new vscode.Hover(text);
  }
}

function themeKind(): ThemeKind {
  switch (vscode.window.activeColorTheme.kind) {
    case vscode.ColorThemeKind.Light:
      return "light";
    case vscode.ColorThemeKind.HighContrast:
      return "hc";
    case vscode.ColorThemeKind.HighContrastLight:
      return "hcLight";
    default:
      return "dark";
  }
}
