import type { DType } from "../dtype";
import type { Tensor } from "../tensor";
import * as F from "./functional";
import { Module } from "./module";
import { constantParameter, type Parameter } from "./parameter";
import { float } from "./repr";

// Each of these gives the shape and dtype of its input. Source: torch/nn/modules/activation.py.

/** tanh of each element. Shapes: any → the same. */
export class Tanh extends Module {
  override forward(input: Tensor): Tensor {
    return input.tanh();
  }
}

/** max(x, 0) of each element. Shapes: any → the same. Errors: booleans. */
export class ReLU extends Module {
  override forward(input: Tensor): Tensor {
    return input.relu();
  }
}

/** 1 / (1 + e⁻ˣ) of each element. Shapes: any → the same. */
export class Sigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return input.sigmoid();
  }
}

/** x where x > 0, else negativeSlope · x. Shapes: any → the same. Errors: integers and booleans. */
export class LeakyReLU extends Module {
  constructor(
    /** The slope below zero. */
    readonly negativeSlope = 0.01,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return F.leakyRelu(input, this.negativeSlope);
  }

  override extraRepr(): string {
    return `negative_slope=${float(this.negativeSlope)}`;
  }
}

/**
 * x where x > 0, else weight · x; the weight is trained.
 * Shapes: [batch, channels, …] with one weight or one per channel → the same. Errors: weights that do not fit the
 * channels; integers and booleans.
 */
export class PReLU extends Module {
  /** The slopes below zero: one, or one per channel. */
  readonly weight: Parameter;

  constructor(
    /** How many slopes are learned: 1, or one per channel. */
    readonly numParameters = 1,
    { init = 0.25, dtype = "float32" }: { readonly init?: number; readonly dtype?: DType } = {},
  ) {
    super();
    this.weight = constantParameter([numParameters], init, dtype);
  }

  override forward(input: Tensor): Tensor {
    return F.prelu(input, this.weight);
  }

  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}

/**
 * x where x > 0, else alpha · (eˣ − 1).
 * Shapes: any → the same. Errors: integers and booleans. Source: Clevert et al. 2015.
 */
export class ELU extends Module {
  constructor(
    /** The value the function tends to, negated, far below zero. */
    readonly alpha = 1,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return F.elu(input, this.alpha);
  }

  override extraRepr(): string {
    return `alpha=${float(this.alpha)}`;
  }
}

/**
 * max(0, x) + min(0, alpha · (e^(x / alpha) − 1)).
 * Shapes: any → the same. Errors: alpha of 0; integers and booleans. Source: Barron 2017.
 */
export class CELU extends Module {
  constructor(
    /** The value the function tends to, negated, far below zero. */
    readonly alpha = 1,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return F.celu(input, this.alpha);
  }

  override extraRepr(): string {
    return `alpha=${float(this.alpha)}`;
  }
}

/**
 * The ELU that keeps mean and variance.
 * Shapes: any → the same. Errors: integers and booleans. Source: Klambauer et al. 2017.
 */
export class SELU extends Module {
  override forward(input: Tensor): Tensor {
    return F.selu(input);
  }
}

/**
 * x · Φ(x), or its approximation by tanh.
 * Shapes: any → the same. Errors: integers and booleans. Source: Hendrycks and Gimpel 2016.
 */
export class GELU extends Module {
  /** "none" for the exact function, "tanh" for the approximation by tanh. */
  readonly approximate: "none" | "tanh";

  constructor({ approximate = "none" }: { readonly approximate?: "none" | "tanh" } = {}) {
    super();
    this.approximate = approximate;
  }

  override forward(input: Tensor): Tensor {
    return F.gelu(input, { approximate: this.approximate });
  }

  override extraRepr(): string {
    return `approximate='${this.approximate}'`;
  }
}

/** x · sigmoid(x). Shapes: any → the same. Errors: integers and booleans. */
export class SiLU extends Module {
  override forward(input: Tensor): Tensor {
    return F.silu(input);
  }
}

/** x · tanh(softplus(x)). Shapes: any → the same. Errors: integers and booleans. Source: Misra 2019. */
export class Mish extends Module {
  override forward(input: Tensor): Tensor {
    return F.mish(input);
  }
}

/**
 * ln(1 + e^(beta·x)) / beta, x itself where beta·x > threshold.
 * Shapes: any → the same. Errors: integers and booleans.
 */
export class Softplus extends Module {
  constructor(
    /** How sharp the bend is: larger is nearer to ReLU. */
    readonly beta = 1,
    /** Where beta · x is above it the function is x itself. */
    readonly threshold = 20,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return F.softplus(input, this.beta, this.threshold);
  }

  override extraRepr(): string {
    return `beta=${float(this.beta)}, threshold=${float(this.threshold)}`;
  }
}

/** x / (1 + |x|). Shapes: any → the same. Errors: booleans. */
export class Softsign extends Module {
  override forward(input: Tensor): Tensor {
    return F.softsign(input);
  }
}

/** x − tanh(x). Shapes: any → the same. Errors: booleans. */
export class Tanhshrink extends Module {
  override forward(input: Tensor): Tensor {
    return F.tanhshrink(input);
  }
}

/** x moved toward 0 by lambda, 0 within. Shapes: any → the same. Errors: integers and booleans. */
export class Softshrink extends Module {
  constructor(
    /** How far values are pulled toward zero. */
    readonly lambda = 0.5,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return F.softshrink(input, this.lambda);
  }

  override extraRepr(): string {
    return float(this.lambda);
  }
}

/** x where |x| > lambda, else 0. Shapes: any → the same. Errors: integers and booleans. */
export class Hardshrink extends Module {
  constructor(
    /** Values nearer to zero than this become 0. */
    readonly lambda = 0.5,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return F.hardshrink(input, this.lambda);
  }

  override extraRepr(): string {
    return float(this.lambda);
  }
}

/** x limited to [minVal, maxVal]. Shapes: any → the same. Errors: booleans. */
export class Hardtanh extends Module {
  constructor(
    /** The least value that comes out. */
    readonly minVal = -1,
    /** The greatest value that comes out. */
    readonly maxVal = 1,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return F.hardtanh(input, this.minVal, this.maxVal);
  }

  override extraRepr(): string {
    return `min_val=${float(this.minVal)}, max_val=${float(this.maxVal)}`;
  }
}

/** x limited to [0, 6]. Shapes: any → the same. Errors: booleans. */
export class ReLU6 extends Module {
  override forward(input: Tensor): Tensor {
    return F.relu6(input);
  }
}

/** x / 6 + ½ limited to [0, 1]. Shapes: any → the same. Errors: integers and booleans. */
export class Hardsigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return F.hardsigmoid(input);
  }
}

/** x · hardsigmoid(x). Shapes: any → the same. Errors: integers and booleans. */
export class Hardswish extends Module {
  override forward(input: Tensor): Tensor {
    return F.hardswish(input);
  }
}

/** ln(sigmoid(x)). Shapes: any → the same. Errors: integers and booleans. */
export class LogSigmoid extends Module {
  override forward(input: Tensor): Tensor {
    return F.logsigmoid(input);
  }
}

/** x where x > threshold, else value. Shapes: any → the same. Errors: booleans. */
export class Threshold extends Module {
  constructor(
    /** Values up to this are replaced. */
    readonly threshold: number,
    /** What replaces them. */
    readonly value: number,
  ) {
    super();
  }

  override forward(input: Tensor): Tensor {
    return F.threshold(input, this.threshold, this.value);
  }

  override extraRepr(): string {
    return `threshold=${this.threshold}, value=${this.value}`;
  }
}
