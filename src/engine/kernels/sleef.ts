const f = Math.fround;

/** a · b + c, rounded once (but for one result in 2²⁹). */
function fused(a: number, b: number, c: number): number {
  return f(a * b + c);
}

const perLog = f(1.4426950408889634);
const highLog = f(-0.693145751953125);
const lowLog = f(-1.428606765330187e-6);
const sixth = f(0.166666659414234);

/** The nearest integer, of two the even one. */
function nearest(x: number): number {
  const up = Math.round(x);
  return up - x === 0.5 && up % 2 !== 0 ? up - 1 : up;
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
  return f(f(f(1 + fused(f(s * s), sum, s)) * 2 ** half) * 2 ** (turns - half));
}

/** 1 / (1 + e^−x) of a float32, rounded as PyTorch rounds it. */
export function sigmoid(x: number): number {
  return f(1 / f(1 + exp(f(0 - x))));
}

/**
 * tanh of a float32 as Sleef's `tanhf_u10` computes it, which is what PyTorch's vectors call: from e^|x| and its
 * reciprocal as pairs of floats, the second of which (`…Low`) holds what the first rounded off.
 */
export function tanh(x: number): number {
  const size = Math.abs(x);
  if (size > f(8.664339742)) return x < 0 ? -1 : 1;
  const turns = nearest(f(size * perLog));
  // s = size − turns · ln 2
  const first = f(turns * highLog);
  let s = f(size + first);
  let back = f(s - size);
  let sLow = f(f(size - f(s - back)) + f(first - back));
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
  // grown = e^size, shrunk = 1 / grown
  const power = 2 ** turns;
  const one = f(1 + t);
  const grown = f(one * power);
  const grownLow = f(f(f(f(1 - one) + t) + tLow) * power);
  const shrunk = f(1 / grown);
  const shrunkLow = f(shrunk * fused(-grownLow, shrunk, fused(-grown, shrunk, 1)));
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

const [ln2, ln2Low] = [f(0.6931471824645996), f(-1.904654323148236e-9)];
const [fifth, third, second] = [f(0.3027294874), f(0.3996108174), f(0.666669488)];
const overThreeQuarters = f(1 / 0.75);
const single = new Float32Array(1);
const word = new Int32Array(single.buffer);

/** The power of 2 that takes x into [3/4, 3/2). */
function turnsOf(x: number): number {
  single[0] = x * overThreeQuarters;
  return ((word[0]! >> 23) & 255) - 127;
}

/** turns · ln 2 + 2 · artanh(n / d), n and d as pairs. */
function logarithm(n: number, nLow: number, d: number, dLow: number, turns: number): number {
  const inverse = f(1 / d);
  const x = f(n * inverse);
  const lost = fused(nLow, inverse, fused(inverse, n, -x));
  const xLow = fused(x, fused(-dLow, inverse, fused(-d, inverse, 1)), lost);
  const square = f(x * x);
  const series = fused(fused(fifth, square, third), square, second);
  const whole = f(ln2 * turns);
  const wholeLow = fused(ln2Low, turns, fused(ln2, turns, -whole));
  const main = f(whole + 2 * x);
  const mainLow = f(f(f(f(whole - main) + 2 * x) + wholeLow) + 2 * xLow);
  const rest = f(f(square * x) * series);
  const sum = f(main + rest);
  return f(sum + f(f(f(main - sum) + rest) + mainLow));
}

/** ln x of a float32 as Sleef's `logf_u10` computes it, which is what PyTorch's vectors call. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const small = x < 2 ** -126;
  const big = small ? x * 2 ** 64 : x;
  const turns = turnsOf(big);
  single[0] = big;
  word[0]! -= turns << 23;
  const part = single[0];
  const less = f(part - 1);
  const lessLow = f(f(-1 - f(less - f(less + 1))) + f(part - f(less + 1)));
  const more = f(1 + part);
  const moreLow = f(f(1 - f(more - f(more - 1))) + f(part - f(more - 1)));
  return logarithm(less, lessLow, more, moreLow, small ? turns - 64 : turns);
}

/** ln(1 + x) of a float32 as Sleef's `log1pf_u10` computes it. */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN;
  if (x > f(1e38)) return Infinity;
  if (x === 0) return x;
  const turns = turnsOf(f(x + 1));
  word[0] = (127 - turns) << 23;
  const scale = single[0]!;
  const part = fused(x, scale, f(scale - 1));
  const more = f(2 + part);
  return logarithm(part, 0, more, f(f(2 - more) + part), turns);
}

const perPi = f(1 / Math.PI);
const [piHigh, piMiddle, piLow] = [f(3.1414794921875), f(0.00011315941810607910156), f(1.9841872589410058936e-9)];
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

/** sin x of a float32 as Sleef's `sinf_u10` computes it. */
export function sin(x: number): number {
  if (!(Math.abs(x) < far) || x === 0) return x === 0 ? x : f(Math.sin(x));
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

/** cos x of a float32 as Sleef's `cosf_u10` computes it. */
export function cos(x: number): number {
  if (!(Math.abs(x) < far)) return f(Math.cos(x));
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
