import { gradientsOf } from "../recording/gradients";
import { graphOf } from "../recording/graph";
import { eachRow } from "../recording/memo";
import { rowOfStep } from "../recording/moment";
import type { Cursor } from "../recording/moves";
import type { Outline } from "../recording/outline";
import type { Recording } from "../recording/recording";
import { fixed } from "../recording/text";
import { timelineOf } from "../recording/timeline";
import { measure, type MeasureOptions, type Measurer } from "./rerun";
import type { Prepared } from "./request";
import type { Measured, Pass, Put } from "./wire";

/** What a small change of a leaf does to the loss, and what its gradient said it would do. */
export interface Nudge {
  /** "w", or "w[3]" for one element of many. */
  readonly name: string;
  readonly by: number;
  readonly loss: string;
  /** The loss as it was recorded, and as the re-run gave it. */
  readonly before: number;
  readonly after: number;
  readonly gradient: number;
}

/** A nudge that can be tried. */
export interface NudgePlan extends Omit<Nudge, "after"> {
  /** One as it was, one with the change. */
  readonly passes: readonly [Pass, Pass];
  /** Which of a pass's backward roots it is about. */
  readonly root: number;
  /** The elements that the leaf had. */
  readonly elements: readonly number[];
}

/** Plans to change a leaf by a number before the iteration at the cursor; a string says why that cannot be. */
export function planNudge(
  recording: Recording,
  outline: Outline,
  cursor: Cursor,
  node: number,
  by: number,
): NudgePlan | string {
  const segment = outline.segments[cursor.segment];
  const drawn = segment && graphOf(recording, segment);
  const leaf = drawn?.graph.nodes[node];
  const tensor = drawn?.tensors[node] ?? -1;
  if (!segment || !drawn || leaf?.kind !== "leaf" || !leaf.requiresGrad || tensor < 0)
    return "Only a leaf that requires a gradient can be nudged.";
  const roots: { readonly row: number; readonly tensor: number }[] = [];
  eachRow(recording, segment, (row) => {
    if (recording.form(row).kind === "backward") roots.push({ row, tensor: recording.arg(row, 0) });
  });
  const gradients = gradientsOf(recording, segment);
  const pass = Math.max(0, gradients.passAt(rowOfStep(recording, segment, cursor.step)));
  const root = roots[pass];
  if (!root) return "No backward pass runs here, so there is no loss to watch.";
  const timeline = timelineOf(recording, segment);
  const loss = timeline.valueAt(root.tensor, root.row);
  const gradient = gradients.at(node, segment.endRow, pass).value;
  const at = Math.max(segment.firstRow, drawn.rows[node] ?? -1);
  const before = timeline.valueAt(tensor, at);
  if (!loss?.data || loss.data.length !== 1)
    return "The loss here is not one number, so there is no single change to watch.";
  if (gradient === null || !gradient.data)
    return `∂L/∂${leaf.label} is not recorded here, so there is nothing to compare with.`;
  if (!before?.data) return `The elements of ${leaf.label} were not recorded, so they cannot be changed.`;
  const elements = Array.from(before.data);
  const k = Array.from(gradient.data).reduce(
    (best, g, i, all) => (Math.abs(g) > Math.abs(all[best] ?? 0) ? i : best),
    0,
  );
  const changed = elements.map((x, i) => (i === k ? x + by : x));
  const inTurn = segment.turn >= 0;
  if (!inTurn && timeline.nextWrite(tensor, at) >= 0 && timeline.nextWrite(tensor, at) < root.row)
    return `${leaf.label} is changed between being made and the backward pass, so it cannot be nudged here.`;
  const put: Put = inTurn
    ? { at: "turn", turn: segment.turn, tensor, binding: -1, elements: changed }
    : { at: "made", tensor, elements: changed };
  const turns = inTurn ? [segment.turn] : [];
  return {
    name: elements.length === 1 ? leaf.label : `${leaf.label}[${placeIn(before.shape, k)}]`,
    by,
    loss: gradients.rootName(pass) || "L",
    before: loss.data[0] ?? NaN,
    gradient: gradient.data[k] ?? NaN,
    passes: [
      { puts: [], turns },
      { puts: [put], turns },
    ],
    root: inTurn ? pass : rootsBefore(recording, root.row),
    elements,
  };
}

/** Runs a plan; the result is a string where the re-run failed or is not the run that was recorded. */
export function nudge(
  plan: NudgePlan,
  prepared: Prepared,
  options: MeasureOptions = {},
): { readonly stop: () => void; readonly ended: Promise<Nudge | string> } {
  const run: Measurer = measure(prepared, plan.passes, options);
  const ended = run.ended.then(({ measured, problem, stopped }): Nudge | string => {
    if (stopped) return "The re-run was stopped.";
    if (problem) return `The re-run did not come to its end: ${problem.message}`;
    const [same, other] = measured;
    const failed = measured.find((each) => each.problem !== "");
    if (!same || !other || failed) return `The re-run failed: ${failed?.problem ?? "it gave nothing"}`;
    const [before, after] = [rootOf(same, plan.root), rootOf(other, plan.root)];
    if (before === undefined || after === undefined) return "The re-run never came to this backward pass.";
    const [found] = other.found;
    const asRecorded = Object.is(before, plan.before) && found?.every((x, k) => Object.is(x, plan.elements[k]));
    if (asRecorded !== true)
      return `The re-run disagrees with the recording: ${plan.loss} was ${fixed(plan.before)} and is ${fixed(before)} now, so something beside the source and the seed changes what this computes.`;
    const { name, by, loss, gradient } = plan;
    return { name, by, loss, before, after, gradient };
  });
  return { stop: () => run.stop(), ended };
}

function rootOf({ readings }: Measured, root: number): number | undefined {
  return readings[0]?.roots[root];
}

function rootsBefore(recording: Recording, row: number): number {
  let found = 0;
  for (let k = 0; k < row; k++) if (recording.form(k).kind === "backward") found++;
  return found;
}

/** The index of the k-th element: "1, 3". */
function placeIn(shape: readonly number[], k: number): string {
  const place: number[] = [];
  let rest = k;
  for (let d = shape.length - 1; d >= 0; d--) {
    place.unshift(rest % (shape[d] ?? 1));
    rest = Math.floor(rest / (shape[d] ?? 1));
  }
  return place.join(", ");
}
