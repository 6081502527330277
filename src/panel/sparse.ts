import type { Sparse } from "./messages";

/** Numbers with holes for a message. */
export function packSparse(numbers: readonly (number | null)[]): Sparse {
  return {
    values: Float64Array.from(numbers, (x) => x ?? NaN),
    holes: Float64Array.from(numbers.flatMap((x, k) => (x === null ? [k] : []))),
  };
}

/** What packSparse packed. */
export function unpackSparse({ values, holes }: Sparse): (number | null)[] {
  const none = new Set(holes);
  return Array.from(values, (x, k) => (none.has(k) ? null : x));
}
