import { allocate, type Storage } from "../storage";
import { packed, type Strided } from "./loops";

/** Rows exchanged and factors: P·A = L·U with L below the diagonal of `lu`. */
interface Factored {
  readonly lu: Float64Array;
  readonly order: Int32Array;
  readonly sign: number;
}

/** LU of one n×n matrix in doubles, with partial pivoting. */
function factored(data: ArrayLike<number>, at: number, n: number): Factored {
  const lu = new Float64Array(n * n);
  for (let i = 0; i < n * n; i++) lu[i] = data[at + i]!;
  const order = Int32Array.from({ length: n }, (_, i) => i);
  let sign = 1;
  for (let k = 0; k < n; k++) {
    let best = k;
    for (let i = k + 1; i < n; i++) if (Math.abs(lu[i * n + k]!) > Math.abs(lu[best * n + k]!)) best = i;
    if (best !== k) {
      sign = -sign;
      [order[k], order[best]] = [order[best]!, order[k]!];
      for (let j = 0; j < n; j++) [lu[k * n + j], lu[best * n + j]] = [lu[best * n + j]!, lu[k * n + j]!];
    }
    const pivot = lu[k * n + k]!;
    if (pivot === 0) continue;
    for (let i = k + 1; i < n; i++) {
      const factor = lu[i * n + k]! / pivot;
      lu[i * n + k] = factor;
      for (let j = k + 1; j < n; j++) lu[i * n + j]! -= factor * lu[k * n + j]!;
    }
  }
  return { lu, order, sign };
}

function batches(x: Strided): { data: ArrayLike<number>; n: number; count: number } {
  const n = x.shape.at(-1)!;
  const data = packed(x);
  return { data, n, count: x.shape.slice(0, -2).reduce((product, size) => product * size, 1) };
}

/** The determinant of each matrix; as sign and logarithm of its size when `logarithm` is asked for. */
export function determinants(x: Strided, logarithm: boolean): readonly [Storage, Storage] {
  const { data, n, count } = batches(x);
  const out = allocate(x.storage.dtype, count);
  const signs = allocate(x.storage.dtype, count);
  for (let b = 0; b < count; b++) {
    const { lu, sign } = factored(data, b * n * n, n);
    let total = logarithm ? 0 : sign;
    let turned = sign;
    for (let k = 0; k < n; k++) {
      const pivot = lu[k * n + k]!;
      if (logarithm) total += Math.log(Math.abs(pivot));
      else total *= pivot;
      turned *= Math.sign(pivot);
    }
    out.data[out.start + b] = total;
    signs.data[signs.start + b] = turned;
  }
  return [out, signs];
}

/** X of A·X = B for each pair of an n×n and an n×m matrix; null names the first singular A by its number. */
export function solutions(a: Strided, b: Strided): Storage | number {
  const { data, n, count } = batches(a);
  const right = packed(b);
  const m = b.shape.at(-1)!;
  const out = allocate(a.storage.dtype, count * n * m);
  const x = new Float64Array(n);
  for (let batch = 0; batch < count; batch++) {
    const { lu, order } = factored(data, batch * n * n, n);
    for (let k = 0; k < n; k++) if (lu[k * n + k] === 0) return batch;
    for (let c = 0; c < m; c++) {
      const at = batch * n * m + c;
      for (let i = 0; i < n; i++) {
        let value = right[at + order[i]! * m]!;
        for (let j = 0; j < i; j++) value -= lu[i * n + j]! * x[j]!;
        x[i] = value;
      }
      for (let i = n - 1; i >= 0; i--) {
        let value = x[i]!;
        for (let j = i + 1; j < n; j++) value -= lu[i * n + j]! * x[j]!;
        x[i] = value / lu[i * n + i]!;
      }
      for (let i = 0; i < n; i++) out.data[out.start + at + i * m] = x[i]!;
    }
  }
  return out;
}

/** L of A = L·Lᵀ for each matrix, or the order of the first leading minor that is not positive and the matrix's number. */
export function cholesky(a: Strided): Storage | { readonly minor: number; readonly batch: number } {
  const { data, n, count } = batches(a);
  const out = allocate(a.storage.dtype, count * n * n);
  const l = new Float64Array(n * n);
  for (let batch = 0; batch < count; batch++) {
    const at = batch * n * n;
    l.fill(0);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) {
        let value = data[at + i * n + j]!;
        for (let k = 0; k < j; k++) value -= l[i * n + k]! * l[j * n + k]!;
        if (i === j) {
          if (!(value > 0)) return { minor: i + 1, batch };
          l[i * n + i] = Math.sqrt(value);
        } else l[i * n + j] = value / l[j * n + j]!;
      }
    }
    for (let i = 0; i < n * n; i++) out.data[out.start + at + i] = l[i]!;
  }
  return out;
}
