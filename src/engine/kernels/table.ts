import { rounders } from "../dtype";
import { allocate, type Storage } from "../storage";
import { pNorm } from "./fold";
import { fusedIn } from "./fma";
import { packed, type Strided } from "./loops";

/**
 * The rows of `g`, one for each index, added up by index in order, those of index `skip` left out; `byCount` divides
 * each by how often its index comes. As ATen adds them: the product with 1 / count is not rounded before the sum.
 */
export function addedByRow(g: Strided, index: Strided, rows: number, skip: number, byCount: boolean): Storage {
  const { dtype } = g.storage;
  const source = packed(g);
  const at = packed(index);
  const width = g.shape.at(-1) ?? 1;
  const out = allocate(dtype, rows * width);
  const shares = new Float64Array(rows).fill(1);
  if (byCount) {
    const counts = new Int32Array(rows);
    for (const row of at) counts[row]!++;
    const r = rounders[dtype];
    counts.forEach((count, row) => (shares[row] = r(1 / count)));
  }
  const fma = fusedIn(dtype);
  for (let i = 0; i < at.length; i++) {
    const row = at[i]!;
    if (row === skip) continue;
    const share = shares[row]!;
    const to = out.start + row * width;
    for (let j = 0; j < width; j++) {
      const value = source[i * width + j]!;
      if (share === 1) out.data[to + j]! += value;
      else out.data[to + j] = fma(value, share, out.data[to + j]!);
    }
  }
  return out;
}

/** Scales each of these rows whose p-norm is above `most` to that norm, where it lies. Source: ATen/native/Embedding.cpp. */
export function shorten(table: Strided, rows: ReadonlySet<number>, most: number, p: number): void {
  const { storage, shape, strides } = table;
  const r = rounders[storage.dtype];
  const [width, step] = [shape[1]!, strides[1]!];
  for (const row of rows) {
    const offset = table.offset + row * strides[0]!;
    const length = pNorm({ storage, shape: [width], strides: [step], offset }, [0], p);
    const norm = length.data[length.start]!;
    if (!(norm > most)) continue;
    const factor = r(most / (norm + 1e-7));
    for (let j = 0, at = storage.start + offset; j < width; j++, at += step) storage.data[at]! *= factor;
  }
}
