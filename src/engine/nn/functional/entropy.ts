import { composite } from "../../apply";
import { isFloating, scalarName } from "../../dtype";
import { argumentError, runtimeError } from "../../errors";
import { calling } from "../../op";
import { checkReduction, type Reduction } from "../../ops/loss";
import { nll, nll2d } from "../../ops/nll";
import { numel, sameShape, sizes } from "../../shape";
import type { Tensor } from "../../tensor";

/** Settings of the negative log likelihood. */
export interface NllOptions {
  /** What each class counts, [classes]. */
  readonly weight?: Tensor | null;
  /** A target that counts nothing. */
  readonly ignoreIndex?: number;
  /** "mean" (weighted), "sum", or "none" for each sample's own; "mean" unless given. */
  readonly reduction?: Reduction;
}

/** Settings of the cross entropy. */
export interface CrossEntropyOptions extends NllOptions {
  /** How much of the target is spread evenly over all classes, 0 to 1. */
  readonly labelSmoothing?: number;
}

/**
 * −weight[target] · input[target] for log probabilities: summed, or divided by the sum of the weights ("mean").
 * Shapes: input [batch, classes], [classes] or [batch, classes, …], target (int64) without the classes → 0-d, or as
 * target. Errors: a target that is no class, not int64 or of another shape; a weight of another length; an unknown
 * reduction. Source: ATen/native/LossNLL.cpp.
 */
export function nllLoss(input: Tensor, target: Tensor, options: NllOptions = {}): Tensor {
  const { weight = null, ignoreIndex = -100, reduction = "mean" } = options;
  checkReduction(reduction);
  const rank = input.shape.length;
  if (rank < 1) throw argumentError("Expected 1 or more dimensions (got 0)", "The scores need a dimension of classes.");
  const [batch = 0, classes = 0, ...places] = input.shape;
  if (rank !== 1 && batch !== target.shape[0]) {
    throw argumentError(
      `Expected input batch_size (${batch}) to match target batch_size (${target.shape[0] ?? 0}).`,
      `The shapes are ${sizes(input.shape)} and ${sizes(target.shape)}.`,
    );
  }
  if (rank === 1 && target.ndim === 1 && target.shape[0] !== batch) {
    throw runtimeError(
      `size mismatch (got input: ${sizes(input.shape)}, target: ${sizes(target.shape)})`,
      "The target of scores without a batch is 0-d.",
    );
  }
  checkWeight(weight, rank === 1 ? batch : classes);
  const call = calling({ reduction, ignoreIndex });
  if (rank <= 2) {
    if (target.shape.length > 1) {
      throw runtimeError(
        "0D or 1D target tensor expected, multi-target not supported",
        "Class probabilities are for crossEntropy.",
      );
    }
    return nll.apply([input, target], { weight }, call);
  }
  if (!sameShape(target.shape, [batch, ...places])) {
    throw runtimeError(
      `Expected target size ${sizes([batch, ...places])}, got ${sizes(target.shape)}`,
      "A target has the input's shape without the classes.",
    );
  }
  if (rank === 4) return nll2d.apply([input, target], { weight }, call);
  const flat = numel(places);
  const made = nll2d.apply(
    [input.contiguous().view([batch, classes, 1, flat]), target.contiguous().view([batch, 1, flat])],
    { weight },
    call,
  );
  return reduction === "none" ? made.view(target.shape) : made;
}

function checkWeight(weight: Tensor | null, classes: number): void {
  if (weight === null || (weight.shape.length === 1 && weight.shape[0] === classes)) return;
  throw runtimeError(
    `weight tensor should be defined either for all ${classes} classes or no classes but got weight tensor of shape: ${sizes(weight.shape)}`,
    "It holds what each class counts.",
  );
}

