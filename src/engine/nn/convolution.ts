import type { DType } from "../dtype";
import { argumentError } from "../errors";
import type { PadMode } from "../ops/pad";
import { pad } from "../ops/pad";
import { uniformTensor } from "../random";
import type { Tensor } from "../tensor";
import { conv1d, conv2d, convTranspose1d, convTranspose2d } from "./functional/convolution";
import { each, type Spatial } from "./functional/spatial";
import { fans, kaimingStd } from "./init";
import { Module } from "./module";
import { Parameter } from "./parameter";
import { tuple } from "./repr";

/** Settings of a convolution layer. */
export interface ConvOptions {
  /** How far the window moves, in elements; 1 unless given. */
  readonly stride?: Spatial;
  /** How many zeros are put around the input; "same" for as many as keep its size, "valid" for none. */
  readonly padding?: Spatial | "same" | "valid";
  /** The distance between elements of the window; 1 unless given. */
  readonly dilation?: Spatial;
  /** Into how many parts the channels fall that do not see each other; 1 unless given. */
  readonly groups?: number;
  /** Whether a number per output channel is added; true unless given. */
  readonly bias?: boolean;
  /** What stands beyond the edge; "zeros" by default. */
  readonly paddingMode?: PaddingMode;
  /** The element type of the parameters; float32 unless given. */
  readonly dtype?: DType;
}

/** Settings of a transposed convolution layer. */
export interface ConvTransposeOptions {
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
  /** Whether a number per output channel is added; true unless given. */
  readonly bias?: boolean;
  /** The element type of the parameters; float32 unless given. */
  readonly dtype?: DType;
}

/** What stands beyond the edge of an image. */
export type PaddingMode = "zeros" | "reflect" | "replicate" | "circular";

const modes: Readonly<Record<PaddingMode, PadMode>> = {
  zeros: "constant",
  reflect: "reflect",
  replicate: "replicate",
  circular: "circular",
};

/** What all convolution layers share: weight and bias, begun as U(−1/√fanIn, 1/√fanIn). */
abstract class Convolution extends Module {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly kernelSize: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  readonly groups: number;

  constructor(
    rank: number,
    transposed: boolean,
    readonly inChannels: number,
    readonly outChannels: number,
    kernelSize: Spatial,
    { stride = 1, dilation = 1, groups = 1, bias = true, dtype = "float32" }: ConvTransposeOptions | ConvOptions,
  ) {
    super();
    if (!(groups > 0)) throw argumentError("groups must be a positive integer", "Use 1, or a divisor of the channels.");
    if (inChannels % groups !== 0)
      throw argumentError("in_channels must be divisible by groups", `${inChannels} / ${groups} is no whole number.`);
    if (outChannels % groups !== 0)
      throw argumentError("out_channels must be divisible by groups", `${outChannels} / ${groups} is no whole number.`);
    this.kernelSize = each(kernelSize, rank, "kernel_size");
    this.stride = each(stride, rank, "stride");
    this.dilation = each(dilation, rank, "dilation");
    this.groups = groups;
    const [first, second] = transposed ? [inChannels, outChannels] : [outChannels, inChannels];
    const shape = [first, second / groups, ...this.kernelSize];
    const bound = Math.sqrt(3) * kaimingStd(shape, { a: Math.sqrt(5) });
    this.weight = new Parameter(uniformTensor(shape, dtype, -bound, bound));
    const edge = 1 / Math.sqrt(fans(shape).fanIn);
    this.bias = bias ? new Parameter(uniformTensor([outChannels], dtype, -edge, edge)) : null;
  }

  protected describe(padding: string, outputPadding: readonly number[], paddingMode: PaddingMode): string {
    const many = (values: readonly number[], usual: number) => values.some((value) => value !== usual);
    return [
      `${this.inChannels}, ${this.outChannels}, kernel_size=${tuple(this.kernelSize)}, stride=${tuple(this.stride)}`,
      ...(padding === "" ? [] : [`padding=${padding}`]),
      ...(many(this.dilation, 1) ? [`dilation=${tuple(this.dilation)}`] : []),
      ...(many(outputPadding, 0) ? [`output_padding=${tuple(outputPadding)}`] : []),
      ...(this.groups === 1 ? [] : [`groups=${this.groups}`]),
      ...(this.bias === null ? ["bias=False"] : []),
      ...(paddingMode === "zeros" ? [] : [`padding_mode=${paddingMode}`]),
    ].join(", ");
  }
}

abstract class Forward extends Convolution {
  readonly padding: readonly number[] | "same" | "valid";
  readonly paddingMode: PaddingMode;

  constructor(rank: number, inChannels: number, outChannels: number, kernelSize: Spatial, options: ConvOptions) {
    super(rank, false, inChannels, outChannels, kernelSize, options);
    const { padding = 0, paddingMode = "zeros" } = options;
    if (padding === "same" && this.stride.some((step) => step !== 1)) {
      throw argumentError("padding='same' is not supported for strided convolutions", "Give the padding as numbers.");
    }
    this.padding = typeof padding === "string" ? padding : each(padding, rank, "padding");
    this.paddingMode = paddingMode;
  }

