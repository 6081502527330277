import { composite } from "../../apply";
import { scalarName } from "../../dtype";
import { runtimeError } from "../../errors";
import { convolutions, placesOf, transposedConvolutions, type Window } from "../../ops/conv";
import { type Shape, sizes } from "../../shape";
import type { Tensor } from "../../tensor";
import { each, type Spatial } from "./spatial";
import { calling } from "../../op";

export type { Spatial } from "./spatial";

/** How a convolution's kernel moves. */
export interface ConvolutionOptions {
  /** One number per output channel, added. */
  readonly bias?: Tensor | null;
  /** How far the window moves, in elements; 1 unless given. */
  readonly stride?: Spatial;
  /** Zeros before and after each dim, "valid" for none, or "same" for an output of the input's size. */
  readonly padding?: Spatial | "same" | "valid";
  /** The distance between elements of the window; 1 unless given. */
  readonly dilation?: Spatial;
  /** Into how many parts the channels fall that do not see each other; 1 unless given. */
  readonly groups?: number;
}

/** How a transposed convolution's kernel moves. */
export interface TransposedOptions {
  /** One number per output channel, added. */
  readonly bias?: Tensor | null;
  /** How far the window moves in the result, in elements; 1 unless given. */
  readonly stride?: Spatial;
  /** How much of the border of the result is cut away; 0 unless given. */
  readonly padding?: Spatial;
  /** What is added to the size of the result on one side, where a stride leaves it open; 0 unless given. */
  readonly outputPadding?: Spatial;
  /** The distance between elements of the window; 1 unless given. */
  readonly dilation?: Spatial;
  /** Into how many parts the channels fall that do not see each other; 1 unless given. */
  readonly groups?: number;
}

/**
 * Each output is the sum of a kernel's products with the window under it, plus the bias.
 * Shapes: input [batch, in, length] or [in, length], weight [out, in / groups, kernel], bias [out] → [batch, out,
 * length′], length′ = ⌊(length + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1. One float dtype for all. Errors:
 * other ranks; channels, groups or a kernel that do not fit; a stride, dilation or number of groups below 1; negative
 * padding. Source: ATen/native/Convolution.cpp.
 */
export function conv1d(input: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
  return convolution(1, input, weight, options);
}

/**
 * Each output is the sum of a kernel's products with the window under it, plus the bias.
 * Shapes: input [batch, in, height, width] or [in, height, width], weight [out, in / groups, kernelHeight,
 * kernelWidth], bias [out] → [batch, out, height′, width′], height′ = ⌊(height + 2·padding − dilation·(kernel − 1) − 1)
 * / stride⌋ + 1. One float dtype for all. Errors: other ranks; channels, groups or a kernel that do not fit; a stride,
 * dilation or number of groups below 1; negative padding. Source: ATen/native/Convolution.cpp.
 */
export function conv2d(input: Tensor, weight: Tensor, options: ConvolutionOptions = {}): Tensor {
  return convolution(2, input, weight, options);
}

/**
 * Spreads each element over a window through the kernel: the gradient of `conv1d` as a layer.
 * Shapes: input [batch, in, length] or [in, length], weight [in, out / groups, kernel], bias [out] → [batch, out,
 * length′], length′ = (length − 1)·stride − 2·padding + dilation·(kernel − 1) + outputPadding + 1. Errors: other ranks;
 * channels, groups or a bias that do not fit; an outputPadding that is not below stride or dilation; an empty result.
 * Source: ATen/native/Convolution.cpp.
 */
export function convTranspose1d(input: Tensor, weight: Tensor, options: TransposedOptions = {}): Tensor {
  return transposedConvolution(1, input, weight, options);
}

/**
 * Spreads each element over a window through the kernel: the gradient of `conv2d` as a layer.
 * Shapes: input [batch, in, height, width] or without batch, weight [in, out / groups, kernelHeight, kernelWidth], bias
 * [out] → [batch, out, height′, width′], height′ = (height − 1)·stride − 2·padding + dilation·(kernel − 1) +
 * outputPadding + 1. Errors: other ranks; channels, groups or a bias that do not fit; an outputPadding that is not
 * below stride or dilation; an empty result. Source: ATen/native/Convolution.cpp.
 */
