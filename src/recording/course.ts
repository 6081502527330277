import { matchOf } from "./match";
import { graphOf } from "./graph";
import { momentOf } from "./moment";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { stepsOf } from "./steps";
import type { Value } from "./value";

/** What became of a node in one iteration; null where it is not there or was not recorded. */
export interface Lap {
  /** What it held when the iteration ended. */
  readonly value: number | null;
  /** Of a leaf `.grad` as the last backward left it, of any other node ∂L/∂x of the last backward. */
  readonly gradient: number | null;
  /** By how much the iteration changed it in place; null where nothing could. */
  readonly update: number | null;
}

const noLap: Lap = { value: null, gradient: null, update: null };

/**
 * One iteration of a node's course over the run: of one element, or of all the Euclidean norm (a single number as it
 * is). The node is one of the graph of segment `of`; in iterations with another graph it is the one that matches.
 */
export function lapOf(recording: Recording, of: Segment, node: number, element: number | null, segment: Segment): Lap {
  const drawn = graphOf(recording, segment);
  const same = graphOf(recording, of).graph === drawn.graph;
  const own = same ? node : (matchOf(recording, of, recording, segment).partner[node] ?? -1);
  const about = drawn.graph.nodes[own];
  if (about === undefined) return noLap;
  const at = (step: number): ReturnType<typeof momentOf>["nodes"][number] | undefined =>
    momentOf(recording, segment, step).nodes[own];
  const { steps } = stepsOf(recording, segment);
  const start = at(-1)?.value ?? null;
  const tensor = drawn.tensors[own] ?? -1;
  const last = steps.findLastIndex(({ kind, row }) => kind === "accumulate" && recording.arg(row, 0) === tensor);
  const field = last < 0 ? null : (at(last)?.field.value ?? null);
  const end = at(steps.length - 1);
  const value = end?.value ?? null;
  return {
    value: sizeOf(value, element),
    gradient: sizeOf(about.kind === "leaf" ? field : (end?.gradient.value ?? null), element),
    update: about.kind === "op" ? null : changeOf(start, value, element),
  };
}

/** One element of a value, or the norm of all. */
export function sizeOf(value: Value | null, element: number | null): number | null {
  if (value === null) return null;
  if (value.data === null) {
    const { nans, infs, norm } = value.stats;
    return element !== null ? null : nans > 0 ? NaN : infs > 0 ? Infinity : norm;
  }
  const { data } = value;
  if (element !== null || data.length === 1) return data[element ?? 0] ?? null;
  let squares = 0;
  for (let k = 0; k < data.length; k++) squares += (data[k] ?? 0) ** 2;
  return Math.sqrt(squares);
}

function changeOf(from: Value | null, to: Value | null, element: number | null): number | null {
  if (!from?.data || !to?.data || from.data.length !== to.data.length) return null;
  const { data } = from;
  return sizeOf({ ...to, data: Array.from(to.data, (x, k) => x - (data[k] ?? NaN)) }, element);
}
