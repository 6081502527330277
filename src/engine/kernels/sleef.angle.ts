// Angles of float32 as Sleef's `…f8_u10` compute them, which is what PyTorch's vectors call. Where Sleef holds a number as
// a pair of floats, it is a double here: it loses less, and only what single floats see of a pair is rounded as there.
import { fused } from "./fma";
import { nearest } from "./sleef.exp";

const f = Math.fround;

const perPi = f(1 / Math.PI);
const [piHigh, piMiddle, piLow] = [f(3.1414794921875), f(0.0001131594181060791), f(1.984187258941006e-9)];
const [halfHigh, halfMiddle, halfLow] = [piHigh / 2, piMiddle / 2, piLow / 2];
const [seventh, sine5, sine3] = [f(2.6083159809786594e-6), f(-0.00019810690719168633), f(0.00833307858556509)];
const sine1 = f(-0.16666659712791443);
/** Where Sleef takes numbers into the first half turn in another way. */
export const far = 125;

/** sin of a pair of floats within a quarter turn, times `sign`. */
function sine(t: number, tLow: number, sign: number): number {
  const square = f(t * t);
  const squareLow = fused(f(t + t), tLow, fused(t, t, -square));
  const u = fused(fused(seventh, square, sine5), square, sine3);
  const step = f(u * square);
  const factor = f(sine1 + step);
  const factorLow = f(f(sine1 - factor) + step);
  const product = f(factor * square);
  const productLow = fused(factor, squareLow, fused(factorLow, square, fused(factor, square, -product)));
  const x = f(1 + product);
  const xLow = f(f(f(1 - x) + product) + productLow);
  return sign * fused(t, x, fused(tLow, x, f(t * xLow)));
}

/** What is left of an angle of which `cos` and `sin` are known. */
function left(sin: number, cos: number, sign: number): number {
  const angle = Math.atan2(sin, cos);
  const t = f(angle);
  return sine(t, f(angle - t), sign);
}

/** sin x of a float32, `near` where it and what lies beside it in a vector are below {@link far}. */
export function sin(x: number, near = Math.abs(x) < far): number {
  if (x === 0) return x;
  if (!near) {
    const [a, b] = [Math.sin(x), Math.cos(x)];
    return b < 0 ? left(-a, -b, -1) : left(a, b, 1);
  }
  const turns = nearest(f(x * perPi));
  const first = fused(turns, -piHigh, x);
  const second = f(turns * -piMiddle);
  const s = f(first + second);
  const back = f(s - first);
  const sLow = f(f(first - f(s - back)) + f(second - back));
  const third = f(turns * -piLow);
  const t = f(s + third);
  return sine(t, f(f(f(s - t) + third) + sLow), turns % 2 === 0 ? 1 : -1);
}

/** cos x of a float32, `near` as with {@link sin}. */
export function cos(x: number, near = Math.abs(x) < far): number {
  if (!near) {
    const [a, b] = [Math.sin(x), Math.cos(x)];
    return a < 0 ? left(b, -a, 1) : left(-b, a, -1);
  }
  const turns = 2 * nearest(fused(x, perPi, -0.5)) + 1;
  let s = x;
  let sLow = 0;
  for (const part of [halfHigh, halfMiddle, halfLow]) {
    const next = f(turns * -part);
    const sum = f(s + next);
    const back = f(sum - s);
    sLow = f(f(f(s - f(sum - back)) + f(next - back)) + sLow);
    s = sum;
  }
  return sine(s, sLow, (turns & 2) === 0 ? -1 : 1);
}

const perQuarter = f(2 / Math.PI);
const [t0, t1, t2] = [f(0.3333336114883423), f(0.13332566618919373), f(0.05406871438026428)];
const [t3, t4] = [f(0.021236030384898186), f(0.01096392422914505)];
const [t5, t6] = [f(-8.392018207814544e-5), f(0.004466364625841379)];

/** tan of an angle within an eighth of a turn. */
function tangent(s: number): number {
  const square = s * s;
  const q = f(square);
  const u = fused(fused(fused(fused(t6, q, t5), q, t4), q, t3), q, t2);
  return s * (1 + square * (t0 + square * (t1 + f(u * q))));
}

