import { applyInPlace } from "./apply";
import { build } from "./build";
import { type DType, isFloating, scalarName } from "./dtype";
import { runtimeError } from "./errors";
import {
  drawBernoulli,
  drawBernoulliEach,
  drawCauchy,
  drawExponential,
  drawGeometric,
  drawIntegers,
  drawLogNormal,
  drawNormal,
  drawUniform,
  drawWhole,
} from "./kernels/draw";
import { filled, listed } from "./kernels/loops";
import type { Mersenne } from "./kernels/mersenne";
import { memoryOrder, preserved } from "./layout";
import { type Call, calling, type Op, op } from "./op";
import { window } from "./ops/result";
import { expandedShape } from "./ops/views";
import { drawsDouble } from "./precision";
import { defaultGenerator, type Generator } from "./random.generator";
import { expandStrides, isRowMajor, numel, type Shape } from "./shape";
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
  return build(filled(a.dtype, values), a.shape, preserved(a), 0);
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

const bernoulliEach = op({
  name: "bernoulli",
  node: "BernoulliBackward1",
  inputs: ["a", "p"],
  forward: ([a, p], call) => {
    const strides = expandStrides(p.shape, p.strides, a.shape);
    const order = memoryOrder(a.shape, [a.strides]);
    const along = (of: Shape) => order.map((d) => of[d] ?? 1);
    const turned = window(p, along(a.shape), along(strides));
    return inMemoryOrder(a, drawBernoulliEach(sourceOf(call), listed(turned), drawsDouble(p.dtype)));
  },
  backward: { a: (g) => g.zerosLike(), p: (g) => g.zerosLike() },
  formula: { a: "0", p: "0" },
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

/** An op that overwrites a tensor with draws, one by one in the order of memory. */
function drawn(
  name: string,
  node: string,
  numbers: readonly string[],
  draw: (source: Mersenne, count: number, numbers: readonly number[], a: Tensor) => ArrayLike<number>,
): Op {
  return op({
    name,
    node,
    inputs: ["a"],
    numbers,
    forward: ([a], call) => inMemoryOrder(a, draw(sourceOf(call), numel(a.shape), call.numbers, a)),
    backward: { a: (g) => g.zerosLike() },
    formula: { a: "0" },
  });
}

const exponential = drawn("exponential", "ExponentialBackward0", ["lambd"], (source, n, [lambd = 1]) =>
  drawExponential(source, n, lambd),
);
const geometric = drawn("geometric", "GeometricBackward0", ["p"], (source, n, [p = 0.5]) =>
  drawGeometric(source, n, p),
);
const cauchy = drawn("cauchy", "CauchyBackward0", ["median", "sigma"], (source, n, [median = 0, sigma = 1]) =>
  drawCauchy(source, n, median, sigma),
);
const logNormal = drawn("logNormal", "LogNormalBackward0", ["mean", "std"], (source, n, [mean = 1, std = 2]) =>
  drawLogNormal(source, n, mean, std),
);
const random = drawn("random", "RandomBackward0", ["from", "to"], (source, n, [from, to], { dtype }) =>
  from !== undefined && to !== undefined
    ? drawIntegers(source, n, from, to)
    : drawWhole(source, n, largest[dtype], dtype === "float64" || dtype === "int64"),
);

/** The largest whole number up to which a dtype holds them all; int64 ends here at 2^53. */
const largest: Readonly<Record<DType, number>> = {
  float32: 2 ** 24,
  float64: 2 ** 53,
  int64: Number.MAX_SAFE_INTEGER,
  int32: 2 ** 31 - 1,
  bool: 1,
};

/** Overwrites a float tensor with uniform numbers in [from, to). */
export function fillUniform(target: Tensor, from: number, to: number, generator?: Generator): Tensor {
  needsFloat(target.dtype, "check_uniform_bounds");
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
  needsFloat(target.dtype, "normal_kernel_cpu");
  if (!(std >= 0))
    throw runtimeError(`normal expects std >= 0.0, but found std ${std}`, "Use a standard deviation ≥ 0.");
  return applyInPlace(normal, target, [], drawing(generator, [mean, std]));
}

/** Overwrites a tensor with ones (probability `p`, one for all or one for each) and zeros. */
export function fillBernoulli(target: Tensor, p: number | Tensor, generator?: Generator): Tensor {
  if (typeof p !== "number") {
    expandedShape(p, target.shape);
    probabilitiesOf(p);
    return applyInPlace(bernoulliEach, target, [p], drawing(generator, []));
  }
  if (!(p >= 0 && p <= 1)) {
    throw runtimeError(`bernoulli_ expects p to be in [0, 1], but got p=${p}`, "Use a probability from 0 to 1.");
  }
  return applyInPlace(bernoulli, target, [], drawing(generator, [p]));
}

/** The elements of a tensor, all of them probabilities. */
export function probabilitiesOf(p: Tensor): readonly number[] {
  needsFloat(p.dtype, "bernoulli_tensor_cpu_p_");
  const probabilities = listed(p);
  if (probabilities.every((each) => each >= 0 && each <= 1)) return probabilities;
  throw runtimeError(
    "Expected p_in >= 0 && p_in <= 1 to be true, but got false.",
    "Every element must be a probability.",
  );
}

/** Overwrites a float tensor with exponential numbers of rate `lambd`. */
export function fillExponential(target: Tensor, lambd: number, generator?: Generator): Tensor {
  needsFloat(target.dtype, "exponential_cpu");
  if (!(lambd >= 0)) {
    throw runtimeError(
      `exponential_ expects lambda >= 0.0, but found lambda=${lambd}`,
      "It is the rate, one over the mean.",
    );
  }
  return applyInPlace(exponential, target, [], drawing(generator, [lambd]));
}

/** Overwrites a tensor with counts of tries until a success of probability `p`. */
export function fillGeometric(target: Tensor, p: number, generator?: Generator): Tensor {
  if (!(p > 0 && p < 1)) {
    throw runtimeError(`geometric_ expects p to be in (0, 1), but got p=${p}`, "Use a probability between 0 and 1.");
  }
  return applyInPlace(geometric, target, [], drawing(generator, [p]));
}

/** Overwrites a float tensor with Cauchy numbers. */
export function fillCauchy(target: Tensor, median: number, sigma: number, generator?: Generator): Tensor {
  needsFloat(target.dtype, "cauchy_cpu");
  if (!(sigma > 0)) {
    throw runtimeError(`cauchy_ expects sigma > 0.0, but found sigma=${sigma}`, "It is the half width at half height.");
  }
  return applyInPlace(cauchy, target, [], drawing(generator, [median, sigma]));
}

/** Overwrites a float tensor with numbers whose logarithms are normal. */
export function fillLogNormal(target: Tensor, mean: number, std: number, generator?: Generator): Tensor {
  needsFloat(target.dtype, "log_normal_cpu");
  if (!(std > 0)) {
    throw runtimeError(`log_normal_ expects std > 0.0, but found std=${std}`, "It is that of the logarithm.");
  }
  return applyInPlace(logNormal, target, [], drawing(generator, [mean, std]));
}

/** Overwrites a tensor with whole numbers in [from, to), or from 0 to the largest its dtype counts to. */
export function fillWhole(target: Tensor, from?: number, to?: number, generator?: Generator): Tensor {
  const [low, high] = to === undefined ? [0, from] : [from ?? 0, to];
  const bounds = high === undefined ? [] : wholeBounds(low, high, target.dtype);
  return applyInPlace(random, target, [], drawing(generator, bounds));
}

/**
 * The bounds between which whole numbers of a dtype are drawn: those given, but float32 leaves out what it cannot hold
 * at the edges. Source: ATen/native/DistributionTemplates.h, `random_from_to_impl`.
 */
export function wholeBounds(from: number, to: number, dtype: DType): readonly [from: number, to: number] {
  if (!(from < to)) {
    throw runtimeError(
      `random_ expects 'from' to be less than 'to', but got from=${from} >= to=${to}`,
      "The upper bound itself is never drawn.",
    );
  }
  if (dtype === "float32") return [inFloat32(from, 1), inFloat32(to, -1)];
  const [least, most] =
    dtype === "int32" ? [-(2 ** 31), 2 ** 31 - 1] : dtype === "bool" ? [0, 1] : [-Infinity, Infinity];
  const beyond = from < least || from > most ? "from" : to - 1 < least || to - 1 > most ? "to - 1" : null;
  if (beyond === null) return [from, to];
  throw runtimeError(`${beyond} is out of bounds for ${dtype === "int32" ? "int" : dtype}`, 'Use { dtype: "int64" }.');
}

/** A bound moved inwards by one spacing of float32 where rounding its neighbour comes to lie outside. */
function inFloat32(bound: number, inwards: 1 | -1): number {
  const nearest = Math.fround(bound + inwards);
  if (inwards === 1 ? nearest >= bound : nearest < bound) return bound;
  return nearest + inwards * 2 ** (Math.floor(Math.log2(Math.abs(bound + inwards))) - 23);
}

/** Refuses a dtype that the kernel of that name does not draw. */
export function needsFloat(dtype: DType, name: string): void {
  if (isFloating(dtype)) return;
  throw runtimeError(
    `"${name}" not implemented for '${scalarName(dtype)}'`,
    `Use randint for whole numbers, or .to("float32") first.`,
  );
}
