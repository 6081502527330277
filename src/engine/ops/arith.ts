import { isFloating, rounders } from "../dtype";
import { runtimeError } from "../errors";
import { basic } from "../kernels/basic";
import * as lanes from "../kernels/lanes.simd";
import type { Lane2 } from "../kernels/lanes";
import { map, zip } from "../kernels/loops";
import { type Call, calling, op, type Op } from "../op";
import { broadcast } from "../shape";
import type { Tensor } from "../tensor";
import { applyOne, applyTwo } from "../apply";
import { fit } from "./gradient";
import { laneInto, laneIntoNumber, laneIntoScaled, laneOf1, laneOf2, laneOfNumber } from "./lanes";
import { cast, floatOf, fresh, numberType, resultType } from "./result";

type Two = readonly [Tensor, Tensor];
type Binary = (a: number, b: number) => number;

/** The elementwise result of two tensors after promotion and broadcasting. */
export function elementwise([a, b]: Two, f: Binary, float = false, lane?: Lane2): Tensor {
  const quick = lane === undefined ? null : laneOf2(a, b, lane);
  if (quick !== null) return quick;
  const shape = broadcast(a.shape, b.shape);
  const common = resultType([a, b]);
  const dtype = float ? floatOf(common) : common;
  return fresh(zip(cast(a, dtype), cast(b, dtype), shape, dtype, truth(dtype, f)), shape);
}

/** The elementwise result of a tensor and the number operand, rounded to the dtype first. */
export function withScalar([a]: readonly [Tensor], { numbers }: Call, f: Binary, float = false, lane?: Lane2): Tensor {
  const value = numbers[0] ?? 0;
  const quick = lane === undefined ? null : laneOfNumber(a, value, lane);
  if (quick !== null) return quick;
  const common = numberType(a, value);
  const dtype = float ? floatOf(common) : common;
  const b = rounders[dtype](value);
  return fresh(
    map(cast(a, dtype), dtype, (x) => f(x, b)),
    a.shape,
  );
}

function truth(dtype: string, f: Binary): Binary {
  return dtype === "bool" ? (x, y) => (f(x, y) === 0 ? 0 : 1) : f;
}

function refuseBools(a: Tensor, b: Tensor | null): void {
  if (a.dtype === "bool" && b?.dtype === "bool") {
    throw runtimeError(
      "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
      "Here that is .logicalXor().",
    );
  }
  if (a.dtype === "bool" || b?.dtype === "bool") {
    throw runtimeError(
      "Subtraction, the `-` operator, with a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.",
      "Here that is .logicalNot().",
    );
  }
}

/** a + b */
export const add = op({
  name: "add",
  symbol: "+",
  node: "AddBackward0",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => elementwise(x, (a, b) => a + b, false, lanes.add),
  backward: { a: (g) => g, b: (g) => g },
  kernel: (g, k, of) => fit(g, k === 0 ? of.a : of.b),
  inPlace: (y, x) => x !== null && laneInto(y, x, lanes.add),
  formula: { a: "∂L/∂y", b: "∂L/∂y" },
  scalar: { basic: basic.sum, forward: (a, b) => a + b, backward: [(g) => g, (g) => g] },
});

/** a + number */
export const addNumber = op({
  name: "add",
  symbol: "+",
  node: "AddBackward0",
  inputs: ["a"],
  numbers: ["other"],
  pointwise: true,
  forward: (x, call) => withScalar(x, call, (a, b) => a + b, false, lanes.add),
  backward: { a: (g) => g },
  kernel: (g, _, of) => fit(g, of.a),
  inPlace: (y, _, { numbers }) => laneIntoNumber(y, numbers[0] ?? 0, lanes.add),
  formula: { a: "∂L/∂y" },
  scalar: { basic: basic.sum, forward: (a, b) => a + b, backward: [(g) => g] },
});

