import { build } from "../build";
import { valueOf } from "../kernels/cell";
import type { Lane1, Lane2, Lane3 } from "../kernels/lanes";
import { addScaled } from "../kernels/lanes.simd";
import { packed } from "../kernels/loops";
import { broadcast, isRowMajor, numel, sameShape, type Shape } from "../shape";
import { allocate, type Storage } from "../storage";
import type { Tensor } from "../tensor";
import { inMemoryOrder, runLength } from "./order";
import { fresh } from "./result";

const constant = new Float32Array(1);

/** The elements as floats where they lie row-major as float32, else null. */
function floats(x: Tensor): Float32Array | null {
  return x.data instanceof Float32Array && isRowMajor(x.shape, x.strides) ? x.data : null;
}

/** A tensor of a shape that is often an operand's, whose strides it then shares. */
function like(out: Storage, shape: Shape, operand: Tensor): Tensor {
  if (shape === operand.shape && numel(shape) > 1 && !shape.includes(1)) return build(out, shape, operand.strides, 0);
  return fresh(out, shape);
}

/** An elementwise op on two row-major float32 tensors of one shape, or of which one has one element; else null. */
export function laneOf2(a: Tensor, b: Tensor, lane: Lane2): Tensor | null {
  const x = floats(a);
  const z = x === null ? null : floats(b);
  if (x === null || z === null) return null;
  const shape = broadcast(a.shape, b.shape);
  const n = numel(shape);
  const ofA = numel(a.shape);
  const ofB = numel(b.shape);
  if ((ofA !== n && ofA !== 1) || (ofB !== n && ofB !== 1)) return null;
  const out = allocate("float32", n);
  if (!(out.data instanceof Float32Array)) return null;
  lane(out.data, out.start, n, x, a.origin, ofA === n ? 1 : 0, z, b.origin, ofB === n ? 1 : 0);
  return like(out, shape, ofA === n ? a : b);
}

/** {@link laneOf2} of a gradient and what its rule reads, in whatever order of memory. */
export function slopeOf(g: Tensor, read: Tensor, lane: Lane2): Tensor | null {
  return laneOf2(g, read, lane) ?? inMemoryOrder([g, read], ([x = g, y = read]) => laneOf2(x, y, lane));
}

/** An elementwise op on a row-major float32 tensor and a number, which is rounded first; else null. */
export function laneOfNumber(a: Tensor, number: number, lane: Lane2): Tensor | null {
  const x = floats(a);
  if (x === null) return null;
  const n = numel(a.shape);
  constant[0] = number;
  const out = allocate("float32", n);
  if (!(out.data instanceof Float32Array)) return null;
  lane(out.data, out.start, n, x, a.origin, 1, constant, 0, 0);
  return like(out, a.shape, a);
}

/** An elementwise function of a row-major float32 tensor; else null. */
export function laneOf1(a: Tensor, lane: Lane1): Tensor | null {
  const x = floats(a);
  if (x === null) return null;
  const n = numel(a.shape);
  const out = allocate("float32", n);
  if (!(out.data instanceof Float32Array)) return null;
  lane(out.data, out.start, n, x, a.origin);
  return like(out, a.shape, a);
}

/** An elementwise function of a float32 tensor whose dims are in the order of memory; else null. */
export function laneInRuns(a: Tensor, lane: Lane1): Tensor | null {
  const quick = laneOf1(a, lane);
  if (quick !== null) return quick;
  const x = packed(a);
  const out = allocate(a.dtype, x.length);
  if (!(x instanceof Float32Array) || !(out.data instanceof Float32Array)) return null;
  const run = runLength(a.shape, [a.strides]);
  for (let at = 0; at < x.length; at += run) lane(out.data, out.start + at, run, x, at);
  return fresh(out, a.shape);
}

/** An elementwise op on three row-major float32 tensors of one shape and a number that is a float; else null. */
export function laneOf3(a: Tensor, b: Tensor, c: Tensor, value: number, lane: Lane3): Tensor | null {
  const [x, y, z] = [floats(a), floats(b), floats(c)];
  if (x === null || y === null || z === null) return null;
  if (!sameShape(a.shape, b.shape) || !sameShape(a.shape, c.shape)) return null;
  const n = numel(a.shape);
  const out = allocate("float32", n);
  if (!(out.data instanceof Float32Array)) return null;
  lane(out.data, out.start, n, x, a.origin, y, b.origin, z, c.origin, value);
  return like(out, a.shape, a);
}

/** A float32 tensor of `shape` with the element of a 0-d float32 one, divided by `n`, everywhere; else null. */
export function laneOfShare(g: Tensor, n: number, shape: Shape): Tensor | null {
  if (g.dtype !== "float32" || g.shape.length > 0) return null;
  const share = valueOf(g) / Math.fround(n);
  const out = allocate("float32", numel(shape));
  out.data.fill(share, out.start, out.start + out.length);
  return fresh(out, shape);
}

/** Writes an elementwise op over its first operand; false where the operands are others than {@link laneOf2} takes. */
export function laneInto(target: Tensor, other: Tensor, lane: Lane2): boolean {
  const y = floats(target);
  const x = y === null ? null : floats(other);
  if (y === null || x === null) return false;
  const n = numel(target.shape);
  const one = other.shape.length === 0;
  if (!one && !sameShape(target.shape, other.shape)) return false;
  // A window on the same memory that lies elsewhere would be read after it was written.
  if (target.storageId === other.storageId && (one || target.origin !== other.origin)) return false;
  lane(y, target.origin, n, y, target.origin, 1, x, other.origin, one ? 0 : 1);
  return true;
}

/** The same with a number, which is rounded first. */
export function laneIntoNumber(target: Tensor, number: number, lane: Lane2): boolean {
  const y = floats(target);
  if (y === null) return false;
  constant[0] = number;
  lane(y, target.origin, numel(target.shape), y, target.origin, 1, constant, 0, 0);
  return true;
}

/** target += factor · other, rounded once. */
export function laneIntoScaled(target: Tensor, other: Tensor | null, factor: number): boolean {
  return (
    other !== null &&
    laneInto(target, other, (y, to, n, _a, _i, _da, x, at, dx) => {
      addScaled(y, to, n, x, at, dx, factor);
    })
  );
}
