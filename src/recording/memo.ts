import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { atOnce, eachNumber, type Slices } from "./slices";

/** A view of a segment that is made once for as long as the segment does not grow. The `room` segments seen last are kept. */
export function perSegment<T>(
  make: (recording: Recording, segment: Segment) => T,
  room = 24,
): (recording: Recording, segment: Segment) => T {
  const kept = new Kept<T>(room);
  return (recording, segment) => kept.get(recording, segment) ?? kept.put(recording, segment, make(recording, segment));
}

/** A view of a segment that takes long enough for whoever draws to make it in slices. */
export interface SlicedView<T> {
  (recording: Recording, segment: Segment): T;
  /** The same object as the call gives, made with rests. */
  slices(recording: Recording, segment: Segment): Slices<T>;
  /** Whether it is made. */
  has(recording: Recording, segment: Segment): boolean;
}

/** Like `perSegment`, with rests. */
export function slicedPerSegment<T>(
  make: (recording: Recording, segment: Segment) => Slices<T>,
  room = 24,
): SlicedView<T> {
  const kept = new Kept<T>(room);
  function* slices(recording: Recording, segment: Segment): Slices<T> {
    const found = kept.get(recording, segment);
    if (found !== undefined) return found;
    const made = yield* make(recording, segment);
    // While this rested, somebody may have needed the view at once.
    return kept.get(recording, segment) ?? kept.put(recording, segment, made);
  }
  return Object.assign((recording: Recording, segment: Segment) => atOnce(slices(recording, segment)), {
    slices,
    has: (recording: Recording, segment: Segment) => kept.get(recording, segment) !== undefined,
  });
}

/** Whether the views of a segment are made before anyone notices. */
export function isShort({ firstRow, endRow }: Segment): boolean {
  return endRow - firstRow < 10_000;
}

/** The views of the segments seen last. */
class Kept<T> {
  readonly #views = new WeakMap<Recording, Map<string, T>>();

  constructor(private readonly room: number) {}

  get(recording: Recording, segment: Segment): T | undefined {
    const views = this.#views.get(recording);
    const key = keyOf(segment);
    const found = views?.get(key);
    if (views === undefined || found === undefined) return undefined;
    views.delete(key);
    views.set(key, found);
    return found;
  }

  put(recording: Recording, segment: Segment, made: T): T {
    const views = this.#views.get(recording) ?? new Map<string, T>();
    this.#views.set(recording, views);
    views.set(keyOf(segment), made);
    for (const oldest of views.keys()) {
      if (views.size <= this.room) break;
      views.delete(oldest);
    }
    return made;
  }
}

function keyOf({ firstRow, endRow, turn, kind }: Segment): string {
  return `${firstRow} ${endRow} ${turn} ${kind}`;
}

/** Visits the rows that belong to a segment; where async code interleaves, other turns' rows in its range are left out. */
export function eachRow(recording: Recording, segment: Segment, visit: (row: number) => void): void {
  atOnce(eachRowInSlices(recording, segment, visit));
}

/** Like `eachRow`, with rests. */
export function eachRowInSlices(recording: Recording, segment: Segment, visit: (row: number) => void): Slices<void> {
  const { firstRow, endRow } = segment;
  return eachNumber(firstRow, endRow, segment.turn < 0 ? visit : ownRows(recording, segment, visit));
}

/** Visits a row if it is the segment's own; to be asked for each row of the segment's range in turn. */
function ownRows(recording: Recording, segment: Segment, visit: (row: number) => void): (row: number) => void {
  const parents = new Map<number, number>();
  let own = true;
  let turn = segment.turn;
  // What a loop's head did to get the element of a turn stands before the turn itself.
  let begun = recording.form(segment.firstRow).flag !== "pull";
  return (row) => {
    const { kind } = recording.form(row);
    begun ||= kind === "turn" && recording.arg(row, 0) === segment.turn;
    if (!begun) {
      visit(row);
      return;
    }
    if (kind === "turn") {
      turn = recording.arg(row, 0);
      const parent = recording.arg(row, 1);
      own = turn === segment.turn || parents.has(parent);
      if (own) parents.set(turn, parent);
    } else if (kind === "switch") {
      turn = recording.arg(row, 0);
      own = parents.has(turn);
    }
    if (own) visit(row);
    if (kind !== "turnEnd" || recording.arg(row, 0) !== turn) return;
    turn = parents.get(turn) ?? -1;
    own = parents.has(turn);
  };
}
