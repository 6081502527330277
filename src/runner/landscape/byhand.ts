import { eachRow } from "../../recording/memo";
import type { Outline } from "../../recording/outline";
import type { Recording } from "../../recording/recording";
import type { Segment } from "../../recording/segment";
import { stepsOf } from "../../recording/steps";
import { timelineOf } from "../../recording/timeline";
import { type Judged, putInto } from "../byhand/check";
import type { Watched } from "../loss";
import type { Measured } from "../wire";
import { type Part, pointsOf, type Stop, together, type Weights } from "./weights";

/** A loss that is stepped down by hand at a moment, over the weights that are. */
export interface LossByHand {
  readonly loss: Watched;
  readonly weights: Weights;
  readonly way: readonly Stop[];
}

/** The loss of a turn, of those that re-runs have found; a string says why there is none to draw. */
export function lossByHand(
  recording: Recording,
  outline: Outline,
  at: number,
  judged: readonly Judged[],
): LossByHand | string {
  const segment = outline.segments[at];
  const [first] = judged;
  if (!segment || !first)
    return "No backward pass runs here, and no number of its turns changes with the weights as the gradient by hand says, so there is no loss to draw.";
  const { candidate } = first.verdict;
  const alike = judged.filter(({ verdict }) => verdict.candidate === candidate);
  const parts: Part[] = [];
  for (const { descent, turns } of alike) {
    const turn = turns.find((each) => each.segment === at);
    if (!turn)
      return `${descent.name} is not stepped by hand in this part of the run, or it is too far from its start to be looked at: go to an earlier ${outline.word}.`;
    const shape = turn.nth >= 0 ? [] : [turn.weight.length];
    parts.push({ label: descent.name, shape, own: turn.weight, put: (elements) => putInto(descent, turn, elements) });
  }
  const weights = together(parts);
  const value = lastNumber(recording, segment, candidate);
  const { name } = recording.binding(candidate);
  if (typeof weights === "string") return weights;
  if (value === null) return `What ${name} was here is not recorded.`;
  const loss: Watched = {
    ...{ name, value, turns: [segment.turn] },
    in: ({ readings }: Measured) => readings[0]?.writes.findLast(([binding]) => binding === candidate)?.[1],
  };
  const way = pointsOf(outline, at).flatMap((iteration): Stop[] => {
    const there = outline.iterationSegment(iteration);
    const found = outline.segments[there];
    const turns = alike.flatMap((each) => each.turns.find((turn) => turn.segment === there) ?? []);
    if (!found || turns.length < alike.length) return [];
    const began = { segment: there, step: 0, weights: turns.flatMap(({ weight }) => weight) };
    const ended = turns.flatMap((turn) => stepped(recording, found, turn.row));
    if (iteration < outline.iterations - 1 || ended.length < weights.count) return [began];
    return [began, { segment: there, step: stepsOf(recording, found).steps.length - 1, weights: ended }];
  });
  return { loss, weights, way };
}

/** What a variable was given last in a segment, as one number; null where that is none or was not kept. */
function lastNumber(recording: Recording, segment: Segment, binding: number): number | null {
  let found: number | null = null;
  eachRow(recording, segment, (row) => {
    const form = recording.form(row);
    if (form.kind !== "write" || form.ref !== binding) return;
    if (form.valueType === "number") found = recording.number(row, 0);
    else if (form.valueType === "tensor")
      found = timelineOf(recording, segment).valueAt(recording.arg(row, 0), row)?.data?.[0] ?? null;
  });
  return found;
}

/** What a step made of its weight, as far as that was kept. */
function stepped(recording: Recording, segment: Segment, row: number): number[] {
  const { kind, valueType, inputs } = recording.form(row);
  if (kind === "write" && valueType === "number") return [recording.number(row, 0)];
  const tensor = recording.arg(row, kind === "write" ? 0 : inputs);
  return Array.from(timelineOf(recording, segment).valueAt(tensor, row)?.data ?? []);
}
