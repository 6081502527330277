import type { Tensor } from "../tensor";
import { atLeastZero } from "./check";
import { Optimizer, type Params } from "./optimizer";

/** Hyper-parameters of Adagrad. */
export interface AdagradHyper {
  /** The learning rate; 0.01 unless given. */
  lr: number;
  /** The learning rate of step t is lr / (1 + (t − 1)·lrDecay). */
  lrDecay: number;
  /** How much of the parameter is added to its gradient (L2 penalty); 0 unless given. */
  weightDecay: number;
  /** What the sum of g² begins with. */
  initialAccumulatorValue: number;
  /** What is added to the root; 1e-10 unless given. */
  eps: number;
  /** Whether to go up rather than down; false unless given. */
  maximize: boolean;
}

/** Options of Adagrad. */
export type AdagradOptions = Partial<AdagradHyper>;

/**
 * Adagrad (Duchi et al. 2011): s ← s + g², w ← w − lr·g / (√s + eps). State: `step`, `sum` (s).
 * Shapes: parameters of any shapes. Errors: no parameters; parameters that are no leaves or in two groups; an option
 * out of its range. Source: torch/optim/adagrad.py.
 */
export class Adagrad extends Optimizer<AdagradHyper> {
  /** Of all groups, as in PyTorch, whatever a group's own options say. */
  private readonly initial: number;

  constructor(params: Params<AdagradHyper>, options: AdagradOptions = {}) {
    super(params, options);
    this.initial = options.initialAccumulatorValue ?? 0;
  }

  protected override complete(given: AdagradOptions): AdagradHyper {
    const {
      lr = 1e-2,
      lrDecay = 0,
      weightDecay = 0,
      initialAccumulatorValue = 0,
      eps = 1e-10,
      maximize = false,
    } = given;
    atLeastZero("learning rate", lr);
    atLeastZero("lr_decay value", lrDecay);
    atLeastZero("weight_decay value", weightDecay);
    atLeastZero("initial_accumulator_value value", initialAccumulatorValue);
    atLeastZero("epsilon value", eps);
    return { lr, lrDecay, weightDecay, initialAccumulatorValue, eps, maximize };
  }

  protected override update(parameter: Tensor, gradient: Tensor, hyper: AdagradHyper): void {
    const { lr, lrDecay, weightDecay, eps, maximize } = hyper;
    const step = this.stepOf(parameter);
    let direction = maximize ? gradient.neg() : gradient;
    if (weightDecay !== 0) direction = direction.add(parameter, { alpha: weightDecay });
    const sum = this.slot(parameter, "sum", this.initial);
    sum.addcmul_(direction, direction);
    parameter.addcdiv_(direction, sum.sqrt().add_(eps), { value: -(lr / (1 + (step - 1) * lrDecay)) });
  }
}
