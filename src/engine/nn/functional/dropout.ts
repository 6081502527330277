import { build } from "../../build";
import { argumentError } from "../../errors";
import { watcher } from "../../mode";
import { fillBernoulli } from "../../random.fill";
import { numel, rowMajor, type Shape, sizes } from "../../shape";
import { allocate } from "../../storage";
import type { Tensor } from "../../tensor";
import { warn } from "../../warn";
import { checkProbability } from "./probability";

/** How much is dropped, and whether at all. */
export interface DropoutOptions {
  /** The probability of dropping an element. */
  readonly p?: number;
  /** Whether anything is dropped; true unless given. */
  readonly training?: boolean;
}

/**
 * Zeroes elements with probability `p` and divides the others by 1 − p; the input itself when not training.
 * Shapes: any → the same. Errors: p outside [0, 1]; integers and booleans while training.
 */
export function dropout(input: Tensor, options: DropoutOptions = {}): Tensor {
  return dropped(input, options, input.shape);
}

/**
 * `dropout` of whole channels.
 * Shapes: [batch, channels, length] or [channels, length] → the same. Errors: other ranks; p outside [0, 1]; integers
 * and booleans while training. Source: ATen/native/Dropout.cpp, `feature_dropout`.
 */
export function dropout1d(input: Tensor, options: DropoutOptions = {}): Tensor {
  return ofChannels(input, options, 1);
}

/**
 * `dropout` of whole channels.
 * Shapes: [batch, channels, height, width] → the same; [batch, channels, length] as `dropout1d`, which warns. Errors:
 * other ranks; p outside [0, 1]; integers and booleans while training.
 */
export function dropout2d(input: Tensor, options: DropoutOptions = {}): Tensor {
  if (input.ndim !== 3) return ofChannels(input, options, 2);
  warn(
    "dropout2d: Received a 3D input to dropout2d and assuming that channel-wise 1D dropout behavior is desired - input is interpreted as shape (N, C, L), where C is the channel dim. Use dropout1d for that, or .unsqueeze(0) for one picture of shape (C, H, W).",
  );
  return ofChannels(input, options, 1);
}

/**
 * `dropout` of whole channels.
 * Shapes: [batch, channels, depth, height, width] or without batch → the same. Errors: other ranks; p outside [0, 1];
 * integers and booleans while training. Source: ATen/native/Dropout.cpp, `feature_dropout`.
 */
export function dropout3d(input: Tensor, options: DropoutOptions = {}): Tensor {
  return ofChannels(input, options, 3);
}

/**
 * Sets elements to the negative saturation of SELU with probability `p` and scales all, so that mean and variance stay.
 * Shapes: any → the same. Errors: p outside [0, 1]. Source: Klambauer et al. 2017; ATen/native/Dropout.cpp,
 * `alpha_dropout`.
 */
export function alphaDropout(input: Tensor, { p = 0.5, training = false }: DropoutOptions = {}): Tensor {
  checkProbability(p);
  if (p === 0 || !training || input.numel() === 0) return input;
  const kept = zeros(input, input.shape);
  if (p === 1) return input.mul(kept);
  const alpha = 1.7580993408473766;
  const scale = 1 / Math.sqrt((alpha * alpha * p + 1) * (1 - p));
  const noise = fillBernoulli(kept, 1 - p);
  const shift = noise
    .add(-1)
    .mul(alpha * scale)
    .add(alpha * scale * p);
  return input.mul(noise.mul(scale)).add(shift);
}

function ofChannels(input: Tensor, options: DropoutOptions, spatial: 1 | 2 | 3): Tensor {
  const rank = input.shape.length;
  if (rank !== spatial + 1 && rank !== spatial + 2) {
    throw argumentError(
      `dropout${spatial}d: Expected ${spatial + 1}D or ${spatial + 2}D input, but received a ${rank}D input with shape ${sizes(input.shape)}`,
      "Use dropout() for elements one by one.",
    );
  }
  return dropped(input, options, [...input.shape.slice(0, -spatial), ...new Array<number>(spatial).fill(1)]);
}

function dropped(input: Tensor, { p = 0.5, training = true }: DropoutOptions, shape: Shape): Tensor {
  checkProbability(p);
  if (p === 0 || !training || input.numel() === 0) return input;
  const kept = zeros(input, shape);
  if (p === 1) return input.mul(kept);
  return input.mul(fillBernoulli(kept, 1 - p).div_(1 - p));
}

function zeros(like: Tensor, shape: Shape): Tensor {
  const made = build(allocate(like.dtype, numel(shape)), shape, rowMajor(shape), 0);
  watcher()?.created(made, "zeros");
  return made;
}
