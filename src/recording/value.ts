import type { DType } from "../engine/observer";
import type { Stats } from "./stats";

export type { Stats } from "./stats";

/** What a tensor held: all its elements in row-major order, or statistics of what was too large to keep. */
export type Value =
  | {
      readonly shape: readonly number[];
      readonly dtype: DType;
      /** int64 as doubles, bool as 0 and 1. */
      readonly data: ArrayLike<number>;
      readonly stats?: undefined;
    }
  | { readonly shape: readonly number[]; readonly dtype: DType; readonly data: null; readonly stats: Stats };

/** How many elements a shape has. */
export function elementsOf(shape: readonly number[]): number {
  let count = 1;
  for (let d = 0; d < shape.length; d++) count *= shape[d] ?? 1;
  return count;
}

/** A strided window on a buffer. */
export interface Window {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

/** Whether a window's elements lie one after the other in row-major order. */
export function isContiguous({ shape, strides }: Window): boolean {
  let step = 1;
  for (let k = shape.length - 1; k >= 0; k--) {
    const size = shape[k] ?? 1;
    if (size === 0) return true;
    if (size !== 1 && strides[k] !== step) return false;
    step *= size;
  }
  return true;
}

/** Whether a window's elements lie without gaps, each once, in whatever order of its dimensions. */
export function isPermuted({ shape, strides, offset }: Window): boolean {
  const order = shape.map((_, k) => k).sort((a, b) => (strides[b] ?? 0) - (strides[a] ?? 0));
  return isContiguous({ shape: order.map((k) => shape[k] ?? 1), strides: order.map((k) => strides[k] ?? 0), offset });
}

/** The places of a window's first elements in row-major order. */
export function firstPlaces({ shape, strides, offset }: Window, count: number): number[] {
  return Array.from({ length: Math.min(count, elementsOf(shape)) }, (_, index) => {
    let [rest, place] = [index, offset];
    for (let k = shape.length - 1; k >= 0; k--) {
      const size = shape[k] ?? 1;
      place += (rest % size) * (strides[k] ?? 0);
      rest = Math.floor(rest / size);
    }
    return place;
  });
}

/** Visits the places of a window's elements in row-major order: `visit(place in the buffer, running number)`. */
export function eachPlace({ shape, strides, offset }: Window, visit: (place: number, index: number) => void): void {
  const total = elementsOf(shape);
  const at = shape.map(() => 0);
  let place = offset;
  for (let index = 0; index < total; index++) {
    visit(place, index);
    for (let k = shape.length - 1; k >= 0; k--) {
      const step = strides[k] ?? 0;
      const next = (at[k] ?? 0) + 1;
      if (next < (shape[k] ?? 0)) {
        at[k] = next;
        place += step;
        break;
      }
      at[k] = 0;
      place -= step * (next - 1);
    }
  }
}
