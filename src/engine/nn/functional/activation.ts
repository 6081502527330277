import { apply } from "../../apply";
import { rounders } from "../../dtype";
import { runtimeError } from "../../errors";
import { drawSlopes } from "../../kernels/draw";
import { filled, listed } from "../../kernels/loops";
import { watcher } from "../../mode";
import { calling } from "../../op";
import * as ops from "../../ops/activation";
import * as gelus from "../../ops/gelu";
import { fresh, needsFloat } from "../../ops/result";
import * as rrelus from "../../ops/rrelu";
import { defaultGenerator } from "../../random.generator";
import { dimension } from "../../shape";
import type { Tensor } from "../../tensor";

// Every function here gives the shape and dtype of its input; integers are refused unless its text says otherwise.

/**
 * scale · (a where a > 0, else alpha · (e^(a / alpha) − 1)), scale 1.
 * Shapes: any → the same. Errors: alpha of 0; integers and booleans. Source: torch.nn.functional.celu.
 */
export function celu(input: Tensor, alpha = 1): Tensor {
  if (alpha === 0) throw runtimeError("ZeroDivisionError: alpha cannot be 0 for CELU", "Use .relu().");
  return apply(ops.celu, [input], calling(undefined, [alpha, 1, 1 / alpha]));
}

/**
 * a where a > 0, else alpha · (eᵃ − 1); at 0 the gradient is alpha.
 * Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.elu.
 */
export function elu(input: Tensor, alpha = 1): Tensor {
  return apply(ops.elu, [input], calling(undefined, [alpha, 1, 1]));
}

/**
 * a · Φ(a), Φ the normal distribution; "tanh" takes ½ a (1 + tanh(√(2/π) (a + 0.044715 a³))).
 * Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.gelu.
 */
export function gelu(input: Tensor, { approximate = "none" }: { readonly approximate?: "none" | "tanh" } = {}): Tensor {
  return apply(approximate === "tanh" ? gelus.geluTanh : gelus.gelu, [input]);
}

/**
 * The first half along `dim` times the sigmoid of the second: half as long.
 * Shapes: […, 2n, …] → […, n, …]. Errors: an odd size; 0-d; a dim out of range; integers.
 * Source: torch.nn.functional.glu.
 */
export function glu(input: Tensor, dim = -1): Tensor {
  const d = dimension(dim, input.ndim);
  const size = input.shape[d] ?? 1;
  if (input.ndim === 0) {
    throw runtimeError(
      "glu does not support scalars because halving size must be even",
      "glu takes values and gates in one tensor.",
    );
  }
  if (size % 2 !== 0) {
    throw runtimeError(
      `Halving dimension must be even, but dimension ${d} is size ${size}`,
      "glu takes values and gates in one tensor.",
    );
  }
  return apply(ops.glu, [input], calling({ dim: d }));
}

/**
 * 0 where |a| ≤ lambda, else a.
 * Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.hardshrink.
 */
export function hardshrink(input: Tensor, lambda = 0.5): Tensor {
  return apply(ops.hardshrink, [input], calling(undefined, [lambda]));
}

/**
 * a/6 + ½ limited to [0, 1].
 * Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.hardsigmoid.
 */
export function hardsigmoid(input: Tensor): Tensor {
  return apply(ops.hardsigmoid, [input]);
}

/** a · hardsigmoid(a). Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.hardswish. */
export function hardswish(input: Tensor): Tensor {
  return apply(ops.hardswish, [input]);
}

/**
 * Limits to [minVal, maxVal]; at the bounds the gradient is 0.
 * Shapes: any → the same. Errors: booleans. Source: torch.nn.functional.hardtanh.
 */
export function hardtanh(input: Tensor, minVal = -1, maxVal = 1): Tensor {
  return apply(ops.hardtanh, [input], calling(undefined, [minVal, maxVal]));
}

/**
 * a where a > 0, else negativeSlope · a.
 * Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.leaky_relu.
 */
export function leakyRelu(input: Tensor, negativeSlope = 0.01): Tensor {
  return apply(ops.leakyRelu, [input], calling(undefined, [negativeSlope]));
}

/**
 * The logarithm of softmax along `dim`.
 * Shapes: any → the same. Errors: a dim out of range; integers and booleans. Source: torch.nn.functional.log_softmax.
 */
export function logSoftmax(input: Tensor, dim: number): Tensor {
  return input.logSoftmax(dim);
}

/** ln σ(a). Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.logsigmoid. */
export function logsigmoid(input: Tensor): Tensor {
  return apply(ops.logSigmoid, [input]);
}

/** a · tanh(softplus(a)). Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.mish. */
export function mish(input: Tensor): Tensor {
  return apply(ops.mish, [input]);
}

/**
 * a where a > 0, else weight · a, with one weight or one for each channel (dim 1).
 * Shapes: input of any shape, weight of one element or [channels] (dim 1) → as input. Errors: shapes that do not
 * broadcast; integers and booleans. Source: torch.nn.functional.prelu.
 */
