import { apply, applyMany, composite } from "../../apply";
import { runtimeError } from "../../errors";
import * as pools from "../../ops/pool";
import { needsFloat } from "../../ops/result";
import { sizes } from "../../shape";
import type { Tensor } from "../../tensor";
import { each, type Spatial } from "./spatial";
import { calling } from "../../op";

/** How a pool's window moves; the stride is the kernel size unless given. */
export interface PoolOptions {
  /** How far the window moves, in elements; the window's size unless given. */
  readonly stride?: Spatial | null;
  /** How many elements are put before and after each spatial dimension; 0 unless given. */
  readonly padding?: Spatial;
  /** Lets a last window reach over the end. */
  readonly ceilMode?: boolean;
}

/** How the window of a max pool moves. */
export interface MaxPoolOptions extends PoolOptions {
  /** The distance between elements of the window; 1 unless given. */
  readonly dilation?: Spatial;
}

/** How an average pool counts: padding as zeros or not at all, or always `divisorOverride`. */
export interface AvgPoolOptions extends PoolOptions {
  /** Whether padded zeros count in the average; true unless given. */
  readonly countIncludePad?: boolean;
  /** What to divide by in place of the window's size. */
  readonly divisorOverride?: number | null;
}

/** An output size: one number for all dims, or one for each; null keeps the input's. */
export type OutputSize = number | readonly (number | null)[];

type Pair = readonly [number, number];

/**
 * The largest element of each window; the first of equals gets the gradient.
 * Shapes: [batch, channels, height, width] or [channels, height, width] → the same with height′ = ⌊(height + 2·padding
 * − dilation·(kernel − 1) − 1) / stride⌋ + 1. Errors: other ranks; a kernel, stride or dilation below 1; padding over
 * half a kernel; an empty result. Source: ATen/native/DilatedMaxPool2d.cpp.
 */
export function maxPool2d(input: Tensor, kernelSize: Spatial, options: MaxPoolOptions = {}): Tensor {
  return maxPool2dWithIndices(input, kernelSize, options)[0];
}

/**
 * `maxPool2d` and, as int64, where in its plane each largest element lies.
 * Shapes: as `maxPool2d`, twice. Errors: as `maxPool2d`.
 */
export function maxPool2dWithIndices(
  input: Tensor,
  kernelSize: Spatial,
  options: MaxPoolOptions = {},
): readonly [values: Tensor, indices: Tensor] {
  needsRank("max_pool2d", input, 2);
  const at = { ...sliding(kernelSize, options, 2), dilation: spacing(options.dilation ?? 1, 2) };
  checkFit(input, at, at.dilation);
  return pools.valuesAndIndices(applyMany(pools.maxPool2d, [input], calling(at)));
}

/**
 * The largest element of each window.
 * Shapes: [batch, channels, length] or without batch → the same with length′ = ⌊(length + 2·padding − dilation·(kernel
 * − 1) − 1) / stride⌋ + 1. Errors: other ranks; a kernel, stride or dilation below 1; padding over half a kernel; an
 * empty result.
 */
export function maxPool1d(input: Tensor, kernelSize: Spatial, options: MaxPoolOptions = {}): Tensor {
  return maxPool1dWithIndices(input, kernelSize, options)[0];
}

/**
 * `maxPool1d` and, as int64, where each largest element lies.
 * Shapes: as `maxPool1d`, twice. Errors: as `maxPool1d`.
 */
export function maxPool1dWithIndices(
  input: Tensor,
  kernelSize: Spatial,
  options: MaxPoolOptions = {},
): readonly [values: Tensor, indices: Tensor] {
  needsRank("max_pool1d", input, 1);
  const at = { ...sliding(kernelSize, options, 1), dilation: spacing(options.dilation ?? 1, 1) };
  checkFit(input.unsqueeze(-2), at, at.dilation);
  const outputs = composite("maxPool1d", [input], at, () => {
    const made = applyMany(pools.maxPool2d, [input.unsqueeze(-2)], calling(at));
    return made.map((each) => each.squeeze(-2));
  });
  return pools.valuesAndIndices(outputs);
}

