import { isFloating } from "../dtype";
import * as curves from "../kernels/curves";
import * as libm from "../kernels/libm";
import { atan2 as atan2Of } from "../kernels/libm.angle";
import * as angles from "../kernels/sleef.angle";
import { op } from "../op";
import { elementwise } from "./arith";
import { unary } from "./pointwise";
import { floatOf, refused, resultType } from "./result";

export const tan = unary("tan", {
  node: "TanBackward0",
  of: Math.tan,
  single: angles.tan,
  lane: curves.tan,
  reads: "y",
  rule: (g, s) => g.mul(s.y.pow(2).add(1)),
  formula: "∂L/∂y · (1 + y²)",
});

export const atan = unary("atan", {
  node: "AtanBackward0",
  of: Math.atan,
  single: angles.atan,
  lane: curves.atan,
  reads: "a",
  rule: (g, s) => g.div(s.a.mul(s.a).add(1)),
  formula: "∂L/∂y / (1 + a²)",
});

export const sinh = unary("sinh", {
  node: "SinhBackward0",
  of: Math.sinh,
  single: libm.sinh,
  lane: curves.sinh,
  reads: "a",
  rule: (g, s) => g.mul(s.a.cosh()),
  formula: "∂L/∂y · cosh a",
});

export const cosh = unary("cosh", {
  node: "CoshBackward0",
  of: Math.cosh,
  single: libm.cosh,
  lane: curves.cosh,
  reads: "a",
  rule: (g, s) => g.mul(s.a.sinh()),
  formula: "∂L/∂y · sinh a",
});

export const asin = unary("asin", {
  node: "AsinBackward0",
  of: Math.asin,
  single: angles.asin,
  lane: curves.asin,
  reads: "a",
  rule: (g, s) => g.mul(s.a.mul(s.a).rsub(1).rsqrt()),
  formula: "∂L/∂y / √(1 − a²)",
});

export const acos = unary("acos", {
  node: "AcosBackward0",
  of: Math.acos,
  single: angles.acos,
  lane: curves.acos,
  reads: "a",
  rule: (g, s) => g.mul(s.a.mul(s.a).rsub(1).rsqrt().neg()),
  formula: "−∂L/∂y / √(1 − a²)",
});

export const asinh = unary("asinh", {
  node: "AsinhBackward0",
  of: Math.asinh,
  single: libm.asinh,
  reads: "a",
  rule: (g, s) => g.mul(s.a.mul(s.a).add(1).rsqrt()),
  formula: "∂L/∂y / √(a² + 1)",
});

export const acosh = unary("acosh", {
  node: "AcoshBackward0",
  of: Math.acosh,
  single: libm.acosh,
  reads: "a",
  rule: (g, s) => g.mul(s.a.mul(s.a).sub(1).rsqrt()),
  formula: "∂L/∂y / √(a² − 1)",
});

export const atanh = unary("atanh", {
  node: "AtanhBackward0",
  of: Math.atanh,
  single: libm.atanh,
  reads: "a",
  rule: (g, s) => g.div(s.a.mul(s.a).rsub(1)),
  formula: "∂L/∂y / (1 − a²)",
});

/** The angle of the point (b, a). */
export const atan2 = op({
  name: "atan2",
  node: "Atan2Backward0",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => elementwise(x, floatOf(resultType(x)) === "float32" ? atan2Of : Math.atan2, true, curves.atan2),
  saves: () => ({ a: true, b: true }),
  backward: {
    a: (g, s) => g.mul(s.b).mul(s.a.mul(s.a).add(s.b.mul(s.b)).reciprocal()),
    b: (g, s) => g.mul(s.a.neg()).mul(s.a.mul(s.a).add(s.b.mul(s.b)).reciprocal()),
  },
  formula: { a: "∂L/∂y · b / (a² + b²)", b: "−∂L/∂y · a / (a² + b²)" },
});

export const hypot = op({
  name: "hypot",
  node: "HypotBackward0",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => {
    if (!isFloating(resultType(x))) throw refused("hypot_cpu", resultType(x));
    return elementwise(x, Math.hypot);
  },
  saves: () => ({ a: true, b: true, y: true }),
  backward: { a: (g, s) => g.mul(s.a).div(s.y), b: (g, s) => g.mul(s.b).div(s.y) },
  formula: { a: "∂L/∂y · a / y", b: "∂L/∂y · b / y" },
});

export const deg2rad = unary("deg2rad", {
  node: "Deg2RadBackward0",
  of: (x, r) => x * r(Math.PI / 180),
  reads: "nothing",
  rule: (g) => g.mul(Math.PI / 180),
  formula: "∂L/∂y · π / 180",
});

export const rad2deg = unary("rad2deg", {
  node: "Rad2DegBackward0",
  of: (x, r) => x * r(180 / Math.PI),
  reads: "nothing",
  rule: (g) => g.mul(180 / Math.PI),
  formula: "∂L/∂y · 180 / π",
});
