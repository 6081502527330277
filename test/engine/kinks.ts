import { nn, tensor, type Tensor } from "../../src/engine/index";

/** An op with kinks or edges, elementwise, and PyTorch's slope at some of its points, kinks first. */
export interface Kink {
  readonly run: (x: Tensor) => Tensor;
  /** It needs a vector, so that a 0-d tensor is not tried. */
  readonly ranked?: true;
  readonly slopes: readonly (readonly [at: number, slope: number])[];
}

const F = nn.functional;
const scale = 1.0507009873554805;
const alpha = 1.6732632423543772;
const double = (value: number): Tensor => tensor(value, { dtype: "float64" });
const zero = double(0);

/** PyTorch's conventions, as its derivatives.yaml and the kernels it names have them. */
export const kinks: Readonly<Record<string, Kink>> = {
  relu: {
    run: (x) => x.relu(),
    slopes: [
      [0, 0],
      [-1, 0],
      [1, 1],
    ],
  },
  relu6: {
    run: (x) => F.relu6(x),
    slopes: [
      [0, 0],
      [6, 0],
      [3, 1],
    ],
  },
  abs: {
    run: (x) => x.abs(),
    slopes: [
      [0, 0],
      [-2, -1],
      [2, 1],
    ],
  },
  sign: {
    run: (x) => x.sign(),
    slopes: [
      [0, 0],
      [1, 0],
    ],
  },
  floor: {
    run: (x) => x.floor(),
    slopes: [
      [0, 0],
      [2, 0],
      [0.5, 0],
    ],
  },
  round: {
    run: (x) => x.round(),
    slopes: [
      [0.5, 0],
      [1.5, 0],
    ],
  },
  frac: {
    run: (x) => x.frac(),
    slopes: [
      [2, 1],
      [0, 1],
      [-1, 1],
    ],
  },
  remainder: {
    run: (x) => x.remainder(2),
    slopes: [
      [2, 1],
      [0, 1],
      [-4, 1],
    ],
  },
  fmod: {
    run: (x) => x.fmod(2),
    slopes: [
      [2, 1],
      [0, 1],
    ],
  },
  "clamp, both ends": {
    run: (x) => x.clamp({ min: -1, max: 1 }),
    slopes: [
      [-1, 1],
      [1, 1],
      [-1.5, 0],
      [1.5, 0],
      [0, 1],
    ],
  },
  clampMin: {
    run: (x) => x.clampMin(0),
    slopes: [
      [0, 1],
      [-1, 0],
    ],
  },
  clampMax: {
    run: (x) => x.clampMax(0),
    slopes: [
      [0, 1],
      [1, 0],
    ],
  },
  hardtanh: {
    run: (x) => F.hardtanh(x),
    slopes: [
      [-1, 0],
      [1, 0],
      [0, 1],
    ],
  },
  leakyRelu: {
    run: (x) => F.leakyRelu(x, 0.25),
    slopes: [
      [0, 0.25],
      [1, 1],
    ],
  },
  rrelu: {
    run: (x) => F.rrelu(x, { lower: 0.125, upper: 0.375 }),
    slopes: [
      [0, 0.25],
      [1, 1],
    ],
  },
  prelu: {
    ranked: true,
    run: (x) => F.prelu(x, tensor([0.25], { dtype: "float64" })),
    slopes: [
      [0, 0.25],
      [1, 1],
    ],
  },
  elu: {
    run: (x) => F.elu(x, 0.5),
    slopes: [
      [0, 0.5],
      [1, 1],
    ],
  },
  celu: {
    run: (x) => F.celu(x, 0.5),
    slopes: [
      [0, 1],
      [1, 1],
    ],
  },
  selu: {
    run: (x) => F.selu(x),
    slopes: [
      [0, scale * alpha],
      [1, scale],
    ],
  },
  hardsigmoid: {
    run: (x) => F.hardsigmoid(x),
    slopes: [
      [-3, 0],
      [3, 0],
      // PyTorch's sixth is a float32.
      [0, Math.fround(1 / 6)],
    ],
  },
  hardswish: {
    run: (x) => F.hardswish(x),
    slopes: [
      [-3, -0.5],
      [3, 1.5],
      [0, 0.5],
    ],
  },
  softshrink: {
    run: (x) => F.softshrink(x),
    slopes: [
      [0.5, 0],
      [-0.5, 0],
      [1, 1],
    ],
  },
  hardshrink: {
    run: (x) => F.hardshrink(x),
    slopes: [
      [0.5, 0],
      [-0.5, 0],
      [1, 1],
    ],
  },
  threshold: {
    run: (x) => F.threshold(x, 1, 7),
    slopes: [
      [1, 0],
      [2, 1],
    ],
  },
  "maximum, a tie": {
    run: (x) => x.maximum(zero),
    slopes: [
      [0, 0.5],
      [1, 1],
      [-1, 0],
    ],
  },
  "minimum, a tie": {
    run: (x) => x.minimum(zero),
    slopes: [
      [0, 0.5],
      [1, 0],
      [-1, 1],
    ],
  },
  "maximum of itself": {
    run: (x) => x.maximum(x),
    slopes: [
      [0, 1],
      [1, 1],
    ],
  },
  "fmax, a tie": {
    run: (x) => x.fmax(zero),
    slopes: [
      [0, 1],
      [-1, 0],
    ],
  },
  "fmin, a tie": {
    run: (x) => x.fmin(zero),
    slopes: [
      [0, 1],
      [1, 0],
    ],
  },
  "l1Loss at 0": {
    run: (x) => F.l1Loss(x, x.detach().mul(0), { reduction: "none" }),
    slopes: [
      [0, 0],
      [2, 1],
      [-2, -1],
    ],
  },
  "smoothL1Loss at beta": {
    run: (x) => F.smoothL1Loss(x, x.detach().mul(0), { reduction: "none" }),
    slopes: [
      [1, 1],
      [-1, -1],
      [0, 0],
    ],
  },
  "huberLoss at delta": {
    run: (x) => F.huberLoss(x, x.detach().mul(0), { reduction: "none" }),
    slopes: [
      [1, 1],
      [-1, -1],
      [0, 0],
    ],
  },
  "norm of 0": {
    ranked: true,
    run: (x) => x.unsqueeze(1).norm(2, 1),
    slopes: [
      [0, 0],
      [-2, -1],
    ],
  },
  "1-norm of 0": {
    ranked: true,
    run: (x) => x.unsqueeze(1).norm(1, 1),
    slopes: [
      [0, 0],
      [-2, -1],
    ],
  },
  "power 0 of 0": {
    run: (x) => x.pow(0),
    slopes: [
      [0, 0],
      [2, 0],
    ],
  },
  "power 1 of 0": { run: (x) => x.pow(1), slopes: [[0, 1]] },
  "power 2 of 0": { run: (x) => x.pow(2), slopes: [[0, 0]] },
  sqrt: {
    run: (x) => x.sqrt(),
    slopes: [
      [4, 0.25],
      [0.25, 1],
    ],
  },
  sinc: { run: (x) => x.sinc(), slopes: [[0, 0]] },
  "xlogy of 0": {
    run: (x) => x.xlogy(tensor(1, { dtype: "float64" })),
    slopes: [
      [0, 0],
      [1, 0],
    ],
  },
  "a product through 0": {
    ranked: true,
    run: (x) =>
      x
        .unsqueeze(1)
        .mul(tensor([1, 3], { dtype: "float64" }))
        .prod(1),
    slopes: [
      [0, 0],
      [1, 6],
    ],
  },
  "cumprod through 0": {
    ranked: true,
    run: (x) => x.unsqueeze(1).expand(-1, 2).cumprod(1).select(1, 1),
    slopes: [
      [0, 0],
      [2, 4],
    ],
  },
  softplus: { run: (x) => F.softplus(x, 1, 2), slopes: [[4, 1]] },
  "max of two equals": {
    ranked: true,
    run: (x) => x.unsqueeze(1).expand(-1, 2).amax(1),
    slopes: [
      [1, 1],
      [0, 1],
    ],
  },
  copysign: {
    run: (x) => x.copysign(tensor(-1, { dtype: "float64" })),
    slopes: [
      [0, 0],
      [2, -1],
      [-2, 1],
    ],
  },
  nanToNum: {
    run: (x) => x.nanToNum(),
    slopes: [
      [Infinity, 0],
      [-Infinity, 0],
      [1, 1],
    ],
  },
  "softplus at its threshold": {
    run: (x) => F.softplus(x, 1, 2),
    slopes: [
      [2, 1 / (1 + Math.exp(-2))],
      [3, 1],
    ],
  },
  "clamp between tensors": {
    run: (x) => x.clamp({ min: double(-1), max: double(1) }),
    slopes: [
      [-1, 1],
      [1, 1],
      [2, 0],
      [-2, 0],
    ],
  },
  "clamp above a tensor": {
    run: (x) => x.clamp({ min: double(-1) }),
    slopes: [
      [-1, 1],
      [-2, 0],
    ],
  },
  "clamp below a tensor": {
    run: (x) => x.clamp({ max: double(1) }),
    slopes: [
      [1, 1],
      [2, 0],
    ],
  },
  "the lower bound of clamp": {
    run: (x) => zero.clamp({ min: x, max: double(1) }),
    slopes: [
      [0, 0],
      [1, 0],
      [0.5, 1],
      [-1, 0],
    ],
  },
  "the upper bound of clamp": {
    run: (x) => zero.clamp({ min: double(-1), max: x }),
    slopes: [
      [0, 0],
      [-1, 1],
      [-0.5, 1],
      [-2, 1],
      [1, 0],
    ],
  },
  "an upper bound below the lower": {
    run: (x) => zero.clamp({ min: double(1), max: x }),
    slopes: [
      [1, 0],
      [0.5, 1],
      [2, 0],
    ],
  },
  "the only lower bound of clamp": {
    run: (x) => zero.clamp({ min: x }),
    slopes: [
      [0, 0],
      [1, 1],
      [-1, 0],
    ],
  },
  "the only upper bound of clamp": {
    run: (x) => zero.clamp({ max: x }),
    slopes: [
      [0, 0],
      [1, 0],
      [-1, 1],
    ],
  },
  "the second of fmax, a tie": {
    run: (x) => zero.fmax(x),
    slopes: [
      [0, 0],
      [1, 1],
      [-1, 0],
    ],
  },
  "the second of fmin, a tie": {
    run: (x) => zero.fmin(x),
    slopes: [
      [0, 0],
      [1, 0],
      [-1, 1],
    ],
  },
  "logit at the ends of its range": {
    run: (x) => x.logit(0.25),
    slopes: [
      [0.25, 16 / 3],
      [0.75, 16 / 3],
      [0.125, 0],
      [0.875, 0],
    ],
  },
  "xlogy of 0 and 0": { run: (x) => x.xlogy(zero), slopes: [[0, 0]] },
  "0 to a power": {
    run: (x) => zero.pow(x),
    slopes: [
      [0, 0],
      [2, 0],
    ],
  },
};
