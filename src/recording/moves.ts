/** A moment of a recording: the one after step `step` of segment `segment`. */
export interface Cursor {
  readonly segment: number;
  readonly step: number;
}

/** Whether both are the same moment. */
export function same(a: Cursor | null, b: Cursor | null): boolean {
  return a?.segment === b?.segment && a?.step === b?.step;
}

/** A way to go from one moment to another. */
export type Move =
  | { readonly to: "step" | "phase" | "iteration"; readonly by: 1 | -1 }
  | { readonly to: "first" | "last" }
  | { readonly to: "cursor"; readonly segment: number; readonly step: number }
  | { readonly to: "iterationIndex"; readonly index: number };

/** What moves need to know of a recording; `undefined` where the rows of a segment are not at hand. */
export interface Track {
  readonly segments: number;
  /** The count of the iteration the segment is, or −1. */
  iteration(segment: number): number;
  /** The segment of an iteration, or −1. */
  segmentOf(iteration: number): number;
  steps(segment: number): number | undefined;
  phases(segment: number): readonly { readonly firstStep: number; readonly endStep: number }[] | undefined;
}

/** Where `move` leads from `cursor`: the same cursor at either end, null when the track does not know enough. */
export function moved(track: Track, cursor: Cursor, move: Move): Cursor | null {
  switch (move.to) {
    case "first":
      return { segment: 0, step: 0 };
    case "last":
      return endOf(track, track.segments - 1);
    case "cursor":
      return clamp(track, move.segment, move.step);
    case "iterationIndex": {
      const segment = track.segmentOf(move.index);
      return segment < 0 ? cursor : clamp(track, segment, cursor.step);
    }
    case "iteration":
      return nextIteration(track, cursor, move.by);
    case "step":
      return nextStep(track, cursor, move.by);
    case "phase":
      return nextPhaseEnd(track, cursor, move.by);
  }
}

function nextStep(track: Track, cursor: Cursor, by: 1 | -1): Cursor | null {
  const steps = track.steps(cursor.segment);
  if (steps === undefined) return null;
  const step = cursor.step + by;
  if (step >= 0 && step < steps) return { segment: cursor.segment, step };
  for (let segment = cursor.segment + by; segment >= 0 && segment < track.segments; segment += by) {
    // What has no step yet is no place to stop at.
    if (track.steps(segment) === 0) continue;
    return by > 0 ? { segment, step: 0 } : endOf(track, segment);
  }
  return cursor;
}

/** The moments a phase move stops at are the ends of phases: what is on screen is then a whole phase. */
function nextPhaseEnd(track: Track, cursor: Cursor, by: 1 | -1): Cursor | null {
  for (let segment = cursor.segment; segment >= 0 && segment < track.segments; segment += by) {
    const phases = track.phases(segment);
    if (phases === undefined) return null;
    const ends = phases.map((phase) => phase.endStep - 1);
    const there = segment !== cursor.segment;
    const step =
      by > 0 ? ends.find((end) => there || end > cursor.step) : ends.findLast((end) => there || end < cursor.step);
    if (step !== undefined) return { segment, step };
  }
  return by > 0 ? endOf(track, track.segments - 1) : { segment: 0, step: 0 };
}

/** The same step of the next iteration, so that one step can be compared over the epochs. */
function nextIteration(track: Track, cursor: Cursor, by: 1 | -1): Cursor | null {
  for (let segment = cursor.segment + by; segment >= 0 && segment < track.segments; segment += by) {
    if (track.iteration(segment) >= 0) return clamp(track, segment, cursor.step);
  }
  return cursor;
}

function endOf(track: Track, segment: number): Cursor | null {
  const steps = track.steps(segment);
  return steps === undefined ? null : { segment, step: Math.max(0, steps - 1) };
}

function clamp(track: Track, segment: number, step: number): Cursor | null {
  if (!Number.isInteger(segment) || !Number.isInteger(step)) return null;
  const at = Math.min(Math.max(segment, 0), track.segments - 1);
  const steps = track.steps(at);
  return steps === undefined ? null : { segment: at, step: Math.min(Math.max(step, 0), Math.max(0, steps - 1)) };
}
