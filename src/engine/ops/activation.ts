import { apply } from "../apply";
import { type Round, rounders } from "../dtype";
import { runtimeError } from "../errors";
import * as activations from "../kernels/activations";
import { alone, type Elementary, inVectors, type Slopes, type Values } from "../kernels/activations";
import type { Lane1, Lane2 } from "../kernels/lanes";
import { map, packed, zip } from "../kernels/loops";
import type { Attrs } from "../observer";
import { calling, type Op, op, opWith } from "../op";
import { broadcast, numel, scalarShape } from "../shape";
import { allocate } from "../storage";
import type { Tensor } from "../tensor";
import { withNumber } from "./compare";
import { blocked, straight } from "./gradient";
import { cat } from "./join";
import { laneOf1, laneOf2 } from "./lanes";
import { inMemoryOrder, runLength } from "./order";
import { fresh, likeImages, needsFloat, needsNumbers, window } from "./result";

interface Spec {
  readonly node: string;
  readonly symbol?: string;
  readonly numbers?: readonly string[];
  /** Refuses the dtypes that PyTorch's kernel refuses. */
  readonly takes: (a: Tensor) => void;
  /** In doubles, or with `r` where PyTorch's result shows a rounding inside; `p` are the number operands. */
  readonly of: (x: number, p: readonly number[], r: Round) => number;
  /** Of floats, and the slopes with roundings that the rule has not; all of them in vectors where `all` says so. */
  readonly values?: Values;
  readonly slopes?: Slopes;
  readonly all?: boolean;
  /** The same on float32 buffers. */
  readonly lane?: Lane1;
  readonly laneSlope?: Lane2;
  /** PyTorch's result lies row-major whatever the operand does. */
  readonly rowMajor?: boolean;
  readonly rule: (g: Tensor, a: Tensor, p: readonly number[]) => Tensor;
  readonly formula: string;
}

/** An elementwise function of floats. */
export function activation(name: string, spec: Spec): Op {
  const { lane, laneSlope, values, slopes, all = false } = spec;
  return op({
    name,
    symbol: spec.symbol ?? name,
    node: spec.node,
    inputs: ["a"],
    numbers: spec.numbers ?? [],
    forward: ([a], { numbers }) => {
      spec.takes(a);
      const quick = lane === undefined ? null : laneOf1(a, lane);
      if (quick !== null) return quick;
      const r = rounders[a.dtype];
      const p = numbers.map(r);
      const computed = (x: Tensor) =>
        values === undefined || x.dtype !== "float32"
          ? fresh(
              map(x, x.dtype, (each) => spec.of(each, p, r)),
              x.shape,
            )
          : inParts([x], all, (c, [part = none]) => values(c, part, p));
      return spec.rowMajor === true ? computed(a) : inMemoryOrder([a], ([x = a]) => computed(x));
    },
    saves: () => ({ a: true }),
    backward: { a: (g, s) => spec.rule(g, s.a, s.numbers) },
    kernelLeads: laneSlope !== undefined || slopes !== undefined,
    kernel: (g, _, { a, call }) => {
      if (a === null) return null;
      const quick = laneSlope === undefined ? null : laneOf2(g, a, laneSlope);
      if (quick !== null) return quick;
      if (slopes === undefined || g.dtype !== "float32" || a.dtype !== "float32") return null;
      const p = call.numbers.map(Math.fround);
      return inMemoryOrder([g, a], (operands) =>
        inParts(operands, all, (c, [by = none, x = none]) => slopes(c, by, x, p)),
      );
    },
    formula: { a: spec.formula },
  });
}

/** Two vectors of floats: PyTorch's loops take so many elements at a time. */
const together = 16;

const none = new Float32Array(0);

function floatsOf(x: Tensor): Float32Array {
  const data = packed(x);
  return data instanceof Float32Array ? data : none;
}

type Computing = (c: Elementary, parts: readonly Float32Array[]) => Float32Array;

/** What is computed of float32 operands of one shape in vectors, and one by one what these leave over of each run. */
function inParts(operands: readonly Tensor[], all: boolean, of: Computing): Tensor {
  const shape = operands[0]?.shape ?? scalarShape;
  const given = operands.map(floatsOf);
  const out = allocate("float32", numel(shape));
  const run = all
    ? out.length
    : runLength(
        shape,
        operands.map((x) => x.strides),
      );
  const whole = all ? run : run - (run % together);
  const put = (c: Elementary, from: number, to: number) => {
    const parts = given.map((x) => x.subarray(from, to));
    if (to > from) out.data.set(of(c, parts), out.start + from);
  };
  for (let at = 0; at < out.length; at += run) {
    put(inVectors, at, at + whole);
    put(alone, at + whole, at + run);
  }
  return fresh(out, shape);
}

/** Refuses what is no float. */
export function floats(kernel: string): (a: Tensor) => void {
  return (a) => {
    needsFloat(kernel, a);
  };
}

function parameter(p: readonly number[], k: number): number {
  return p[k] ?? NaN;
}

