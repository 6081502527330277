import { argumentError } from "../errors";
import { erf } from "../kernels/erf";
import { withGrad } from "../mode";
import { orthogonal } from "../kernels/orthogonal";
import { filled } from "../kernels/loops";
import { fresh } from "../ops/result";
import { fillNormal, fillUniform } from "../random.fill";
import { normalTensor, randperm } from "../random";
import { numel, type Shape } from "../shape";
import type { Tensor } from "../tensor";

/** The function that follows a layer, by which its initial weights are scaled. */
export type Nonlinearity = "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

/** How Kaiming's initialisation is scaled: `a` is the slope of leaky ReLU below zero, `mode` the count it keeps level. */
export interface KaimingOptions {
  /** The slope below zero of the "leakyRelu" that follows; 0 unless given. */
  readonly a?: number;
  /** "fanIn" keeps the variance in the forward pass, "fanOut" in the backward pass; "fanIn" unless given. */
  readonly mode?: "fanIn" | "fanOut";
  /** What follows the layer; "leakyRelu" unless given. */
  readonly nonlinearity?: Nonlinearity;
}

/** The recommended gain for a nonlinearity. Source: torch/nn/init.py, `calculate_gain`. */
export function calculateGain(nonlinearity: Nonlinearity, slope = 0.01): number {
  switch (nonlinearity) {
    case "linear":
    case "sigmoid":
      return 1;
    case "tanh":
      return 5 / 3;
    case "relu":
      return Math.SQRT2;
    case "leakyRelu":
      return Math.sqrt(2 / (1 + slope ** 2));
    case "selu":
      return 3 / 4;
  }
}

/**
 * Inputs and outputs of one unit of a weight of shape [out, in, …kernel].
 * Shapes: [out, in, ...kernel]. Errors: fewer than two dims.
 */
export function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  const [out, into, ...kernel] = shape;
  if (out === undefined || into === undefined) {
    throw argumentError(
      "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions",
      "Use nn.init.uniform_ or nn.init.normal_ for a vector.",
    );
  }
  const field = kernel.reduce((a, b) => a * b, 1);
  return { fanIn: into * field, fanOut: out * field };
}

/**
 * The standard deviation of Kaiming's initialisation: gain / √fan (He et al. 2015).
 * Shapes: [out, in, ...kernel]. Errors: fewer than two dims.
 */
export function kaimingStd(
  shape: Shape,
  { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" }: KaimingOptions = {},
): number {
  return calculateGain(nonlinearity, a) / Math.sqrt(fans(shape)[mode]);
}

/** Fills with uniform numbers in [from, to). Shapes: any → the same. Errors: from above to; integers and booleans. */
export function uniform_(tensor: Tensor, from = 0, to = 1): Tensor {
  return withGrad(false, () => fillUniform(tensor, from, to));
}

/** Fills with normal numbers. Shapes: any → the same. Errors: a deviation below 0; integers and booleans. */
export function normal_(tensor: Tensor, mean = 0, std = 1): Tensor {
  return withGrad(false, () => fillNormal(tensor, mean, std));
}

/** Fills with one number. Shapes: any → the same. */
export function constant_(tensor: Tensor, value: number): Tensor {
  return withGrad(false, () => tensor.fill_(value));
}

/** Fills with zeros. Shapes: any → the same. */
export function zeros_(tensor: Tensor): Tensor {
  return constant_(tensor, 0);
}

/** Fills with ones. Shapes: any → the same. */
export function ones_(tensor: Tensor): Tensor {
  return constant_(tensor, 1);
}

/**
 * Fills with U(−b, b), b = gain·√(6 / (fanIn + fanOut)) (Glorot and Bengio 2010).
 * Shapes: [out, in, ...kernel] → the same. Errors: fewer than two dims; integers.
 */
export function xavierUniform_(tensor: Tensor, { gain = 1 }: { readonly gain?: number } = {}): Tensor {
  const bound = Math.sqrt(3) * xavierStd(tensor.shape, gain);
  return uniform_(tensor, -bound, bound);
}

/**
 * Fills with N(0, std²), std = gain·√(2 / (fanIn + fanOut)) (Glorot and Bengio 2010).
 * Shapes: [out, in, ...kernel] → the same. Errors: fewer than two dims; integers.
 */
export function xavierNormal_(tensor: Tensor, { gain = 1 }: { readonly gain?: number } = {}): Tensor {
  return normal_(tensor, 0, xavierStd(tensor.shape, gain));
}

function xavierStd(shape: Shape, gain: number): number {
  const { fanIn, fanOut } = fans(shape);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

/**
 * Fills with U(−b, b), b = √3·gain / √fan (He et al. 2015).
 * Shapes: [out, in, ...kernel] → the same. Errors: fewer than two dims; integers.
 */
export function kaimingUniform_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd(tensor.shape, options);
  return uniform_(tensor, -bound, bound);
}

/**
 * Fills with N(0, std²), std = gain / √fan (He et al. 2015).
 * Shapes: [out, in, ...kernel] → the same. Errors: fewer than two dims; integers.
 */
export function kaimingNormal_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  return normal_(tensor, 0, kaimingStd(tensor.shape, options));
}

