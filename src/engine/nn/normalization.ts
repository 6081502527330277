import { ones, zeros } from "../create";
import type { DType } from "../dtype";
import { argumentError } from "../errors";
import type { Shape } from "../shape";
import type { Tensor } from "../tensor";
import { batchNorm, groupNorm, instanceNorm, layerNorm } from "./functional/normalization";
import { Module } from "./module";
import { withGrad } from "../mode";
import { constantParameter, type Parameter } from "./parameter";
import { flag, float, tuple } from "./repr";

// Source of the layers here: torch/nn/modules/batchnorm.py, instancenorm.py, normalization.py.

/** Settings of batch and instance normalisation. */
export interface ChannelNormOptions {
  /** What is added to the variance; 1e-5 unless given. */
  readonly eps?: number;
  /** How much of a batch enters the running statistics; null averages over all batches. */
  readonly momentum?: number | null;
  /** Whether a weight and a bias are trained. */
  readonly affine?: boolean;
  /** Whether running statistics are kept for evaluation. */
  readonly trackRunningStats?: boolean;
  /** The element type of the parameters; float32 unless given. */
  readonly dtype?: DType;
}

const paths: Readonly<Record<string, string>> = {
  runningMean: "running_mean",
  runningVar: "running_var",
  numBatchesTracked: "num_batches_tracked",
};

abstract class ChannelNorm extends Module {
  readonly weight: Parameter | null;
  readonly bias: Parameter | null;
  readonly eps: number;
  readonly momentum: number | null;
  readonly affine: boolean;
  readonly trackRunningStats: boolean;
  readonly runningMean: Tensor | null;
  readonly runningVar: Tensor | null;
  readonly numBatchesTracked: Tensor | null;

  constructor(
    readonly numFeatures: number,
    usual: boolean,
    { eps = 1e-5, momentum = 0.1, affine = usual, trackRunningStats = usual, dtype = "float32" }: ChannelNormOptions,
  ) {
    super();
    this.eps = eps;
    this.momentum = momentum;
    this.affine = affine;
    this.trackRunningStats = trackRunningStats;
    this.weight = affine ? constantParameter([numFeatures], 1, dtype) : null;
    this.bias = affine ? constantParameter([numFeatures], 0, dtype) : null;
    this.runningMean = trackRunningStats ? zeros([numFeatures], { dtype }) : null;
    this.runningVar = trackRunningStats ? ones([numFeatures], { dtype }) : null;
    this.numBatchesTracked = trackRunningStats ? zeros([], { dtype: "int64" }) : null;
    this.registerBuffer("runningMean", this.runningMean);
    this.registerBuffer("runningVar", this.runningVar);
    this.registerBuffer("numBatchesTracked", this.numBatchesTracked);
  }

  /** Forgets the running statistics. */
  resetRunningStats(): void {
    this.runningMean?.zero_();
    this.runningVar?.fill_(1);
    this.numBatchesTracked?.zero_();
  }

  override pathName(field: string): string {
    return paths[field] ?? field;
  }

  override extraRepr(): string {
    const momentum = this.momentum === null ? "None" : float(this.momentum);
    return `${this.numFeatures}, eps=${float(this.eps)}, momentum=${momentum}, affine=${flag(this.affine)}, track_running_stats=${flag(this.trackRunningStats)}`;
  }
}

abstract class BatchNorm extends ChannelNorm {
  constructor(numFeatures: number, options: ChannelNormOptions = {}) {
    super(numFeatures, true, options);
  }

  protected abstract check(input: Tensor): void;

  override forward(input: Tensor): Tensor {
    this.check(input);
    const { weight, bias, eps, runningMean, runningVar, numBatchesTracked } = this;
    let momentum = this.momentum ?? 0;
    if (this.training && numBatchesTracked !== null) {
      withGrad(false, () => numBatchesTracked.add_(1));
      if (this.momentum === null) momentum = 1 / numBatchesTracked.item();
    }
    const own = this.training || (runningMean === null && runningVar === null);
    return batchNorm(input, runningMean, runningVar, { weight, bias, training: own, momentum, eps });
  }
}

/**
 * (x − mean) / √(var + eps) · weight + bias for each channel: of its batch while training, of running statistics after
 * `eval()`; see `nn.functional.batchNorm`.
 * Shapes: [batch, numFeatures] or [batch, numFeatures, length] → the same. Weight starts as 1, bias as 0. Errors: other
 * ranks or channels; one value per channel while training.
 */
export class BatchNorm1d extends BatchNorm {
  protected override check(input: Tensor): void {
    if (input.ndim === 2 || input.ndim === 3) return;
    throw argumentError(`expected 2D or 3D input (got ${input.ndim}D input)`, "Use BatchNorm2d for images.");
  }
}

/**
 * (x − mean) / √(var + eps) · weight + bias for each channel: of its batch while training, of running statistics after
 * `eval()`; see `nn.functional.batchNorm`.
 * Shapes: [batch, numFeatures, height, width] → the same. Weight starts as 1, bias as 0. Errors: other ranks or
 * channels; one value per channel while training.
 */
export class BatchNorm2d extends BatchNorm {
  protected override check(input: Tensor): void {
    if (input.ndim === 4) return;
    throw argumentError(`expected 4D input (got ${input.ndim}D input)`, "Use BatchNorm1d for features.");
  }
}

abstract class InstanceNorm extends ChannelNorm {
  constructor(
    private readonly spatial: number,
    numFeatures: number,
    options: ChannelNormOptions,
  ) {
    super(numFeatures, false, options);
  }

