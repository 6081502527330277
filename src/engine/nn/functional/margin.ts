import { composite } from "../../apply";
import { argumentError, runtimeError } from "../../errors";
import { withGrad } from "../../mode";
import { checkReduction } from "../../ops/loss";
import { broadcast, sameShape, sizes } from "../../shape";
import type { Tensor } from "../../tensor";
import type { LossOptions } from "./loss";
import { reduceBy } from "./reduce";

/** A loss with a margin. */
export interface MarginOptions extends LossOptions {
  /** How far apart things must be for a loss of zero. */
  readonly margin?: number;
}

/** Along which dim vectors are compared, and what keeps their lengths from 0. */
export interface CosineOptions {
  /** The dimension along which the vectors lie; 1 unless given. */
  readonly dim?: number;
  /** The least length a vector is taken to have; 1e-8 unless given. */
  readonly eps?: number;
}

/** Settings of the triplet loss: the norm's power, and whether the nearer of anchor and positive counts. */
export interface TripletOptions extends MarginOptions {
  /** Which norm measures the distances; 2 unless given. */
  readonly p?: number;
  /** What is added to each difference; 1e-6 unless given. */
  readonly eps?: number;
  /** Whether the negative's distance to the positive counts where it is the smaller; false unless given. */
  readonly swap?: boolean;
}

/** Settings of the Poisson loss. */
export interface PoissonOptions extends LossOptions {
  /** The input is the logarithm of the rate. */
  readonly logInput?: boolean;
  /** Adds Stirling's approximation of ln target! for targets above 1. */
  readonly full?: boolean;
  /** What keeps the logarithm from 0, where the input is no logarithm; 1e-8 unless given. */
  readonly eps?: number;
}

/** Settings of the multi-class margin loss: power 1 or 2, and what each class counts. */
export interface MultiMarginOptions extends MarginOptions {
  /** The power of each margin; 1 unless given. */
  readonly p?: 1 | 2;
  /** A factor per class. */
  readonly weight?: Tensor | null;
}

/**
 * input where target is 1, max(0, margin − input) where it is −1.
 * Shapes: two that broadcast → 0-d, or theirs with "none". Errors: shapes that do not broadcast; an unknown reduction;
 * booleans. Source: ATen/native/Loss.cpp, `hinge_embedding_loss`.
 */
export function hingeEmbeddingLoss(
  input: Tensor,
  target: Tensor,
  { margin = 1, reduction = "mean" }: MarginOptions = {},
): Tensor {
  checkReduction(reduction);
  return composite("hingeEmbeddingLoss", [input, target], { margin, reduction }, () => {
    const apart = target.ne(1).where(input.rsub(margin).clamp({ min: 0 }), input.scalar(0));
    return reduceBy(apart.add(target.ne(-1).where(input, input.scalar(0))), reduction);
  });
}

/**
 * max(0, −target · (input1 − input2) + margin): target 1 wants input1 larger, −1 input2.
 * Shapes: three that broadcast → 0-d, or theirs with "none". Errors: shapes that do not broadcast; an unknown
 * reduction. Source: ATen/native/Loss.cpp, `margin_ranking_loss`.
 */
export function marginRankingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  { margin = 0, reduction = "mean" }: MarginOptions = {},
): Tensor {
  checkReduction(reduction);
  const given = [input1, input2, target].map((each) => each.shape);
  if (given.some((shape) => shape.length !== target.ndim)) {
    const [first, second, third] = given.map((shape) => `torch.Size(${sizes(shape)})`);
    throw runtimeError(
      `margin_ranking_loss : All input tensors should have same dimension but got sizes: input1: ${first}, input2: ${second}, target: ${third}`,
      "Use .reshape() or .unsqueeze().",
    );
  }
  return composite("marginRankingLoss", [input1, input2, target], { margin, reduction }, () =>
    reduceBy(target.neg().mul(input1.sub(input2)).add(margin).clamp({ min: 0 }), reduction),
  );
}

/**
 * x₁ · x₂ / (max(‖x₁‖, eps) · max(‖x₂‖, eps)) along a dim.
 * Shapes: two that broadcast → theirs without `dim`. Errors: shapes that do not broadcast; a dim out of range;
 * integers. Source: ATen/native/Distance.cpp, `cosine_similarity`.
 */
export function cosineSimilarity(x1: Tensor, x2: Tensor, { dim = 1, eps = 1e-8 }: CosineOptions = {}): Tensor {
  return composite("cosineSimilarity", [x1, x2], { dim, eps }, () => {
    const shape = broadcast(x1.shape, x2.shape);
    // As PyTorch, the bound has no gradient of its own: that of the length passes as if it were not there.
    const unit = (x: Tensor) => {
      const squared = x.square().sum(dim, { keepdim: true });
      withGrad(false, () => squared.clamp_({ min: eps * eps }));
      return x.div(squared.sqrt_());
    };
    return unit(x1.expand(shape))
      .mul(unit(x2.expand(shape)))
      .sum(dim);
  });
}

