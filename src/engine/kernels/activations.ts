import * as curves from "./curves";
import type { Lane1, Lane2 } from "./lanes";

const f = Math.fround;

/** What an activation makes of floats where PyTorch computes it in vectors; `p` are its numbers. */
export type InVectors = (x: Float32Array, p: readonly number[]) => Float32Array;

function through(curve: Lane1, x: Float32Array): Float32Array {
  const y = new Float32Array(x.length);
  curve(y, 0, x.length, x, 0);
  return y;
}

export const silu: InVectors = (x) => {
  const y = through(
    curves.exp,
    x.map((value) => -value),
  );
  for (let i = 0; i < x.length; i++) y[i] = x[i]! / f(1 + y[i]!);
  return y;
};

export const mish: InVectors = (x) => {
  const y = through(curves.tanh, through(curves.log1p, through(curves.exp, x)));
  for (let i = 0; i < x.length; i++) y[i] = x[i]! * y[i]!;
  return y;
};

export const softplus: InVectors = (x, [beta = 1, threshold = 20]) => {
  const scaled = x.map((value) => value * beta);
  const y = through(curves.log1p, through(curves.exp, scaled));
  for (let i = 0; i < x.length; i++) y[i] = scaled[i]! > threshold ? x[i]! : y[i]! / beta;
  return y;
};

export const elu: InVectors = (x, [alpha = 1, scale = 1, inputScale = 1]) => {
  const y = through(
    curves.exp,
    x.map((value) => value * inputScale),
  );
  const below = f(alpha * scale);
  for (let i = 0; i < x.length; i++) y[i] = x[i]! > 0 ? x[i]! * scale : f(y[i]! - 1) * below;
  return y;
};

export const logSigmoid: InVectors = (x) => {
  const y = through(
    curves.log1p,
    through(
      curves.exp,
      x.map((value) => -Math.abs(value)),
    ),
  );
  for (let i = 0; i < x.length; i++) y[i] = Math.min(x[i]!, 0) - y[i]!;
  return y;
};

/** g · (1 − e / (1 + e) below 0, else e / (1 + e)), e = e^−|x| */
export const logSigmoidSlope: Lane2 = (y, to, n, g, i, dg, x, k, dx) => {
  const sizes = Float32Array.from({ length: n }, (_, e) => -Math.abs(x[k + dx * e]!));
  const power = through(curves.exp, sizes);
  for (let e = 0; e < n; e++) {
    const share = f(power[e]! / f(1 + power[e]!));
    y[to + e] = g[i + dg * e]! * (x[k + dx * e]! < 0 ? f(1 - share) : share);
  }
};

const [rootTwoOverPi, cubic] = [f(Math.sqrt(2 / Math.PI)), f(0.044715)];

export const geluTanh: InVectors = (x) => {
  const inner = x.map((value) => rootTwoOverPi * f(cubic * f(f(value * value) * value) + value));
  const y = through(curves.tanh, inner);
  for (let i = 0; i < x.length; i++) y[i] = f(0.5 * x[i]!) * f(1 + y[i]!);
  return y;
};
