import type { DType } from "../dtype";
import { allocate, type Storage } from "../storage";
import { origin, type Strided } from "./loops";

/** A batch of matrices as strides: element (b, i, j) lies at origin + batch[b] + i·row + j·column. */
export interface Matrices {
  readonly x: Strided;
  readonly batches: ArrayLike<number>;
  readonly row: number;
  readonly column: number;
}

/**
 * Batched a·b, (n×k)·(k×m), each element summed sequentially over k in the dtype, product and sum rounded apart
 * as reference BLAS does. `start`, when given, holds what each sum begins with (addmm's bias).
 */
export function gemm(
  a: Matrices,
  b: Matrices,
  n: number,
  k: number,
  m: number,
  dtype: DType,
  start: Matrices | null,
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
        out.data[out.start + (batch * n + i) * m + j] = total;
      }
    }
  }
  return out;
}