export function prelu(input: Tensor, weight: Tensor): Tensor {
  return input.prelu(weight);
}

/** max(a, 0); at 0 the gradient is 0. Shapes: any → the same. Errors: booleans. Source: torch.nn.functional.relu. */
export function relu(input: Tensor): Tensor {
  return input.relu();
}

/**
 * min(max(a, 0), 6); at the bounds the gradient is 0.
 * Shapes: any → the same. Errors: booleans. Source: torch.nn.functional.relu6.
 */
export function relu6(input: Tensor): Tensor {
  return hardtanh(input, 0, 6);
}

const seluAlpha = 1.6732632423543772;
const seluScale = 1.0507009873554805;

/** The slopes of rrelu, and whether they are drawn. */
export interface RreluOptions {
  /** The least slope; 1/8 unless given. */
  readonly lower?: number;
  /** The bound of the slopes above; 1/3 unless given. */
  readonly upper?: number;
  /** Draws a slope for each element; else all take the mean one. False unless given. */
  readonly training?: boolean;
}

/**
 * a where a > 0, else slope · a; while training each element draws a slope of its own from [lower, upper), else it is
 * (lower + upper) / 2.
 * Shapes: any → the same. Errors: lower above upper; integers and booleans. Source: torch.nn.functional.rrelu,
 * ATen/native/Activation.cpp.
 */
export function rrelu(input: Tensor, { lower = 1 / 8, upper = 1 / 3, training = false }: RreluOptions = {}): Tensor {
  if (!(lower <= upper)) {
    throw runtimeError(
      "Lower bound should be less than or equal to the upper bound",
      `Here lower is ${lower} and upper ${upper}.`,
    );
  }
  if (!training) return apply(rrelus.rreluEvaluating, [input], calling(undefined, [(lower + upper) / 2]));
  needsFloat("rrelu_with_noise_out_cpu", input);
  const r = rounders[input.dtype];
  const slopes = drawSlopes(defaultGenerator.source, listed(input), r(lower), r(upper));
  const noise = fresh(filled(input.dtype, slopes), input.shape);
  watcher()?.created(noise, "noise");
  return apply(rrelus.rrelu, [input, noise]);
}

/**
 * scale · elu(a, alpha) with the constants that keep mean 0 and variance 1.
 * Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.selu.
 */
export function selu(input: Tensor): Tensor {
  return apply(ops.selu, [input], calling(undefined, [seluAlpha, seluScale, 1]));
}

/** σ(a) = 1 / (1 + e⁻ᵃ); integers become float32. Shapes: any → the same. Source: torch.nn.functional.sigmoid. */
export function sigmoid(input: Tensor): Tensor {
  return input.sigmoid();
}

/** a · σ(a). Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.silu. */
export function silu(input: Tensor): Tensor {
  return apply(ops.silu, [input]);
}

/**
 * eᵃ / Σ eᵃ along `dim`.
 * Shapes: any → the same. Errors: a dim out of range; integers and booleans. Source: torch.nn.functional.softmax.
 */
export function softmax(input: Tensor, dim: number): Tensor {
  return input.softmax(dim);
}

/**
 * softmax(−a) along `dim`.
 * Shapes: any → the same. Errors: a dim out of range; integers and booleans. Source: torch.nn.functional.softmin.
 */
export function softmin(input: Tensor, dim: number): Tensor {
  return input.neg().softmax(dim);
}

/**
 * ln(1 + e^(beta · a)) / beta, a itself where beta · a > threshold.
 * Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.softplus.
 */
export function softplus(input: Tensor, beta = 1, threshold = 20): Tensor {
  return apply(ops.softplus, [input], calling(undefined, [beta, threshold]));
}

/**
 * a − lambda where a > lambda, a + lambda where a < −lambda, else 0.
 * Shapes: any → the same. Errors: integers and booleans. Source: torch.nn.functional.softshrink.
 */
export function softshrink(input: Tensor, lambda = 0.5): Tensor {
  return apply(ops.softshrink, [input], calling(undefined, [lambda]));
}

/** a / (1 + |a|). Shapes: any → the same. Errors: booleans. Source: torch.nn.functional.softsign. */
export function softsign(input: Tensor): Tensor {
  return input.div(input.abs().add(1));
}

/** tanh a; integers become float32. Shapes: any → the same. Source: torch.nn.functional.tanh. */
export function tanh(input: Tensor): Tensor {
  return input.tanh();
}

/** a − tanh a. Shapes: any → the same. Errors: booleans. Source: torch.nn.functional.tanhshrink. */
export function tanhshrink(input: Tensor): Tensor {
  return input.sub(input.tanh());
}

/**
 * a where a > threshold, else value.
 * Shapes: any → the same. Errors: booleans. Source: torch.nn.functional.threshold.
 */
export function threshold(input: Tensor, bound: number, value: number): Tensor {
  return apply(ops.threshold, [input], calling(undefined, [bound, value]));
}
