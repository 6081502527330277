import type { Buffer, DType, Round } from "../dtype";
import { rounders } from "../dtype";
import { isRowMajor, numel } from "../shape";
import { allocate, type Storage } from "../storage";
import { origin, rows, type Strided } from "./loops";
import { simd, type Simd } from "./simd";

interface Axis {
  readonly size: number;
  readonly from: number;
  readonly to: number;
}

const single: Axis = { size: 1, from: 0, to: 0 };

/** Elements in one AVX2 vector: the lanes PyTorch sums in. */
export const lanesOf: Readonly<Record<DType, number>> = { float32: 8, float64: 4, int64: 4, int32: 8, bool: 8 };
/** From so many elements on, and up to so many, the way into WebAssembly's memory is worth it. */
const [worth, most] = [64, 1 << 20];
const levels = 4;
const streams = 4;
const levelScratch = new Float64Array(levels * streams * 8);
const sumScratch = new Float64Array(streams * 8);

/**
 * The sum over `dims` in the order of ATen's cascade_sum (SumKernel.cpp) on AVX2, so that float32 digits are PyTorch's:
 * four interleaved streams of vectors, each summed through four levels of partial sums.
 */
export function sum(x: Strided, dims: readonly number[], dtype: DType): Storage {
  const whole = dims.length === x.shape.length;
  const out = allocate(dtype, whole ? 1 : numel(x.shape.filter((_, d) => !dims.includes(d))));
  const count = numel(x.shape);
  if (count === 0) return out;
  if (whole && count < lanesOf[dtype] && isRowMajor(x.shape, x.strides)) {
    out.data[out.start] = few(x.storage.data, origin(x), count, rounders[dtype]);
    return out;
  }
  const summing = vectorized(x, count, out) ?? new Cascade(x.storage.data, out.data, rounders[dtype], lanesOf[dtype]);
  if (whole && isRowMajor(x.shape, x.strides)) {
    summing.plane(origin(x), out.start, { size: count, from: 1, to: 0 }, single);
    return out;
  }
  const axes = axesOf(x, dims);
  const [inner = single, outer = single, ...rest] = axes;
  if (rest.length === 0) {
    summing.plane(origin(x), out.start, inner, outer);
    return out;
  }
  const shape = [...rest.map((axis) => axis.size).reverse(), 1];
  rows(
    shape,
    [
      [...rest.map((axis) => axis.from).reverse(), 0],
      [...rest.map((axis) => axis.to).reverse(), 0],
    ],
    (offsets) => {
      summing.plane(origin(x) + offsets[0]!, out.start + offsets[1]!, inner, outer);
    },
  );
  return out;
}

/** The cascade by WebAssembly SIMD for floats that lie row-major; null where it is not to be had or not worth it. */
function vectorized(x: Strided, count: number, out: Storage): Cascade | null {
  const { data } = x.storage;
  if (count < worth || count > most || !(data instanceof Float32Array) || out.dtype !== "float32") return null;
  const kernels = isRowMajor(x.shape, x.strides) ? simd() : null;
  return kernels && new VectorCascade(data, origin(x), count, out.data, kernels);
}

/** What the cascade makes of fewer neighbouring elements than a vector has lanes: a stream for each of four, and the rest in the first. */
function few(x: Buffer, at: number, count: number, r: Round): number {
  const full = count >= streams;
  let total = full ? 0 + x[at]! : 0;
  for (let i = full ? streams : 0; i < count; i++) total = r(total + x[at + i]!);
  for (let k = 1; full && k < streams; k++) total = r(total + x[at + k]!);
  return 0 + total;
}

/** The dimensions as TensorIterator orders and joins them: reduced ones first, then by stride. */
function axesOf(x: Strided, dims: readonly number[]): Axis[] {
  const [size = 1, columns = 1] = x.shape;
  // A bias's gradient, the most frequent of sums, needs no thought.
  if (x.shape.length === 2 && dims.length === 1 && dims[0] === 0 && size > 1 && columns > 1) {
    return [
      { size, from: x.strides[0]!, to: 0 },
      { size: columns, from: x.strides[1]!, to: 1 },
    ];
  }
  const to = new Array<number>(x.shape.length).fill(0);
  let step = 1;
  for (let d = x.shape.length - 1; d >= 0; d--) {
    if (dims.includes(d)) continue;
    to[d] = step;
    step *= x.shape[d]!;
  }
  const axes: Axis[] = x.shape.map((size, d) => ({ size, from: x.strides[d]!, to: to[d]! }));
  const order = axes.map((_, k) => axes[axes.length - 1 - k]!);
  for (let i = 1; i < order.length; i++) {
    let moving = i;
    for (let j = i - 1; j >= 0; j--) {
      const comparison = compare(order[j]!, order[moving]!);
      if (comparison > 0) {
        [order[j], order[moving]] = [order[moving]!, order[j]!];
        moving = j;
      } else if (comparison < 0) break;
    }
  }
  return joined(order);
}

