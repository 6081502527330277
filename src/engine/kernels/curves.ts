import type { Buffer } from "../dtype";
import type { Lane1, Lane2 } from "./lanes";
import * as libm from "./libm";
import { atan2 as atan2Alone } from "./libm.angle";
import { erf as erfAlone } from "./libm.erf";
import * as onednn from "./onednn";
import { type Curves, simd } from "./simd";
import * as angles from "./sleef.angle";
import * as erfs from "./sleef.erf";
import * as exps from "./sleef.exp";
import * as logs from "./sleef.log";

const f = Math.fround;
const [rootHalf, density] = [f(Math.SQRT1_2), f(1 / Math.sqrt(2 * Math.PI))];
/** Below this many elements the way into WebAssembly's memory costs more than it saves. */
const worth = 32;
/** Elements in a vector, and how many PyTorch's loops take at a time. */
const [vector, together] = [8, 16];

function plain(of: (x: number) => number): Lane1 {
  return (y, to, n, x, at) => {
    for (let e = 0; e < n; e++) y[to + e] = of(x[at + e]!);
  };
}

function allBelow(bound: number, x: Float32Array, at: number, n: number): boolean {
  for (let e = at; e < at + n; e++) if (!(Math.abs(x[e]!) < bound)) return false;
  return true;
}

/** A curve of which a whole vector is computed in another way where one number of it is far from 0. */
function byVectors(of: (x: number, near: boolean) => number): Lane1 {
  return (y, to, n, x, at) => {
    for (let from = 0; from < n; from += vector) {
      const end = Math.min(n, from + vector);
      const near = allBelow(angles.far, x, at + from, end - from);
      for (let e = from; e < end; e++) y[to + e] = of(x[at + e]!, near);
    }
  };
}

/**
 * A curve as PyTorch's vectors draw it, by WebAssembly SIMD where there is enough to draw and it knows all sizes, which
 * it does below `bound`; bit for bit the plain one.
 */
function curve(name: keyof Curves, slow: Lane1, bound?: number): Lane1 {
  return (y, to, n, x, at) => {
    const kernels = n < worth || (bound !== undefined && !allBelow(bound, x, at, n)) ? null : simd();
    if (kernels === null) {
      slow(y, to, n, x, at);
      return;
    }
    const whole = n & ~3;
    kernels.room(3 * whole);
    const { floats, curves } = kernels;
    floats.set(x.subarray(at, at + whole));
    curves[name](0, 4 * whole, whole, 1);
    y.set(floats.subarray(whole, 2 * whole), to);
    slow(y, to + whole, n - whole, x, at + whole);
  };
}

export const tanh = curve("tanh", plain(exps.tanh));
export const exp = curve("exp", plain(exps.exp));
export const log = curve("log", plain(logs.log));
export const log1p = curve("log1p", plain(logs.log1p));
export const sin = curve("sin", byVectors(angles.sin), angles.far);
export const cos = curve("cos", byVectors(angles.cos), angles.far);
export const tan = byVectors(angles.tan);
export const asin = plain(angles.asin);
export const acos = plain(angles.acos);
export const atan = plain(angles.atan);
export const expm1 = plain(exps.expm1);
export const log2 = plain(logs.log2);
export const log10 = plain(logs.log10);
export const erf = plain(erfs.erf);
export const erfc = plain(erfs.erfc);

/** σ of a float32 where PyTorch calls the C library's exp: one by one, and behind the last two vectors of eight. */
export function sigmoidAlone(x: number): number {
  return 1 / f(1 + libm.exp(-x));
}

/** A curve of which PyTorch's loops leave what does not fill them to the C library. */
function withRest(inVectors: Lane1, alone: (x: number) => number): Lane1 {
  const rest = plain(alone);
  return (y, to, n, x, at) => {
    const whole = n - (n % together);
    inVectors(y, to, whole, x, at);
    rest(y, to + whole, n - whole, x, at + whole);
  };
}

export const sigmoid = withRest(curve("sigmoid", plain(exps.sigmoid)), sigmoidAlone);
export const logWithRest = withRest(log, libm.log);
export const sinh = withRest(plain(exps.sinh), libm.sinh);
export const cosh = withRest(plain(exps.cosh), libm.cosh);

function plain2(of: (a: number, b: number) => number): Lane2 {
  return (y, to, n, a, i, da, b, k, db) => {
    for (let e = 0; e < n; e++) y[to + e] = of(a[i + da * e]!, b[k + db * e]!);
  };
}

/** The same of two operands. */
function withRest2(inVectors: Lane2, alone: (a: number, b: number) => number): Lane2 {
  const rest = plain2(alone);
  return (y, to, n, a, i, da, b, k, db) => {
    const whole = n - (n % together);
    inVectors(y, to, whole, a, i, da, b, k, db);
    rest(y, to + whole, n - whole, a, i + da * whole, da, b, k + db * whole, db);
  };
}

const powers = plain2(logs.pow);
export const pow = withRest2(powers, logs.powAlone);

/** a to the power of a number, which vectors round first. */
export function power(exponent: number): Lane1 {
  const rounded = Float32Array.of(exponent);
  return withRest(
    (y, to, n, x, at) => {
      powers(y, to, n, x, at, 1, rounded, 0, 0);
    },
    (x) => logs.powAlone(x, exponent),
  );
}

/** ln(eᵃ + eᵇ) */
const logaddexpBy = (e: (x: number) => number, ln: (x: number) => number) => (a: number, b: number) =>
  a === b && Math.abs(a) === Infinity ? a : Math.max(a, b) + f(ln(f(1 + e(-Math.abs(f(a - b))))));
export const logaddexp = withRest2(plain2(logaddexpBy(exps.exp, logs.log)), logaddexpBy(libm.exp, libm.log));

/** b to the power a. */
export const rpow: Lane2 = (y, to, n, a, i, da, b, k, db) => {
  pow(y, to, n, b, k, db, a, i, da);
};
export const atan2 = withRest2(plain2(angles.atan2), atan2Alone);

/** gelu of a float32 where PyTorch calls the C library: of one element, and where elements do not lie together. */
function geluAlone(x: number): number {
  return f(x * 0.5) * f(1 + erfAlone(f(x * rootHalf)));
}

/** Its slope. */
function geluSlopeAlone(x: number): number {
  const below = 0.5 * f(1 + erfAlone(f(x * rootHalf)));
  return below + f(x * f(density * libm.exp(f(x * x) * -0.5)));
}

const several = plain(onednn.gelu);
const single = plain(geluAlone);

export const gelu: Lane1 = (y, to, n, x, at) => {
  (n === 1 ? single : several)(y, to, n, x, at);
};

/** g · the slope of gelu */
export const geluSlope: Lane2 = (y, to, n, g, i, dg, x, k, dx) => {
  if (n === 1) y[to] = g[i]! * f(geluSlopeAlone(x[k]!));
  else for (let e = 0; e < n; e++) y[to + e] = g[i + dg * e]! * onednn.geluSlope(x[k + dx * e]!);
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
