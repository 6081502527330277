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

/** The mean (or sum, or each) of (input − target)². */
export class MSELoss extends Loss {
  constructor(options: F.LossOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.mseLoss(input, target, this.options);
  }
}

/** The mean (or sum, or each) of |input − target|. */
export class L1Loss extends Loss {
  constructor(options: F.LossOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.l1Loss(input, target, this.options);
  }
}

/** Squares below `beta`, absolute values above. */
export class SmoothL1Loss extends Loss<F.LossOptions & { readonly beta?: number }> {
  constructor(options: F.LossOptions & { readonly beta?: number } = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.smoothL1Loss(input, target, this.options);
  }
}

/** Squares below `delta`, absolute values times delta above. */
export class HuberLoss extends Loss<F.LossOptions & { readonly delta?: number }> {
  constructor(options: F.LossOptions & { readonly delta?: number } = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.huberLoss(input, target, this.options);
  }
}

/** Cross entropy of scores with class indices or class probabilities. */
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

/** Negative log likelihood of log probabilities. */
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

/** Binary cross entropy of probabilities. */
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

/** Binary cross entropy of σ(input), without overflow. */
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

/** Kullback-Leibler divergence of log probabilities from a target. */
export class KLDivLoss extends Module {
  constructor(private readonly options: F.KlDivOptions = {}) {
    super();
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.klDiv(input, target, this.options);
  }
}

/** The input where the target is 1, what it lacks to `margin` where it is −1. */
export class HingeEmbeddingLoss extends Loss<F.MarginOptions> {
  constructor(options: F.MarginOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.hingeEmbeddingLoss(input, target, this.options);
  }
}

/** Whether the first or the second input should rank higher, by a margin. */
export class MarginRankingLoss extends Loss<F.MarginOptions> {
  constructor(options: F.MarginOptions = {}) {
    super(options);
  }

  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.marginRankingLoss(input1, input2, target, this.options);
  }
}

/** Whether two vectors should point the same way, by the cosine between them. */
export class CosineEmbeddingLoss extends Loss<F.MarginOptions> {
  constructor(options: F.MarginOptions = {}) {
    super(options);
  }

  override forward(input1: Tensor, input2: Tensor, target: Tensor): Tensor {
    return F.cosineEmbeddingLoss(input1, input2, target, this.options);
  }
}

/** Whether an anchor is nearer to the positive than to the negative, by a margin. */
export class TripletMarginLoss extends Loss<F.TripletOptions> {
  constructor(options: F.TripletOptions = {}) {
    super(options);
  }

  override forward(anchor: Tensor, positive: Tensor, negative: Tensor): Tensor {
    return F.tripletMarginLoss(anchor, positive, negative, this.options);
  }
}

/** ln(1 + e^(−target · input)), target 1 or −1. */
export class SoftMarginLoss extends Loss {
  constructor(options: F.LossOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.softMarginLoss(input, target, this.options);
  }
}

/** How far other classes come within a margin of the right one. */
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

/** Negative log likelihood of counts under a Poisson distribution. */
export class PoissonNLLLoss extends Loss<F.PoissonOptions> {
  constructor(options: F.PoissonOptions = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return F.poissonNllLoss(input, target, this.options);
  }
}

/** Negative log likelihood under a normal distribution with a given variance. */
export class GaussianNLLLoss extends Loss<F.LossOptions & { readonly full?: boolean; readonly eps?: number }> {
  constructor(options: F.LossOptions & { readonly full?: boolean; readonly eps?: number } = {}) {
    super(options);
  }

  override forward(input: Tensor, target: Tensor, variance: Tensor): Tensor {
    return F.gaussianNllLoss(input, target, variance, this.options);
  }
}
