import { apply } from "../apply";
import { runtimeError } from "../errors";
import { isFloating, rounders } from "../dtype";
import { map, zip, zip3 } from "../kernels/loops";
import type { Attrs } from "../observer";
import { calling, op, opWith } from "../op";
import { broadcast } from "../shape";
import type { Tensor } from "../tensor";
import { elementwise } from "./arith";
import { passing } from "./gradient";
import { cast, fresh, resultType } from "./result";

/** A bound of clamp: a number, or a tensor that broadcasts; null for none. */
export type Bound = Tensor | number | null | undefined;

function atLeast(x: number, low: number): number {
  return x !== x || low !== low ? NaN : Math.max(x, low);
}

function atMost(x: number, high: number): number {
  return x !== x || high !== high ? NaN : Math.min(x, high);
}

/** Bounds; null for none. */
interface Bounds extends Attrs {
  readonly min: number | null;
  readonly max: number | null;
}

/** clamp to [min, max]; the gradient passes at the bounds. A NaN bound alone bounds nothing, one of two makes all NaN. */
export const clamp = opWith<Bounds>()({
  name: "clamp",
  node: "ClampBackward1",
  inputs: ["a"],
  pointwise: true,
  forward: ([a], { attrs }) => {
    const { min, max } = attrs;
    if (min === null && max === null) {
      throw runtimeError(
        "torch.clamp: At least one of 'min' or 'max' must not be None",
        "Give .clamp({ min, max }) at least one.",
      );
    }
    const float = isFloating(a.dtype) || [min, max].every((bound) => bound === null || Number.isInteger(bound));
    const dtype = !float ? "float32" : a.dtype === "bool" ? "int64" : a.dtype;
    const both = min !== null && max !== null;
    const low = min === null || (min !== min && !both) ? -Infinity : rounders[dtype](min);
    const high = max === null || (max !== max && !both) ? Infinity : rounders[dtype](max);
    return fresh(
      map(cast(a, dtype), dtype, (x) => (x !== x ? x : Math.min(Math.max(x, low), high))),
      a.shape,
    );
  },
  saves: () => ({ a: true }),
  backward: {
    a: (g, s) => {
      const { min, max } = s.attrs;
      let passes = min === null ? s.a.le(max ?? Infinity) : s.a.ge(min);
      if (min !== null && max !== null) passes = passes.logicalAnd(s.a.le(max));
      return passing(g, passes);
    },
  },
  formula: { a: "∂L/∂y where min ≤ a ≤ max, else 0" },
});

/** clamp between tensors; where min > max the result is max. */
export const clampBetween = op({
  name: "clamp",
  node: "ClampBackward0",
  inputs: ["a", "min", "max"],
  pointwise: true,
  forward: ([a, min, max]) => {
    const dtype = resultType([a, min, max]);
    const shape = broadcast(broadcast(a.shape, min.shape), max.shape);
    return fresh(
      zip3([cast(a, dtype), cast(min, dtype), cast(max, dtype)], shape, dtype, (x, low, high) =>
        atMost(atLeast(x, low), high),
      ),
      shape,
    );
  },
  saves: () => ({ a: true, min: true, max: true }),
  backward: {
    a: (g, s) => passing(g, s.a.ge(s.min).logicalAnd(s.a.le(s.max))),
    min: (g, s) => passing(g, s.min.lt(s.max).logicalAnd(s.a.lt(s.min))),
    max: (g, s) => passing(g, s.a.gt(s.max).logicalOr(s.max.lt(s.min))),
  },
  formula: { a: "∂L/∂y where min ≤ a ≤ max, else 0", min: "∂L/∂y where a < min < max", max: "∂L/∂y where a > max" },
});

/** clamp from below by a tensor. */
export const clampLow = op({
  name: "clampMin",
  node: "ClampMinBackward1",
  inputs: ["a", "min"],
  pointwise: true,
  forward: (x) => elementwise(x, atLeast),
  saves: () => ({ a: true, min: true }),
  backward: { a: (g, s) => passing(g, s.a.ge(s.min)), min: (g, s) => passing(g, s.a.lt(s.min)) },
  formula: { a: "∂L/∂y where a ≥ min, else 0", min: "∂L/∂y where a < min, else 0" },
});

