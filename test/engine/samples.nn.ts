import { nn, tensor, type Tensor } from "../../src/engine/index";
import type { Op } from "../../src/engine/op";
import type * as bce from "../../src/engine/ops/bce";
import type * as conv from "../../src/engine/ops/conv";
import type * as embedding from "../../src/engine/ops/embedding";
import type * as interpolate from "../../src/engine/ops/interpolate";
import type * as nll from "../../src/engine/ops/nll";
import type * as normalization from "../../src/engine/ops/normalization";
import type { Optional } from "../../src/engine/ops/optional";
import type * as pool from "../../src/engine/ops/pool";
import { type Sample } from "./slopes";

const F = nn.functional;

/** The names under which a module exports ops, alone, for operands that may be left out, or by rank. */
type OpsIn<M> = {
  [K in keyof M]: M[K] extends Op | Optional | { readonly 1: Optional | Op; readonly 2: Optional | Op } ? K : never;
}[keyof M];

type Families =
  | OpsIn<typeof bce>
  | OpsIn<typeof conv>
  | OpsIn<typeof embedding>
  | OpsIn<typeof interpolate>
  | OpsIn<typeof nll>
  | OpsIn<typeof normalization>
  | OpsIn<typeof pool>;

const none = tensor([0]);
const long = (values: number[]): Tensor => tensor(values, { dtype: "int64" });
const double = (values: number[]): Tensor => tensor(values, { dtype: "float64" });
const table = long([2, 0, 2, 1]);
const classes = long([0, 2, 1, 2]);
const grid = long([0, 2, 1, 1, 2, 0, 1, 2]).reshape([2, 2, 2]);
const weights = double([0.5, 2, 1.25]);
/** A sequence, an image and a volume. */
const volumes = [
  [1, 2, 4],
  [1, 2, 3, 4],
  [1, 2, 2, 2, 3],
];

function shaped(
  shapes: readonly (readonly number[])[],
  run: (a: Tensor, b: Tensor, c: Tensor) => Tensor,
  within?: readonly [number, number],
): Sample {
  return {
    shapes,
    run: ([a = none, b = none, c = none]) => run(a, b, c),
    ...(within === undefined ? {} : { within }),
  };
}

/** Sums of outputs that weigh each differently, so that none hides another. */
function mixed(...parts: readonly Tensor[]): Tensor {
  return parts.map((part, k) => part.mul(part.add(k)).sum()).reduce((sum, part) => sum.add(part));
}

