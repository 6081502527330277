import { argumentError } from "../errors";
import { zip } from "../kernels/loops";
import { sum } from "../kernels/sum";
import type { Attrs } from "../observer";
import { opWith } from "../op";
import { broadcast, numel } from "../shape";
import type { Tensor } from "../tensor";
import { cast, fresh, resultType } from "./result";
import { map } from "../kernels/loops";
import { rounders } from "../dtype";

/** How a loss of many elements becomes one number. */
export type Reduction = "mean" | "sum" | "none";

/** Refuses a reduction PyTorch does not know. */
export function checkReduction(reduction: string): asserts reduction is Reduction {
  if (reduction !== "mean" && reduction !== "sum" && reduction !== "none") {
    throw argumentError(`${reduction} is not a valid value for reduction`, 'Use "mean", "sum" or "none".');
  }
}

/** (input − target)², reduced. */
export const mse = opWith<Attrs & { readonly reduction: Reduction }>()({
  name: "mseLoss",
  symbol: "MSE",
  node: "MseLossBackward0",
  inputs: ["input", "target"],
  forward: ([input, target], { attrs }) => {
    const dtype = resultType([input, target]);
    const shape = broadcast(input.shape, target.shape);
    const r = rounders[dtype];
    const each = fresh(
      zip(cast(input, dtype), cast(target, dtype), shape, dtype, (a, b) => {
        const d = r(a - b);
        return d * d;
      }),
      shape,
    );
    if (attrs.reduction === "none") return each;
    const total = fresh(
      sum(
        each,
        shape.map((_, d) => d),
        dtype,
      ),
      [],
    );
    const n = numel(shape);
    return attrs.reduction === "sum"
      ? total
      : fresh(
          map(total, dtype, (x) => x / n),
          [],
        );
  },
  saves: () => ({ input: true, target: true }),
  backward: {
    input: (g, s) => slope(g, s.input, s.target, s.attrs.reduction),
    target: (g, s) => slope(g, s.input, s.target, s.attrs.reduction).neg(),
  },
  formula: { input: "∂L/∂y · 2 (input − target) / n", target: "−∂L/∂y · 2 (input − target) / n" },
});

function slope(g: Tensor, input: Tensor, target: Tensor, reduction: Reduction): Tensor {
  const difference = input.sub(target);
  return difference.mul(reduction === "mean" ? 2 / difference.numel() : 2).mul(g);
}
