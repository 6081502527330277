import { cat, mseLoss, nn, slice, stack, tensor, type Tensor } from "../../src/engine/index";
import { type OpsOf, type Sample } from "./slopes";
import type * as addc from "../../src/engine/ops/addc";
import type * as arith from "../../src/engine/ops/arith";
import type * as compare from "../../src/engine/ops/compare";
import type * as fill from "../../src/engine/ops/fill";
import type * as gather from "../../src/engine/ops/gather";
import type * as loss from "../../src/engine/ops/loss";
import type * as products from "../../src/engine/ops/matmul";
import type * as pointwise from "../../src/engine/ops/pointwise";
import type * as power from "../../src/engine/ops/power";
import type * as reduce from "../../src/engine/ops/reduce";
import type * as variance from "../../src/engine/ops/variance";
import type * as softmax from "../../src/engine/ops/softmax";
import type * as strided from "../../src/engine/ops/strided";
import type * as views from "../../src/engine/ops/views";

type Families =
  | OpsOf<typeof addc>
  | OpsOf<typeof arith>
  | OpsOf<typeof compare>
  | OpsOf<typeof fill>
  | OpsOf<typeof gather>
  | OpsOf<typeof loss>
  | OpsOf<typeof products>
  | OpsOf<typeof pointwise>
  | OpsOf<typeof power>
  | OpsOf<typeof reduce>
  | OpsOf<typeof variance>
  | OpsOf<typeof softmax>
  | OpsOf<typeof strided>
  | OpsOf<typeof views>;

const index = tensor(
  [
    [0, 2, 1],
    [1, 1, 0],
  ],
  { dtype: "int64" },
);
const picks = tensor([2, 0, 0], { dtype: "int64" });
const mask = tensor([
  [true, false, true],
  [false, false, true],
]);
const matrix = [2, 3];

function one(run: (x: Tensor) => Tensor, within?: readonly [number, number]): Sample {
  return { shapes: [matrix], run: ([x = index]) => run(x), scalars: 1, ...(within === undefined ? {} : { within }) };
}

function two(run: (a: Tensor, b: Tensor) => Tensor, within?: readonly [number, number]): Sample {
  return {
    shapes: [matrix, [3]],
    run: ([a = index, b = index]) => run(a, b),
    scalars: 2,
    ...(within === undefined ? {} : { within }),
  };
}

function shaped(shapes: readonly (readonly number[])[], run: (a: Tensor, b: Tensor, c: Tensor) => Tensor): Sample {
  return { shapes, run: ([a = index, b = index, c = index]) => run(a, b, c) };
}

