import type { Cursor } from "../recording/moves";
import type { Outline } from "../recording/outline";
import type { Recording } from "../recording/recording";
import { fixed } from "../recording/text";
import { placeText } from "../recording/indices";
import { type Loss, lossAt, type Watched } from "./loss";
import { measure, type MeasureOptions, type Measurer } from "./rerun";
import type { Prepared } from "./request";
import type { Pass } from "./wire";

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
export interface NudgePlan {
  readonly name: string;
  readonly by: number;
  readonly gradient: number;
  readonly loss: Loss;
  /** One as it was, one with the change. */
  readonly passes: readonly [Pass, Pass];
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
  const loss = lossAt(recording, outline, cursor);
  if (typeof loss === "string") return loss;
  const { drawn, segment, gradients, pass, turns } = loss;
  const leaf = drawn.graph.nodes[node];
  if (leaf?.kind !== "leaf" || !leaf.requiresGrad) return "Only a leaf that requires a gradient can be nudged.";
  const gradient = gradients.at(node, segment.endRow, pass).value;
  if (!gradient?.data) return `∂L/∂${leaf.label} is not recorded here, so there is nothing to compare with.`;
  const elements = loss.elementsOf(node);
  if (!elements) return `The elements of ${leaf.label} were not recorded, so they cannot be changed.`;
  if (loss.isRewritten(node))
    return `${leaf.label} is written between the start and the backward pass, so it cannot be nudged here.`;
  const k = Array.from(gradient.data).reduce(
    (best, g, i, all) => (Math.abs(g) > Math.abs(all[best] ?? 0) ? i : best),
    0,
  );
  const changed = elements.map((x, i) => (i === k ? x + by : x));
  return {
    name: elements.length === 1 ? leaf.label : `${leaf.label}[${placeText(leaf.shape, k)}]`,
    by,
    loss,
    gradient: gradient.data[k] ?? NaN,
    passes: [
      { puts: [], turns },
      { puts: [loss.put(node, changed)], turns },
    ],
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
    const { loss, elements, name, by, gradient } = plan;
    const [before, after] = [loss.in(same), loss.in(other)];
    if (before === undefined || after === undefined) return "The re-run never came to this backward pass.";
    const [found] = other.found;
    const asRecorded = Object.is(before, loss.value) && found?.every((x, k) => Object.is(x, elements[k]));
    return asRecorded === true ? { name, by, loss: loss.name, before, after, gradient } : disagrees(loss, before);
  });
  return { stop: () => run.stop(), ended };
}

/** A re-run that is not the run that was recorded. */
export function disagrees({ name, value }: Pick<Watched, "name" | "value">, now: number): string {
  return `The re-run disagrees with the recording: ${name} was ${fixed(value)} and is ${fixed(now)} now, so something beside the source and the seed changes what this computes.`;
}