export function convTranspose2d(input: Tensor, weight: Tensor, options: TransposedOptions = {}): Tensor {
  return transposedConvolution(2, input, weight, options);
}

type Rank = 1 | 2;

function convolution(rank: Rank, input: Tensor, weight: Tensor, options: ConvolutionOptions): Tensor {
  return batched(`conv${rank}d`, rank, input, weight, options.bias ?? null, (image) => {
    const window = windowOf(rank, weight, options);
    const bias = options.bias ?? null;
    check(rank, image, weight, bias, window, false);
    return convolutions[rank].apply([image, weight], { bias }, calling(window));
  });
}

function transposedConvolution(rank: Rank, input: Tensor, weight: Tensor, options: TransposedOptions): Tensor {
  return batched(`conv_transpose${rank}d`, rank, input, weight, options.bias ?? null, (image) => {
    const window = windowOf(rank, weight, options);
    const bias = options.bias ?? null;
    check(rank, image, weight, bias, window, true);
    const extra = each(options.outputPadding ?? 0, rank, "output_padding");
    extra.forEach((size, d) => {
      if (size < Math.max(window.stride[d] ?? 1, window.dilation[d] ?? 1)) return;
      throw runtimeError(
        "output padding must be smaller than either stride or dilation, but got " +
          Object.entries({
            output_padding: [0, ...extra],
            stride: [1, ...window.stride],
            dilation: [1, ...window.dilation],
          })
            .map(([name, of]) => `${name}_height: ${of.at(-2) ?? 0} ${name}_width: ${of.at(-1) ?? 0}`)
            .join(" "),
        "Lower outputPadding.",
      );
    });
    const spatial = image.shape.slice(2).map((size, d) => {
      const [stride, padding, dilation] = [window.stride[d] ?? 1, window.padding[d] ?? 0, window.dilation[d] ?? 1];
      return (size - 1) * stride - 2 * padding + dilation * ((weight.shape[d + 2] ?? 1) - 1) + (extra[d] ?? 0) + 1;
    });
    const shape = [image.shape[0] ?? 0, (weight.shape[1] ?? 0) * window.groups, ...spatial];
    if (spatial.some((size) => size <= 0)) throw tooSmall(image.shape.slice(2), spatial);
    return transposedConvolutions[rank].apply([image, weight], { bias }, calling({ ...window, shape }));
  });
}

/** Runs `body` on a batch: an input without one gets one of size 1, and loses it again. */
function batched(
  name: string,
  rank: Rank,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  body: (image: Tensor) => Tensor,
): Tensor {
  if (input.shape.length === rank + 2) return body(input);
  if (input.shape.length !== rank + 1) {
    throw runtimeError(
      `Expected ${rank + 1}D (unbatched) or ${rank + 2}D (batched) input to ${name}, but got input of size: ${sizes(input.shape)}`,
      `The dimensions are [batch, channels, ${rank === 1 ? "length" : "height, width"}].`,
    );
  }
  const given = bias === null ? [input, weight] : [input, weight, bias];
  return composite(name.replace("_transpose", "Transpose"), given, {}, () => body(input.unsqueeze(0)).squeeze(0));
}

function windowOf(rank: Rank, weight: Tensor, options: ConvolutionOptions): Window {
  const stride = each(options.stride ?? 1, rank, "stride");
  const dilation = each(options.dilation ?? 1, rank, "dilation");
  const { padding = 0, groups = 1 } = options;
  if (padding === "valid") return { stride, dilation, groups, padding: new Array<number>(rank).fill(0) };
  if (padding !== "same") return { stride, dilation, groups, padding: each(padding, rank, "padding") };
  if (stride.some((step) => step !== 1)) {
    throw runtimeError("padding='same' is not supported for strided convolutions", "Give the padding as numbers.");
  }
  const total = dilation.map((step, d) => step * ((weight.shape[d + 2] ?? 1) - 1));
  const before = total.map((n) => Math.floor(n / 2));
  const after = total.map((n) => n % 2);
  return { stride, dilation, groups, padding: before, ...(after.includes(1) ? { after } : {}) };
}

