import assert from "node:assert/strict";
import { autograd, type Tensor, zerosLike } from "../../src/engine/index";
import { type Case, make, seen } from "./cases";
import { assertTensor, closenessOf } from "./close";
import { noting } from "./gauge";
import { rowOf } from "./rows";

/** Runs a case and compares all that it gives with PyTorch: values, gradients, second gradients, errors, names of nodes. */
export function check(test: Case): void {
  const row = rowOf(test.op);
  assert.ok(row !== undefined);
  const closeness = test.gradGrads === undefined ? closenessOf(test.op) : "terms";
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
  if (typeof test.gradFn === "string") checkName(output, test.gradFn);
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
      input.grad ?? (test.gradGrads?.[k] === null ? null : zerosLike(input)),
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
