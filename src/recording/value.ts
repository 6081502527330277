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
export function firstPlaces(window: Window, count: number): number[] {
  const places: number[] = [];
  visitPlaces(window, Math.min(count, elementsOf(window.shape)), (place) => places.push(place));
  return places;
}

/** Visits the places of a window's elements in row-major order: `visit(place in the buffer, running number)`. */
export function eachPlace(window: Window, visit: (place: number, index: number) => void): void {
  visitPlaces(window, elementsOf(window.shape), visit);
}

function visitPlaces(
  { shape, strides, offset }: Window,
  count: number,
  visit: (place: number, index: number) => void,
): void {
  const last = shape.length - 1;
  const width = shape[last] ?? 1;
  const step = strides[last] ?? 0;
  const at = shape.map(() => 0);
  let row = offset;
  for (let index = 0; index < count;) {
    const end = Math.min(count, index + width);
    for (let place = row; index < end; index++, place += step) visit(place, index);
    for (let k = last - 1; k >= 0; k--) {
      const next = (at[k] ?? 0) + 1;
      const stride = strides[k] ?? 0;
      if (next < (shape[k] ?? 0)) {
        at[k] = next;
        row += stride;
        break;
      }
      at[k] = 0;
      row -= stride * (next - 1);
    }
  }
}
