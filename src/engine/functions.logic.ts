import type { CloseOptions } from "./ops/bounds";
import type { Dims } from "./shape";
import type { Keep, Operand, Tensor } from "./tensor";

/**
 * The elementwise larger of two; of a NaN and a number the number. Ties: all of the gradient to a.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast. Source: torch.fmax.
 */
export const fmax = (a: Tensor, b: Tensor): Tensor => a.fmax(b);
/**
 * The elementwise smaller of two; of a NaN and a number the number. Ties: all of the gradient to a.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast. Source: torch.fmin.
 */
export const fmin = (a: Tensor, b: Tensor): Tensor => a.fmin(b);
/**
 * Limits from below by a number or a tensor.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast. Source: torch.clamp_min.
 */
export const clampMin = (a: Tensor, min: Tensor | number): Tensor => a.clampMin(min);
/**
 * Limits from above by a number or a tensor.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast. Source: torch.clamp_max.
 */
export const clampMax = (a: Tensor, max: Tensor | number): Tensor => a.clampMax(max);

/** true where it is +Infinity. Shapes: any → the same, bool. Source: torch.isposinf. */
export const isposinf = (a: Tensor): Tensor => a.isposinf();
/** true where it is −Infinity. Shapes: any → the same, bool. Source: torch.isneginf. */
export const isneginf = (a: Tensor): Tensor => a.isneginf();
/**
 * true where |a − b| ≤ atol + rtol · |b| (1e-8 and 1e-5).
 * Shapes: two that broadcast → their common shape, bool. Errors: shapes that do not broadcast; two dtypes.
 * Source: torch.isclose.
 */
export const isclose = (a: Tensor, b: Tensor, options?: CloseOptions): Tensor => a.isclose(b, options);
/**
 * Whether every pair of elements is close.
 * Shapes: two that broadcast → one boolean. Errors: shapes that do not broadcast; two dtypes. Source: torch.allclose.
 */
export const allclose = (a: Tensor, b: Tensor, options?: CloseOptions): boolean => a.allclose(b, options);
/** Whether shape and all elements are the same. Shapes: two of any shapes → one boolean. Source: torch.equal. */
export const equal = (a: Tensor, b: Tensor): boolean => a.equal(b);

/**
 * Bits that both have.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; floats.
 * Source: torch.bitwise_and.
 */
export const bitwiseAnd = (a: Tensor, b: Operand): Tensor => a.bitwiseAnd(b);
/**
 * Bits that one has.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; floats.
 * Source: torch.bitwise_or.
 */
export const bitwiseOr = (a: Tensor, b: Operand): Tensor => a.bitwiseOr(b);
/**
 * Bits that exactly one has.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; floats.
 * Source: torch.bitwise_xor.
 */
export const bitwiseXor = (a: Tensor, b: Operand): Tensor => a.bitwiseXor(b);
/** Bits turned round; of a bool its opposite. Shapes: any → the same. Errors: floats. Source: torch.bitwise_not. */
export const bitwiseNot = (a: Tensor): Tensor => a.bitwiseNot();
/**
 * a · 2ᵇ of integers.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; floats.
 * Source: torch.bitwise_left_shift.
 */
export const bitwiseLeftShift = (a: Tensor, b: Operand): Tensor => a.bitwiseLeftShift(b);
/**
 * ⌊a / 2ᵇ⌋ of integers.
 * Shapes: two that broadcast → their common shape. Errors: shapes that do not broadcast; floats.
 * Source: torch.bitwise_right_shift.
 */
export const bitwiseRightShift = (a: Tensor, b: Operand): Tensor => a.bitwiseRightShift(b);

/**
 * The smallest and the largest, of all or along a dim; ties share the gradient.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: an empty tensor without a dim; a dim
 * out of range. Source: torch.aminmax.
 */
export const aminmax = (
  a: Tensor,
  dim?: number | null,
  options?: Keep,
): { readonly min: Tensor; readonly max: Tensor } => a.aminmax(dim, options);
/**
 * The sum over dims (all by default) with NaN as 0.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
 * Source: torch.nansum.
 */
export const nansum = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.nansum(dim, options);
/**
 * The mean over dims (all by default) of what is not NaN.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; integers and
 * booleans. Source: torch.nanmean.
 */
export const nanmean = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.nanmean(dim, options);
/**
 * How many elements are not zero, over dims (int64).
 * Shapes: any → 0-d, or without the dims given. Errors: a dim out of range. Source: torch.count_nonzero.
 */
export const countNonzero = (a: Tensor, dim?: Dims): Tensor => a.countNonzero(dim);
