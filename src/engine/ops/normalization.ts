import { type Round, rounders } from "../dtype";
import { rstd, rstdsInDoubles, statisticsOf, type Sums, sumsOfChannels } from "../kernels/moments";
import * as gradients from "../kernels/normalization.gradient";
import { normalizeChannels, normalizeGroups, normalizeRows } from "../kernels/normalization";
import { filled, listed } from "../kernels/loops";
import type { Attrs } from "../observer";
import { type Op, op, opWith } from "../op";
import { numel, sameShape, type Shape } from "../shape";
import type { Storage } from "../storage";
import type { Tensor } from "../tensor";
import { Optional } from "./optional";
import { fresh, likeImages } from "./result";

const formula = {
  input: "rstd · (h − mean h − x̂ · mean(h · x̂)), h = ∂L/∂y · weight, x̂ the normalised input",
  weight: "Σ ∂L/∂y · x̂",
  bias: "Σ ∂L/∂y",
};

/** The normalised input and 1 / √(variance + eps), as tensors that remember what they came from. */
interface Normal {
  readonly hat: Tensor;
  readonly rstd: Tensor;
}

const normals = new WeakMap<object, Normal>();

/** The rules of one backward step share what they compute of the input again. */
function once(saved: object, make: () => Normal): Normal {
  const kept = normals.get(saved);
  if (kept !== undefined) return kept;
  const made = make();
  normals.set(saved, made);
  return made;
}

function normalOver(x: Tensor, dims: readonly number[], eps: number): Normal {
  const centred = x.sub(x.mean(dims, { keepdim: true }));
  const rstd = centred.mul(centred).mean(dims, { keepdim: true }).add(eps).rsqrt();
  return { hat: centred.mul(rstd), rstd };
}

function through(h: Tensor, { hat, rstd }: Normal, dims: readonly number[]): Tensor {
  const level = h.mean(dims, { keepdim: true });
  const slope = h.mul(hat).mean(dims, { keepdim: true });
  return h.sub(level).sub(hat.mul(slope)).mul(rstd);
}

/** A number per channel as it meets [batch, channels, …]. */
function perChannel(x: Tensor, rank: number): Tensor {
  return x.reshape([-1, ...new Array<number>(rank - 2).fill(1)]);
}

function allBut(rank: number, dim: number): number[] {
  return Array.from({ length: rank }, (_, d) => d).filter((d) => d !== dim);
}

/** The gradient's memory for each operand, of the input and its weight. */
interface Gradients {
  readonly input: (x: Tensor, weight: Tensor | null) => Storage;
  readonly weight: (x: Tensor) => Storage;
  readonly bias: (x: Tensor) => Storage;
}

/** The gradient for operand `k` of those `named`, by ATen's own kernel. */
function gradient(
  g: Tensor,
  named: readonly string[],
  k: number,
  inputs: readonly Tensor[],
  by: Gradients,
): Tensor | null {
  const [x] = inputs;
  const operand = inputs[k];
  if (x === undefined || operand === undefined || x.dtype !== g.dtype || !sameShape(x.shape, g.shape)) return null;
  const name = named[k];
  if (name === "weight") return fresh(by.weight(x), operand.shape);
  if (name === "bias") return fresh(by.bias(x), operand.shape);
  return fresh(by.input(x, inputs[named.indexOf("weight")] ?? null), operand.shape);
}

interface Layered extends Attrs {
  readonly normalizedShape: Shape;
  readonly eps: number;
}

/** The last dims normalised together. */
export const layerNorm = new Optional(["weight", "bias"], (given): Op =>
  opWith<Layered>()({
    name: "layerNorm",
    node: "NativeLayerNormBackward0",
    inputs: ["input", ...given],
    forward: ([input, ...rest], { attrs }) => {
      const [weight, bias] = gainAndShift(given, rest);
      return fresh(normalizeRows(input, rowsOf(input, attrs), attrs.eps, weight, bias, input.dtype), input.shape);
    },
    saves: (needs) => ({ input: true, weight: needs.input ?? false }),
    backward: {
      input: (g, s) => {
        const dims = lastDims(g, s.attrs);
        return s.input ? through(s.weight ? g.mul(s.weight) : g, layerOf(s, s.input, s.attrs), dims) : null;
      },
      weight: (g, s) => (s.input ? g.mul(layerOf(s, s.input, s.attrs).hat) : null),
      bias: (g) => g,
    },
    kernelLeads: true,
    kernel: (g, k, { inputs, call: { attrs } }) =>
      gradient(g, ["input", ...given], k, inputs, {
        input: (x, weight) => gradients.inputOfRows(g, x, weight, attrs.eps, rowsOf(x, attrs)),
        weight: (x) => gradients.weightOfRows(g, x, attrs.eps, rowsOf(x, attrs)),
        bias: (x) => gradients.biasOfRows(g, rowsOf(x, attrs)),
      }),
    formula,
  }),
);

