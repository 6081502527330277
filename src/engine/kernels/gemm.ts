import type { DType } from "../dtype";
import { allocate, copyOf, type Storage } from "../storage";
import { origin, type Strided } from "./loops";
import { simd } from "./simd";

/** A batch of matrices as strides: element (b, i, j) lies at origin + batch[b] + i·row + j·column. */
export interface Matrices {
  readonly x: Strided;
  readonly batches: ArrayLike<number>;
  readonly row: number;
  readonly column: number;
}

/** Products below this many multiplications are not worth the way into WebAssembly's memory. */
const worth = 512;

/**
 * Batched a·b, (n×k)·(k×m), each element summed sequentially over k in the dtype, product and sum rounded apart
 * as reference BLAS does. `start`, when given, holds what each sum begins with, `end` what is added last (addmm's bias).
 */
export function gemm(
  a: Matrices,
  b: Matrices,
  n: number,
  k: number,
  m: number,
  dtype: DType,
  start: Matrices | null,
  end: Matrices | null = null,
): Storage {
  if (dtype === "float32" && n * k * m >= worth) {
    const made = vectorized(a, b, n, k, m, start, end);
    if (made !== null) return made;
  }
  return plain(a, b, n, k, m, dtype, start, end);
}

/** The product by WebAssembly SIMD, bit for bit the plain one; null where that is not to be had. */
function vectorized(
  a: Matrices,
  b: Matrices,
  n: number,
  k: number,
  m: number,
  start: Matrices | null,
  end: Matrices | null,
): Storage | null {
  const kernels = simd();
  const lengthA = span(a, n, k);
  const lengthB = span(b, k, m);
  // Matrices that lie wide apart would be copied with all that is between them.
  if (kernels === null || lengthA > 2 * n * k + 64 || lengthB > 2 * k * m + 64) return null;
  const work = 4 * Math.ceil(n / 4) * k + 8 * k + 32;
  const atA = padded(work);
  const atB = atA + padded(lengthA);
  const atC = atB + padded(lengthB);
  const atEnd = atC + padded(n * m);
  kernels.room(atEnd + n * m);
  const { floats } = kernels;
  const batches = a.batches.length;
  const out = batches === 1 ? null : allocate("float32", batches * n * m);
  for (let batch = 0; batch < batches; batch++) {
    const fromA = origin(a.x) + a.batches[batch]!;
    const fromB = origin(b.x) + b.batches[batch]!;
    copy(floats, atA, a.x, fromA, lengthA);
    copy(floats, atB, b.x, fromB, lengthB);
    if (start === null) floats.fill(0, atC, atC + n * m);
    else begin(floats, atC, start, n, m);
    kernels.gemm(4 * atA, 4 * a.row, 4 * a.column, 4 * atB, 4 * b.row, 4 * b.column, 4 * atC, n, k, m, 0);
    if (end !== null) {
      // A row that is added to all lies there once.
      const rows = end.row === 0 ? 1 : n;
      begin(floats, atEnd, end, rows, m);
      kernels.addRows(4 * atEnd, rows === 1 ? 0 : 4 * m, 4 * atC, n, m);
    }
    const made = floats.subarray(atC, atC + n * m);
    if (out === null) return copyOf("float32", made);
    out.data.set(made, out.start + batch * n * m);
  }
  return out;
}

/** Floats from a matrix's first element to its last. */
function span({ row, column }: Matrices, rows: number, columns: number): number {
  return (rows - 1) * row + (columns - 1) * column + 1;
}

function padded(count: number): number {
  return (count + 3) & ~3;
}

function copy(floats: Float32Array, to: number, x: Strided, from: number, count: number): void {
  const { data } = x.storage;
  if (count > 32) floats.set(data.subarray(from, from + count), to);
  else for (let i = 0; i < count; i++) floats[to + i] = data[from + i]!;
}

function begin(floats: Float32Array, to: number, start: Matrices, n: number, m: number): void {
  const { data } = start.x.storage;
  const at = origin(start.x);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < m; j++) floats[to + i * m + j] = data[at + i * start.row + j * start.column]!;
}

/** The product by plain loops: the reference. */
function plain(
  a: Matrices,
  b: Matrices,
  n: number,
  k: number,
  m: number,
  dtype: DType,
  start: Matrices | null,
  end: Matrices | null,
): Storage {
  const batches = a.batches.length;
  const out = allocate(dtype, batches * n * m);
  const x = a.x.storage.data;
  const y = b.x.storage.data;
  const single = dtype === "float32";
  for (let batch = 0; batch < batches; batch++) {
    const atA = origin(a.x) + a.batches[batch]!;
    const atB = origin(b.x) + b.batches[batch]!;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < m; j++) {
        let total = start === null ? 0 : start.x.storage.data[origin(start.x) + i * start.row + j * start.column]!;
        let p = atA + i * a.row;
        let q = atB + j * b.column;
        if (single) {
          for (let l = 0; l < k; l++, p += a.column, q += b.row)
            total = Math.fround(total + Math.fround(x[p]! * y[q]!));
        } else {
          for (let l = 0; l < k; l++, p += a.column, q += b.row) total += x[p]! * y[q]!;
        }
        if (end !== null) total += end.x.storage.data[origin(end.x) + i * end.row + j * end.column]!;
        out.data[out.start + (batch * n + i) * m + j] = total;
      }
    }
  }
  return out;
}