/** Fills a matrix with the identity. Shapes: [n, m] → the same. Errors: other ranks. */
export function eye_(tensor: Tensor): Tensor {
  const [rows = 0, columns = 0] = tensor.shape;
  if (tensor.ndim !== 2)
    throw argumentError("Only tensors with 2 dimensions are supported", "An identity is a matrix.");
  const values = Float64Array.from({ length: rows * columns }, (_, k) =>
    Math.floor(k / columns) === k % columns ? 1 : 0,
  );
  return written(tensor, values);
}

/**
 * Fills a convolution's weight so that it passes its input on: each output channel is an input channel of its group.
 * Shapes: [out, in, ...kernel] of 1, 2 or 3 kernel dims → the same. Errors: other ranks; output channels that groups do
 * not divide.
 */
export function dirac_(tensor: Tensor, { groups = 1 }: { readonly groups?: number } = {}): Tensor {
  const [out = 0, into = 0, ...kernel] = tensor.shape;
  if (tensor.ndim < 3 || tensor.ndim > 5)
    throw argumentError("Only tensors with 3, 4, or 5 dimensions are supported", "These are weights of convolutions.");
  if (out % groups !== 0) throw argumentError("dim 0 must be divisible by groups", `${out} / ${groups} is not whole.`);
  const size = numel(kernel);
  const middle = kernel.reduce((at, n) => at * n + Math.floor(n / 2), 0);
  const values = new Float64Array(out * into * size);
  const each = out / groups;
  for (let channel = 0; channel < out; channel++) {
    const from = channel % each;
    if (from < into) values[(channel * into + from) * size + middle] = 1;
  }
  return written(tensor, values);
}

/**
 * Fills with N(mean, std²) limited to [a, b], by the inverse of the distribution.
 * Shapes: any → the same. Errors: a above b; integers and booleans. Source: torch/nn/init.py, `trunc_normal_`.
 */
export function truncNormal_(tensor: Tensor, mean = 0, std = 1, a = -2, b = 2): Tensor {
  const share = (x: number) => (1 + erf((x - mean) / std / Math.SQRT2)) / 2;
  return withGrad(false, () => {
    fillUniform(tensor, 2 * share(a) - 1, 2 * share(b) - 1);
    tensor.copy_(tensor.erfinv());
    return tensor
      .mul_(std * Math.SQRT2)
      .add_(mean)
      .clamp_({ min: a, max: b });
  });
}

/**
 * Fills with a (semi-)orthogonal matrix times `gain`; dims after the first count as columns.
 * Shapes: [n, …] → the same. Errors: fewer than two dims. Source: Saxe et al. 2013; torch/nn/init.py, `orthogonal_`.
 */
export function orthogonal_(tensor: Tensor, { gain = 1 }: { readonly gain?: number } = {}): Tensor {
  if (tensor.ndim < 2)
    throw argumentError("Only tensors with 2 or more dimensions are supported", "Use normal_ for a vector.");
  if (tensor.numel() === 0) return tensor;
  const rows = tensor.size(0);
  const columns = tensor.numel() / rows;
  const drawn = normalTensor([rows, columns], tensor.dtype, 0, 1).toArray();
  const values = orthogonal(drawn, rows, columns, tensor.dtype);
  written(tensor, values);
  return withGrad(false, () => tensor.mul_(gain));
}

/**
 * Fills with N(0, std²) and sets a part of each column to 0.
 * Shapes: [n, m] → the same. Errors: other ranks; a deviation below 0; integers. Source: Martens 2010;
 * torch/nn/init.py, `sparse_`.
 */
export function sparse_(tensor: Tensor, sparsity: number, { std = 0.01 }: { readonly std?: number } = {}): Tensor {
  const [rows = 0, columns = 0] = tensor.shape;
  if (tensor.ndim !== 2) throw argumentError("Only tensors with 2 dimensions are supported", "Use it for a matrix.");
  const zeros = Math.ceil(sparsity * rows);
  normal_(tensor, 0, std);
  withGrad(false, () => {
    for (let column = 0; column < columns; column++) {
      const chosen = randperm(rows).toArray().slice(0, zeros);
      for (const row of chosen) tensor.select(0, row).select(0, column).zero_();
    }
  });
  return tensor;
}

function written(tensor: Tensor, values: Float64Array): Tensor {
  const source = fresh(filled(tensor.dtype, values), tensor.shape);
  return withGrad(false, () => tensor.copy_(source));
}
