import { backward as run, gradientsOf } from "./backward";
import { runtimeError } from "./errors";
import { setGrad, withGrad, withInference } from "./mode";
import { isInferring } from "./storage";
import type { Tensor } from "./tensor";

export { detectAnomaly, setDetectAnomaly } from "./anomaly";
export { type Backward, type Context, CustomFunction as Function, type Definition } from "./custom";
export {
  checkGradient,
  type CheckGradientOptions,
  type ClaimedElement,
  type GradientCheck,
  type Point,
} from "./claimcheck";
export { gradcheck, type GradcheckOptions, gradgradcheck } from "./gradcheck";
export * as functional from "./functional";
export type { Accumulator as AccumulateGrad } from "./accumulator";
export type { Node } from "./node";

/**
 * Runs `body` without recording its ops for backward, and returns its value. An async body counts until its promise
 * settles. An update by hand: `noGrad(() => w.sub_(w.grad!.mul(0.1)))`.
 */
export function noGrad<T>(body: () => T): T {
  return withGrad(false, body);
}

/** Runs `body` with its ops recorded for backward, also inside noGrad. */
export function enableGrad<T>(body: () => T): T {
  return withGrad(true, body);
}

/** Runs `body` with recording on or off; without a body it stays so until the region that runs now ends. */
export function setGradEnabled(enabled: boolean): void;
export function setGradEnabled<T>(enabled: boolean, body: () => T): T;
export function setGradEnabled<T>(enabled: boolean, body?: () => T): T | undefined {
  if (body !== undefined) return withGrad(enabled, body);
  setGrad(enabled);
  return undefined;
}

/**
 * Runs `body` without recording for backward, and marks what it makes: such a tensor can never be part of a graph
 * nor be written in place outside. `inferenceMode(false, body)` goes back to normal inside one.
 */
export function inferenceMode<T>(body: () => T): T;
export function inferenceMode<T>(enabled: boolean, body: () => T): T;
export function inferenceMode<T>(...args: readonly [() => T] | readonly [boolean, () => T]): T {
  return args.length === 1 ? withInference(true, args[0]) : withInference(...args);
}

/** Whether inference mode is on. */
export function isInferenceModeEnabled(): boolean {
  return isInferring();
}

/** Options of {@link grad}. */
export interface GradOptions {
  /** The gradients of the outputs; left out for single elements. */
  readonly gradOutputs?: Tensor | readonly (Tensor | null)[];
  /** Keep what the rules saved, so that another backward can run. The default is `createGraph`. */
  readonly retainGraph?: boolean;
  /** Make a graph of the gradients, for gradients of gradients. */
  readonly createGraph?: boolean;
  /** Give null for inputs the outputs do not depend on, instead of an error. */
  readonly allowUnused?: boolean;
}

function listOf<T extends Tensor | null>(value: T | readonly T[]): readonly T[] {
  return isList(value) ? value : [value];
}

function isList<T>(value: T | readonly T[]): value is readonly T[] {
  return Array.isArray(value);
}

/**
 * The gradients of `outputs` with respect to each of `inputs`, in their order; no `.grad` is touched.
 * `const [slope] = autograd.grad(loss, [w])`.
 * Shapes: one gradient for each input, of its shape. Errors: nothing requires a gradient; several elements without
 * `gradOutputs`; an input that was not used, without `allowUnused`; a second pass without `retainGraph`.
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions & { readonly allowUnused: true },
): (Tensor | null)[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options?: GradOptions,
): Tensor[];
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: Tensor | readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const gradients = options.gradOutputs === undefined ? [] : listOf<Tensor | null>(options.gradOutputs);
  const found = gradientsOf(listOf(outputs), listOf(inputs), gradients, options);
  if (options.allowUnused !== true && found.includes(null)) {
    throw runtimeError(
      "One of the differentiated Tensors appears to not have been used in the graph. Set allowUnused: true if this is the desired behavior.",
    );
  }
  return found;
}

/**
 * Adds ∂Σoutputs/∂x to the `.grad` of every leaf x they were made from: backward from several tensors at once.
 * Shapes: outputs of any shapes, gradients of theirs. Errors: nothing requires a gradient; several elements without a
 * gradient; a second pass without `retainGraph`; an operand changed in place since.
 */
export function backward(
  tensors: Tensor | readonly Tensor[],
  gradients: Tensor | readonly (Tensor | null)[] = [],
  options: { readonly retainGraph?: boolean; readonly createGraph?: boolean; readonly inputs?: readonly Tensor[] } = {},
): void {
  run(listOf(tensors), listOf<Tensor | null>(gradients), options);
}
