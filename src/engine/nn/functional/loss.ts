import { apply, composite } from "../../apply";
import { isFloating, scalarName } from "../../dtype";
import { argumentError, runtimeError } from "../../errors";
import { bce, bceWithLogits } from "../../ops/bce";
import { checkReduction, huber, mse, type Reduction, smoothL1 } from "../../ops/loss";
import { sameShape, sizes } from "../../shape";
import type { Tensor } from "../../tensor";
import { warn } from "../../warn";
import { reduceBy } from "./reduce";
import { calling } from "../../op";

export type { Reduction } from "../../ops/loss";

/** How a loss of many elements becomes one number: their mean (the default), their sum, or not at all. */
export interface LossOptions {
  /** "mean", "sum", or "none" for each element's own; "mean" unless given. */
  readonly reduction?: Reduction;
}

/** Settings of binary cross entropy: what each element counts. */
export interface BceOptions extends LossOptions {
  /** A factor for each element's loss. */
  readonly weight?: Tensor | null;
}

/** Settings of binary cross entropy with logits: also what a target of 1 counts. */
export interface BceLogitsOptions extends BceOptions {
  /** A factor for the positive term of each class. */
  readonly posWeight?: Tensor | null;
}

/** Settings of the Kullback-Leibler divergence; "batchmean" divides the sum by the batch, which is the mathematical one. */
export interface KlDivOptions {
  /** "mean", "sum", "none", or "batchmean": the sum over the size of the batch, as the formula has it. */
  readonly reduction?: Reduction | "batchmean";
  /** The target holds logarithms too. */
  readonly logTarget?: boolean;
}

function warnOfSizes(input: Tensor, target: Tensor): void {
  if (sameShape(input.shape, target.shape)) return;
  warn(
    `Using a target size (torch.Size(${sizes(target.shape)})) that is different to the input size (torch.Size(${sizes(input.shape)})). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.`,
  );
}

/**
 * (input − target)² of each element, their mean, or their sum.
 * Shapes: two that broadcast (and warn unless equal) → 0-d, or their common shape with "none". Errors: shapes that do
 * not broadcast; an unknown reduction; integers and booleans.
 */
export function mseLoss(input: Tensor, target: Tensor, { reduction = "mean" }: LossOptions = {}): Tensor {
  checkReduction(reduction);
  warnOfSizes(input, target);
  return apply(mse, [input, target], calling({ reduction }));
}

/**
 * |input − target| of each element, their mean, or their sum.
 * Shapes: two that broadcast (and warn unless equal) → 0-d, or their common shape with "none". Errors: shapes that do
 * not broadcast; an unknown reduction; booleans.
 */
export function l1Loss(input: Tensor, target: Tensor, { reduction = "mean" }: LossOptions = {}): Tensor {
  checkReduction(reduction);
  warnOfSizes(input, target);
  return composite("l1Loss", [input, target], { reduction }, () => reduceBy(input.sub(target).abs(), reduction));
}

/**
 * z² / (2·beta) where |z| < beta, else |z| − beta / 2, z = input − target; with beta 0 it is `l1Loss`.
 * Shapes: two that broadcast (and warn unless equal) → 0-d, or their common shape with "none". Errors: shapes that do
 * not broadcast; a beta below 0; an unknown reduction. Source: Girshick 2015; torch/nn/functional.py, `smooth_l1_loss`.
 */
export function smoothL1Loss(
  input: Tensor,
  target: Tensor,
  { reduction = "mean", beta = 1 }: LossOptions & { readonly beta?: number } = {},
): Tensor {
  checkReduction(reduction);
  if (beta < 0) throw runtimeError("smooth_l1_loss does not support negative values for beta.", "Use 0 or more.");
  warnOfSizes(input, target);
  return apply(smoothL1, [input, target], calling({ reduction, beta }));
}

