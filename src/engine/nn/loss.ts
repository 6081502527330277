import type { Tensor } from "../tensor";
import * as F from "./functional";
import type { Reduction } from "./functional";
import { Module } from "./module";

// Each loss takes an input and a target and gives their loss: a number, or with reduction "none" one for each element.
// Shapes and formulas stand at the function of the same name in nn.functional. Source: torch/nn/modules/loss.py.

/** A loss with a reduction. */
abstract class Loss<O extends F.LossOptions = F.LossOptions> extends Module {
  readonly reduction: Reduction;

  constructor(protected readonly options: O) {
    super();
    this.reduction = options.reduction ?? "mean";
  }
}

/**
 * The mean (or sum, or each) of (input − target)².
 * Shapes: two that broadcast (and warn unless equal) → 0-d, or their common shape with "none". Errors: shapes that do
 * not broadcast; an unknown reduction.
 */
export class MSELoss extends Loss {
  constructor(options: F.LossOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.mseLoss(input, target, this.options);
  }
}

/**
 * The mean (or sum, or each) of |input − target|.
 * Shapes: two that broadcast (and warn unless equal) → 0-d, or their common shape with "none". Errors: shapes that do
 * not broadcast; an unknown reduction.
 */
export class L1Loss extends Loss {
  constructor(options: F.LossOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.l1Loss(input, target, this.options);
  }
}

/**
 * z² / (2 · beta) where |z| < beta, else |z| − beta / 2, z = input − target: squares near 0, absolute values beyond.
 * Shapes: two that broadcast (and warn unless equal) → 0-d, or their common shape with "none". Errors: shapes that do
 * not broadcast; an unknown reduction.
 */
export class SmoothL1Loss extends Loss<F.LossOptions & { readonly beta?: number }> {
  constructor(options: F.LossOptions & { readonly beta?: number } = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.smoothL1Loss(input, target, this.options);
  }
}

/**
 * z² / 2 where |z| ≤ delta, else delta · (|z| − delta / 2), z = input − target: squares near 0, straight lines beyond.
 * Shapes: two that broadcast (and warn unless equal) → 0-d, or their common shape with "none". Errors: shapes that do
 * not broadcast; an unknown reduction.
 */
export class HuberLoss extends Loss<F.LossOptions & { readonly delta?: number }> {
  constructor(options: F.LossOptions & { readonly delta?: number } = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.huberLoss(input, target, this.options);
  }
}

/**
 * Cross entropy −log softmax(input)[target] of scores with class indices or class probabilities.
 * Shapes: input [batch, classes], [classes] or [batch, classes, …], target int64 without the classes, or floats as
 * input → 0-d, or as the target without classes. Errors: a target that is no class or of another shape; a weight of
 * another length; labelSmoothing outside [0, 1].
 */
export class CrossEntropyLoss extends Loss<F.CrossEntropyOptions> {
  /** A factor per class. */
  readonly weight: Tensor | null;

  constructor(options: F.CrossEntropyOptions = {}) {
    super(options);
    this.weight = options.weight ?? null;
    this.registerBuffer("weight", this.weight);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.crossEntropy(input, target, { ...this.options, weight: this.weight });
  }
}

/**
 * Negative log likelihood −input[target] of log probabilities.
 * Shapes: input [batch, classes], [classes] or [batch, classes, …], target int64 without the classes → 0-d, or as
 * target with "none". Errors: a target that is no class or of another shape; a weight of another length.
 */
export class NLLLoss extends Loss<F.NllOptions> {
  /** A factor per class. */
  readonly weight: Tensor | null;

  constructor(options: F.NllOptions = {}) {
    super(options);
    this.weight = options.weight ?? null;
    this.registerBuffer("weight", this.weight);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.nllLoss(input, target, { ...this.options, weight: this.weight });
  }
}

/**
 * Binary cross entropy of probabilities, −(target · ln input + (1 − target) · ln(1 − input)).
 * Shapes: two equal ones → 0-d, or theirs with "none". Errors: inputs outside [0, 1]; two shapes or dtypes; an unknown
 * reduction.
 */
export class BCELoss extends Loss<F.BceOptions> {
  /** A factor for each element's loss. */
  readonly weight: Tensor | null;

  constructor(options: F.BceOptions = {}) {
    super(options);
    this.weight = options.weight ?? null;
    this.registerBuffer("weight", this.weight);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.binaryCrossEntropy(input, target, { ...this.options, weight: this.weight });
  }
}

/**
 * Binary cross entropy of σ(input), without overflow.
 * Shapes: two equal ones → 0-d, or theirs with "none". Errors: two shapes; an unknown reduction.
 */
export class BCEWithLogitsLoss extends Loss<F.BceLogitsOptions> {
  /** A factor for each element's loss. */
  readonly weight: Tensor | null;
  /** A factor for the positive term of each class. */
  readonly posWeight: Tensor | null;

