import type { Cursor } from "../recording/moves";
import { momentStateOf, variableOf, type Held } from "../recording/variable";
import type { Statement } from "../recording/stack";
import type { Value } from "../recording/value";
import { bind, hitCounter, Recorded, type Asked, type Breakpoint } from "./breakpoints";
import type { Place, Way } from "./way";

/** A data breakpoint: stops where a variable, or its gradient, got another value. */
export interface Watch {
  readonly id: number;
  readonly binding: number;
  readonly side: "value" | "grad";
  readonly condition: string | undefined;
}

/** Why a scan stopped at a place. */
export interface Stop {
  readonly reason: "breakpoint" | "data breakpoint";
  readonly ids: readonly number[];
  readonly text: string;
}

/** What a condition or a log message came to, at a place. */
export type Answer = { readonly truthy: boolean; readonly text: string } | { readonly error: string };

/** What stops need of the rest. */
export interface Asking {
  evaluate(expression: string, place: Place): Promise<Answer>;
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

  /** Whether anything at all can stop a scan. */
  get any(): boolean {
    return this.#byStatement.size > 0 || this.#watches.length > 0;
  }

  /** Why to stop at a place, null to go on. */
  async at(place: Place): Promise<Stop | null> {
    const ids: number[] = [];
    const texts: string[] = [];
    const list = place.statement && this.#byStatement.get(place.statement);
    if (list && this.#isEntry(place)) {
      for (const each of list) {
        const text = await this.#hit(each, place);
        if (text === null) continue;
        ids.push(each.id);
        if (text !== "") texts.push(text);
      }
    }
    if (ids.length > 0) return { reason: "breakpoint", ids, text: texts.join("; ") };
    for (const watch of this.#watches) {
      const text = await this.#changed(watch, place);
      if (text !== null) return { reason: "data breakpoint", ids: [watch.id], text };
    }
    return null;
  }

  /** null when it does not stop here; else what is to be said of it. */
  async #hit(breakpoint: Breakpoint, place: Place): Promise<string | null> {
    const { id, condition, hitCondition, logMessage } = breakpoint;
    const holds = await this.#holds(breakpoint, place);
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
  async #holds({ condition }: Breakpoint, place: Place): Promise<boolean | string> {
    if (!condition) return true;
    const answer = await this.asking.evaluate(condition, place);
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
        if (next.statement !== breakpoint.statement || !this.#isEntry(next)) continue;
        if ((await this.#holds(breakpoint, next)) === true) hits.places.push(keyOf(next.cursor));
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
        const answer = await this.asking.evaluate(part, place);
        return "error" in answer ? `{${answer.error}}` : answer.text;
      }),
    );
    return filled.join("");
  }

  async #changed(watch: Watch, place: Place): Promise<string | null> {
    const [before] = this.way.from(place.cursor, -1);
    if (!before) return null;
    const [then, now] = [this.#held(watch, before), this.#held(watch, place)];
    if (alike(then, now)) return null;
    if (watch.condition) {
      const answer = await this.asking.evaluate(watch.condition, place);
      if ("error" in answer || !answer.truthy) return null;
    }
    const name = this.way.session.recording.binding(watch.binding).name;
    return `${name}${watch.side === "grad" ? ".grad" : ""} changed`;
  }

  #held({ binding, side }: Watch, { cursor }: Place): unknown {
    const { recording, outline } = this.way.session;
    const segment = outline.segments[cursor.segment];
    if (!segment) return undefined;
    if (momentStateOf(recording, segment, cursor.step).state.binding(binding) === "not yet") return undefined;
    const held = variableOf(recording, outline, cursor, binding)?.held;
    return held && contentOf(held, side);
  }

  /** Whether a place is the first of its statement's execution. */
  #isEntry(place: Place): boolean {
    const entry = this.way.entry(place);
    return entry.cursor.step === place.cursor.step && entry.cursor.segment === place.cursor.segment;
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

function contentOf(held: Held, side: Watch["side"]): unknown {
  if (held.type === "tensor") return side === "grad" ? held.tensor.grad : held.tensor.value;
  return held.type === "number"
    ? held.number
    : held.type === "module"
      ? undefined
      : "text" in held
        ? held.text
        : undefined;
}

function alike(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (!isValue(a) || !isValue(b) || a.shape.join() !== b.shape.join()) return false;
  const [x, y] = [a.data, b.data];
  if (x === null || y === null) return a.stats?.norm === b.stats?.norm && a.stats?.mean === b.stats?.mean;
  for (let k = 0; k < x.length; k++) if (!Object.is(x[k], y[k])) return false;
  return true;
}

function isValue(x: unknown): x is Value {
  return typeof x === "object" && x !== null && "shape" in x && "data" in x;
}

/** Cursors in the order of time. */
function keyOf({ segment, step }: Cursor): number {
  return segment * 2 ** 24 + step;
}
