import type { Tip, TipRow } from "../recording/tip";
import { sparkline, type ThemeKind } from "./sparkline";

/** Said of a place whose statement is no longer what ran. */
export const editedSince = "recorded before this edit";

const hues: Record<TipRow["hue"], string> = {
  value: "--vscode-backstep-value",
  gradient: "--vscode-backstep-gradient",
  update: "--vscode-backstep-update",
  "": "",
};

/** What a hover tells. */
export interface Told {
  readonly tip: Tip;
  /** Why the gradient is what it is, line by line; VS Code takes MathML out of hovers. */
  readonly why: readonly string[];
  /** "linear.ts · epoch 3" */
  readonly moment: string;
  /** The statement is no longer what ran. */
  readonly edited: boolean;
}

/** A hover's markdown; where it may hold HTML, VS Code lets through little but tables and coloured spans. */
export function hoverMarkdown({ tip, why, moment, edited }: Told, theme: ThemeKind): string {
  const rows = tip.rows.map(
    ({ label, text, hue }) => `<tr><td>${escape(label)}</td><td>${coloured(text, hue)}</td></tr>`,
  );
  const parts = [
    `<b>${escape(tip.title)}</b>${tip.subtitle ? ` · ${escape(tip.subtitle)}` : ""}`,
    `<table>${rows.join("")}</table>`,
  ];
  if (why.length > 0) parts.push(why.map(escape).join("<br>"));
  if (tip.series) {
    const { values, kind, name } = tip.series;
    const hue = kind === "gradient" ? "gradient" : "value";
    parts.push(`![course of ${escape(name)}](${sparkline(values, tip.iteration, hue, theme)})`);
  }
  parts.push([moment, ...(edited ? [editedSince] : [])].map((text) => `<i>${escape(text)}</i>`).join(" · "));
  return parts.join("\n\n");
}

function coloured(text: string, hue: TipRow["hue"]): string {
  const code = `<code>${escape(text)}</code>`;
  return hue === "" ? code : `<span style="color:var(${hues[hue]});">${code}</span>`;
}

/** Text as it is, whatever markdown or HTML would make of it. */
function escape(text: string): string {
  return text.replace(/[&<>"'\\`*_{}[\]()#+\-.!|~$]/g, (character) => `&#${character.charCodeAt(0)};`);
}
