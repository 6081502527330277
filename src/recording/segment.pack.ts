import type { Segment, TurnMark } from "./segment";

const segmentKinds = ["setup", "iteration", "between", "after"] as const satisfies readonly Segment["kind"][];

/** Segments as numbers: ten thousand of them cross in a moment. Of each: eight numbers, then four per turn. */
export function packSegments(segments: readonly Segment[]): Float64Array {
  const packed = new Float64Array(segments.reduce((sum, { turns }) => sum + 8 + 4 * turns.length, 0));
  let at = 0;
  for (const { kind, iteration, firstRow, endRow, turn, turns, complete, noGrad } of segments) {
    packed[at++] = segmentKinds.indexOf(kind);
    packed[at++] = iteration;
    packed[at++] = firstRow;
    packed[at++] = endRow;
    packed[at++] = turn;
    packed[at++] = Number(complete);
    packed[at++] = Number(noGrad);
    packed[at++] = turns.length;
    for (const { loop, index, value, activation } of turns) {
      packed[at++] = loop;
      packed[at++] = index;
      packed[at++] = value ?? NaN;
      packed[at++] = activation;
    }
  }
  return packed;
}

/** What packSegments packed. */
export function unpackSegments(numbers: Float64Array): Segment[] {
  const segments: Segment[] = [];
  let at = 0;
  const next = (): number => numbers[at++] ?? -1;
  while (at < numbers.length) {
    const kind = segmentKinds[next()] ?? "between";
    const [iteration, firstRow, endRow, turn] = [next(), next(), next(), next()];
    const [complete, noGrad, count] = [next() === 1, next() === 1, next()];
    const turns: TurnMark[] = [];
    for (let k = 0; k < count; k++) {
      const [loop, index, value, activation] = [next(), next(), next(), next()];
      turns.push({ loop, index, value: Number.isNaN(value) ? null : value, activation });
    }
    segments.push({ kind, iteration, firstRow, endRow, turn, turns, complete, noGrad });
  }
  return segments;
}
