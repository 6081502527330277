import { runtimeError } from "../errors";
import type { Tensor } from "../tensor";
import * as F from "./functional";
import { Module } from "./module";

// Source: torch/nn/modules/activation.py.

/** An activation that looks along one dimension. */
abstract class AlongDim extends Module {
  constructor(
    /** The dimension it looks along. */
    readonly dim: number,
  ) {
    super();
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/**
 * exp(x) / Σ exp(x) along `dim`, which then sums to 1.
 * Shapes: any → the same. Errors: a dim out of range; integers and booleans.
 */
export class Softmax extends AlongDim {
  override forward(input: Tensor): Tensor {
    return input.softmax(this.dim);
  }
}

/**
 * Softmax over the channels of each place of an image.
 * Shapes: [batch, channels, height, width] or without batch → the same. Errors: other ranks; integers and booleans.
 */
export class Softmax2d extends Module {
  override forward(input: Tensor): Tensor {
    if (input.ndim !== 3 && input.ndim !== 4)
      throw runtimeError("Softmax2d requires a 3D or 4D tensor as input", "Use Softmax, which takes any dim.");
    return input.softmax(-3);
  }
}

/** Softmax of −x along `dim`. Shapes: any → the same. Errors: a dim out of range; integers and booleans. */
export class Softmin extends AlongDim {
  override forward(input: Tensor): Tensor {
    return F.softmin(input, this.dim);
  }
}

/** The logarithm of softmax along `dim`. Shapes: any → the same. Errors: a dim out of range; integers and booleans. */
export class LogSoftmax extends AlongDim {
  override forward(input: Tensor): Tensor {
    return input.logSoftmax(this.dim);
  }
}

/**
 * The first half along `dim` times the sigmoid of the second.
 * Shapes: […, 2n, …] → […, n, …]. Errors: an odd size; a dim out of range.
 */
export class GLU extends AlongDim {
  constructor(dim = -1) {
    super(dim);
  }

  override forward(input: Tensor): Tensor {
    return F.glu(input, this.dim);
  }
}