  constructor(options: F.BceLogitsOptions = {}) {
    super(options);
    this.weight = options.weight ?? null;
    this.posWeight = options.posWeight ?? null;
    this.registerBuffer("weight", this.weight);
    this.registerBuffer("posWeight", this.posWeight);
  }

  override pathName(field: string): string {
    return field === "posWeight" ? "pos_weight" : field;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    const { weight, posWeight } = this;
    return F.binaryCrossEntropyWithLogits(input, target, { ...this.options, weight, posWeight });
  }
}

/**
 * Kullback-Leibler divergence of log probabilities from a target, target · (ln target − input).
 * Shapes: two that broadcast → 0-d, or theirs with "none". Errors: shapes that do not broadcast; an unknown reduction.
 */
export class KLDivLoss extends Module {
  constructor(private readonly options: F.KlDivOptions = {}) {
    super();
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.klDiv(input, target, this.options);
  }
}

/**
 * The input where the target is 1, max(0, margin − input) where it is −1.
 * Shapes: two that broadcast → 0-d, or theirs with "none". Errors: shapes that do not broadcast; an unknown reduction.
 */
export class HingeEmbeddingLoss extends Loss<F.MarginOptions> {
  constructor(options: F.MarginOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.hingeEmbeddingLoss(input, target, this.options);
  }
}

/**
 * max(0, −target · (input1 − input2) + margin): which of two inputs should rank higher, by a margin.
 * Shapes: three that broadcast → 0-d, or theirs with "none". Errors: shapes that do not broadcast; an unknown
 * reduction.
 */
export class MarginRankingLoss extends Loss<F.MarginOptions> {
  constructor(options: F.MarginOptions = {}) {
    super(options);
  }

  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.marginRankingLoss(input1, input2, target, this.options);
  }
}

/**
 * 1 − cos(x₁, x₂) where the target is 1, what the cosine exceeds `margin` by where it is −1.
 * Shapes: inputs [batch, width] and target [batch], or [width] and 0-d → 0-d, or as target with "none". Errors: ranks
 * that do not fit the target's; an unknown reduction.
 */
export class CosineEmbeddingLoss extends Loss<F.MarginOptions> {
  constructor(options: F.MarginOptions = {}) {
    super(options);
  }

  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.cosineEmbeddingLoss(input1, input2, target, this.options);
  }
}

/**
 * max(0, d(anchor, positive) − d(anchor, negative) + margin): whether an anchor is nearer to the positive, by a margin.
 * Shapes: three of […, width] → 0-d, or […] with "none". Errors: shapes that do not broadcast; an unknown reduction.
 */
export class TripletMarginLoss extends Loss<F.TripletOptions> {
  constructor(options: F.TripletOptions = {}) {
    super(options);
  }

  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return F.tripletMarginLoss(anchor, positive, negative, this.options);
  }
}

/**
 * ln(1 + e^(−target · input)), target 1 or −1.
 * Shapes: two that broadcast → 0-d, or theirs with "none". Errors: shapes that do not broadcast; an unknown reduction.
 */
export class SoftMarginLoss extends Loss {
  constructor(options: F.LossOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.softMarginLoss(input, target, this.options);
  }
}

/**
 * Σ max(0, margin − input[target] + input[j])ᵖ / classes: how far other classes j come within a margin of the right one.
 * Shapes: input [batch, classes] or [classes], target int64 [batch] or 0-d → 0-d, or as target with "none". Errors: a
 * target that is no class or of another shape; an unknown reduction.
 */
export class MultiMarginLoss extends Loss<F.MultiMarginOptions> {
  /** A factor per class. */
  readonly weight: Tensor | null;

  constructor(options: F.MultiMarginOptions = {}) {
    super(options);
    this.weight = options.weight ?? null;
    this.registerBuffer("weight", this.weight);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.multiMarginLoss(input, target, { ...this.options, weight: this.weight });
  }
}

/**
 * Negative log likelihood of counts under a Poisson distribution, e^input − target · input.
 * Shapes: two that broadcast → 0-d, or theirs with "none". Errors: shapes that do not broadcast; an unknown reduction.
 */
export class PoissonNLLLoss extends Loss<F.PoissonOptions> {
  constructor(options: F.PoissonOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.poissonNllLoss(input, target, this.options);
  }
}

/**
 * Negative log likelihood under a normal distribution of a given variance, ½ (ln var + (input − target)² / var).
 * Shapes: input and target […, n], variance […, n], […, 1] or […] → 0-d, or as input with "none". Errors: a variance
 * below 0 or of another shape; an unknown reduction.
 */
export class GaussianNLLLoss extends Loss<F.LossOptions & { readonly full?: boolean; readonly eps?: number }> {
  constructor(options: F.LossOptions & { readonly full?: boolean; readonly eps?: number } = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor, variance: Tensor): Tensor {
    return F.gaussianNllLoss(input, target, variance, this.options);
  }
}
