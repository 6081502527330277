import type { Tensor } from "../tensor";
import { Module } from "./module";

/** tanh of each element. */
export class Tanh extends Module {
  override forward(input: Tensor): Tensor {
    return input.tanh();
  }
}

/** max(x, 0) of each element. */
export class ReLU extends Module {
  override forward(input: Tensor): Tensor {
    return input.relu();
  }
}

/** 1 / (1 + e⁻ˣ) of each element. */
export class Sigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}
