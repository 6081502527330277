/**
 * Loops over float32 buffers for the ops that training spends its time in: each result is rounded once when it is
 * stored, so the digits are those of the general loops. `da` and `db` are 1, or 0 for an operand of one element.
 */
export type Lane2 = (
  y: Float32Array,
  to: number,
  n: number,
  a: Float32Array,
  i: number,
  da: number,
  b: Float32Array,
  k: number,
  db: number,
) => void;

/** The same for one operand. */
export type Lane1 = (y: Float32Array, to: number, n: number, x: Float32Array, at: number) => void;

/** The same for three operands of one shape and a number that is a float. */
export type Lane3 = (
  y: Float32Array,
  to: number,
  n: number,
  a: Float32Array,
  i: number,
  b: Float32Array,
  k: number,
  c: Float32Array,
  l: number,
  value: number,
) => void;

const f = Math.fround;

export const add: Lane2 = (y, to, n, a, i, da, b, k, db) => {
  for (let e = 0; e < n; e++, i += da, k += db) y[to + e] = a[i]! + b[k]!;
};

export const sub: Lane2 = (y, to, n, a, i, da, b, k, db) => {
  for (let e = 0; e < n; e++, i += da, k += db) y[to + e] = a[i]! - b[k]!;
};

export const mul: Lane2 = (y, to, n, a, i, da, b, k, db) => {
  for (let e = 0; e < n; e++, i += da, k += db) y[to + e] = a[i]! * b[k]!;
};

export const div: Lane2 = (y, to, n, a, i, da, b, k, db) => {
  for (let e = 0; e < n; e++, i += da, k += db) y[to + e] = a[i]! / b[k]!;
};

export const neg: Lane1 = (y, to, n, x, at) => {
  for (let e = 0; e < n; e++) y[to + e] = -x[at + e]!;
};

export const square: Lane1 = (y, to, n, x, at) => {
  for (let e = 0; e < n; e++) y[to + e] = x[at + e]! * x[at + e]!;
};

export const sqrt: Lane1 = (y, to, n, x, at) => {
  for (let e = 0; e < n; e++) y[to + e] = Math.sqrt(x[at + e]!);
};

export const relu: Lane1 = (y, to, n, x, at) => {
  for (let e = 0; e < n; e++) {
    const value = x[at + e]!;
    y[to + e] = value > 0 || value !== value ? value : 0;
  }
};

/** 0 where y ≤ 0, else g. */
export const reluSlope: Lane2 = (to, at, n, g, i, dg, y, k, dy) => {
  for (let e = 0; e < n; e++, i += dg, k += dy) to[at + e] = y[k]! <= 0 ? 0 : g[i]!;
};

/** g · (1 − y²), the bracket rounded once. */
export const tanhSlope: Lane2 = (to, at, n, g, i, dg, y, k, dy) => {
  for (let e = 0; e < n; e++, i += dg, k += dy) to[at + e] = g[i]! * f(1 - y[k]! * y[k]!);
};

/** g · (1 − y) · y */
export const sigmoidSlope: Lane2 = (to, at, n, g, i, dg, y, k, dy) => {
  for (let e = 0; e < n; e++, i += dg, k += dy) to[at + e] = f(g[i]! * f(1 - y[k]!)) * y[k]!;
};

/** g · 2a */
export const squareSlope: Lane2 = (to, at, n, g, i, dg, a, k, da) => {
  for (let e = 0; e < n; e++, i += dg, k += da) to[at + e] = g[i]! * f(2 * a[k]!);
};

/** (a − b)² */
export const squareOfDifference: Lane2 = (y, to, n, a, i, da, b, k, db) => {
  for (let e = 0; e < n; e++, i += da, k += db) {
    const d = f(a[i]! - b[k]!);
    y[to + e] = d * d;
  }
};

/** y + factor · x, rounded once. */
export type LaneScaled = (
  y: Float32Array,
  to: number,
  n: number,
  x: Float32Array,
  at: number,
  dx: number,
  factor: number,
) => void;

/** y += factor · x */
export const addScaled: LaneScaled = (y, to, n, x, at, dx, factor) => {
  for (let e = 0, k = at; e < n; e++, k += dx) y[to + e] = y[to + e]! + factor * x[k]!;
};

/** a + (value · b) · c, the sum rounded once. */
export const addcmul: Lane3 = (y, to, n, a, i, b, k, c, l, value) => {
  for (let e = 0; e < n; e++) y[to + e] = a[i + e]! + f(value * b[k + e]!) * c[l + e]!;
};

/** a + value · b / c */
export const addcdiv: Lane3 = (y, to, n, a, i, b, k, c, l, value) => {
  for (let e = 0; e < n; e++) y[to + e] = a[i + e]! + f(f(value * b[k + e]!) / c[l + e]!);
};
