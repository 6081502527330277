import { runtimeError } from "../../errors";
import { sizes } from "../../shape";

/** One number for every spatial dim, or one for each. */
export type Spatial = number | readonly number[];

/** One number for each of `rank` spatial dims. */
export function each(value: Spatial, rank: number, what: string): readonly number[] {
  const list = typeof value === "number" ? new Array<number>(rank).fill(value) : value;
  if (list.length === rank && list.every(Number.isInteger)) return list;
  throw runtimeError(
    `expected ${what} to be a single integer value or a list of ${rank} values to match the convolution dimensions, but got ${what}=${sizes(list)}`,
    "Give one whole number, or one for each spatial dimension.",
  );
}
