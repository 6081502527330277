import type { Program, Range } from "./format";
import type { Recording } from "./recording";

/** Longer expressions are not shown in place of a name. */
export const longestText = 24;

const literal = /^[-+]?(\d[\d_]*\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** The text of a place in a source. */
export function textOf({ text }: Pick<Program, "text">, range: Range): string {
  const lines = text.split("\n").slice(range.line, range.endLine + 1);
  const last = lines.length - 1;
  if (last < 0) return "";
  lines[last] = (lines[last] ?? "").slice(0, range.endColumn);
  lines[0] = (lines[0] ?? "").slice(range.column);
  return lines.join("\n");
}

/**
 * The arguments of a call as they are written, the receiver first for a method, at most as many as the site counts.
 * Empty when the text is no plain call.
 */
export function writtenArguments(recording: Recording, site: number): readonly string[] {
  const found = recording.site(site);
  const program = recording.programOfSite(site);
  if (found === undefined || program === undefined) return [];
  const text = textOf(program, found);
  const close = text.lastIndexOf(")");
  if (close < 0) return [];
  const parts: string[] = [];
  let depth = 0;
  let end = close;
  for (let k = close - 1; k >= 0; k--) {
    const sign = text[k] ?? "";
    if (")]}".includes(sign)) depth++;
    else if (depth > 0 && "([{".includes(sign)) depth--;
    else if (depth === 0 && (sign === "," || sign === "(")) {
      parts.unshift(text.slice(k + 1, end).trim());
      end = k;
      if (sign === "(") break;
    }
  }
  const given = parts.length === 1 && parts[0] === "" ? [] : parts;
  return found.args.length > given.length ? ["", ...given] : given;
}

/** Whether a text is a number written out. */
export function isLiteral(text: string): boolean {
  return literal.test(text);
}

/** The text of a call in the source, when it is short enough to stand for a name. */
export function inlineText(recording: Recording, site: number): string | undefined {
  const found = recording.site(site);
  const program = recording.programOfSite(site);
  const text = found === undefined || program === undefined ? "" : textOf(program, found);
  return text === "" || text.length > longestText || text.includes("\n") ? undefined : text;
}
