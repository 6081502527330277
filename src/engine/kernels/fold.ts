import type { DType, Round } from "../dtype";
import { rounders } from "../dtype";
import { numel, rowMajor, type Shape } from "../shape";
import { allocate, type Storage } from "../storage";
import { runtimeError } from "../errors";
import { Arithmetic, type Reads } from "./arithmetic";
import { exponentials, logarithms } from "./curves";
import { copied, packed, type Strided, zip } from "./loops";
import { sum } from "./sum";

/** The reduced elements of each output as rows of a matrix, row-major over the reduced dimensions. */
function gathered(x: Strided, dims: readonly number[]): { data: Storage; count: number; length: number } {
  const kept = x.shape.map((_, d) => d).filter((d) => !dims.includes(d));
  const order = [...kept, ...dims];
  const moved: Strided = {
    storage: x.storage,
    shape: order.map((d) => x.shape[d]!),
    strides: order.map((d) => x.strides[d]!),
    offset: x.offset,
  };
  return {
    data: copied(moved, x.storage.dtype),
    count: numel(kept.map((d) => x.shape[d]!)),
    length: numel(dims.map((d) => x.shape[d]!)),
  };
}

/** Folds the elements over `dims` into one, from `seed` or from the first element. */
export function fold(
  x: Strided,
  dims: readonly number[],
  dtype: DType,
  seed: number | null,
  step: (sum: number, value: number) => number,
): Storage {
  const { data, count, length } = gathered(x, dims);
  const r = rounders[dtype];
  const out = allocate(dtype, count);
  for (let i = 0; i < count; i++) {
    const at = data.start + i * length;
    let total = seed ?? data.data[at]!;
    for (let k = seed === null ? 1 : 0; k < length; k++) total = r(step(total, data.data[at + k]!));
    out.data[out.start + i] = total;
  }
  return out;
}

/** Elements in the four AVX2 vectors PyTorch folds products in. */
const blockOf: Readonly<Record<DType, number>> = { float32: 32, float64: 16, int64: 16, int32: 32, bool: 32 };

/** The product over `dims`, in the order of ATen's vectorised inner reduction where that runs (Reduce.h). */
export function product(x: Strided, dims: readonly number[], dtype: DType): Storage {
  const inMemory = [...dims].sort((d, e) => x.strides[e]! - x.strides[d]!);
  const { data, count, length } = gathered(x, inMemory);
  const r = rounders[dtype];
  const inner = dims.some((d) => x.strides[d] === 1);
  const block = blockOf[dtype];
  const lanes = block / 4;
  const blocks = inner ? Math.floor(length / block) : 0;
  const out = allocate(dtype, count);
  for (let i = 0; i < count; i++) {
    const at = data.start + i * length;
    let total = 1;
    if (blocks > 0) {
      const sums = Float64Array.from(data.data.subarray(at, at + block));
      for (let k = block; k < blocks * block; k++) sums[k % block] = r(sums[k % block]! * data.data[at + k]!);
      for (let l = 0; l < lanes; l++) {
        const [a, b, c, d] = [sums[l]!, sums[l + lanes]!, sums[l + 2 * lanes]!, sums[l + 3 * lanes]!];
        const lane = r(r(a * b) * r(c * d));
        total = l === 0 ? lane : r(total * lane);
      }
    }
    for (let k = blocks * block; k < length; k++) total = r(total * data.data[at + k]!);
    out.data[out.start + i] = total;
  }
  return out;
}

/** Where along `dims` (flattened) the best element lies: the first NaN, else the first for which no other is better. */
export function indexOfBest(x: Strided, dims: readonly number[], better: (a: number, b: number) => boolean): Storage {
  const { data, count, length } = gathered(x, dims);
  const out = allocate("int64", count);
  for (let i = 0; i < count; i++) {
    const at = data.start + i * length;
    let best = 0;
    for (let k = 1; k < length; k++) {
      const held = data.data[at + best]!;
      const value = data.data[at + k]!;
      if (held === held && (value !== value || better(value, held))) best = k;
    }
    out.data[out.start + i] = best;
  }
  return out;
}

/** log Σ exp over `dims` of what is left over the largest element, each step rounded; of nothing it is −Infinity. */
export function logSum(x: Strided, dims: readonly number[]): Storage {
  const { dtype } = x.storage;
  const larger = (a: number, b: number) => (a !== a || b !== b ? NaN : Math.max(a, b));
  const largest = fold(x, dims, dtype, -Infinity, larger);
  const levels = largest.data.subarray(largest.start, largest.start + largest.length);
  for (let i = 0; i < levels.length; i++) if (Math.abs(levels[i]!) === Infinity) levels[i] = 0;
  const places = rowMajor(x.shape.map((size, d) => (dims.includes(d) ? 1 : size)));
  const strides = places.map((step, d) => (dims.includes(d) ? 0 : step));
  const level: Strided = { storage: largest, shape: x.shape, strides, offset: 0 };
  const powers = zip(x, level, x.shape, dtype, (a, b) => a - b);
  const window = powers.data.subarray(powers.start, powers.start + powers.length);
  window.set(exponentials(window));
  const total = sum({ storage: powers, shape: x.shape, strides: rowMajor(x.shape), offset: 0 }, dims, dtype);
  const logs = logarithms(total.data.subarray(total.start, total.start + total.length));
  for (let i = 0; i < logs.length; i++) total.data[total.start + i] = logs[i]! + levels[i]!;
  return total;
}

