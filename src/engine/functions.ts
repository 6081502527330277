import { apply } from "./apply";
import { argumentError } from "./errors";
import { calling } from "./op";
import { addmm } from "./ops/matmul";
import { checkReduction, mse, type Reduction } from "./ops/loss";
import { sameShape, type Shape, sizes } from "./shape";
import { type Limits, type Operand, Tensor } from "./tensor";
import { warn } from "./warn";

/** A tensor or a number on the left of an op whose other side is a tensor. */
type Left = Tensor | number;

function tensorOf(a: Left, b: Operand, name: string): Tensor {
  if (a instanceof Tensor) return a;
  if (b instanceof Tensor) return b.scalar(a);
  throw argumentError(`${name}() needs a Tensor`, "Plain numbers are added with JavaScript's operators.");
}

/**
 * a + alpha · b. `add(tensor([1, 2]), 10)` is `[11, 12]`.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; a fractional alpha for
 * integers.
 */
export function add(a: Left, b: Operand, options: { readonly alpha?: number } = {}): Tensor {
  if (typeof a === "number" && b instanceof Tensor && options.alpha === undefined) return b.add(a);
  return tensorOf(a, b, "add").add(b, options);
}
/**
 * a − alpha · b.
 * Shapes: two that broadcast → their common shape. Errors: booleans; shapes that do not broadcast; a fractional alpha
 * for integers.
 */
export function sub(a: Left, b: Operand, options: { readonly alpha?: number } = {}): Tensor {
  if (typeof a === "number" && b instanceof Tensor && options.alpha === undefined) return b.rsub(a);
  return tensorOf(a, b, "sub").sub(b, options);
}
/** a · b, element by element. Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast. */
export function mul(a: Left, b: Operand): Tensor {
  if (typeof a === "number" && b instanceof Tensor) return b.mul(a);
  return tensorOf(a, b, "mul").mul(b);
}
/**
 * a / b, element by element; whole numbers give float32.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast.
 */
export function div(a: Left, b: Operand): Tensor {
  if (typeof a === "number" && b instanceof Tensor) return b.reciprocal().mul(a);
  return tensorOf(a, b, "div").div(b);
}
/**
 * a to the power b, element by element.
 * Shapes: two that broadcast → their common shape. Errors: an integer to a negative power; shapes that do not
 * broadcast.
 */
export function pow(a: Left, b: Tensor | number): Tensor {
  if (typeof a === "number" && b instanceof Tensor) return b.rpow(a);
  return tensorOf(a, b, "pow").pow(b);
}

/** a + value · b · c. Shapes: three that broadcast → their common shape. Errors: shapes that do not broadcast. */
export const addcmul = (a: Tensor, b: Tensor, c: Tensor, options: { readonly value?: number } = {}): Tensor =>
  a.addcmul(b, c, options);
/**
 * a + value · b / c.
 * Shapes: three that broadcast → their common shape. Errors: shapes that do not broadcast; integer operands.
 */
export const addcdiv = (a: Tensor, b: Tensor, c: Tensor, options: { readonly value?: number } = {}): Tensor =>
  a.addcdiv(b, c, options);
