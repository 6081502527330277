import type { Cursor } from "../recording/moves";
import type { Statement } from "../recording/stack";
import { bind, hitCounter, Recorded, type Asked, type Breakpoint } from "./breakpoints";
import type { Conditions } from "./conditions";
import { exceptionAt } from "./exceptions";
import type { Row } from "./variables";
import { changed, type Watch } from "./watch";
import { keyOf, type Direction, type Place, type Way } from "./way";

/** Why a scan stopped at a place. */
export interface Stop {
  readonly reason: "breakpoint" | "data breakpoint" | "exception";
  readonly ids: readonly number[];
  readonly text: string;
}

/** What stops need of the rest. */
export interface Asking {
  readonly conditions: Conditions;
  print(text: string, place: Place): void;
}

/** Hits of a breakpoint from the beginning of the recording up to a cursor. */
interface Hits {
  readonly places: number[];
  upTo: Cursor;
}

let serial = 0;

/** Everything that can stop a scan over a recording, in both directions. */
export class Stops {
  readonly #recorded: Recorded;
  readonly #byFile = new Map<string, readonly Breakpoint[]>();
  readonly #byStatement = new Map<Statement, Breakpoint[]>();
  readonly #hits = new Map<Breakpoint, Hits>();
  /** Breakpoints whose condition could not be read and was said to be so. */
  readonly #said = new Set<number>();
  #watches: readonly Watch[] = [];
  #filters: ReadonlySet<string> = new Set();

  constructor(
    private readonly way: Way,
    private readonly asking: Asking,
  ) {
    this.#recorded = new Recorded(way.session.recording);
  }

  /** Breakpoints of one source; those of before are gone. */
  set(file: string, asked: readonly Asked[]): readonly Breakpoint[] {
    const made = asked.map((each): Breakpoint => ({ ...each, id: ++serial, ...this.#bind(file, each) }));
    this.#byFile.set(file, made);
    this.#index();
    return made;
  }

  /** Binds anew what found no statement as long as less was recorded; gives those that changed. */
  rebind(): readonly { readonly file: string; readonly breakpoint: Breakpoint }[] {
    const changed: { file: string; breakpoint: Breakpoint }[] = [];
    for (const [file, list] of this.#byFile) {
      const now = list.map((each) => {
        if (each.statement) return each;
        const bound = this.#bind(file, each);
        if (!bound.statement) return each;
        const breakpoint = { ...each, ...bound };
        changed.push({ file, breakpoint });
        return breakpoint;
      });
      this.#byFile.set(file, now);
    }
    if (changed.length > 0) this.#index();
    return changed;
  }

  set watches(watches: readonly Watch[]) {
    this.#watches = watches;
  }

  /** Which exceptional moments stop. */
  set filters(filters: readonly string[]) {
    this.#filters = new Set(filters);
  }

  /** Whether anything at all can stop a scan. */
  get any(): boolean {
    return this.#byStatement.size > 0 || this.#watches.length > 0 || this.#filters.size > 0;
  }

  /** Why to stop at a place, null to go on. */
  async at(place: Place, by: Direction): Promise<Stop | null> {
    const ids: number[] = [];
    const texts: string[] = [];
    const list = place.statement && this.#byStatement.get(place.statement);
    if (list && this.way.isEntry(place)) {
      for (const each of list) {
        const text = await this.#hit(each, place, by);
        if (text === null) continue;
        ids.push(each.id);
        if (text !== "") texts.push(text);
      }
    }
    if (ids.length > 0) return { reason: "breakpoint", ids, text: texts.join("; ") };
    for (const watch of this.#watches) {
      const text = await this.#changed(watch, place);
      if (text !== null) return { reason: "data breakpoint", ids: [watch.breakpoint], text };
    }
    const exception = this.#filters.size > 0 ? exceptionAt(this.way.session, place, this.#filters) : null;
    return exception === null ? null : { reason: "exception", ids: [], text: exception };
  }

  /** null when it does not stop here; else what is to be said of it. */
  async #hit(breakpoint: Breakpoint, place: Place, by: Direction): Promise<string | null> {
    const { id, condition, hitCondition, logMessage } = breakpoint;
    const holds = await this.#holds(breakpoint, place, by);
    if (typeof holds === "string") {
      // A condition that cannot be read stops once and says why, rather than never.
      if (this.#said.has(id)) return null;
      this.#said.add(id);
      return `condition ${condition ?? ""}: ${holds}`;
    }
    if (!holds) return null;
    const counts = hitCondition ? hitCounter(hitCondition) : null;
    if (counts && !counts(await this.#ordinal(breakpoint, place))) return null;
    if (!logMessage) return "";
    this.asking.print(await this.#message(logMessage, place), place);
    return null;
  }

  /** Whether the condition of a breakpoint holds; a sentence when it cannot be told. */
  async #holds({ condition }: Breakpoint, place: Place, by: Direction): Promise<boolean | string> {
    if (!condition) return true;
    const answer = await this.asking.conditions.along(condition, place, by);
    return "error" in answer ? answer.error : answer.truthy;
  }

  /** The how manieth hit since the beginning of the recording this is: the same in both directions. */
  async #ordinal(breakpoint: Breakpoint, place: Place): Promise<number> {
    const hits = this.#hits.get(breakpoint) ?? { places: [], upTo: { segment: 0, step: -1 } };
    this.#hits.set(breakpoint, hits);
    if (keyOf(hits.upTo) < keyOf(place.cursor)) {
      for (const next of this.way.from(hits.upTo, 1)) {
        if (keyOf(next.cursor) > keyOf(place.cursor)) break;
        hits.upTo = next.cursor;
        if (next.statement !== breakpoint.statement || !this.way.isEntry(next)) continue;
        if ((await this.#holds(breakpoint, next, 1)) === true) hits.places.push(keyOf(next.cursor));
      }
    }
    return hits.places.findLastIndex((each) => each <= keyOf(place.cursor)) + 1;
  }

  /** A log message with its {expressions} filled in. */
  async #message(text: string, place: Place): Promise<string> {
    const parts = text.split(/\{([^{}]*)\}/);
    const filled = await Promise.all(
      parts.map(async (part, i) => {
        if (i % 2 === 0) return part;
        const answer = await this.asking.conditions.at(part, place);
        return "error" in answer ? `{${answer.error}}` : written(answer.row);
      }),
    );
    return filled.join("");
  }

  async #changed(watch: Watch, place: Place): Promise<string | null> {
    const [before] = this.way.from(place.cursor, -1);
    if (!before || !changed(this.way.session, watch, before, place)) return null;
    if (watch.condition) {
      const answer = await this.asking.conditions.at(watch.condition, place);
      if ("error" in answer || !answer.truthy) return null;
    }
    return `${watch.name} changed`;
  }

  #bind(file: string, { line }: Asked): { statement: Statement | null; reason: string } {
    return bind(this.way.session.recording, this.#recorded, file, line);
  }

  #index(): void {
    this.#byStatement.clear();
    for (const list of this.#byFile.values()) {
      for (const each of list) {
        if (!each.statement) continue;
        const known = this.#byStatement.get(each.statement);
        if (known) known.push(each);
        else this.#byStatement.set(each.statement, [each]);
      }
    }
  }
}

/** A text without its quotes: a log message is read by people. */
function written({ type, value }: Row): string {
  return type === "string" ? String(JSON.parse(value)) : value;
}
