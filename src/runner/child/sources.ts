import { createHash } from "node:crypto";
import type { Program, Site } from "../../recording/format";
import type { Problem } from "../../recording/problem";
import { firstIds, instrument, type PositionMap } from "../instrument";
import type { Literal } from "../../recording/change";

/** A source that runs with hooks in it. */
interface Source {
  readonly program: Program;
  readonly map: PositionMap;
  readonly code: string;
}

/** The sources of a run, by the URL they run under. */
export class Sources {
  private readonly known = new Map<string, Source>();
  private next = firstIds;

  /** `begins` is told of each source before its code runs; `literals` are put in the place of numbers in it. */
  constructor(
    private readonly begins: (program: Program) => void,
    private readonly literals: readonly Literal[] = [],
  ) {}

  /** The code of a source with the hooks in it. */
  load(url: string, name: string, text: string, lines: Program["lines"], shown = text): string {
    const before = this.known.get(url);
    if (before) return before.code;
    const own = this.literals.filter(({ file }) => file === name);
    const made = instrument(text, name, this.next, own);
    this.next = made.next;
    const hash = createHash("sha256").update(shown).digest("hex");
    const program: Program = { ...made.program, text: shown, hash, lines };
    this.known.set(url, { program, map: made.map, code: made.code });
    this.begins(program);
    return made.code;
  }

  get(url: string): Source | undefined {
    return this.known.get(url);
  }

  /** The programs that run, in the order they were loaded. */
  get programs(): readonly Program[] {
    return [...this.known.values()].map(({ program }) => program);
  }

  /** The problem of the deepest nesting in the last source that was loaded: one that Node itself could not compile. */
  deepest(): Problem | undefined {
    const last = [...this.known.values()].at(-1);
    return last?.map.deepest().problem;
  }

  /** A site by its id. */
  site(id: number): { site: Site; program: Program } | undefined {
    for (const { program } of this.known.values()) {
      const site = program.sites.find((each) => each.id === id);
      if (site) return { site, program };
    }
    return undefined;
  }

  /** The innermost call at a place. */
  siteAt(file: string, line: number, column: number): { site: Site; program: Program } | undefined {
    for (const { program } of this.known.values()) {
      if (program.file !== file) continue;
      const around = program.sites.filter((s) => holds(s, line, column));
      const site = around.sort((a, b) => span(a) - span(b))[0];
      if (site) return { site, program };
    }
    return undefined;
  }
}

function holds(site: Site, line: number, column: number): boolean {
  if (line < site.line || line > site.endLine) return false;
  return !(line === site.line && column < site.column) && !(line === site.endLine && column >= site.endColumn);
}

function span(site: Site): number {
  return (site.endLine - site.line) * 10000 + site.endColumn - site.column;
}