/** One sample of every op of these families; a missing one does not compile. */
export const samples: Readonly<Record<Families, Sample | "no gradient">> = {
  convolutions: shaped([[2, 2, 5, 4], [4, 1, 2, 3], [4]], (x, w, bias) =>
    mixed(
      F.conv2d(x, w, { bias, groups: 2, stride: [2, 1], padding: [1, 2], dilation: [1, 2] }),
      F.conv2d(x, w, { groups: 2, padding: "same" }),
    ),
  ),
  transposedConvolutions: shaped([[2, 2, 2, 3], [2, 2, 2, 3], [2]], (x, w, bias) =>
    mixed(
      F.convTranspose2d(x, w, { bias, stride: [2, 1], padding: 1, outputPadding: [1, 0] }),
      F.convTranspose2d(x, w, { groups: 2, dilation: 2 }),
    ),
  ),
  embedding: shaped([[3, 2]], (w) => mixed(F.embedding(table, w), F.embedding(grid, w))),
  embeddingRenorm: "no gradient",
  bce: shaped(
    [
      [2, 3],
      [2, 3],
    ],
    (x, t) => mixed(F.binaryCrossEntropy(x, t, { reduction: "none", weight: weights }), F.binaryCrossEntropy(x, t)),
    [0.1, 0.9],
  ),
  bceWithLogits: shaped(
    [
      [2, 3],
      [2, 3],
    ],
    (x, t) =>
      mixed(
        F.binaryCrossEntropyWithLogits(x, t, { reduction: "none", weight: weights, posWeight: weights.mul(2) }),
        F.binaryCrossEntropyWithLogits(x, t),
      ),
  ),
  nll: shaped([[4, 3]], (x) =>
    mixed(
      F.nllLoss(x, classes, { weight: weights }),
      F.nllLoss(x, classes, { weight: weights, reduction: "sum" }),
      F.nllLoss(x, classes, { ignoreIndex: 2, reduction: "none" }),
      F.nllLoss(x.select(0, 0), classes.select(0, 1)),
    ),
  ),
  nll2d: shaped([[2, 3, 2, 2]], (x) => mixed(F.nllLoss(x, grid, { weight: weights, ignoreIndex: 1 }))),
  layerNorm: shaped(
    [
      [2, 2, 3],
      [2, 3],
      [2, 3],
    ],
    (x, weight, bias) =>
      mixed(F.layerNorm(x, [2, 3], { weight, bias }), F.layerNorm(x, 3), F.layerNorm(x, [2, 3], { bias })),
  ),
  batchNormTraining: shaped([[3, 2, 3], [2], [2]], (x, weight, bias) =>
    mixed(F.batchNorm(x, null, null, { weight, bias, training: true }), F.batchNorm(x, null, null, { training: true })),
  ),
  batchNormEvaluating: shaped([[3, 2, 3], [2], [2]], (x, weight, bias) =>
    mixed(
      F.batchNorm(x, double([0.1, -1]), double([0.5, 2]), { weight, bias }),
      F.batchNorm(x, double([0.1, -1]), double([0.5, 2])),
    ),
  ),
  runningMean: "no gradient",
  runningVar: "no gradient",
  groupNorm: shaped([[2, 4, 3], [4], [4]], (x, weight, bias) =>
    mixed(F.groupNorm(x, 2, { weight, bias }), F.groupNorm(x, 4)),
  ),
  maxPool2d: shaped([[1, 2, 5, 5]], (x) =>
    mixed(F.maxPool2d(x, 3, { stride: 2, padding: 1 }), F.maxPool2d(x, 2, { dilation: 2, stride: 1, ceilMode: true })),
  ),
  adaptiveMaxPool2d: shaped([[2, 5, 4]], (x) => mixed(F.adaptiveMaxPool2d(x, [3, 2]))),
  avgPool2d: shaped([[1, 2, 5, 4]], (x) =>
    mixed(
      F.avgPool2d(x, 3, { stride: 2, padding: 1, ceilMode: true }),
      F.avgPool2d(x, [2, 3], { padding: 1, countIncludePad: false }),
      F.avgPool2d(x, 2, { divisorOverride: 3 }),
    ),
  ),
  adaptiveAvgPool2d: shaped([[2, 5, 4]], (x) => mixed(F.adaptiveAvgPool2d(x, [3, 2]), F.adaptiveAvgPool2d(x, 1))),
  upsampleNearest: shaped(volumes, (...x) => mixed(...x.map((each) => F.interpolate(each, { scaleFactor: 1.7 })))),
  upsampleNearestExact: shaped(volumes, (...x) =>
    mixed(...x.map((each) => F.interpolate(each, { size: 4, mode: "nearest-exact" }))),
  ),
  upsampleLinear: shaped(volumes, (a, b, c) =>
    mixed(
      F.interpolate(a, { scaleFactor: 1.7, mode: "linear" }),
      F.interpolate(b, { size: [5, 2], mode: "bilinear", alignCorners: true }),
      F.interpolate(b.select(1, 0).unsqueeze(1), { scaleFactor: [0.7, 2.3], mode: "bilinear" }),
      F.interpolate(c, { size: 3, mode: "trilinear" }),
    ),
  ),
  upsampleBicubic2d: shaped([[1, 2, 3, 4]], (x) =>
    mixed(
      F.interpolate(x, { scaleFactor: [1.7, 0.6], mode: "bicubic" }),
      F.interpolate(x, { size: [2, 5], mode: "bicubic", alignCorners: true }),
      F.interpolate(x, { size: [3, 4], mode: "bicubic" }),
    ),
  ),
};

