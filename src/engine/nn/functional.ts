import { apply, calling, composite } from "../apply";
import { argumentError } from "../errors";
import { watcher } from "../mode";
import { checkReduction, mse, type Reduction } from "../ops/loss";
import { addmm } from "../ops/matmul";
import { fillBernoulli } from "../random.fill";
import { sizes } from "../shape";
import type { Tensor } from "../tensor";
import { warn } from "../warn";

export * from "./functional.activation";
export type { Reduction } from "../ops/loss";
export { pad, type PadMode } from "../ops/pad";
export { fold, type Pair, type SlidingOptions, unfold } from "../ops/unfold";

/**
 * input·weightᵀ + bias.
 *
 * Shapes: input […, in], weight [out, in], bias [out] → […, out].
 * By rank as ATen/native/Linear.cpp: a matrix is one addmm, a batch of matrices is one too, anything else matmul and add.
 */
export function linear(input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const inputs = bias === null ? [input, weight] : [input, weight, bias];
  return composite("linear", inputs, {}, () => {
    if (bias === null) return input.matmul(weight.t());
    const rank = input.shape.length;
    if (rank === 2) return apply(addmm, [bias, input, weight.t()]);
    if (rank === 3 && input.isContiguous()) {
      const [batch = 0, rows = 0, width = 0] = input.shape;
      return apply(addmm, [bias, input.view(batch * rows, width), weight.t()]).view(batch, rows, -1);
    }
    return input.matmul(weight.t()).add(bias);
  });
}

/** (input − target)² of each element, their mean, or their sum. Shapes: two equal ones → 0-d, or theirs with "none". */
export function mseLoss(
  input: Tensor,
  target: Tensor,
  { reduction = "mean" }: { readonly reduction?: Reduction } = {},
): Tensor {
  checkReduction(reduction);
  if (sizes(input.shape) !== sizes(target.shape)) {
    warn(
      `Using a target size (torch.Size(${sizes(target.shape)})) that is different to the input size (torch.Size(${sizes(input.shape)})). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.`,
    );
  }
  return apply(mse, [input, target], calling({ reduction }));
}

/** Zeroes elements with probability `p` and divides the others by 1 − p; the input itself when not training. */
export function dropout(
  input: Tensor,
  { p = 0.5, training = true }: { readonly p?: number; readonly training?: boolean } = {},
): Tensor {
  if (!(p >= 0 && p <= 1)) {
    throw argumentError(`dropout probability has to be between 0 and 1, but got ${p}`, "Use 0.5 to drop half of them.");
  }
  if (p === 0 || !training || input.numel() === 0) return input;
  const kept = input.zerosLike();
  watcher()?.created(kept, "zeros");
  if (p === 1) return input.mul(kept);
  return input.mul(fillBernoulli(kept, 1 - p).div_(1 - p));
}

/** max(x, 0) of each element. */
export function relu(input: Tensor): Tensor {
  return input.relu();
}

/** tanh of each element. */
export function tanh(input: Tensor): Tensor {
  return input.tanh();
}

/** 1 / (1 + e⁻ˣ) of each element. */
export function sigmoid(input: Tensor): Tensor {
  return input.sigmoid();
}