/** The opposite, −a. Shapes: any → the same. Errors: booleans. */
export const neg = (a: Tensor): Tensor => a.neg();
/** The absolute value, |a|. Shapes: any → the same. Errors: booleans. */
export const abs = (a: Tensor): Tensor => a.abs();
/** e to the power a: the exponential function. Shapes: any → the same. Integers give float32. */
export const exp = (a: Tensor): Tensor => a.exp();
/** e to the power a, minus 1, exact near 0. Shapes: any → the same. Integers give float32. */
export const expm1 = (a: Tensor): Tensor => a.expm1();
/** The natural logarithm; −Infinity at 0, NaN below. Shapes: any → the same. Integers give float32. */
export const log = (a: Tensor): Tensor => a.log();
/** ln(1 + a), exact near 0. Shapes: any → the same. Integers give float32. */
export const log1p = (a: Tensor): Tensor => a.log1p();
/** The logarithm to base 2. Shapes: any → the same. Integers give float32. */
export const log2 = (a: Tensor): Tensor => a.log2();
/** The square root; NaN below 0. Shapes: any → the same. Integers give float32. */
export const sqrt = (a: Tensor): Tensor => a.sqrt();
/** 1 / √a, the reciprocal of the square root. Shapes: any → the same. Integers give float32. */
export const rsqrt = (a: Tensor): Tensor => a.rsqrt();
/** a², each element times itself. Shapes: any → the same. */
export const square = (a: Tensor): Tensor => a.square();
/** 1 / a; ±Infinity at 0. Shapes: any → the same. Integers give float32. */
export const reciprocal = (a: Tensor): Tensor => a.reciprocal();
/** The sine; the elements are radians. Shapes: any → the same. Integers give float32. */
export const sin = (a: Tensor): Tensor => a.sin();
/** The cosine; the elements are radians. Shapes: any → the same. Integers give float32. */
export const cos = (a: Tensor): Tensor => a.cos();
/** The tangent; the elements are radians. Shapes: any → the same. Integers give float32. */
export const tan = (a: Tensor): Tensor => a.tan();
/** The arc tangent, in radians. Shapes: any → the same. Integers give float32. */
export const atan = (a: Tensor): Tensor => a.atan();
/** The hyperbolic sine, (eᵃ − e⁻ᵃ) / 2. Shapes: any → the same. Integers give float32. */
export const sinh = (a: Tensor): Tensor => a.sinh();
/** The hyperbolic cosine, (eᵃ + e⁻ᵃ) / 2. Shapes: any → the same. Integers give float32. */
export const cosh = (a: Tensor): Tensor => a.cosh();
/** The hyperbolic tangent, (eᵃ − e⁻ᵃ) / (eᵃ + e⁻ᵃ), between −1 and 1. Shapes: any → the same. Integers give float32. */
export const tanh = (a: Tensor): Tensor => a.tanh();
/** The logistic function, 1 / (1 + e⁻ᵃ), between 0 and 1. Shapes: any → the same. Integers give float32. */
export const sigmoid = (a: Tensor): Tensor => a.sigmoid();
/** max(a, 0): negative elements become 0. Shapes: any → the same. Errors: booleans. */
export const relu = (a: Tensor): Tensor => a.relu();
/** The sign: −1, 0 or 1. Shapes: any → the same. */
export const sign = (a: Tensor): Tensor => a.sign();
/** The next integer below. Shapes: any → the same. Errors: booleans. */
export const floor = (a: Tensor): Tensor => a.floor();
/** The next integer above. Shapes: any → the same. Errors: booleans. */
export const ceil = (a: Tensor): Tensor => a.ceil();
/** The nearest integer, halves to even. Shapes: any → the same. Errors: booleans. */
export const round = (a: Tensor): Tensor => a.round();
/**
 * Limits to [min, max], numbers or tensors that broadcast; the gradient passes at the bounds.
 * Shapes: with numbers any → the same; tensors broadcast → their common shape. Errors: no bounds; bounds that do not
 * broadcast. Source: torch.clamp.
 */
export const clamp = (a: Tensor, limits: Limits): Tensor => a.clamp(limits);
/**
 * The elementwise larger of two.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast.
 */
export const maximum = (a: Tensor, b: Tensor): Tensor => a.maximum(b);
/**
 * The elementwise smaller of two.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast.
 */
export const minimum = (a: Tensor, b: Tensor): Tensor => a.minimum(b);

/** a = b. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
export const eq = (a: Tensor, b: Operand): Tensor => a.eq(b);
/** a ≠ b. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
export const ne = (a: Tensor, b: Operand): Tensor => a.ne(b);
/** a < b. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
export const lt = (a: Tensor, b: Operand): Tensor => a.lt(b);
/** a ≤ b. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
export const le = (a: Tensor, b: Operand): Tensor => a.le(b);
/** a > b. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
export const gt = (a: Tensor, b: Operand): Tensor => a.gt(b);
/** a ≥ b. Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast. */
export const ge = (a: Tensor, b: Operand): Tensor => a.ge(b);
/**
 * true where neither is zero.
 * Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast.
 */
export const logicalAnd = (a: Tensor, b: Tensor): Tensor => a.logicalAnd(b);
/**
 * true where at least one is not zero.
 * Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast.
 */
export const logicalOr = (a: Tensor, b: Tensor): Tensor => a.logicalOr(b);
/**
 * true where exactly one is not zero.
 * Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast.
 */
export const logicalXor = (a: Tensor, b: Tensor): Tensor => a.logicalXor(b);
/** true where it is zero. Shapes: any → the same, bool. */
export const logicalNot = (a: Tensor): Tensor => a.logicalNot();
/** true where it is NaN. Shapes: any → the same, bool. */
export const isnan = (a: Tensor): Tensor => a.isnan();
/** true where it is ±Infinity. Shapes: any → the same, bool. */
export const isinf = (a: Tensor): Tensor => a.isinf();
/** true where it is neither NaN nor infinite. Shapes: any → the same, bool. */
export const isfinite = (a: Tensor): Tensor => a.isfinite();
/**
 * `a` where the condition is true, else `b`. `where(tensor([true, false]), tensor([1, 2]), 0)` is `[1, 0]`.
 * Shapes: condition and two values that broadcast → their common shape. Errors: a condition that is not bool; shapes
 * that do not broadcast.
 */
