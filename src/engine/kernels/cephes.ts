import { fma32 } from "./fma";

const f = Math.fround;
const float = new Float32Array(1);
const bits = new Int32Array(float.buffer);

const logCoefficients = [
  -1.151461031e-1, 1.167699874e-1, -1.2420140846e-1, 1.4249322787e-1, -1.6668057665e-1, 2.0000714765e-1,
  -2.4999993993e-1, 3.3333331174e-1,
].map(f);
const sinCoefficients = [8.3321608736e-3, -1.6666654611e-1].map(f);
const cosCoefficients = [-1.388731625493765e-3, 4.166664568298827e-2].map(f);

function polynomial(first: number, rest: readonly number[], x: number): number {
  let sum = f(first);
  for (const coefficient of rest) sum = fma32(sum, x, coefficient);
  return sum;
}

/** The natural logarithm of a positive normal float32 as `log256_ps` of avx_mathfun computes it (Cephes `logf`). */
export function logFloat(x: number): number {
  float[0] = x;
  let exponent = (bits[0]! >>> 23) - 0x7e;
  bits[0] = (bits[0]! & ~0x7f800000) | 0x3f000000;
  let mantissa: number = float[0];
  if (mantissa < f(Math.SQRT1_2)) {
    exponent -= 1;
    mantissa = f(f(mantissa - 1) + mantissa);
  } else mantissa = f(mantissa - 1);
  const square = f(mantissa * mantissa);
  let sum = f(polynomial(7.0376836292e-2, logCoefficients, mantissa) * mantissa);
  sum = fma32(sum, square, f(exponent * f(-2.1219444e-4)));
  sum = fma32(-square, 0.5, sum);
  return fma32(exponent, 0.693359375, f(mantissa + sum));
}

/** Sine and cosine of a float32 ≥ 0 as `sincos256_ps` of avx_mathfun computes them (Cephes `sinf`, `cosf`). */
export function sinCosFloat(x: number): readonly [sin: number, cos: number] {
  const octant = (Math.trunc(f(x * f(4 / Math.PI))) + 1) & ~1;
  let rest = fma32(octant, -0.78515625, x);
  rest = fma32(octant, f(-2.418756484985352e-4), rest);
  rest = fma32(octant, f(-3.774894977445941e-8), rest);
  const square = f(rest * rest);
  const even = f(polynomial(2.443315711809948e-5, cosCoefficients, square) * square);
  const cosine = f(fma32(even, square, -f(square * 0.5)) + 1);
  const odd = f(polynomial(-1.9515295891e-4, sinCoefficients, square) * square);
  const sine = fma32(odd, rest, rest);
  const swapped = (octant & 2) !== 0;
  const sinSign = (octant & 4) !== 0 ? -1 : 1;
  const cosSign = ((octant - 2) & 4) === 0 ? -1 : 1;
  return [(swapped ? cosine : sine) * sinSign, (swapped ? sine : cosine) * cosSign];
}
