/** A square grid of numbers, row by row. */
export interface Grid {
  readonly side: number;
  readonly values: ArrayLike<number>;
}

/** A piece of a line of equal height, in steps of the grid. */
export type Piece = readonly [x0: number, y0: number, x1: number, y1: number];

/** The line of one height through a grid, by marching squares; squares with a corner that is no number are left out. */
export function contour({ side, values }: Grid, height: number): Piece[] {
  const pieces: Piece[] = [];
  for (let y = 0; y + 1 < side; y++)
    for (let x = 0; x + 1 < side; x++) {
      const at = y * side + x;
      const corners = [values[at], values[at + 1], values[at + side + 1], values[at + side]].map((v) => v ?? NaN);
      if (!corners.every(Number.isFinite)) continue;
      const [a = 0, b = 0, c = 0, d = 0] = corners;
      const cut = (from: number, to: number): number => (height - from) / (to - from);
      const crossings: (readonly [number, number])[] = [];
      if (a < height !== b < height) crossings.push([x + cut(a, b), y]);
      if (b < height !== c < height) crossings.push([x + 1, y + cut(b, c)]);
      if (d < height !== c < height) crossings.push([x + cut(d, c), y + 1]);
      if (a < height !== d < height) crossings.push([x, y + cut(a, d)]);
      const [p, q, r, s] = crossings;
      if (!p || !q) continue;
      if (!r || !s) pieces.push([...p, ...q]);
      // A saddle: the mean says which two corners hang together.
      else if ((a + b + c + d) / 4 < height === a < height) pieces.push([...p, ...q], [...r, ...s]);
      else pieces.push([...p, ...s], [...q, ...r]);
    }
  return pieces;
}

/** The height at a place between the grid's points, NaN where one of them is no number. */
export function heightAt({ side, values }: Grid, x: number, y: number): number {
  const [column, row] = [Math.min(side - 2, Math.floor(x)), Math.min(side - 2, Math.floor(y))];
  const [u, v] = [x - column, y - row];
  const at = row * side + column;
  const of = (k: number): number => values[k] ?? NaN;
  return (1 - v) * ((1 - u) * of(at) + u * of(at + 1)) + v * ((1 - u) * of(at + side) + u * of(at + side + 1));
}

/** Heights for lines, as far from each other at the bottom of a bowl as at its rim. */
export function heights(values: ArrayLike<number>, count: number): number[] {
  const finite = Array.from(values).filter(Number.isFinite);
  const low = finite.reduce((least, x) => Math.min(least, x), Infinity);
  const high = finite.reduce((most, x) => Math.max(most, x), -Infinity);
  if (!(high > low)) return [];
  return Array.from({ length: count }, (_, k) => low + (high - low) * ((k + 1) / (count + 1)) ** 2);
}
