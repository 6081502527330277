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
