import { argumentError, runtimeError } from "../errors";
import * as lanes from "../kernels/lanes.simd";
import { map, zip } from "../kernels/loops";
import { sum } from "../kernels/sum";
import type { Attrs } from "../observer";
import { type Op, opWith } from "../op";
import { broadcast, numel, sameShape } from "../shape";
import type { Tensor } from "../tensor";
import { fit } from "./gradient";
import { laneOf1, laneOf2, laneOfNumber } from "./lanes";
import { cast, fresh, resultType } from "./result";
import { isFloating, type Round, rounders, scalarName } from "../dtype";

/** How a loss of many elements becomes one number. */
export type Reduction = "mean" | "sum" | "none";

/** Refuses a reduction PyTorch does not know. */
export function checkReduction(reduction: string): asserts reduction is Reduction {
  if (reduction !== "mean" && reduction !== "sum" && reduction !== "none") {
    throw argumentError(`${reduction} is not a valid value for reduction`, 'Use "mean", "sum" or "none".');
  }
}

/** What every loss op is called with. */
export interface Reduced extends Attrs {
  readonly reduction: Reduction;
}

/** The elements of a loss, or their sum or mean. */
export function collapsed(each: Tensor, reduction: Reduction): Tensor {
  if (reduction === "none") return each;
  const every = each.shape.map((_, d) => d);
  const total = fresh(sum(each, every, each.dtype), []);
  if (reduction === "sum") return total;
  const n = numel(each.shape);
  return fresh(
    map(total, each.dtype, (x) => x / n),
    [],
  );
}

/** ∂L/∂ℓ of one element of the loss. */
function share(g: Tensor, n: number, reduction: Reduction): Tensor {
  return reduction === "mean" ? g.mul(1 / n) : g;
}

interface Pairwise<A extends Reduced> {
  readonly name: string;
  readonly symbol?: string;
  readonly node: string;
  /** The loss of one element by input − target. */
  readonly of: (z: number, attrs: A, r: Round) => number;
  /** Its slope by input − target. */
  readonly slope: (z: Tensor, attrs: A) => Tensor;
  readonly formula: string;
}

/** A loss of the difference of input and target. */
function ofDifference<A extends Reduced>({ name, symbol, node, of, slope, formula }: Pairwise<A>): Op {
  const sloped = (g: Tensor, input: Tensor, target: Tensor, attrs: A) => {
    const z = input.sub(target);
    return slope(z, attrs)
      .mul(share(g, z.numel(), attrs.reduction))
      .contiguous();
  };
  return opWith<A>()({
    name,
    symbol: symbol ?? name,
    node,
    inputs: ["input", "target"],
    pointwise: true,
    forward: ([input, target], { attrs }) => {
      const dtype = resultType([input, target]);
      const shape = broadcast(input.shape, target.shape);
      const r = rounders[dtype];
      const each = zip(cast(input, dtype), cast(target, dtype), shape, dtype, (a, b) => of(r(a - b), attrs, r));
      return collapsed(fresh(each, shape), attrs.reduction);
    },
    saves: () => ({ input: true, target: true }),
    backward: {
      input: (g, s) => sloped(g, s.input, s.target, s.attrs),
      target: (g, s) => sloped(g, s.target, s.input, s.attrs),
    },
    formula: { input: `∂L/∂y · ${formula}`, target: `−∂L/∂y · ${formula}` },
  });
}

/** (input − target)², reduced. */
export const mse = opWith<Reduced>()({
  name: "mseLoss",
  symbol: "MSE",
  node: "MseLossBackward0",
  inputs: ["input", "target"],
  pointwise: true,
  forward: ([input, target], { attrs }) => {
    const quick = laneOf2(input, target, lanes.squareOfDifference);
    if (quick !== null) return collapsed(quick, attrs.reduction);
    const dtype = resultType([input, target]);
    if (!isFloating(dtype)) {
      throw runtimeError(`"mse_cpu" not implemented for '${scalarName(dtype)}'`, 'Convert both with .to("float32").');
    }
    const shape = broadcast(input.shape, target.shape);
    const r = rounders[dtype];
    const each = zip(cast(input, dtype), cast(target, dtype), shape, dtype, (a, b) => {
      const d = r(a - b);
      return d * d;
    });
    return collapsed(fresh(each, shape), attrs.reduction);
  },
  saves: () => ({ input: true, target: true }),
  backward: {
    input: (g, s) => slope(g, s.input, s.target, s.attrs.reduction),
    target: (g, s) => slope(g, s.input, s.target, s.attrs.reduction).neg(),
  },
  kernel: (g, k, { a, b, call }) => {
    const attrs: Attrs = call.attrs;
    if (a === null || b === null || g.shape.length > 0 || !sameShape(a.shape, b.shape)) return null;
    const difference = laneOf2(a, b, lanes.sub);
    const shared =
      difference && laneOfNumber(difference, attrs["reduction"] === "mean" ? 2 / numel(a.shape) : 2, lanes.mul);
    const slope = shared && laneOf2(shared, g, lanes.mul);
    return slope && fit(k === 0 ? slope : laneOf1(slope, lanes.neg), k === 0 ? a : b);
  },
  formula: { input: "∂L/∂y · 2 (input − target) / n", target: "−∂L/∂y · 2 (input − target) / n" },
});

function slope(g: Tensor, input: Tensor, target: Tensor, reduction: Reduction): Tensor {
  const difference = input.sub(target);
  return difference
    .mul(reduction === "mean" ? 2 / difference.numel() : 2)
    .mul(g)
    .contiguous();
}

/** z² / (2β) below β, |z| − β/2 above, reduced. */
export const smoothL1 = ofDifference<Reduced & { readonly beta: number }>({
  name: "smoothL1Loss",
  node: "SmoothL1LossBackward0",
  of: (d, { beta }, r) => {
    const z = Math.abs(d);
    return z < beta ? r(r(0.5 * z) * z) / beta : z - 0.5 * beta;
  },
  slope: (z, { beta }) => z.le(-beta).where(z.scalar(-1), z.ge(beta).where(z.scalar(1), beta === 0 ? z : z.div(beta))),
  formula: "(z / β where |z| < β, else sign z) / n, z = input − target",
});

/** z² / 2 below δ, δ (|z| − δ/2) above, reduced. */
export const huber = ofDifference<Reduced & { readonly delta: number }>({
  name: "huberLoss",
  node: "HuberLossBackward0",
  of: (d, { delta }, r) => {
    const z = Math.abs(d);
    return z <= delta ? r(0.5 * z) * z : delta * r(z - 0.5 * delta);
  },
  slope: (z, { delta }) => z.abs().ge(delta).where(z.sign().mul(delta), z),
  formula: "(z where |z| < δ, else δ · sign z) / n, z = input − target",
});