/** a + alpha·b, rounded once. */
export const addScaled = op({
  name: "add",
  symbol: "+",
  node: "AddBackward0",
  inputs: ["a", "b"],
  numbers: ["alpha"],
  pointwise: true,
  forward: (x, call) => scaled(x, call, 1),
  backward: { a: (g) => g, b: (g, s) => g.mul(s.numbers[0] ?? 1) },
  inPlace: (y, x, { numbers }) => laneIntoScaled(y, x, Math.fround(numbers[0] ?? 1)),
  formula: { a: "∂L/∂y", b: "alpha · ∂L/∂y" },
});

function scaled(x: Two, { numbers }: Call, sign: number): Tensor {
  const dtype = resultType(x);
  const [factor = 1] = numbers;
  if (!isFloating(dtype) && !Number.isInteger(factor)) {
    throw runtimeError(
      "For integral input tensors, argument alpha must not be a floating point number.",
      'Use a whole alpha, or convert the tensor first with .to("float32").',
    );
  }
  const alpha = rounders[dtype](factor);
  return elementwise(x, (a, b) => a + sign * alpha * b);
}

/** a − b */
export const sub = op({
  name: "sub",
  symbol: "−",
  node: "SubBackward0",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => {
    refuseBools(...x);
    return elementwise(x, (a, b) => a - b, false, lanes.sub);
  },
  backward: { a: (g) => g, b: (g) => g.neg() },
  kernel: (g, k, of) => fit(k === 0 ? g : laneOf1(g, lanes.neg), k === 0 ? of.a : of.b),
  inPlace: (y, x) => x !== null && laneInto(y, x, lanes.sub),
  formula: { a: "∂L/∂y", b: "−∂L/∂y" },
  scalar: { basic: basic.difference, forward: (a, b) => a - b, backward: [(g) => g, (g) => -g] },
});

/** a − number */
export const subNumber = op({
  name: "sub",
  symbol: "−",
  node: "SubBackward0",
  inputs: ["a"],
  numbers: ["other"],
  pointwise: true,
  forward: (x, call) => {
    refuseBools(x[0], null);
    return withScalar(x, call, (a, b) => a - b, false, lanes.sub);
  },
  backward: { a: (g) => g },
  kernel: (g, _, of) => fit(g, of.a),
  inPlace: (y, _, { numbers }) => laneIntoNumber(y, numbers[0] ?? 0, lanes.sub),
  formula: { a: "∂L/∂y" },
  scalar: { basic: basic.difference, forward: (a, b) => a - b, backward: [(g) => g] },
});

/** a − alpha·b, rounded once. */
export const subScaled = op({
  name: "sub",
  symbol: "−",
  node: "SubBackward0",
  inputs: ["a", "b"],
  numbers: ["alpha"],
  pointwise: true,
  forward: (x, call) => {
    refuseBools(...x);
    return scaled(x, call, -1);
  },
  backward: { a: (g) => g, b: (g, s) => g.mul(-(s.numbers[0] ?? 1)) },
  inPlace: (y, x, { numbers }) => laneIntoScaled(y, x, -Math.fround(numbers[0] ?? 1)),
  formula: { a: "∂L/∂y", b: "−alpha · ∂L/∂y" },
});

/** number − a */
export const rsub = op({
  name: "rsub",
  symbol: "−",
  node: "RsubBackward1",
  inputs: ["a"],
  numbers: ["other"],
  pointwise: true,
  forward: (x, call) => {
    refuseBools(x[0], null);
    return withScalar(x, call, (a, b) => b - a);
  },
  backward: { a: (g) => g.neg() },
  formula: { a: "−∂L/∂y" },
  scalar: { forward: (a, b) => b - a, backward: [(g) => -g] },
});

