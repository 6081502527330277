import { fused } from "./fma";
import { nearest, powerOfTwo } from "./sleef.exp";

const f = Math.fround;

const [ln2, ln2Low] = [f(0.6931471824645996), f(-1.904654323148236e-9)];
const [fifth, third, second] = [f(0.3027294874), f(0.3996108174), f(0.666669488)];
const overThreeQuarters = f(1 / 0.75);
const single = new Float32Array(1);
const word = new Int32Array(single.buffer);

/** The power of 2 that takes a normal x into [3/4, 3/2). */
function turnsOf(x: number): number {
  single[0] = x * overThreeQuarters;
  return ((word[0]! >> 23) & 255) - 127;
}

/** How often 2 was taken out of the number that was reduced last. */
let turns = 0;

/** x > 0 without powers of 2, in [3/4, 3/2). */
function reduced(x: number): number {
  const small = x < 2 ** -126;
  const big = small ? x * 2 ** 64 : x;
  const taken = turnsOf(big);
  single[0] = big;
  word[0]! -= taken << 23;
  turns = small ? taken - 64 : taken;
  return single[0];
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
  const part = reduced(x);
  const less = f(part - 1);
  const lessLow = f(f(-1 - f(less - f(less + 1))) + f(part - f(less + 1)));
  const more = f(1 + part);
  const moreLow = f(f(1 - f(more - f(more - 1))) + f(part - f(more - 1)));
  return logarithm(less, lessLow, more, moreLow, turns);
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

/** (m − 1) / (m + 1) as Sleef's single floats see it; the rest of the pair is in the double that it is elsewhere. */
function tangent(m: number): number {
  return f(f(m - 1) * f(1 / f(m + 1)));
}

/** A logarithm of a float32 from what a turn and a tangent are worth in it. */
function toBase(x: number, turn: number, part: number, [k1, k2, k3]: readonly [number, number, number]): number {
  if (!(x > 0)) return x === 0 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const m = reduced(x);
  const t = tangent(m);
  const square = f(t * t);
  const series = fused(fused(k3, square, k2), square, k1);
  return f(turns * turn + ((m - 1) / (m + 1)) * part + f(f(square * t) * series));
}

const twos = [f(0.961801290512), f(0.5764790177), f(0.4374550283)] as const;
const tens = [f(0.2895309627), f(0.1735493541), f(0.1314289868)] as const;

/** log₂ x of a float32 as Sleef's `log2f_u10` computes it. */
export function log2(x: number): number {
  return toBase(x, 1, 2.88539007599314, twos);
}

/** log₁₀ x of a float32 as Sleef's `log10f_u10` computes it. */
export function log10(x: number): number {
  return toBase(x, 0.30102999566398125, 0.8685889623050311, tens);
}

const [l1, l2, l3] = [f(0.4000079929828644), f(0.2851126790046692), f(0.2403203547000885)];

/** ln x of x > 0 to twice the digits of a float. */
function precisely(x: number): number {
  const m = reduced(x);
  const t = tangent(m);
  const q = f(t * t);
  const r = (m - 1) / (m + 1);
  const square = r * r;
  const series = square * fused(fused(l3, q, l2), q, l1) + 0.6666666306220754;
  return turns * (ln2 + ln2Low) + 2 * r + square * r * series;
}

const [e1, e2, e3] = [f(0.49999985098838806), f(0.16666552424430847), f(0.04167108237743378)];
const [e4, e5] = [f(0.00836596917361021), f(0.0013632464688271284)];

/** e^x of x with twice the digits of a float. */
function power(x: number): number {
  if (x < -104) return 0;
  if (x > 104) return Infinity;
  const twos = nearest(f(f(x) * f(Math.LOG2E)));
  const s = x - twos * 0.693145751953125 - f(twos * f(1.428606765330187e-6));
  const t = f(s);
  const u = fused(fused(fused(fused(e5, t, e4), t, e3), t, e2), t, e1);
  // Sleef multiplies by far powers of 2 in steps, each of which rounds what is subnormal.
  const steps = Math.trunc(twos / 64) * 16;
  const step = powerOfTwo(steps);
  return f(f(f(1 + (s + s * s * u)) * step * step * step * step) * powerOfTwo(twos - 4 * steps));
}

/** x^y of float32 as Sleef's `powf_u10` computes it. */
export function pow(x: number, y: number): number {
  const size = Math.abs(x);
  if (y === 0 || size === 1 || x === 0 || !Number.isFinite(x) || !Number.isFinite(y)) return powAlone(x, y);
  if (x < 0 && !Number.isInteger(y)) return NaN;
  const value = power(precisely(size) * y);
  return x < 0 && y % 2 !== 0 ? -value : value;
}

/** C's pow: 1 to any power is 1, and so is any base to the power 0. */
export function powAlone(x: number, n: number): number {
  return x === 1 || (x === -1 && Math.abs(n) === Infinity) ? 1 : x ** n;
}
