import type { Segment, TurnMark } from "./segment";

const segmentKinds = ["setup", "iteration", "between", "after"] as const satisfies readonly Segment["kind"][];

/** Segments as numbers: ten thousand of them cross in a moment. Of each: eight numbers, then four per turn. */
export function packSegments(segments: readonly Segment[]): Float64Array {
  return Float64Array.from(
    segments.flatMap((s) => [
      segmentKinds.indexOf(s.kind),
      s.iteration,
      s.firstRow,
      s.endRow,
      s.turn,
      Number(s.complete),
      Number(s.noGrad),
      s.turns.length,
      ...s.turns.flatMap((t) => [t.loop, t.index, t.value ?? NaN, t.activation]),
    ]),
  );
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
    const turns = Array.from({ length: count }, (): TurnMark => {
      const [loop, index, value, activation] = [next(), next(), next(), next()];
      return { loop, index, value: Number.isNaN(value) ? null : value, activation };
    });
    segments.push({ kind, iteration, firstRow, endRow, turn, turns, complete, noGrad });
  }
  return segments;
}
