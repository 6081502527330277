import type { Tensor } from "../tensor";
import { interpolate, type InterpolateOptions, type InterpolationMode } from "./functional/interpolate";
import type { Spatial } from "./functional/spatial";
import { Module } from "./module";
import { float, size } from "./repr";

/**
 * Images, sequences or volumes brought to other spatial sizes; see `nn.functional.interpolate`.
 * Shapes: [batch, channels, …] → [batch, channels, …] with sizes `size`, or ⌊size · scaleFactor⌋. Errors: when called,
 * as `interpolate`. Source: torch/nn/modules/upsampling.py.
 */
export class Upsample extends Module {
  /** The output's spatial sizes, if given. */
  readonly size: Spatial | null;
  /** What the spatial sizes are multiplied by, if given. */
  readonly scaleFactor: Spatial | null;
  /** What an element is made of. */
  readonly mode: InterpolationMode;
  /** Whether the middles of the corners lie on each other; null for false. */
  readonly alignCorners: boolean | null;
  /** Whether the ratio of the sizes stands for the factor; null for false. */
  readonly recomputeScaleFactor: boolean | null;

  constructor({
    size = null,
    scaleFactor = null,
    mode = "nearest",
    alignCorners = null,
    recomputeScaleFactor = null,
  }: InterpolateOptions = {}) {
    super();
    this.size = size;
    this.scaleFactor = scaleFactor;
    this.mode = mode;
    this.alignCorners = alignCorners;
    this.recomputeScaleFactor = recomputeScaleFactor;
  }

  override forward(input: Tensor): Tensor {
    return interpolate(input, this);
  }

  override extraRepr(): string {
    const { scaleFactor } = this;
    const factors =
      typeof scaleFactor === "number" ? float(scaleFactor) : `(${scaleFactor?.map(float).join(", ") ?? ""})`;
    const to =
      scaleFactor === null ? `size=${this.size === null ? "None" : size(this.size)}` : `scale_factor=${factors}`;
    return `${to}, mode=${this.mode}`;
  }
}

/**
 * `Upsample` of images by their nearest elements; PyTorch advises `nn.functional.interpolate` in its place.
 * Shapes: [batch, channels, height, width] → [batch, channels, height′, width′]. Errors: when called, as `interpolate`.
 */
export class UpsamplingNearest2d extends Upsample {
  constructor({ size = null, scaleFactor = null }: Pick<InterpolateOptions, "size" | "scaleFactor"> = {}) {
    super({ size, scaleFactor });
  }
}

/**
 * `Upsample` of images with mode "bilinear" and alignCorners; PyTorch advises `nn.functional.interpolate` in its place.
 * Shapes: [batch, channels, height, width] → [batch, channels, height′, width′]. Errors: when called, as `interpolate`.
 */
export class UpsamplingBilinear2d extends Upsample {
  constructor({ size = null, scaleFactor = null }: Pick<InterpolateOptions, "size" | "scaleFactor"> = {}) {
    super({ size, scaleFactor, mode: "bilinear", alignCorners: true });
  }
}