/** clamp from above by a tensor. */
export const clampHigh = op({
  name: "clampMax",
  node: "ClampMaxBackward1",
  inputs: ["a", "max"],
  pointwise: true,
  forward: (x) => elementwise(x, atMost),
  saves: () => ({ a: true, max: true }),
  backward: { a: (g, s) => passing(g, s.a.le(s.max)), max: (g, s) => passing(g, s.a.gt(s.max)) },
  formula: { a: "∂L/∂y where a ≤ max, else 0", max: "∂L/∂y where a > max, else 0" },
});

/** What clamp runs for those bounds: its op, the tensors beside the operand, the attributes. */
export function clamping(a: Tensor, min: Bound, max: Bound) {
  const low = min ?? null;
  const high = max ?? null;
  if ((low === null || typeof low === "number") && (high === null || typeof high === "number")) {
    return { op: clamp, others: [], call: calling({ min: low, max: high }) };
  }
  const [lower, upper] = [low, high].map((bound) => (typeof bound === "number" ? a.scalar(bound) : bound));
  if (lower && upper) return { op: clampBetween, others: [lower, upper], call: calling() };
  return lower
    ? { op: clampLow, others: [lower], call: calling() }
    : { op: clampHigh, others: upper ? [upper] : [], call: calling() };
}

/** The other bound of clampMin and clampMax, which a NaN makes all NaN: in clamp one alone bounds nothing. */
export function sameNaN(bound: Tensor | number): number | null {
  return typeof bound === "number" && Number.isNaN(bound) ? NaN : null;
}

/** a limited to [min, max]. */
export function clamped(a: Tensor, min: Bound, max: Bound): Tensor {
  const { op: chosen, others, call } = clamping(a, min, max);
  return apply(chosen, [a, ...others], call);
}

/** The larger (or smaller) of two, of a NaN and a number the number; ties share the gradient. */
function ignoringNaN(name: string, node: string, larger: boolean) {
  return op({
    name,
    node,
    inputs: ["a", "b"],
    pointwise: true,
    forward: (x) => elementwise(x, (a, b) => (a !== a ? b : b !== b ? a : larger ? Math.max(a, b) : Math.min(a, b))),
    saves: () => ({ a: true, b: true }),
    backward: {
      a: (g, s) => passing(g, (larger ? s.a.ge(s.b) : s.a.le(s.b)).logicalOr(s.b.isnan())),
      b: (g, s) => passing(g, (larger ? s.a.ge(s.b) : s.a.le(s.b)).logicalOr(s.b.isnan()).logicalNot()),
    },
    formula: { a: "∂L/∂y where a wins or ties, else 0", b: "∂L/∂y where b wins, else 0" },
  });
}

export const fmax = ignoringNaN("fmax", "FmaxBackward0", true);
export const fmin = ignoringNaN("fmin", "FminBackward0", false);

interface Tolerance {
  readonly rtol: number;
  readonly atol: number;
  readonly equalNan: boolean;
}

/** |a − b| ≤ atol + rtol · |b|, element by element. */
export const isclose = op({
  name: "isclose",
  symbol: "≈",
  node: "",
  inputs: ["a", "b"],
  numbers: ["rtol", "atol", "equalNan"],
  pointwise: true,
  forward: ([a, b], { numbers: [rtol = 1e-5, atol = 1e-8, equalNan = 0] }) => {
    if (a.dtype !== b.dtype) {
      throw runtimeError(`${a.dtype} did not match ${b.dtype}`, `Convert one of them, as .to("${a.dtype}").`);
    }
    const shape = broadcast(a.shape, b.shape);
    const near = (x: number, y: number) =>
      x === y ||
      (x !== x && y !== y && equalNan !== 0) ||
      (Number.isFinite(x - y) && Math.abs(x - y) <= atol + rtol * Math.abs(y));
    return fresh(
      zip(a, b, shape, "bool", (x, y) => (near(x, y) ? 1 : 0)),
      shape,
    );
  },
});

/** The number operands of {@link isclose}. */
export function tolerances(options: Partial<Tolerance>): readonly number[] {
  return [options.rtol ?? 1e-5, options.atol ?? 1e-8, options.equalNan === true ? 1 : 0];
}

/** Options of isclose and allclose. */
export type CloseOptions = Partial<Tolerance>;
