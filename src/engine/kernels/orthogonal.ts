import { type DType, rounders } from "../dtype";

/**
 * The orthogonal factor of a matrix by Householder reflections (LAPACK's geqrf and orgqr), its columns turned so that the
 * other factor's diagonal is positive; of the transpose when there are fewer rows than columns. Rounded at each step.
 */
export function orthogonal(drawn: readonly number[], rows: number, columns: number, dtype: DType): Float64Array {
  const flat = rows < columns;
  const [m, n] = flat ? [columns, rows] : [rows, columns];
  const r = rounders[dtype];
  const a = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) a[i * n + j] = flat ? drawn[j * columns + i]! : drawn[i * n + j]!;
  const scales = new Float64Array(n);
  for (let k = 0; k < n; k++) scales[k] = reflect(a, m, n, k, r);
  const signs = Float64Array.from({ length: n }, (_, k) => Math.sign(a[k * n + k]!));
  const q = new Float64Array(m * n);
  for (let k = 0; k < n; k++) q[k * n + k] = 1;
  for (let k = n - 1; k >= 0; k--) {
    for (let j = k; j < n; j++) {
      let total = q[k * n + j]!;
      for (let i = k + 1; i < m; i++) total = r(total + r(a[i * n + k]! * q[i * n + j]!));
      const part = r(scales[k]! * total);
      q[k * n + j] = r(q[k * n + j]! - part);
      for (let i = k + 1; i < m; i++) q[i * n + j] = r(q[i * n + j]! - r(a[i * n + k]! * part));
    }
  }
  const out = new Float64Array(m * n);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) out[flat ? j * columns + i : i * n + j] = q[i * n + j]! * signs[j]!;
  }
  return out;
}

/** Reflects column k onto its first element and the columns after it with it; gives the reflection's scale. */
function reflect(a: Float64Array, m: number, n: number, k: number, r: (x: number) => number): number {
  let square = 0;
  for (let i = k + 1; i < m; i++) square = r(square + r(a[i * n + k]! ** 2));
  if (square === 0) return 0;
  const head = a[k * n + k]!;
  const beta = -Math.sign(head || 1) * hypotenuse(Math.abs(head), r(Math.sqrt(square)), r);
  const scale = r(r(beta - head) / beta);
  const factor = r(1 / r(head - beta));
  for (let i = k + 1; i < m; i++) a[i * n + k] = r(a[i * n + k]! * factor);
  a[k * n + k] = beta;
  for (let j = k + 1; j < n; j++) {
    let total = a[k * n + j]!;
    for (let i = k + 1; i < m; i++) total = r(total + r(a[i * n + k]! * a[i * n + j]!));
    const part = r(scale * total);
    a[k * n + j] = r(a[k * n + j]! - part);
    for (let i = k + 1; i < m; i++) a[i * n + j] = r(a[i * n + j]! - r(a[i * n + k]! * part));
  }
  return scale;
}

/** √(a² + b²) as LAPACK's lapy2. */
function hypotenuse(a: number, b: number, r: (x: number) => number): number {
  const [large, small] = a > b ? [a, b] : [b, a];
  return r(large * r(Math.sqrt(r(1 + r(r(small / large) ** 2)))));
}
