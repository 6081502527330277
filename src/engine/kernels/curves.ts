import type { Buffer } from "../dtype";
import type { Lane1 } from "./lanes";
import { type Curves, simd } from "./simd";
import * as sleef from "./sleef";

/** Below this many elements the way into WebAssembly's memory costs more than it saves. */
const worth = 32;

function plain(of: (x: number) => number): Lane1 {
  return (y, to, n, x, at) => {
    for (let e = 0; e < n; e++) y[to + e] = of(x[at + e]!);
  };
}

function allBelow(bound: number, x: Float32Array, at: number, n: number): boolean {
  for (let e = at; e < at + n; e++) if (!(Math.abs(x[e]!) < bound)) return false;
  return true;
}

/**
 * A curve as PyTorch's vectors draw it, by WebAssembly SIMD where there is enough to draw and it knows all sizes, which
 * it does below `bound`; bit for bit the plain one.
 */
function curve(name: keyof Curves, of: (x: number) => number, bound?: number): Lane1 {
  const one = plain(of);
  return (y, to, n, x, at) => {
    const kernels = n < worth || (bound !== undefined && !allBelow(bound, x, at, n)) ? null : simd();
    if (kernels === null) {
      one(y, to, n, x, at);
      return;
    }
    const whole = n & ~3;
    kernels.room(3 * whole);
    const { floats, curves } = kernels;
    floats.set(x.subarray(at, at + whole));
    curves[name](0, 4 * whole, whole, 1);
    y.set(floats.subarray(whole, 2 * whole), to);
    one(y, to + whole, n - whole, x, at + whole);
  };
}

export const tanh = curve("tanh", sleef.tanh);
export const exp = curve("exp", sleef.exp);
export const log = curve("log", sleef.log);
export const log1p = curve("log1p", sleef.log1p);
export const sin = curve("sin", sleef.sin, sleef.far);
export const cos = curve("cos", sleef.cos, sleef.far);

/** σ of a float32 where PyTorch calls the C library's exp: one by one, and behind the last two vectors of eight. */
export function sigmoidAlone(x: number): number {
  return 1 / Math.fround(1 + Math.fround(Math.exp(-x)));
}

const inVectors = curve("sigmoid", sleef.sigmoid);
const alone = plain(sigmoidAlone);

export const sigmoid: Lane1 = (y, to, n, x, at) => {
  const whole = n & ~15;
  inVectors(y, to, whole, x, at);
  alone(y, to + whole, n - whole, x, at + whole);
};

/** A curve of float32 or float64 numbers in memory of their own. */
function drawn(lane: Lane1, plain: (x: number) => number): (x: Buffer) => Buffer {
  return (x) => {
    if (!(x instanceof Float32Array)) return x.map((value) => plain(value));
    const y = new Float32Array(x.length);
    lane(y, 0, x.length, x, 0);
    return y;
  };
}

export const exponentials = drawn(exp, Math.exp);
export const logarithms = drawn(log, Math.log);
