import { apply } from "../apply";
import { rounders } from "../dtype";
import { runtimeError } from "../errors";
import { exponentials, logarithms } from "../kernels/curves";
import { filled, listed, packed, zip, zip3 } from "../kernels/loops";
import { type Op, op, opWith } from "../op";
import { broadcast, sameShape, type Shape, sizes } from "../shape";
import type { Tensor } from "../tensor";
import { logSigmoid } from "./activation";
import { collapsed, type Reduced, type Reduction } from "./loss";
import { Optional } from "./optional";
import { inMemoryOrder } from "./order";
import { cast, fresh, resultType } from "./result";

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

/** Slopes of each element's loss times its weight, and over their number where the loss is a mean. */
function shared(slopes: Tensor, weight: Tensor | undefined, reduction: Reduction): Tensor {
  const each = weight ? slopes.mul(weight) : slopes;
  return reduction === "mean" ? each.div(each.numel()) : each;
}

/** What keeps x · (1 − x) from 0: a float32 in ATen, also for float64. */
const smallest = Math.fround(1e-12);

/** The same in the slopes of that slope, a double. */
const apart = 1e-12;

/** (x + ε) · (1 − x + ε) */
function parted(x: Tensor): Tensor {
  return x.add(apart).mul(x.rsub(1).add(apart));
}

/** ∂L/∂input of one binary cross entropy; its own slopes are kept from infinity in other ways than it is, as in ATen. */
const bceSlope = op({
  name: "binaryCrossEntropyInput",
  node: "BinaryCrossEntropyBackwardBackward0",
  inputs: ["g", "input", "target"],
  forward: ([g, input, target]) => {
    const { dtype, shape } = input;
    const r = rounders[dtype];
    const slopes = zip3(
      [g, input, target],
      shape,
      dtype,
      (a, x, t) => r(a * r(x - t)) / Math.max(r(r(1 - x) * x), smallest),
    );
    return fresh(slopes, shape);
  },
  saves: () => ({ g: true, input: true, target: true }),
  backward: {
    g: (h, { input, target }) => input.sub(target).div(parted(input)).mul(h),
    input: (h, { g, input, target }) => {
      const bend = input.square().sub(input.mul(2).mul(target)).add(target);
      return bend.div(parted(input).square()).mul(h.mul(g));
    },
    target: (h, { g, input }) =>
      h
        .neg()
        .mul(g)
        .div(input.rsub(1).mul(input).clamp({ min: apart })),
  },
});

/** −(t · ln x + (1 − t) · ln(1 − x)), each logarithm at least −100, times a weight if one is given, reduced. */
export const bce = new Optional(["weight"], (given): Op =>
  opWith<Reduced>()({
    name: "binaryCrossEntropy",
    symbol: "BCE",
    node: "BinaryCrossEntropyBackward0",
    inputs: ["input", "target", ...given],
    pointwise: true,
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
        return shared(apply(bceSlope, [g, input, target]), weight, s.attrs.reduction);
      },
      target: (g, s) => {
        const { input, weight } = s;
        if (!input) return null;
        const slope = input.rsub(1).log().sub(input.log());
        return shared(slope.mul(g), weight, s.attrs.reduction);
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
      const [x, t, others] = twoAndMore(inputs, "binaryCrossEntropyWithLogits");
      return inMemoryOrder([t, x, ...others], ([target = t, input = x, ...rest]) => {
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
      });
    },
    saves: () => ({ input: true, target: true, weight: true, posWeight: true }),
    backward: {
      input: (g, s) => {
        const { input, target, weight, posWeight } = s;
        if (!input || !target) return null;
        const probability = input.sigmoid();
        const yes = posWeight ? target.mul(posWeight) : target;
        const miss = posWeight ? yes.add(1).sub(target).mul(probability).sub(yes) : probability.sub(target);
        return shared(miss.mul(g), weight, s.attrs.reduction);
      },
      target: (g, s) => {
        const { input, weight, posWeight } = s;
        if (!input) return null;
        const odds = posWeight ? apply(logSigmoid, [input]).mul(posWeight.rsub(1)).sub(input) : input.neg();
        return shared(odds.mul(g), weight, s.attrs.reduction);
      },
    },
    formula: { input: "∂L/∂y · (σ(input) − target) / n", target: "−∂L/∂y · input / n" },
  }),
);
