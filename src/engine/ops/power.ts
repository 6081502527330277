import { applyOne, applyTwo } from "../apply";
import { isFloating, rounders, type Round } from "../dtype";
import { runtimeError } from "../errors";
import * as curves from "../kernels/curves";
import * as lanes from "../kernels/lanes.simd";
import { map } from "../kernels/loops";
import { powAlone } from "../kernels/sleef.log";
import { calling, op } from "../op";
import type { Tensor } from "../tensor";
import { elementwise } from "./arith";
import { fit } from "./gradient";
import { laneInRuns, laneOf2, laneOfNumber } from "./lanes";
import { cast, fresh, numberType, refused } from "./result";

/** The exponents that {@link raised} takes short cuts for. */
const short: ReadonlySet<number> = new Set([2, 3, 1, 0.5, -0.5, -1, -2]);

/** x to the power n with the short cuts PyTorch takes, each product rounded. */
function raised(x: number, n: number, r: Round): number {
  if (n === 2) return x * x;
  if (n === 3) return r(x * x) * x;
  if (n === 1) return x;
  if (n === 0.5) return Math.sqrt(x);
  if (n === -0.5) return 1 / r(Math.sqrt(x));
  if (n === -1) return 1 / x;
  if (n === -2) return 1 / r(x * x);
  return powAlone(x, n);
}

/** Integers to a negative power are 0, but for 1 and −1 (`powi`). */
function wholePower(x: number, n: number): number {
  return n < 0 && x === 0 ? 0 : Math.trunc(powAlone(x, n));
}

/** a to the power of a number. */
export const powNumber = op({
  name: "pow",
  symbol: "^",
  node: "PowBackward0",
  inputs: ["a"],
  numbers: ["exponent"],
  pointwise: true,
  forward: ([a], { numbers }) => {
    const n = numbers[0] ?? 1;
    const dtype = numberType(a, n);
    if (!isFloating(dtype) && n < 0) {
      throw runtimeError(
        "Integers to negative integer powers are not allowed.",
        'Convert the tensor first with .to("float32").',
      );
    }
    const lane = n === 2 ? lanes.square : short.has(n) ? null : curves.power(n);
    const quick = lane === null ? null : laneInRuns(a, lane);
    if (quick !== null) return quick;
    const r = rounders[dtype];
    return fresh(
      map(cast(a, dtype), dtype, (x) => raised(x, n, r)),
      a.shape,
    );
  },
  saves: () => ({ a: true }),
  backward: {
    a: (g, s) => {
      const n = s.numbers[0] ?? 1;
      return n === 0 ? g.zerosLike() : g.mul(s.a.pow(n - 1).mul(n));
    },
  },
  kernel: (g, _, { a, call }) =>
    a === null || call.numbers[0] !== 2 ? null : fit(laneOf2(g, a, lanes.squareSlope), a),
  formula: { a: "∂L/∂y · exponent · a^(exponent − 1)" },
  scalar: {
    forward: raised,
    backward: [(g, a, n, _y, r) => (n === 0 ? 0 : g * r(r(n) * r(raised(a, n - 1, r))))],
  },
});

/** a to the power b. */
export const pow = op({
  name: "pow",
  symbol: "^",
  node: "PowBackward1",
  inputs: ["a", "b"],
  pointwise: true,
  forward: (x) => {
    if (x.every((each) => each.dtype === "bool")) throw refused("pow", "bool");
    return elementwise(x, x.some((each) => isFloating(each.dtype)) ? powAlone : wholePower, false, curves.pow);
  },
  saves: () => ({ a: true, b: true, y: true }),
  backward: {
    a: (g, s) => {
      const slope = g.mul(s.b.mul(s.a.pow(s.b.sub(1))));
      return s.b.eq(0).where(slope.zerosLike(), slope);
    },
    b: (g, s) => g.mul(s.a.eq(0).logicalAnd(s.b.ge(0)).where(s.y.zerosLike(), s.y.mul(s.a.log()))),
  },
  formula: { a: "∂L/∂y · b · a^(b − 1)", b: "∂L/∂y · y · ln a" },
});

/** A number to the power b. */
export const rpow = op({
  name: "rpow",
  symbol: "^",
  node: "PowBackward1",
  inputs: ["b"],
  numbers: ["base"],
  pointwise: true,
  forward: ([b], { numbers }) => {
    const base = numbers[0] ?? 1;
    const dtype = numberType(b, base);
    const x = rounders[dtype](base);
    const quick = laneOfNumber(b, base, curves.rpow);
    if (quick !== null) return quick;
    const of = isFloating(dtype) ? powAlone : wholePower;
    return fresh(
      map(cast(b, dtype), dtype, (n) => of(x, n)),
      b.shape,
    );
  },
  saves: () => ({ b: true, y: true }),
  backward: {
    b: (g, s) => {
      const base = s.numbers[0] ?? 1;
      const slope = s.y.mul(Math.log(base));
      return g.mul(base === 0 ? s.b.ge(0).where(s.y.zerosLike(), slope) : slope);
    },
  },
  formula: { b: "∂L/∂y · y · ln base" },
});

/** `base ** exponent` where either may be a number, not both. */
export function powerOf(base: Tensor, exponent: Tensor | number): Tensor {
  return typeof exponent === "number"
    ? applyOne(powNumber, base, calling(undefined, [exponent]))
    : applyTwo(pow, base, exponent);
}
