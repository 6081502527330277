const double = new Float64Array(1);
const bits = new BigInt64Array(double.buffer);

/** `a·b + c` with one rounding to float32, for float32 operands: what PyTorch's AVX2 build computes. */
export function fma32(a: number, b: number, c: number): number {
  const product = a * b; // exact: 24 + 24 bits
  const sum = product + c;
  const part = sum - product;
  const lost = product - (sum - part) + (c - part);
  if (lost === 0 || !Number.isFinite(sum)) return Math.fround(sum);
  // Round to odd first, so that the second rounding cannot meet a false tie.
  double[0] = sum;
  if ((bits[0]! & 1n) === 0n) bits[0]! += sum > 0 === lost > 0 ? 1n : -1n;
  return Math.fround(double[0]);
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