export function where(condition: Tensor, a: Left, b: Left): Tensor {
  return condition.where(constantBeside(a, b), constantBeside(b, a));
}
function constantBeside(value: Left, other: Left): Tensor {
  if (value instanceof Tensor) return value;
  if (other instanceof Tensor) return other.scalar(value);
  throw argumentError("where() needs a Tensor for one of its values", "Use full() for a constant.");
}
/**
 * `a` with `value` (a number or a 0-d tensor) where the mask is true.
 * Shapes: a and mask broadcast → their common shape. Errors: a value that is not 0-d; shapes that do not broadcast.
 */
export const maskedFill = (a: Tensor, mask: Tensor, value: Tensor | number): Tensor => a.maskedFill(mask, value);

/**
 * input · weightᵀ + bias, the layer of a neural network; by rank as PyTorch runs it.
 * Shapes: input […, in], weight [out, in], bias [out] → […, out]. Errors: sizes that do not fit; two dtypes; booleans.
 */
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

/**
 * The squared error (input − target)², its mean by default.
 * Shapes: two that broadcast (and warn unless equal) → 0-d, or their common shape with "none". Errors: shapes that do
 * not broadcast; an unknown reduction; integers and booleans.
 */
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

/**
 * Another shape, over the same memory where that is possible, else a copy.
 * Shapes: any → the shape given, −1 for one size that follows. Errors: sizes whose product differs.
 */
export const reshape = (a: Tensor, shape: Shape): Tensor => a.reshape(shape);
/**
 * Dims `startDim` to `endDim` as one; all of them by default.
 * Shapes: […, startDim … endDim, …] → […, their product, …]; 0-d → [1]. Errors: a dim out of range; startDim after
 * endDim.
 */
export const flatten = (a: Tensor, startDim?: number, endDim?: number): Tensor => a.flatten(startDim, endDim);
/** Two dims swapped. Shapes: any → the same with two sizes swapped. Errors: a dim out of range. */
export const transpose = (a: Tensor, dim0: number, dim1: number): Tensor => a.transpose(dim0, dim1);
/**
 * The transpose of a matrix, over the same memory.
 * Shapes: [n, m] → [m, n]; vectors and 0-d stay. Errors: more than two dims.
 */
export const t = (a: Tensor): Tensor => a.t();
/**
 * The dims in another order, over the same memory.
 * Shapes: any → its sizes in the order given. Errors: a dim out of range, missing or named twice.
 */
export const permute = (a: Tensor, dims: readonly number[]): Tensor => a.permute(dims);
/**
 * Without the dims of size 1, all of them or those named, over the same memory.
 * Shapes: any → without sizes of 1. Errors: a dim out of range.
 */
export const squeeze = (a: Tensor, dim?: number | readonly number[]): Tensor => a.squeeze(dim);
/** With a new dim of size 1 at `dim`, over the same memory. Shapes: […] → […, 1, …]. Errors: a dim out of range. */
export const unsqueeze = (a: Tensor, dim: number): Tensor => a.unsqueeze(dim);
/**
 * `length` elements along `dim` from `start`, over the same memory.
 * Shapes: […, n, …] → […, length, …]. Errors: 0-d; a dim out of range; a stretch that leaves the dim.
 */
export const narrow = (a: Tensor, dim: number, start: number, length: number): Tensor => a.narrow(dim, start, length);
/**
 * The slice at `index` of `dim`, without that dim, over the same memory.
 * Shapes: […, n, …] → […]. Errors: 0-d; a dim or an index out of range.
 */
export const select = (a: Tensor, dim: number, index: number): Tensor => a.select(dim, index);
/**
 * Views of `splitSize` elements along a dim, the last perhaps smaller, or of the sizes listed.
 * Shapes: […, n, …] → parts […, size, …]. Errors: 0-d; a dim out of range; sizes below 0 or whose sum is not n.
 */
export const split = (a: Tensor, splitSize: number | readonly number[], dim?: number): readonly Tensor[] =>
  a.split(splitSize, dim);
/**
 * A number of views along a dim, the last perhaps smaller.
 * Shapes: […, n, …] → parts […, ⌈n / chunks⌉, …]. Errors: 0-d; a dim out of range; fewer chunks than 1.
 */
export const chunk = (a: Tensor, chunks: number, dim?: number): readonly Tensor[] => a.chunk(chunks, dim);
/**
 * The elements along a dim at the places that an index names: y[i][j] = a[index[i][j]][j] for dim 0.
 * Shapes: any, index of the same rank → index's. Errors: an index that is not int64, of another rank or out of range; a
 * dim out of range.
 */
export const gather = (a: Tensor, dim: number, index: Tensor): Tensor => a.gather(dim, index);
/**
 * The slices along a dim that a vector of indices names.
 * Shapes: […, n, …], index [k] → […, k, …]. Errors: an index that is no integer vector or out of range; a dim out of
 * range.
 */
export const indexSelect = (a: Tensor, dim: number, index: Tensor): Tensor => a.indexSelect(dim, index);
/** A copy in memory of its own that gradients flow through. Shapes: any → the same. */
export const clone = (a: Tensor): Tensor => a.clone();
