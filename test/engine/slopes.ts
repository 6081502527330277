import assert from "node:assert/strict";
import { autograd, tensor, type Tensor } from "../../src/engine/index";
import type { Op } from "../../src/engine/op";

/** The names under which a module exports ops, alone or in pairs. */
export type OpsOf<M> = {
  [K in keyof M]: M[K] extends Op | { readonly ofTensors: Op } | { readonly ofAll: Op } ? K : never;
}[keyof M];

/** A differentiable program to be checked. */
export interface Sample {
  /** Shapes of the tensors that need a gradient. */
  readonly shapes: readonly (readonly number[])[];
  run(x: readonly Tensor[]): Tensor;
  /** Where the elements lie; [−2, 2] by default. */
  readonly within?: readonly [number, number];
  /** The same on 0-d tensors, when the op has scalar rules. */
  readonly scalars?: number;
}

/** Tensors of those shapes with elements drawn between two bounds, the same for a seed. */
export function drawn(
  seed: number,
  shapes: readonly (readonly number[])[],
  [low, high]: readonly [number, number],
): Tensor[] {
  let state = seed >>> 0;
  return shapes.map((shape) => {
    const n = shape.reduce((product, size) => product * size, 1);
    const data = Array.from({ length: n }, () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return low + (high - low) * (state / 2 ** 32);
    });
    return tensor(data, { dtype: "float64" })
      .reshape([...shape])
      .detach();
  });
}

/** Numeric gradients of Σ w · f(x), by central differences in float64. */
function differences(sample: Sample, inputs: readonly Tensor[], weights: Tensor): number[][] {
  const h = 1e-6;
  const total = (): number =>
    sample
      .run(inputs.map((x) => x.clone()))
      .mul(weights)
      .sum()
      .item();
  return inputs.map((input) =>
    Array.from({ length: input.numel() }, (_, i) => {
      const flat = input.reshape(-1);
      const held = flat.at(i).item();
      flat.put(i, held + h);
      const above = total();
      flat.put(i, held - h);
      const below = total();
      flat.put(i, held);
      return (above - below) / (2 * h);
    }),
  );
}

/** One partial derivative: what backward gives, and what central differences give. */
interface Slope {
  readonly input: number;
  readonly element: number;
  readonly rule: number;
  readonly difference: number;
}

/** Every partial derivative of a weighted sum of the program's elements. */
function slopesOf(sample: Sample, seed: number): Slope[] {
  const inputs = drawn(seed, sample.shapes, sample.within ?? [-2, 2]);
  const [weights] = drawn(seed + 1, [sample.run(inputs.map((x) => x.clone())).shape], [-1, 1]);
  assert.ok(weights);
  const numeric = differences(sample, inputs, weights);
  for (const input of inputs) input.requiresGrad_();
  sample.run(inputs).mul(weights).sum().backward();
  return inputs.flatMap((x, input) => {
    const exact = x.grad?.toArray() ?? [];
    return (numeric[input] ?? []).map((difference, element) => ({
      input,
      element,
      rule: exact[element] ?? NaN,
      difference,
    }));
  });
}

function offOf({ rule, difference }: Slope): number {
  return Math.abs(rule - difference) / (1 + Math.abs(difference));
}

/** How far backward's slopes lie from those of central differences, at the farthest: |d| / (1 + |slope|). */
export function worstSlope(sample: Sample, seed: number): number {
  return Math.max(0, ...slopesOf(sample, seed).map(offOf));
}

/** Asserts that backward gives the slopes that central differences give. */
export function checkGradients(sample: Sample, seed: number): void {
  for (const slope of slopesOf(sample, seed)) {
    assert.ok(
      offOf(slope) <= 1e-6,
      `input ${slope.input}, element ${slope.element}: rule ${slope.rule}, differences ${slope.difference}`,
    );
  }
}

/** Asserts that the rules, which make a graph of the gradient, give the digits that the kernels beside them give. */
export function checkAlike(sample: Sample, seed: number, dtype: "float32" | "float64"): void {
  const gradients = (createGraph: boolean): number[][] => {
    const inputs = drawn(seed, sample.shapes, sample.within ?? [-2, 2]).map((x) =>
      x.to(dtype).detach().requiresGrad_(),
    );
    const y = sample.run(inputs);
    const [weights] = drawn(seed + 1, [y.shape], [-1, 1]);
    const seeds = [(weights ?? y).to(y.dtype)];
    const options = { gradOutputs: seeds, createGraph, allowUnused: true };
    return autograd.grad(y, inputs, options).map((grad) => grad.toArray().map((value) => value + 0));
  };
  assert.deepEqual(gradients(true), gradients(false));
}

/** The same program's gradients as a program: what its second derivatives are the slopes of. */
export function gradientOf(sample: Sample): Sample {
  return {
    ...sample,
    run: (x) => {
      const leaves = x.map((each) => (each.requiresGrad ? each : each.requiresGrad_()));
      const total = sample.run(leaves);
      const weights = drawn(5, [total.shape], [-1, 1]);
      const grads = autograd.grad(total, leaves, { gradOutputs: weights, createGraph: true, allowUnused: true });
      const shares = drawn(
        9,
        leaves.map(({ shape }) => shape),
        [0.5, 1.5],
      );
      // The squares keep a program of constant slope differentiable a second time.
      return leaves
        .map((leaf, k) =>
          (grads[k] ?? leaf.mul(0))
            .add(leaf.mul(leaf))
            .mul(shares[k] ?? leaf)
            .sum(),
        )
        .reduce((sum, part) => sum.add(part));
    },
  };
}
