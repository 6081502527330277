/** A stretch of an axis. */
export interface Stretch {
  readonly name: string;
  readonly low: number;
  readonly high: number;
}

/** Where the weights were at a moment: a point of a landscape. */
export interface PathPoint {
  readonly segment: number;
  readonly step: number;
  readonly x: number;
  /** On a plane its second coordinate, over a line the loss there. */
  readonly y: number;
}

/** The loss around the way that the weights took: along a line, or on a plane. */
export interface Landscape {
  readonly loss: string;
  /** One sentence: what is varied, and whose loss it is. */
  readonly what: string;
  /** One axis for a line, two for a plane. */
  readonly axes: readonly Stretch[];
  /** How many losses there are along each axis. */
  readonly side: number;
  /** Along a line one by one; on a plane row by row from the lowest y. Not finite where the loss is not. */
  readonly losses: Float64Array;
  /** In the order of the run. */
  readonly path: readonly PathPoint[];
  readonly notes: readonly string[];
}

/** The last point of a path at or before a moment, the first before all; −1 for an empty path. */
export function pointAt(path: readonly PathPoint[], segment: number, step: number): number {
  const next = path.findIndex((each) => each.segment > segment || (each.segment === segment && each.step > step));
  return next < 0 ? path.length - 1 : Math.max(0, next - 1);
}
