import type { Program } from "../recording/format";
import { same, type Cursor } from "../recording/moves";
import { stackAt, type Activation } from "../recording/stack";
import type { Session } from "../session/session";
import type { Subscription } from "../session/event";
import { Seeking } from "../session/stops/seek";
import type { Stop, Stops } from "../session/stops/stops";
import type { Direction, Place, Way } from "../session/stops/way";

/** What a debuggee says of itself. */
export interface Told {
  /** It goes on though the client asked for nothing. */
  went(): void;
  /** It stands still, at the session's cursor. */
  stopped(reason: string, description: string, breakpoints: readonly number[]): void;
  /** Its recording grew. */
  grown(): void;
  /** A log message at a place. */
  printed(text: string, place: Place): void;
}

/** Moves of others reach the debug UI at most this often, in milliseconds. */
const quiet = 100;
/** VS Code forgets why a run stopped when that comes at once with the news that it goes on. */
const apart = 25;

/** A recording as something that can be debugged: it runs to stops and steps by statements, both ways. */
export class Debuggee {
  readonly #subscriptions: readonly Subscription[];
  #moving = false;
  #entered = false;
  /** What is said at the first stop. */
  #why: string | undefined;
  readonly #seeking: Seeking;
  #later: ReturnType<typeof setTimeout> | null = null;
  #toldAt = 0;
  #toldOf: Cursor | null = null;

  constructor(
    readonly session: Session,
    private readonly told: Told,
  ) {
    this.#seeking = new Seeking(session);
    session.stops.held = true;
    this.#subscriptions = [
      session.stops.onDidPrint(({ text, place }) => told.printed(text, place)),
      session.onDidChange((change) => {
        if (change === "cursor") this.#moved();
        if (change !== "rows") return;
        this.enter(this.#why);
        told.grown();
      }),
    ];
  }

  get stops(): Stops {
    return this.session.stops;
  }

  get way(): Way {
    return this.stops.way;
  }

  /** Where the cursor is; null before the first step. */
  get place(): Place | null {
    const { cursor } = this.session;
    return cursor && this.way.at(cursor);
  }

  /** The call stack, innermost first. */
  get stack(): readonly Activation[] {
    const { place } = this;
    return place ? stackAt(this.session.recording, place.step.row) : [];
  }

  /** The first stop: where the session opens, as soon as that is there. */
  enter(why = "At the first iteration"): void {
    if (this.#entered) return;
    this.#why = why;
    if (!this.place || this.session.arriving) return;
    this.#entered = true;
    this.stopped("entry", why);
  }

  dispose(): void {
    this.#seeking.end();
    for (const each of this.#subscriptions) each.dispose();
    if (this.#later) clearTimeout(this.#later);
    this.stops.held = false;
  }

  pause(): void {
    this.#entered ||= this.place !== null;
    const { at } = this.#seeking;
    this.#seeking.end();
    this.session.pause();
    if (at) this.#move(() => this.session.move({ to: "cursor", ...at }));
    this.stopped("pause", "Paused");
  }

  /** Goes where `to` leads from here, or to the end in that direction. */
  step(to: (way: Way, place: Place) => Place | null, by: Direction): void {
    const { place } = this;
    const next = place && to(this.way, place);
    if (!next) return this.#atEnd(by);
    this.#seeking.end();
    this.go(next);
    this.stopped("step", "");
  }

  /** An execution of the statement on a line of a source: in this iteration, else in one beside it, before all or after. */
  nearest(program: Program, line: number): Place | null {
    const { cursor, outline } = this.session;
    if (!cursor) return null;
    const here = cursor.segment;
    for (const segment of [here, here + 1, here - 1, 0, outline.segments.length - 1]) {
      for (const place of this.way.from({ segment, step: -1 }, 1)) {
        if (place.cursor.segment !== segment) break;
        const at = place.statement;
        if (at?.program === program && at.range.line === line) return place;
      }
    }
    return null;
  }

  /** Goes to the beginning of a call on the stack. */
  restart({ frame }: Activation): void {
    const { place } = this;
    if (!place || frame < 0) return this.rewind();
    this.go(this.way.begin(place, frame));
    this.stopped("entry", "At the beginning of the call");
  }

  go({ cursor }: Place): void {
    this.#move(() => this.session.move({ to: "cursor", ...cursor }));
  }

  rewind(): void {
    this.#move(() => this.session.move({ to: "first" }));
    this.stopped("entry", "At the beginning of the recording");
  }

  stopped(reason: string, description: string, breakpoints: readonly number[] = []): void {
    this.#toldAt = Date.now();
    this.#toldOf = this.session.cursor;
    this.told.stopped(reason, description, breakpoints);
  }

  /** Runs to the next stop; past the recorded tail of a run that goes on it waits for more. */
  async run(by: Direction): Promise<void> {
    const found = await this.#seeking.next(by);
    if (found === undefined) return;
    if (found === null) return this.#atEnd(by);
    this.#move(() => this.session.stop(found.place.cursor, found.stop));
    this.#stoppedBy(found.stop);
  }

  #stoppedBy({ reason, text, ids }: Stop): void {
    this.stopped(reason, text, ids);
  }

  #atEnd(by: Direction): void {
    this.#seeking.end();
    this.#move(() => this.session.move({ to: by > 0 ? "last" : "first" }));
    const live = this.session.status === "running" && by > 0;
    const ends = by > 0 ? "At the end of the recording" : "At the beginning of the recording";
    this.stopped("step", live ? "At the newest recorded step" : ends);
  }

  #move(move: () => void): void {
    this.#moving = true;
    move();
    this.#moving = false;
  }

  /** Somebody else moved the cursor: the debug UI follows, a few times a second. */
  #moved(): void {
    const { cursor, halt } = this.session;
    if (this.#moving || !this.#entered || (same(cursor, this.#toldOf) && !halt)) return;
    this.#seeking.end();
    if (this.#later) return;
    this.told.went();
    const wait = Math.max(apart, this.#toldAt + quiet - Date.now());
    this.#later = setTimeout(() => {
      this.#later = null;
      const { halt } = this.session;
      if (halt) this.#stoppedBy(halt);
      else this.stopped("step", "Moved in Backstep");
    }, wait);
  }
}