/**
 * −log softmax(input)[target]: for class indices, or for a target of class probabilities of the input's shape.
 * `crossEntropy(model(x), labels)` takes scores, not probabilities.
 * Shapes: input [batch, classes], [classes] or [batch, classes, …], target int64 without the classes, or floats as
 * input → 0-d, or as the target without classes. "mean" divides by the sum of the weights of the targets
 * (probabilities: by the batch). Errors: a target that is no class or of another shape; a weight of another length;
 * labelSmoothing outside [0, 1]; an unknown reduction; scores of integers or booleans. Source: ATen/native/LossNLL.cpp,
 * `cross_entropy_loss`.
 */
export function crossEntropy(input: Tensor, target: Tensor, options: CrossEntropyOptions = {}): Tensor {
  const { weight = null, ignoreIndex = -100, reduction = "mean", labelSmoothing = 0 } = options;
  checkReduction(reduction);
  const dim = input.shape.length === 1 ? 0 : 1;
  const classes = input.shape[dim] ?? 0;
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw runtimeError(
      `label_smoothing must be between 0.0 and 1.0. Got: ${labelSmoothing}`,
      "0 leaves the target as it is.",
    );
  }
  const given = weight === null ? [input, target] : [input, target, weight];
  return composite("crossEntropy", given, { reduction, ignoreIndex, labelSmoothing }, () => {
    if (sameShape(input.shape, target.shape)) {
      checkProbabilities(target, ignoreIndex);
      checkWeight(weight, classes);
      return ofProbabilities(input, target, weight, reduction, labelSmoothing, dim);
    }
    const logs = input.logSoftmax(dim);
    const sharp = nllLoss(logs, target, { weight, ignoreIndex, reduction });
    if (labelSmoothing === 0) return sharp;
    const smooth = evenly(logs, target, weight, ignoreIndex, reduction, dim);
    return sharp.mul(1 - labelSmoothing).add(smooth.mul(labelSmoothing / classes));
  });
}

function checkProbabilities(target: Tensor, ignoreIndex: number): void {
  if (!isFloating(target.dtype)) {
    throw runtimeError(
      `Expected floating point type for target with class probabilities, got ${scalarName(target.dtype)}`,
      "Class indices have the input's shape without the classes.",
    );
  }
  if (ignoreIndex >= 0) {
    throw runtimeError(
      "ignore_index is not supported for floating point target",
      "Give probabilities of 0 to what does not count.",
    );
  }
}

function broadcastable(weight: Tensor, rank: number, dim: number): Tensor {
  return weight.view(Array.from({ length: rank }, (_, d) => (d === dim ? -1 : 1)));
}

function ofProbabilities(
  input: Tensor,
  target: Tensor,
  weight: Tensor | null,
  reduction: Reduction,
  labelSmoothing: number,
  dim: number,
): Tensor {
  const classes = input.shape[dim] ?? 0;
  const logs = input.logSoftmax(dim);
  const wanted = labelSmoothing > 0 ? target.mul(1 - labelSmoothing).add(labelSmoothing / classes) : target;
  const product = logs.mul(wanted);
  const each = weight === null ? product : product.mul(broadcastable(weight, input.shape.length, dim));
  if (reduction === "none") return each.sum(dim).neg();
  const total = each.sum().neg();
  return reduction === "sum" ? total : total.div(input.numel() / classes);
}

/** The loss against all classes alike, as label smoothing adds it. */
function evenly(
  logs: Tensor,
  target: Tensor,
  weight: Tensor | null,
  ignoreIndex: number,
  reduction: Reduction,
  dim: number,
): Tensor {
  const scaled = weight === null ? logs : logs.mul(broadcastable(weight, logs.shape.length, dim));
  const ignored = target.eq(ignoreIndex);
  const each = scaled.sum(dim).neg().maskedFill(ignored, 0);
  if (reduction === "none") return each;
  if (reduction === "sum") return each.sum();
  const counts = ignored.logicalNot();
  if (weight === null) return each.sum().div(counts.sum().to(logs.dtype));
  const own = weight.gather(0, target.mul(counts).flatten()).mul(counts.flatten());
  return each.sum().div(own.sum());
}
