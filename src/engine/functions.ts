import { apply, calling } from "./apply";
import { argumentError } from "./errors";
import { addmm } from "./ops/matmul";
import { checkReduction, mse, type Reduction } from "./ops/loss";
import { type Dims, sameShape, type Shape, sizes } from "./shape";
import { type Extremes, type Keep, type Limits, type Operand, type Spread, Tensor } from "./tensor";
import { warn } from "./warn";

/** A tensor or a number on the left of an op whose other side is a tensor. */
type Left = Tensor | number;

function tensorOf(a: Left, b: Operand, name: string): Tensor {
  if (a instanceof Tensor) return a;
  if (b instanceof Tensor) return b.scalar(a);
  throw argumentError(`${name}() needs a Tensor`, "Plain numbers are added with JavaScript's operators.");
}

/** a + alpha · b. */
export function add(a: Left, b: Operand, options: { readonly alpha?: number } = {}): Tensor {
  if (typeof a === "number" && b instanceof Tensor && options.alpha === undefined) return b.add(a);
  return tensorOf(a, b, "add").add(b, options);
}
/** a − alpha · b. */
export function sub(a: Left, b: Operand, options: { readonly alpha?: number } = {}): Tensor {
  if (typeof a === "number" && b instanceof Tensor && options.alpha === undefined) return b.rsub(a);
  return tensorOf(a, b, "sub").sub(b, options);
}
/** Elementwise product. */
export function mul(a: Left, b: Operand): Tensor {
  if (typeof a === "number" && b instanceof Tensor) return b.mul(a);
  return tensorOf(a, b, "mul").mul(b);
}
/** Elementwise quotient. */
export function div(a: Left, b: Operand): Tensor {
  if (typeof a === "number" && b instanceof Tensor) return b.reciprocal().mul(a);
  return tensorOf(a, b, "div").div(b);
}
/** a to the power b. */
export function pow(a: Left, b: Tensor | number): Tensor {
  if (typeof a === "number" && b instanceof Tensor) return b.rpow(a);
  return tensorOf(a, b, "pow").pow(b);
}

/** a + value · b · c. */
export const addcmul = (a: Tensor, b: Tensor, c: Tensor, options: { readonly value?: number } = {}): Tensor =>
  a.addcmul(b, c, options);
/** a + value · b / c. */
export const addcdiv = (a: Tensor, b: Tensor, c: Tensor, options: { readonly value?: number } = {}): Tensor =>
  a.addcdiv(b, c, options);
/** −a. */
export const neg = (a: Tensor): Tensor => a.neg();
/** |a|. */
export const abs = (a: Tensor): Tensor => a.abs();
/** e to the power a. */
export const exp = (a: Tensor): Tensor => a.exp();
/** e to the power a, minus 1. */
export const expm1 = (a: Tensor): Tensor => a.expm1();
/** The natural logarithm. */
export const log = (a: Tensor): Tensor => a.log();
/** ln(1 + a). */
export const log1p = (a: Tensor): Tensor => a.log1p();
/** The logarithm to base 2. */
export const log2 = (a: Tensor): Tensor => a.log2();
/** The square root. */
export const sqrt = (a: Tensor): Tensor => a.sqrt();
/** 1 / √a. */
export const rsqrt = (a: Tensor): Tensor => a.rsqrt();
/** a². */
export const square = (a: Tensor): Tensor => a.square();
/** 1 / a. */
export const reciprocal = (a: Tensor): Tensor => a.reciprocal();
/** The sine of radians. */
export const sin = (a: Tensor): Tensor => a.sin();
/** The cosine of radians. */
export const cos = (a: Tensor): Tensor => a.cos();
/** The tangent of radians. */
export const tan = (a: Tensor): Tensor => a.tan();
/** The arc tangent, in radians. */
export const atan = (a: Tensor): Tensor => a.atan();
/** The hyperbolic sine. */
export const sinh = (a: Tensor): Tensor => a.sinh();
/** The hyperbolic cosine. */
export const cosh = (a: Tensor): Tensor => a.cosh();
/** The hyperbolic tangent. */
export const tanh = (a: Tensor): Tensor => a.tanh();
/** 1 / (1 + e^−a). */
export const sigmoid = (a: Tensor): Tensor => a.sigmoid();
/** max(a, 0). */
export const relu = (a: Tensor): Tensor => a.relu();
/** −1, 0 or 1. */
export const sign = (a: Tensor): Tensor => a.sign();
/** The next integer below. */
export const floor = (a: Tensor): Tensor => a.floor();
/** The next integer above. */
export const ceil = (a: Tensor): Tensor => a.ceil();
/** The nearest integer, halves to even. */
export const round = (a: Tensor): Tensor => a.round();
/** Limits to [min, max], numbers or tensors that broadcast; the gradient passes at the bounds. Source: torch.clamp. */
export const clamp = (a: Tensor, limits: Limits): Tensor => a.clamp(limits);
/** The elementwise larger of two. */
export const maximum = (a: Tensor, b: Tensor): Tensor => a.maximum(b);
/** The elementwise smaller of two. */
export const minimum = (a: Tensor, b: Tensor): Tensor => a.minimum(b);

