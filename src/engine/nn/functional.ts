import type { Tensor } from "../tensor";

export * from "./functional.activation";
export { pad, type PadMode } from "../ops/pad";
export { fold, type Pair, type SlidingOptions, unfold } from "../ops/unfold";
export * from "./functional/attention";
export * from "./functional/convolution";
export * from "./functional/dropout";
export * from "./functional/embedding";
export * from "./functional/entropy";
export * from "./functional/linear";
export * from "./functional/loss";
export * from "./functional/margin";
export * from "./functional/normalization";
export * from "./functional/pooling";

/** max(x, 0) of each element. */
export function relu(input: Tensor): Tensor {
  return input.relu();
}

/** tanh of each element. */
export function tanh(input: Tensor): Tensor {
  return input.tanh();
}

/** 1 / (1 + e⁻ˣ) of each element. */
export function sigmoid(input: Tensor): Tensor {
  return input.sigmoid();
}