export const silu = activation("silu", {
  node: "SiluBackward0",
  takes: floats("silu_cpu"),
  of: (x) => x / (1 + Math.exp(-x)),
  values: activations.silu,
  rule: (g, a) => {
    const sigma = a.sigmoid();
    return g.mul(sigma).mul(a.onesLike().addcmul(a, sigma.rsub(1)));
  },
  formula: "∂L/∂y · σ(a) · (1 + a · (1 − σ(a)))",
});

export const mish = activation("mish", {
  node: "MishBackward0",
  takes: floats("mish_cpu"),
  of: (x) => x * Math.tanh(softly(x, 1, Infinity)),
  values: activations.mish,
  slopes: activations.mishSlopes,
  rule: (g, a) => {
    const bent = apply(softplus, [a], calling(undefined, [1, 20])).tanh();
    return g.mul(bent.addcmul(a.mul(a.sigmoid()), bent.onesLike().addcmul(bent, bent, { value: -1 })));
  },
  formula: "∂L/∂y · (t + a · σ(a) · (1 − t²)), t = tanh(softplus a)",
});

function softly(x: number, beta: number, threshold: number): number {
  const scaled = x * beta;
  return scaled > threshold ? x : Math.log1p(Math.exp(scaled)) / beta;
}

export const softplus = activation("softplus", {
  node: "SoftplusBackward0",
  numbers: ["beta", "threshold"],
  takes: floats("softplus_cpu"),
  of: (x, p) => softly(x, parameter(p, 0), parameter(p, 1)),
  values: activations.softplus,
  slopes: activations.softplusSlopes,
  rule: (g, a, p) => {
    const scaled = a.mul(parameter(p, 0));
    const threshold = parameter(p, 1);
    // At the threshold the slope is still the curve's, but PyTorch's slope of that is already the line's.
    const power = scaled.maskedFill(scaled.ge(threshold), threshold).exp();
    return scaled.gt(threshold).where(g, g.mul(power).div(power.add(1)));
  },
  formula: "∂L/∂y · σ(beta · a), ∂L/∂y above the threshold",
});

export const leakyRelu = activation("leakyRelu", {
  node: "LeakyReluBackward0",
  numbers: ["negativeSlope"],
  takes: floats("leaky_relu_cpu"),
  of: (x, p) => (x > 0 ? x : x * parameter(p, 0)),
  rule: (g, a, p) => straight(a.gt(0).where(g, g.mul(parameter(p, 0))), a),
  formula: "∂L/∂y where a > 0, else negativeSlope · ∂L/∂y",
});

/** scale · (a, or alpha · (e^(inputScale · a) − 1) below 0): elu and selu. */
export const elu = exponentialUnit("elu", "EluBackward0");
/** The same by the name celu goes under. */
export const celu = exponentialUnit("celu", "CeluBackward0");
/** The same by the name selu goes under. */
export const selu = exponentialUnit("selu", "EluBackward0");

function exponentialUnit(name: string, node: string): Op {
  return activation(name, {
    node,
    numbers: ["alpha", "scale", "inputScale"],
    takes: floats("elu_cpu"),
    of: (x, [alpha = 1, scale = 1, inputScale = 1]) =>
      x <= 0 ? (Math.exp(x * inputScale) - 1) * (alpha * scale) : x * scale,
    values: activations.elu,
    slopes: activations.eluSlopes,
    rule: (g, a, [alpha = 1, scale = 1, inputScale = 1]) =>
      a.le(0).where(
        g
          .mul(inputScale)
          .mul(alpha * scale)
          .mul(a.maskedFill(a.ge(0), 0).mul(inputScale).exp()),
        g.mul(scale),
      ),
    formula: "∂L/∂y · scale where a > 0, else ∂L/∂y · alpha · scale · inputScale · e^(inputScale · a)",
  });
}

export const hardtanh = activation("hardtanh", {
  node: "HardtanhBackward0",
  numbers: ["min", "max"],
  takes: (a) => {
    if (a.dtype !== "bool") return;
    throw runtimeError("Bool inputs not supported for hardtanh", 'Convert it first with .to("float32").');
  },
  of: (x, [min = -1, max = 1]) => (x !== x ? x : Math.min(Math.max(x, min), max)),
  rule: (g, a, [min = -1, max = 1]) => straight(withNumber(g, a.le(min).logicalOr(a.ge(max))), a),
  formula: "∂L/∂y where min < a < max, else 0",
});

/** A float32 in ATen, also for float64. */
const sixth = Math.fround(1 / 6);

export const hardsigmoid = activation("hardsigmoid", {
  node: "HardsigmoidBackward0",
  takes: floats("hardsigmoid_cpu"),
  of: (x, _, r) => Math.min(Math.max(r(x + 3), 0), 6) / 6,
  rule: (g, a) => straight(withNumber(g, a.gt(-3).logicalAnd(a.lt(3)).logicalNot()).mul(sixth), a),
  formula: "∂L/∂y / 6 where −3 < a < 3, else 0",
});

