import assert from "node:assert/strict";
import * as functional from "../../src/engine/index";
import { call } from "./call";
import { attentionWeights } from "../../src/engine/nn/functional/scores";
import {
  cat,
  type Index,
  maximum,
  minimum,
  mseLoss,
  nn,
  slice,
  stack,
  type Tensor,
  tensor,
} from "../../src/engine/index";

/** The arguments of a golden case. */
export type Args = Readonly<Record<string, unknown>>;

/** What a row gives: outputs by name beside the main one, and the tensors that stand for the inputs where a module holds them. */
export interface RowResult {
  readonly output: Tensor;
  readonly extra: Readonly<Record<string, Tensor>>;
  readonly leaves?: readonly Tensor[];
}

/** Runs one kind of golden case; `names` are those of its inputs, where they have any. */
export type Row = (inputs: readonly Tensor[], args: Args, names: readonly string[]) => Tensor | RowResult;

function at(inputs: readonly Tensor[], k: number): Tensor {
  const input = inputs[k];
  if (input === undefined) throw new Error(`the case has no input ${k}`);
  return input;
}

function number(args: Args, name: string): number {
  const value = args[name];
  if (typeof value !== "number") throw new Error(`the case has no number ${name}`);
  return value;
}

function numbers(args: Args, name: string): number[] {
  const value = args[name];
  if (!Array.isArray(value)) throw new Error(`the case has no list ${name}`);
  return value.map(Number);
}

function dims(args: Args): number | number[] | null {
  const { dim } = args;
  return typeof dim === "number" ? dim : Array.isArray(dim) ? dim.map(Number) : null;
}

function over(args: Args): { keepdim: boolean; unbiased: boolean } {
  return { keepdim: args.keepdim === true, unbiased: args.unbiased !== false };
}

function bound(args: Args, name: string): number | null {
  const value = args[name];
  return typeof value === "number" ? value : null;
}

function reductionOf(args: Args): "mean" | "sum" | "none" {
  const { reduction } = args;
  if (reduction !== "mean" && reduction !== "sum" && reduction !== "none") throw new Error("the case has no reduction");
  return reduction;
}

function convolutionOf(inputs: readonly Tensor[], args: Args): nn.functional.ConvolutionOptions {
  const spatial = (name: string) => (Array.isArray(args[name]) ? numbers(args, name) : number(args, name));
  return {
    stride: spatial("stride"),
    padding: spatial("padding"),
    dilation: spatial("dilation"),
    groups: number(args, "groups"),
    bias: args.bias === true ? at(inputs, 2) : null,
  };
}

function poolOf(args: Args): nn.functional.MaxPoolOptions {
  return { stride: numbers(args, "stride"), padding: numbers(args, "padding") };
}

function weightOf(inputs: readonly Tensor[], args: Args): Tensor | null {
  return args.weight === undefined || args.weight === null ? null : at(inputs, 2);
}

function affineOf(inputs: readonly Tensor[], args: Args): nn.functional.NormOptions {
  return args.affine === true ? { weight: at(inputs, 1), bias: at(inputs, 2) } : {};
}

/** A module with the case's tensors as its state, and what the test may ask the gradients of. */
function loaded<M extends nn.Module>(
  module: M,
  inputs: readonly Tensor[],
  names: readonly string[],
): { readonly module: M; readonly leaves: readonly Tensor[]; readonly of: (name: string) => Tensor | null } {
  const paths = module.namedParameters().map(([path]) => path);
  const state = names.flatMap((name, k) => (paths.includes(name) ? [[name, at(inputs, k).detach()] as const] : []));
  module.loadStateDict(Object.fromEntries(state));
  return {
    module,
    leaves: inputs.map((input, k) => (paths.includes(names[k] ?? "") ? module.getParameter(names[k] ?? "") : input)),
    of: (name) => inputs[names.indexOf(name)] ?? null,
  };
}

