import type { AnyNode, Token } from "acorn";
import MagicString from "magic-string";
import type { Catalog } from "./catalog";
import type { Parsed } from "./parse";
import type { Names } from "./scope";
import type { Literal } from "../recording/change";

interface Insertion {
  readonly at: number;
  readonly text: string;
  readonly closes: boolean;
}

/** Text that is put into code, wherever it comes from in the order of nesting. */
export class Insertions {
  protected readonly out: MagicString;
  private readonly insertions: Insertion[] = [];
  /** The name the hooks object has in this file: "$", or longer where the file uses that itself. */
  protected readonly hook: string;

  constructor(
    protected readonly parsed: Parsed,
    protected readonly names: Names,
    protected readonly catalog: Catalog,
  ) {
    this.out = new MagicString(parsed.code);
    const used = new Set<unknown>(parsed.tokens.map((token) => ("value" in token ? token.value : "")));
    let hook = "$";
    while ([...used].some((name) => typeof name === "string" && name.startsWith(hook))) hook += "_";
    this.hook = hook;
  }

  protected name(letter: string, id: number): string {
    return `${this.hook}${letter}${id}`;
  }

  protected call(hook: string, args: string): string {
    return `${this.hook}.${hook}(${args})`;
  }

  protected open(at: number, text: string): void {
    this.insertions.push({ at, text, closes: false });
  }

  protected close(at: number, text: string): void {
    this.insertions.push({ at, text, closes: true });
  }

  /** Wraps an expression into a hook; a sequence needs parentheses of its own. */
  protected wrap(node: AnyNode, before: string, after: string): void {
    const sequence = node.type === "SequenceExpression";
    this.open(node.start, before + (sequence ? "(" : ""));
    this.close(node.end, (sequence ? ")" : "") + after);
  }

  /** Puts another number in the place of one that is written in the source. */
  replace({ line, column, text }: Literal): void {
    const { origin, lines, tokens } = this.parsed;
    const offset = lines.offset(line, column);
    const token = tokens.find((each) => each.type.label === "num" && origin.start(each.start) === offset);
    if (token) this.out.update(token.start, token.end, text.startsWith("-") ? `(${text})` : text);
  }

  /** The first token at or after an offset that reads `text`. */
  protected tokenAfter(offset: number, text: string): Token | undefined {
    const { tokens, code } = this.parsed;
    for (let i = this.tokenAt(offset); i < tokens.length; i++) {
      const token = tokens[i];
      if (token && code.slice(token.start, token.end) === text) return token;
    }
    return undefined;
  }

  /** The last token before an offset that reads `text`. */
  protected tokenBefore(offset: number, text: string): Token | undefined {
    const { tokens, code } = this.parsed;
    for (let i = this.tokenAt(offset) - 1; i >= 0; i--) {
      const token = tokens[i];
      if (token && code.slice(token.start, token.end) === text) return token;
    }
    return undefined;
  }

  /** Index of the first token at or after an offset. */
  private tokenAt(offset: number): number {
    const { tokens } = this.parsed;
    let low = 0;
    let high = tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tokens[middle]?.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Puts everything in: at one place what closes comes first, inner before outer; what opens after it, outer before inner. */
  protected finish(): MagicString {
    const order = this.insertions.map((insertion, index) => ({ ...insertion, index }));
    order.sort((a, b) => {
      if (a.at !== b.at) return a.at - b.at;
      if (a.closes !== b.closes) return a.closes ? -1 : 1;
      return a.closes ? b.index - a.index : a.index - b.index;
    });
    for (const { at, text } of order) this.out.appendLeft(at, text);
    this.out.append(`\nimport{$ as ${this.hook}}from"backstep/hooks";`);
    return this.out;
  }
}
