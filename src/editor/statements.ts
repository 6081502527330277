import { parse, type Node } from "acorn";
import { transform } from "sucrase";
import type { TextMap } from "./textmap";

/** The lines (0-based, end exclusive) that a statement has for itself: a loop's head without its body. */
interface Own {
  readonly start: number;
  readonly end: number;
}

/** The statements of a source by line. */
export class Statements {
  readonly #own: readonly Own[];
  readonly #lines: readonly string[];

  constructor(text: string) {
    this.#lines = text.split("\n");
    this.#own = ownLines(text);
  }

  /** Whether the statement at a recorded line is no longer what it was. */
  edited(line: number, map: TextMap, now: readonly string[]): boolean {
    if (map.same) return false;
    const own = this.#own.find((each) => line >= each.start && line < each.end) ?? { start: line, end: line + 1 };
    for (let at = own.start; at < own.end; at++) {
      const then = this.#lines[at] ?? "";
      const column = then.search(/\S/);
      if (column < 0) continue;
      const place = map.toNow({ line: at, column });
      if (!place || now[place.line]?.trim() !== then.trim()) return true;
    }
    return false;
  }
}

/** Innermost statements come first, so that the first one found is the one meant. */
function ownLines(text: string): readonly Own[] {
  try {
    const { code } = transform(text, {
      transforms: ["typescript"],
      disableESTransforms: true,
      keepUnusedImports: true,
    });
    const own: Own[] = [];
    collect(parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true }), own);
    return own;
  } catch {
    return [];
  }
}

/** Adds the statements in `node` and returns the first line of any of them. */
function collect(node: Node, own: Own[]): number {
  let first = Infinity;
  for (const value of Object.values(node)) {
    for (const child of Array.isArray(value) ? value : [value]) {
      if (isNode(child)) first = Math.min(first, collect(child, own));
    }
  }
  if (!node.loc || !/Statement|Declaration$/.test(node.type) || node.type === "BlockStatement") return first;
  const start = node.loc.start.line - 1;
  own.push({ start, end: Math.max(start + 1, Math.min(node.loc.end.line, first)) });
  return start;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
