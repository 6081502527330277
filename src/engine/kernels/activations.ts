import * as curves from "./curves";
import type { Lane1 } from "./lanes";
import * as libm from "./libm";
import { erf as erfAlone } from "./libm.erf";

const f = Math.fround;

/** The functions that activations are made of, of floats. */
export interface Elementary {
  readonly exp: (x: Float32Array) => Float32Array;
  readonly log1p: (x: Float32Array) => Float32Array;
  readonly tanh: (x: Float32Array) => Float32Array;
  readonly erf: (x: Float32Array) => Float32Array;
}

function drawn(curve: Lane1): (x: Float32Array) => Float32Array {
  return (x) => {
    const y = new Float32Array(x.length);
    curve(y, 0, x.length, x, 0);
    return y;
  };
}

/** As PyTorch's vectors compute them. */
export const inVectors: Elementary = {
  exp: drawn(curves.exp),
  log1p: drawn(curves.log1p),
  tanh: drawn(curves.tanh),
  erf: drawn(curves.erf),
};

/** As PyTorch has them of the C library, one by one. */
export const alone: Elementary = {
  exp: (x) => x.map((value) => libm.exp(value)),
  log1p: (x) => x.map((value) => libm.log1p(value)),
  tanh: (x) => x.map((value) => libm.tanh(value)),
  erf: (x) => x.map((value) => erfAlone(value)),
};

/** What an activation makes of floats; `p` are its numbers. */
export type Values = (c: Elementary, x: Float32Array, p: readonly number[]) => Float32Array;

/** Its slopes there times gradients. */
export type Slopes = (c: Elementary, g: Float32Array, x: Float32Array, p: readonly number[]) => Float32Array;

function negative(x: Float32Array): Float32Array {
  return x.map((value) => -value);
}

export const silu: Values = (c, x) => {
  const y = c.exp(negative(x));
  for (let i = 0; i < x.length; i++) y[i] = x[i]! / f(1 + y[i]!);
  return y;
};

function bent(c: Elementary, x: Float32Array): Float32Array {
  return c.tanh(c.log1p(c.exp(x)));
}

export const mish: Values = (c, x) => {
  const y = bent(c, x);
  for (let i = 0; i < x.length; i++) y[i] = x[i]! * y[i]!;
  return y;
};

/** g · (t + x · σ(x) · (1 − t²)) */
export const mishSlopes: Slopes = (c, g, x) => {
  const power = c.exp(negative(x));
  const y = bent(c, x);
  for (let i = 0; i < x.length; i++) {
    const t = y[i]!;
    y[i] = g[i]! * f(t + f(x[i]! * f(1 / f(1 + power[i]!))) * f(1 - t * t));
  }
  return y;
};

function scaled(x: Float32Array, by: number): Float32Array {
  return x.map((value) => value * by);
}

export const softplus: Values = (c, x, [beta = 1, threshold = 20]) => {
  const z = scaled(x, beta);
  const y = c.log1p(c.exp(z));
  for (let i = 0; i < x.length; i++) y[i] = z[i]! > threshold ? x[i]! : y[i]! / beta;
  return y;
};

/** g · e / (e + 1), e = e^(beta · x), and g above the threshold */
export const softplusSlopes: Slopes = (c, g, x, [beta = 1, threshold = 20]) => {
  const z = scaled(x, beta);
  const y = c.exp(z);
  for (let i = 0; i < x.length; i++) y[i] = z[i]! > threshold ? g[i]! : f(g[i]! * y[i]!) / f(y[i]! + 1);
  return y;
};

export const elu: Values = (c, x, [alpha = 1, scale = 1, inputScale = 1]) => {
  const below = f(alpha * scale);
  const y = c.exp(scaled(x, inputScale));
  for (let i = 0; i < x.length; i++) y[i] = x[i]! > 0 ? x[i]! * scale : f(y[i]! - 1) * below;
  return y;
};

/** g · inputScale · alpha · scale · e^(inputScale · x), above 0 g · scale */
export const eluSlopes: Slopes = (c, g, x, [alpha = 1, scale = 1, inputScale = 1]) => {
  const below = f(alpha * scale);
  const y = c.exp(scaled(x, inputScale));
  for (let i = 0; i < x.length; i++) y[i] = x[i]! > 0 ? g[i]! * scale : f(f(g[i]! * inputScale) * below) * y[i]!;
  return y;
};

/** g · (x/3 + ½) from −3 to 3, where vectors have the upper line begin at 3 and single elements behind it; 0 below, g above */
export const hardswishSlopes: Slopes = (c, g, x) =>
  x.map((value, i) => {
    const above = c === inVectors ? value >= 3 : !(value <= 3);
    return value < -3 ? 0 : above ? g[i]! : g[i]! * f(f(value / 3) + 0.5);
  });

function decay(c: Elementary, x: Float32Array): Float32Array {
  return c.exp(x.map((value) => -Math.abs(value)));
}

export const logSigmoid: Values = (c, x) => {
  const y = c.log1p(decay(c, x));
  for (let i = 0; i < x.length; i++) y[i] = Math.min(x[i]!, 0) - y[i]!;
  return y;
};

/** g · (1 − e / (1 + e) below 0, else e / (1 + e)), e = e^−|x| */
export const logSigmoidSlopes: Slopes = (c, g, x) => {
  const y = decay(c, x);
  for (let i = 0; i < x.length; i++) {
    const share = f(y[i]! / f(1 + y[i]!));
    y[i] = g[i]! * (x[i]! < 0 ? f(1 - share) : share);
  }
  return y;
};

const [rootHalf, density] = [f(Math.SQRT1_2), f(1 / Math.sqrt(2 * Math.PI))];

/** gelu where it does not lie row-major: there PyTorch has loops of its own. */
export const gelu: Values = (c, x) => {
  const y = c.erf(scaled(x, rootHalf));
  for (let i = 0; i < x.length; i++) y[i] = f(0.5 * x[i]!) * f(1 + y[i]!);
  return y;
};

/** g · (Φ(x) + x · φ(x)) */
export const geluSlopes: Slopes = (c, g, x) => {
  const power = c.exp(x.map((value) => f(value * value) * -0.5));
  const y = c.erf(scaled(x, rootHalf));
  for (let i = 0; i < x.length; i++) y[i] = g[i]! * f(0.5 * f(1 + y[i]!) + f(x[i]! * f(density * power[i]!)));
  return y;
};

const [rootTwoOverPi, cubic] = [f(Math.sqrt(2 / Math.PI)), f(0.044715)];
const slopeCubic = f(3 * cubic);

function inner(x: Float32Array): Float32Array {
  return x.map((value) => rootTwoOverPi * f(cubic * f(f(value * value) * value) + value));
}

export const geluTanh: Values = (c, x) => {
  const y = c.tanh(inner(x));
  for (let i = 0; i < x.length; i++) y[i] = f(0.5 * x[i]!) * f(1 + y[i]!);
  return y;
};

/** g · (½ (1 + t) + ½ x · (1 − t²) · √(2/π) · (1 + 0.134145 x²)) */
export const geluTanhSlopes: Slopes = (c, g, x) => {
  const y = c.tanh(inner(x));
  for (let i = 0; i < x.length; i++) {
    const [value, t] = [x[i]!, y[i]!];
    const within = f(rootTwoOverPi * f(slopeCubic * f(value * value) + 1));
    y[i] = g[i]! * f(0.5 * f(1 + t) + f(f(f(0.5 * value) * f(1 - t * t)) * within));
  }
  return y;
};
