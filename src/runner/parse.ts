import { Parser, type Program, type Token } from "acorn";
import type { Range } from "../recording/format";
import { Lines } from "./lines";
import { isOverflow, nestedText, tooDeep } from "./nesting";
import { ProblemError } from "./problem";
import { strip, type Stripped } from "./strip";

/** A source text as JavaScript with its tree, whose every position leads back to the original text. */
export interface Parsed {
  readonly file: string;
  readonly text: string;
  readonly lines: Lines;
  /** The text without types. */
  readonly code: string;
  readonly tree: Program;
  readonly tokens: readonly Token[];
  readonly origin: Origin;
}

/** Parses a TypeScript (or JavaScript) module. Throws a ProblemError with the position for a syntax error. */
export function parse(text: string, file: string): Parsed {
  const stripped = strip(text, file);
  const lines = new Lines(text);
  const tokens: Token[] = [];
  try {
    const tree = Parser.parse(stripped.code, {
      ecmaVersion: "latest",
      sourceType: "module",
      allowHashBang: true,
      onToken: tokens,
    });
    return { file, text, lines, code: stripped.code, tree, tokens, origin: new Origin(text, stripped, tokens) };
  } catch (error) {
    if (isOverflow(error)) throw nestedText(text, file);
    if (!(error instanceof SyntaxError)) throw error;
    const made = "pos" in error && typeof error.pos === "number" ? error.pos : 0;
    const place = lines.at(new Origin(text, stripped, tokens).near(made));
    const what = error.message.replace(/\s*\(\d+:\d+\)$/, "");
    const message = /stack space/.test(what)
      ? tooDeep
      : stripped.code[made] === "@"
        ? "Decorators cannot be run here: call the decorating function yourself."
        : `${what}: this is no valid TypeScript, correct it and run again.`;
    throw new ProblemError({ message, file, ...place, kind: "syntax" });
  }
}

/**
 * Where the tokens of the stripped code stand in the original. A token counts as found only when the original has
 * the same characters there; what the stripping wrote itself (an enum's body, `this.x = x`) has no origin.
 */
export class Origin {
  private readonly starts = new Map<number, number>();
  private readonly ends = new Map<number, number>();
  private readonly lines: Lines;

  constructor(
    private readonly text: string,
    private readonly stripped: Stripped,
    tokens: readonly Token[],
  ) {
    this.lines = new Lines(text);
    for (const token of tokens) {
      if (token.start === token.end) continue;
      const start = this.find(token.start, token.end);
      if (start < 0) continue;
      this.starts.set(token.start, start);
      this.ends.set(token.end, start + token.end - token.start);
    }
  }

  /** Original offset of the token that starts at this offset of the stripped code, or −1 when the stripping wrote it. */
  start(made: number): number {
    return this.starts.get(made) ?? -1;
  }

  /** Original offset behind the token that ends at this offset of the stripped code, or −1. */
  end(made: number): number {
    return this.ends.get(made) ?? -1;
  }

  /** The range of a node in the original text; null when the stripping wrote one of its ends. */
  range(node: { readonly start: number; readonly end: number }): Range | null {
    const start = this.start(node.start);
    const end = this.end(node.end);
    if (start < 0 || end < 0) return null;
    const from = this.lines.at(start);
    const to = this.lines.at(end);
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }

  /** The original offset nearest before any offset of the stripped code. */
  near(made: number): number {
    const segment = this.stripped.from[this.index(made)];
    if (!segment) return 0;
    const room = this.limit(this.index(made)) - segment.original;
    return segment.original + Math.max(0, Math.min(made - segment.made, room));
  }

  private find(start: number, end: number): number {
    const at = this.index(start);
    const segment = this.stripped.from[at];
    if (!segment) return -1;
    const token = this.stripped.code.slice(start, end);
    const straight = segment.original + (start - segment.made);
    const before = this.stripped.code.slice(segment.made, end);
    if (this.text.startsWith(before, segment.original)) return straight;
    if (segment.made !== start) return -1;
    // Types stripped right before the token share its place: it is the last thing before the next known token.
    const room = this.text.slice(segment.original, this.limit(at)).trimEnd();
    return room.endsWith(token) ? segment.original + room.length - token.length : -1;
  }

  private limit(index: number): number {
    return this.stripped.from[index + 1]?.original ?? this.text.length;
  }

  /** Index of the last segment at or before an offset. */
  private index(made: number): number {
    let low = -1;
    let high = this.stripped.from.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.stripped.from[middle]?.made ?? 0) <= made) low = middle;
      else high = middle;
    }
    return low;
  }
}
