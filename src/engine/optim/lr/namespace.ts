export {
  CosineAnnealingLR,
  type CosineAnnealingOptions,
  CosineAnnealingWarmRestarts,
  type WarmRestartsOptions,
} from "./cosine";
export { CyclicLR, type CyclicOptions } from "./cyclic";
export { type Decay, ExponentialLR, type Factor, LambdaLR, MultiplicativeLR, MultiStepLR, StepLR } from "./decay";
export { OneCycleLR, type OneCycleOptions } from "./onecycle";
export { type PlateauOptions, type PlateauState, ReduceLROnPlateau } from "./plateau";
export {
  ConstantLR,
  type ConstantLROptions,
  LinearLR,
  type LinearLROptions,
  PolynomialLR,
  type PolynomialLROptions,
} from "./ramp";
export { LRScheduler, type Scheduled, type ScheduledGroup, type SchedulerState } from "./scheduler";
export { ChainedScheduler, SequentialLR, type TogetherState } from "./together";
