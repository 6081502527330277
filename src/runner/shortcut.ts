import type { Outline } from "../recording/outline";
import { timelineOf } from "../recording/timeline";
import type { Loss } from "./loss";
import { andThen, type Going, measure, type Measurement, type MeasureOptions, type Measurer } from "./rerun";
import type { Prepared } from "./request";

/** A turn with fewer rows before it is soon come to again. */
const farRows = 20_000;

/** A loss, and the program in which re-runs come to it. */
export interface Shortcut {
  readonly loss: Loss;
  readonly prepared: Prepared;
  /** What there is to say of it. */
  readonly notes: readonly string[];
}

/**
 * The shortest way to a loss. Every re-run begins at the start, and to a late turn that is far; with the leaves as they
 * were recorded there, the first turn often computes the very same. It is tried, at that place and at the one where the
 * run began, and taken only if both are the same to the last bit: a loss of 0 alone would say nothing.
 */
export function shortcutTo(loss: Loss, outline: Outline, prepared: Prepared, options: MeasureOptions): Going<Shortcut> {
  const plain: Shortcut = { loss, prepared, notes: [] };
  const moved = movedTo(loss, outline);
  if (!moved) return { stop: () => undefined, ended: Promise.resolve(plain) };
  const early = earlyOf(loss, outline, prepared, moved);
  const run = (by: Shortcut, ways: readonly (readonly Moved[])[]): Measurer => {
    const puts = ways.map((way) => way.map(({ node, before }) => by.loss.put(node, before)));
    const passes = puts.map((each) => ({ puts: each, turns: by.loss.turns }));
    return measure(by.prepared, passes, { ...options, progress: () => undefined });
  };
  const quick = run(early, [[], moved]);
  const tried = andThen<Measurement, Measurement | null>(
    quick,
    ({ measured: [there] }) => (there && Object.is(early.loss.in(there), loss.value) ? run(plain, [moved]) : noRun),
    null,
  );
  const ended = Promise.all([quick.ended, tried.ended]).then(([{ measured: few }, far]) => {
    const [here, there] = [few[1] && early.loss.in(few[1]), far?.measured[0] && loss.in(far.measured[0])];
    return here !== undefined && Object.is(here, there) ? early : plain;
  });
  return { stop: () => tried.stop(), ended };
}

const noRun: Going<null> = { stop: () => undefined, ended: Promise.resolve(null) };

/** A leaf that held something else when the run began. */
interface Moved {
  readonly node: number;
  readonly before: readonly number[];
  readonly now: readonly number[];
}

/** What the run has done to its leaves up to a late turn; null where that is near, or is not known of all of them. */
function movedTo(loss: Loss, outline: Outline): readonly Moved[] | null {
  const { recording, segment, drawn } = loss;
  const first = outline.segments[outline.iterationSegment(0)];
  if (!first || segment.turn < 0 || segment.iteration < 1 || segment.firstRow - first.firstRow < farRows) return null;
  const then = timelineOf(recording, first);
  const moved: Moved[] = [];
  for (const { index, kind } of drawn.graph.nodes) {
    if (kind !== "leaf" || (drawn.rows[index] ?? -1) >= segment.firstRow) continue;
    const now = loss.elementsOf(index);
    const before = then.valueAt(drawn.tensors[index] ?? -1, first.firstRow)?.data;
    if (!now || now.length !== before?.length) return null;
    if (now.some((x, k) => !Object.is(x, before[k]))) moved.push({ node: index, before: Array.from(before), now });
  }
  return moved;
}

function earlyOf(loss: Loss, outline: Outline, prepared: Prepared, moved: readonly Moved[]): Shortcut {
  const { iteration } = loss.segment;
  const early = loss.inTurn(outline.segments[outline.iterationSegment(0)]?.turn ?? -1);
  const { literals, puts } = prepared.change ?? { literals: [], puts: [] };
  const word = `${outline.word}${iteration === 1 ? "" : "s"}`;
  return {
    loss: early,
    prepared: {
      ...prepared,
      change: { literals, puts: [...puts, ...moved.map(({ node, now }) => early.put(node, now))] },
    },
    notes: [
      `The ${iteration} ${word} before this one were not run again: with what it began with, the first gives the same ${loss.name}.`,
    ],
  };
}
