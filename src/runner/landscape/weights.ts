import type { Put } from "../../recording/change";
import { graphOf, type GraphNode } from "../../recording/graph";
import type { Outline } from "../../recording/outline";
import type { Segment } from "../../recording/segment";
import { placeText } from "../../recording/indices";
import { stepsOf } from "../../recording/steps";
import { timelineOf } from "../../recording/timeline";
import type { Loss } from "../loss";

/** More points of the way are not looked at: they are spread over the run. */
const mostPoints = 60;
/** More numbers than these are not sent to re-runs at once. */
const mostElements = 20_000;

/** What training changes, at a moment: numbers in one list. */
export interface Weights {
  readonly count: number;
  /** What they are. */
  readonly own: readonly number[];
  /** "w", "w[0]": what each is called. */
  name(k: number): string;
  /** Puts others in their place. */
  puts(numbers: readonly number[]): readonly Put[];
}

/** One of several weights that make a list: what it is called and how many numbers it has. */
export interface Part {
  readonly label: string;
  readonly shape: readonly number[];
  readonly own: readonly number[];
  put(elements: readonly number[]): Put;
}

/** Weights as the leaves of a graph. */
export interface Leaves extends Weights {
  readonly leaves: readonly GraphNode[];
}

/** Where the weights were, all in one list, when a segment began, or at its end. */
export interface Stop {
  readonly segment: number;
  readonly step: number;
  readonly weights: readonly number[];
}

/** The weights that a loss depends on; a string says why it cannot be drawn over them. */
export function weightsOf(loss: Loss): Leaves | string {
  const { drawn, gradients, segment, pass } = loss;
  const leaves = drawn.graph.nodes.filter(
    ({ index, kind, isParameter }) =>
      kind === "leaf" && isParameter && gradients.at(index, segment.endRow, pass).got > 0,
  );
  if (leaves.length === 0) return `Nothing that training changes has a gradient of ${loss.name} here.`;
  const parts: Part[] = [];
  for (const { index, label, shape } of leaves) {
    const own = loss.elementsOf(index);
    if (!own) return `The elements of ${label} were not recorded, so they cannot be changed.`;
    if (loss.isRewritten(index))
      return `${label} is written between the start and the backward pass, so it cannot be changed here.`;
    parts.push({ label, shape, own, put: (elements) => loss.put(index, elements) });
  }
  const weights = together(parts);
  return typeof weights === "string" ? weights : { ...weights, leaves };
}

/** Several weights as one list; a string says why that is too much. */
export function together(parts: readonly Part[]): Weights | string {
  const own = parts.flatMap((part) => part.own);
  const count = own.length;
  if (count > mostElements) return `There are ${count} weights; a landscape is drawn for up to ${mostElements}.`;
  const name = (k: number): string => {
    let [at, rest] = [0, k];
    while (rest >= (parts[at]?.own.length ?? Infinity)) rest -= parts[at++]?.own.length ?? 0;
    const part = parts[at];
    return !part || part.own.length === 1 ? (part?.label ?? "") : `${part.label}[${placeText(part.shape, rest)}]`;
  };
  const puts = (numbers: readonly number[]): Put[] => {
    let next = 0;
    return parts.map((part) => part.put(numbers.slice(next, (next += part.own.length))));
  };
  return { count, own, name, puts };
}

/** The iterations at whose beginnings a way has its points: all, or as many as can be seen. */
export function pointsOf({ iterations, segments }: Outline, at: number): number[] {
  const chosen = new Set([segments[at]?.iteration ?? -1]);
  const points = Math.min(iterations, mostPoints);
  for (let k = 0; k < points; k++) chosen.add(points < 2 ? k : Math.round((k * (iterations - 1)) / (points - 1)));
  return [...chosen].filter((each) => each >= 0).sort((a, b) => a - b);
}

/** The way of the weights over the run, as far as it was recorded: where each iteration began, and where the last one ended. */
export function wayOf(loss: Loss, outline: Outline, { leaves, count }: Leaves, at: number): Stop[] {
  const stops: Stop[] = [];
  const take = (segment: number, end: boolean): void => {
    const found = outline.segments[segment];
    const weights = found && weightsAt(loss, found, leaves, end);
    const step = found && end ? stepsOf(loss.recording, found).steps.length - 1 : 0;
    if (weights?.length === count) stops.push({ segment, step: Math.max(0, step), weights });
  };
  const { iterations } = outline;
  for (const iteration of pointsOf(outline, at)) take(outline.iterationSegment(iteration), false);
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