  override forward(input: Tensor): Tensor {
    const { spatial, weight, bias, eps, runningMean, runningVar } = this;
    if (input.ndim !== spatial + 1 && input.ndim !== spatial + 2) {
      throw argumentError(
        `expected ${spatial + 1}D or ${spatial + 2}D input (got ${input.ndim}D input)`,
        "The dimensions are [batch, channels, …].",
      );
    }
    const options = { weight, bias, eps, runningMean, runningVar, momentum: this.momentum ?? 0 };
    const useInputStats = this.training || !this.trackRunningStats;
    if (input.ndim === spatial + 2) return instanceNorm(input, { ...options, useInputStats });
    return instanceNorm(input.unsqueeze(0), { ...options, useInputStats }).squeeze(0);
  }
}

/**
 * (x − mean) / √(var + eps) for each channel of each sequence by itself.
 * Shapes: [batch, numFeatures, length] or without batch → the same. Errors: other ranks or channels; one element per
 * channel.
 */
export class InstanceNorm1d extends InstanceNorm {
  constructor(numFeatures: number, options: ChannelNormOptions = {}) {
    super(1, numFeatures, options);
  }
}

/**
 * (x − mean) / √(var + eps) for each channel of each image by itself.
 * Shapes: [batch, numFeatures, height, width] or without batch → the same. Errors: other ranks or channels; one element
 * per channel.
 */
export class InstanceNorm2d extends InstanceNorm {
  constructor(numFeatures: number, options: ChannelNormOptions = {}) {
    super(2, numFeatures, options);
  }
}

/** Settings of layer and group normalisation. */
export interface LayerNormOptions {
  /** What is added to the variance; 1e-5 unless given. */
  readonly eps?: number;
  /** Whether a weight and a bias are trained. */
  readonly elementwiseAffine?: boolean;
  /** Whether a number per element is added; true unless given. */
  readonly bias?: boolean;
  /** The element type of the parameters; float32 unless given. */
  readonly dtype?: DType;
}

/**
 * (x − mean) / √(var + eps) · weight + bias over the last dims; see `nn.functional.layerNorm`. Weight starts as 1, bias
 * as 0.
 * Shapes: […, ...normalizedShape] → the same. Errors: an input that does not end in normalizedShape.
 */
export class LayerNorm extends Module {
  /** The last dimensions, over which mean and variance are taken. */
  readonly normalizedShape: Shape;
  /** A factor per element of normalizedShape; null when not affine. */
  readonly weight: Parameter | null;
  /** A number per element of normalizedShape, added; null when there is none. */
  readonly bias: Parameter | null;
  /** What is added to the variance, so that it is never 0. */
  readonly eps: number;
  /** Whether there is a learned factor per element. */
  readonly elementwiseAffine: boolean;

  constructor(
    normalizedShape: number | Shape,
    { eps = 1e-5, elementwiseAffine = true, bias = true, dtype = "float32" }: LayerNormOptions = {},
  ) {
    super();
    const shape = typeof normalizedShape === "number" ? [normalizedShape] : [...normalizedShape];
    this.normalizedShape = shape;
    this.eps = eps;
    this.elementwiseAffine = elementwiseAffine;
    this.weight = elementwiseAffine ? constantParameter(shape, 1, dtype) : null;
    this.bias = elementwiseAffine && bias ? constantParameter(shape, 0, dtype) : null;
  }

  override forward(input: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return layerNorm(input, this.normalizedShape, { weight, bias, eps });
  }

  override extraRepr(): string {
    return `${tuple(this.normalizedShape)}, eps=${float(this.eps)}, elementwise_affine=${flag(this.elementwiseAffine)}`;
  }
}

/**
 * (x − mean) / √(var + eps) · weight + bias over groups of channels, image by image; see `nn.functional.groupNorm`.
 * Weight starts as 1, bias as 0.
 * Shapes: [batch, numChannels, …] → the same. Errors: groups that do not divide the channels; other channels.
 */
export class GroupNorm extends Module {
  /** A factor per channel; null when not affine. */
  readonly weight: Parameter | null;
  /** A number per channel, added; null when not affine. */
  readonly bias: Parameter | null;
  /** What is added to the variance, so that it is never 0. */
  readonly eps: number;
  /** Whether there is a learned factor and a learned number added per channel. */
  readonly affine: boolean;

  constructor(
    /** Into how many groups the channels fall. */
    readonly numGroups: number,
    /** How many channels there are. */
    readonly numChannels: number,
    { eps = 1e-5, affine = true, dtype = "float32" }: Pick<ChannelNormOptions, "eps" | "affine" | "dtype"> = {},
  ) {
    super();
    if (numChannels % numGroups !== 0)
      throw argumentError(
        "num_channels must be divisible by num_groups",
        `${numChannels} / ${numGroups} is not whole.`,
      );
    this.eps = eps;
    this.affine = affine;
    this.weight = affine ? constantParameter([numChannels], 1, dtype) : null;
    this.bias = affine ? constantParameter([numChannels], 0, dtype) : null;
  }

  override forward(input: Tensor): Tensor {
    const { weight, bias, eps } = this;
    return groupNorm(input, this.numGroups, { weight, bias, eps });
  }

  override extraRepr(): string {
    return `${this.numGroups}, ${this.numChannels}, eps=${float(this.eps)}, affine=${flag(this.affine)}`;
  }
}
