import * as v from "valibot";
import type { Joined } from "../recording/joined";
import { count, whole } from "./messages.parts";

const listOf = <T extends v.GenericSchema>(each: T) => v.pipe(v.array(each), v.readonly());
const indices = listOf(count);

const node = v.object({
  index: count,
  kind: v.picklist(["leaf", "op", "number"]),
  label: v.string(),
  named: v.boolean(),
  op: v.string(),
  symbol: v.string(),
  attrs: v.string(),
  shape: indices,
  dtype: v.picklist(["float32", "float64", "int64", "int32", "bool"]),
  requiresGrad: v.boolean(),
  isParameter: v.boolean(),
  retained: v.boolean(),
  site: whole,
  module: listOf(v.string()),
  place: whole,
  inputs: indices,
  phase: v.picklist(["setup", "forward", "backward", "update", "evaluation"]),
});

/** What a graph lacks of the one that it is drawn with, and what that one lacks. */
export const joined = v.object({
  of: v.string(),
  key: v.string(),
  nodes: listOf(node),
  places: listOf(
    v.object({
      id: v.string(),
      parent: whole,
      kind: v.picklist(["module", "call", "loop", "turn", "gradient"]),
      name: v.string(),
      note: v.string(),
    }),
  ),
  edges: listOf(v.object({ from: count, to: count, input: count })),
  addedNodes: indices,
  addedEdges: indices,
}) satisfies v.GenericSchema<Omit<Joined, "theirs">>;

/** A node that only the other run has, at its moment, in words; null: still to come, or no such row. */
export const otherMoment = v.object({
  value: v.nullable(v.string()),
  gradient: v.nullable(v.string()),
  field: v.nullable(v.string()),
  touched: v.nullable(v.picklist(["value", "gradient", "update"])),
});