const apart = long([1, -1, 1]);
const order = double([1, -1, 1, 1, -1, -1]).reshape([2, 3]);

/** Layers with given weights, as functions of an input and of what they keep. */
function layer<M extends nn.Module>(
  make: () => M,
  run: (module: M, x: Tensor) => readonly Tensor[],
  shape: number[],
): Sample {
  const sizes = make()
    .parameters()
    .map((p) => [...p.shape]);
  return {
    shapes: [shape, ...sizes],
    within: [-1, 1],
    run: ([x = none, ...given]) => {
      const module = make();
      for (const [k, [path]] of module.namedParameters().entries()) place(module, path, given[k] ?? none);
      return mixed(...run(module, x));
    },
  };
}

/** Puts a tensor with history where a module keeps a parameter. */
function place(module: nn.Module, path: string, tensor: Tensor): void {
  const at = path.lastIndexOf(".");
  const owner = module.getSubmodule(path.slice(0, Math.max(0, at)));
  const field = Object.keys(owner).find((name) => owner.pathName(name) === path.slice(at + 1))!;
  Object.defineProperty(owner, field, { value: tensor });
}

const float64 = { dtype: "float64" } as const;

/** What is reached through functions and layers only. */
export const more: Readonly<Record<string, Sample>> = {
  conv1d: shaped([[2, 2, 5], [3, 2, 2], [3]], (x, w, bias) =>
    mixed(F.conv1d(x, w, { bias, padding: "same" }), F.conv1d(x.select(0, 0), w, { stride: 2, padding: 1 })),
  ),
  convTranspose1d: shaped([[2, 2, 3], [2, 2, 3], [2]], (x, w, bias) =>
    mixed(F.convTranspose1d(x, w, { bias, stride: 2 }), F.convTranspose1d(x, w)),
  ),
  "norms with a weight or a shift alone": shaped([[2, 4, 3], [4], [3]], (x, a, b) =>
    mixed(
      F.layerNorm(x, 3, { weight: b }),
      F.groupNorm(x, 2, { weight: a }),
      F.groupNorm(x, 2, { bias: a }),
      F.batchNorm(x, null, null, { weight: a, training: true }),
      F.batchNorm(x, null, null, { bias: a, training: true }),
      F.batchNorm(x, double([0.1, -1, 0, 2]), double([0.5, 2, 1, 3]), { weight: a }),
      F.batchNorm(x, double([0.1, -1, 0, 2]), double([0.5, 2, 1, 3]), { bias: a }),
    ),
  ),
  "binaryCrossEntropyWithLogits, each weight alone": shaped(
    [
      [2, 3],
      [2, 3],
    ],
    (x, t) =>
      mixed(
        F.binaryCrossEntropyWithLogits(x, t, { weight: weights, reduction: "sum" }),
        F.binaryCrossEntropyWithLogits(x, t, { posWeight: weights }),
      ),
  ),
  "pools of sequences": shaped([[2, 2, 6]], (x) =>
    mixed(
      F.maxPool1d(x, 2),
      F.avgPool1d(x, 3, { stride: 2, padding: 1 }),
      F.adaptiveAvgPool1d(x, 4),
      F.adaptiveMaxPool1d(x, 4),
    ),
  ),
  instanceNorm: shaped([[2, 3, 4], [3], [3]], (x, weight, bias) =>
    mixed(F.instanceNorm(x, { weight, bias }), F.instanceNorm(x)),
  ),
  crossEntropy: shaped([[4, 3]], (x) =>
    mixed(
      F.crossEntropy(x, classes),
      F.crossEntropy(x, classes, { labelSmoothing: 0.3, weight: weights, ignoreIndex: 1 }),
      F.crossEntropy(x, classes, { labelSmoothing: 0.3, reduction: "none" }),
    ),
  ),
  "crossEntropy of probabilities": shaped(
    [
      [2, 3],
      [2, 3],
    ],
    (x, t) =>
      mixed(
        F.crossEntropy(x, t.softmax(1), { labelSmoothing: 0.1, weight: weights }),
        F.crossEntropy(x, t.softmax(1), { reduction: "none" }),
      ),
  ),
  klDiv: shaped(
    [
      [2, 3],
      [2, 3],
    ],
    (x, t) => mixed(F.klDiv(x, t, { reduction: "batchmean" }), F.klDiv(x, t, { logTarget: true })),
    [0.1, 1],
  ),
  "l1Loss apart": shaped([[2, 3], [3]], (a, b) => F.l1Loss(a, b.add(5).expand(2, 3))),
  "margin losses": shaped(
    [
      [3, 4],
      [3, 4],
      [3, 4],
    ],
    (a, b, c) =>
      mixed(
        F.cosineEmbeddingLoss(a, b, apart, { margin: -0.9 }),
        F.tripletMarginLoss(a, b, c, { margin: 9, swap: true, p: 3 }),
        F.pairwiseDistance(a, b),
        F.cosineSimilarity(a, c),
        F.marginRankingLoss(a, b, double([1, -1, 1]).unsqueeze(1), { margin: 9 }),
        F.multiMarginLoss(a, long([0, 3, 1]), { p: 2, margin: 9 }),
      ),
  ),
  "losses of counts and signs": shaped(
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) =>
      mixed(
        F.hingeEmbeddingLoss(a, order, { margin: 5 }),
        F.softMarginLoss(a, order),
        F.poissonNllLoss(a, double([0, 1, 2, 3, 4, 5]).reshape([2, 3]), { full: true }),
        F.poissonNllLoss(a.add(3), b, { logInput: false }),
        F.gaussianNllLoss(a, b, b.mul(b).add(1), { full: true }),
      ),
  ),
  Softmax2d: shaped([[2, 3, 2, 1]], (x) => mixed(new nn.Softmax2d()(x), new nn.Softmax2d()(x.select(0, 1)))),
  normalize: shaped([[2, 3]], (x) =>
    mixed(F.normalize(x), F.normalize(x, { p: 3, dim: 0 }), F.normalize(x, { eps: 99 })),
  ),
  bilinear: shaped(
    [
      [2, 3],
      [2, 2],
      [4, 3, 2],
    ],
    (a, b, w) => F.bilinear(a, b, w),
  ),
  "attention, causal": shaped(
    [
      [2, 3, 4],
      [2, 3, 4],
      [2, 3, 2],
    ],
    (q, k, v) => F.scaledDotProductAttention(q, k, v, { isCausal: true }),
  ),
  LSTM: layer(
    () => new nn.LSTM(2, 2, { bidirectional: true, batchFirst: true, ...float64 }),
    (lstm, x) => {
      const [output, [hn, cn]] = lstm(x);
      return [output, hn, cn];
    },
    [1, 3, 2],
  ),
  "two layers of GRU": layer(
    () => new nn.GRU(2, 2, { numLayers: 2, ...float64 }),
    (gru, x) => gru(x),
    [3, 1, 2],
  ),
  cells: layer(
    () => new nn.LSTMCell(2, 2, float64),
    (cell, x) => cell(x, cell(x)),
    [2, 2],
  ),
  MultiheadAttention: layer(
    () => new nn.MultiheadAttention(4, 2, float64),
    (attention, x) => [
      attention(x, x, x)[0],
      attention(x, x.narrow(0, 0, 2), x.narrow(0, 1, 2), { needWeights: false })[0],
    ],
    [3, 1, 4],
  ),
  "MultiheadAttention with a learned key and one of zeros": layer(
    () => new nn.MultiheadAttention(4, 2, { addBiasKv: true, addZeroAttn: true, kdim: 3, ...float64 }),
    (attention, x) => attention(x, x.narrow(2, 0, 3), x).flatMap((each) => each ?? []),
    [2, 1, 4],
  ),
};