function check(
  rank: Rank,
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  window: Window,
  transposed: boolean,
): void {
  const { stride, padding, dilation, groups } = window;
  if (padding.some((n) => n < 0)) throw runtimeError("negative padding is not supported", "Use .narrow() to cut.");
  if (stride.some((n) => n <= 0)) throw runtimeError("non-positive stride is not supported", "Use 1 or more.");
  if (dilation.some((n) => n <= 0)) throw runtimeError("dilation should be greater than zero", "Use 1 or more.");
  if (!Number.isInteger(groups) || groups <= 0)
    throw runtimeError("non-positive groups is not supported", "Use 1, or a divisor of the channels.");
  const [size, kernel] = [sizes(input.shape), sizes(weight.shape)];
  if (weight.shape.length !== rank + 2) {
    throw runtimeError(
      `Expected ${rank + 2}-dimensional input for ${rank + 2}-dimensional weight ${kernel}, but got ${rank + 2}-dimensional input of size ${size} instead`,
      `A weight has ${rank + 2} dimensions here.`,
    );
  }
  checkTypes(input, weight, bias);
  const out = weight.shape[0] ?? 0;
  const divisible = out % groups === 0;
  if (out < groups || !divisible) {
    throw runtimeError(
      `Given groups=${groups}, expected weight to be ${divisible || out < groups ? "at least" : "divisible by"} ${groups} at dimension 0, but got weight of size [${kernel}] instead`,
      "Channels must be a multiple of groups.",
    );
  }
  checkChannels(input.shape, weight.shape, groups, transposed);
  const wanted = transposed ? (weight.shape[1] ?? 0) * groups : out;
  if (bias !== null && (bias.shape.length !== 1 || bias.shape[0] !== wanted)) {
    throw runtimeError(
      `Given ${transposed ? "transposed=1, " : ""}weight of size ${kernel}, expected bias to be 1-dimensional with ${wanted} elements, but got bias of size ${sizes(bias.shape)} instead`,
      "The bias has one element for each output channel.",
    );
  }
  if (!transposed) checkKernel(input.shape, weight.shape, window);
}

function checkTypes(input: Tensor, ...others: readonly (Tensor | null)[]): void {
  for (const other of others) {
    if (other !== null && other.dtype !== input.dtype) {
      throw runtimeError(
        `expected scalar type ${scalarName(input.dtype)} but found ${scalarName(other.dtype)}`,
        `Convert one of them, as .to("${input.dtype}").`,
      );
    }
  }
}

function checkChannels(input: Shape, weight: Shape, groups: number, transposed: boolean): void {
  const wanted = transposed ? (weight[0] ?? 0) : (weight[1] ?? 0) * groups;
  const got = input[1] ?? 0;
  if (got === wanted) return;
  throw runtimeError(
    `Given ${transposed ? "transposed=1" : `groups=${groups}`}, weight of size ${sizes(weight)}, expected input${sizes(input)} to have ${wanted} channels, but got ${got} channels instead`,
    "Dimension 1 of the input holds its channels.",
  );
}

function checkKernel(input: Shape, weight: Shape, window: Window): void {
  const spatial = input.slice(2);
  const kernel = weight.slice(2);
  if (spatial.every((size, d) => placesOf(size, kernel[d] ?? 1, window, d) > 0)) return;
  const padded = spatial.map((size, d) => size + 2 * (window.padding[d] ?? 0));
  const reach = kernel.map((size, d) => (window.dilation[d] ?? 1) * (size - 1) + 1);
  throw runtimeError(
    `Calculated padded input size per channel: (${padded.join(" x ")}). Kernel size: (${reach.join(" x ")}). Kernel size can't be greater than actual input size`,
    "Use a smaller kernel or more padding.",
  );
}

function tooSmall(input: Shape, output: Shape): Error {
  const listed = (spatial: Shape) => [1, ...spatial].slice(-2).join(" x ");
  return runtimeError(
    `Given input size per channel: (${listed(input)}). Calculated output size per channel: (${listed(output)}). Output size is too small`,
    "Use less padding or a larger kernel.",
  );
}
