import { apply } from "../apply";
import { argumentError, runtimeError } from "../errors";
import * as lanes from "../kernels/lanes.simd";
import { exponentials, logarithms } from "../kernels/curves";
import { filled, listed, map, packed, zip, zip3 } from "../kernels/loops";
import { sum } from "../kernels/sum";
import type { Attrs } from "../observer";
import { type Op, opWith } from "../op";
import { broadcast, numel, sameShape, type Shape, sizes } from "../shape";
import type { Tensor } from "../tensor";
import { logSigmoid } from "./activation";
import { fit } from "./gradient";
import { laneOf1, laneOf2, laneOfNumber } from "./lanes";
import { Optional } from "./optional";
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
function collapsed(each: Tensor, reduction: Reduction): Tensor {
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
    return slope(z, attrs).mul(share(g, z.numel(), attrs.reduction));
  };
  return opWith<A>()({
    name,
    symbol: symbol ?? name,
    node,
    inputs: ["input", "target"],
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
  return difference.mul(reduction === "mean" ? 2 / difference.numel() : 2).mul(g);
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

/** The operands of a weighted loss of probabilities, in any dtype of theirs. */
function twoAndMore(inputs: readonly Tensor[], name: string): readonly [Tensor, Tensor, readonly Tensor[]] {
  const [input, target, ...rest] = inputs;
  if (input === undefined || target === undefined) throw new TypeError(`${name} needs an input and a target.`);
  const dtype = resultType([input, target]);
  return [cast(input, dtype), cast(target, dtype), rest.map((each) => cast(each, dtype))];
}

/** The shape of a loss, which weights broadcast to but do not change. */
function within(shape: Shape, weight: Tensor): Shape {
  const wide = broadcast(shape, weight.shape);
  if (sameShape(wide, shape)) return shape;
  throw runtimeError(
    `output with shape ${sizes(shape)} doesn't match the broadcast shape ${sizes(wide)}`,
    "Weights broadcast to the input.",
  );
}

/** Each element times its weight, which broadcasts. */
function weighted(each: Tensor, weight: Tensor | undefined): Tensor {
  if (weight === undefined) return each;
  const shape = within(each.shape, weight);
  return fresh(
    zip(each, weight, shape, each.dtype, (a, b) => a * b),
    shape,
  );
}

function sharedOut(g: Tensor, input: Tensor, weight: Tensor | undefined, reduction: Reduction): Tensor {
  const each = share(g, input.numel(), reduction);
  return weight ? each.mul(weight) : each;
}

/** What keeps x · (1 − x) from 0: a float32 in ATen, also for float64. */
const smallest = Math.fround(1e-12);

/** −(t · ln x + (1 − t) · ln(1 − x)), each logarithm at least −100, times a weight if one is given, reduced. */
export const bce = new Optional(["weight"], (given): Op =>
  opWith<Reduced>()({
    name: "binaryCrossEntropy",
    symbol: "BCE",
    node: "BinaryCrossEntropyBackward0",
    inputs: ["input", "target", ...given],
    forward: (inputs, { attrs }) => {
      const [input, target, rest] = twoAndMore(inputs, "binaryCrossEntropy");
      if (listed(input).some((x) => !(x >= 0 && x <= 1))) {
        throw runtimeError(
          "all elements of input should be between 0 and 1",
          "Put a sigmoid before it, or use binaryCrossEntropyWithLogits.",
        );
      }
      const { dtype, shape } = input;
      const r = rounders[dtype];
      const each = zip(input, target, shape, dtype, (x, t) => {
        const yes = Math.max(r(Math.log(x)), -100);
        const no = Math.max(r(Math.log1p(-x)), -100);
        return r(r(t - 1) * no) - r(t * yes);
      });
      return collapsed(weighted(fresh(each, shape), rest[given.indexOf("weight")]), attrs.reduction);
    },
    saves: () => ({ input: true, target: true, weight: true }),
    backward: {
      input: (g, s) => {
        const { input, target, weight } = s;
        if (!input || !target) return null;
        const spread = input.rsub(1).mul(input).clamp({ min: smallest });
        const each = g.mul(input.sub(target)).div(spread);
        const shared = weight ? each.mul(weight) : each;
        return s.attrs.reduction === "mean" ? shared.div(input.numel()) : shared;
      },
      target: (g, s) => {
        const { input, weight } = s;
        if (!input) return null;
        const slope = input.rsub(1).log().sub(input.log());
        return slope.mul(sharedOut(g, input, weight, s.attrs.reduction));
      },
    },
    formula: {
      input: "∂L/∂y · (input − target) / (input · (1 − input)) / n",
      target: "∂L/∂y · (ln(1 − input) − ln input) / n",
    },
  }),
);

/** How far x lies below 0. */
function below(x: number): number {
  return x !== x ? x : Math.max(-x, 0);
}

/** ln(1 + e^−x) less {@link below}: ln(e^−below + e^(−x − below)), each step rounded. */
function softly(x: Tensor): Tensor {
  const values = Float64Array.from(packed(x));
  const rounded = (of: (value: number) => number) => packed(fresh(filled(x.dtype, values.map(of)), x.shape));
  const near = exponentials(rounded((value) => -below(value)));
  const far = exponentials(rounded((value) => -value - below(value)));
  return fresh(filled(x.dtype, logarithms(near.map((value, i) => value + (far[i] ?? NaN)))), x.shape);
}

/** Binary cross entropy of σ(input), computed without overflow; `posWeight` scales what a target of 1 counts. */
export const bceWithLogits = new Optional(["weight", "posWeight"], (given): Op =>
  opWith<Reduced>()({
    name: "binaryCrossEntropyWithLogits",
    symbol: "BCE",
    node: "BinaryCrossEntropyWithLogitsBackward0",
    inputs: ["input", "target", ...given],
    forward: (inputs, { attrs }) => {
      const [input, target, rest] = twoAndMore(inputs, "binaryCrossEntropyWithLogits");
      const { dtype, shape } = input;
      const [weight, positive] = [rest[given.indexOf("weight")], rest[given.indexOf("posWeight")]];
      const r = rounders[dtype];
      const soft = softly(input);
      const first = fresh(
        zip(input, target, shape, dtype, (x, t) => r(1 - t) * x),
        shape,
      );
      if (positive === undefined) {
        const each = zip3([first, input, soft], shape, dtype, (a, x, l) => r(a + below(x)) + l);
        return collapsed(weighted(fresh(each, shape), weight), attrs.reduction);
      }
      const over = within(shape, positive);
      const shares = zip(positive, target, over, dtype, (p, t) => r(r(p - 1) * t) + 1);
      const whole = zip(soft, input, shape, dtype, (l, x) => l + below(x));
      const each = zip3([first, fresh(shares, over), fresh(whole, shape)], over, dtype, (a, p, l) => a + r(p * l));
      return collapsed(weighted(fresh(each, over), weight), attrs.reduction);
    },
    saves: () => ({ input: true, target: true, weight: true, posWeight: true }),
    backward: {
      input: (g, s) => {
        const { input, target, weight, posWeight } = s;
        if (!input || !target) return null;
        const probability = input.sigmoid();
        const yes = posWeight ? target.mul(posWeight) : target;
        const miss = posWeight ? yes.add(1).sub(target).mul(probability).sub(yes) : probability.sub(target);
        return miss.mul(sharedOut(g, input, weight, s.attrs.reduction));
      },
      target: (g, s) => {
        const { input, weight, posWeight } = s;
        if (!input) return null;
        const odds = posWeight ? apply(logSigmoid, [input]).mul(posWeight.rsub(1)).sub(input) : input.neg();
        return odds.mul(sharedOut(g, input, weight, s.attrs.reduction));
      },
    },
    formula: { input: "∂L/∂y · (σ(input) − target) / n", target: "−∂L/∂y · input / n" },
  }),
);
