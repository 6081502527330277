import { runtimeError } from "../errors";
import { withGrad } from "../mode";
import { fillNormal, fillUniform } from "../random.fill";
import type { Shape } from "../shape";
import type { Tensor } from "../tensor";

/** The function that follows a layer, by which its initial weights are scaled. */
export type Nonlinearity = "linear" | "sigmoid" | "tanh" | "relu" | "leakyRelu" | "selu";

/** How Kaiming's initialisation is scaled: `a` is the slope of leaky ReLU below zero, `mode` the count it keeps level. */
export interface KaimingOptions {
  readonly a?: number;
  readonly mode?: "fanIn" | "fanOut";
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

/** Inputs and outputs of one unit of a weight of shape [out, in, …kernel]. */
export function fans(shape: Shape): { readonly fanIn: number; readonly fanOut: number } {
  const [out, into, ...kernel] = shape;
  if (out === undefined || into === undefined) {
    throw runtimeError(
      "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions",
      "Use nn.init.uniform_ or nn.init.normal_ for a vector.",
    );
  }
  const field = kernel.reduce((a, b) => a * b, 1);
  return { fanIn: into * field, fanOut: out * field };
}

/** The standard deviation of Kaiming's initialisation: gain / √fan (He et al. 2015). */
export function kaimingStd(
  shape: Shape,
  { a = 0, mode = "fanIn", nonlinearity = "leakyRelu" }: KaimingOptions = {},
): number {
  return calculateGain(nonlinearity, a) / Math.sqrt(fans(shape)[mode]);
}

/** Fills with uniform numbers in [from, to). */
export function uniform_(tensor: Tensor, from = 0, to = 1): Tensor {
  return withGrad(false, () => fillUniform(tensor, from, to));
}

/** Fills with normal numbers. */
export function normal_(tensor: Tensor, mean = 0, std = 1): Tensor {
  return withGrad(false, () => fillNormal(tensor, mean, std));
}

/** Fills with one number. */
export function constant_(tensor: Tensor, value: number): Tensor {
  return withGrad(false, () => tensor.fill_(value));
}

/** Fills with zeros. */
export function zeros_(tensor: Tensor): Tensor {
  return constant_(tensor, 0);
}

/** Fills with ones. */
export function ones_(tensor: Tensor): Tensor {
  return constant_(tensor, 1);
}

/** Fills with U(−b, b), b = gain·√(6 / (fanIn + fanOut)) (Glorot and Bengio 2010). */
export function xavierUniform_(tensor: Tensor, { gain = 1 }: { readonly gain?: number } = {}): Tensor {
  const bound = Math.sqrt(3) * xavierStd(tensor.shape, gain);
  return uniform_(tensor, -bound, bound);
}

/** Fills with N(0, std²), std = gain·√(2 / (fanIn + fanOut)) (Glorot and Bengio 2010). */
export function xavierNormal_(tensor: Tensor, { gain = 1 }: { readonly gain?: number } = {}): Tensor {
  return normal_(tensor, 0, xavierStd(tensor.shape, gain));
}

function xavierStd(shape: Shape, gain: number): number {
  const { fanIn, fanOut } = fans(shape);
  return gain * Math.sqrt(2 / (fanIn + fanOut));
}

/** Fills with U(−b, b), b = √3·gain / √fan (He et al. 2015). */
export function kaimingUniform_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  const bound = Math.sqrt(3) * kaimingStd(tensor.shape, options);
  return uniform_(tensor, -bound, bound);
}

/** Fills with N(0, std²), std = gain / √fan (He et al. 2015). */
export function kaimingNormal_(tensor: Tensor, options: KaimingOptions = {}): Tensor {
  return normal_(tensor, 0, kaimingStd(tensor.shape, options));
}
