import type { Tensor } from "../tensor";
import { atLeastZero, type Betas, checkBetas } from "./check";
import { Optimizer, type Params } from "./optimizer";

/** Hyper-parameters of RAdam. */
export interface RAdamHyper {
  /** The learning rate; 0.001 unless given. */
  lr: number;
  /** How much of the running averages of the gradient and of its square is kept; [0.9, 0.999] unless given. */
  betas: Betas;
  /** What is added to the root; 1e-8 unless given. */
  eps: number;
  /** How much of the parameter is added to its gradient (L2 penalty); 0 unless given. */
  weightDecay: number;
  /** Takes the decay from the parameter, as AdamW, instead of adding it to the gradient. */
  decoupledWeightDecay: boolean;
  /** Whether to go up rather than down; false unless given. */
  maximize: boolean;
}

/** Options of RAdam. */
export type RAdamOptions = Partial<RAdamHyper>;

/**
 * Rectified Adam (Liu et al. 2020): as Adam while the average of g² is good for something (ρₜ > 5), and then times the
 * rectification √((ρₜ − 4)(ρₜ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρₜ)); before that w ← w − lr·m̂. State: `step`, `expAvg`,
 * `expAvgSq`.
 * Shapes: parameters of any shapes. Errors: no parameters; parameters that are no leaves or in two groups; an option
 * out of its range. Source: torch/optim/radam.py.
 */
export class RAdam extends Optimizer<RAdamHyper> {
  constructor(params: Params<RAdamHyper>, options: RAdamOptions = {}) {
    super(params, options);
  }

  protected override complete(given: RAdamOptions): RAdamHyper {
    const { lr = 1e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0 } = given;
    const { decoupledWeightDecay = false, maximize = false } = given;
    atLeastZero("learning rate", lr);
    atLeastZero("epsilon value", eps);
    checkBetas(betas);
    atLeastZero("weight_decay value", weightDecay);
    return { lr, betas, eps, weightDecay, decoupledWeightDecay, maximize };
  }

  protected override update(parameter: Tensor, gradient: Tensor, hyper: RAdamHyper): void {
    const { lr, betas, eps, weightDecay, decoupledWeightDecay, maximize } = hyper;
    const [beta1, beta2] = betas;
    const step = this.stepOf(parameter);
    let direction = maximize ? gradient.neg() : gradient;
    if (weightDecay !== 0) {
      if (decoupledWeightDecay) parameter.mul_(1 - lr * weightDecay);
      else direction = direction.add(parameter, { alpha: weightDecay });
    }
    const average = this.slot(parameter, "expAvg");
    const square = this.slot(parameter, "expAvgSq");
    average.mul_(beta1).add_(direction, { alpha: 1 - beta1 });
    square.mul_(beta2).addcmul_(direction, direction, { value: 1 - beta2 });
    const corrected = average.div(1 - beta1 ** step);
    const correction = 1 - beta2 ** step;
    const longest = 2 / (1 - beta2) - 1;
    const length = longest - (2 * step * beta2 ** step) / correction;
    if (length <= 5) {
      parameter.sub_(corrected.mul(lr));
      return;
    }
    const rectified = Math.sqrt(((length - 4) * (length - 2) * longest) / ((longest - 4) * (longest - 2) * length));
    const adaptive = square.sqrt().add_(eps).reciprocal().mul(Math.sqrt(correction));
    parameter.sub_(corrected.mul(lr).mul(adaptive).mul(rectified));
  }
}
