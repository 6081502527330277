import {
  cat,
  cdist,
  diag,
  dist,
  einsum,
  eye,
  forkRng,
  hstack,
  inner,
  kron,
  linalg,
  manualSeed,
  meshgrid,
  nn,
  repeatInterleave,
  rot90,
  stdMean,
  takeAlongDim,
  tensor,
  type Tensor,
  tensordot,
  tensorSplit,
} from "../../src/engine/index";
import type * as activation from "../../src/engine/ops/activation";
import type * as bitwise from "../../src/engine/ops/bitwise";
import type * as bounds from "../../src/engine/ops/bounds";
import type * as find from "../../src/engine/ops/find";
import type * as gelu from "../../src/engine/ops/gelu";
import type * as linear from "../../src/engine/ops/linear";
import type * as mix from "../../src/engine/ops/mix";
import type * as norm from "../../src/engine/ops/norm";
import type * as products from "../../src/engine/ops/products";
import type * as remainder from "../../src/engine/ops/remainder";
import type * as rrelu from "../../src/engine/ops/rrelu";
import type * as scan from "../../src/engine/ops/scan";
import type * as scatter from "../../src/engine/ops/scatter";
import type * as sorting from "../../src/engine/ops/sorting";
import type * as special from "../../src/engine/ops/special";
import type * as triangle from "../../src/engine/ops/triangle";
import type * as trig from "../../src/engine/ops/trig";
import { type OpsOf, type Sample } from "./slopes";

type Families =
  | OpsOf<typeof activation>
  | OpsOf<typeof bitwise>
  | OpsOf<typeof bounds>
  | OpsOf<typeof find>
  | OpsOf<typeof gelu>
  | OpsOf<typeof linear>
  | OpsOf<typeof mix>
  | OpsOf<typeof norm>
  | OpsOf<typeof products>
  | OpsOf<typeof remainder>
  | OpsOf<typeof rrelu>
  | OpsOf<typeof scan>
  | OpsOf<typeof scatter>
  | OpsOf<typeof sorting>
  | OpsOf<typeof special>
  | OpsOf<typeof triangle>
  | OpsOf<typeof trig>;

const F = nn.functional;
const none = tensor(0, { dtype: "float64" });
const matrix = [2, 3];
const index = tensor(
  [
    [0, 2, 1],
    [1, 1, 0],
  ],
  { dtype: "int64" },
);
const picks = tensor([2, 0], { dtype: "int64" });
const mask = tensor([
  [true, false, true],
  [false, false, true],
]);

type Range = readonly [number, number];

function one(run: (x: Tensor) => Tensor, within?: Range, shape: readonly number[] = matrix): Sample {
  return { shapes: [shape], run: ([x = none]) => run(x), ...(within === undefined ? {} : { within }) };
}

function two(
  run: (a: Tensor, b: Tensor) => Tensor,
  within?: Range,
  shapes: readonly (readonly number[])[] = [matrix, [3]],
): Sample {
  return { shapes, run: ([a = none, b = none]) => run(a, b), ...(within === undefined ? {} : { within }) };
}

const weights = { beta: 0.5, alpha: -2 };

/** Far from singular. */
function spread(x: Tensor): Tensor {
  return x.add(eye(3, { dtype: "float64" }).mul(3));
}