function compare(a: Axis, b: Axis): number {
  if ((a.to === 0) !== (b.to === 0)) return b.to === 0 ? 1 : -1;
  for (const side of ["to", "from"] as const) {
    if (a[side] === 0 || b[side] === 0) continue;
    if (a[side] !== b[side]) return a[side] < b[side] ? -1 : 1;
    if (a.size > b.size) return 1;
  }
  return 0;
}

function joined(axes: readonly Axis[]): Axis[] {
  const out: Axis[] = [];
  for (const axis of axes) {
    const last = out.at(-1);
    if (last === undefined) out.push(axis);
    else if (last.size === 1)
      out[out.length - 1] = {
        ...axis,
        from: axis.size === 1 ? last.from : axis.from,
        to: axis.size === 1 ? last.to : axis.to,
      };
    else if (axis.size === 1 || (last.size * last.from === axis.from && last.size * last.to === axis.to)) {
      out[out.length - 1] = { ...last, size: last.size * axis.size };
    } else out.push(axis);
  }
  return out;
}

class Cascade {
  private readonly levelSums = levelScratch;
  protected readonly sums: Float32Array | Float64Array = sumScratch;

  constructor(
    protected readonly x: Buffer,
    private readonly y: Buffer,
    private readonly r: Round,
    private readonly lanes: number,
  ) {}

  /** Adds a two-dimensional part of the input into the output. */
  plane(at: number, to: number, first: Axis, second: Axis): void {
    const swap = first.to !== 0 && second.to === 0;
    const [inner, outer] = swap ? [second, first] : [first, second];
    if (inner.to !== 0) {
      for (let j = 0; j < outer.size; j++) {
        for (let i = 0; i < inner.size; i++) {
          this.store(to + i * inner.to + j * outer.to, this.x[at + i * inner.from + j * outer.from]!);
        }
      }
    } else if (inner.from === 1 && inner.size >= this.lanes) this.vectorInner(at, to, inner, outer);
    else if (outer.from === 1 && outer.size >= this.lanes) this.vectorOuter(at, to, inner, outer);
    else if (inner.from < outer.from) this.scalarInner(at, to, inner, outer);
    else this.scalarOuter(at, to, inner, outer);
  }

  private store(to: number, value: number): void {
    this.y[to] = this.y[to]! + value;
  }

  private vectorInner(at: number, to: number, inner: Axis, outer: Axis): void {
    const { r, lanes } = this;
    const vectors = Math.floor(inner.size / lanes);
    for (let j = 0; j < outer.size; j++) {
      const row = at + j * outer.from;
      this.rowSum(row, lanes, vectors, lanes);
      let total = 0;
      for (let k = vectors * lanes; k < inner.size; k++) total = r(total + this.x[row + k]!);
      for (let k = 0; k < lanes; k++) total = r(total + this.sums[k]!);
      this.store(to + j * outer.to, total);
    }
  }

  private vectorOuter(at: number, to: number, inner: Axis, outer: Axis): void {
    const { lanes } = this;
    let j = 0;
    for (; j + streams * lanes <= outer.size; j += streams * lanes) {
      this.multiRow(at + j, inner.from, lanes, inner.size, streams, lanes);
      for (let k = 0; k < streams * lanes; k++) this.store(to + (j + k) * outer.to, this.sums[k]!);
    }
    for (; j + lanes <= outer.size; j += lanes) {
      this.rowSum(at + j, inner.from, inner.size, lanes);
      for (let k = 0; k < lanes; k++) this.store(to + (j + k) * outer.to, this.sums[k]!);
    }
    for (; j < outer.size; j++) {
      this.rowSum(at + j, inner.from, inner.size, 1);
      this.store(to + j * outer.to, this.sums[0]!);
    }
  }

  private scalarInner(at: number, to: number, inner: Axis, outer: Axis): void {
    for (let j = 0; j < outer.size; j++) {
      this.rowSum(at + j * outer.from, inner.from, inner.size, 1);
      this.store(to + j * outer.to, this.sums[0]!);
    }
  }

