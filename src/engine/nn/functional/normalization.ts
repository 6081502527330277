import { applyInPlace, composite } from "../../apply";
import { scalarName } from "../../dtype";
import { argumentError, runtimeError } from "../../errors";
import { withGrad } from "../../mode";
import { calling } from "../../op";
import * as norms from "../../ops/normalization";
import { numel, sameShape, type Shape, sizes } from "../../shape";
import type { Tensor } from "../../tensor";

/** Gain and offset after a normalisation, and what keeps its root from 0. */
export interface NormOptions {
  /** A factor per feature. */
  readonly weight?: Tensor | null;
  /** A number per feature, added. */
  readonly bias?: Tensor | null;
  /** What is added to the variance; 1e-5 unless given. */
  readonly eps?: number;
}

/** Settings of batch normalisation. */
export interface BatchNormOptions extends NormOptions {
  /** Use the batch's statistics, and let them enter the running ones. */
  readonly training?: boolean;
  /** How much of the batch enters the running statistics. */
  readonly momentum?: number;
}

/** Settings of instance normalisation. */
export interface InstanceNormOptions extends NormOptions {
  /** The mean per channel so far, changed in place in training. */
  readonly runningMean?: Tensor | null;
  /** The variance per channel so far, changed in place in training. */
  readonly runningVar?: Tensor | null;
  /** Use each image's own statistics instead of the running ones. */
  readonly useInputStats?: boolean;
  /** How much the newest batch counts in the running statistics; 0.1 unless given. */
  readonly momentum?: number;
}

/** Which norm vectors are divided by, and along which dim they lie. */
export interface NormalizeOptions {
  /** The norm's power; 2 unless given. */
  readonly p?: number;
  /** The dimension along which the vectors lie; 1 unless given. */
  readonly dim?: number;
  /** The least norm a vector is taken to have; 1e-12 unless given. */
  readonly eps?: number;
}

/**
 * x / max(‖x‖ₚ, eps) for the vectors along a dim, which then have norm 1.
 * `nn.functional.normalize(tensor([[1, -3]]), { p: 1 })` is `[[0.25, -0.75]]`.
 * Shapes: any → the same. Errors: a dim out of range; integers and booleans. Source: torch.nn.functional.normalize.
 */
export function normalize(input: Tensor, { p = 2, dim = 1, eps = 1e-12 }: NormalizeOptions = {}): Tensor {
  return composite("normalize", [input], { p, dim, eps }, () =>
    input.div(input.norm(p, dim, { keepdim: true }).clampMin(eps).expandAs(input)),
  );
}

/**
 * (x − mean) / √(var + eps) · weight + bias over the last dims, the variance divided by n.
 * Shapes: input […, ...normalizedShape], weight and bias [...normalizedShape] → as input. Errors: an input that does
 * not end in normalizedShape; weight or bias of another shape or dtype. Source: Ba et al. 2016;
 * ATen/native/layer_norm.cpp.
 */
export function layerNorm(
  input: Tensor,
  normalizedShape: number | Shape,
  { weight = null, bias = null, eps = 1e-5 }: NormOptions = {},
): Tensor {
  const shape = typeof normalizedShape === "number" ? [normalizedShape] : normalizedShape;
  if (shape.length === 0) {
    throw runtimeError(
      "Expected normalized_shape to be at least 1-dimensional, i.e., containing at least one element, but got normalized_shape = []",
      "Give the sizes of the last dimensions.",
    );
  }
  for (const [name, given] of Object.entries({ weight, bias })) {
    if (given === null || sameShape(given.shape, shape)) continue;
    throw runtimeError(
      `Expected ${name} to be of same shape as normalized_shape, but got ${name} of shape ${sizes(given.shape)} and normalized_shape = ${sizes(shape)}`,
      "They have one element for each place.",
    );
  }
  if (!sameShape(input.shape.slice(-shape.length), shape)) {
    throw runtimeError(
      `Given normalized_shape=${sizes(shape)}, expected input with shape [*, ${shape.join(", ")}], but got input of size${sizes(input.shape)}`,
      "normalizedShape names the sizes of the last dimensions.",
    );
  }
  sameTypes(input, weight, bias);
  return norms.layerNorm.apply([input], { weight, bias }, calling({ normalizedShape: shape, eps }));
}

/**
 * (x − mean) / √(var + eps) · weight + bias for each channel: over the batch (variance divided by n) while training,
 * with the running statistics otherwise. Training also moves the running statistics, whose variance is divided by n −
 * 1.
 * Shapes: input [batch, channels, …], all others [channels] → as input. Errors: statistics, weight or bias of another
 * length; one value per channel while training; no statistics while not. Source: Ioffe and Szegedy 2015;
 * ATen/native/Normalization.cpp.
 */
export function batchNorm(
  input: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  { weight = null, bias = null, training = false, momentum = 0.1, eps = 1e-5 }: BatchNormOptions = {},
): Tensor {
  const [batch = 0, channels = 0] = input.shape;
  if (training && batch * numel(input.shape.slice(2)) === 1) {
    throw argumentError(
      `Expected more than 1 value per channel when training, got input size torch.Size(${sizes(input.shape)})`,
      "Use a larger batch, or eval().",
    );
  }
  checkChannels(channels, { running_mean: runningMean, running_var: runningVar, weight, bias });
  sameTypes(input, weight, bias);
  if (!training) {
    if (runningMean === null || runningVar === null) {
      throw runtimeError(
        "Expected running_mean and running_var to be defined when training=False",
        "Pass running statistics, or { training: true }.",
      );
    }
    return norms.batchNormEvaluating.apply([input, runningMean, runningVar], { weight, bias }, calling({ eps }));
  }
  const normal = () => norms.batchNormTraining.apply([input], { weight, bias }, calling({ eps }));
  if ((runningMean === null && runningVar === null) || input.numel() === 0) return normal();
  const inputs = [input, runningMean, runningVar, weight, bias].filter((each) => each !== null);
  return composite("batchNorm", inputs, { training, momentum, eps }, () => {
    const output = normal();
    withGrad(false, () => {
      const call = calling({}, [momentum]);
      if (runningMean !== null) applyInPlace(norms.runningMean, runningMean, [input], call);
      if (runningVar !== null) applyInPlace(norms.runningVar, runningVar, [input], call);
    });
    return output;
  });
}