/**
 * z² / 2 where |z| ≤ delta, else delta · (|z| − delta / 2), z = input − target.
 * Shapes: two that broadcast (and warn unless equal) → 0-d, or their common shape with "none". Errors: shapes that do
 * not broadcast; a delta of 0 or below; an unknown reduction. Source: Huber 1964; torch/nn/functional.py, `huber_loss`.
 */
export function huberLoss(
  input: Tensor,
  target: Tensor,
  { reduction = "mean", delta = 1 }: LossOptions & { readonly delta?: number } = {},
): Tensor {
  checkReduction(reduction);
  if (!(delta > 0))
    throw runtimeError("huber_loss does not support non-positive values for delta.", "Use more than 0.");
  warnOfSizes(input, target);
  return apply(huber, [input, target], calling({ reduction, delta }));
}

/**
 * −(target · ln input + (1 − target) · ln(1 − input)), each logarithm at least −100.
 * Shapes: two equal ones → 0-d, or theirs with "none". Errors: inputs outside [0, 1]; two shapes or dtypes; an unknown
 * reduction. Source: ATen/native/Loss.cpp.
 */
export function binaryCrossEntropy(input: Tensor, target: Tensor, options: BceOptions = {}): Tensor {
  const { weight = null, reduction = "mean" } = options;
  checkReduction(reduction);
  if (!sameShape(input.shape, target.shape)) {
    throw argumentError(
      `Using a target size (torch.Size(${sizes(target.shape)})) that is different to the input size (torch.Size(${sizes(input.shape)})) is deprecated. Please ensure they have the same size.`,
      "Use .reshape() or .expand() on the target.",
    );
  }
  if (input.dtype !== target.dtype) {
    throw runtimeError(
      `Found dtype ${scalarName(target.dtype)} but expected ${scalarName(input.dtype)}`,
      `Convert the target with .to("${input.dtype}").`,
    );
  }
  return bce.apply([input, target], { weight }, calling({ reduction }));
}

/**
 * `binaryCrossEntropy` of σ(input), computed so that no exponential overflows; `posWeight` scales what a target of 1
 * counts.
 * Shapes: two equal ones → 0-d, or theirs with "none"; posWeight broadcasts to them. Errors: two shapes; a target
 * of integers or booleans; weights that do not broadcast to the input; an unknown reduction. Source:
 * ATen/native/Loss.cpp.
 */
export function binaryCrossEntropyWithLogits(input: Tensor, target: Tensor, options: BceLogitsOptions = {}): Tensor {
  const { weight = null, posWeight = null, reduction = "mean" } = options;
  checkReduction(reduction);
  if (!sameShape(input.shape, target.shape)) {
    throw argumentError(
      `Target size (torch.Size(${sizes(target.shape)})) must be the same as input size (torch.Size(${sizes(input.shape)}))`,
      "Use .reshape() or .expand() on the target.",
    );
  }
  if (!isFloating(target.dtype)) {
    throw runtimeError(
      target.dtype === "bool"
        ? "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead."
        : `result type ${scalarName(input.dtype)} can't be cast to the desired output type ${scalarName(target.dtype)}`,
      `Convert the target with .to("${input.dtype}").`,
    );
  }
  return bceWithLogits.apply([input, target], { weight, posWeight }, calling({ reduction }));
}

/**
 * target · (ln target − input) for an input of log probabilities; with `logTarget` e^target · (target − input).
 * Shapes: two that broadcast → 0-d, or theirs with "none". Errors: shapes that do not broadcast; an unknown reduction;
 * booleans. Source: ATen/native/Loss.cpp, `kl_div`.
 */
export function klDiv(
  input: Tensor,
  target: Tensor,
  { reduction = "mean", logTarget = false }: KlDivOptions = {},
): Tensor {
  if (reduction !== "batchmean") checkReduction(reduction);
  return composite("klDiv", [input, target], { reduction, logTarget }, () => {
    const each = logTarget ? target.exp().mul(target.sub(input)) : target.xlogy(target).sub(target.mul(input));
    if (reduction !== "batchmean") return reduceBy(each, reduction);
    return each.sum().div(input.shape[0] ?? 1);
  });
}
