import { numel, rowMajor, type Shape } from "../shape";
import { allocate, type Storage } from "../storage";
import { packed, type Strided } from "./loops";

/** Rising, NaN behind everything, as PyTorch sorts. */
function rising(a: number, b: number): number {
  if (a !== a) return b !== b ? 0 : 1;
  return b !== b ? -1 : a < b ? -1 : a > b ? 1 : 0;
}

/** For every row along `dim`: the positions of its first `count` elements in order, equal ones as they stood. */
export function ordered(x: Strided, dim: number, descending: boolean, count: number): Storage {
  const data = packed(x);
  const length = x.shape[dim] ?? 1;
  const step = rowMajor(x.shape)[dim] ?? 1;
  const target = x.shape.map((size, d) => (d === dim ? count : size));
  const out = allocate("int64", numel(target));
  const many = length === 0 ? 0 : data.length / length;
  const places = Array.from({ length }, (_, k) => k);
  for (let i = 0; i < many; i++) {
    const block = Math.floor(i / step);
    const from = block * step * length + (i % step);
    const order = [...places].sort((p, q) => {
      const compared = rising(data[from + p * step]!, data[from + q * step]!);
      return descending ? -compared : compared;
    });
    const to = out.start + block * step * count + (i % step);
    for (let k = 0; k < count; k++) out.data[to + k * step] = order[k]!;
  }
  return out;
}

/** Where along `dim` each running extreme lies; a later equal takes over, and a later NaN. */
export function runningBest(x: Strided, dim: number, better: (a: number, b: number) => boolean): Storage {
  const data = packed(x);
  const length = x.shape[dim] ?? 1;
  const step = rowMajor(x.shape)[dim] ?? 1;
  const out = allocate("int64", data.length);
  const many = length === 0 ? 0 : data.length / length;
  for (let i = 0; i < many; i++) {
    const from = Math.floor(i / step) * step * length + (i % step);
    let best = 0;
    for (let k = 0; k < length; k++) {
      const held = data[from + best * step]!;
      const value = data[from + k * step]!;
      if (value !== value || (held === held && better(value, held))) best = k;
      out.data[out.start + from + k * step] = best;
    }
  }
  return out;
}

/** For each value, how many elements of its sorted row lie before it (`right`: or equal it). */
export function insertion(sorted: Strided, values: Strided, right: boolean, shape: Shape): Storage {
  const line = packed(sorted);
  const data = packed(values);
  const out = allocate("int64", numel(shape));
  const length = sorted.shape.at(-1) ?? 1;
  const each = sorted.shape.length > 1 ? (values.shape.at(-1) ?? 1) : data.length;
  for (let i = 0; i < data.length; i++) {
    const from = each === 0 ? 0 : Math.floor(i / each) * length;
    let low = 0;
    let high = length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const compared = rising(line[from + middle]!, data[i]!);
      if (compared < 0 || (right && compared === 0)) low = middle + 1;
      else high = middle;
    }
    out.data[out.start + i] = low;
  }
  return out;
}

/** For every row along `dim`: where its element of rank `k` (from 0) lies; null for the lower median, or the first NaN. */
export function atRank(x: Strided, dim: number, k: number | null): Storage {
  const length = x.shape[dim] ?? 1;
  const order = ordered(x, dim, false, length);
  const data = packed(x);
  const step = rowMajor(x.shape)[dim] ?? 1;
  const many = length === 0 ? 0 : data.length / length;
  const out = allocate("int64", many);
  for (let i = 0; i < many; i++) {
    const from = Math.floor(i / step) * step * length + (i % step);
    let rank = k ?? (length - 1) >> 1;
    if (k === null) {
      const nans = countNaN(data, from, step, length);
      if (nans > 0) rank = length - nans;
    }
    out.data[out.start + i] = order.data[order.start + from + rank * step]!;
  }
  return out;
}

function countNaN(data: ArrayLike<number>, from: number, step: number, length: number): number {
  let count = 0;
  for (let k = 0; k < length; k++) if (Number.isNaN(data[from + k * step]!)) count++;
  return count;
}
