import assert from "node:assert/strict";
import { autograd, type Tensor } from "../../src/engine/index";
import { type Case, casesOf, make, seen } from "./cases";
import { assertTensor, closenessOf } from "./close";
import { measuring, noting } from "./gauge";
import { rowOf } from "./rows";

function check(test: Case): void {
  const row = rowOf(test.op);
  assert.ok(row !== undefined);
  const closeness = closenessOf(test.op);
  const inputs = test.inputs.map(make);
  const run = () =>
    row(
      inputs.map((input, k) => seen(input, test.inputs[k] ?? { shape: [], dtype: "float32" })),
      test.args,
      test.inputs.map(({ name }) => name ?? ""),
    );
  if (test.error !== undefined && test.output === null) {
    assert.throws(run, (error) => error instanceof Error && error.message.startsWith(test.error?.message ?? ""));
    return;
  }
  const result = noting(run);
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
    const leaves = "leaves" in result ? (result.leaves ?? inputs) : inputs;
    leaves.forEach((input, k) => {
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

for (const file of ["ops.public", "extra.public"]) {
  describe(`the cases of ${file}`, () => {
    const cases = casesOf(file);

    it("each name a row", () => {
      assert.deepEqual([...new Set(cases.filter(({ op }) => rowOf(op) === undefined).map(({ op }) => op))], []);
    });

    for (const op of new Set(cases.map((test) => test.op))) {
      const row = rowOf(op);
      const own = cases.filter((test) => test.op === op);
      if (row === undefined) continue;
      it(`${op}: PyTorch's values and gradients in ${own.length} cases`, () => {
        const wrong = own.flatMap((test) => {
          try {
            measuring(file, op, test.id, () => {
              check(test);
            });
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
