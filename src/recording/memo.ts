import type { Recording } from "./recording";
import type { Segment } from "./segment";

/** A view of a segment that is made once for as long as the segment does not grow. The `room` segments seen last are kept. */
export function perSegment<T>(
  make: (recording: Recording, segment: Segment) => T,
  room = 24,
): (recording: Recording, segment: Segment) => T {
  const known = new WeakMap<Recording, Map<string, T>>();
  return (recording, segment) => {
    const key = `${segment.firstRow} ${segment.endRow} ${segment.turn} ${segment.kind}`;
    let views = known.get(recording);
    if (views === undefined) known.set(recording, (views = new Map<string, T>()));
    const found = views.get(key);
    if (found !== undefined) {
      views.delete(key);
      views.set(key, found);
      return found;
    }
    const made = make(recording, segment);
    views.set(key, made);
    for (const oldest of views.keys()) {
      if (views.size <= room) break;
      views.delete(oldest);
    }
    return made;
  };
}

/** Visits the rows that belong to a segment; where async code interleaves, other turns' rows in its range are left out. */
export function eachRow(recording: Recording, segment: Segment, visit: (row: number) => void): void {
  const parents = new Map<number, number>();
  let own = true;
  let turn = segment.turn;
  // What a loop's head did to get the element of a turn stands before the turn itself.
  let begun = recording.form(segment.firstRow).flag !== "pull";
  for (let row = segment.firstRow; row < segment.endRow; row++) {
    if (segment.turn < 0) {
      visit(row);
      continue;
    }
    const { kind } = recording.form(row);
    begun ||= kind === "turn" && recording.arg(row, 0) === segment.turn;
    if (!begun) {
      visit(row);
      continue;
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
    if (kind !== "turnEnd" || recording.arg(row, 0) !== turn) continue;
    turn = parents.get(turn) ?? -1;
    own = parents.has(turn);
  }
}
