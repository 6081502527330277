import type { Segment, TurnMark } from "./segment";

const segmentKinds = ["setup", "iteration", "between", "after"] as const satisfies readonly Segment["kind"][];

/**
 * Segments as numbers. Epochs are much alike: a segment whose every number goes on from the two before it by the same
 * difference is only counted, so that ten thousand of them cross in a few hundred bytes. Before each one that is
 * written out stands how many were counted and how many numbers it has; behind the last, how many were counted.
 */
export function packSegments(segments: readonly Segment[]): Float64Array {
  const packed: number[] = [];
  let last: readonly number[] = [];
  let expected: readonly number[] = [];
  let counted = 0;
  for (const segment of segments) {
    const numbers = numbersOf(segment);
    if (expected.length === numbers.length && numbers.every((x, k) => Object.is(x, expected[k]))) counted++;
    else {
      packed.push(counted, numbers.length, ...numbers);
      counted = 0;
    }
    expected = following(last, numbers);
    last = numbers;
  }
  packed.push(counted);
  return Float64Array.from(packed);
}

/** What packSegments packed. */
export function unpackSegments(packed: Float64Array): Segment[] {
  const segments: Segment[] = [];
  let last: readonly number[] = [];
  let expected: readonly number[] = [];
  const take = (numbers: readonly number[]): void => {
    segments.push(segmentOf(numbers));
    expected = following(last, numbers);
    last = numbers;
  };
  for (let at = 0; at < packed.length;) {
    for (let counted = packed[at++] ?? 0; counted > 0; counted--) take(expected);
    const length = packed[at++] ?? 0;
    if (length > 0) take([...packed.subarray(at, at + length)]);
    at += length;
  }
  return segments;
}

/** The numbers that come after two others when each goes on by the same difference; none where they have nothing to do with one another. */
function following(before: readonly number[], last: readonly number[]): readonly number[] {
  return before.length === last.length ? last.map((x, k) => x + (x - (before[k] ?? 0))) : [];
}

/** Eight numbers, then four per turn. */
function numbersOf(segment: Segment): number[] {
  const { kind, iteration, firstRow, endRow, turn, turns, complete, noGrad } = segment;
  const flags = [Number(complete), Number(noGrad)];
  const numbers = [segmentKinds.indexOf(kind), iteration, firstRow, endRow, turn, ...flags, turns.length];
  for (const { loop, index, value, activation } of turns) numbers.push(loop, index, value ?? NaN, activation);
  return numbers;
}

function segmentOf(numbers: readonly number[]): Segment {
  let at = 0;
  const next = (): number => numbers[at++] ?? -1;
  const kind = segmentKinds[next()] ?? "between";
  const [iteration, firstRow, endRow, turn] = [next(), next(), next(), next()];
  const [complete, noGrad, count] = [next() === 1, next() === 1, next()];
  const turns: TurnMark[] = [];
  for (let k = 0; k < count; k++) {
    const [loop, index, value, activation] = [next(), next(), next(), next()];
    turns.push({ loop, index, value: Number.isNaN(value) ? null : value, activation });
  }
  return { kind, iteration, firstRow, endRow, turn, turns, complete, noGrad };
}
