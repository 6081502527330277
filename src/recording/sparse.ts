/** Numbers, and the places among them where there is none: a NaN is a number. */
export interface Sparse {
  readonly values: Float64Array;
  readonly holes: Float64Array;
}

/** Numbers with holes as two plain arrays. */
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
