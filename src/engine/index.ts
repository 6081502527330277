/** The module `backstep`: a PyTorch-like engine for small models, whose every step can be recorded. */
export type { DType } from "./dtype";
export { type Extremes, type Keep, type Limits, type Nested, type Operand, type Spread, Tensor } from "./tensor";
export { type Index, type IndexList, Slice, slice } from "./indexing";
export type { BackwardOptions } from "./backward";
export type { GradOptions } from "./autograd";
export { enableGrad, inferenceMode, isInferenceModeEnabled, noGrad, setGradEnabled } from "./autograd";
export { isGradEnabled } from "./mode";
export * as autograd from "./autograd";
export * as plot from "./plot";
export {
  arange,
  empty,
  emptyLike,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  type ShapeArgs,
  tensor,
  type TensorData,
  type TensorOptions,
  zeros,
  zerosLike,
} from "./create";
export { cat, stack } from "./ops/join";
export * from "./functions";
export * from "./functions.join";
export * from "./functions.logic";
export * from "./functions.math";
export * from "./functions.order";
export * from "./functions.products";
export * from "./functions.reduce";
export * from "./functions.shape";
export * from "./fused";
export { format } from "./print.format";
export { type PrintOptions, type PrintProfile, setPrintoptions } from "./print";
export {
  type DrawOptions,
  forkRng,
  Generator,
  type GeneratorState,
  getRngState,
  initialSeed,
  manualSeed,
  setRngState,
} from "./random.generator";
export {
  bernoulli,
  multinomial,
  normal,
  rand,
  randint,
  randintLike,
  randLike,
  randn,
  randnLike,
  type RandomOptions,
  randperm,
} from "./random";
export * as linalg from "./linalg";
export * as nn from "./nn/namespace";
export * as optim from "./optim/namespace";
export * as utils from "./data/torch.utils";
export * as datasets from "./data/generated";
export * as npy from "./serialize/npy";
export * as npz from "./serialize/npz";
export * as safetensors from "./serialize/safetensors";
