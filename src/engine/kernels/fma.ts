import type { DType } from "../dtype";

const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);
const words = new Uint32Array(double.buffer);
/** What of a double's lower word a float has no room for, and half of it: a tie. */
const [beyond, tie] = [0x1fffffff, 0x10000000];

/** `a·b + c` with one rounding to float32, for float32 operands: what PyTorch's AVX2 build computes. */
export function fma32(a: number, b: number, c: number): number {
  const product = a * b; // exact: 24 + 24 bits
  const sum = product + c;
  double[0] = sum;
  if ((words[0]! & beyond) !== tie && Math.abs(sum) >= 2 ** -126) return Math.fround(sum);
  const part = sum - product;
  const lost = product - (sum - part) + (c - part);
  if (lost === 0 || !Number.isFinite(sum)) return Math.fround(sum);
  // Round to odd first, so that the second rounding cannot meet a false tie.
  if ((bits[0]! & 1n) === 0n) bits[0]! += sum > 0 === lost > 0 ? 1n : -1n;
  return Math.fround(double[0]);
}

/** The same where one result in 2²⁹ may be rounded twice: quicker. */
export function fused(a: number, b: number, c: number): number {
  return Math.fround(a * b + c);
}

/** `a·b + c` in float64, the product kept to twice the precision (Dekker). */
export function fma64(a: number, b: number, c: number): number {
  const product = a * b;
  const sum = product + c;
  const [aHigh, bHigh] = [high(a), high(b)];
  const [aLow, bLow] = [a - aHigh, b - bHigh];
  const error = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
  const part = sum - product;
  const lost = product - (sum - part) + (c - part) + error;
  return Number.isFinite(lost) ? sum + lost : sum;
}

function high(x: number): number {
  const scaled = 134217729 * x;
  return scaled - (scaled - x);
}

/** `a·b + c`, rounded once. */
export type Fused = (a: number, b: number, c: number) => number;

/** a·b + c of a dtype rounded once, as GCC contracts it in ATen's kernels. */
export function fusedIn(dtype: DType): Fused {
  return dtype === "float32" ? fma32 : fma64;
}
