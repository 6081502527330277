import type { Tensor } from "../tensor";
import * as F from "./functional/pooling";
import type { Spatial } from "./functional/spatial";
import { Module } from "./module";
import { flag, size } from "./repr";

// Source of the layers here: torch/nn/modules/pooling.py.

abstract class MaxPool extends Module {
  readonly stride: Spatial;
  readonly padding: Spatial;
  readonly dilation: Spatial;
  readonly ceilMode: boolean;

  constructor(
    readonly kernelSize: Spatial,
    { stride = null, padding = 0, dilation = 1, ceilMode = false }: F.MaxPoolOptions = {},
  ) {
    super();
    this.stride = stride ?? kernelSize;
    this.padding = padding;
    this.dilation = dilation;
    this.ceilMode = ceilMode;
  }

  override extraRepr(): string {
    return `kernel_size=${size(this.kernelSize)}, stride=${size(this.stride)}, padding=${size(this.padding)}, dilation=${size(this.dilation)}, ceil_mode=${flag(this.ceilMode)}`;
  }
}

/**
 * The largest element of each window of a sequence; see `nn.functional.maxPool1d`.
 * Shapes: [batch, channels, length] or without batch → […, length′]. Errors: other ranks; a window that does not fit.
 */
export class MaxPool1d extends MaxPool {
  override forward(input: Tensor): Tensor {
    return F.maxPool1d(input, this.kernelSize, this);
  }
}

/**
 * The largest element of each window of an image; see `nn.functional.maxPool2d`.
 * Shapes: [batch, channels, height, width] or without batch → […, height′, width′]. Errors: other ranks; a window that
 * does not fit.
 */
export class MaxPool2d extends MaxPool {
  override forward(input: Tensor): Tensor {
    return F.maxPool2d(input, this.kernelSize, this);
  }
}

abstract class AvgPool extends Module {
  readonly stride: Spatial;
  readonly padding: Spatial;
  readonly ceilMode: boolean;
  readonly countIncludePad: boolean;
  readonly divisorOverride: number | null;

  constructor(
    readonly kernelSize: Spatial,
    {
      stride = null,
      padding = 0,
      ceilMode = false,
      countIncludePad = true,
      divisorOverride = null,
    }: F.AvgPoolOptions = {},
  ) {
    super();
    this.stride = stride ?? kernelSize;
    this.padding = padding;
    this.ceilMode = ceilMode;
    this.countIncludePad = countIncludePad;
    this.divisorOverride = divisorOverride;
  }

  override extraRepr(): string {
    return `kernel_size=${size(this.kernelSize)}, stride=${size(this.stride)}, padding=${size(this.padding)}`;
  }
}

/**
 * The mean of each window of a sequence; see `nn.functional.avgPool1d`.
 * Shapes: [batch, channels, length] or without batch → […, length′]. Errors: other ranks; a window that does not fit.
 */
export class AvgPool1d extends AvgPool {
  override forward(input: Tensor): Tensor {
    return F.avgPool1d(input, this.kernelSize, this);
  }

  override extraRepr(): string {
    const one = (value: Spatial) => size(typeof value === "number" ? [value] : value);
    return `kernel_size=${one(this.kernelSize)}, stride=${one(this.stride)}, padding=${one(this.padding)}`;
  }
}

/**
 * The mean of each window of an image; see `nn.functional.avgPool2d`.
 * Shapes: [batch, channels, height, width] or without batch → […, height′, width′]. Errors: other ranks; a window that
 * does not fit.
 */
export class AvgPool2d extends AvgPool {
  override forward(input: Tensor): Tensor {
    return F.avgPool2d(input, this.kernelSize, this);
  }
}

abstract class Adaptive<S extends F.OutputSize> extends Module {
  constructor(readonly outputSize: S) {
    super();
  }

  override extraRepr(): string {
    return `output_size=${size(this.outputSize)}`;
  }
}

/**
 * The mean of windows that divide the length into `outputSize` parts.
 * Shapes: [batch, channels, length] or without batch → […, outputSize]. Errors: other ranks; a size below 0; integers.
 */
export class AdaptiveAvgPool1d extends Adaptive<number> {
  override forward(input: Tensor): Tensor {
    return F.adaptiveAvgPool1d(input, this.outputSize);
  }
}

/**
 * The mean of windows that divide height and width into `outputSize` parts.
 * Shapes: [batch, channels, height, width] or without batch → […, ...outputSize]. Errors: other ranks; a size below 0;
 * integers.
 */
export class AdaptiveAvgPool2d extends Adaptive<F.OutputSize> {
  override forward(input: Tensor): Tensor {
    return F.adaptiveAvgPool2d(input, this.outputSize);
  }
}

/**
 * The largest of windows that divide the length into `outputSize` parts.
 * Shapes: [batch, channels, length] or without batch → […, outputSize]. Errors: other ranks; a size below 0.
 */
export class AdaptiveMaxPool1d extends Adaptive<number> {
  override forward(input: Tensor): Tensor {
    return F.adaptiveMaxPool1d(input, this.outputSize);
  }
}

/**
 * The largest of windows that divide height and width into `outputSize` parts.
 * Shapes: [batch, channels, height, width] or without batch → […, ...outputSize]. Errors: other ranks; a size below 0.
 */
export class AdaptiveMaxPool2d extends Adaptive<F.OutputSize> {
  override forward(input: Tensor): Tensor {
    return F.adaptiveMaxPool2d(input, this.outputSize);
  }
}