/** How many rows are normalised, each by itself. */
function rowsOf({ shape }: Tensor, { normalizedShape }: Layered): number {
  return numel(shape.slice(0, shape.length - normalizedShape.length));
}

function lastDims(x: Tensor, { normalizedShape }: Layered): number[] {
  return normalizedShape.map((_, d) => x.shape.length - normalizedShape.length + d);
}

function layerOf(saved: object, input: Tensor, attrs: Layered): Normal {
  return once(saved, () => normalOver(input, lastDims(input, attrs), attrs.eps));
}

function gainAndShift(given: readonly string[], rest: readonly Tensor[]): readonly [Tensor | null, Tensor | null] {
  return [rest[given.indexOf("weight")] ?? null, rest[given.indexOf("bias")] ?? null];
}

interface Epsilon extends Attrs {
  readonly eps: number;
}

/** Each channel normalised by the batch. */
export const batchNormTraining = new Optional(["weight", "bias"], (given): Op =>
  opWith<Epsilon>()({
    name: "batchNorm",
    node: "NativeBatchNormBackward0",
    inputs: ["input", ...given],
    forward: ([input, ...rest], { attrs }) => {
      const [weight, bias] = gainAndShift(given, rest);
      const made = normalizeChannels(input, statisticsOf(input, attrs.eps), weight, bias, input.dtype);
      return likeImages(input, fresh(made, input.shape));
    },
    saves: (needs) => ({ input: true, weight: needs.input ?? false }),
    backward: {
      input: (g, s) => {
        const h = s.weight ? g.mul(perChannel(s.weight, g.shape.length)) : g;
        return s.input ? through(h, batchOf(s, s.input, s.attrs), allBut(g.shape.length, 1)) : null;
      },
      weight: (g, s) => (s.input ? g.mul(batchOf(s, s.input, s.attrs).hat).sum(allBut(g.shape.length, 1)) : null),
      bias: (g) => g.sum(allBut(g.shape.length, 1)),
    },
    kernelLeads: true,
    kernel: (g, k, { inputs, call: { attrs } }) =>
      gradient(g, ["input", ...given], k, inputs, {
        input: (x, weight) => gradients.inputOfChannels(g, x, weight, statisticsOf(x, attrs.eps), true),
        weight: (x) => gradients.weightOfChannels(g, x, statisticsOf(x, attrs.eps)),
        bias: () => gradients.biasOfChannels(g),
      }),
    formula,
  }),
);

function batchOf(saved: object, input: Tensor, { eps }: Epsilon): Normal {
  return once(saved, () => normalOver(input, allBut(input.shape.length, 1), eps));
}

/** Each channel normalised by running statistics. */
export const batchNormEvaluating = new Optional(["weight", "bias"], (given): Op =>
  opWith<Epsilon>()({
    name: "batchNorm",
    node: "NativeBatchNormBackward0",
    inputs: ["input", "runningMean", "runningVar", ...given],
    forward: ([input, mean, variance, ...rest], { attrs }) => {
      const [weight, bias] = gainAndShift(given, rest);
      const r = rounders[input.dtype];
      const standing = { mean: listed(mean), rstds: listed(variance).map((each) => rstd(each, attrs.eps, r)) };
      return likeImages(input, fresh(normalizeChannels(input, standing, weight, bias, input.dtype), input.shape));
    },
    saves: (needs) => ({
      input: needs.weight ?? false,
      runningMean: needs.weight ?? false,
      runningVar: true,
      weight: needs.input ?? false,
    }),
    backward: {
      input: (g, s) => {
        const { runningVar, weight } = s;
        if (!runningVar) return null;
        const rstd = runningVar.add(s.attrs.eps).rsqrt();
        return g.mul(perChannel(weight ? rstd.mul(weight) : rstd, g.shape.length));
      },
      weight: (g, s) => {
        const { input, runningMean, runningVar } = s;
        if (!input || !runningMean || !runningVar) return null;
        const centred = input.sub(perChannel(runningMean, g.shape.length));
        const hat = centred.mul(perChannel(runningVar.add(s.attrs.eps).rsqrt(), g.shape.length));
        return g.mul(hat).sum(allBut(g.shape.length, 1));
      },
      bias: (g) => g.sum(allBut(g.shape.length, 1)),
    },
    kernelLeads: true,
    kernel: (g, k, { inputs, call: { attrs } }) => {
      const [, mean, variance] = inputs;
      if (mean === undefined || variance === undefined) return null;
      const standing = () => {
        const rstds = rstdsInDoubles(listed(variance), attrs.eps, g.dtype);
        return { mean: listed(mean), rstds };
      };
      return gradient(g, ["input", "runningMean", "runningVar", ...given], k, inputs, {
        input: (x, weight) => gradients.inputOfChannels(g, x, weight, standing(), false),
        weight: (x) => gradients.weightOfChannels(g, x, standing()),
        bias: () => gradients.biasOfChannels(g),
      });
    },
    formula: { ...formula, input: "∂L/∂y · weight / √(runningVar + eps)" },
  }),
);

