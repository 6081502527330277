import { graphOf } from "./graph";
import { matchOf } from "./match";
import { type Moment, momentOf, type NodeMoment } from "./moment";
import type { Recording } from "./recording";
import type { OutlineData, Segment } from "./segment";
import { type Phase, stepsOf, type Steps } from "./steps";
import { timelineOf } from "./timeline";
import type { Value } from "./value";

/** Two values count as equal as long as they differ by no more than this part of the larger. */
export const tolerance = 1e-5;

/** One run as far as it is compared. */
export interface Side {
  readonly recording: Recording;
  readonly outline: OutlineData;
}

/** By how much two values differ, relative to the larger: 0 for equal ones, NaN where one is not recorded or not there. */
export function differenceOf(a: Value | null, b: Value | null): number {
  if (!a?.data || !b?.data || a.data.length !== b.data.length) return NaN;
  let most = 0;
  for (let k = 0; k < a.data.length; k++) {
    const [x, y] = [a.data[k] ?? NaN, b.data[k] ?? NaN];
    if (Object.is(x, y) || x === y) continue;
    const apart = Math.abs(x - y) / Math.max(Math.abs(x), Math.abs(y));
    most = Math.max(most, Number.isNaN(apart) ? Infinity : apart);
  }
  return most;
}

/** A node beside its partner in the other run, at the moment that matches. */
export interface NodeDifference {
  readonly node: number;
  /** The other's value, null where it is still to come or was not recorded. */
  readonly value: Value | null;
  /** The relative differences of value and gradient, NaN where there is nothing to compare. */
  readonly ofValue: number;
  readonly ofGradient: number;
  /** This minus the other, for single numbers; NaN for any other value. */
  readonly apart: number;
}

/** A moment of a segment, and the one that matches it in another. */
export interface Comparison {
  /** The nodes that both have. */
  readonly nodes: readonly NodeDifference[];
  /** The other's moment. */
  readonly there: Moment;
}

/** Compares a moment with the one that matches it in another segment. */
export function compareAt(a: Recording, first: Segment, step: number, b: Recording, second: Segment): Comparison {
  const { partner } = matchOf(a, first, b, second);
  const here = momentOf(a, first, step);
  const there = momentOf(b, second, stepBeside(a, first, step, b, second));
  const nodes: NodeDifference[] = [];
  partner.forEach((other, node) => {
    const [x, y] = [here.nodes[node], there.nodes[other]];
    if (!x || !y) return;
    nodes.push({
      node,
      value: y.value,
      ofValue: differenceOf(x.value, y.value),
      ofGradient: differenceOf(gradientOf(x), gradientOf(y)),
      apart: single(x.value) - single(y.value),
    });
  });
  return { nodes, there };
}

function single(value: Value | null): number {
  return value?.data?.length === 1 ? (value.data[0] ?? NaN) : NaN;
}

function gradientOf({ gradient }: NodeMoment): Value | null {
  return gradient.state === "none" ? null : gradient.value;
}

/** The step of another segment that stands beside one of a segment. */
export function stepBeside(a: Recording, first: Segment, step: number, b: Recording, second: Segment): number {
  return stepLike(stepsOf(a, first), step, stepsOf(b, second));
}

/** The step that matches one of another segment: the same where both have as many, else as far in the same phase. */
function stepLike(a: Steps, step: number, b: Steps): number {
  if (a.steps.length === b.steps.length && a.phases.length === b.phases.length) return step;
  const at = a.steps[step]?.phase ?? -1;
  const phase = a.phases[at];
  if (!phase) return Math.min(step, b.steps.length - 1);
  const like = phaseLike(a, at, b);
  if (!like) {
    // Of a phase that the other has not, the last one before it that it has is over.
    for (let before = at - 1; before >= 0; before--) {
      const over = phaseLike(a, before, b);
      if (over) return over.endStep - 1;
    }
    return -1;
  }
  const ended = step >= phase.endStep - 1;
  return ended ? like.endStep - 1 : Math.min(like.firstStep + step - phase.firstStep, like.endStep - 1);
}

/** The phase of another segment that matches one: the same kind, and as many of that kind before it. */
function phaseLike(a: Steps, at: number, b: Steps): Phase | undefined {
  const kind = a.phases[at]?.kind;
  const nth = a.phases.slice(0, at).filter((each) => each.kind === kind).length;
  return b.phases.filter((each) => each.kind === kind)[nth];
}

/** The first step at which two runs differ. */
export interface FirstDifference {
  readonly segment: number;
  readonly step: number;
  readonly node: number;
  readonly here: Value;
  readonly there: Value;
}

/**
 * Finds the first step of an iteration whose result differs by more than `beyond` from that of its partner, or says
 * null when none does. Yields after each iteration, so that whoever asks can do other things in between.
 */
export function* firstDifference(a: Side, b: Side, beyond = tolerance): Generator<undefined, FirstDifference | null> {
  const iterations = (side: Side): { segment: Segment; index: number }[] =>
    side.outline.segments.map((segment, index) => ({ segment, index })).filter(({ segment }) => segment.iteration >= 0);
  const theirs = iterations(b);
  for (const [k, { segment, index }] of iterations(a).entries()) {
    const other = theirs[k]?.segment;
    if (!other) return null;
    const found = firstIn(a.recording, segment, b.recording, other, beyond);
    if (found) return { segment: index, ...found };
    yield;
  }
  return null;
}

function firstIn(
  a: Recording,
  first: Segment,
  b: Recording,
  second: Segment,
  beyond: number,
): Omit<FirstDifference, "segment"> | null {
  const { partner } = matchOf(a, first, b, second);
  const theirs = new Map<string, Value[]>();
  for (const { node, kind, value } of resultsOf(b, second)) listed(theirs, `${kind} ${node}`).push(value);
  for (const { node, kind, step, value } of resultsOf(a, first)) {
    const there = theirs.get(`${kind} ${partner[node] ?? -1}`)?.shift();
    if (there && differenceOf(value, there) > beyond) return { step, node, here: value, there };
  }
  return null;
}

/** What the steps of a segment made: the value of an op or an update, the gradient that was accumulated. */
function* resultsOf(
  recording: Recording,
  segment: Segment,
): Generator<{ node: number; kind: string; step: number; value: Value }> {
  const { steps } = stepsOf(recording, segment);
  const { tensors, numbers, rewritten, graph } = graphOf(recording, segment);
  const timeline = timelineOf(recording, segment);
  for (const [step, { node, kind, lastRow }] of steps.entries()) {
    if (node < 0 || kind === "rule" || kind === "zero") continue;
    const tensor = tensors[node] ?? -1;
    const held = kind === "accumulate" ? timeline.gradAt(tensor, lastRow) : tensor;
    if (graph.nodes[node]?.kind === "number") {
      const number = rewritten.get(node)?.findLast(({ row }) => row <= lastRow)?.value ?? numbers[node] ?? NaN;
      yield { node, kind, step, value: { shape: [], dtype: "float64", data: [number] } };
      continue;
    }
    const value = held === null ? null : timeline.valueAt(held, lastRow);
    if (value) yield { node, kind, step, value };
  }
}

function listed<T>(map: Map<string, T[]>, key: string): T[] {
  const found = map.get(key) ?? [];
  map.set(key, found);
  return found;
}
