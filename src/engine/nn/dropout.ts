import type { Tensor } from "../tensor";
import { dropout } from "./functional";
import { Module } from "./module";

/** Zeroes elements with probability `p` while it trains, and does nothing after `eval()`. Source: torch/nn/modules/dropout.py. */
export class Dropout extends Module {
  constructor(readonly p = 0.5) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return dropout(input, { p: this.p, training: this.training });
  }

  override extraRepr(): string {
    return `p=${this.p}, inplace=False`;
  }
}
