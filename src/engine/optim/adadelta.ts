import type { Tensor } from "../tensor";
import { argumentError } from "../errors";
import { atLeastZero } from "./check";
import { Optimizer, type Params } from "./optimizer";

/** Hyper-parameters of Adadelta. */
export interface AdadeltaHyper {
  /** What the step is multiplied by; 1 unless given. */
  lr: number;
  /** How much the averages of g² and of Δ² keep of what they were. */
  rho: number;
  /** What is added to the averages before the root; 1e-6 unless given. */
  eps: number;
  /** How much of the parameter is added to its gradient (L2 penalty); 0 unless given. */
  weightDecay: number;
  /** Whether to go up rather than down; false unless given. */
  maximize: boolean;
}

/** Options of Adadelta. */
export type AdadeltaOptions = Partial<AdadeltaHyper>;

/**
 * Adadelta (Zeiler 2012): v ← ρ·v + (1 − ρ)·g², Δ = √(u + eps) / √(v + eps) · g, u ← ρ·u + (1 − ρ)·Δ², w ← w − lr·Δ.
 * State: `step`, `squareAvg` (v), `accDelta` (u).
 * Shapes: parameters of any shapes. Errors: no parameters; parameters that are no leaves or in two groups; an option
 * out of its range. Source: torch/optim/adadelta.py.
 */
export class Adadelta extends Optimizer<AdadeltaHyper> {
  constructor(params: Params<AdadeltaHyper>, options: AdadeltaOptions = {}) {
    super(params, options);
  }

  protected override complete(given: AdadeltaOptions): AdadeltaHyper {
    const { lr = 1, rho = 0.9, eps = 1e-6, weightDecay = 0, maximize = false } = given;
    atLeastZero("learning rate", lr);
    if (!(rho >= 0 && rho <= 1)) throw argumentError(`Invalid rho value: ${rho}`, "Use a number from 0 to 1.");
    atLeastZero("epsilon value", eps);
    atLeastZero("weight_decay value", weightDecay);
    return { lr, rho, eps, weightDecay, maximize };
  }

  protected override update(parameter: Tensor, gradient: Tensor, hyper: AdadeltaHyper): void {
    const { lr, rho, eps, weightDecay, maximize } = hyper;
    this.stepOf(parameter);
    let direction = maximize ? gradient.neg() : gradient;
    if (weightDecay !== 0) direction = direction.add(parameter, { alpha: weightDecay });
    const square = this.slot(parameter, "squareAvg");
    const moved = this.slot(parameter, "accDelta");
    square.mul_(rho).addcmul_(direction, direction, { value: 1 - rho });
    const delta = moved.add(eps).sqrt_().div_(square.add(eps).sqrt_()).mul_(direction);
    moved.mul_(rho).addcmul_(delta, delta, { value: 1 - rho });
    parameter.add_(delta, { alpha: -lr });
  }
}