/** a · b */
export const mul = op({
  name: "mul",
  symbol: "×",
  node: "MulBackward0",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => elementwise(x, (a, b) => a * b, false, lanes.mul),
  saves: (needs) => ({ a: needs.b, b: needs.a }),
  backward: { a: (g, s) => g.mul(s.b), b: (g, s) => g.mul(s.a) },
  kernel: (g, k, { a, b }) => {
    const other = k === 0 ? b : a;
    return other === null ? null : fit(laneOf2(g, other, lanes.mul), k === 0 ? a : b);
  },
  inPlace: (y, x) => x !== null && laneInto(y, x, lanes.mul),
  formula: { a: "∂L/∂y · b", b: "∂L/∂y · a" },
  scalar: {
    basic: basic.product,
    forward: (a, b) => a * b,
    backward: [(g, _a, b) => g * b, (g, a) => g * a],
  },
});

/** a · number */
export const mulNumber = op({
  name: "mul",
  symbol: "×",
  node: "MulBackward0",
  inputs: ["a"],
  numbers: ["other"],
  keepsNumbers: true,
  pointwise: true,
  forward: (x, call) => withScalar(x, call, (a, b) => a * b, false, lanes.mul),
  backward: { a: (g, s) => g.mul(s.numbers[0] ?? 1) },
  kernel: (g, _, of) => fit(laneOfNumber(g, of.call.numbers[0] ?? 1, lanes.mul), of.a),
  inPlace: (y, _, { numbers }) => laneIntoNumber(y, numbers[0] ?? 0, lanes.mul),
  formula: { a: "∂L/∂y · other" },
  scalar: { basic: basic.product, forward: (a, b) => a * b, backward: [(g, _a, b) => g * b] },
});

/** a / b */
export const div = op({
  name: "div",
  symbol: "÷",
  node: "DivBackward0",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => elementwise(x, (a, b) => a / b, true, lanes.div),
  saves: (needs) => ({ a: needs.b, b: true }),
  backward: { a: (g, s) => g.div(s.b), b: (g, s) => g.neg().mul(s.a.div(s.b).div(s.b)) },
  formula: { a: "∂L/∂y / b", b: "−∂L/∂y · a / b²" },
  scalar: { forward: (a, b) => a / b, backward: [(g, _a, b) => g / b, (g, a, b, _y, r) => -g * r(r(a / b) / b)] },
});

/** a / number */
export const divNumber = op({
  name: "div",
  symbol: "÷",
  node: "DivBackward0",
  inputs: ["a"],
  numbers: ["other"],
  keepsNumbers: true,
  pointwise: true,
  forward: (x, call) => withScalar(x, call, (a, b) => a / b, true, lanes.div),
  backward: { a: (g, s) => g.div(s.numbers[0] ?? 1) },
  formula: { a: "∂L/∂y / other" },
  scalar: { forward: (a, b) => a / b, backward: [(g, _a, b) => g / b] },
});

/** −a */
export const neg = op({
  name: "neg",
  symbol: "−",
  node: "NegBackward0",
  inputs: ["a"],
  pointwise: true,
  forward: ([a]) => {
    if (a.dtype === "bool") {
      throw runtimeError(
        "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.",
        "Here that is .logicalNot().",
      );
    }
    return fresh(map(a, a.dtype, a.dtype === "float32" || a.dtype === "float64" ? (x) => -x : (x) => 0 - x), a.shape);
  },
  backward: { a: (g) => g.neg() },
  kernel: (g, _, of) => fit(laneOf1(g, lanes.neg), of.a),
  formula: { a: "−∂L/∂y" },
  scalar: { forward: (a) => -a, backward: [(g) => -g] },
});

/** Runs the form of an op that fits its second operand: a tensor, or a number (a boolean counts as a 0-d bool tensor). */
export function binary(ofTensors: Op, ofNumber: Op, a: Tensor, b: Tensor | number | boolean): Tensor {
  if (typeof b === "number") return applyOne(ofNumber, a, calling(undefined, [b]));
  return applyTwo(ofTensors, a, typeof b === "boolean" ? a.scalar(b) : b);
}
