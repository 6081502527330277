import type MagicString from "magic-string";
import type { Program } from "../recording/format";
import { Catalog, type FirstIds } from "./catalog";
import { parse, type Parsed } from "./parse";
import { nestedTree, walked } from "./nesting";
import type { ProblemError } from "./problem";
import { resolveNames } from "./scope";
import { weave } from "./weave";
import type { Literal } from "../recording/change";

/** A module with the hooks in it. */
export interface Instrumented {
  /** JavaScript on the same lines as the original. */
  readonly code: string;
  /** What the hooks refer to; without text hash, which its reader adds. */
  readonly program: Omit<Program, "hash" | "lines">;
  /** The first ids that are free behind this file. */
  readonly next: FirstIds;
  readonly map: PositionMap;
}

/** The ids a run begins with. */
export const firstIds: FirstIds = { site: 0, binding: 0, scope: 0, loop: 0, fn: 0 };

/** Puts the hooks into a module, and other numbers in the place of some. Throws a ProblemError for what cannot be parsed. */
export function instrument(
  text: string,
  file: string,
  first: FirstIds = firstIds,
  literals: readonly Literal[] = [],
): Instrumented {
  const parsed = parse(text, file);
  return walked(parsed, () => instrumented(parsed, first, literals));
}

function instrumented(parsed: Parsed, first: FirstIds, literals: readonly Literal[]): Instrumented {
  const { text, file } = parsed;
  const names = resolveNames(parsed.tree);
  const catalog = new Catalog(parsed, names, first);
  const woven = weave(parsed, names, catalog, literals);
  const { sites, bindings, scopes, loops, functions, statements } = catalog;
  return {
    code: woven.toString(),
    program: { file, text, sites, bindings, scopes, loops, functions, statements },
    next: {
      site: first.site + sites.length,
      binding: first.binding + bindings.length,
      scope: first.scope + scopes.length,
      loop: first.loop + loops.length,
      fn: first.fn + functions.length,
    },
    map: new PositionMap(parsed, woven),
  };
}

/** Leads positions in the running code back to the original text. */
export class PositionMap {
  private segments: readonly (readonly number[])[][] | null = null;

  constructor(
    private readonly parsed: Parsed,
    private readonly woven: MagicString,
  ) {}

  /** The problem of the deepest nesting in the text. */
  deepest(): ProblemError {
    return nestedTree(this.parsed);
  }

  /** The original position of a 0-based position in the running code; what a hook wrote leads to what follows it. */
  original(line: number, column: number): { line: number; column: number } {
    this.segments ??= this.woven.generateDecodedMap({ hires: true }).mappings.map((row) => row.map((s) => [...s]));
    const row = this.segments[line] ?? [];
    const at = row.findLast((s) => (s[0] ?? 0) <= column);
    const next = row.find((s) => (s[0] ?? 0) >= column) ?? at;
    const segment = at?.[0] === column ? at : next;
    const starts = this.parsed.code.split("\n");
    let offset = 0;
    for (let i = 0; i < (segment?.[2] ?? line); i++) offset += (starts[i]?.length ?? 0) + 1;
    return this.parsed.lines.at(this.parsed.origin.near(offset + (segment?.[3] ?? 0)));
  }
}
