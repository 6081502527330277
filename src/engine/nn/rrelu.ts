import type { Tensor } from "../tensor";
import { rrelu } from "./functional/activation";
import { Module } from "./module";
import { float } from "./repr";

/**
 * x where x > 0, else a slope times x: drawn from [lower, upper) for each element while training, else the mean of both.
 * Shapes: any → the same. Errors: when called, lower above upper; integers and booleans.
 */
export class RReLU extends Module {
  constructor(
    /** The least slope below zero. */
    readonly lower = 1 / 8,
    /** The bound of the slopes above. */
    readonly upper = 1 / 3,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return rrelu(input, this);
  }

  override extraRepr(): string {
    return `lower=${float(this.lower)}, upper=${float(this.upper)}`;
  }
}