/** a = b. */
export const eq = (a: Tensor, b: Operand): Tensor => a.eq(b);
/** a ≠ b. */
export const ne = (a: Tensor, b: Operand): Tensor => a.ne(b);
/** a < b. */
export const lt = (a: Tensor, b: Operand): Tensor => a.lt(b);
/** a ≤ b. */
export const le = (a: Tensor, b: Operand): Tensor => a.le(b);
/** a > b. */
export const gt = (a: Tensor, b: Operand): Tensor => a.gt(b);
/** a ≥ b. */
export const ge = (a: Tensor, b: Operand): Tensor => a.ge(b);
/** Where neither is zero. */
export const logicalAnd = (a: Tensor, b: Tensor): Tensor => a.logicalAnd(b);
/** Where one is not zero. */
export const logicalOr = (a: Tensor, b: Tensor): Tensor => a.logicalOr(b);
/** Where exactly one is not zero. */
export const logicalXor = (a: Tensor, b: Tensor): Tensor => a.logicalXor(b);
/** Where it is zero. */
export const logicalNot = (a: Tensor): Tensor => a.logicalNot();
/** Where it is NaN. */
export const isnan = (a: Tensor): Tensor => a.isnan();
/** Where it is ±Infinity. */
export const isinf = (a: Tensor): Tensor => a.isinf();
/** Where it is neither NaN nor infinite. */
export const isfinite = (a: Tensor): Tensor => a.isfinite();
/** `a` where the condition holds, else `b`. */
export function where(condition: Tensor, a: Left, b: Left): Tensor {
  return condition.where(constantBeside(a, b), constantBeside(b, a));
}
function constantBeside(value: Left, other: Left): Tensor {
  if (value instanceof Tensor) return value;
  if (other instanceof Tensor) return other.scalar(value);
  throw argumentError("where() needs a Tensor for one of its values", "Use full() for a constant.");
}
/** `a` with `value` where the mask holds. */
export const maskedFill = (a: Tensor, mask: Tensor, value: Tensor | number): Tensor => a.maskedFill(mask, value);

/** The sum over dims (all by default). */
export const sum = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.sum(dim, options);
/** The mean over dims (all by default). */
export const mean = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.mean(dim, options);
/** The product over dims (all by default). */
export const prod = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.prod(dim, options);
/** The variance over dims: PyTorch's `var`, a reserved word here. */
export const variance = (a: Tensor, dim?: Dims, options?: Spread): Tensor => a.var(dim, options);
/** The standard deviation over dims. */
export const std = (a: Tensor, dim?: Dims, options?: Spread): Tensor => a.std(dim, options);
/** The largest element; along a dim, the largest values and where they lie; with a tensor, the larger of two. */
export function max(a: Tensor, other?: Tensor): Tensor;
export function max(a: Tensor, dim: number, options?: Keep): Extremes;
export function max(a: Tensor, dim?: number | Tensor, options?: Keep): Tensor | Extremes {
  if (dim instanceof Tensor) return a.maximum(dim);
  return dim === undefined ? a.max() : a.max(dim, options);
}
/** The smallest element; along a dim, the smallest values and where they lie; with a tensor, the smaller of two. */
export function min(a: Tensor, other?: Tensor): Tensor;
export function min(a: Tensor, dim: number, options?: Keep): Extremes;
export function min(a: Tensor, dim?: number | Tensor, options?: Keep): Tensor | Extremes {
  if (dim instanceof Tensor) return a.minimum(dim);
  return dim === undefined ? a.min() : a.min(dim, options);
}
/** The largest over dims; ties share the gradient. */
export const amax = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.amax(dim, options);
/** The smallest over dims; ties share the gradient. */
export const amin = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.amin(dim, options);
/** Where the largest lies (int64). */
export const argmax = (a: Tensor, dim?: number | null, options?: Keep): Tensor => a.argmax(dim, options);
/** Where the smallest lies (int64). */
export const argmin = (a: Tensor, dim?: number | null, options?: Keep): Tensor => a.argmin(dim, options);
/** Whether any element is not zero. */
export const any = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.any(dim, options);
/** Whether no element is zero. */
export const all = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.all(dim, options);
/** exp(a) / Σ exp(a) along a dim. */
export const softmax = (a: Tensor, dim: number): Tensor => a.softmax(dim);
/** The logarithm of softmax along a dim. */
export const logSoftmax = (a: Tensor, dim: number): Tensor => a.logSoftmax(dim);
/** ln Σ exp(a) over dims. */
export const logsumexp = (a: Tensor, dim: number | readonly number[], options?: Keep): Tensor =>
  a.logsumexp(dim, options);

