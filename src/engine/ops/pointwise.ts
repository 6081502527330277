import { type DType, type Round, rounders } from "../dtype";
import { runtimeError } from "../errors";
import * as curves from "../kernels/curves";
import * as lanes from "../kernels/lanes.simd";
import * as angles from "../kernels/sleef.angle";
import * as exps from "../kernels/sleef.exp";
import * as logs from "../kernels/sleef.log";
import type { Lane1, Lane2 } from "../kernels/lanes";
import { map } from "../kernels/loops";
import { type Op, op, type Saved, type ScalarRules } from "../op";
import type { Attrs } from "../observer";
import type { Tensor } from "../tensor";
import { blocked, fit, straight } from "./gradient";
import { laneInRuns, slopeOf } from "./lanes";
import { cast, floatOf, fresh, needsNumbers } from "./result";

type Unary = (x: number, r: Round) => number;
type Rule = (g: Tensor, s: Saved<"a", Attrs>) => Tensor;

interface Spec {
  readonly node: string;
  readonly symbol?: string;
  /** In doubles, or with `r` where PyTorch rounds inside. */
  readonly of: Unary;
  /** The same of a float32 that is computed alone, where PyTorch computes it in another way. */
  readonly single?: (x: number) => number;
  /** What the rule reads: the operand or the output. */
  readonly reads: "a" | "y" | "nothing";
  readonly rule: Rule;
  readonly formula: string;
  /** The rule on plain numbers. */
  readonly slope?: (g: number, a: number, y: number, r: Round) => number;
  /** Both on float32 buffers; the slope's second operand is what the rule reads. */
  readonly lane?: Lane1;
  readonly laneSlope?: Lane2;
  /** Whether integers stay integers, "widened" with booleans to int64; otherwise they become float32. */
  readonly integers?: boolean | "widened";
  /** Refuses the dtypes that PyTorch's kernel refuses. */
  readonly takes?: (a: Tensor) => void;
}

/** An elementwise function of one tensor. */
export function unary(name: string, spec: Spec): Op {
  const { slope, single } = spec;
  const each = (r: Round) => (r === Math.fround && single ? single : (x: number) => spec.of(x, r));
  const scalar: ScalarRules | undefined =
    slope === undefined
      ? undefined
      : { forward: (a, _b, r) => each(r)(a), backward: [(g, a, _b, y, r) => slope(g, a, y, r)] };
  return op({
    name,
    symbol: spec.symbol ?? name,
    node: spec.node,
    inputs: ["a"],
    pointwise: true,
    forward: ([a]) => {
      const quick = spec.lane === undefined ? null : laneInRuns(a, spec.lane);
      if (quick !== null) return quick;
      spec.takes?.(a);
      const dtype = dtypeOf(a, spec.integers);
      return fresh(map(cast(a, dtype), dtype, each(rounders[dtype])), a.shape);
    },
    saves: (needs) => ({ a: needs.a && spec.reads === "a", y: needs.a && spec.reads === "y" }),
    backward: { a: spec.rule },
    kernel: (g, _, of) => {
      const read = spec.reads === "a" ? of.a : of.y;
      return spec.laneSlope === undefined || read === null ? null : fit(slopeOf(g, read, spec.laneSlope), of.a);
    },
    formula: { a: spec.formula },
    ...(scalar === undefined ? {} : { scalar }),
  });
}

function dtypeOf(a: Tensor, integers: Spec["integers"]): DType {
  if (integers === undefined || integers === false) return floatOf(a.dtype);
  return integers === "widened" && a.dtype === "bool" ? "int64" : a.dtype;
}

function numbers(kernel: string): (a: Tensor) => void {
  return (a) => {
    needsNumbers(kernel, a);
  };
}

const zero: Rule = (g) => g.zerosLike();

export const exp = unary("exp", {
  node: "ExpBackward0",
  of: Math.exp,
  single: exps.exp,
  lane: curves.exp,
  laneSlope: lanes.mul,
  reads: "y",
  rule: (g, s) => g.mul(s.y),
  formula: "∂L/∂y · y",
  slope: (g, _a, y) => g * y,
});

export const log = unary("log", {
  node: "LogBackward0",
  of: Math.log,
  single: logs.log,
  lane: curves.log,
  reads: "a",
  rule: (g, s) => g.div(s.a),
  formula: "∂L/∂y / a",
  slope: (g, a) => g / a,
});

export const sqrt = unary("sqrt", {
  node: "SqrtBackward0",
  symbol: "√",
  of: Math.sqrt,
  lane: lanes.sqrt,
  reads: "y",
  rule: (g, s) => g.div(s.y.mul(2)),
  formula: "∂L/∂y / (2 · y)",
  slope: (g, _a, y) => g / (2 * y),
});

export const rsqrt = unary("rsqrt", {
  node: "RsqrtBackward0",
  of: (x, r) => 1 / r(Math.sqrt(x)),
  reads: "y",
  rule: (g, s) => g.mul(-0.5).mul(s.y.pow(3)),
  formula: "−½ · ∂L/∂y · y³",
});

export const sin = unary("sin", {
  node: "SinBackward0",
  of: Math.sin,
  single: angles.sin,
  lane: curves.sin,
  reads: "a",
  rule: (g, s) => g.mul(s.a.cos()),
  formula: "∂L/∂y · cos a",
  slope: (g, a, _y, r) => g * r(r === Math.fround ? angles.cos(a) : Math.cos(a)),
});

