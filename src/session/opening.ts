import type { Put } from "../recording/change";
import type { Cursor, Track } from "../recording/moves";

/** A cursor of an earlier recording, with the iteration it was in (−1: none). */
export interface Wish extends Cursor {
  readonly iteration: number;
}

/** Where a run opens: at the end of forward of the first iteration, or of the first segment that has one. */
export function opening(track: Track, forwardEnd: (segment: number) => number | undefined): Cursor | null {
  const first = track.segmentOf(0);
  if (first >= 0) return { segment: first, step: forwardEnd(first) ?? 0 };
  for (let segment = 0; segment < track.segments; segment++) {
    const step = forwardEnd(segment);
    if (step !== undefined) return { segment, step };
  }
  return track.segments > 0 ? { segment: 0, step: Math.max(0, (track.steps(0) ?? 1) - 1) } : null;
}

/** The same moment in a re-run: what is put in when its iteration begins is a step of its own there. */
export function wishWith(wish: Wish | null, puts: readonly Put[]): Wish | null {
  return wish && { ...wish, step: wish.step + puts.filter(({ at }) => at === "turn").length };
}

/** The same place in a new recording; null while it may still come. */
export function carried(track: Track, wish: Wish, ended: boolean): Cursor | null {
  let segment = wish.iteration < 0 ? wish.segment : track.segmentOf(wish.iteration);
  if (segment < 0 || segment >= track.segments) {
    if (!ended || track.segments === 0) return null;
    segment = track.segments - 1;
  }
  const steps = track.steps(segment);
  if (steps === undefined || (wish.step >= steps && !ended)) return null;
  return { segment, step: Math.max(0, Math.min(wish.step, steps - 1)) };
}
