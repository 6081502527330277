import { tensor } from "../create";
import { argumentError } from "../errors";
import { drawNormal, drawPermutation, drawUniform } from "../kernels/draw";
import { defaultGenerator, type DrawOptions } from "../random.generator";
import type { Tensor } from "../tensor";

/** Options of the sets of points in the plane. */
export interface PointOptions extends DrawOptions {
  /** The standard deviation of what is added to each coordinate. */
  readonly noise?: number;
  /** Whether the samples come in random order; on by default. */
  readonly shuffle?: boolean;
}

/** Points and what is to be learned of them. */
export type Samples = [x: Tensor, y: Tensor];

interface Point {
  readonly at: readonly [number, number];
  readonly label: number;
}

function normals(count: number, std: number, { generator = defaultGenerator }: DrawOptions): ArrayLike<number> {
  return std === 0 ? new Float64Array(count) : drawNormal(generator.source, count, true, 0, std, true);
}

/** x float32 [n, 2], y int64 [n]: the points with noise, shuffled. */
function samplesOf(points: readonly Point[], { noise = 0, shuffle = true, ...draw }: PointOptions): Samples {
  if (!(noise >= 0)) throw argumentError(`noise must be ≥ 0, but is ${noise}`, "It is a standard deviation.");
  const moved = normals(2 * points.length, noise, draw);
  const { generator = defaultGenerator } = draw;
  const order = shuffle ? drawPermutation(generator.source, points.length) : points.map((_, i) => i);
  const rows = order.map((i) => {
    const [a, b] = points[i]?.at ?? [NaN, NaN];
    return [a + (moved[2 * i] ?? NaN), b + (moved[2 * i + 1] ?? NaN)];
  });
  const labels = order.map((i) => points[i]?.label ?? NaN);
  return [tensor(rows).reshape(-1, 2), tensor(labels, { dtype: "int64" })];
}

function share(i: number, count: number): number {
  return count > 1 ? i / (count - 1) : 0;
}

function checkCount(count: number): void {
  if (Number.isInteger(count) && count > 0) return;
  throw argumentError(`the number of samples must be a positive integer, but is ${count}`, "Use 100, say.");
}

/**
 * Two half circles that reach into each other: the upper one is class 0, the lower one class 1. `noise` is 0.1. As
 * sklearn.datasets.make_moons.
 * Shapes: x [n, 2], labels [n] (int64). Errors: a count below 1; a noise below 0.
 */
export function twoMoons(count = 200, options: PointOptions = {}): Samples {
  checkCount(count);
  const outer = Math.floor(count / 2);
  const points = Array.from({ length: count }, (_, i): Point => {
    const [label, t] = i < outer ? [0, Math.PI * share(i, outer)] : [1, Math.PI * share(i - outer, count - outer)];
    return { label, at: label === 0 ? [Math.cos(t), Math.sin(t)] : [1 - Math.cos(t), 0.5 - Math.sin(t)] };
  });
  return samplesOf(points, { noise: 0.1, ...options });
}

/**
 * Arms that wind around each other, one for each class; radius 0 to 1, `noise` 0.02.
 * Shapes: x [n, 2], labels [n] (int64). Errors: a count below 1; a noise below 0.
 */
export function spirals(
  count = 200,
  { classes = 2, turns = 1.5, ...options }: PointOptions & { readonly classes?: number; readonly turns?: number } = {},
): Samples {
  checkCount(count);
  const length = Math.ceil(count / classes);
  const points = Array.from({ length: count }, (_, i): Point => {
    const label = i % classes;
    const radius = share(Math.floor(i / classes), length);
    const angle = 2 * Math.PI * (turns * radius + label / classes);
    return { label, at: [radius * Math.cos(angle), radius * Math.sin(angle)] };
  });
  return samplesOf(points, { noise: 0.02, ...options });
}

/**
 * Round heaps of points, one for each class: around `centers`, or around that many drawn between −5 and 5 (3). Their
 * standard deviation is `noise`, 1 by default.
 * Shapes: x [n, 2], labels [n] (int64). Errors: a count below 1; a noise below 0.
 */
export function blobs(
  count = 200,
  {
    centers = 3,
    ...options
  }: PointOptions & { readonly centers?: number | readonly (readonly [number, number])[] } = {},
): Samples {
  checkCount(count);
  const middles = typeof centers === "number" ? drawn(centers, options) : centers;
  const points = Array.from({ length: count }, (_, i): Point => {
    const label = i % middles.length;
    return { label, at: middles[label] ?? [0, 0] };
  });
  return samplesOf(points, { noise: 1, ...options });
}

function drawn(count: number, { generator = defaultGenerator }: DrawOptions): (readonly [number, number])[] {
  checkCount(count);
  const values = drawUniform(generator.source, 2 * count, true, -5, 5);
  return Array.from({ length: count }, (_, i) => [values[2 * i] ?? 0, values[2 * i + 1] ?? 0] as const);
}

/**
 * Whether exactly one of two bits is set: the four rows of the table in order, or `count` of them with `noise`.
 * Shapes: x [n, 2], labels [n] (int64). Errors: a count below 1; a noise below 0.
 */
export function xor(count = 4, options: PointOptions = {}): Samples {
  checkCount(count);
  const points = Array.from({ length: count }, (_, i): Point => {
    const [a, b] = [(i >> 1) & 1, i & 1];
    return { label: a ^ b, at: [a, b] };
  });
  return samplesOf(points, { shuffle: count > 4, ...options });
}

/** Options of regression. */
export interface RegressionOptions extends DrawOptions {
  /** One for each feature; [2] by default. */
  readonly weight?: readonly number[];
  /** 1 by default. */
  readonly bias?: number;
  /** The standard deviation of what is added to y; 0.1 by default. */
  readonly noise?: number;
}

/** y = x·weight + bias + noise for standard normal x. Shapes: x [n, features], y [n, 1]. Errors: a count below 1. */
export function regression(
  count = 100,
  { weight = [2], bias = 1, noise = 0.1, ...draw }: RegressionOptions = {},
): Samples {
  checkCount(count);
  const x = normals(count * weight.length, 1, draw);
  const error = normals(count, noise, draw);
  const rows = Array.from({ length: count }, (_, i) => weight.map((_w, k) => x[i * weight.length + k] ?? NaN));
  const y = rows.map((row, i) => [
    row.reduce((sum, each, k) => sum + each * (weight[k] ?? 0), bias) + (error[i] ?? NaN),
  ]);
  return [tensor(rows), tensor(y)];
}