function recurrentOf(inputs: readonly Tensor[], args: Args): nn.RnnOptions {
  return {
    numLayers: number(args, "numLayers"),
    bias: args.bias === true,
    batchFirst: args.batchFirst === true,
    bidirectional: args.bidirectional === true,
    nonlinearity: args.nonlinearity === "relu" ? "relu" : "tanh",
    dtype: at(inputs, 0).dtype,
  };
}

function other(args: Args): number | boolean {
  const value = args.other;
  return typeof value === "boolean" ? value : number(args, "other");
}

/** A mask written as {shape, data} or a flat list. */
function mask(value: unknown): Tensor {
  if (Array.isArray(value)) return tensor(value.map(Boolean));
  if (
    typeof value === "object" &&
    value !== null &&
    "shape" in value &&
    "data" in value &&
    Array.isArray(value.shape) &&
    Array.isArray(value.data)
  ) {
    return tensor(value.data.map(Boolean), { dtype: "bool" }).reshape(value.shape.map(Number));
  }
  throw new Error("the case has no mask");
}

function pair(args: Args, name: string): readonly [number, number] {
  const [first, second] = numbers(args, name);
  if (first === undefined || second === undefined) throw new Error(`the case has no pair ${name}`);
  return [first, second];
}

function padMode({ mode }: Args): functional.nn.functional.PadMode {
  if (mode === "constant" || mode === "reflect" || mode === "replicate" || mode === "circular") return mode;
  throw new Error("the case has no mode");
}

const F = functional.nn.functional;

const unary =
  (
    name:
      | "neg"
      | "abs"
      | "exp"
      | "log"
      | "sqrt"
      | "rsqrt"
      | "sin"
      | "cos"
      | "tanh"
      | "sigmoid"
      | "relu"
      | "reciprocal"
      | "square"
      | "log1p"
      | "expm1"
      | "sign"
      | "log2"
      | "floor"
      | "tan"
      | "atan"
      | "sinh"
      | "cosh"
      | "logicalNot"
      | "erf"
      | "asin"
      | "acos"
      | "asinh"
      | "acosh"
      | "atanh",
  ): Row =>
  (x) =>
    at(x, 0)[name]();
const binary =
  (
    name:
      | "mul"
      | "div"
      | "pow"
      | "maximum"
      | "minimum"
      | "eq"
      | "ne"
      | "lt"
      | "le"
      | "gt"
      | "ge"
      | "logicalAnd"
      | "logicalOr"
      | "logicalXor"
      | "mm"
      | "bmm"
      | "dot"
      | "matmul"
      | "atan2"
      | "fmod"
      | "remainder"
      | "floorDivide",
  ): Row =>
  (x) =>
    at(x, 0)[name](at(x, 1));
const withNumber =
  (name: "add" | "sub" | "mul" | "div" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "fmod" | "remainder"): Row =>
  (x, args) =>
    at(x, 0)[name](other(args));
const reduction =
  (name: "sum" | "mean" | "prod" | "amax" | "amin" | "var" | "std" | "any" | "all"): Row =>
  (x, args) =>
    at(x, 0)[name](dims(args), over(args));
const found =
  (name: "argmax" | "argmin"): Row =>
  (x, args) =>
    at(x, 0)[name](bound(args, "dim"), over(args));