/**
 * (x − mean) / √(var + eps) · weight + bias over groups of channels of each image, the variance divided by n.
 * Shapes: input [batch, channels, …], weight and bias [channels] → as input. Errors: fewer than two dims; channels that
 * numGroups does not divide; weight or bias of another length. Source: Wu and He 2018; ATen/native/group_norm.cpp.
 */
export function groupNorm(
  input: Tensor,
  numGroups: number,
  { weight = null, bias = null, eps = 1e-5 }: NormOptions = {},
): Tensor {
  const channels = input.shape[1] ?? 0;
  if (input.shape.length < 2) {
    throw runtimeError(
      `Expected at least 2 dimensions for input tensor but received ${input.shape.length}`,
      "The dimensions are [batch, channels, …].",
    );
  }
  if (!Number.isInteger(numGroups) || numGroups <= 0)
    throw runtimeError(`Expected num groups to be greater than 0, got ${numGroups}`, "Use 1 or more.");
  if (channels % numGroups !== 0) {
    throw runtimeError(
      `Expected number of channels in input to be divisible by num_groups, but got input of shape ${sizes(input.shape)} and num_groups=${numGroups}`,
      "Use a divisor of the channels.",
    );
  }
  const perGroup = ((input.shape[0] ?? 0) * channels) / numGroups;
  if (perGroup * numel(input.shape.slice(2)) === 1) {
    throw argumentError(
      `Expected more than 1 value per channel when training, got input size ${sizes([perGroup, numGroups, ...input.shape.slice(2)])}`,
      "Use fewer groups.",
    );
  }
  for (const [name, given] of Object.entries({ weight, bias })) {
    if (given === null || (given.shape.length === 1 && given.shape[0] === channels)) continue;
    throw runtimeError(
      `Expected ${name} to be a vector of size equal to the number of channels in input, but got ${name} of shape ${sizes(given.shape)} and input of shape ${sizes(input.shape)}`,
      `There are ${channels} channels.`,
    );
  }
  sameTypes(input, weight, bias);
  return norms.groupNorm.apply([input], { weight, bias }, calling({ numGroups, eps }));
}

/**
 * (x − mean) / √(var + eps) · weight + bias for each channel of each image: batch normalisation of [1, batch ·
 * channels, …].
 * Shapes: input [batch, channels, …] with at least one spatial dim, all others [channels] → as input. Errors: one
 * element per channel; statistics, weight or bias of another length. Source: Ulyanov et al. 2016;
 * ATen/native/Normalization.cpp, `instance_norm`.
 */
export function instanceNorm(input: Tensor, options: InstanceNormOptions = {}): Tensor {
  const { weight = null, bias = null, useInputStats = true, momentum = 0.1, eps = 1e-5 } = options;
  const { runningMean = null, runningVar = null } = options;
  const [batch = 0, channels = 0, ...rest] = input.shape;
  if (useInputStats && numel(rest) === 1) {
    throw argumentError(
      `Expected more than 1 spatial element when training, got input size torch.Size(${sizes(input.shape)})`,
      "Each channel of an image needs several elements.",
    );
  }
  checkChannels(channels, { running_mean: runningMean, running_var: runningVar, weight, bias });
  const inputs = [input, runningMean, runningVar, weight, bias].filter((each) => each !== null);
  return composite("instanceNorm", inputs, { useInputStats, momentum, eps }, () => {
    const spread = (x: Tensor | null) =>
      x &&
      x
        .unsqueeze(0)
        .expand(batch, channels)
        .reshape([batch * channels]);
    const [mean, variance] = withGrad(false, () => [
      spread(runningMean)?.clone() ?? null,
      spread(runningVar)?.clone() ?? null,
    ]);
    const flat = input.contiguous().view([1, batch * channels, ...rest]);
    const output = batchNorm(flat, mean, variance, {
      weight: spread(weight),
      bias: spread(bias),
      training: useInputStats,
      momentum,
      eps,
    });
    withGrad(false, () => {
      if (!useInputStats) return;
      if (mean !== null) runningMean?.copy_(mean.view([batch, channels]).mean(0));
      if (variance !== null) runningVar?.copy_(variance.view([batch, channels]).mean(0));
    });
    return output.view(input.shape);
  });
}

function checkChannels(channels: number, given: Readonly<Record<string, Tensor | null>>): void {
  for (const [name, tensor] of Object.entries(given)) {
    if (tensor === null || tensor.numel() === channels) continue;
    throw runtimeError(
      `${name} should contain ${channels} elements not ${tensor.numel()}`,
      `The input has ${channels} channels.`,
    );
  }
}

function sameTypes(input: Tensor, ...others: readonly (Tensor | null)[]): void {
  for (const other of others) {
    if (other === null || other.dtype === input.dtype) continue;
    throw runtimeError(
      `expected scalar type ${scalarName(input.dtype)} but found ${scalarName(other.dtype)}`,
      `Convert one of them, as .to("${input.dtype}").`,
    );
  }
}