/** A share, momentum, of the batch's statistic enters the running one; each number rounded as in ATen's Normalization.cpp. */
function running(name: string, of: (sums: Sums, r: Round, momentum: number) => Float64Array): Op {
  return op({
    name,
    node: "",
    inputs: ["running", "input"],
    numbers: ["momentum"],
    forward: ([held, input], { numbers }) => {
      const r = rounders[held.dtype];
      const momentum = r(numbers[0] ?? 0.1);
      const share = of(sumsOfChannels(input), r, momentum);
      const after = listed(held).map((value, k) => (share[k] ?? NaN) + r(r(1 - momentum) * value));
      return fresh(filled(held.dtype, after), held.shape);
    },
  });
}

/** momentum · the batch's mean + (1 − momentum) · what was held. */
export const runningMean = running("runningMean", ({ mean }, r, momentum) => mean.map((value) => r(momentum * value)));

/** momentum · the batch's variance (divided by n − 1) + (1 − momentum) · what was held. */
export const runningVar = running("runningVar", ({ squares, count }, r, momentum) =>
  squares.map((value) => momentum * r(value / (count - 1))),
);

interface Grouped extends Epsilon {
  readonly numGroups: number;
}

/** Groups of channels normalised together, image by image. */
export const groupNorm = new Optional(["weight", "bias"], (given): Op =>
  opWith<Grouped>()({
    name: "groupNorm",
    node: "NativeGroupNormBackward0",
    inputs: ["input", ...given],
    forward: ([input, ...rest], { attrs }) => {
      const [weight, bias] = gainAndShift(given, rest);
      const made = normalizeGroups(input, attrs.numGroups, attrs.eps, weight, bias, input.dtype);
      return likeImages(input, fresh(made, input.shape));
    },
    saves: (needs) => ({ input: true, weight: needs.input ?? false }),
    backward: {
      input: (g, s) => {
        if (!s.input) return null;
        const h = s.weight ? g.mul(perChannel(s.weight, g.shape.length)) : g;
        const shape = groupsOf(g, s.attrs);
        return through(h.reshape(shape), groupOf(s, s.input, s.attrs), [2]).reshape(g.shape);
      },
      weight: (g, s) =>
        s.input ? g.mul(groupOf(s, s.input, s.attrs).hat.reshape(g.shape)).sum(allBut(g.shape.length, 1)) : null,
      bias: (g) => g.sum(allBut(g.shape.length, 1)),
    },
    kernelLeads: true,
    kernel: (g, k, { inputs, call: { attrs } }) =>
      gradient(g, ["input", ...given], k, inputs, {
        input: (x, weight) => gradients.inputOfGroups(g, x, weight, attrs.eps, attrs.numGroups),
        weight: (x) => gradients.weightOfGroups(g, x, attrs.eps, attrs.numGroups),
        bias: () => gradients.biasOfGroups(g),
      }),
    formula,
  }),
);

function groupsOf(x: Tensor, { numGroups }: Grouped): number[] {
  const batch = x.shape[0] ?? 0;
  return [batch, numGroups, batch === 0 ? 0 : x.numel() / batch / numGroups];
}

function groupOf(saved: object, input: Tensor, attrs: Grouped): Normal {
  return once(saved, () => normalOver(input.reshape(groupsOf(input, attrs)), [2], attrs.eps));
}
