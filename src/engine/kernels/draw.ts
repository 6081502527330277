import { logFloat, sinCosFloat } from "./cephes";
import { fma32, fma64 } from "./fma";
import type { Mersenne } from "./mersenne";

const f = Math.fround;

/** `count` uniform draws in [from, to) (ATen/native/cpu/DistributionTemplates.h, `uniform_kernel`). */
export function drawUniform(source: Mersenne, count: number, wide: boolean, from: number, to: number): FloatArray {
  if (wide) {
    const out = new Float64Array(count);
    for (let i = 0; i < count; i++) out[i] = fma64(source.uniform64(), to - from, from);
    return out;
  }
  const out = new Float32Array(count);
  const low = f(from);
  const width = f(f(to) - low);
  for (let i = 0; i < count; i++) out[i] = fma32(source.uniform32(), width, low);
  return out;
}

/** A slope for each value: uniform in [lower, upper) where it is not above 0, else 1 without a draw (ATen/native/Activation.cpp, `_rrelu_with_noise_train`). */
export function drawSlopes(source: Mersenne, values: readonly number[], lower: number, upper: number): Float64Array {
  return Float64Array.from(values, (x) => (x <= 0 ? source.uniform64() * (upper - lower) + lower : 1));
}

/** Elements of a float32 or float64 tensor. */
export type FloatArray = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

/**
 * `count` normal draws. A contiguous run of 16 or more is drawn block-wise (`normal_fill`), anything else one by one
 * in float64 with the generator's kept second normal (ATen/native/cpu/DistributionTemplates.h, `normal_kernel`).
 */
export function drawNormal(
  source: Mersenne,
  count: number,
  wide: boolean,
  mean: number,
  std: number,
  contiguous: boolean,
): FloatArray {
  const out = wide ? new Float64Array(count) : new Float32Array(count);
  if (count < 16 || !contiguous) {
    for (let i = 0; i < count; i++) out[i] = fma64(source.normal(), std, mean);
    return out;
  }
  const uniform = wide ? () => source.uniform64() : () => source.uniform32();
  const block = wide ? normalBlock64 : normalBlock32;
  for (let i = 0; i < count; i++) out[i] = uniform();
  for (let i = 0; i + 16 <= count; i += 16) block(out, i, mean, std);
  if (count % 16 !== 0) {
    for (let i = count - 16; i < count; i++) out[i] = uniform();
    block(out, count - 16, mean, std);
  }
  return out;
}

function normalBlock32(data: FloatArray, start: number, mean: number, std: number): void {
  const scale = f(std);
  const shift = f(mean);
  for (let i = start; i < start + 8; i++) {
    const radius = f(Math.sqrt(f(-2 * logFloat(f(1 - data[i]!)))));
    const [sin, cos] = sinCosFloat(f(f(2 * Math.PI) * data[i + 8]!));
    data[i] = fma32(f(radius * cos), scale, shift);
    data[i + 8] = fma32(f(radius * sin), scale, shift);
  }
}

function normalBlock64(data: FloatArray, start: number, mean: number, std: number): void {
  for (let i = start; i < start + 8; i++) {
    const radius = Math.sqrt(-2 * Math.log(1 - data[i]!));
    const angle = 2 * Math.PI * data[i + 8]!;
    data[i] = radius * Math.cos(angle) * std + mean;
    data[i + 8] = radius * Math.sin(angle) * std + mean;
  }
}

/** `count` integers in [low, high) (`random_from_to_kernel`). */
export function drawIntegers(source: Mersenne, count: number, low: number, high: number): number[] {
  const range = high - low;
  const draw = range >= 0x100000000 ? () => Number(source.bits64() % BigInt(range)) : () => source.bits() % range;
  return Array.from({ length: count }, () => draw() + low);
}

/** A random order of 0 … count − 1 (`randperm_cpu`). */
export function drawPermutation(source: Mersenne, count: number): number[] {
  const order = Array.from({ length: count }, (_, i) => i);
  for (let i = 0; i < count - 1; i++) {
    const other = i + (source.bits() % (count - i));
    const kept = order[i]!;
    order[i] = order[other]!;
    order[other] = kept;
  }
  return order;
}

/** Ones with probability `p`, else zeros, from one float64 uniform each (`bernoulli_scalar_kernel`). */
export function drawBernoulli(source: Mersenne, count: number, p: number): number[] {
  return Array.from({ length: count }, () => (source.uniform64() < p ? 1 : 0));
}

/** A one with each element's own probability, else a zero (`bernoulli_tensor_kernel`); `wide` for float64 probabilities. */
export function drawBernoulliEach(source: Mersenne, probabilities: ArrayLike<number>, wide: boolean): number[] {
  return Array.from(probabilities, (p) => ((wide ? source.uniform64() : source.uniform32()) < p ? 1 : 0));
}

/** `count` draws of how often one tries until the first success, each with probability `p` (`geometric_kernel`). */
export function drawGeometric(source: Mersenne, count: number, p: number): number[] {
  return Array.from({ length: count }, () => Math.ceil(Math.log(source.uniform64()) / Math.log(1 - p)));
}

/** `count` draws of the Cauchy distribution (`cauchy_kernel`). */
export function drawCauchy(source: Mersenne, count: number, median: number, sigma: number): number[] {
  return Array.from({ length: count }, () => median + sigma * Math.tan(Math.PI * (source.uniform64() - 0.5)));
}

/** `count` draws whose logarithm is normal (`log_normal_kernel`). */
export function drawLogNormal(source: Mersenne, count: number, mean: number, std: number): number[] {
  return Array.from({ length: count }, () => Math.exp(fma64(source.normal(), std, mean)));
}

/** `count` whole numbers from 0 up to `limit` (`random_kernel`), of 64 random bits when `wide`. */
export function drawWhole(source: Mersenne, count: number, limit: number, wide: boolean): number[] {
  const range = BigInt(limit) + 1n;
  return Array.from({ length: count }, () => (wide ? Number(source.bits64() % range) : source.bits() % Number(range)));
}

/** `count` draws of the exponential distribution (`exponential_kernel`). */
export function drawExponential(source: Mersenne, count: number, rate: number): number[] {
  return Array.from({ length: count }, () => (-1 / rate) * Math.log(1 - source.uniform64()));
}

/** `count` indices of one row of weights, with replacement (`multinomial_with_replacement_kernel_impl`). */
export function drawIndices(source: Mersenne, weights: ArrayLike<number>, count: number, wide: boolean): number[] {
  const round = wide ? (x: number) => x : f;
  let total = 0;
  const cumulative = Array.from(weights, (weight) => (total = round(total + weight)));
  for (let i = 0; i < cumulative.length; i++) cumulative[i] = round(cumulative[i]! / total);
  cumulative[cumulative.length - 1] = 1;
  return Array.from({ length: count }, () => {
    const sample = source.uniform64();
    let left = 0;
    let right = cumulative.length;
    while (right > left) {
      const middle = left + ((right - left) >> 1);
      if (cumulative[middle]! < sample) left = middle + 1;
      else right = middle;
    }
    return left;
  });
}

/** `count` different indices of one row of weights: the largest of weight / exponential, as PyTorch draws them. */
export function drawDifferentIndices(
  source: Mersenne,
  weights: ArrayLike<number>,
  count: number,
  wide: boolean,
): number[] {
  const round = wide ? (x: number) => x : f;
  const keys = Array.from(weights, (weight) => round(weight / round(drawExponential(source, 1, 1)[0]!)));
  return keys
    .map((_, index) => index)
    .sort((a, b) => keys[b]! - keys[a]!)
    .slice(0, count);
}
