import { argumentError } from "../errors";
import { Tensor } from "../tensor";
import { Optimizer, type Params, type ParamState } from "./optimizer";

/** Hyper-parameters of SGD. */
export interface SGDHyper {
  /** How far a step goes against the gradient. */
  lr: number;
  /** How much of the last step is kept; 0 unless given. */
  momentum: number;
  /** How much less the newest gradient counts in the momentum; 0 unless given. */
  dampening: number;
  /** Pull towards zero, as a multiple of the parameter added to its gradient. */
  weightDecay: number;
  /** Whether the gradient is added to the momentum once more (Nesterov); false unless given. */
  nesterov: boolean;
  /** Goes up the gradient instead of down. */
  maximize: boolean;
}

/** Options of SGD; `lr` must be given here or in every group. */
export type SGDOptions = Partial<SGDHyper>;

/**
 * Stochastic gradient descent: w ← w − lr·g, with g ← g + weightDecay·w, and with momentum b ← momentum·b + (1 −
 * dampening)·g, g ← b (Nesterov: g + momentum·b). The first b is g itself. Each step:
 * `optimizer.zeroGrad(); loss.backward(); optimizer.step();`.
 * Shapes: parameters of any shapes. Errors: no lr; no parameters; parameters that are no leaves or in two groups; an
 * option below 0. Source: torch/optim/sgd.py.
 */
export class SGD extends Optimizer<SGDHyper> {
  constructor(params: Params<SGDHyper>, options: SGDOptions = {}) {
    const { nesterov = false, momentum = 0, dampening = 0 } = options;
    if (nesterov && (momentum <= 0 || dampening !== 0)) {
      throw argumentError("Nesterov momentum requires a momentum and zero dampening", "Pass { momentum: 0.9 } too.");
    }
    super(params, options);
  }

  protected override complete({
    lr,
    momentum = 0,
    dampening = 0,
    weightDecay = 0,
    nesterov = false,
    maximize = false,
  }: Partial<SGDHyper>): SGDHyper {
    if (lr === undefined) {
      throw argumentError(
        "parameter group didn't specify a value of required optimization parameter lr",
        "Pass { lr: 0.01 } after the parameters.",
      );
    }
    if (!(lr >= 0)) throw argumentError(`Invalid learning rate: ${lr}`, "Use a number ≥ 0.");
    if (!(momentum >= 0)) throw argumentError(`Invalid momentum value: ${momentum}`, "Use a number ≥ 0.");
    if (!(weightDecay >= 0)) throw argumentError(`Invalid weight_decay value: ${weightDecay}`, "Use a number ≥ 0.");
    return { lr, momentum, dampening, weightDecay, nesterov, maximize };
  }

  protected override update(parameter: Tensor, gradient: Tensor, hyper: SGDHyper, state: ParamState): void {
    const { lr, momentum, dampening, weightDecay, nesterov, maximize } = hyper;
    let direction = maximize ? gradient.neg() : gradient;
    if (weightDecay !== 0) direction = direction.add(parameter, { alpha: weightDecay });
    if (momentum !== 0) {
      let buffer = state["momentumBuffer"];
      if (buffer instanceof Tensor) buffer.mul_(momentum).add_(direction, { alpha: 1 - dampening });
      else {
        buffer = direction.clone();
        this.keep(parameter, "momentumBuffer", buffer);
      }
      direction = nesterov ? direction.add(buffer, { alpha: momentum }) : buffer;
    }
    parameter.add_(direction, { alpha: -lr });
  }
}
