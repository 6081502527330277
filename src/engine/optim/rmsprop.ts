import type { Tensor } from "../tensor";
import { atLeastZero } from "./check";
import { Optimizer, type Params } from "./optimizer";

/** Hyper-parameters of RMSprop. */
export interface RMSpropHyper {
  /** The learning rate; 0.01 unless given. */
  lr: number;
  /** How much the average of g² keeps of what it was. */
  alpha: number;
  /** What is added to the root; 1e-8 unless given. */
  eps: number;
  /** How much of the parameter is added to its gradient (L2 penalty); 0 unless given. */
  weightDecay: number;
  /** How much of the last step is kept; 0 unless given. */
  momentum: number;
  /** Divides by the deviation of the gradient instead of its size. */
  centered: boolean;
  /** Whether to go up rather than down; false unless given. */
  maximize: boolean;
}

/** Options of RMSprop. */
export type RMSpropOptions = Partial<RMSpropHyper>;

/**
 * RMSprop (Hinton 2012): v ← α·v + (1 − α)·g², w ← w − lr·g / (√v + eps). Centered: √(v − a²) with a ← α·a + (1 − α)·g.
 * Momentum: b ← momentum·b + g / (√v + eps), w ← w − lr·b. State: `step`, `squareAvg` (v), `gradAvg` (a),
 * `momentumBuffer` (b).
 * Shapes: parameters of any shapes. Errors: no parameters; parameters that are no leaves or in two groups; an option
 * out of its range. Source: torch/optim/rmsprop.py.
 */
export class RMSprop extends Optimizer<RMSpropHyper> {
  constructor(params: Params<RMSpropHyper>, options: RMSpropOptions = {}) {
    super(params, options);
  }

  protected override complete(given: RMSpropOptions): RMSpropHyper {
    const { lr = 1e-2, alpha = 0.99, eps = 1e-8, weightDecay = 0, momentum = 0 } = given;
    const { centered = false, maximize = false } = given;
    atLeastZero("learning rate", lr);
    atLeastZero("epsilon value", eps);
    atLeastZero("momentum value", momentum);
    atLeastZero("weight_decay value", weightDecay);
    atLeastZero("alpha value", alpha);
    return { lr, alpha, eps, weightDecay, momentum, centered, maximize };
  }

  protected override update(parameter: Tensor, gradient: Tensor, hyper: RMSpropHyper): void {
    const { lr, alpha, eps, weightDecay, momentum, centered, maximize } = hyper;
    this.stepOf(parameter);
    let direction = maximize ? gradient.neg() : gradient;
    if (weightDecay !== 0) direction = direction.add(parameter, { alpha: weightDecay });
    const square = this.slot(parameter, "squareAvg");
    square.mul_(alpha).addcmul_(direction, direction, { value: 1 - alpha });
    let size: Tensor;
    if (centered) {
      const mean = this.slot(parameter, "gradAvg");
      mean.mul_(alpha).add_(direction, { alpha: 1 - alpha });
      size = square.addcmul(mean, mean, { value: -1 }).sqrt_();
    } else size = square.sqrt();
    size.add_(eps);
    if (momentum > 0) {
      const buffer = this.slot(parameter, "momentumBuffer");
      buffer.mul_(momentum).addcdiv_(direction, size);
      parameter.add_(buffer, { alpha: -lr });
    } else parameter.addcdiv_(direction, size, { value: -lr });
  }
}