/** One sample of every op the engine has; a missing one does not compile. */
export const samples: Readonly<Record<Families, Sample | "no gradient">> = {
  add: two((a, b) => a.add(b)),
  addNumber: one((x) => x.add(1.5)),
  addScaled: two((a, b) => a.add(b, { alpha: -1.5 })),
  sub: two((a, b) => a.sub(b)),
  subNumber: one((x) => x.sub(1.5)),
  subScaled: two((a, b) => a.sub(b, { alpha: 0.3 })),
  rsub: one((x) => x.rsub(1.5)),
  mul: two((a, b) => a.mul(b)),
  mulNumber: one((x) => x.mul(-0.7)),
  div: two((a, b) => a.div(b), [0.5, 2]),
  divNumber: one((x) => x.div(3)),
  neg: one((x) => x.neg()),
  addcmul: shaped([matrix, [3], [2, 1]], (a, b, c) => a.addcmul(b, c, { value: -1.5 })),
  addcdiv: {
    shapes: [matrix, [3], [2, 1]],
    run: ([a = index, b = index, c = index]) => a.addcdiv(b, c, { value: 0.3 }),
    within: [0.5, 2],
  },
  exp: one((x) => x.exp()),
  log: one((x) => x.log(), [0.2, 3]),
  sqrt: one((x) => x.sqrt(), [0.2, 3]),
  rsqrt: one((x) => x.rsqrt(), [0.2, 3]),
  sin: one((x) => x.sin()),
  cos: one((x) => x.cos()),
  tanh: one((x) => x.tanh()),
  sigmoid: one((x) => x.sigmoid()),
  relu: one((x) => x.relu(), [0.1, 2]),
  square: one((x) => x.square()),
  reciprocal: one((x) => x.reciprocal(), [0.3, 2]),
  log1p: one((x) => x.log1p(), [-0.5, 2]),
  log2: one((x) => x.log2(), [0.2, 3]),
  expm1: one((x) => x.expm1()),
  abs: one((x) => x.abs(), [0.1, 2]),
  sign: one((x) => x.sign(), [0.1, 2]),
  floor: one((x) => x.floor(), [0.1, 0.9]),
  ceil: one((x) => x.ceil(), [0.1, 0.9]),
  round: one((x) => x.round(), [0.6, 0.9]),
  pow: two((a, b) => a.pow(b), [0.3, 2]),
  powNumber: one((x) => x.pow(2.5), [0.3, 2]),
  rpow: one((x) => x.rpow(0.7)),
  eq: "no gradient",
  ne: "no gradient",
  lt: "no gradient",
  le: "no gradient",
  gt: "no gradient",
  ge: "no gradient",
  logicalAnd: "no gradient",
  logicalOr: "no gradient",
  logicalXor: "no gradient",
  logicalNot: "no gradient",
  isnan: "no gradient",
  isinf: "no gradient",
  isposinf: "no gradient",
  isneginf: "no gradient",
  isfinite: "no gradient",
  where: shaped([matrix, [3]], (a, b) => mask.where(a, b)),
  maskedFill: shaped([matrix], (x) => x.maskedFill(mask, 3)),
  maskedFillTensor: shaped([matrix, []], (x, v) => x.maskedFill(mask, v)),
  maximum: shaped([matrix, [3]], (a, b) => a.maximum(b.add(5))),
  minimum: shaped([matrix, [3]], (a, b) => a.minimum(b.add(5))),
  sum: shaped([[2, 3, 2]], (x) => x.sum([0, 2])),
  mean: shaped([[2, 3, 2]], (x) => x.mean(-1, { keepdim: true })),
  prod: shaped([[2, 3, 2]], (x) => x.prod([0, 2])),
  variances: shaped([[2, 3]], (x) => x.var(1)),
  deviation: shaped([[2, 3]], (x) => x.std(0, { unbiased: false })),
  max: shaped([matrix], (x) => x.max()),
  min: shaped([matrix], (x) => x.min()),
  amax: shaped([matrix], (x) => x.amax(1)),
  amin: shaped([matrix], (x) => x.amin(0)),
  maxAlong: shaped([matrix], (x) => x.max(1).values),
  minAlong: shaped([matrix], (x) => x.min(0).values),
  argmax: "no gradient",
  argmin: "no gradient",
  any: "no gradient",
  all: "no gradient",
  logsumexp: shaped([[2, 3, 2]], (x) => x.logsumexp([0, 1])),
  softmax: shaped([[2, 3]], (x) => x.softmax(0)),
  logSoftmax: shaped([[2, 3]], (x) => x.logSoftmax(1)),
  mm: shaped(
    [
      [2, 3],
      [3, 2],
    ],
    (a, b) => a.mm(b),
  ),
  addmm: shaped([[2, 3], [2, 3], [2]], (x, w, b) => nn.functional.linear(x, w, b)),
  mv: shaped([[2, 3], [3]], (a, b) => a.mv(b)),
  dot: shaped([[3], [3]], (a, b) => a.dot(b)),
  bmm: shaped(
    [
      [2, 2, 3],
      [2, 3, 2],
    ],
    (a, b) => a.bmm(b),
  ),
  outer: shaped([[2], [3]], (a, b) => a.outer(b)),
  gather: shaped([[2, 3]], (x) => x.gather(1, index)),
  indexSelect: shaped([[2, 3]], (x) => x.indexSelect(1, picks)),
  indexed: shaped([[3, 2, 2]], (x) => x.at(picks, slice(), [1, 0, 1])),
  indexPut: shaped([[3, 2], [2]], (x, v) => {
    const y = x.clone();
    y.put([2, 0], v);
    return y;
  }),
  mse: shaped([matrix, matrix], (a, b) => mseLoss(a, b)),
  smoothL1: shaped([matrix, matrix], (a, b) => nn.functional.smoothL1Loss(a, b, { beta: 0.7 })),
  huber: shaped([matrix, matrix], (a, b) => nn.functional.huberLoss(a, b, { delta: 0.7 })),
  fill: shaped([matrix], (x) => x.clone().fill_(2)),
  zero: shaped([matrix], (x) => x.clone().zero_()),
  copy: shaped([matrix, [3]], (a, b) => a.clone().copy_(b)),
  to: "no gradient",
  detach: "no gradient",
  clone: shaped([matrix], (x) => x.clone()),
  asStrided: shaped([[2, 3]], (x) => {
    const y = x.clone();
    const row = y.select(0, 1);
    y.mul_(3);
    return row.mul(row);
  }),
  copySlices: shaped([[3, 2], [2]], (x, v) => {
    const y = x.clone();
    y.t().select(1, 2).mul_(v);
    return y.mul(y);
  }),
};

/** Ops that are reached through functions only. */
export const more: Readonly<Record<string, Sample>> = {
  "matmul, 1 by 2": shaped([[3], [3, 2]], (a, b) => a.matmul(b)),
  "matmul, batches that broadcast": shaped(
    [
      [2, 1, 2, 3],
      [3, 3, 2],
    ],
    (a, b) => a.matmul(b),
  ),
  "matmul, many rows by one matrix": shaped(
    [
      [2, 2, 3],
      [3, 2],
    ],
    (a, b) => a.matmul(b),
  ),
  "permute and reshape": shaped([[2, 3, 2]], (x) => x.permute(2, 0, 1).reshape(3, -1)),
  "unfold with steps": shaped([[7, 2]], (x) => x.unfold(0, 3, 2).mul(x.narrow(0, 0, 3).unsqueeze(2))),
  "diagonals below": shaped([[4, 3]], (x) => x.diagonal(-1).mul(x.diagonal(-2).sum())),
  flatten: shaped([[2, 3, 2]], (x) => x.flatten(1).mul(x.flatten(0, 1).sum())),
  expand: shaped([[3, 1]], (x) => x.expand(2, 3, 2)),
  "squeeze and unsqueeze": shaped([[2, 1, 3]], (x) => x.squeeze(1).unsqueeze(0).mul(x.unsqueeze(1).squeeze(2))),
  "slices with steps": shaped([[5, 4]], (x) => x.at(slice(0, 5, 2), slice(1))),
  split: shaped([[5, 2]], (x) => {
    const [a, , c] = x.split(2);
    return a === undefined || c === undefined ? x : a.mul(c);
  }),
  "cat and stack": shaped(
    [
      [2, 3],
      [2, 3],
    ],
    (a, b) => stack([cat([a, b], 1), cat([b, a.mul(a)], 1)]),
  ),
  "a mask": shaped([[2, 3]], (x) => x.at(mask)),
};