/**
 * The mean of each window.
 * Shapes: [batch, channels, height, width] or [channels, height, width] → the same with height′ = ⌊(height + 2·padding
 * − kernel) / stride⌋ + 1. Errors: other ranks; a kernel or stride below 1; padding over half a kernel; an empty
 * result. Source: ATen/native/AveragePool2d.cpp.
 */
export function avgPool2d(input: Tensor, kernelSize: Spatial, options: AvgPoolOptions = {}): Tensor {
  needsRank("avg_pool2d", input, 2);
  const at = averaging(kernelSize, options, 2);
  checkFit(input, at);
  return apply(pools.avgPool2d, [input], calling(at));
}

/**
 * The mean of each window.
 * Shapes: [batch, channels, length] or without batch → the same with length′ = ⌊(length + 2·padding − kernel) / stride⌋
 * + 1. Errors: other ranks; a kernel or stride below 1; padding over half a kernel; an empty result.
 */
export function avgPool1d(input: Tensor, kernelSize: Spatial, options: AvgPoolOptions = {}): Tensor {
  needsRank("avg_pool1d", input, 1);
  const at = averaging(kernelSize, options, 1);
  checkFit(input.unsqueeze(-2), at);
  return composite("avgPool1d", [input], at, () =>
    apply(pools.avgPool2d, [input.unsqueeze(-2)], calling(at)).squeeze(-2),
  );
}

/**
 * The mean of windows that divide height and width into `outputSize` parts: window k is ⌊k·size/n⌋ … ⌈(k+1)·size/n⌉.
 * Shapes: [batch, channels, height, width] or without batch → […, ...outputSize]. Errors: other ranks; a size below 0;
 * integers. Source: ATen/native/AdaptiveAveragePooling.cpp.
 */
export function adaptiveAvgPool2d(input: Tensor, outputSize: OutputSize): Tensor {
  needsRank("adaptive_avg_pool2d", input, 2);
  const output = wanted(input, outputSize);
  if (output[0] === 1 && output[1] === 1) {
    return composite("adaptiveAvgPool2d", [input], { output }, () => input.mean([-1, -2], { keepdim: true }));
  }
  needsFloat("adaptive_avg_pool2d", input);
  return apply(pools.adaptiveAvgPool2d, [input], calling({ output }));
}

/**
 * The mean of windows that divide the length into `outputSize` parts.
 * Shapes: [batch, channels, length] or without batch → […, outputSize]. Errors: other ranks; a size below 0; integers.
 */
export function adaptiveAvgPool1d(input: Tensor, outputSize: number): Tensor {
  needsRank("adaptive_avg_pool1d", input, 1);
  return composite("adaptiveAvgPool1d", [input], { outputSize }, () =>
    adaptiveAvgPool2d(input.unsqueeze(-2), [1, outputSize]).squeeze(-2),
  );
}

/**
 * The largest of windows that divide height and width into `outputSize` parts.
 * Shapes: [batch, channels, height, width] or without batch → […, ...outputSize]. Errors: other ranks; a size below 0.
 * Source: ATen/native/AdaptiveMaxPooling2d.cpp.
 */
export function adaptiveMaxPool2d(input: Tensor, outputSize: OutputSize): Tensor {
  return adaptiveMaxPool2dWithIndices(input, outputSize)[0];
}

/**
 * `adaptiveMaxPool2d` and, as int64, where in its plane each largest element lies.
 * Shapes: as `adaptiveMaxPool2d`, twice. Errors: as `adaptiveMaxPool2d`.
 */
export function adaptiveMaxPool2dWithIndices(
  input: Tensor,
  outputSize: OutputSize,
): readonly [values: Tensor, indices: Tensor] {
  needsRank("adaptive_max_pool2d", input, 2);
  const output = wanted(input, outputSize);
  return pools.valuesAndIndices(applyMany(pools.adaptiveMaxPool2d, [input], calling({ output })));
}

/**
 * The largest of windows that divide the length into `outputSize` parts.
 * Shapes: [batch, channels, length] or without batch → […, outputSize]. Errors: other ranks; a size below 0.
 */
