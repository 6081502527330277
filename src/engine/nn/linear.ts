import type { DType } from "../dtype";
import { uniformTensor } from "../random";
import type { Tensor } from "../tensor";
import { bilinear, linear } from "./functional/linear";
import { kaimingStd } from "./init";
import { Module } from "./module";
import { Parameter } from "./parameter";

/** Settings of a linear layer. */
export interface LinearOptions {
  /** Whether a number per output is added; true unless given. */
  readonly bias?: boolean;
  /** The element type of the parameters; float32 unless given. */
  readonly dtype?: DType;
}

/**
 * y = x·Wᵀ + b: maps the last dimension from `inFeatures` to `outFeatures`.
 * Shapes: x […, inFeatures], weight [outFeatures, inFeatures], bias [outFeatures] → […, outFeatures]. Weight and bias
 * start as U(−1/√inFeatures, 1/√inFeatures). Errors: an input of another width or dtype.
 * Source: torch/nn/modules/linear.py.
 */
export class Linear extends Module {
  /** The weights, [outFeatures, inFeatures]. */
  readonly weight: Parameter;
  /** The additive numbers, [outFeatures]. */
  readonly bias: Parameter | null;

  constructor(
    /** The size of a sample that comes in. */
    readonly inFeatures: number,
    /** The size of a sample that goes out. */
    readonly outFeatures: number,
    { bias = true, dtype = "float32" }: LinearOptions = {},
  ) {
    super();
    const shape = [outFeatures, inFeatures];
    const bound = Math.sqrt(3) * kaimingStd(shape, { a: Math.sqrt(5) });
    this.weight = new Parameter(uniformTensor(shape, dtype, -bound, bound));
    const edge = inFeatures > 0 ? 1 / Math.sqrt(inFeatures) : 0;
    this.bias = bias ? new Parameter(uniformTensor([outFeatures], dtype, -edge, edge)) : null;
  }

  override forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }

  override extraRepr(): string {
    const bias = this.bias === null ? "False" : "True";
    return `in_features=${this.inFeatures}, out_features=${this.outFeatures}, bias=${bias}`;
  }
}

/**
 * y = x₁ᵀ · A · x₂ + b for each output's matrix A.
 * Shapes: x₁ […, in1Features], x₂ […, in2Features], weight [outFeatures, in1Features, in2Features], y […, outFeatures].
 * Weight and bias start as U(−1/√in1Features, 1/√in1Features). Errors: sizes that do not fit; a dtype of integers.
 * Source: torch/nn/modules/linear.py.
 */
export class Bilinear extends Module {
  /** The weights, [outFeatures, in1Features, in2Features]. */
  readonly weight: Parameter;
  /** The additive numbers, [outFeatures]. */
  readonly bias: Parameter | null;

  constructor(
    /** The size of the first input's samples. */
    readonly in1Features: number,
    /** The size of the second input's samples. */
    readonly in2Features: number,
    /** The size of a sample that goes out. */
    readonly outFeatures: number,
    { bias = true, dtype = "float32" }: LinearOptions = {},
  ) {
    super();
    const bound = 1 / Math.sqrt(in1Features);
    this.weight = new Parameter(uniformTensor([outFeatures, in1Features, in2Features], dtype, -bound, bound));
    this.bias = bias ? new Parameter(uniformTensor([outFeatures], dtype, -bound, bound)) : null;
  }

  override forward(input1: Tensor, input2: Tensor): Tensor {
    return bilinear(input1, input2, this.weight, this.bias);
  }

  override extraRepr(): string {
    const bias = this.bias === null ? "False" : "True";
    return `in1_features=${this.in1Features}, in2_features=${this.in2Features}, out_features=${this.outFeatures}, bias=${bias}`;
  }
}
