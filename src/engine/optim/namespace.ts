export { type GroupOptions, Optimizer, type OptimizerState, type ParamGroup, type Params } from "./optimizer";
export { SGD, type SGDHyper, type SGDOptions } from "./sgd";
