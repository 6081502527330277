import type { Statement } from "../../recording/stack";
import { givenText } from "../../recording/given.text";
import { bind, hitCounter, Recorded, type Asked, type Breakpoint } from "./breakpoints";
import type { Conditions } from "./conditions";
import type { Direction, Place, Way } from "./way";

/** Rows at which a breakpoint was hit, from the beginning of the recording up to a row. */
interface Hits {
  readonly rows: number[];
  upTo: Place | null;
}

let serial = 0;

/** The breakpoints on the lines of the sources. */
export class Lines {
  readonly #recorded: Recorded;
  readonly #byFile = new Map<string, readonly Breakpoint[]>();
  #byStatement = new Map<Statement, Breakpoint[]>();
  readonly #hits = new Map<number, Hits>();
  #forms = -1;

  constructor(
    private readonly way: Way,
    private readonly conditions: Conditions,
  ) {
    this.#recorded = new Recorded(way.session.recording);
  }

  /** Puts these in the place of a source's breakpoints; one that was there before stays the same one. */
  set(file: string, asked: readonly Asked[]): readonly Breakpoint[] {
    const before = [...(this.#byFile.get(file) ?? [])];
    const made = asked.map((each): Breakpoint => {
      const at = before.findIndex((other) => alike(each, other));
      const known = at < 0 ? undefined : before.splice(at, 1)[0];
      const { line, condition, hitCondition, logMessage } = each;
      const bound = bind(this.way.session.recording, this.#recorded, file, line);
      return { id: each.id ?? known?.id ?? ++serial, line, condition, hitCondition, logMessage, ...bound };
    });
    for (const { id } of before) this.#hits.delete(id);
    this.#byFile.set(file, made);
    this.#forms = -1;
    return made;
  }

  clear(): void {
    this.#byFile.clear();
    this.#hits.clear();
    this.#forms = -1;
  }

  /** The breakpoints of a source as they are bound to what was recorded so far. */
  of(file: string): readonly Breakpoint[] {
    this.#bind();
    return this.#byFile.get(file) ?? [];
  }

  /** The sources that have breakpoints. */
  get files(): readonly string[] {
    return [...this.#byFile].filter(([, list]) => list.length > 0).map(([file]) => file);
  }

  get any(): boolean {
    this.#bind();
    return this.#byStatement.size > 0;
  }

  /** Those that may stop at a place: it is the first step of their statement's execution. */
  at(place: Place): readonly Breakpoint[] {
    this.#bind();
    const list = place.statement && this.#byStatement.get(place.statement);
    return list && this.way.isEntry(place) ? list : [];
  }

  /** Whether one stops at a place; a sentence when its condition cannot be read there. */
  async hits(breakpoint: Breakpoint, place: Place, by: Direction): Promise<boolean | string> {
    const holds = await this.#holds(breakpoint, place, by);
    if (holds !== true || !breakpoint.hitCondition) return holds;
    const counts = hitCounter(breakpoint.hitCondition);
    return counts === null || counts(await this.#ordinal(breakpoint, place));
  }

  /** A log message with its {expressions} filled in. */
  async message(text: string, place: Place): Promise<string> {
    const parts = text.split(/\{([^{}]*)\}/);
    const filled = await Promise.all(
      parts.map(async (part, i) => {
        if (i % 2 === 0) return part;
        const answer = await this.conditions.at(part, place);
        if ("error" in answer) return `{${answer.error}}`;
        return answer.value.type === "text" ? answer.value.text : givenText(answer.value);
      }),
    );
    return filled.join("");
  }

  async #holds({ condition }: Breakpoint, place: Place, by: Direction): Promise<boolean | string> {
    if (!condition) return true;
    const answer = await this.conditions.along(condition, place, by);
    return "error" in answer ? answer.error : answer.truthy;
  }

  /** The how manieth hit since the beginning of the recording this is: the same in both directions. */
  async #ordinal(breakpoint: Breakpoint, place: Place): Promise<number> {
    const hits = this.#hits.get(breakpoint.id) ?? { rows: [], upTo: null };
    this.#hits.set(breakpoint.id, hits);
    if ((hits.upTo?.step.row ?? -1) < place.step.row) {
      for (const next of this.way.from(hits.upTo?.cursor ?? { segment: 0, step: -1 }, 1)) {
        if (next.step.row > place.step.row) break;
        hits.upTo = next;
        if (next.statement !== breakpoint.statement || !this.way.isEntry(next)) continue;
        if ((await this.#holds(breakpoint, next, 1)) === true) hits.rows.push(next.step.row);
      }
    }
    return hits.rows.findLastIndex((row) => row <= place.step.row) + 1;
  }

  /** Binds anew what found no statement as long as less was recorded. */
  #bind(): void {
    const { recording } = this.way.session;
    if (this.#forms === recording.forms) return;
    this.#forms = recording.forms;
    this.#byStatement = new Map();
    for (const [file, list] of this.#byFile) {
      const now = list.map((each) =>
        each.statement ? each : { ...each, ...bind(recording, this.#recorded, file, each.line) },
      );
      this.#byFile.set(file, now);
      for (const each of now) {
        if (!each.statement) continue;
        const known = this.#byStatement.get(each.statement);
        if (known) known.push(each);
        else this.#byStatement.set(each.statement, [each]);
      }
    }
  }
}

function alike(a: Asked, b: Asked): boolean {
  const same = (x: string | undefined, y: string | undefined): boolean => (x ?? "") === (y ?? "");
  return (
    a.line === b.line &&
    same(a.condition, b.condition) &&
    same(a.hitCondition, b.hitCondition) &&
    same(a.logMessage, b.logMessage)
  );
}
