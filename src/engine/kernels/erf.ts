import { fma32 as fused } from "./fma";
import { exp, log } from "./libm";
import { erf as erfOf } from "./libm.erf";

const twoOverRootPi = 2 / Math.sqrt(Math.PI);

/** Σ 2ⁿx²ⁿ⁺¹ / (2n+1)!! · e^(−x²) · 2/√π: all terms positive, so nothing cancels (DLMF 7.6.2). */
function series(x: number): number {
  const square = x * x;
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * square) / (2 * n + 1);
    sum += term;
  }
  return twoOverRootPi * Math.exp(-square) * sum;
}

/** The continued fraction of erfc for x ≥ 2 (DLMF 7.9.1), from its tail. */
function fraction(x: number): number {
  const square = x * x;
  let tail = 0;
  for (let k = 60; k >= 1; k--) tail = k / 2 / (x + tail);
  return Math.exp(-square) / ((x + tail) * Math.sqrt(Math.PI));
}

/** The error function 2/√π ∫₀ˣ e^(−t²) dt in float64. */
export function erf(x: number): number {
  if (x !== x || x === 0) return x;
  const size = Math.abs(x);
  const value = size < 2 ? series(size) : size > 6 ? 1 : 1 - fraction(size);
  return x < 0 ? -value : value;
}

/** 1 − erf(x) in float64, exact in its far tail too. */
export function erfc(x: number): number {
  if (x !== x) return x;
  return x < 2 ? 1 - erf(x) : x > 27 ? 0 : fraction(x);
}

/** The x with erf(x) = y: Giles' approximation, then Newton on whichever of erf and erfc is small there. */
export function erfinv(y: number): number {
  if (!(Math.abs(y) < 1)) return y === 1 ? Infinity : y === -1 ? -Infinity : NaN;
  if (y === 0) return y;
  const size = Math.abs(y);
  const w = Math.log1p(-size * size) / 2 + 2 / (Math.PI * 0.147);
  let x = Math.sqrt(Math.sqrt(w * w - Math.log1p(-size * size) / 0.147) - w);
  for (let step = 0; step < 4; step++) {
    const off = x < 2 ? erf(x) - size : 1 - size - erfc(x);
    const slope = twoOverRootPi * Math.exp(-x * x);
    const move = off / slope;
    x -= move / (1 + x * move);
  }
  return y < 0 ? -x : x;
}

const f = Math.fround;
const [a0, a1, a2, a3] = [f(0.886226899), f(-1.645349621), f(0.914624893), f(-0.140543331)];
const [b0, b1, b2, b3] = [f(-2.118377725), f(1.442710462), f(-0.329097515), f(0.012229801)];
const [c0, c1, c2, c3] = [f(-1.970840454), f(-1.624906493), f(3.429567803), f(1.641345311)];
const [d0, d1] = [f(3.5438892), f(1.6370678)];

/** The same of a float32 as ATen's calc_erfinv (Math.h) rounds it: a rational function, and two steps of Newton's. */
export function erfinv32(y: number): number {
  const size = Math.abs(y);
  if (!(size < 1)) return erfinv(y);
  let x: number;
  if (size <= f(0.7)) {
    const z = f(y * y);
    const above = fused(fused(fused(a3, z, a2), z, a1), z, a0);
    const below = fused(fused(fused(fused(b3, z, b2), z, b1), z, b0), z, 1);
    x = f(f(y * above) / below);
  } else {
    const z = f(Math.sqrt(-log(f(f(1 - size) / 2))));
    const above = fused(fused(fused(c3, z, c2), z, c1), z, c0);
    const below = fused(fused(d1, z, d0), z, 1);
    x = f((y < 0 ? -above : above) / below);
  }
  for (let step = 0; step < 2; step++) {
    const slope = f(f(twoOverRootPi) * exp(f(-x * x)));
    x = f(x - f(f(erfOf(x) - y) / slope));
  }
  return x;
}
