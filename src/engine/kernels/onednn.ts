// GELU as oneDNN's kernels compute it (`jit_uni_eltwise_injector`, eltwise_gelu_erf, on AVX2 and AVX-512 alike), which is
// what PyTorch calls for contiguous float32 tensors of more than one element: erf after Abramowitz and Stegun, 7.1.26.
import { fused } from "./fma";
import { powerOfTwo } from "./sleef.exp";

const f = Math.fround;
const [perLog, log, smallest] = [f(Math.LOG2E), f(Math.LN2), f(-87.3365478515625)];
const [e1, e2, e3] = [f(0.99999970197677612), f(0.49999150633811951), f(0.16667652130126953)];
const [e4, e5] = [f(0.041897822171449661), f(0.0082892905920743942)];

/** e^x of x ≤ 0. */
function exp(x: number): number {
  if (x < smallest) return 0;
  const turns = Math.floor(f(f(x * perLog) + 0.5));
  const r = fused(-turns, log, x);
  const sum = fused(fused(fused(fused(fused(e5, r, e4), r, e3), r, e2), r, e1), r, 1);
  return f(f(sum * powerOfTwo(turns - 1)) * 2);
}

const [rootHalf, perRootPi, p] = [f(Math.SQRT1_2), f(0.5641895532608032), f(0.3275911)];
const [a1, a2, a3] = [f(0.254829592), f(-0.284496736), f(1.421413741)];
const [a4, a5] = [f(-1.453152027), f(1.061405429)];

/** erf x, given e^(−x²). */
function erf(x: number, bell: number): number {
  const t = f(1 / fused(Math.abs(x), p, 1));
  const r = fused(fused(fused(fused(a5, t, a4), t, a3), t, a2), t, a1);
  const value = fused(f(-bell * t), r, 1);
  return x < 0 || Object.is(x, -0) ? -value : value;
}

/** x · Φ(x) of a float32. */
export function gelu(x: number): number {
  const part = f(x * rootHalf);
  const half = f(x * 0.5);
  return fused(erf(part, exp(f(-part * part))), half, half);
}

/** Its slope Φ(x) + x · φ(x). */
export function geluSlope(x: number): number {
  const part = f(x * rootHalf);
  const bell = exp(f(-part * part));
  return fused(erf(part, bell), 0.5, f(f(f(part * perRootPi) * bell) + 0.5));
}
