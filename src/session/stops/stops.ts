import { Crossings, type Watchpoint } from "../../recording/watchpoint";
import { Emitter, type Event } from "../event";
import type { Session } from "../session";
import type { Asked, Breakpoint } from "./breakpoints";
import { changed, type Watch } from "./changes";
import { Conditions, type Evaluate } from "./conditions";
import { exceptionAt } from "./exceptions";
import { Lines } from "./lines";
import { Marks } from "./marks";
import { Way, type Direction, type Place } from "./way";

/** Why a run stops at a place. */
export interface Stop {
  readonly reason: "breakpoint" | "data breakpoint" | "exception";
  /** Of the breakpoints. */
  readonly ids: readonly number[];
  /** What is to be said of it, "" when it is a breakpoint and nothing else. */
  readonly text: string;
  /** Of an exception. */
  readonly label?: string;
}

/** A log message at a place. */
export interface Printed {
  readonly text: string;
  readonly place: Place;
}

/** Everything that stops a run on screen, in both directions: the debug UI, the panel's play and its timeline ask here. */
export class Stops {
  readonly way: Way;
  readonly conditions: Conditions;
  /** Evaluates expressions; whoever can do that says how. */
  evaluate: Evaluate = () => Promise.resolve("Expressions cannot be evaluated here.");
  readonly #lines: Lines;
  /** Where all of it stops. */
  readonly marks: Marks;
  readonly #prints = new Emitter<Printed>();
  /** Breakpoints whose condition could not be read and was said to be so. */
  readonly #said = new Set<number>();
  #held = false;
  #watches: readonly Watch[] = [];
  #filters: ReadonlySet<string> = new Set();
  #crossings: readonly Crossings[] = [];

  constructor(
    private readonly session: Session,
    private readonly changed: () => void,
  ) {
    this.way = new Way(session);
    this.conditions = new Conditions(this.way, (text, moments) => this.evaluate(text, moments));
    this.#lines = new Lines(this.way, this.conditions);
    this.marks = new Marks(session, this);
  }

  get onDidPrint(): Event<Printed> {
    return this.#prints.event;
  }

  /** Whether a debug session says what stops; without one the breakpoints that VS Code keeps do. */
  get held(): boolean {
    return this.#held;
  }

  /** What is set for a debug session begins and ends with it. */
  set held(held: boolean) {
    this.#held = held;
    this.#lines.clear();
    this.#watches = [];
    this.#filters = new Set();
    this.changed();
  }

  /** Breakpoints of one source; those of before are gone. */
  set(file: string, asked: readonly Asked[]): readonly Breakpoint[] {
    const before = this.breakpoints(file).map(({ id }) => id);
    const made = this.#lines.set(file, asked);
    if (made.length !== before.length || made.some(({ id }, k) => id !== before[k])) this.changed();
    return made;
  }

  /** The breakpoints of a source, bound to what was recorded so far. */
  breakpoints(file: string): readonly Breakpoint[] {
    return this.#lines.of(file);
  }

  /** The sources that have breakpoints. */
  get files(): readonly string[] {
    return this.#lines.files;
  }

  set watches(watches: readonly Watch[]) {
    this.#watches = watches;
    this.changed();
  }

  /** What a person set in the panel; kept with the run. */
  get watchpoints(): readonly Watchpoint[] {
    return this.#crossings.map(({ watchpoint }) => watchpoint);
  }

  set watchpoints(watchpoints: readonly Watchpoint[]) {
    const { recording, outline } = this.session;
    const before = new Map(this.#crossings.map((each) => [JSON.stringify(each.watchpoint), each]));
    this.#crossings = watchpoints.map(
      (each) => before.get(JSON.stringify(each)) ?? new Crossings(recording, outline, each),
    );
    this.changed();
  }

  /** Which exceptional moments stop. */
  set filters(filters: readonly string[]) {
    this.#filters = new Set(filters);
    this.changed();
  }

  /** Whether anything at all can stop a run. */
  get any(): boolean {
    return this.#lines.any || this.#watches.length > 0 || this.#crossings.length > 0 || this.#filters.size > 0;
  }

  /** Why to stop at a place, null to go on; log messages are printed. */
  async at(place: Place, by: Direction): Promise<Stop | null> {
    return this.#at(place, by, true);
  }

  /** The same for whoever only wants to know: nothing is printed. */
  async ask(place: Place): Promise<Stop | null> {
    return this.#at(place, 1, false);
  }

  /** What is to be said of a stop where nothing else says that it is one. */
  textOf(stop: Stop, place: Place): string {
    const { statement } = place;
    if (stop.text !== "" || !statement) return stop.text;
    const { condition } = this.#lines.at(place).find(({ id }) => stop.ids.includes(id)) ?? {};
    const line = `Breakpoint on line ${statement.range.line + 1}`;
    return condition ? `${line}: ${condition}` : line;
  }

  async #at(place: Place, by: Direction, loud: boolean): Promise<Stop | null> {
    const ids: number[] = [];
    const texts: string[] = [];
    for (const each of this.#lines.at(place)) {
      const text = await this.#hit(each, place, by, loud);
      if (text === null) continue;
      ids.push(each.id);
      if (text !== "") texts.push(text);
    }
    if (ids.length > 0) return { reason: "breakpoint", ids, text: texts.join("; ") };
    for (const watch of this.#watches) {
      const text = await this.#changed(watch, place);
      if (text !== null) return { reason: "data breakpoint", ids: [watch.breakpoint], text };
    }
    const crossed = this.#crossings.flatMap((each) => each.at(place.cursor) ?? []);
    if (crossed.length > 0) return { reason: "data breakpoint", ids: [], text: crossed.join("; ") };
    const exception = this.#filters.size > 0 ? exceptionAt(this.session, place, this.#filters) : null;
    return exception && { reason: "exception", ids: [], ...exception };
  }

  /** null when it does not stop here; else what is to be said of it. */
  async #hit(breakpoint: Breakpoint, place: Place, by: Direction, loud: boolean): Promise<string | null> {
    const { id, condition, logMessage } = breakpoint;
    const hits = await this.#lines.hits(breakpoint, place, by);
    if (typeof hits === "string") {
      // A condition that cannot be read stops once and says why, rather than never.
      if (!loud || this.#said.has(id)) return null;
      this.#said.add(id);
      return `condition ${condition ?? ""}: ${hits}`;
    }
    if (!hits) return null;
    if (!logMessage) return "";
    if (loud) this.#prints.fire({ text: await this.#lines.message(logMessage, place), place });
    return null;
  }

  async #changed(watch: Watch, place: Place): Promise<string | null> {
    const [before] = this.way.from(place.cursor, -1);
    if (!before || !changed(this.session, watch, before, place)) return null;
    if (watch.condition) {
      const answer = await this.conditions.at(watch.condition, place);
      if ("error" in answer || answer.truthy !== true) return null;
    }
    return `${watch.name} changed`;
  }
}
