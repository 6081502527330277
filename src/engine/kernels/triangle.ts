import type { DType } from "../dtype";
import { rounders } from "../dtype";
import { allocate, type Storage } from "../storage";
import { copied, origin, type Strided } from "./loops";

/** The elements on one side of the diagonal of each matrix, the others zero. */
export function kept(x: Strided, diagonal: number, lower: boolean): Storage {
  const out = copied(x, x.storage.dtype);
  const [rows, columns] = [x.shape.at(-2)!, x.shape.at(-1)!];
  for (let i = 0; i < out.length; i++) {
    const column = i % columns;
    const row = Math.floor(i / columns) % rows;
    if (lower ? column - row > diagonal : column - row < diagonal) out.data[out.start + i] = 0;
  }
  return out;
}

/** The sum of a matrix's diagonal, in doubles for floats as ATen's accumulator. */
export function diagonalSum(x: Strided, dtype: DType): Storage {
  const out = allocate(dtype, 1);
  const n = Math.min(x.shape[0]!, x.shape[1]!);
  let total = 0;
  for (let k = 0; k < n; k++) total += x.storage.data[origin(x) + k * (x.strides[0]! + x.strides[1]!)]!;
  out.data[out.start] = rounders[dtype](total);
  return out;
}
