import type { Buffer, DType } from "../dtype";
import { argumentError } from "../errors";
import { expandStrides, isRowMajor, numel, sameShape, type Shape } from "../shape";
import { allocate, type Storage } from "../storage";
import { add } from "./lanes.simd";

/** A strided window on a storage, as kernels read it. */
export interface Strided {
  readonly storage: Storage;
  readonly shape: Shape;
  readonly strides: Shape;
  readonly offset: number;
}

/** Index of the first element in the storage's buffer. */
export function origin(x: Strided): number {
  return x.storage.start + x.offset;
}

/** The window as a flat typed array without a copy when it lies row-major, else a row-major copy. */
export function packed(x: Strided): Buffer {
  const length = numel(x.shape);
  const at = origin(x);
  if (isRowMajor(x.shape, x.strides)) return x.storage.data.subarray(at, at + length);
  const out = copied(x, x.storage.dtype);
  return out.data.subarray(out.start, out.start + length);
}

/** Calls `row` for each innermost row of `shape` with the offset of that row in every operand; the outer dimensions count up. */
export function rows(shape: Shape, strides: readonly Shape[], row: (offsets: readonly number[]) => void): void {
  const outer = shape.length - 1;
  const offsets: number[] = strides.map(() => 0);
  if (numel(shape) === 0) return;
  if (outer <= 0) {
    row(offsets);
    return;
  }
  const index = new Int32Array(outer);
  for (;;) {
    row(offsets);
    let d = outer - 1;
    for (; d >= 0; d--) {
      const next = index[d]! + 1;
      if (next < shape[d]!) {
        index[d] = next;
        for (let k = 0; k < strides.length; k++) offsets[k]! += strides[k]![d]!;
        break;
      }
      for (let k = 0; k < strides.length; k++) offsets[k]! -= strides[k]![d]! * (next - 1);
      index[d] = 0;
    }
    if (d < 0) return;
  }
}

/** Refuses int64 results that a double cannot hold exactly. */
function checkExact(out: Storage): void {
  if (out.dtype !== "int64") return;
  for (let i = out.start; i < out.start + out.length; i++) {
    const value = out.data[i]!;
    if (value > Number.MAX_SAFE_INTEGER || value < -Number.MAX_SAFE_INTEGER) {
      throw argumentError(
        `int64 value ${value} is beyond 2^53, where Backstep's integers end`,
        'Use .to("float64") before this operation.',
      );
    }
  }
}

/** y[i] = f(x[i]) in a new row-major storage. */
export function map(x: Strided, dtype: DType, f: (value: number) => number): Storage {
  const out = allocate(dtype, numel(x.shape));
  write1({ storage: out, shape: x.shape, strides: [], offset: 0 }, x, f);
  checkExact(out);
  return out;
}

function write1(out: Strided, x: Strided, f: (value: number) => number): void {
  const y = out.storage.data;
  let j = origin(out);
  const data = x.storage.data;
  if (isRowMajor(x.shape, x.strides)) {
    const at = origin(x);
    const n = numel(x.shape);
    for (let i = 0; i < n; i++) y[j + i] = f(data[at + i]!);
    return;
  }
  const n = x.shape.at(-1)!;
  const step = x.strides.at(-1)!;
  const at = origin(x);
  rows(x.shape, [x.strides], (offsets) => {
    let i = at + offsets[0]!;
    for (let k = 0; k < n; k++, i += step) y[j++] = f(data[i]!);
  });
}

/** y[i] = f(a[i], b[i]) in a new row-major storage of the broadcast shape `shape`. */
export function zip(a: Strided, b: Strided, shape: Shape, dtype: DType, f: (x: number, y: number) => number): Storage {
  const out = allocate(dtype, numel(shape));
  const y = out.data;
  let j = out.start;
  const x1 = a.storage.data;
  const x2 = b.storage.data;
  const sa = expandStrides(a.shape, a.strides, shape);
  const sb = expandStrides(b.shape, b.strides, shape);
  const oa = origin(a);
  const ob = origin(b);
  const flatA = isRowMajor(shape, sa);
  const flatB = isRowMajor(shape, sb);
  if (flatA && flatB) {
    for (let i = 0; i < out.length; i++) y[j + i] = f(x1[oa + i]!, x2[ob + i]!);
  } else if (flatA && numel(b.shape) === 1) {
    const v = x2[ob]!;
    for (let i = 0; i < out.length; i++) y[j + i] = f(x1[oa + i]!, v);
  } else if (flatB && numel(a.shape) === 1) {
    const v = x1[oa]!;
    for (let i = 0; i < out.length; i++) y[j + i] = f(v, x2[ob + i]!);
  } else {
    const n = shape.at(-1) ?? 1;
    const ta = sa.at(-1) ?? 0;
    const tb = sb.at(-1) ?? 0;
    rows(shape, [sa, sb], (offsets) => {
      let i = oa + offsets[0]!;
      let k = ob + offsets[1]!;
      for (let c = 0; c < n; c++, i += ta, k += tb) y[j++] = f(x1[i]!, x2[k]!);
    });
  }
  checkExact(out);
  return out;
}

/** y[i] = f(a[i], b[i], c[i]) in a new row-major storage of the broadcast shape `shape`. */
export function zip3(
  operands: readonly [Strided, Strided, Strided],
  shape: Shape,
  dtype: DType,
  f: (x: number, y: number, z: number) => number,
): Storage {
  const out = allocate(dtype, numel(shape));
  let j = out.start;
  const [a, b, c] = operands;
  const strides = operands.map((x) => expandStrides(x.shape, x.strides, shape));
  const [ta, tb, tc] = strides.map((s) => s.at(-1) ?? 0);
  const n = shape.at(-1) ?? 1;
  rows(shape, strides, (offsets) => {
    let i = origin(a) + offsets[0]!;
    let k = origin(b) + offsets[1]!;
    let l = origin(c) + offsets[2]!;
    for (let r = 0; r < n; r++, i += ta!, k += tb!, l += tc!) {
      out.data[j++] = f(a.storage.data[i]!, b.storage.data[k]!, c.storage.data[l]!);
    }
  });
  checkExact(out);
  return out;
}

