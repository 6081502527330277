import type { Tensor } from "../tensor";
import { atLeastZero, type Betas, checkBetas } from "./check";
import { Optimizer, type Params } from "./optimizer";

/** Hyper-parameters of Adamax. */
export interface AdamaxHyper {
  /** The learning rate; 0.002 unless given. */
  lr: number;
  /** How much of the running average of the gradient and of its running maximum is kept; [0.9, 0.999] unless given. */
  betas: Betas;
  /** What is added to the gradient's size; 1e-8 unless given. */
  eps: number;
  /** How much of the parameter is added to its gradient (L2 penalty); 0 unless given. */
  weightDecay: number;
  /** Whether to go up rather than down; false unless given. */
  maximize: boolean;
}

/** Options of Adamax. */
export type AdamaxOptions = Partial<AdamaxHyper>;

/**
 * Adamax (Kingma and Ba 2015): m ← β₁·m + (1 − β₁)·g, u ← max(β₂·u, |g| + eps), w ← w − lr / (1 − β₁ᵗ) · m / u. State:
 * `step`, `expAvg` (m), `expInf` (u).
 * Shapes: parameters of any shapes. Errors: no parameters; parameters that are no leaves or in two groups; an option
 * out of its range. Source: torch/optim/adamax.py.
 */
export class Adamax extends Optimizer<AdamaxHyper> {
  constructor(params: Params<AdamaxHyper>, options: AdamaxOptions = {}) {
    super(params, options);
  }

  protected override complete(given: AdamaxOptions): AdamaxHyper {
    const { lr = 2e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0, maximize = false } = given;
    atLeastZero("learning rate", lr);
    atLeastZero("epsilon value", eps);
    checkBetas(betas);
    atLeastZero("weight_decay value", weightDecay);
    return { lr, betas, eps, weightDecay, maximize };
  }

  protected override update(parameter: Tensor, gradient: Tensor, hyper: AdamaxHyper): void {
    const { lr, betas, eps, weightDecay, maximize } = hyper;
    const [beta1, beta2] = betas;
    const step = this.stepOf(parameter);
    let direction = maximize ? gradient.neg() : gradient;
    if (weightDecay !== 0) direction = direction.add(parameter, { alpha: weightDecay });
    const average = this.slot(parameter, "expAvg");
    const largest = this.slot(parameter, "expInf");
    average.mul_(beta1).add_(direction, { alpha: 1 - beta1 });
    largest.mul_(beta2);
    largest.copy_(largest.maximum(direction.abs().add_(eps)));
    parameter.addcdiv_(average, largest, { value: -(lr / (1 - beta1 ** step)) });
  }
}
