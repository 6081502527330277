import { scalarName } from "../dtype";
import { runtimeError } from "../errors";
import { likelihood } from "../kernels/entropy";
import { single } from "../kernels/loops";
import { type Op, opWith } from "../op";
import { numel } from "../shape";
import type { Tensor } from "../tensor";
import { scattered } from "./gather";
import type { Reduced } from "./loss";
import { straight } from "./gradient";
import { Optional } from "./optional";
import { fresh } from "./result";

/** How the negative log likelihood is reduced, and the target that does not count. */
export interface Likely extends Reduced {
  readonly ignoreIndex: number;
}

function classDim(rank: number): 0 | 1 {
  return rank === 1 ? 0 : 1;
}

/** −weight[target] · input[target], summed or divided by the sum of the weights. */
function negativeLogLikelihood(node: string): Optional {
  return new Optional(["weight"], (given): Op =>
    opWith<Likely>()({
      name: "nllLoss",
      symbol: "NLL",
      node,
      inputs: ["input", "target", ...given],
      forward: ([input, target, weight], { attrs }) => {
        if (target.dtype !== "int64") {
          throw runtimeError(
            `expected scalar type Long but found ${scalarName(target.dtype)}`,
            'Class indices are whole numbers: convert them with .to("int64").',
          );
        }
        const dim = classDim(input.shape.length);
        const places = numel(input.shape.slice(dim + 1));
        const { reduction, ignoreIndex } = attrs;
        const made = likelihood(input, input.shape[dim] ?? 0, places, target, weight ?? null, ignoreIndex);
        if (reduction === "none") return fresh(made.each, target.shape);
        return fresh(single(input.dtype, reduction === "sum" ? made.sum : made.sum / made.total), []);
      },
      saves: () => ({ input: true, target: true, weight: true }),
      backward: {
        input: (g, s) => {
          const { input, target, weight } = s;
          if (!input || !target) return null;
          const { shape } = input;
          const shares = sharesOf(target, weight, s.attrs.ignoreIndex, g);
          const dim = classDim(shape.length);
          const total = shares.weights.sum();
          const mean = shares.weights.div(total.maskedFill(total.eq(0), 1));
          const each = g.mul(s.attrs.reduction === "mean" ? mean : shares.weights);
          return straight(scattered(each.neg().unsqueeze(dim), shares.target.unsqueeze(dim), dim, shape), input);
        },
      },
      formula: { input: "−∂L/∂y · weight / Σ weight at the target's class, 0 elsewhere" },
    }),
  );
}

/** What each target counts, and targets that can be looked up: 0 where the target is ignored. */
function sharesOf(
  target: Tensor,
  weight: Tensor | undefined,
  ignoreIndex: number,
  like: Tensor,
): { readonly weights: Tensor; readonly target: Tensor } {
  const counts = target.ne(ignoreIndex);
  const valid = target.mul(counts);
  const all = counts.to(like.dtype);
  if (weight === undefined) return { weights: all, target: valid };
  const own = weight.gather(0, valid.reshape([-1])).reshape(target.shape);
  return { weights: own.mul(all), target: valid };
}

/** Of [batch, classes] or [classes]. */
export const nll = negativeLogLikelihood("NllLossBackward0");

/** Of [batch, classes, height, width]. */
export const nll2d = negativeLogLikelihood("NllLoss2DBackward0");
