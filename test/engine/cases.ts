import assert from "node:assert/strict";
import { type DType, tensor, type Tensor } from "../../src/engine/index";
import { type Element, golden, type GoldenTensor, valueOf } from "./golden";
import { type Args, rowOf } from "./rows";

/** A tensor of a case: its elements, or the formula they follow, and the views on it that the op takes. */
export interface Stored extends Omit<GoldenTensor, "data"> {
  readonly data?: readonly Element[];
  readonly formula?: string;
  readonly view?: readonly Args[];
  readonly at?: readonly number[];
}

/** One call of an op with PyTorch's results. */
export interface Case {
  readonly id: string;
  readonly op: string;
  readonly inputs: readonly Stored[];
  readonly args: Args;
  readonly output: GoldenTensor | null;
  readonly extraOutputs?: Readonly<Record<string, GoldenTensor>>;
  readonly gradFn?: string | null;
  readonly gradOutput: Stored | null;
  readonly extraGradOutputs?: Readonly<Record<string, Stored>>;
  readonly grads: readonly (GoldenTensor | null)[] | null;
  readonly gradGradOutputs?: readonly GoldenTensor[];
  readonly gradGrads?: readonly (GoldenTensor | null)[];
  readonly error?: { readonly message: string };
  /** Why backward raises. */
  readonly gradError?: string;
}

/** Formulas of the large cases, with `i` the flat index. */
const formulas: Readonly<Record<string, (i: number) => number>> = {
  "((i*7919)%1000)/997 - 0.5": (i) => ((i * 7919) % 1000) / 997 - 0.5,
  "((((i*7919)%1000)/997 - 0.5) * 20)": (i) => (((i * 7919) % 1000) / 997 - 0.5) * 20,
  "((i*31)%17)/17 - 0.5": (i) => ((i * 31) % 17) / 17 - 0.5,
};

function elements(stored: Stored): number[] {
  if (stored.formula === undefined) return (stored.data ?? []).map(valueOf);
  const formula = formulas[stored.formula];
  assert.ok(formula, `a formula the test does not know: ${stored.formula}`);
  return Array.from({ length: stored.shape.reduce((n, size) => n * size, 1) }, (_, i) => formula(i));
}

function isDType(name: string): name is DType {
  return ["float32", "float64", "int64", "int32", "bool"].includes(name);
}

/** The tensor that a case stores. */
export function make(stored: Stored): Tensor {
  assert.ok(isDType(stored.dtype));
  const made = tensor(elements(stored), { dtype: stored.dtype }).reshape(stored.shape).detach();
  return made.requiresGrad_(stored.requiresGrad === true);
}

/** The stored tensor as the op sees it. */
export function seen(made: Tensor, stored: Stored): Tensor {
  return (stored.view ?? []).reduce((x, { op, ...args }) => {
    const row = rowOf(String(op));
    assert.ok(row !== undefined);
    const result = row([x], args, []);
    return "output" in result ? result.output : result;
  }, made);
}

function isCase(value: unknown): value is Case {
  return typeof value === "object" && value !== null && "op" in value && "inputs" in value;
}

/** The cases of a file under test/golden that are one call. */
export function casesOf(file: string): Case[] {
  const data = golden(file);
  assert.ok(typeof data === "object" && data !== null && "cases" in data && Array.isArray(data.cases));
  return data.cases.filter(isCase).filter(({ op }) => op !== "graph");
}
