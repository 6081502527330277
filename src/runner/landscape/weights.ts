import { graphOf, type GraphNode } from "../../recording/graph";
import type { Outline } from "../../recording/outline";
import type { Segment } from "../../recording/segment";
import { placeText } from "../../recording/indices";
import { stepsOf } from "../../recording/steps";
import { timelineOf } from "../../recording/timeline";
import { elementsOf } from "../../recording/value";
import type { Loss } from "../loss";

/** More points of the way are not looked at: they are spread over the run. */
const mostPoints = 60;
/** More numbers than these are not sent to re-runs at once. */
const mostElements = 20_000;

/** What training changes, as the leaves of the graph at a moment. */
export interface Weights {
  readonly leaves: readonly GraphNode[];
  /** How many numbers they hold together. */
  readonly count: number;
  /** "w", "w[0]": what each number is called. */
  name(k: number): string;
}

/** Where the weights were, all in one list, when a segment began, or at its end. */
export interface Stop {
  readonly segment: number;
  readonly step: number;
  readonly weights: readonly number[];
}

/** The weights that a loss depends on; a string says why it cannot be drawn over them. */
export function weightsOf(loss: Loss): Weights | string {
  const { drawn, gradients, segment, pass } = loss;
  const leaves = drawn.graph.nodes.filter(
    ({ index, kind, isParameter }) =>
      kind === "leaf" && isParameter && gradients.at(index, segment.endRow, pass).got > 0,
  );
  if (leaves.length === 0) return `Nothing that training changes has a gradient of ${loss.name} here.`;
  for (const { index, label } of leaves) {
    if (!loss.elementsOf(index)) return `The elements of ${label} were not recorded, so they cannot be changed.`;
    if (loss.isRewritten(index))
      return `${label} is written between the start and the backward pass, so it cannot be changed here.`;
  }
  const sizes = leaves.map(({ shape }) => elementsOf(shape));
  const count = sizes.reduce((sum, size) => sum + size, 0);
  if (count > mostElements) return `There are ${count} weights; a landscape is drawn for up to ${mostElements}.`;
  const name = (k: number): string => {
    let [leaf, rest] = [0, k];
    while (rest >= (sizes[leaf] ?? Infinity)) rest -= sizes[leaf++] ?? 0;
    const { label = "", shape = [] } = leaves[leaf] ?? {};
    return sizes[leaf] === 1 ? label : `${label}[${placeText(shape, rest)}]`;
  };
  return { leaves, count, name };
}

/** The way of the weights over the run, as far as it was recorded: where each iteration began, and where the last one ended. */
export function wayOf(loss: Loss, outline: Outline, { leaves, count }: Weights, at: number): Stop[] {
  const stops: Stop[] = [];
  const take = (segment: number, end: boolean): void => {
    const found = outline.segments[segment];
    const weights = found && weightsAt(loss, found, leaves, end);
    const step = found && end ? stepsOf(loss.recording, found).steps.length - 1 : 0;
    if (weights?.length === count) stops.push({ segment, step: Math.max(0, step), weights });
  };
  const { iterations } = outline;
  const own = outline.segments[at]?.iteration ?? -1;
  const chosen = new Set([own]);
  const points = Math.min(iterations, mostPoints);
  for (let k = 0; k < points; k++) chosen.add(points < 2 ? k : Math.round((k * (iterations - 1)) / (points - 1)));
  for (const iteration of [...chosen].filter((each) => each >= 0).sort((a, b) => a - b))
    take(outline.iterationSegment(iteration), false);
  if (iterations > 0) take(outline.iterationSegment(iterations - 1), true);
  else take(at, false);
  return stops;
}

/** The same weights at the beginning or the end of another segment; null where they are not there or were not kept. */
function weightsAt(
  { recording, drawn, segment: home }: Loss,
  segment: Segment,
  leaves: readonly GraphNode[],
  end: boolean,
): number[] | null {
  const timeline = timelineOf(recording, segment);
  const there = graphOf(recording, segment);
  const all: number[] = [];
  for (const leaf of leaves) {
    const known = drawn.tensors[leaf.index] ?? -1;
    // One that is made anew in each turn is known by its name.
    const madeHere = (drawn.rows[leaf.index] ?? -1) >= home.firstRow;
    const node = madeHere
      ? there.graph.nodes.findIndex(({ kind, label }) => kind === "leaf" && label === leaf.label)
      : -1;
    const tensor = madeHere ? (there.tensors[node] ?? -1) : known;
    const row = end ? segment.endRow - 1 : Math.max(segment.firstRow, madeHere ? (there.rows[node] ?? -1) : -1);
    const data = timeline.valueAt(tensor, row)?.data;
    if (!data) return null;
    for (let k = 0; k < data.length; k++) all.push(data[k] ?? NaN);
  }
  return all;
}
