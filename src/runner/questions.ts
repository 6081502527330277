// What the host and its evaluator say to each other; checked on arrival at both ends.
import * as v from "valibot";
import type { Column, ColumnQuestion } from "../recording/column";
import { elementsOf } from "../recording/value";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const elements = v.custom<ArrayLike<number>>(
  (x) => ArrayBuffer.isView(x) || (Array.isArray(x) && x.every((each) => typeof each === "number")),
  "Expected numbers",
);
const doubles = v.custom<Float64Array>((x) => x instanceof Float64Array, "Expected a Float64Array");

const full = v.pipe(
  v.object({
    shape: v.array(count),
    dtype: v.picklist(["float32", "float64", "int64", "int32", "bool"]),
    data: elements,
  }),
  v.check(({ shape, data }) => elementsOf(shape) === data.length, "Expected as many elements as the shape has"),
);

const column = v.object({
  op: v.string(),
  attrs: v.record(v.string(), v.unknown()),
  numberNames: v.array(v.string()),
  numbers: v.array(v.number()),
  operands: v.array(full),
  outputs: v.array(full),
  gradients: v.array(v.nullable(full)),
  operand: count,
  element: count,
}) satisfies v.GenericSchema<unknown, ColumnQuestion>;

const question = v.object({ ask: count, about: v.literal("column"), question: column });

const answer = v.variant("about", [
  v.object({
    ask: count,
    about: v.literal("column"),
    column: v.object({
      formula: v.string(),
      names: v.array(v.string()),
      slopes: v.array(v.nullable(doubles)),
    }) satisfies v.GenericSchema<unknown, Column>,
  }),
  v.object({ ask: count, about: v.literal("trouble"), sentence: v.string() }),
  v.object({ ask: count, about: v.literal("ready") }),
]);

/** One question to the evaluator. */
export interface Question {
  readonly ask: number;
  readonly about: "column";
  readonly question: ColumnQuestion;
}

/** What the evaluator says: that it is up (`ask` 0), or an answer; trouble says as a sentence why there is none. */
export type Answer =
  | { readonly ask: number; readonly about: "column"; readonly column: Column }
  | { readonly ask: number; readonly about: "trouble"; readonly sentence: string }
  | { readonly ask: number; readonly about: "ready" };

/** A question that arrived at the evaluator, or why it is none. */
export function readQuestion(data: unknown): Question | string {
  const read = v.safeParse(question, data);
  return read.success ? read.output : v.summarize(read.issues);
}

/** An answer that arrived at the host, or why it is none. */
export function readAnswer(data: unknown): Answer | string {
  const read = v.safeParse(answer, data);
  return read.success ? read.output : v.summarize(read.issues);
}
