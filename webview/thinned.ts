type Numbers = ArrayLike<number | null>;

/**
 * Curves over the iterations `from` to `to`, as points that look the same in so many columns of pixels: where several
 * iterations share a column, the lowest and the highest of each curve there, so that no spike is lost. `place` says
 * where a value is drawn, null for nowhere.
 */
export function thinned(
  curves: readonly Numbers[],
  { from, to }: { readonly from: number; readonly to: number },
  columns: number,
  place: (value: number) => number | null,
): [at: number[], ...curves: (number | null)[][]] {
  const at = iterationsOf(curves, from, to, Math.floor((to - from + 1) / columns), place);
  return [at, ...curves.map((curve) => at.map((k) => placed(curve, k, place)))];
}

function iterationsOf(
  curves: readonly Numbers[],
  from: number,
  to: number,
  stride: number,
  place: (value: number) => number | null,
): number[] {
  // Of two in a column both would be taken.
  if (stride <= 2) return Array.from({ length: Math.max(0, to - from + 1) }, (_, k) => from + k);
  const found = [from];
  for (let begin = from; begin <= to; begin += stride) {
    const end = Math.min(to + 1, begin + stride);
    const picked = curves.flatMap((curve) => extremes(curve, begin, end, place)).sort((a, b) => a - b);
    for (const k of picked) if (k > (found.at(-1) ?? -1)) found.push(k);
  }
  if (found.at(-1) !== to) found.push(to);
  return found;
}

/** Where a curve is lowest and highest; where it has no value at all, its gap begins. */
function extremes(curve: Numbers, begin: number, end: number, place: (value: number) => number | null): number[] {
  let [low, high] = [begin, begin];
  let [lowest, highest] = [Infinity, -Infinity];
  for (let k = begin; k < end; k++) {
    const y = placed(curve, k, place);
    if (y === null) continue;
    if (y < lowest) [low, lowest] = [k, y];
    if (y > highest) [high, highest] = [k, y];
  }
  return [low, high];
}

function placed(curve: Numbers, k: number, place: (value: number) => number | null): number | null {
  const value = curve[k] ?? null;
  return value === null ? null : place(value);
}