/** The matrix product by rank. */
export const matmul = (a: Tensor, b: Tensor): Tensor => a.matmul(b);
/** [n, k] · [k, m] → [n, m]. */
export const mm = (a: Tensor, b: Tensor): Tensor => a.mm(b);
/** [b, n, k] · [b, k, m] → [b, n, m]. */
export const bmm = (a: Tensor, b: Tensor): Tensor => a.bmm(b);
/** [n, k] · [k] → [n]. */
export const mv = (a: Tensor, b: Tensor): Tensor => a.mv(b);
/** [n] · [n] → []. */
export const dot = (a: Tensor, b: Tensor): Tensor => a.dot(b);
/** [n] ⊗ [m] → [n, m]. */
export const outer = (a: Tensor, b: Tensor): Tensor => a.outer(b);

/** input · weightᵀ + bias: weight [out, in], bias [out], input [..., in]. By rank as PyTorch runs it. */
export function linear(input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  const turned = weight.t();
  if (bias === null) return input.matmul(turned);
  if (input.shape.length === 2) return apply(addmm, [bias, input, turned]);
  if (input.shape.length === 3 && input.isContiguous()) {
    const [batch = 1, rows = 1, width = 1] = input.shape;
    return apply(addmm, [bias, input.reshape(batch * rows, width), turned]).view(batch, rows, weight.size(0));
  }
  return input.matmul(turned).add(bias);
}

/** (input − target)², its mean by default. */
export function mseLoss(input: Tensor, target: Tensor, options: { readonly reduction?: Reduction } = {}): Tensor {
  const reduction = options.reduction ?? "mean";
  checkReduction(reduction);
  if (!sameShape(input.shape, target.shape)) {
    warn(
      `Using a target size (torch.Size(${sizes(target.shape)})) that is different to the input size (torch.Size(${sizes(input.shape)})). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.`,
    );
  }
  return apply(mse, [input, target], calling({ reduction }));
}

/** Another shape, copying only when it must. */
export const reshape = (a: Tensor, shape: Shape): Tensor => a.reshape(shape);
/** Dims `startDim` to `endDim` as one. */
export const flatten = (a: Tensor, startDim?: number, endDim?: number): Tensor => a.flatten(startDim, endDim);
/** Two dims swapped. */
export const transpose = (a: Tensor, dim0: number, dim1: number): Tensor => a.transpose(dim0, dim1);
/** The transpose of a matrix. */
export const t = (a: Tensor): Tensor => a.t();
/** The dims in another order. */
export const permute = (a: Tensor, dims: readonly number[]): Tensor => a.permute(dims);
/** Without dims of size 1. */
export const squeeze = (a: Tensor, dim?: number | readonly number[]): Tensor => a.squeeze(dim);
/** With a new dim of size 1. */
export const unsqueeze = (a: Tensor, dim: number): Tensor => a.unsqueeze(dim);
/** `length` elements along `dim` from `start`. */
export const narrow = (a: Tensor, dim: number, start: number, length: number): Tensor => a.narrow(dim, start, length);
/** The slice at `index` of `dim`, without that dim. */
export const select = (a: Tensor, dim: number, index: number): Tensor => a.select(dim, index);
/** Views of `splitSize` elements along a dim. */
export const split = (a: Tensor, splitSize: number | readonly number[], dim?: number): readonly Tensor[] =>
  a.split(splitSize, dim);
/** A number of views along a dim. */
export const chunk = (a: Tensor, chunks: number, dim?: number): readonly Tensor[] => a.chunk(chunks, dim);
/** Elements along a dim at the places that an int64 tensor names. */
export const gather = (a: Tensor, dim: number, index: Tensor): Tensor => a.gather(dim, index);
/** The slices along a dim that an int64 vector names. */
export const indexSelect = (a: Tensor, dim: number, index: Tensor): Tensor => a.indexSelect(dim, index);
/** A copy that gradients flow through. */
export const clone = (a: Tensor): Tensor => a.clone();