/**
 * 1 − cos(x₁, x₂) where target is 1, max(0, cos(x₁, x₂) − margin) where it is −1.
 * Shapes: inputs [batch, width] and target [batch], or [width] and [] → 0-d, or as target with "none". Errors: ranks
 * that do not fit the target's; an unknown reduction. Source: ATen/native/Loss.cpp, `cosine_embedding_loss`.
 */
export function cosineEmbeddingLoss(
  input1: Tensor,
  input2: Tensor,
  target: Tensor,
  { margin = 0, reduction = "mean" }: MarginOptions = {},
): Tensor {
  checkReduction(reduction);
  const rank = target.shape.length;
  if (rank > 1) {
    throw runtimeError(
      "0D or 1D target tensor expected, multi-target not supported",
      "A target has one element for each pair of vectors.",
    );
  }
  if (input1.shape.length !== rank + 1 || input2.shape.length !== rank + 1) {
    throw runtimeError(
      `${rank}D target tensor expects ${rank + 1}D input tensors, but found inputs with sizes ${sizes(input1.shape)} and ${sizes(input2.shape)}.`,
      "A target has one element for each pair of vectors.",
    );
  }
  return composite("cosineEmbeddingLoss", [input1, input2, target], { margin, reduction }, () => {
    const square = (x: Tensor) => x.mul(x).sum(rank).add(1e-12);
    const cosine = input1
      .mul(input2)
      .sum(rank)
      .div(square(input1).mul(square(input2)).sqrt());
    const none = cosine.scalar(0);
    const alike = target.eq(1).where(cosine.rsub(1), none);
    return reduceBy(alike.add(target.eq(-1).where(cosine.sub(margin).clamp({ min: 0 }), none)), reduction);
  });
}

/**
 * ‖x₁ − x₂ + eps‖ₚ of each pair of vectors.
 * Shapes: […, width] and one that broadcasts → […]. Errors: shapes that do not broadcast; booleans.
 * Source: ATen/native/Distance.cpp, `pairwise_distance`.
 */
export function pairwiseDistance(
  x1: Tensor,
  x2: Tensor,
  {
    p = 2,
    eps = 1e-6,
    keepdim = false,
  }: { readonly p?: number; readonly eps?: number; readonly keepdim?: boolean } = {},
): Tensor {
  return composite("pairwiseDistance", [x1, x2], { p, eps, keepdim }, () => {
    return x1.sub(x2).add(eps).norm(p, -1, { keepdim });
  });
}

/**
 * max(0, d(anchor, positive) − d(anchor, negative) + margin), d the p-norm distance.
 * Shapes: three of […, width] → 0-d, or […] with "none". Errors: shapes that do not broadcast; an unknown reduction.
 * Source: Balntas et al. 2016; ATen/native/Loss.cpp.
 */
export function tripletMarginLoss(
  anchor: Tensor,
  positive: Tensor,
  negative: Tensor,
  { margin = 1, p = 2, eps = 1e-6, swap = false, reduction = "mean" }: TripletOptions = {},
): Tensor {
  checkReduction(reduction);
  if (anchor.ndim !== positive.ndim || anchor.ndim !== negative.ndim) {
    throw runtimeError(
      `All inputs should have same dimension but got ${anchor.ndim}D, ${positive.ndim}D and ${negative.ndim}D inputs.`,
      "Use .reshape() or .unsqueeze().",
    );
  }
  return composite("tripletMarginLoss", [anchor, positive, negative], { margin, p, eps, swap, reduction }, () => {
    const near = pairwiseDistance(anchor, positive, { p, eps });
    const far = pairwiseDistance(anchor, negative, { p, eps });
    const apart = swap ? far.minimum(pairwiseDistance(positive, negative, { p, eps })) : far;
    return reduceBy(near.add(margin).sub(apart).clamp({ min: 0 }), reduction);
  });
}

/**
 * ln(1 + e^(−target · input)), target 1 or −1.
 * Shapes: two that broadcast → 0-d, or their common shape with "none". Errors: shapes that do not broadcast; an unknown
 * reduction; booleans. Source: ATen/native/Loss.cpp.
 */
export function softMarginLoss(input: Tensor, target: Tensor, { reduction = "mean" }: LossOptions = {}): Tensor {
  checkReduction(reduction);
  return composite("softMarginLoss", [input, target], { reduction }, () =>
    reduceBy(target.neg().mul(input).exp().log1p(), reduction),
  );
}

