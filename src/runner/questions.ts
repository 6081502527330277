// What the host and its evaluator say to each other; checked on arrival at both ends.
import * as v from "valibot";
import type { Column, ColumnQuestion } from "../recording/column";
import type { ExpressionQuestion, Given, GivenTensor, Result } from "../recording/given";
import { elementsOf } from "../recording/value";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const elements = v.custom<ArrayLike<number>>(
  (x) => ArrayBuffer.isView(x) || (Array.isArray(x) && x.every((each) => typeof each === "number")),
  "Expected numbers",
);
const doubles = v.custom<Float64Array>((x) => x instanceof Float64Array, "Expected a Float64Array");

const dtype = v.picklist(["float32", "float64", "int64", "int32", "bool"]);

const full = v.pipe(
  v.object({
    shape: v.array(count),
    dtype,
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

const givenTensor = v.pipe(
  v.object({
    shape: v.array(count),
    dtype,
    data: v.nullable(elements),
    requiresGrad: v.boolean(),
    grad: v.nullable(v.object({ data: v.nullable(elements) })),
  }),
  v.check(
    ({ shape, data, grad }) => [data, grad?.data].every((each) => !each || elementsOf(shape) === each.length),
    "Expected as many elements as the shape has",
  ),
) satisfies v.GenericSchema<unknown, GivenTensor>;

const given = v.variant("type", [
  v.object({ type: v.literal("number"), number: v.union([v.number(), v.nan()]) }),
  v.object({ type: v.literal("text"), text: v.string() }),
  v.object({ type: v.literal("boolean"), on: v.boolean() }),
  v.object({ type: v.picklist(["null", "undefined"]) }),
  v.object({ type: v.literal("tensor"), tensor: givenTensor }),
  v.object({ type: v.literal("module"), parameters: v.record(v.string(), givenTensor) }),
  v.object({ type: v.literal("unknown"), reason: v.string() }),
]) satisfies v.GenericSchema<unknown, Given>;

const expression = v.object({
  text: v.string(),
  moments: v.array(v.record(v.string(), given)),
}) satisfies v.GenericSchema<unknown, ExpressionQuestion>;

const list = v.object({ type: v.literal("list"), items: v.array(given) });
const result = v.union([
  v.object({ error: v.string() }),
  v.object({ truthy: v.union([v.boolean(), v.string()]), value: v.union([given, list]) }),
]) satisfies v.GenericSchema<unknown, Result>;

const question = v.variant("about", [
  v.object({ ask: count, about: v.literal("column"), question: column }),
  v.object({ ask: count, about: v.literal("expression"), question: expression }),
]);

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
  v.object({ ask: count, about: v.literal("expression"), results: v.array(result) }),
  v.object({ ask: count, about: v.literal("trouble"), sentence: v.string() }),
  v.object({ ask: count, about: v.literal("ready") }),
]);

/** One question to the evaluator. */
export type Question =
  | { readonly ask: number; readonly about: "column"; readonly question: ColumnQuestion }
  | { readonly ask: number; readonly about: "expression"; readonly question: ExpressionQuestion };

/** What the evaluator says: that it is up (`ask` 0), or an answer; trouble says as a sentence why there is none. */
export type Answer =
  | { readonly ask: number; readonly about: "column"; readonly column: Column }
  /** One result for each moment. */
  | { readonly ask: number; readonly about: "expression"; readonly results: readonly Result[] }
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