/** The elements in row-major order in a storage of their own, cast to `dtype`. */
export function copied(x: Strided, dtype: DType): Storage {
  const from = x.storage.dtype;
  if (from === dtype && isRowMajor(x.shape, x.strides)) {
    const out = allocate(dtype, numel(x.shape));
    const at = origin(x);
    const [data, to] = [x.storage.data, out.start];
    if (out.length > 64) out.data.set(data.subarray(at, at + out.length), to);
    else for (let i = 0; i < out.length; i++) out.data[to + i] = data[at + i]!;
    return out;
  }
  return map(x, dtype, caster(from, dtype));
}

/** The elements in a storage of their own that these strides fill, cast to `dtype`. */
export function laidOut(x: Strided, dtype: DType, strides: Shape): Storage {
  if (isRowMajor(x.shape, strides)) return copied(x, dtype);
  const out = allocate(dtype, numel(x.shape));
  overwrite({ storage: out, shape: x.shape, strides, offset: 0 }, x);
  return out;
}

function caster(from: DType, to: DType): (value: number) => number {
  if (to === "bool") return (value) => (value === 0 ? 0 : 1);
  if (to === "int64" && from !== "bool" && from !== "int32") {
    return (value) => (Number.isFinite(value) ? Math.trunc(value) + 0 : -(2 ** 53 - 1));
  }
  return (value) => value;
}

/** Overwrites `target` with the elements of `source`, broadcast and cast. */
export function overwrite(target: Strided, source: Strided): void {
  const y = target.storage.data;
  if (numel(target.shape) === 0) return;
  if (
    source.storage.dtype === target.storage.dtype &&
    sameShape(source.shape, target.shape) &&
    isRowMajor(source.shape, source.strides) &&
    isRowMajor(target.shape, target.strides)
  ) {
    const at = origin(source);
    y.set(source.storage.data.subarray(at, at + numel(source.shape)), origin(target));
    return;
  }
  const cast = caster(source.storage.dtype, target.storage.dtype);
  const from = aliased(target, source)
    ? { ...source, storage: copied(source, source.storage.dtype), offset: 0, strides: null }
    : source;
  const strides = expandStrides(from.shape, from.strides ?? rowStrides(from.shape), target.shape);
  const n = target.shape.at(-1) ?? 1;
  const ts = target.strides.at(-1) ?? 0;
  const ss = strides.at(-1) ?? 0;
  const data = from.storage.data;
  const to = origin(target);
  const at = from.storage.start + from.offset;
  rows(target.shape, [target.strides, strides], (offsets) => {
    let j = to + offsets[0]!;
    let i = at + offsets[1]!;
    for (let k = 0; k < n; k++, j += ts, i += ss) y[j] = cast(data[i]!);
  });
}

function rowStrides(shape: Shape): Shape {
  return shape.map((_, d) => numel(shape.slice(d + 1)));
}

function aliased(a: Strided, b: Strided): boolean {
  return a.storage === b.storage;
}

/** target[i] += source[i], broadcast, each sum rounded to the target's dtype. */
export function addInto(target: Strided, source: Strided): void {
  if (
    sameShape(target.shape, source.shape) &&
    isRowMajor(target.shape, target.strides) &&
    isRowMajor(source.shape, source.strides)
  ) {
    const y = target.storage.data;
    const x = source.storage.data;
    const to = origin(target);
    const at = origin(source);
    const n = numel(target.shape);
    if (y instanceof Float32Array && x instanceof Float32Array) add(y, to, n, y, to, 1, x, at, 1);
    else for (let i = 0; i < n; i++) y[to + i] = y[to + i]! + x[at + i]!;
    return;
  }
  const total = zip(target, source, target.shape, target.storage.dtype, (a, b) => a + b);
  overwrite(target, { storage: total, shape: target.shape, strides: rowStrides(target.shape), offset: 0 });
}

/** Sets every element of `target` to `value`. */
export function fill(target: Strided, value: number): void {
  const y = target.storage.data;
  if (isRowMajor(target.shape, target.strides)) {
    y.fill(value, origin(target), origin(target) + numel(target.shape));
    return;
  }
  const n = target.shape.at(-1) ?? 1;
  const step = target.strides.at(-1) ?? 0;
  const at = origin(target);
  rows(target.shape, [target.strides], (offsets) => {
    let j = at + offsets[0]!;
    for (let k = 0; k < n; k++, j += step) y[j] = value;
  });
}

/** The element of a one-element window. */
export function first(x: Strided): number {
  return x.storage.data[x.storage.start + x.offset]!;
}

/** A new one-element storage. */
export function single(dtype: DType, value: number): Storage {
  const out = allocate(dtype, 1);
  out.data[out.start] = value;
  return out;
}

/** A new storage holding `values`, cast to `dtype`. */
export function filled(dtype: DType, values: ArrayLike<number>): Storage {
  const out = allocate(dtype, values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    out.data[out.start + i] = dtype === "bool" ? (value === 0 ? 0 : 1) : dtype === "int64" ? Math.trunc(value) : value;
  }
  checkExact(out);
  return out;
}

/** All elements in row-major order, as numbers. */
export function listed(x: Strided): number[] {
  return Array.from(packed(x));
}
