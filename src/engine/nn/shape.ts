import { argumentError } from "../errors";
import { dimension, type Shape } from "../shape";
import type { Tensor } from "../tensor";
import { Module } from "./module";
import { tuple } from "./repr";

/**
 * Dims `startDim` to `endDim` as one: by default all but the batch.
 * Shapes: [batch, …] → [batch, n]. Errors: startDim after endDim; a dim out of range.
 * Source: torch/nn/modules/flatten.py.
 */
export class Flatten extends Module {
  constructor(
    /** The first dimension that is flattened. */
    readonly startDim = 1,
    /** The last dimension that is flattened. */
    readonly endDim = -1,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return input.flatten(this.startDim, this.endDim);
  }

  override extraRepr(): string {
    return `start_dim=${this.startDim}, end_dim=${this.endDim}`;
  }
}

/**
 * One dim as several; −1 for one size that follows.
 * Shapes: […, n, …] → […, ...unflattenedSize, …]. Errors: sizes whose product is not n; a dim out of range.
 * Source: torch/nn/modules/flatten.py.
 */
export class Unflatten extends Module {
  constructor(
    /** The dimension that is unfolded. */
    readonly dim: number,
    /** The sizes that take its place. */
    readonly unflattenedSize: Shape,
  ) {
    super();
    if (unflattenedSize.length === 0) throw argumentError("unflattened_size must be non-empty", "Name the new sizes.");
  }

  override forward(input: Tensor): Tensor {
    const d = dimension(this.dim, input.ndim);
    return input.view([
      ...input.shape.slice(0, d),
      ...sizesOf(input, d, this.unflattenedSize),
      ...input.shape.slice(d + 1),
    ]);
  }

  override extraRepr(): string {
    return `dim=${this.dim}, unflattened_size=${tuple(this.unflattenedSize)}`;
  }
}

function sizesOf(input: Tensor, d: number, wanted: Shape): Shape {
  const known = wanted.reduce((n, size) => (size === -1 ? n : n * size), 1);
  const total = input.shape[d] ?? 1;
  return wanted.map((size) => (size === -1 ? Math.floor(total / Math.max(1, known)) : size));
}

/** The input as it is. Shapes: any → the same. Source: torch/nn/modules/linear.py. */
export class Identity extends Module {
  override forward(input: Tensor): Tensor {
    return input;
  }
}
