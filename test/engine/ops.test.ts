import assert from "node:assert/strict";
import * as engine from "../../src/engine/index";
import { autograd, type DType, tensor, type Tensor } from "../../src/engine/index";
import { assertTensor, closenessOf } from "./close";
import { type Element, golden, type GoldenTensor, valueOf } from "./golden";
import { type Args, rowOf, rows } from "./rows";

interface Stored extends Omit<GoldenTensor, "data"> {
  readonly data?: readonly Element[];
  readonly formula?: string;
  readonly view?: readonly Args[];
  readonly at?: readonly number[];
}

interface Case {
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

function make(stored: Stored): Tensor {
  assert.ok(isDType(stored.dtype));
  const made = tensor(elements(stored), { dtype: stored.dtype }).reshape(stored.shape).detach();
  return made.requiresGrad_(stored.requiresGrad === true);
}

/** The stored tensor as the op sees it. */
function seen(made: Tensor, stored: Stored): Tensor {
  return (stored.view ?? []).reduce((x, { op, ...args }) => {
    const row = rowOf(String(op));
    assert.ok(row !== undefined && row !== "later");
    const result = row([x], args);
    return "output" in result ? result.output : result;
  }, made);
}

function check(test: Case): void {
  const row = rowOf(test.op);
  assert.ok(row !== undefined && row !== "later");
  const closeness = closenessOf(test.op);
  const inputs = test.inputs.map(make);
  const run = () =>
    row(
      inputs.map((input, k) => seen(input, test.inputs[k] ?? { shape: [], dtype: "float32" })),
      test.args,
    );
  if (test.error !== undefined && test.output === null) {
    assert.throws(run, (error) => error instanceof Error && error.message.startsWith(test.error?.message ?? ""));
    return;
  }
  const result = run();
  const output = "output" in result ? result.output : result;
  assertTensor(output, test.output, "output", closeness);
  for (const [name, want] of Object.entries(test.extraOutputs ?? {})) {
    const exact = closeness === "exact" || !want.dtype.startsWith("float");
    assertTensor(
      "extra" in result ? (result.extra[name] ?? null) : null,
      exact ? { ...want, dtype: "int64" } : want,
      name,
      exact ? "exact" : closeness,
    );
  }
  if (test.gradFn !== undefined && test.gradFn !== null) checkName(output, test.gradFn);
  if (test.gradError !== undefined) {
    const message = test.gradError;
    assert.throws(
      () => output.sum().backward(),
      (error) => error instanceof Error && error.message.startsWith(message),
    );
  }
  if (test.grads === null || test.gradOutput === null) return;
  const seed = make(test.gradOutput);
  if (test.gradGrads === undefined) {
    const more = Object.entries(test.extraGradOutputs ?? {}).map(([name, stored]) => {
      const extra = "extra" in result ? result.extra[name] : undefined;
      assert.ok(extra, `no ${name}`);
      return { extra, seed: make(stored) };
    });
    autograd.backward([output, ...more.map(({ extra }) => extra)], [seed, ...more.map((each) => each.seed)]);
    inputs.forEach((input, k) => {
      assertTensor(
        input.grad,
        test.grads?.[k] ?? null,
        `gradient ${k}`,
        closeness === "exact" && sumsMany(input, output) ? "terms" : closeness,
      );
    });
    return;
  }
  const grads = autograd.grad(
    output,
    inputs.filter((input) => input.requiresGrad),
    { gradOutputs: [seed.requiresGrad_()], createGraph: true },
  );
  const needing = test.grads.filter((_, k) => inputs[k]?.requiresGrad === true);
  grads.forEach((grad, k) => {
    assertTensor(grad, needing[k] ?? null, `gradient ${k}`, closeness);
  });
  autograd.backward(grads, (test.gradGradOutputs ?? []).map(make));
  inputs.forEach((input, k) => {
    assertTensor(
      input.grad ?? (test.gradGrads?.[k] === null ? null : input.mul(0).detach()),
      test.gradGrads?.[k] ?? null,
      `second gradient ${k}`,
      closeness,
    );
  });
}

/** A gradient that was summed over a broadcast has as many terms. */
function sumsMany(input: Tensor, output: Tensor): boolean {
  return output.numel() > input.numel() * 4;
}

/** Versions of PyTorch name these nodes differently. */
const loose = /View|Alias|Copy|Clone|Unsafe|Clamp|Squeeze|Transpose|DivBackward1/;

function checkName(output: Tensor, name: string): void {
  if (!loose.test(name))
    assert.ok(output.gradFn?.name === name, `made by ${output.gradFn?.name ?? "nothing"}, in PyTorch by ${name}`);
}

function isCase(value: unknown): value is Case {
  return typeof value === "object" && value !== null && "op" in value && "inputs" in value;
}

function casesOf(file: string): Case[] {
  const data = golden(file);
  assert.ok(typeof data === "object" && data !== null && "cases" in data && Array.isArray(data.cases));
  return data.cases.filter(isCase).filter(({ op }) => op !== "graph");
}

for (const file of ["ops.public", "extra.public"]) {
  describe(`the cases of ${file}`, () => {
    const cases = casesOf(file);

    it("each name a row, even if it says later", () => {
      assert.deepEqual([...new Set(cases.filter(({ op }) => rowOf(op) === undefined).map(({ op }) => op))], []);
    });

    for (const op of new Set(cases.map((test) => test.op))) {
      const row = rowOf(op);
      const own = cases.filter((test) => test.op === op);
      if (row === undefined || row === "later") continue;
      it(`${op}: PyTorch's values and gradients in ${own.length} cases`, () => {
        const wrong = own.flatMap((test) => {
          try {
            check(test);
            return [];
          } catch (error) {
            return [`${test.id}: ${error instanceof Error ? error.message : String(error)}`];
          }
        });
        assert.deepEqual(wrong, []);
      });
    }
  });
}

describe("the table of golden rows", () => {
  it("says later only of what the engine does not have", () => {
    const later = Object.entries(rows).flatMap(([op, row]) => (row === "later" ? [op] : []));
    const there = later.filter((op) => {
      const name = op.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      return name in engine || name in engine.nn.functional || name in engine.Tensor.prototype;
    });
    assert.deepEqual(there, []);
  });
});
