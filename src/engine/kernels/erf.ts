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