export function adaptiveMaxPool1d(input: Tensor, outputSize: number): Tensor {
  needsRank("adaptive_max_pool1d", input, 1);
  return composite("adaptiveMaxPool1d", [input], { outputSize }, () =>
    adaptiveMaxPool2d(input.unsqueeze(-2), [1, outputSize]).squeeze(-2),
  );
}

function needsRank(name: string, input: Tensor, spatial: 1 | 2): void {
  const rank = input.shape.length;
  if (rank === spatial + 1 || rank === spatial + 2) return;
  throw runtimeError(
    `${name}(): Expected ${spatial + 1}D or ${spatial + 2}D (batch mode) tensor for input, but got: ${sizes(input.shape)}`,
    `The last ${spatial === 1 ? "dimension is" : "two dimensions are"} pooled.`,
  );
}

/** Numbers for height and width; in one dimension the height gets `idle`. */
function pair(value: Spatial, spatial: 1 | 2, what: string, idle: number): Pair {
  const [first = 1, second] = each(value, spatial, what);
  return second === undefined ? [idle, first] : [first, second];
}

function spacing(dilation: Spatial, spatial: 1 | 2): Pair {
  const steps = pair(dilation, spatial, "dilation", 1);
  if (steps.some((n) => n <= 0)) throw runtimeError("dilation should be greater than zero", "Use 1 or more.");
  return steps;
}

function sliding(kernelSize: Spatial, options: PoolOptions, spatial: 1 | 2): pools.Sliding {
  const kernel = pair(kernelSize, spatial, "kernel_size", 1);
  const at = {
    kernel,
    stride: pair(options.stride ?? kernelSize, spatial, "stride", 1),
    padding: pair(options.padding ?? 0, spatial, "padding", 0),
    ceilMode: options.ceilMode ?? false,
  };
  if (at.stride.some((n) => n <= 0)) throw runtimeError("stride should not be zero", "Use 1 or more.");
  if (kernel.some((n) => n <= 0)) throw runtimeError("kernel size should be greater than zero", "Use 1 or more.");
  at.padding.forEach((padding, d) => {
    const size = kernel[d] ?? 1;
    if (padding < 0) throw runtimeError("pad must be non-negative", "Use .narrow() to cut.");
    if (padding <= size / 2) return;
    throw runtimeError(
      `pad should be at most half of kernel size, but got pad=${padding} and kernel_size=${size}`,
      "A window must hold an element.",
    );
  });
  return at;
}

function averaging(kernelSize: Spatial, options: AvgPoolOptions, spatial: 1 | 2): pools.Averaging {
  const divisor = options.divisorOverride ?? null;
  if (divisor === 0)
    throw runtimeError("divisor must be not zero", "Leave divisorOverride out to divide by the count.");
  return { ...sliding(kernelSize, options, spatial), countIncludePad: options.countIncludePad ?? true, divisor };
}

function checkFit(input: Tensor, at: pools.Sliding, dilation: Pair = [1, 1]): void {
  const [height, width] = [input.shape.at(-2) ?? 1, input.shape.at(-1) ?? 1];
  const out = [pools.fitting(height, at, 0, dilation[0]), pools.fitting(width, at, 1, dilation[1])];
  if (out.every((size) => size >= 1)) return;
  const channels = input.shape.at(-3) ?? 1;
  throw runtimeError(
    `Given input size: (${channels}x${height}x${width}). Calculated output size: (${channels}x${out.join("x")}). Output size is too small`,
    "Use a smaller kernel or more padding.",
  );
}

function wanted(input: Tensor, outputSize: OutputSize): Pair {
  const own: Pair = [input.shape.at(-2) ?? 1, input.shape.at(-1) ?? 1];
  const [height, width] = typeof outputSize === "number" ? [outputSize, outputSize] : outputSize;
  const output: Pair = [height ?? own[0], width ?? own[1]];
  if (output.every((size) => Number.isInteger(size) && size >= 0)) return output;
  throw runtimeError("elements of output_size must be greater than or equal to 0", "Use whole numbers.");
}