/** One sample of every op; a missing one does not compile. */
export const samples: Readonly<Record<Families, Sample | "no gradient">> = {
  clamp: one((x) => x.clamp({ min: -1, max: 5 }), [-0.9, 2]),
  medianOfAll: one((x) => x.median()),
  silu: one((x) => F.silu(x)),
  mish: one((x) => F.mish(x)),
  softplus: one((x) => F.softplus(x, 1.5, 2)),
  leakyRelu: one((x) => F.leakyRelu(x, 0.2)),
  rrelu: one((x) =>
    forkRng(() => {
      manualSeed(3);
      const drawn = F.rrelu(x, { lower: 0.1, upper: 0.9, training: true });
      return drawn.mul(F.rrelu(x, { lower: 0.5, upper: 0.5, training: true }));
    }),
  ),
  rreluEvaluating: one((x) => F.rrelu(x, { lower: 0.1, upper: 0.7 })),
  elu: one((x) => F.elu(x, 0.7)),
  celu: one((x) => F.celu(x, 0.7)),
  selu: one((x) => F.selu(x)),
  hardtanh: one((x) => F.hardtanh(x, -0.5, 0.8)),
  hardsigmoid: one((x) => F.hardsigmoid(x), [-6, 6]),
  hardswish: one((x) => F.hardswish(x), [-6, 6]),
  logSigmoid: one((x) => F.logsigmoid(x)),
  threshold: one((x) => F.threshold(x, 0.3, -1)),
  hardshrink: one((x) => F.hardshrink(x)),
  softshrink: one((x) => F.softshrink(x)),
  gelu: one((x) => F.gelu(x)),
  geluTanh: one((x) => F.gelu(x, { approximate: "tanh" })),
  prelu: two((x, w) => F.prelu(x, w), undefined, [[2, 3, 2], [3]]),
  glu: one((x) => F.glu(x, 1), undefined, [2, 4]),
  lerp: {
    shapes: [matrix, [3], [2, 1]],
    run: ([a = none, b = none, w = none]) => a.lerp(b, w),
  },
  lerpNumber: two((a, b) => a.lerp(b, 0.3)),
  copysign: two((a, b) => a.copysign(b)),
  heaviside: "no gradient",
  signbit: "no gradient",
  vectorNorm: one((x) =>
    cat([
      x.norm().reshape(1),
      x.norm(1, 0),
      x.norm(Infinity, 1),
      x.norm(-Infinity, 0),
      x.norm(3, 1),
      x.norm(1.5, 0),
      x.norm(0.7, 1),
      x.norm(0, 1),
    ]),
  ),
  fmod: two((a, b) => a.fmod(b.mul(10)), [0.9, 1.7]),
  fmodNumber: one((x) => x.fmod(5)),
  remainder: two((a, b) => a.remainder(b.mul(-10)), [0.9, 1.7]),
  remainderNumber: one((x) => x.remainder(-5), [0.5, 2]),
  divRounded: two((a, b) => a.div(b, { roundingMode: "floor" }).add(a), [0.55, 0.95], [[2], [1]]),
  divRoundedNumber: one((x) => x.div(5, { roundingMode: "trunc" })),
  floorDivide: "no gradient",
  floorDivideNumber: "no gradient",
  trunc: one((x) => x.trunc(), [0.1, 0.9]),
  frac: one((x) => x.frac(), [0.1, 0.9]),
  cumsum: one((x) => x.cumsum(1)),
  cumprod: one((x) => x.cumprod(0)),
  cummax: one((x) => x.cummax(1).values),
  cummin: one((x) => x.cummin(0).values),
  scatter: two((a, b) => a.scatter(1, picks.reshape(2, 1), b), undefined, [matrix, [2, 1]]),
  scatterNumber: one((x) => x.scatter(1, picks.reshape(2, 1), 7)),
  scatterAdd: two((a, b) => a.scatterAdd(1, index, b), undefined, [matrix, matrix]),
  indexAdd: two((a, b) => a.indexAdd(1, picks, b, { alpha: -0.5 }), undefined, [matrix, [2, 2]]),
  indexCopy: two((a, b) => a.indexCopy(1, picks, b), undefined, [matrix, [2, 2]]),
  indexFill: one((x) => x.indexFill(1, picks, 3)),
  take: one((x) => x.take(tensor([5, -1, 0], { dtype: "int64" }))),
  maskedScatter: two((a, b) => a.maskedScatter(mask, b), undefined, [matrix, [2, 2]]),
  distinct: "no gradient",
  erf: one((x) => x.erf()),
  erfc: one((x) => x.erfc()),
  erfinv: one((x) => x.erfinv(), [-0.8, 0.8]),
  exp2: one((x) => x.exp2()),
  log10: one((x) => x.log10(), [0.2, 3]),
  logit: one((x) => x.logit(0.1), [0.2, 0.8]),
  sinc: one((x) => x.sinc()),
  xlogy: two((a, b) => a.xlogy(b), [0.3, 2]),
  logaddexp: two((a, b) => a.logaddexp(b)),
  nanToNum: one((x) => x.nanToNum()),
  tril: one((x) => x.tril(-1)),
  triu: one((x) => x.triu(1)),
  diagEmbed: one((x) => x.diagEmbed(-1, 0, 2)),
  trace: one((x) => x.trace()),
  asin: one((x) => x.asin(), [-0.8, 0.8]),
  acos: one((x) => x.acos(), [-0.8, 0.8]),
  tan: one((x) => x.tan(), [-1, 1]),
  atan: one((x) => x.atan()),
  sinh: one((x) => x.sinh()),
  cosh: one((x) => x.cosh()),
  asinh: one((x) => x.asinh()),
  acosh: one((x) => x.acosh(), [1.3, 3]),
  atanh: one((x) => x.atanh(), [-0.8, 0.8]),
  atan2: two((a, b) => a.atan2(b), [0.3, 2]),
  hypot: two((a, b) => a.hypot(b), [0.3, 2]),
  bitwiseAnd: "no gradient",
  bitwiseOr: "no gradient",
  bitwiseXor: "no gradient",
  bitwiseNot: "no gradient",
  bitwiseLeftShift: "no gradient",
  bitwiseRightShift: "no gradient",
  clampBetween: {
    shapes: [matrix, [3], [2, 1]],
    run: ([a = none, b = none, c = none]) => a.clamp({ min: b, max: c }),
  },
  clampLow: two((a, b) => a.clamp({ min: b })),
  clampHigh: two((a, b) => a.clampMax(b)),
  fmax: two((a, b) => a.fmax(b)),
  fmin: two((a, b) => a.fmin(b)),
  isclose: "no gradient",
  nonzero: "no gradient",
  countNonzero: "no gradient",
  det: one((x) => linalg.det(spread(x)), [-1, 1], [2, 3, 3]),
  slogdet: one((x) => linalg.slogdet(spread(x)).logabsdet, [-1, 1], [2, 3, 3]),
  inv: one((x) => linalg.inv(spread(x)), [-1, 1], [2, 3, 3]),
  solve: two(
    (a, b) => linalg.solve(spread(a), b),
    [-1, 1],
    [
      [2, 3, 3],
      [3, 2],
    ],
  ),
  cholesky: one((x) => linalg.cholesky(spread(x.matmul(x.mT))), [-1, 1], [2, 3, 3]),
  cross: two((a, b) => linalg.cross(a, b, 1), undefined, [
    [2, 3],
    [1, 3],
  ]),
  baddbmm: {
    shapes: [[2], [2, 2, 3], [2, 3, 2]],
    run: ([c = none, a = none, b = none]) => c.baddbmm(a, b),
  },
  addmv: { shapes: [[1], [2, 3], [3]], run: ([c = none, a = none, b = none]) => c.addmv(a, b) },
  addr: { shapes: [[3], [2], [3]], run: ([c = none, a = none, b = none]) => c.addr(a, b) },
  addmmWeighted: { shapes: [[3], [2, 3], [3, 3]], run: ([c = none, a = none, b = none]) => c.addmm(a, b, weights) },
  addmvWeighted: { shapes: [[1], [2, 3], [3]], run: ([c = none, a = none, b = none]) => c.addmv(a, b, weights) },
  addrWeighted: { shapes: [[3], [2], [3]], run: ([c = none, a = none, b = none]) => c.addr(a, b, weights) },
  baddbmmWeighted: {
    shapes: [
      [2, 1, 2],
      [2, 2, 3],
      [2, 3, 2],
    ],
    run: ([c = none, a = none, b = none]) => c.baddbmm(a, b, weights),
  },
  deg2rad: one((x) => x.deg2rad()),
  rad2deg: one((x) => x.rad2deg()),
};

