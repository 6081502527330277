import type { Cursor, Track } from "../recording/moves";
import type { Outline } from "../recording/outline";
import type { Recording } from "../recording/recording";
import { stepsOf } from "../recording/steps";

/** What moves know of a recording that is here whole. */
export function trackOf(recording: Recording, outline: Outline): Track {
  const walk = (segment: number) => {
    const found = outline.segments[segment];
    return found && stepsOf(recording, found);
  };
  return {
    get segments() {
      return outline.segments.length;
    },
    iteration: (segment) => outline.segments[segment]?.iteration ?? -1,
    segmentOf: (iteration) => outline.iterationSegment(iteration),
    steps: (segment) => walk(segment)?.steps.length,
    phases: (segment) => walk(segment)?.phases,
  };
}

/** The last step of a segment's forward. */
export function forwardEnd(recording: Recording, outline: Outline, segment: number): number | undefined {
  const found = outline.segments[segment];
  const phase = found && stepsOf(recording, found).phases.find((each) => each.kind === "forward");
  return phase && phase.endStep - 1;
}

/** The row of the step at a cursor; −1 when there is none. */
export function rowAt(recording: Recording, { segments }: Outline, cursor: Cursor | null): number {
  const segment = cursor && segments[cursor.segment];
  return (segment && stepsOf(recording, segment).steps[cursor.step]?.row) ?? -1;
}

/** Where the step of a row is; null where there is none. */
export function cursorOf(recording: Recording, { segments }: Outline, row: number): Cursor | null {
  for (const [index, segment] of segments.entries()) {
    if (row < segment.firstRow || row >= segment.endRow) continue;
    const step = stepsOf(recording, segment).steps.findIndex((each) => each.row === row);
    if (step >= 0) return { segment: index, step };
  }
  return null;
}
