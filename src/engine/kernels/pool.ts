import type { DType, Round } from "../dtype";
import { rounders } from "../dtype";
import { numel } from "../shape";
import { allocate, type Storage } from "../storage";
import { packed, type Strided } from "./loops";

/** The windows along one dim: output k covers `starts[k]`, `starts[k] + step`, … below `ends[k]`. */
export interface Windows {
  readonly size: number;
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly step: number;
  /** How many elements each window counts as. */
  readonly counts: readonly number[];
}

/** How the counts of rows and columns divide a sum: as one product, or one after the other (adaptive pools). */
export type Divide = (sum: number, rows: number, columns: number, r: Round) => number;

/** Sum divided once by the product of the counts. */
export const byArea: Divide = (sum, rows, columns) => sum / (rows * columns);

/** Sum divided by the rows, then by the columns, as ATen's adaptive pools do. */
export const bySides: Divide = (sum, rows, columns, r) => r(sum / rows) / columns;

function planesOf(x: Strided): number {
  return numel(x.shape.slice(0, -2));
}

/** The largest element of every window and where in its plane it lies: the first of equals, the last NaN. */
export function largest(x: Strided, rows: Windows, columns: Windows): { values: Storage; indices: Storage } {
  const source = packed(x);
  const planes = planesOf(x);
  const [height, width] = [rows.starts.length, columns.starts.length];
  const values = allocate(x.storage.dtype, planes * height * width);
  const indices = allocate("int64", planes * height * width);
  let out = 0;
  for (let p = 0; p < planes; p++) {
    const plane = p * rows.size * columns.size;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++, out++) {
        let best = -Infinity;
        let at = rows.starts[i]! * columns.size + columns.starts[j]!;
        for (let y = rows.starts[i]!; y < rows.ends[i]!; y += rows.step) {
          for (let z = columns.starts[j]!; z < columns.ends[j]!; z += columns.step) {
            const value = source[plane + y * columns.size + z]!;
            if (value > best || value !== value) {
              best = value;
              at = y * columns.size + z;
            }
          }
        }
        values.data[values.start + out] = best;
        indices.data[indices.start + out] = at;
      }
    }
  }
  return { values, indices };
}

/** The sum of every window, divided by its count as its plane divides. */
export function averages(x: Strided, rows: Windows, columns: Windows, dividing: (plane: number) => Divide): Storage {
  const source = packed(x);
  const planes = planesOf(x);
  const r = rounders[x.storage.dtype];
  const [height, width] = [rows.starts.length, columns.starts.length];
  const values = allocate(x.storage.dtype, planes * height * width);
  let out = values.start;
  for (let p = 0; p < planes; p++) {
    const plane = p * rows.size * columns.size;
    const divide = dividing(p);
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++, out++) {
        let total = 0;
        for (let y = rows.starts[i]!; y < rows.ends[i]!; y++) {
          for (let z = columns.starts[j]!; z < columns.ends[j]!; z++) {
            total = r(total + source[plane + y * columns.size + z]!);
          }
        }
        values.data[out] = divide(total, rows.counts[i]!, columns.counts[j]!, r);
      }
    }
  }
  return values;
}

/** Each element of `g` divided by its window's count and added to all of the window. */
export function shared(g: Strided, rows: Windows, columns: Windows, divide: Divide, dtype: DType): Storage {
  const source = packed(g);
  const planes = planesOf(g);
  const r = rounders[dtype];
  const area = rows.size * columns.size;
  const out = allocate(dtype, planes * area);
  let at = 0;
  for (let p = 0; p < planes; p++) {
    const plane = out.start + p * area;
    for (let i = 0; i < rows.starts.length; i++) {
      for (let j = 0; j < columns.starts.length; j++, at++) {
        const part = r(divide(source[at]!, rows.counts[i]!, columns.counts[j]!, r));
        for (let y = rows.starts[i]!; y < rows.ends[i]!; y++) {
          for (let z = columns.starts[j]!; z < columns.ends[j]!; z++) out.data[plane + y * columns.size + z]! += part;
        }
      }
    }
  }
  return out;
}
