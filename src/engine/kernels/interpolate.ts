import { type Buffer, type DType, type Round, rounders } from "../dtype";
import { numel } from "../shape";
import { allocate, type Storage } from "../storage";
import { type Fused, fma64, fusedIn } from "./fma";
import { packed, type Strided } from "./loops";
import type { Taps } from "./taps";

/** One dim after the other, the last first, each result rounded: ATen's kernel for separable interpolations. */
export function separately(x: Strided, dims: readonly Taps[]): Storage {
  const { dtype } = x.storage;
  const first = x.shape.length - dims.length;
  const shape = [...x.shape];
  let source = packed(x);
  let made = allocate(dtype, 0);
  for (let k = dims.length - 1; k >= 0; k--) {
    const taps = dims[k]!;
    const [outer, inner] = [numel(shape.slice(0, first + k)), numel(shape.slice(first + k + 1))];
    made = allocate(dtype, outer * taps.length * inner);
    along(source, made, taps, outer, inner);
    source = made.data.subarray(made.start, made.start + made.length);
    shape[first + k] = taps.length;
  }
  return made;
}

function along(source: Buffer, out: Storage, { size, length, count, at, weights }: Taps, outer: number, inner: number) {
  const r = rounders[out.dtype];
  const fma = fusedIn(out.dtype);
  let to = out.start;
  for (let o = 0; o < outer; o++) {
    const plane = o * size * inner;
    for (let i = 0; i < length; i++) {
      const first = i * count;
      for (let j = 0; j < inner; j++, to++) {
        let total = source[plane + at[first]! * inner + j]!;
        if (count > 1) {
          total = fma(total, weights[first]!, r(source[plane + at[first + 1]! * inner + j]! * weights[first + 1]!));
          for (let k = first + 2; k < first + count; k++)
            total = fma(source[plane + at[k]! * inner + j]!, weights[k]!, total);
        }
        out.data[to] = total;
      }
    }
  }
}

type Visit = (out: number, at: readonly number[], weights: readonly number[]) => void;

/** Visits each element of a plane's output with all it is made of, the first dim slowest, and the products of their weights. */
function corners(dims: readonly Taps[], r: Round, visit: Visit): void {
  let out = 0;
  const down = (d: number, places: readonly number[], shares: readonly number[]): void => {
    const taps = dims[d];
    if (taps === undefined) {
      visit(out++, places, shares);
      return;
    }
    const { size, length, count, at, weights } = taps;
    for (let i = 0; i < length; i++) {
      const own = Array.from({ length: count }, (_, k) => i * count + k);
      down(
        d + 1,
        places.flatMap((place) => own.map((k) => place * size + at[k]!)),
        shares.flatMap((share) => own.map((k) => r(share * weights[k]!))),
      );
    }
  };
  down(0, [0], [1]);
}

function area(dims: readonly Taps[], of: "size" | "length"): number {
  return dims.reduce((product, taps) => product * taps[of], 1);
}

/**
 * All corners at once by the products of their weights: ATen's linear kernel for channels that lie last in memory. Whole
 * vectors of channels begin at the last corner; what they leave over is summed in float64 from the first.
 */
export function together(x: Strided, dims: readonly Taps[]): Storage {
  const { dtype } = x.storage;
  const source = packed(x);
  const [batch = 1, channels = 1] = x.shape;
  const [own, each] = [area(dims, "size"), area(dims, "length")];
  const out = allocate(dtype, batch * channels * each);
  const lanes = dtype === "float32" ? 8 : 4;
  const vectors = channels - (channels % lanes);
  const r = rounders[dtype];
  const fma = fusedIn(dtype);
  corners(dims, r, (place, at, weights) => {
    for (let plane = 0; plane < batch * channels; plane++) {
      const values = at.map((k) => source[plane * own + k]!);
      out.data[out.start + plane * each + place] =
        plane % channels < vectors ? backwards(values, weights, r, fma) : forwards(values, weights);
    }
  });
  return out;
}

function backwards(values: readonly number[], weights: readonly number[], r: Round, fma: Fused): number {
  const last = values.length - 1;
  let total = fma(values[last]!, weights[last]!, r(values[last - 1]! * weights[last - 1]!));
  for (let k = last - 2; k >= 0; k--) total = fma(values[k]!, weights[k]!, total);
  return total;
}

function forwards(values: readonly number[], weights: readonly number[]): number {
  let total = fma64(values[0]!, weights[0]!, values[1]! * weights[1]!);
  for (let k = 2; k < values.length; k++) total = fma64(values[k]!, weights[k]!, total);
  return total;
}

/** Each element of `g` added to all that it was made of, by the same weights. */
export function shared(g: Strided, dims: readonly Taps[], planes: number, dtype: DType): Storage {
  const source = packed(g);
  const [own, each] = [area(dims, "size"), area(dims, "length")];
  const out = allocate(dtype, planes * own);
  const fma = fusedIn(dtype);
  corners(dims, rounders[dtype], (place, at, weights) => {
    for (let plane = 0; plane < planes; plane++) {
      const value = source[plane * each + place]!;
      for (const [k, to] of at.entries()) {
        const cell = out.start + plane * own + to;
        out.data[cell] = fma(weights[k]!, value, out.data[cell]!);
      }
    }
  });
  return out;
}

/** The same for cubic weights, column by column and nothing contracted, as ATen adds them. */
export function sharedCubic(g: Strided, rows: Taps, columns: Taps, planes: number, dtype: DType): Storage {
  const source = packed(g);
  const r = rounders[dtype];
  const own = rows.size * columns.size;
  const out = allocate(dtype, planes * own);
  let from = 0;
  for (let plane = 0; plane < planes; plane++) {
    const first = out.start + plane * own;
    for (let i = 0; i < rows.length; i++) {
      for (let j = 0; j < columns.length; j++, from++) {
        for (let x = j * 4; x < j * 4 + 4; x++) {
          for (let y = i * 4; y < i * 4 + 4; y++) {
            const part = r(r(source[from]! * rows.weights[y]!) * columns.weights[x]!);
            out.data[first + rows.at[y]! * columns.size + columns.at[x]!]! += part;
          }
        }
      }
    }
  }
  return out;
}
