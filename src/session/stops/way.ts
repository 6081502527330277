import type { Cursor } from "../../recording/moves";
import { eachRow, perSegment } from "../../recording/memo";
import type { Recording } from "../../recording/recording";
import type { Segment } from "../../recording/segment";
import { depthOf, statementOf, type Statement } from "../../recording/stack";
import { stepsOf, type Step } from "../../recording/steps";
import type { Session } from "../session";

/** Forwards or backwards in time. */
export type Direction = 1 | -1;

/** Where the program stands at a step: which statement runs, how many functions deep. */
export interface Place {
  readonly cursor: Cursor;
  readonly step: Step;
  readonly statement: Statement | null;
  readonly frame: number;
  readonly depth: number;
}

/** The turns of loops that begin in a segment, and how deep in functions each does. */
const turnsIn = perSegment((recording: Recording, segment: Segment) => {
  const turns: { readonly row: number; readonly depth: number }[] = [];
  eachRow(recording, segment, (row) => {
    const { kind, frame } = recording.form(row);
    if (kind === "turn") turns.push({ row, depth: depthOf(recording, frame) });
  });
  return turns;
});

/** The steps of a session as the statements that made them. */
export class Way {
  constructor(readonly session: Session) {}

  /** Where the program stands at a cursor; null where there is no step. */
  at(cursor: Cursor): Place | null {
    const { recording, outline } = this.session;
    const segment = outline.segments[cursor.segment];
    const step = segment && stepsOf(recording, segment).steps[cursor.step];
    if (!step) return null;
    const { frame } = recording.form(step.row);
    const depth = depthOf(recording, frame);
    return { cursor, step, statement: statementOf(recording, step.site), frame, depth };
  }

  /** The places after (before) a cursor, in that order. */
  *from(cursor: Cursor, by: Direction): Generator<Place, undefined> {
    const { recording, outline } = this.session;
    let { segment, step } = cursor;
    step += by;
    while (segment >= 0 && segment < outline.segments.length) {
      const found = outline.segments[segment];
      const count = found ? stepsOf(recording, found).steps.length : 0;
      for (step = Math.min(step, by < 0 ? count - 1 : step); step >= 0 && step < count; step += by) {
        const place = this.at({ segment, step });
        if (place) yield place;
      }
      segment += by;
      step = by > 0 ? 0 : Infinity;
    }
  }

  /** Whether both steps, the earlier one first, belong to one execution of a statement. */
  together(earlier: Place, later: Place): boolean {
    if (earlier.statement !== later.statement || earlier.frame !== later.frame) return false;
    if (earlier.cursor.segment !== later.cursor.segment) return false;
    return !this.#turns(earlier, later, later.depth);
  }

  /** The first step of the execution of the statement that a place belongs to. */
  entry(place: Place): Place {
    let entry = place;
    for (const before of this.from(place.cursor, -1)) {
      if (before.cursor.segment !== place.cursor.segment || before.depth < place.depth) break;
      if (before.depth > place.depth) continue;
      if (!this.together(before, entry)) break;
      entry = before;
    }
    return entry;
  }

  /** Whether a place is the first of its statement's execution. */
  isEntry(place: Place): boolean {
    return keyOf(this.entry(place).cursor) === keyOf(place.cursor);
  }

  /** The next (previous) statement at this depth or above; null at the end (beginning). */
  over(place: Place, by: Direction): Place | null {
    const start = by < 0 ? this.entry(place) : place;
    if (keyOf(start.cursor) !== keyOf(place.cursor)) return start;
    for (const next of this.from(start.cursor, by)) {
      if (next.depth > start.depth) continue;
      if (by < 0) return this.entry(next);
      if (next.depth < start.depth || !this.together(start, next)) return next;
    }
    return null;
  }

  /** The first step after (the last before) the call that a place is in; null outside all functions. */
  out(place: Place, by: Direction): Place | null {
    for (const next of this.from(place.cursor, by)) if (next.depth < place.depth) return next;
    return null;
  }

  /** The first step of the call, a frame of its stack, that a place is in. */
  begin(place: Place, frame: number): Place {
    const { recording } = this.session;
    const around = depthOf(recording, frame) - 1;
    let first = place;
    for (const before of this.from(place.cursor, -1)) {
      if (!isWithin(recording, before.frame, frame) || this.#turns(before, first, around)) break;
      first = before;
    }
    return first;
  }

  /** The next (previous) step. */
  into(place: Place, by: Direction): Place | null {
    return this.from(place.cursor, by).next().value ?? null;
  }

  /** Whether a turn of a loop that is at most so many functions deep begins after one step and by the other. */
  #turns(earlier: Place, later: Place, most: number): boolean {
    const { recording, outline } = this.session;
    const between = outline.segments.slice(earlier.cursor.segment, later.cursor.segment + 1);
    return between.some((segment) =>
      turnsIn(recording, segment).some(
        ({ row, depth }) => row > earlier.step.row && row <= later.step.row && depth <= most,
      ),
    );
  }
}

/** Whether a frame is another or was called in it. */
function isWithin(recording: Recording, frame: number, outer: number): boolean {
  for (let id = frame; id >= 0; id = recording.frame(id).parent) if (id === outer) return true;
  return false;
}

const steps = 2 ** 24;

/** Cursors in the order of time. */
export function keyOf({ segment, step }: Cursor): number {
  return segment * steps + step;
}

/** The cursor of a key. */
export function cursorOf(key: number): Cursor {
  return { segment: Math.floor(key / steps), step: key % steps };
}
