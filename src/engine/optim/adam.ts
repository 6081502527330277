import type { Tensor } from "../tensor";
import { atLeastZero, type Betas, checkBetas } from "./check";
import { Optimizer, type Params } from "./optimizer";

/** Hyper-parameters of Adam and AdamW. */
export interface AdamHyper {
  /** The length of a step where all gradients point the same way. */
  lr: number;
  /** How much the averages of g and of g² keep of what they were. */
  betas: Betas;
  /** Keeps the division from going wrong where gradients are tiny. */
  eps: number;
  /** Adam: a multiple of the parameter added to its gradient. AdamW: what a step takes from the parameter, times lr. */
  weightDecay: number;
  /** Divides by the largest average of g² so far instead of the present one. */
  amsgrad: boolean;
  /** Goes up the gradient instead of down. */
  maximize: boolean;
}

/** Options of Adam and AdamW. */
export type AdamOptions = Partial<AdamHyper>;

abstract class Adaptive extends Optimizer<AdamHyper> {
  constructor(params: Params<AdamHyper>, options: AdamOptions = {}) {
    super(params, options);
  }

  protected completed(given: AdamOptions, decay: number): AdamHyper {
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = decay } = given;
    const { amsgrad = false, maximize = false } = given;
    atLeastZero("learning rate", lr);
    atLeastZero("epsilon value", eps);
    checkBetas(betas);
    atLeastZero("weight_decay value", weightDecay);
    return { lr, betas, eps, weightDecay, amsgrad, maximize };
  }

  protected adapt(parameter: Tensor, gradient: Tensor, { lr, betas, eps, amsgrad }: AdamHyper): void {
    const [beta1, beta2] = betas;
    const step = this.stepOf(parameter);
    const average = this.slot(parameter, "expAvg");
    const square = this.slot(parameter, "expAvgSq");
    average.mul_(beta1).add_(gradient, { alpha: 1 - beta1 });
    square.mul_(beta2).addcmul_(gradient, gradient, { value: 1 - beta2 });
    let spread = square;
    if (amsgrad) {
      spread = this.slot(parameter, "maxExpAvgSq");
      spread.copy_(spread.maximum(square));
    }
    const denominator = spread
      .sqrt()
      .div(Math.sqrt(1 - beta2 ** step))
      .add_(eps);
    parameter.addcdiv_(average, denominator, { value: -(lr / (1 - beta1 ** step)) });
  }
}

/**
 * Adam (Kingma and Ba 2015): with g ← g + weightDecay·w, m ← β₁·m + (1 − β₁)·g and v ← β₂·v + (1 − β₂)·g², w ← w − lr ·
 * m̂ / (√v̂ + eps), where m̂ = m / (1 − β₁ᵗ) and v̂ = v / (1 − β₂ᵗ). State: `step`, `expAvg` (m), `expAvgSq` (v), with
 * amsgrad `maxExpAvgSq`.
 * Shapes: parameters of any shapes. Errors: no parameters; parameters that are no leaves or in two groups; an option
 * out of its range. Source: torch/optim/adam.py.
 */
export class Adam extends Adaptive {
  protected override complete(given: AdamOptions): AdamHyper {
    return this.completed(given, 0);
  }

  protected override update(parameter: Tensor, gradient: Tensor, hyper: AdamHyper): void {
    const { weightDecay, maximize } = hyper;
    const direction = maximize ? gradient.neg() : gradient;
    this.adapt(parameter, weightDecay === 0 ? direction : direction.add(parameter, { alpha: weightDecay }), hyper);
  }
}

/**
 * AdamW (Loshchilov and Hutter 2019): Adam, but w ← w·(1 − lr·weightDecay) first, with the gradient left as it is.
 * State as Adam's.
 * Shapes: parameters of any shapes. Errors: no parameters; parameters that are no leaves or in two groups; an option
 * out of its range. Source: torch/optim/adamw.py.
 */
export class AdamW extends Adaptive {
  protected override complete(given: AdamOptions): AdamHyper {
    return this.completed(given, 1e-2);
  }

  protected override update(parameter: Tensor, gradient: Tensor, hyper: AdamHyper): void {
    parameter.mul_(1 - hyper.lr * hyper.weightDecay);
    this.adapt(parameter, hyper.maximize ? gradient.neg() : gradient, hyper);
  }
}
