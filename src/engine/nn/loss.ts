import type { Tensor } from "../tensor";
import { mseLoss, type Reduction } from "./functional";
import { Module } from "./module";

/** The mean (or sum, or each) of (input − target)². Shapes: two equal ones to 0-d. Source: torch/nn/modules/loss.py. */
export class MSELoss extends Module {
  readonly reduction: Reduction;

  constructor({ reduction = "mean" }: { readonly reduction?: Reduction } = {}) {
    super();
    this.reduction = reduction;
  }

  override forward(input: Tensor, target: Tensor): Tensor {
    return mseLoss(input, target, { reduction: this.reduction });
  }
}