/** What is reached through functions only, or is worth another sample. */
export const more: Readonly<Record<string, Sample>> = {
  "cumprod through a zero": one((x) => x.mul(tensor([1, 0, 1], { dtype: "float64" })).cumprod(1)),
  "cumprod through two zeros": one((x) => x.mul(tensor([0, 1, 0], { dtype: "float64" })).cumprod(-1)),
  sort: one((x) => x.sort(1, { descending: true }).values),
  topk: one((x) => x.topk(2, 1).values),
  kthvalue: one((x) => x.kthvalue(2, 1).values),
  median: one((x) => x.median(0, { keepdim: true }).values),
  maskedSelect: one((x) => x.maskedSelect(mask)),
  flip: one((x) => x.flip(0, 1)),
  roll: one((x) => x.roll([1, -2], [0, 1])),
  "roll the flat tensor": one((x) => x.roll(2)),
  repeat: one((x) => x.repeat(2, 1, 2)),
  unbind: one((x) => {
    const [a = none, , c = none] = x.unbind(1);
    return a.mul(c);
  }),
  "unfold along a dim": one((x) => x.unfold(0, 3, 1), undefined, [5, 2]),
  diagonal: one((x) => x.diagonal(1, 2, 0), undefined, [3, 2, 4]),
  "pad with a constant": one((x) => F.pad(x, [1, -1, 0, 2], "constant", 3)),
  "pad by reflection": one((x) => F.pad(x, [2, 1, 1, 0], "reflect"), undefined, [1, 2, 3]),
  "pad by replication": one((x) => F.pad(x, [2, 1], "replicate")),
  "pad of images and volumes": one(
    (x) => {
      const flat = x.select(2, 1);
      const parts = [
        F.pad(flat, [1, 0, 0, 1], "replicate"),
        F.pad(flat, [1, 0, 0, 1], "circular"),
        F.pad(x, [1, 0, 0, 1, 1, 1], "reflect"),
        F.pad(x, [1, 0, 0, 1, 1, 1], "replicate"),
        F.pad(x, [1, 0, 0, 1, 1, 1], "circular"),
      ];
      return cat(parts.map((part, k) => part.mul(part.add(k)).sum().reshape(1)));
    },
    undefined,
    [1, 2, 2, 2, 2],
  ),
  "pad in a circle": one((x) => F.pad(x, [2, 1], "circular")),
  "unfold of images": one((x) => F.unfold(x, [2, 1], { padding: 1, stride: [1, 2] }), undefined, [1, 2, 3, 3]),
  "fold to images": one((x) => F.fold(x, [3, 3], 2), undefined, [1, 8, 4]),
  "einsum, a matrix product": two((a, b) => einsum("ij,kj->ik", a, b), undefined, [matrix, matrix]),
  "einsum with a diagonal and an ellipsis": two((a, b) => einsum("...ii,...j->ij", a, b), undefined, [
    [2, 3, 3],
    [1, 2],
  ]),
  "einsum of three": {
    shapes: [matrix, [3, 2], [2]],
    run: ([a = none, b = none, c = none]) => einsum("ij,jk,k", a, b, c),
  },
  "det of a singular matrix": one(
    (x) =>
      linalg.det(
        x.mul(
          tensor(
            [
              [1, 1, 0],
              [1, 1, 0],
              [0, 1, 0],
            ],
            { dtype: "float64" },
          ),
        ),
      ),
    undefined,
    [3, 3],
  ),
  "solve for a vector": two((a, b) => linalg.solve(spread(a), b), [-1, 1], [[3, 3], [3]]),
  "matrix norms": one((x) =>
    cat([
      linalg.matrixNorm(x).reshape(1),
      linalg.matrixNorm(x, 1).reshape(1),
      linalg.matrixNorm(x, -Infinity).reshape(1),
      linalg.norm(x).reshape(1),
      linalg.vectorNorm(x, 3, 0),
    ]),
  ),
  "powers of a matrix": one(
    (x) => linalg.matrixPower(spread(x), 3).add(linalg.matrixPower(spread(x), -2)),
    [-1, 1],
    [3, 3],
  ),
  multiDot: {
    shapes: [[2], [2, 3], [3, 2], [2]],
    run: ([a = none, b = none, c = none, d = none]) => linalg.multiDot([a, b, c, d]),
  },
  tensordot: two(
    (a, b) =>
      tensordot(a, b, [
        [2, 0],
        [1, 2],
      ]),
    undefined,
    [
      [2, 2, 3],
      [2, 3, 2],
    ],
  ),
  inner: two((a, b) => inner(a, b), undefined, [matrix, matrix]),
  kron: two((a, b) => kron(a, b), undefined, [matrix, [2]]),
  dist: two((a, b) => dist(a, b)),
  cdist: two((a, b) => cdist(a, b), undefined, [matrix, matrix]),
  "spread and mean": one((x) => {
    const [deviation, mean] = stdMean(x, 1);
    return deviation.mul(mean);
  }),
  nansum: one((x) => x.nansum(0).add(x.nanmean(0))),
  aminmax: one((x) => x.aminmax(1).max.sub(x.aminmax(1).min)),
  diag: one((x) => diag(diag(x, 1)), undefined, [3, 3]),
  rot90: one((x) => rot90(x, 3)),
  takeAlongDim: one((x) => takeAlongDim(x, tensor([[1, 0, 1]], { dtype: "int64" }), 0)),
  repeatInterleave: one((x) => repeatInterleave(x, tensor([2, 0, 1], { dtype: "int64" }), 1)),
  "stacks and splits": one((x) =>
    hstack([x, ...tensorSplit(x, 2, 1)])
      .unflatten(1, [3, 2])
      .movedim(0, 2),
  ),
  meshgrid: two(
    (a, b) => {
      const [x = none, y = none] = meshgrid([a, b], { indexing: "xy" });
      return x.mul(y);
    },
    undefined,
    [[2], [3]],
  ),
  "a tensor to fill with": {
    shapes: [matrix, []],
    run: ([a = none, v = none]) => a.maskedFill(mask, v),
  },
  softmin: one((x) => F.softmin(x, 1)),
  softsign: one((x) => F.softsign(x)),
  tanhshrink: one((x) => F.tanhshrink(x)),
};