export const cos = unary("cos", {
  node: "CosBackward0",
  of: Math.cos,
  single: angles.cos,
  lane: curves.cos,
  reads: "a",
  rule: (g, s) => g.mul(s.a.sin().neg()),
  formula: "−∂L/∂y · sin a",
  slope: (g, a, _y, r) => -g * r(r === Math.fround ? angles.sin(a) : Math.sin(a)),
});

export const tanh = unary("tanh", {
  node: "TanhBackward0",
  of: Math.tanh,
  single: exps.tanh,
  reads: "y",
  rule: (g, s) => g.mul(s.y.onesLike().addcmul(s.y, s.y, { value: -1 })),
  lane: curves.tanh,
  laneSlope: lanes.tanhSlope,
  formula: "∂L/∂y · (1 − y²)",
  slope: (g, _a, y, r) => g * r(1 - y * y),
});

export const sigmoid = unary("sigmoid", {
  node: "SigmoidBackward0",
  symbol: "σ",
  of: (x) => 1 / (1 + Math.exp(-x)),
  single: curves.sigmoidAlone,
  reads: "y",
  rule: (g, s) => g.mul(s.y.rsub(1)).mul(s.y),
  lane: curves.sigmoid,
  laneSlope: lanes.sigmoidSlope,
  formula: "∂L/∂y · (1 − y) · y",
  slope: (g, _a, y, r) => r(g * r(1 - y)) * y,
});

export const relu = unary("relu", {
  node: "ReluBackward0",
  of: (x) => (x > 0 || x !== x ? x : 0),
  reads: "y",
  rule: (g, s) => straight(blocked(g, s.y.le(0)), s.y),
  lane: lanes.relu,
  laneSlope: lanes.reluSlope,
  formula: "∂L/∂y where y > 0, else 0",
  slope: (g, _a, y) => (y <= 0 ? 0 : g),
  integers: true,
  takes: (a) => {
    if (a.dtype !== "bool") return;
    throw runtimeError("Boolean inputs not supported for relu", 'Convert it first with .to("float32").');
  },
});

export const square = unary("square", {
  node: "PowBackward0",
  symbol: "²",
  of: (x) => x * x,
  reads: "a",
  rule: (g, s) => g.mul(s.a.mul(2)),
  lane: lanes.square,
  laneSlope: lanes.squareSlope,
  formula: "∂L/∂y · 2a",
  slope: (g, a) => g * (2 * a),
  integers: "widened",
});

export const reciprocal = unary("reciprocal", {
  node: "ReciprocalBackward0",
  of: (x) => 1 / x,
  reads: "y",
  rule: (g, s) => g.neg().mul(s.y.mul(s.y)),
  formula: "−∂L/∂y · y²",
  slope: (g, _a, y, r) => -g * r(y * y),
});

export const log1p = unary("log1p", {
  node: "Log1PBackward0",
  of: Math.log1p,
  single: logs.log1p,
  lane: curves.log1p,
  reads: "a",
  rule: (g, s) => g.div(s.a.add(1)),
  formula: "∂L/∂y / (1 + a)",
});

export const log2 = unary("log2", {
  node: "Log2Backward0",
  of: Math.log2,
  single: logs.log2,
  lane: curves.log2,
  reads: "a",
  rule: (g, s) => g.div(s.a.mul(Math.LN2)),
  formula: "∂L/∂y / (a · ln 2)",
});

export const expm1 = unary("expm1", {
  node: "Expm1Backward0",
  of: Math.expm1,
  single: exps.expm1,
  lane: curves.expm1,
  reads: "y",
  rule: (g, s) => g.mul(s.y.add(1)),
  formula: "∂L/∂y · (y + 1)",
});

export const abs = unary("abs", {
  node: "AbsBackward0",
  symbol: "|·|",
  of: Math.abs,
  reads: "a",
  rule: (g, s) => g.mul(s.a.sign()),
  formula: "∂L/∂y · sign a",
  slope: (g, a) => g * signOf(a),
  integers: true,
  takes: numbers("abs_cpu"),
});

export const sign = unary("sign", {
  node: "SignBackward0",
  of: signOf,
  reads: "nothing",
  rule: zero,
  formula: "0",
  integers: true,
});

export const floor = unary("floor", {
  node: "FloorBackward0",
  symbol: "⌊·⌋",
  of: Math.floor,
  reads: "nothing",
  rule: zero,
  formula: "0",
  integers: true,
  takes: numbers("floor_vml_cpu"),
});

export const ceil = unary("ceil", {
  node: "CeilBackward0",
  symbol: "⌈·⌉",
  of: Math.ceil,
  reads: "nothing",
  rule: zero,
  formula: "0",
  integers: true,
  takes: numbers("ceil_vml_cpu"),
});

/** Rounds halves to even, as PyTorch. */
export const round = unary("round", {
  node: "RoundBackward0",
  of: (x) => (Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.sign(x) * Math.round(Math.abs(x))),
  reads: "nothing",
  rule: zero,
  formula: "0",
  integers: true,
  takes: numbers("round_vml_cpu"),
});

function signOf(x: number): number {
  return x > 0 ? 1 : x < 0 ? -1 : 0;
}