/** What each op name of ops.public.json and extra.public.json runs. */
export const rows = {
  add: (x, args) => at(x, 0).add(at(x, 1), { alpha: bound(args, "alpha") ?? 1 }),
  sub: (x, args) => at(x, 0).sub(at(x, 1), { alpha: bound(args, "alpha") ?? 1 }),
  mul: binary("mul"),
  div: binary("div"),
  pow: binary("pow"),
  maximum: (x) => maximum(at(x, 0), at(x, 1)),
  minimum: (x) => minimum(at(x, 0), at(x, 1)),
  add_scalar: withNumber("add"),
  sub_scalar: withNumber("sub"),
  mul_scalar: withNumber("mul"),
  div_scalar: withNumber("div"),
  rsub_scalar: (x, args) => functional.sub(number(args, "other"), at(x, 0)),
  rdiv_scalar: (x, args) => functional.div(number(args, "other"), at(x, 0)),
  pow_scalar: (x, args) => at(x, 0).pow(number(args, "exponent")),
  rpow_scalar: (x, args) => functional.pow(number(args, "base"), at(x, 0)),
  add_: (x) => at(x, 0).clone().add_(at(x, 1)),
  mul_: (x) => at(x, 0).clone().mul_(at(x, 1)),
  div_: (x) => at(x, 0).clone().div_(at(x, 1)),
  neg: unary("neg"),
  abs: unary("abs"),
  exp: unary("exp"),
  log: unary("log"),
  sqrt: unary("sqrt"),
  rsqrt: unary("rsqrt"),
  sin: unary("sin"),
  cos: unary("cos"),
  tanh: unary("tanh"),
  sigmoid: unary("sigmoid"),
  relu: unary("relu"),
  reciprocal: unary("reciprocal"),
  square: unary("square"),
  log1p: unary("log1p"),
  expm1: unary("expm1"),
  sign: unary("sign"),
  log2: unary("log2"),
  floor: unary("floor"),
  tan: unary("tan"),
  atan: unary("atan"),
  sinh: unary("sinh"),
  cosh: unary("cosh"),
  clamp: (x, args) => at(x, 0).clamp({ min: bound(args, "min"), max: bound(args, "max") }),
  eq: binary("eq"),
  ne: binary("ne"),
  lt: binary("lt"),
  le: binary("le"),
  gt: binary("gt"),
  ge: binary("ge"),
  eq_scalar: withNumber("eq"),
  ne_scalar: withNumber("ne"),
  lt_scalar: withNumber("lt"),
  le_scalar: withNumber("le"),
  gt_scalar: withNumber("gt"),
  ge_scalar: withNumber("ge"),
  logical_and: binary("logicalAnd"),
  logical_or: binary("logicalOr"),
  logical_xor: binary("logicalXor"),
  logical_not: unary("logicalNot"),
  where: (x, args) => mask(args.condition).where(at(x, 0), at(x, 1)),
  masked_fill: (x, args) => at(x, 0).maskedFill(at(x, 1).bool(), number(args, "value")),
  sum: reduction("sum"),
  mean: reduction("mean"),
  prod: (x, args) => (args.pre === undefined ? at(x, 0) : at(x, 0).mul(0).add(1).add(at(x, 0).div(1000))).prod(),
  prod_dim: reduction("prod"),
  amax: reduction("amax"),
  amin: reduction("amin"),
  var: reduction("var"),
  std: reduction("std"),
  any: reduction("any"),
  all: reduction("all"),
  max: (x) => at(x, 0).max(),
  min: (x) => at(x, 0).min(),
  max_dim: (x, args) => {
    const { values, indices } = at(x, 0).max(number(args, "dim"), over(args));
    return { output: values, extra: { indices } };
  },
  min_dim: (x, args) => {
    const { values, indices } = at(x, 0).min(number(args, "dim"), over(args));
    return { output: values, extra: { indices } };
  },
  argmax: found("argmax"),
  argmin: found("argmin"),
  softmax: (x, args) => at(x, 0).softmax(number(args, "dim")),
  log_softmax: (x, args) => at(x, 0).logSoftmax(number(args, "dim")),
  logsumexp: (x, args) => at(x, 0).logsumexp(dims(args) ?? [], over(args)),
  matmul: binary("matmul"),
  mm: binary("mm"),
  bmm: binary("bmm"),
  dot: binary("dot"),
  linear: (x, args) => functional.linear(at(x, 0), at(x, 1), args.bias === true ? at(x, 2) : null),
  transpose: (x, args) => at(x, 0).transpose(number(args, "dim0"), number(args, "dim1")),
  permute: (x, args) => at(x, 0).permute(numbers(args, "dims")),
  reshape: (x, args) => at(x, 0).reshape(numbers(args, "shape")),
  view: (x, args) => at(x, 0).view(numbers(args, "shape")),
  flatten: (x, args) => at(x, 0).flatten(number(args, "startDim"), number(args, "endDim")),
  squeeze: (x, args) => at(x, 0).squeeze(bound(args, "dim") ?? undefined),
  unsqueeze: (x, args) => at(x, 0).unsqueeze(number(args, "dim")),
  expand: (x, args) => at(x, 0).expand(numbers(args, "size")),
  cat: (x, args) => cat(x, number(args, "dim")),
  stack: (x, args) => stack(x, number(args, "dim")),
  narrow: (x, args) => at(x, 0).narrow(number(args, "dim"), number(args, "start"), number(args, "length")),
  slice: (x, args) => {
    const lead: Index[] = Array.from({ length: number(args, "dim") }, () => slice());
    return at(x, 0).at(...lead, slice(number(args, "start"), number(args, "end"), number(args, "step")));
  },
  select: (x, args) => at(x, 0).select(number(args, "dim"), number(args, "index")),
  index_select: (x, args) =>
    at(x, 0).indexSelect(number(args, "dim"), tensor(numbers(args, "index"), { dtype: "int64" })),
  gather: (x, args) => at(x, 0).gather(number(args, "dim"), at(x, 1)),
  mse_loss: (x, args) => mseLoss(at(x, 0), at(x, 1), { reduction: reductionOf(args) }),
  silu: (x) => F.silu(at(x, 0)),
  erf: unary("erf"),
  leaky_relu: (x, args) => F.leakyRelu(at(x, 0), number(args, "negativeSlope")),
  gelu: (x, args) => F.gelu(at(x, 0), { approximate: args.approximate === "tanh" ? "tanh" : "none" }),
  elu: (x, args) => F.elu(at(x, 0), number(args, "alpha")),
  softplus: (x, args) => F.softplus(at(x, 0), number(args, "beta"), number(args, "threshold")),
  cumsum: (x, args) => at(x, 0).cumsum(number(args, "dim")),
  embedding: (x, args) => nn.functional.embedding(at(x, 1), at(x, 0), { paddingIdx: bound(args, "paddingIdx") }),
  flip: (x, args) => at(x, 0).flip(numbers(args, "dims")),
  tril: (x, args) => at(x, 0).tril(number(args, "diagonal")),
  triu: (x, args) => at(x, 0).triu(number(args, "diagonal")),
  repeat: (x, args) => at(x, 0).repeat(numbers(args, "repeats")),
  conv1d: (x, args) => nn.functional.conv1d(at(x, 0), at(x, 1), convolutionOf(x, args)),
  conv2d: (x, args) => nn.functional.conv2d(at(x, 0), at(x, 1), convolutionOf(x, args)),
  max_pool2d: (x, args) => {
    const [output, indices] = nn.functional.maxPool2dWithIndices(at(x, 0), numbers(args, "kernel"), poolOf(args));
    return { output, extra: { indices } };
  },
  avg_pool2d: (x, args) =>
    nn.functional.avgPool2d(at(x, 0), numbers(args, "kernel"), {
      ...poolOf(args),
      countIncludePad: args.countIncludePad === true,
    }),
  cross_entropy: (x, args) =>
    nn.functional.crossEntropy(at(x, 0), at(x, 1), {
      reduction: reductionOf(args),
      labelSmoothing: number(args, "labelSmoothing"),
      ignoreIndex: number(args, "ignoreIndex"),
      weight: weightOf(x, args),
    }),
  cross_entropy_probs: (x, args) =>
    nn.functional.crossEntropy(at(x, 0), at(x, 1).softmax(1), { reduction: reductionOf(args) }),
  nll_loss: (x, args) =>
    nn.functional.nllLoss(at(x, 0), at(x, 1), {
      reduction: reductionOf(args),
      ignoreIndex: number(args, "ignoreIndex"),
      weight: weightOf(x, args),
    }),
  huber_loss: (x, args) =>
    nn.functional.huberLoss(at(x, 0), at(x, 1), { reduction: reductionOf(args), delta: number(args, "delta") }),
  smooth_l1_loss: (x, args) =>
    nn.functional.smoothL1Loss(at(x, 0), at(x, 1), { reduction: reductionOf(args), beta: number(args, "beta") }),
  binary_cross_entropy: (x, args) =>
    nn.functional.binaryCrossEntropy(at(x, 0), at(x, 1), { reduction: reductionOf(args), weight: weightOf(x, args) }),
  binary_cross_entropy_with_logits: (x, args) =>
    nn.functional.binaryCrossEntropyWithLogits(at(x, 0), at(x, 1), {
      reduction: reductionOf(args),
      posWeight: args.posWeight === undefined ? null : at(x, 2),
    }),
  l1_loss: (x, args) => nn.functional.l1Loss(at(x, 0), at(x, 1), { reduction: reductionOf(args) }),
  kl_div: (x, args) =>
    nn.functional.klDiv(at(x, 0), at(x, 1), {
      reduction: args.reduction === "batchmean" ? "batchmean" : reductionOf(args),
      logTarget: args.logTarget === true,
    }),
  layer_norm: (x, args) =>
    nn.functional.layerNorm(at(x, 0), numbers(args, "normalizedShape"), {
      eps: number(args, "eps"),
      ...affineOf(x, args),
    }),
  batch_norm: (x, args) => {
    const [mean, variance] = [at(x, 3).clone(), at(x, 4).clone()];
    const output = nn.functional.batchNorm(at(x, 0), mean, variance, {
      weight: at(x, 1),
      bias: at(x, 2),
      training: args.training === true,
      momentum: number(args, "momentum"),
      eps: number(args, "eps"),
    });
    return { output, extra: { runningMeanAfter: mean, runningVarAfter: variance } };
  },
  dropout_eval: (x, args) => nn.functional.dropout(at(x, 0), { p: number(args, "p"), training: false }),
  attention: (x, args) =>
    nn.functional.scaledDotProductAttention(at(x, 0), at(x, 1), at(x, 2), { isCausal: args.causal === true }),
  asin: unary("asin"),
  acos: unary("acos"),
  asinh: unary("asinh"),
  acosh: unary("acosh"),
  atanh: unary("atanh"),
  mish: (x) => F.mish(at(x, 0)),
  atan2: binary("atan2"),
  hardtanh: (x, args) => F.hardtanh(at(x, 0), number(args, "minVal"), number(args, "maxVal")),
  sort: (x, args) => {
    const { values, indices } = at(x, 0).sort(number(args, "dim"), { descending: args.descending === true });
    return { output: values, extra: { indices } };
  },
  topk: (x, args) => {
    const { values, indices } = at(x, 0).topk(number(args, "k"), number(args, "dim"), {
      largest: args.largest === true,
    });
    return { output: values, extra: { indices } };
  },
  scatter: (x, args) => at(x, 0).scatter(number(args, "dim"), at(x, 1), at(x, 2)),
  scatter_value: (x, args) => at(x, 0).scatter(number(args, "dim"), at(x, 1), number(args, "value")),
  scatter_add: (x, args) => at(x, 0).scatterAdd(number(args, "dim"), at(x, 1), at(x, 2)),
  einsum: (x, args) => functional.einsum(String(args.equation), ...x),
  cumprod: (x, args) => at(x, 0).cumprod(number(args, "dim")),
  pad: (x, args) => F.pad(at(x, 0), numbers(args, "pad"), padMode(args), bound(args, "value") ?? 0),
  unfold: (x, args) =>
    F.unfold(at(x, 0), pair(args, "kernel"), {
      dilation: pair(args, "dilation"),
      padding: pair(args, "padding"),
      stride: pair(args, "stride"),
    }),
  group_norm: (x, args) =>
    nn.functional.groupNorm(at(x, 0), number(args, "numGroups"), { eps: number(args, "eps"), ...affineOf(x, args) }),
  adaptive_avg_pool2d: (x, args) => nn.functional.adaptiveAvgPool2d(at(x, 0), numbers(args, "outputSize")),
  adaptive_max_pool2d: (x, args) => {
    const [output, indices] = nn.functional.adaptiveMaxPool2dWithIndices(at(x, 0), numbers(args, "outputSize"));
    return { output, extra: { indices } };
  },
  attention_mask: (x) => {
    const weights = attentionWeights(at(x, 0), at(x, 1), at(x, 3));
    return { output: weights.matmul(at(x, 2)), extra: { weights } };
  },
  lerp: (x) => at(x, 0).lerp(at(x, 1), at(x, 2)),
  lerp_scalar: (x, args) => at(x, 0).lerp(at(x, 1), number(args, "weight")),
  fmod: binary("fmod"),
  fmod_scalar: withNumber("fmod"),
  remainder: binary("remainder"),
  remainder_scalar: withNumber("remainder"),
  norm: (x, args) => at(x, 0).norm(args.p === "inf" ? Infinity : number(args, "p"), dims(args), over(args)),
  floor_divide: binary("floorDivide"),
  div_rounding: (x, args) =>
    at(x, 0).div(at(x, 1), { roundingMode: args.roundingMode === "floor" ? "floor" : "trunc" }),
  div_trunc: (x) => at(x, 0).div(at(x, 1), { roundingMode: "trunc" }),
  div_floor: (x) => at(x, 0).div(at(x, 1), { roundingMode: "floor" }),
  lstm: (x, args, names) => {
    const made = new nn.LSTM(number(args, "inputSize"), number(args, "hiddenSize"), recurrentOf(x, args));
    const { module, leaves, of } = loaded(made, x, names);
    const [h0, c0] = [of("h0"), of("c0")];
    const [output, [hn, cn]] = module(at(x, 0), h0 && c0 ? [h0, c0] : null);
    return { output, extra: { hn, cn }, leaves };
  },
  gru: (x, args, names) => {
    const made = new nn.GRU(number(args, "inputSize"), number(args, "hiddenSize"), recurrentOf(x, args));
    const { module, leaves, of } = loaded(made, x, names);
    const [output, hn] = module(at(x, 0), of("h0"));
    return { output, extra: { hn }, leaves };
  },
  rnn: (x, args, names) => {
    const made = new nn.RNN(number(args, "inputSize"), number(args, "hiddenSize"), recurrentOf(x, args));
    const { module, leaves, of } = loaded(made, x, names);
    const [output, hn] = module(at(x, 0), of("h0"));
    return { output, extra: { hn }, leaves };
  },
  multihead_attention: (x, args, names) => {
    const made = new nn.MultiheadAttention(number(args, "embedDim"), number(args, "numHeads"), {
      bias: args.bias === true,
      batchFirst: args.batchFirst === true,
      dtype: at(x, 0).dtype,
    });
    const { module, leaves, of } = loaded(made, x, names);
    const [query, key, value] = ["query", "key", "value"].map(of);
    assert.ok(query && key && value);
    const [output, attnWeights] = module(query, key, value, {
      attnMask: of("attn_mask"),
      keyPaddingMask: of("key_padding_mask"),
      averageAttnWeights: args.averageAttnWeights === true,
    });
    assert.ok(attnWeights);
    return { output, extra: { attnWeights }, leaves };
  },
  transformer_encoder_layer: (x, args, names) => {
    const made = new nn.TransformerEncoderLayer(number(args, "dModel"), number(args, "nhead"), {
      dimFeedforward: number(args, "dimFeedforward"),
      dropout: 0,
      activation: args.activation === "gelu" ? "gelu" : "relu",
      layerNormEps: number(args, "layerNormEps"),
      batchFirst: args.batchFirst === true,
      normFirst: args.normFirst === true,
      dtype: at(x, 0).dtype,
    });
    const { module, leaves, of } = loaded(made, x, names);
    const output = module(at(x, 0), { srcMask: of("src_mask"), srcKeyPaddingMask: of("src_key_padding_mask") });
    return { output, extra: {}, leaves };
  },
} as const satisfies Readonly<Record<string, Row>>;

/** The row of a golden op name; prefixes such as "double:" and "mixed:" name the kind of case, "call:" a call by PyTorch's name. */
export function rowOf(op: string): Row | undefined {
  if (op.startsWith("call:")) return call(op.slice("call:".length));
  const name = op.slice(op.indexOf(":") + 1);
  return Object.entries(rows).find(([key]) => key === name)?.[1];
}