/** tan x of a float32, `near` as with {@link sin}. */
export function tan(x: number, near = Math.abs(x) < far): number {
  if (x === 0) return x;
  if (!near) {
    const [a, b] = [Math.sin(x), Math.cos(x)];
    if (Math.abs(a) > Math.abs(b)) return f(-1 / tangent(Math.atan2(a < 0 ? b : -b, Math.abs(a))));
    return f(tangent(Math.atan2(b < 0 ? -a : a, Math.abs(b))));
  }
  const turns = nearest(f(x * perQuarter));
  const s = tangent(fused(turns, -halfHigh, x) + f(turns * -halfMiddle) + f(turns * -halfLow));
  return f(turns % 2 === 0 ? s : -1 / s);
}

const [a1, a2, a3] = [f(0.1666677296), f(0.7495029271e-1), f(0.4547423869e-1)];
const [a4, a5] = [f(0.2424046025e-1), f(0.4197454825e-1)];

/** √x as Sleef's single floats see it. */
function rootHigh(x: number): number {
  const t = f(Math.sqrt(x));
  return f(f(x + f(t * t)) * f(1 / t)) / 2;
}

/** asin of the size of x below ½, or half of what it is short of π/2: the root and what comes after it. */
function arc(square: number, high: number): number {
  const u = fused(fused(fused(fused(a5, square, a4), square, a3), square, a2), square, a1);
  return f(u * f(square * high));
}

/** asin x of a float32. */
export function asin(x: number): number {
  const size = Math.abs(x);
  if (!(size < 1)) return size === 1 ? f(x * (Math.PI / 2)) : NaN;
  if (size < 0.5) return Math.sign(x) * f(size + arc(f(size * size), size)) || x;
  const square = f(f(1 - size) * 0.5);
  return Math.sign(x) * f(Math.PI / 4 - Math.sqrt(square) - arc(square, rootHigh(square))) * 2;
}

/** acos x of a float32. */
export function acos(x: number): number {
  const size = Math.abs(x);
  if (!(size < 1)) return size === 1 ? (x < 0 ? f(Math.PI) : 0) : NaN;
  if (size < 0.5) return f(Math.PI / 2 - (x + Math.sign(x) * arc(f(size * size), size)));
  const square = f(f(1 - size) * 0.5);
  const angle = 2 * (Math.sqrt(square) + arc(square, rootHigh(square)));
  return f(x < 0 ? Math.PI - angle : angle);
}

const [b0, b1, b2] = [f(-0.3333328664302826), f(0.19998319447040558), f(-0.1426268219947815)];
const [b3, b4, b5] = [f(0.10946355760097504), f(-0.08389507234096527), f(0.057736508548259735)];
const [b6, b7, b8] = [f(-0.030956460162997246), f(0.010790090076625347), f(-0.0017639790894463658)];

/** The angle of (x, y), y ≥ 0. */
function angle(y: number, x: number): number {
  const steep = Math.abs(x) < y;
  const n = steep ? -Math.abs(x) : y;
  const d = steep ? y : Math.abs(x);
  const inverse = f(1 / d);
  const high = f(n * inverse);
  const s = high + fused(high, fused(-d, inverse, 1), fused(inverse, n, -high));
  const square = s * s;
  const q = f(square);
  const u = fused(fused(fused(fused(b8, q, b7), q, b6), q, b5), q, b4);
  const t = s * (1 + square * (b0 + f(fused(fused(fused(u, q, b3), q, b2), q, b1) * q)));
  return f(((x < 0 ? -2 : 0) + (steep ? 1 : 0)) * (Math.PI / 2) + t);
}

/** atan x of a float32. */
export function atan(x: number): number {
  if (x === 0) return x;
  if (Math.abs(x) === Infinity) return f(x > 0 ? Math.PI / 2 : -Math.PI / 2);
  return x < 0 ? -angle(-x, 1) : angle(x, 1);
}

/** atan2 of float32. */
export function atan2(y: number, x: number): number {
  const scale = Math.abs(x) < 2.938737278354183e-39 ? 2 ** 24 : 1;
  const size = f(Math.abs(y) * scale);
  if (x === 0 || y === 0 || !Number.isFinite(x) || !Number.isFinite(size)) return f(Math.atan2(y, x));
  const a = angle(size, f(x * scale));
  return x < 0 === y < 0 ? a : -a;
}