  /** The input padded by hand where the mode asks for it, and the padding that is left to the op. */
  protected padded(input: Tensor): { readonly input: Tensor; readonly padding: Spatial | "same" | "valid" } {
    if (this.paddingMode === "zeros") return { input, padding: this.padding };
    const around = this.kernelSize.map((size, d): readonly number[] => {
      if (this.padding === "valid") return [0, 0];
      if (this.padding !== "same") return [this.padding[d] ?? 0, this.padding[d] ?? 0];
      const total = (this.dilation[d] ?? 1) * (size - 1);
      return [Math.floor(total / 2), total - Math.floor(total / 2)];
    });
    return { input: pad(input, around.toReversed().flat(), modes[this.paddingMode]), padding: 0 };
  }

  override extraRepr(): string {
    const { padding } = this;
    const text = typeof padding === "string" ? padding : padding.some((n) => n !== 0) ? tuple(padding) : "";
    return this.describe(text, [], this.paddingMode);
  }
}

/**
 * Slides kernels over a sequence: see `nn.functional.conv1d`.
 * Shapes: [batch, inChannels, length] or [inChannels, length] → [batch, outChannels, length′]; weight [outChannels,
 * inChannels / groups, kernel]. Errors: groups that divide not both numbers of channels; an input of other ranks or
 * channels, or smaller than the kernel. Source: torch/nn/modules/conv.py.
 */
export class Conv1d extends Forward {
  constructor(inChannels: number, outChannels: number, kernelSize: Spatial, options: ConvOptions = {}) {
    super(1, inChannels, outChannels, kernelSize, options);
  }

  override forward(input: Tensor): Tensor {
    const { weight, bias, stride, dilation, groups } = this;
    const seen = this.padded(input);
    return conv1d(seen.input, weight, { bias, stride, padding: seen.padding, dilation, groups });
  }
}

/**
 * Slides kernels over an image: see `nn.functional.conv2d`.
 * Shapes: [batch, inChannels, height, width] or without batch → [batch, outChannels, height′, width′]; weight
 * [outChannels, inChannels / groups, kernelHeight, kernelWidth]. Errors: groups that divide not both numbers of
 * channels; an input of other ranks or channels, or smaller than the kernel. Source: torch/nn/modules/conv.py.
 */
export class Conv2d extends Forward {
  constructor(inChannels: number, outChannels: number, kernelSize: Spatial, options: ConvOptions = {}) {
    super(2, inChannels, outChannels, kernelSize, options);
  }

  override forward(input: Tensor): Tensor {
    const { weight, bias, stride, dilation, groups } = this;
    const seen = this.padded(input);
    return conv2d(seen.input, weight, { bias, stride, padding: seen.padding, dilation, groups });
  }
}

abstract class Transposed extends Convolution {
  readonly padding: readonly number[];
  readonly outputPadding: readonly number[];

  constructor(
    rank: number,
    inChannels: number,
    outChannels: number,
    kernelSize: Spatial,
    options: ConvTransposeOptions,
  ) {
    super(rank, true, inChannels, outChannels, kernelSize, options);
    this.padding = each(options.padding ?? 0, rank, "padding");
    this.outputPadding = each(options.outputPadding ?? 0, rank, "output_padding");
  }

  override extraRepr(): string {
    return this.describe(this.padding.some((n) => n !== 0) ? tuple(this.padding) : "", this.outputPadding, "zeros");
  }
}

/**
 * Spreads a sequence through kernels: see `nn.functional.convTranspose1d`.
 * Shapes: [batch, inChannels, length] or without batch → [batch, outChannels, length′]; weight [inChannels, outChannels
 * / groups, kernel]. Errors: groups that divide not both numbers of channels; an input of other ranks or channels.
 * Source: torch/nn/modules/conv.py.
 */
export class ConvTranspose1d extends Transposed {
  constructor(inChannels: number, outChannels: number, kernelSize: Spatial, options: ConvTransposeOptions = {}) {
    super(1, inChannels, outChannels, kernelSize, options);
  }

  override forward(input: Tensor): Tensor {
    const { weight, bias, stride, padding, outputPadding, dilation, groups } = this;
    return convTranspose1d(input, weight, { bias, stride, padding, outputPadding, dilation, groups });
  }
}

/**
 * Spreads an image through kernels: see `nn.functional.convTranspose2d`.
 * Shapes: [batch, inChannels, height, width] or without batch → [batch, outChannels, height′, width′]; weight
 * [inChannels, outChannels / groups, kernelHeight, kernelWidth]. Errors: groups that divide not both numbers of
 * channels; an input of other ranks or channels. Source: torch/nn/modules/conv.py.
 */
export class ConvTranspose2d extends Transposed {
  constructor(inChannels: number, outChannels: number, kernelSize: Spatial, options: ConvTransposeOptions = {}) {
    super(2, inChannels, outChannels, kernelSize, options);
  }

  override forward(input: Tensor): Tensor {
    const { weight, bias, stride, padding, outputPadding, dilation, groups } = this;
    return convTranspose2d(input, weight, { bias, stride, padding, outputPadding, dilation, groups });
  }
}