/**
 * Σ max(0, margin − input[target] + input[j])ᵖ over the other classes j, divided by the classes.
 * Shapes: input [batch, classes] or [classes], target int64 [batch] or [] → 0-d, or as target with "none". Errors: a
 * target that is no class, not int64 or of another shape; an unknown reduction.
 * Source: ATen/native/LossMultiMargin.cpp.
 */
export function multiMarginLoss(
  input: Tensor,
  target: Tensor,
  { p = 1, margin = 1, weight = null, reduction = "mean" }: MultiMarginOptions = {},
): Tensor {
  checkReduction(reduction);
  const classes = input.shape.at(-1) ?? 1;
  if (!sameShape(target.shape, input.shape.slice(0, -1)) && !(input.ndim === 1 && target.numel() === 1)) {
    throw runtimeError(
      `inconsistent target size, got: ${sizes(target.shape)}`,
      "A target has one class for each row of the input.",
    );
  }
  if (target.toArray().some((place) => place < 0 || place >= classes))
    throw runtimeError("target out of range", `Classes run from 0 to ${classes - 1}.`);
  const given = weight === null ? [input, target] : [input, target, weight];
  return composite("multiMarginLoss", given, { p, margin, reduction }, () => {
    const place = target.reshape([...input.shape.slice(0, -1), 1]);
    const over = input.sub(input.gather(-1, place)).add(margin).relu();
    const raised = p === 2 ? over.mul(over) : over;
    const own = raised.gather(-1, place).squeeze(-1);
    if (weight === null) return reduceBy(raised.sum(-1).sub(own).div(classes), reduction);
    const counts = weight.gather(0, target.reshape([-1])).reshape(target.shape);
    return reduceBy(raised.sum(-1).sub(own).mul(counts).div(classes), reduction);
  });
}

/**
 * e^input − target · input, or with `logInput: false` input − target · ln(input + eps).
 * Shapes: two that broadcast → 0-d, or theirs with "none". Errors: shapes that do not broadcast; an unknown reduction;
 * booleans. Source: ATen/native/Loss.cpp, `poisson_nll_loss`.
 */
export function poissonNllLoss(
  input: Tensor,
  target: Tensor,
  { logInput = true, full = false, eps = 1e-8, reduction = "mean" }: PoissonOptions = {},
): Tensor {
  checkReduction(reduction);
  return composite("poissonNllLoss", [input, target], { logInput, full, eps, reduction }, () => {
    const each = logInput ? input.exp().sub(target.mul(input)) : input.sub(target.mul(input.add(eps).log()));
    if (!full) return reduceBy(each, reduction);
    const sure = target.maskedFill(target.le(1), 1);
    const stirling = sure
      .mul(sure.log())
      .sub(sure)
      .add(
        sure
          .mul(2 * Math.PI)
          .log()
          .mul(0.5),
      );
    return reduceBy(each.add(stirling.maskedFill(target.le(1), 0)), reduction);
  });
}

/**
 * ½ (ln max(var, eps) + (input − target)² / max(var, eps)), with `full` also ½ ln 2π.
 * Shapes: input and target […, n], variance […, n], […, 1] or […] → 0-d, or as input with "none". Errors: a variance
 * below 0 or of another shape; an unknown reduction. Source: Nix and Weigend 1994; torch/nn/functional.py.
 */
export function gaussianNllLoss(
  input: Tensor,
  target: Tensor,
  variance: Tensor,
  {
    full = false,
    eps = 1e-6,
    reduction = "mean",
  }: LossOptions & { readonly full?: boolean; readonly eps?: number } = {},
): Tensor {
  checkReduction(reduction);
  if (variance.toArray().some((value) => value < 0))
    throw argumentError("var has negative entry/entries", "A variance is 0 or more.");
  const whole = sameShape(variance.shape, input.shape);
  const spread = !whole && sameShape(variance.shape, input.shape.slice(0, -1)) ? variance.unsqueeze(-1) : variance;
  if (!whole && !sameShape(spread.shape, [...input.shape.slice(0, -1), 1])) {
    throw argumentError(
      "var is of incorrect size",
      "It has the input's shape, with 1 or nothing as its last dimension.",
    );
  }
  return composite("gaussianNllLoss", [input, target, variance], { full, eps, reduction }, () => {
    const held = spread.clone();
    withGrad(false, () => held.clamp_({ min: eps }));
    const miss = input.sub(target);
    const each = held.log().add(miss.mul(miss).div(held)).mul(0.5);
    return reduceBy(full ? each.add(0.5 * Math.log(2 * Math.PI)) : each, reduction);
  });
}
