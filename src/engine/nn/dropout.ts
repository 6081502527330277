import type { Tensor } from "../tensor";
import { alphaDropout, dropout, dropout1d, dropout2d, dropout3d } from "./functional/dropout";
import { checkProbability } from "./functional/probability";
import { Module } from "./module";

// Source of the layers here: torch/nn/modules/dropout.py.

abstract class Dropping extends Module {
  constructor(readonly p = 0.5) {
    super();
    checkProbability(p);
  }

  override extraRepr(): string {
    return `p=${this.p}, inplace=False`;
  }
}

/**
 * Zeroes elements with probability `p` while it trains, and does nothing after `eval()`.
 * Shapes: any → the same. Errors: p outside [0, 1]. Source: torch/nn/modules/dropout.py.
 */
export class Dropout extends Dropping {
  override forward(input: Tensor): Tensor {
    return dropout(input, { p: this.p, training: this.training });
  }
}

/**
 * Zeroes whole channels of sequences with probability `p` while it trains.
 * Shapes: [batch, channels, length] or without batch → the same. Errors: p outside [0, 1]; other ranks.
 */
export class Dropout1d extends Dropping {
  override forward(input: Tensor): Tensor {
    return dropout1d(input, { p: this.p, training: this.training });
  }
}

/**
 * Zeroes whole channels of images with probability `p` while it trains.
 * Shapes: [batch, channels, height, width] → the same; [batch, channels, length] as `Dropout1d`, which warns. Errors: p
 * outside [0, 1]; other ranks.
 */
export class Dropout2d extends Dropping {
  override forward(input: Tensor): Tensor {
    return dropout2d(input, { p: this.p, training: this.training });
  }
}

/**
 * Zeroes whole channels of volumes with probability `p` while it trains.
 * Shapes: [batch, channels, depth, height, width] or without batch → the same. Errors: p outside [0, 1]; other ranks.
 */
export class Dropout3d extends Dropping {
  override forward(input: Tensor): Tensor {
    return dropout3d(input, { p: this.p, training: this.training });
  }
}

/**
 * Dropout for SELU: keeps mean and variance.
 * Shapes: any → the same. Errors: p outside [0, 1]. Source: Klambauer et al. 2017.
 */
export class AlphaDropout extends Dropping {
  override forward(input: Tensor): Tensor {
    return alphaDropout(input, { p: this.p, training: this.training });
  }
}