/** Variance over `dims` in doubles, rounded once; `root` takes the square root. */
export function variance(x: Strided, dims: readonly number[], correction: number, root: boolean): Storage {
  const { data, count, length } = gathered(x, dims);
  const out = allocate(x.storage.dtype, count);
  for (let i = 0; i < count; i++) {
    const at = data.start + i * length;
    let mean = 0;
    let squares = 0;
    for (let k = 0; k < length; k++) {
      const value = data.data[at + k]!;
      const delta = value - mean;
      mean += delta / (k + 1);
      squares += delta * (value - mean);
    }
    const result = squares / Math.max(length - correction, 0);
    out.data[out.start + i] = root ? Math.sqrt(result) : result;
  }
  return out;
}

/** Whether the elements that `dims` name, outermost first, lie one beside the other. */
function together({ shape, strides }: Strided, dims: readonly number[]): boolean {
  let step = 1;
  for (const d of [...dims].reverse()) {
    if (shape[d] !== 1 && strides[d] !== step) return false;
    step *= shape[d]!;
  }
  return true;
}

/** Σ x², one by one. */
function squares(length: number, of: Reads, { fma }: Arithmetic): number {
  let total = 0;
  for (let k = 0; k < length; k++) total = fma(of(k), of(k), total);
  return total;
}

/** (Σ |x|ᵖ)^(1/p) over `dims`, summed in the dtype and in the order of memory as ATen's norm_kernel sums; p 0 counts what is not zero, ±Infinity are the extremes. */
export function pNorm(x: Strided, dims: readonly number[], p: number): Storage {
  const inMemory = [...dims].sort((d, e) => x.strides[e]! - x.strides[d]!);
  const { data, count, length } = gathered(x, inMemory);
  const by = new Arithmetic(x.storage.dtype);
  const { r } = by;
  const inVectors = x.storage.dtype === "float32" && together(x, inMemory);
  const out = allocate(x.storage.dtype, count);
  for (let i = 0; i < count; i++) {
    const at = data.start + i * length;
    if (p === 2) {
      const of: Reads = (k) => data.data[at + k]!;
      out.data[out.start + i] = Math.sqrt(inVectors ? by.dotInOrder(length, of, of) : squares(length, of, by));
      continue;
    }
    let total = p === -Infinity ? Infinity : 0;
    for (let k = 0; k < length; k++) {
      const size = Math.abs(data.data[at + k]!);
      if (p === 1) total = r(total + size);
      else if (p === 0) total += size === 0 ? 0 : 1;
      else if (p === Infinity) total = size !== size || total !== total ? NaN : Math.max(total, size);
      else if (p === -Infinity) total = size !== size || total !== total ? NaN : Math.min(total, size);
      else total = r(total + r(size ** p));
    }
    const plain = p === 0 || p === 1 || Math.abs(p) === Infinity;
    out.data[out.start + i] = plain ? total : total ** r(1 / p);
  }
  return out;
}

/** Each row along `dim` rewritten by `row`, which gets the row's values and returns its new ones. */
export function byRow(x: Strided, dim: number, dtype: DType, row: (values: Float64Array, r: Round) => void): Storage {
  const out = allocate(dtype, numel(x.shape));
  const source = copied(x, dtype);
  const strides = rowMajor(x.shape);
  const length = x.shape[dim] ?? 1;
  const step = strides[dim] ?? 1;
  const values = new Float64Array(length);
  const outer = length === 0 ? 0 : out.length / length;
  for (let i = 0; i < outer; i++) {
    const at = Math.floor(i / step) * step * length + (i % step);
    for (let k = 0; k < length; k++) values[k] = source.data[source.start + at + k * step]!;
    row(values, rounders[dtype]);
    for (let k = 0; k < length; k++) out.data[out.start + at + k * step] = values[k]!;
  }
  return out;
}

/** For each element of the row-major shape `shape`, the row-major position in `full` whose index along `dim` is `index`'s. */
export function positions(index: Strided, dim: number, shape: Shape, full: Shape): Int32Array {
  const along = packed(index);
  const places = rowMajor(shape);
  const strides = rowMajor(full);
  const size = full[dim] ?? 1;
  return Int32Array.from({ length: numel(shape) }, (_, i) => {
    let at = 0;
    for (let d = 0; d < shape.length; d++) {
      if (d !== dim) at += (Math.floor(i / places[d]!) % shape[d]!) * strides[d]!;
    }
    const wanted = along[i]!;
    if (wanted < 0 || wanted >= size) throw outOfBounds(wanted, dim, size);
    return at + wanted * (strides[dim] ?? 1);
  });
}

function outOfBounds(index: number, dim: number, size: number): Error {
  return runtimeError(
    `index ${index} is out of bounds for dimension ${dim} with size ${size}`,
    `Indices run from 0 to ${size - 1}.`,
  );
}

/** The elements of `x` along `dim` at `index`, one for each place of `shape`. */
export function picked(x: Strided, dim: number, index: Strided, shape: Shape): Storage {
  return taken(x, positions(index, dim, shape, x.shape));
}

/** The elements of `x` at row-major positions. */
export function taken(x: Strided, at: ArrayLike<number>): Storage {
  const source = packed(x);
  const out = allocate(x.storage.dtype, at.length);
  for (let i = 0; i < at.length; i++) out.data[out.start + i] = source[at[i]!]!;
  return out;
}

/** A copy of `base` with `values` written to, or added at, row-major positions, in order. */
export function placed(base: Strided, values: Strided, at: ArrayLike<number>, add: boolean): Storage {
  const out = copied(base, base.storage.dtype);
  const source = packed(values);
  const r = out.dtype === "bool" ? rounders.bool : null;
  for (let i = 0; i < at.length; i++) {
    const to = out.start + at[i]!;
    const value = add ? out.data[to]! + source[i]! : source[i]!;
    out.data[to] = r === null ? value : r(value);
  }
  return out;
}
