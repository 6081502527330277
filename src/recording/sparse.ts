/** Numbers, and the places among them where there is none: a NaN is a number. */
export interface Sparse {
  readonly values: Float32Array | Float64Array;
  readonly holes: Float64Array;
}

/** Numbers with holes as two plain arrays; in half the room where float32 has each of them exactly. */
export function packSparse(numbers: readonly (number | null)[]): Sparse {
  const doubles = Float64Array.from(numbers, (x) => x ?? NaN);
  const floats = Float32Array.from(doubles);
  const holes: number[] = [];
  numbers.forEach((x, k) => {
    if (x === null) holes.push(k);
  });
  const exact = floats.every((x, k) => Object.is(x, doubles[k]));
  return { values: exact ? floats : doubles, holes: Float64Array.from(holes) };
}

/** What packSparse packed. */
export function unpackSparse({ values, holes }: Sparse): (number | null)[] {
  const none = new Set(holes);
  return Array.from(values, (x, k) => (none.has(k) ? null : x));
}
