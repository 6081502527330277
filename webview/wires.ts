/** A point of the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A wire as Cytoscape draws it: two ends relative to the nodes' centres, and control points relative to the ends. */
export interface Wire {
  readonly start: Point;
  readonly end: Point;
  readonly weights: readonly number[];
  readonly distances: readonly number[];
}

/** How far the value wire and the gradient wire of one edge stand apart. */
const apart = 9;

/**
 * A spline of the layout (a start, then three points per cubic piece) beside itself by half of what keeps the two
 * wires of an edge apart. Cytoscape joins quadratic pieces at the middles of its control points; a cubic piece is
 * well met by two of them, each with its control point three quarters along the cubic's own.
 */
export function wireOf(spline: readonly Point[], vertical: boolean, side: 1 | -1): Wire {
  const shifted = shift(spline, vertical, (side * apart) / 2);
  const forward = side > 0 ? shifted : shifted.toReversed();
  const controls: Point[] = [];
  for (let i = 0; i + 3 < forward.length; i += 3) {
    const [a, b, c, d] = forward.slice(i, i + 4);
    if (!a || !b || !c || !d) continue;
    controls.push(along(a, b), along(d, c));
  }
  const start = forward[0] ?? { x: 0, y: 0 };
  const end = forward.at(-1) ?? start;
  return { start, end, ...relative(controls, start, end) };
}

function along(from: Point, to: Point): Point {
  return { x: from.x + 0.75 * (to.x - from.x), y: from.y + 0.75 * (to.y - from.y) };
}

/** Moves a spline sideways; the ends slide along the side of the card they touch. */
function shift(spline: readonly Point[], vertical: boolean, by: number): Point[] {
  return spline.map((point, i) => {
    if (i <= 1 || i >= spline.length - 2) return slide(point, vertical, by);
    const before = spline[i - 1] ?? point;
    const after = spline[i + 1] ?? point;
    const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
    return { x: point.x + (by * (after.y - before.y)) / length, y: point.y - (by * (after.x - before.x)) / length };
  });
}

function slide({ x, y }: Point, vertical: boolean, by: number): Point {
  return vertical ? { x: x + by, y } : { x, y: y - by };
}

/** Cytoscape's coordinates of a control point: how far along the line between the ends, and how far beside it. */
function relative(controls: readonly Point[], start: Point, end: Point): Pick<Wire, "weights" | "distances"> {
  const dx = end.x - start.x;
  const dy = end.y - start.y;
  const squared = dx * dx + dy * dy || 1;
  const length = Math.sqrt(squared);
  const weights = controls.map((c) => ((c.x - start.x) * dx + (c.y - start.y) * dy) / squared);
  // A straight wire is drawn by nearly straight control points: exactly none would be no curve to Cytoscape.
  const distances = controls.map((c) => ((c.y - start.y) * dx - (c.x - start.x) * dy) / length || 0.01);
  return { weights, distances };
}

/** Width of a gradient wire: 0.75 px for each power of ten of the RMS, the same scale in every picture. */
export function gradientWidth(rms: number): number {
  if (Number.isNaN(rms)) return 6;
  if (rms === 0) return 1;
  return Math.min(6, Math.max(1, 4 + 0.75 * Math.log10(rms)));
}
