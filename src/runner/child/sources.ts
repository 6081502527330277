import { createHash } from "node:crypto";
import type { Literal } from "../../recording/change";
import type { Program, Site } from "../../recording/format";
import type { Problem } from "../../recording/problem";
import type { FirstIds } from "../catalog";
import type { Instrumented, PositionMap } from "../instrument";
import type { Task, Woven } from "../wire";
import { weaving } from "./weaving";

/** A source that runs with hooks in it. */
class Source {
  #map: PositionMap | null = null;

  constructor(
    readonly program: Program,
    readonly code: string,
    private readonly made: () => Instrumented,
  ) {}

  /** From its running code to its text; made when something goes wrong. */
  get map(): PositionMap {
    return (this.#map ??= this.made().map);
  }
}

/** The sources of a run, by the URL they run under. */
export class Sources {
  private readonly known = new Map<string, Source>();
  /** The ids that are free behind the sources so far. */
  private next: FirstIds | undefined;

  /** `begins` is told of each source before its code runs; `literals` are put in the place of numbers in it. */
  constructor(
    private readonly begins: (program: Program) => void,
    private readonly literals: readonly Literal[] = [],
  ) {}

  /** The code of the file that is to run, which comes first and with its hooks. */
  main(url: string, { woven, name, shown, lines }: Task): string {
    return this.added(url, name, woven.program.text, () => woven, { text: shown, lines });
  }

  /** The code of another source with the hooks in it. */
  load(url: string, name: string, text: string): string {
    return this.added(url, name, text, (make) => make(), { text, lines: [] });
  }

  private added(
    url: string,
    name: string,
    text: string,
    weave: (make: () => Instrumented) => Woven,
    shown: Pick<Program, "text" | "lines">,
  ): string {
    const before = this.known.get(url);
    if (before) return before.code;
    const own = this.literals.filter(({ file }) => file === name);
    const first = this.next;
    const make = (): Instrumented => weaving().instrument(text, name, first, own);
    const { code, program, next } = weave(make);
    this.next = next;
    const hash = createHash("sha256").update(shown.text).digest("hex");
    const source = new Source({ ...program, ...shown, hash }, code, make);
    this.known.set(url, source);
    this.begins(source.program);
    return code;
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
