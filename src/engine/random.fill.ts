import { applyInPlace, calling } from "./apply";
import { build } from "./build";
import { isFloating } from "./dtype";
import { runtimeError } from "./errors";
import { drawBernoulli, drawNormal, drawUniform } from "./kernels/draw";
import { filled } from "./kernels/loops";
import { type Call, op } from "./op";
import { drawsDouble } from "./precision";
import { defaultGenerator, type Generator } from "./random.generator";
import { isRowMajor, numel, rowMajor, type Shape } from "./shape";
import type { Tensor } from "./tensor";

const generators = new WeakMap<Call, Generator>();

function drawing(generator: Generator | undefined, numbers: readonly number[]): Call {
  const call = calling(undefined, numbers);
  if (generator !== undefined) generators.set(call, generator);
  return call;
}

function sourceOf(call: Call) {
  return (generators.get(call) ?? defaultGenerator).source;
}

/** New values for every element of `a`, given in the order of its memory, as PyTorch's loops draw them. */
function inMemoryOrder(a: Tensor, values: ArrayLike<number>): Tensor {
  const order = a.shape.map((_, d) => d).sort((p, q) => (a.strides[q] ?? 0) - (a.strides[p] ?? 0));
  const steps = rowMajor(order.map((d) => a.shape[d] ?? 1));
  const strides: Shape = a.shape.map((_, d) => steps[order.indexOf(d)] ?? 1);
  return build(filled(a.dtype, values), a.shape, strides, 0);
}

const uniform = op({
  name: "uniform",
  node: "UniformBackward0",
  inputs: ["a"],
  numbers: ["from", "to"],
  forward: ([a], call) => {
    const [from = 0, to = 1] = call.numbers;
    return inMemoryOrder(a, drawUniform(sourceOf(call), numel(a.shape), drawsDouble(a.dtype), from, to));
  },
  backward: { a: (g) => g.zerosLike() },
  formula: { a: "0" },
});

const normal = op({
  name: "normal",
  node: "NormalBackward0",
  inputs: ["a"],
  numbers: ["mean", "std"],
  forward: ([a], call) => {
    const [mean = 0, std = 1] = call.numbers;
    const plain = isRowMajor(a.shape, a.strides);
    return inMemoryOrder(a, drawNormal(sourceOf(call), numel(a.shape), drawsDouble(a.dtype), mean, std, plain));
  },
  backward: { a: (g) => g.zerosLike() },
  formula: { a: "0" },
});

const bernoulli = op({
  name: "bernoulli",
  node: "BernoulliBackward0",
  inputs: ["a"],
  numbers: ["p"],
  forward: ([a], call) => inMemoryOrder(a, drawBernoulli(sourceOf(call), numel(a.shape), call.numbers[0] ?? 0.5)),
  backward: { a: (g) => g.zerosLike() },
  formula: { a: "0" },
});

/** Overwrites a float tensor with uniform numbers in [from, to). */
export function fillUniform(target: Tensor, from: number, to: number, generator?: Generator): Tensor {
  needsFloat(target, "uniform");
  if (!(from <= to)) {
    throw runtimeError(
      `uniform_ expects to return a [from, to) range, but found from=${from} > to=${to}`,
      "Give the smaller bound first.",
    );
  }
  return applyInPlace(uniform, target, [], drawing(generator, [from, to]));
}

/** Overwrites a float tensor with normal numbers. */
export function fillNormal(target: Tensor, mean: number, std: number, generator?: Generator): Tensor {
  needsFloat(target, "normal");
  if (!(std >= 0))
    throw runtimeError(`normal expects std >= 0.0, but found std ${std}`, "Use a standard deviation ≥ 0.");
  return applyInPlace(normal, target, [], drawing(generator, [mean, std]));
}

/** Overwrites a tensor with ones (probability `p`) and zeros. */
export function fillBernoulli(target: Tensor, p: number, generator?: Generator): Tensor {
  if (!(p >= 0 && p <= 1)) {
    throw runtimeError(`bernoulli_ expects p to be in [0, 1], but got p=${p}`, "Use a probability from 0 to 1.");
  }
  return applyInPlace(bernoulli, target, [], drawing(generator, [p]));
}

function needsFloat(target: Tensor, name: string): void {
  if (isFloating(target.dtype)) return;
  throw runtimeError(
    `"${name}" is not implemented for tensors of dtype ${target.dtype}`,
    `Use randint for whole numbers, or .to("float32") first.`,
  );
}
