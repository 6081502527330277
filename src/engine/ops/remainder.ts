import { apply } from "../apply";
import { isFloating, rounders, type DType } from "../dtype";
import { runtimeError } from "../errors";
import { map, zip } from "../kernels/loops";
import { type Call, op, type Op, opWith } from "../op";
import type { Attrs } from "../observer";
import { broadcast } from "../shape";
import type { Tensor } from "../tensor";
import { unary } from "./pointwise";
import { cast, fresh, needsFloat, needsNumbers, numberType, refused, resultType } from "./result";

type Whole = (a: number, b: number, r: (x: number) => number) => number;
type Two = readonly [Tensor, Tensor];

function divided(dtype: DType, f: Whole): (a: number, b: number) => number {
  const r = rounders[dtype];
  if (isFloating(dtype)) return (a, b) => f(a, b, r);
  return (a, b) => {
    if (b === 0) throw runtimeError("ZeroDivisionError", "Integers cannot be divided by zero: use a float dtype.");
    return f(a, b, r) + 0;
  };
}

function ofTwo([a, b]: Two, kernel: string, f: Whole): Tensor {
  const shape = broadcast(a.shape, b.shape);
  const dtype = resultType([a, b]);
  if (dtype === "bool") throw refused(kernel, dtype);
  return fresh(zip(cast(a, dtype), cast(b, dtype), shape, dtype, divided(dtype, f)), shape);
}

function ofNumber([a]: readonly [Tensor], { numbers }: Call, f: Whole): Tensor {
  const value = numbers[0] ?? 0;
  const dtype = numberType(a, value);
  const b = rounders[dtype](value);
  const each = divided(dtype, f);
  return fresh(
    map(cast(a, dtype), dtype, (x) => each(x, b)),
    a.shape,
  );
}

/** The remainder with the sign of the divisor. */
function modulo(a: number, b: number, r: (x: number) => number): number {
  const rest = a % b;
  return rest !== 0 && rest < 0 !== b < 0 ? r(rest + b) : rest;
}

/** ⌊a / b⌋ by way of the remainder, as div_floor does (BinaryOpsKernel.cpp). */
function floored(a: number, b: number, r: (x: number) => number): number {
  if (b === 0) return a / b;
  const rest = a % b;
  let quotient = r(r(a - rest) / b);
  if (rest !== 0 && b < 0 !== rest < 0) quotient = r(quotient - 1);
  if (quotient === 0) {
    const exact = a / b;
    return exact < 0 || Object.is(exact, -0) ? -0 : 0;
  }
  const whole = Math.floor(quotient);
  return r(quotient - whole) > 0.5 ? r(whole + 1) : whole;
}

function truncated(a: number, b: number, r: (x: number) => number): number {
  return Math.trunc(r(a / b));
}

/** The remainder with the sign of a (C's fmod). */
export const fmod = op({
  name: "fmod",
  node: "FmodBackward1",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => ofTwo(x, "fmod_cpu", (a, b) => a % b),
  saves: (needs) => ({ a: needs.b, b: needs.b }),
  backward: { a: (g) => g, b: (g, s) => g.neg().mul(s.a.div(s.b, { roundingMode: "trunc" })) },
  formula: { a: "∂L/∂y", b: "−∂L/∂y · trunc(a / b)" },
});

export const fmodNumber = op({
  name: "fmod",
  node: "FmodBackward0",
  inputs: ["a"],
  numbers: ["other"],
  pointwise: true,
  forward: (x, call) => ofNumber(x, call, (a, b) => a % b),
  backward: { a: (g) => g },
  formula: { a: "∂L/∂y" },
});

/** The remainder with the sign of b (Python's %). */
export const remainder = op({
  name: "remainder",
  node: "RemainderBackward1",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => ofTwo(x, "remainder_cpu", modulo),
  saves: (needs) => ({ a: needs.b, b: needs.b }),
  backward: { a: (g) => g, b: (g, s) => g.neg().mul(s.a.div(s.b, { roundingMode: "floor" })) },
  formula: { a: "∂L/∂y", b: "−∂L/∂y · ⌊a / b⌋" },
});

export const remainderNumber = op({
  name: "remainder",
  node: "RemainderBackward0",
  inputs: ["a"],
  numbers: ["other"],
  pointwise: true,
  forward: (x, call) => ofNumber(x, call, modulo),
  backward: { a: (g) => g },
  formula: { a: "∂L/∂y" },
});

/** How a quotient becomes whole: down, or toward zero. */
export type RoundingMode = "floor" | "trunc";

interface Rounded extends Attrs {
  readonly roundingMode: RoundingMode;
}

const whole: Readonly<Record<RoundingMode, Whole>> = { floor: floored, trunc: truncated };

/** a / b rounded to whole numbers; integers stay integers. */
export const divRounded = opWith<Rounded>()({
  name: "div",
  symbol: "÷",
  node: "DivBackward2",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x, { attrs }) => ofTwo(x, `div_${attrs.roundingMode}_cpu`, whole[attrs.roundingMode]),
  // The rules read nothing, but PyTorch keeps both.
  saves: (needs) => ({ a: needs.b, b: true }),
  backward: { a: (g) => g.zerosLike(), b: (g) => g.zerosLike() },
  formula: { a: "0", b: "0" },
});

export const divRoundedNumber = opWith<Rounded>()({
  name: "div",
  symbol: "÷",
  node: "DivBackward3",
  inputs: ["a"],
  numbers: ["other"],
  keepsNumbers: true,
  pointwise: true,
  forward: (x, call) => ofNumber(x, call, whole[call.attrs.roundingMode]),
  backward: { a: (g) => g.zerosLike() },
  formula: { a: "0" },
});

function underivable(): never {
  throw runtimeError(
    "derivative for aten::floor_divide is not implemented",
    'Use .div(other, { roundingMode: "floor" }), whose gradient is zero.',
  );
}

/** ⌊a / b⌋, of which PyTorch takes no gradient. */
export const floorDivide = op({
  name: "floorDivide",
  symbol: "÷",
  node: "torch::autograd::NotImplemented",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => ofTwo(x, "div_floor_cpu", floored),
  backward: { a: underivable, b: underivable },
});

export const floorDivideNumber: Op = op({
  name: "floorDivide",
  symbol: "÷",
  node: "torch::autograd::NotImplemented",
  inputs: ["a"],
  numbers: ["other"],
  pointwise: true,
  forward: (x, call) => ofNumber(x, call, floored),
  backward: { a: underivable },
});

export const trunc = unary("trunc", {
  node: "TruncBackward0",
  of: Math.trunc,
  reads: "nothing",
  rule: (g) => g.zerosLike(),
  formula: "0",
  integers: true,
  takes: (a) => {
    needsNumbers("trunc_vml_cpu", a);
  },
});

export const frac = unary("frac", {
  node: "FracBackward0",
  of: (x) => x % 1,
  reads: "nothing",
  rule: (g) => g,
  formula: "∂L/∂y",
  takes: (a) => {
    needsFloat("frac_cpu", a);
  },
});

/** Runs the form of a remainder or quotient that fits its second operand, which a boolean makes a 0-d bool tensor. */
export function byOperand(
  ofTensors: Op,
  ofNumbers: Op,
  a: Tensor,
  b: Tensor | number | boolean,
  attrs: Attrs = {},
): Tensor {
  if (typeof b === "number") return apply(ofNumbers, [a], { attrs, numbers: [b] });
  return apply(ofTensors, [a, typeof b === "boolean" ? a.scalar(b) : b], { attrs, numbers: [] });
}
