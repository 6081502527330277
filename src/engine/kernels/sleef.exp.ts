const f = Math.fround;

/** a · b + c, rounded once (but for one result in 2²⁹). */
function fused(a: number, b: number, c: number): number {
  return f(a * b + c);
}

const perLog = f(1.4426950408889634);
const highLog = f(-0.693145751953125);
const lowLog = f(-1.428606765330187e-6);
const sixth = f(0.166666659414234);

/** Added to a number and taken away again it leaves the nearest integer, of two the even one. */
const rounder = 1.5 * 2 ** 52;

/** The nearest integer, of two the even one. */
export function nearest(x: number): number {
  return x + rounder - rounder;
}

const single = new Float32Array(1);
const word = new Int32Array(single.buffer);

/** 2 to a whole number from −126 to 127. */
export function powerOfTwo(turns: number): number {
  word[0] = (turns + 127) << 23;
  return single[0]!;
}

/** e^x of a float32 as Sleef's `expf_u10` computes it, which is what PyTorch's vectors call. */
export function exp(x: number): number {
  if (x < -104) return 0;
  if (x > 100) return Infinity;
  const turns = nearest(f(x * perLog));
  const s = fused(turns, lowLog, fused(turns, highLog, x));
  let sum = fused(f(0.00019852761761285365), s, f(0.0013930435525253415));
  sum = fused(sum, s, f(0.008333360776305199));
  sum = fused(sum, s, f(0.041666485369205475));
  sum = fused(sum, s, f(0.1666666716337204));
  sum = fused(sum, s, 0.5);
  const half = turns >> 1;
  return f(f(f(1 + fused(f(s * s), sum, s)) * powerOfTwo(half)) * powerOfTwo(turns - half));
}

/** 1 / (1 + e^−x) of a float32, rounded as PyTorch rounds it. */
export function sigmoid(x: number): number {
  return f(1 / f(1 + exp(f(0 - x))));
}

/** What the number in a pair that was given last rounded off. */
export const low = new Float32Array(1);

/** e^(x + xLow) as a pair. */
export function power(x: number, xLow: number): number {
  const turns = nearest(f(f(x + xLow) * perLog));
  // s = x − turns · ln 2
  const first = f(turns * highLog);
  let s = f(x + first);
  let back = f(s - x);
  let sLow = f(f(f(x - f(s - back)) + f(first - back)) + xLow);
  const second = f(turns * lowLog);
  const before = s;
  s = f(before + second);
  back = f(s - before);
  sLow = f(f(f(before - f(s - back)) + f(second - back)) + sLow);
  // t = e^s − 1 = s + s² · (1/2 + s · (1/6 + s · u))
  let u = fused(f(0.1980960224e-3), s, f(0.1394256484e-2));
  u = fused(u, s, f(0.8333456703e-2));
  u = fused(u, s, f(0.4166637361e-1));
  let product = f(s * u);
  let productLow = fused(sLow, u, fused(s, u, -product));
  let t = f(product + sixth);
  back = f(t - product);
  let tLow = f(f(f(product - f(t - back)) + f(sixth - back)) + productLow);
  product = f(s * t);
  productLow = fused(s, tLow, fused(sLow, t, fused(s, t, -product)));
  t = f(product + 0.5);
  back = f(t - product);
  tLow = f(f(f(product - f(t - back)) + f(0.5 - back)) + productLow);
  const square = f(s * s);
  const squareLow = fused(f(s + s), sLow, fused(s, s, -square));
  product = f(square * t);
  productLow = fused(square, tLow, fused(squareLow, t, fused(square, t, -product)));
  t = f(s + product);
  back = f(t - s);
  tLow = f(f(f(s - f(t - back)) + f(product - back)) + f(sLow + productLow));
  const half = turns >> 1;
  const scale = powerOfTwo(half) * powerOfTwo(turns - half);
  const one = f(1 + t);
  low[0] = f(f(f(1 - one) + t) + tLow) * scale;
  return f(one * scale);
}

/** 1 / (x + xLow) as a pair. */
function reciprocal(x: number, xLow: number): number {
  const inverse = f(1 / x);
  low[0] = inverse * fused(-xLow, inverse, fused(-x, inverse, 1));
  return inverse;
}

/**
 * tanh of a float32 as Sleef's `tanhf_u10` computes it, which is what PyTorch's vectors call: from e^|x| and its
 * reciprocal as pairs of floats, the second of which (`…Low`) holds what the first rounded off.
 */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size > f(8.664339742)) return x < 0 ? -1 : 1;
  const grown = power(size, 0);
  const grownLow = low[0]!;
  const shrunk = reciprocal(grown, grownLow);
  const shrunkLow = low[0]!;
  // (grown − shrunk) / (grown + shrunk)
  const above = f(grown - shrunk);
  const aboveLow = f(f(f(f(grown - above) - shrunk) + grownLow) - shrunkLow);
  const below = f(grown + shrunk);
  const belowLow = f(f(f(f(grown - below) + shrunk) + grownLow) + shrunkLow);
  const inverse = f(1 / below);
  const ratio = f(above * inverse);
  const lost = fused(inverse, above, -ratio);
  const off = fused(-belowLow, inverse, fused(-below, inverse, 1));
  const value = f(ratio + fused(ratio, off, fused(aboveLow, inverse, lost)));
  return x < 0 || Object.is(x, -0) ? -value : value;
}

/** Beyond it e^x is infinite. */
const largest = f(88.72283172607422);

/** sinh x of a float32 as Sleef's `sinhf_u10` computes it. */
export function sinh(x: number): number {
  const size = Math.abs(x);
  if (size > largest) return x < 0 ? -Infinity : Infinity;
  const grown = power(size, 0);
  const grownLow = low[0]!;
  const shrunk = reciprocal(grown, grownLow);
  const twice = f(grown - shrunk);
  const value = f(twice + f(f(f(f(grown - twice) - shrunk) + grownLow) - low[0]!)) / 2;
  return x < 0 || Object.is(x, -0) ? -value : value;
}

/** cosh x of a float32 as Sleef's `coshf_u10` computes it. */
export function cosh(x: number): number {
  const size = Math.abs(x);
  if (size > largest) return Infinity;
  const grown = power(size, 0);
  const grownLow = low[0]!;
  return f(grown + grownLow + reciprocal(grown, grownLow) + low[0]!) / 2;
}

/** e^x − 1 of a float32 as Sleef's `expm1f_u10` computes it. */
export function expm1(x: number): number {
  if (x > largest) return Infinity;
  if (x < f(-16.63553233343868)) return -1;
  if (Object.is(x, -0)) return x;
  const grown = power(x, 0);
  return f(grown - 1 + low[0]!);
}