export const hardswish = activation("hardswish", {
  node: "HardswishBackward0",
  takes: floats("hardswish_cpu"),
  of: (x, _, r) => r(x * Math.min(Math.max(r(x + 3), 0), 6)) / 6,
  slopes: activations.hardswishSlopes,
  rule: (g, a) => {
    // At ±3 the slope is still the curve's, but PyTorch's slope of that is already the lines'.
    const within = a.maskedFill(a.eq(3), 3).maskedFill(a.eq(-3), -3);
    const middle = g.mul(within.div(3).add(0.5));
    return a.lt(-3).where(g.zerosLike(), a.le(3).where(middle, g));
  },
  formula: "∂L/∂y · (a/3 + ½) where −3 ≤ a ≤ 3, 0 below, ∂L/∂y above",
});

export const logSigmoid = activation("logSigmoid", {
  node: "LogSigmoidBackward0",
  takes: floats("log_sigmoid_cpu"),
  of: (x) => Math.min(x, 0) - Math.log1p(Math.exp(-Math.abs(x))),
  values: activations.logSigmoid,
  slopes: activations.logSigmoidSlopes,
  all: true,
  rowMajor: true,
  rule: (g, a) => g.mul(a.neg().sigmoid()),
  formula: "∂L/∂y · σ(−a)",
});

export const threshold = activation("threshold", {
  node: "ThresholdBackward0",
  numbers: ["threshold", "value"],
  takes: (a) => {
    needsNumbers("threshold_cpu", a);
  },
  of: (x, [bound = 0, value = 0]) => (x <= bound ? value : x),
  rule: (g, a, [bound = 0]) => straight(blocked(g, a.le(bound)), a),
  formula: "∂L/∂y where a > threshold, else 0",
});

export const hardshrink = activation("hardshrink", {
  node: "HardshrinkBackward0",
  numbers: ["lambda"],
  takes: floats("hardshrink_cpu"),
  of: (x, [lambda = 0.5]) => (x >= -lambda && x <= lambda ? 0 : x),
  rule: (g, a, [lambda = 0.5]) => straight(withNumber(g, a.abs().le(lambda)), a),
  formula: "∂L/∂y where |a| > lambda, else 0",
});

export const softshrink = activation("softshrink", {
  node: "SoftshrinkBackward0",
  numbers: ["lambda"],
  takes: floats("softshrink_cpu"),
  of: (x, [lambda = 0.5]) => (x > lambda ? x - lambda : x < -lambda ? x + lambda : 0),
  rule: (g, a, [lambda = 0.5]) => straight(withNumber(g, a.abs().le(lambda)), a),
  formula: "∂L/∂y where |a| > lambda, else 0",
});

/** a where it is positive, else weight · a; the weight in a shape that broadcasts to a. */
export const prelu = op({
  name: "prelu",
  node: "PreluBackward0",
  inputs: ["a", "weight"],
  forward: ([a, weight]) => {
    needsFloat("prelu_cpu", a);
    const shape = broadcast(a.shape, weight.shape);
    const made = zip(a, weight, shape, a.dtype, (x, w) => (x > 0 ? x : w * x));
    return likeImages(a, fresh(made, shape));
  },
  saves: () => ({ a: true, weight: true }),
  backward: {
    a: (g, s) => straight(s.a.gt(0).where(g, g.mul(s.weight)), s.a),
    weight: (g, s) => s.a.gt(0).where(g.zerosLike(), g.mul(s.a)),
  },
  formula: {
    a: "∂L/∂y where a > 0, else weight · ∂L/∂y",
    weight: "a · ∂L/∂y where a ≤ 0, else 0",
  },
});

/** The first half along a dim times the sigmoid of the second. */
export const glu = opWith<Attrs & { readonly dim: number }>()({
  name: "glu",
  node: "GluBackward0",
  inputs: ["a"],
  forward: ([a], { attrs: { dim } }) => {
    needsFloat("glu_cpu", a);
    const r = rounders[a.dtype];
    const half = (a.shape[dim] ?? 0) / 2;
    const shape = a.shape.map((size, d) => (d === dim ? half : size));
    const values = window(a, shape, a.strides);
    const gates = window(a, shape, a.strides, a.offset + half * (a.strides[dim] ?? 0));
    return inMemoryOrder([values, gates], ([x = values, y = gates]) =>
      fresh(
        zip(x, y, x.shape, a.dtype, (value, gate) => value * r(1 / r(1 + r(Math.exp(-gate))))),
        x.shape,
      ),
    );
  },
  saves: () => ({ a: true }),
  backward: {
    a: (g, s) => {
      const { dim } = s.attrs;
      const half = s.a.size(dim) / 2;
      const open = s.a.narrow(dim, half, half).sigmoid();
      const values = s.a.narrow(dim, 0, half);
      return cat([g.mul(open), g.mul(values).mul(open.mul(open.rsub(1)))], dim);
    },
  },
  formula: { a: "∂L/∂y · σ(gate) for the values, ∂L/∂y · value · σ(gate) · (1 − σ(gate)) for the gates" },
});