  private scalarOuter(at: number, to: number, inner: Axis, outer: Axis): void {
    let j = 0;
    for (; j + streams <= outer.size; j += streams) {
      this.multiRow(at + j * outer.from, inner.from, outer.from, inner.size, streams, 1);
      for (let k = 0; k < streams; k++) this.store(to + (j + k) * outer.to, this.sums[k]!);
    }
    for (; j < outer.size; j++) {
      this.rowSum(at + j * outer.from, inner.from, inner.size, 1);
      this.store(to + j * outer.to, this.sums[0]!);
    }
  }

  /** Sums `size` vectors of `lanes` elements that lie `step` apart; the lanes' sums end up in `sums`. */
  protected rowSum(at: number, step: number, size: number, lanes: number): void {
    const { r, sums, x } = this;
    const full = Math.floor(size / streams);
    this.multiRow(at, step * streams, step, full, streams, lanes);
    for (let i = full * streams; i < size; i++) {
      for (let l = 0; l < lanes; l++) sums[l] = r(sums[l]! + x[at + i * step + l]!);
    }
    for (let k = 1; k < streams; k++) {
      for (let l = 0; l < lanes; l++) sums[l] = r(sums[l]! + sums[k * lanes + l]!);
    }
  }

  /** Sums `count` neighbouring streams, `column` apart, over `size` rows that lie `step` apart, through the levels. */
  protected multiRow(at: number, step: number, column: number, size: number, count: number, lanes: number): void {
    const { r, levelSums, sums, x } = this;
    const width = count * lanes;
    const power = powerOf(size);
    const levelStep = 1 << power;
    levelSums.fill(0, 0, levels * width);
    const addRow = (i: number) => {
      for (let k = 0; k < count; k++) {
        const from = at + i * step + k * column;
        for (let l = 0; l < lanes; l++) levelSums[k * lanes + l] = r(levelSums[k * lanes + l]! + x[from + l]!);
      }
    };
    let i = 0;
    while (i + levelStep <= size) {
      for (let j = 0; j < levelStep; j++, i++) addRow(i);
      for (let j = 1; j < levels; j++) {
        for (let k = 0; k < width; k++) {
          levelSums[j * width + k] = r(levelSums[j * width + k]! + levelSums[(j - 1) * width + k]!);
          levelSums[(j - 1) * width + k] = 0;
        }
        if ((i & ((levelStep - 1) << (j * power))) !== 0) break;
      }
    }
    for (; i < size; i++) addRow(i);
    for (let j = 1; j < levels; j++) {
      for (let k = 0; k < width; k++) levelSums[k] = r(levelSums[k]! + levelSums[j * width + k]!);
    }
    for (let k = 0; k < width; k++) sums[k] = levelSums[k]!;
  }
}

/** In WebAssembly's memory, as floats: the four levels of sums, then the elements. */
const atElements = levels * streams * 8;

/** The same with streams of eight neighbours by WebAssembly SIMD, bit for bit. */
class VectorCascade extends Cascade {
  protected override readonly sums: Float32Array;
  private readonly shift: number;

  constructor(
    x: Float32Array,
    from: number,
    count: number,
    y: Buffer,
    private readonly kernels: Simd,
  ) {
    super(x, y, rounders.float32, lanesOf.float32);
    kernels.room(atElements + count);
    kernels.floats.set(x.subarray(from, from + count), atElements);
    this.sums = kernels.floats.subarray(0, streams * 8);
    this.shift = atElements - from;
  }

  protected override rowSum(at: number, step: number, size: number, lanes: number): void {
    if (lanes === 1) super.rowSum(at, step, size, lanes);
    else this.kernels.sums.row(4 * (at + this.shift), 4 * step, size, powerOf(size >> 2), 0);
  }

  protected override multiRow(
    at: number,
    step: number,
    column: number,
    size: number,
    count: number,
    lanes: number,
  ): void {
    if (lanes === 1) super.multiRow(at, step, column, size, count, lanes);
    else this.kernels.sums.streams(4 * (at + this.shift), 4 * step, 4 * column, size, powerOf(size), 0);
  }
}

/** How many rows, as a power of 2, the first level sums before the next takes over. */
function powerOf(size: number): number {
  return Math.max(4, Math.floor(ceilLog2(size) / levels));
}

/** ⌈log₂ size⌉, at least 1. */
export function ceilLog2(size: number): number {
  return size <= 2 ? 1 : 32 - Math.clz32(size - 1);
}
