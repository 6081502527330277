import type { Tensor } from "../tensor";
import { atLeastZero, type Betas, checkBetas } from "./check";
import { Optimizer, type Params } from "./optimizer";

/** Hyper-parameters of NAdam. */
export interface NAdamHyper {
  /** The learning rate; 0.002 unless given. */
  lr: number;
  /** How much of the running averages of the gradient and of its square is kept; [0.9, 0.999] unless given. */
  betas: Betas;
  /** What is added to the root; 1e-8 unless given. */
  eps: number;
  /** How much of the parameter is added to its gradient (L2 penalty); 0 unless given. */
  weightDecay: number;
  /** How fast the momentum rises to β₁. */
  momentumDecay: number;
  /** Takes the decay from the parameter, as AdamW, instead of adding it to the gradient. */
  decoupledWeightDecay: boolean;
  /** Whether to go up rather than down; false unless given. */
  maximize: boolean;
}

/** Options of NAdam. */
export type NAdamOptions = Partial<NAdamHyper>;

/**
 * Adam with Nesterov momentum (Dozat 2016): μₜ = β₁·(1 − 0.96^(t·momentumDecay) / 2) and w ← w − lr·[(1 − μₜ)·g / (1 −
 * Πμ) + μₜ₊₁·m / (1 − Πμ·μₜ·μₜ₊₁)] / (√v̂ + eps), m and v as in Adam. The second μₜ is how PyTorch 1.13 runs it; 2.x
 * leaves it out. State: `step`, `muProduct` (Πμ), `expAvg` (m), `expAvgSq` (v).
 * Shapes: parameters of any shapes. Errors: no parameters; parameters that are no leaves or in two groups; an option
 * out of its range. Source: torch/optim/nadam.py.
 */
export class NAdam extends Optimizer<NAdamHyper> {
  constructor(params: Params<NAdamHyper>, options: NAdamOptions = {}) {
    super(params, options);
  }

  protected override complete(given: NAdamOptions): NAdamHyper {
    const { lr = 2e-3, betas = [0.9, 0.999], eps = 1e-8, weightDecay = 0, momentumDecay = 4e-3 } = given;
    const { decoupledWeightDecay = false, maximize = false } = given;
    atLeastZero("learning rate", lr);
    atLeastZero("epsilon value", eps);
    checkBetas(betas);
    atLeastZero("weight_decay value", weightDecay);
    atLeastZero("momentum_decay value", momentumDecay);
    return { lr, betas, eps, weightDecay, momentumDecay, decoupledWeightDecay, maximize };
  }

  protected override update(parameter: Tensor, gradient: Tensor, hyper: NAdamHyper): void {
    const { lr, betas, eps, weightDecay, momentumDecay, decoupledWeightDecay, maximize } = hyper;
    const [beta1, beta2] = betas;
    const step = this.stepOf(parameter);
    let direction = maximize ? gradient.neg() : gradient;
    if (weightDecay !== 0) {
      if (decoupledWeightDecay) parameter.mul_(1 - lr * weightDecay);
      else direction = direction.add(parameter, { alpha: weightDecay });
    }
    const mu = beta1 * (1 - 0.5 * 0.96 ** (step * momentumDecay));
    const muNext = beta1 * (1 - 0.5 * 0.96 ** ((step + 1) * momentumDecay));
    // These products are float32 whatever the parameter is, as PyTorch keeps them in a tensor.
    const product = this.count(parameter, "muProduct", 1).mul_(mu);
    const productNext = product.mul(mu).mul(muNext).item();
    const average = this.slot(parameter, "expAvg");
    const square = this.slot(parameter, "expAvgSq");
    average.mul_(beta1).add_(direction, { alpha: 1 - beta1 });
    square.mul_(beta2).addcmul_(direction, direction, { value: 1 - beta2 });
    const denominator = square
      .div(1 - beta2 ** step)
      .sqrt_()
      .add_(eps);
    parameter.addcdiv_(direction, denominator, { value: (-lr * (1 - mu)) / (1 - product.item()) });
    parameter.addcdiv_(average, denominator, { value: (-lr * muNext) / (1 - productNext) });
  }
}
