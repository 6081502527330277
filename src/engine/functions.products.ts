import { runtimeError } from "./errors";
import { dimension, dimensions, numel, sizes } from "./shape";
import type { Tensor } from "./tensor";

/**
 * The matrix product, by rank: vectors, matrices or broadcast batches of them.
 * `matmul(tensor([[1, 2]]), tensor([[3], [4]]))` is `[[11]]`.
 * Shapes: [n] · [n] → 0-d, […, n, k] · [k] → […, n], […, n, k] · […, k, m] → […, n, m]; leading dims broadcast. Errors:
 * 0-d operands; inner sizes that differ; two dtypes; booleans.
 */
export const matmul = (a: Tensor, b: Tensor): Tensor => a.matmul(b);
/**
 * The product of two matrices.
 * Shapes: [n, k] · [k, m] → [n, m]. Errors: other ranks; inner sizes that differ; two dtypes; booleans.
 */
export const mm = (a: Tensor, b: Tensor): Tensor => a.mm(b);
/**
 * The product of each pair of matrices in two batches.
 * Shapes: [b, n, k] · [b, k, m] → [b, n, m]. Errors: other ranks; sizes that do not fit; two dtypes; booleans.
 */
export const bmm = (a: Tensor, b: Tensor): Tensor => a.bmm(b);
/**
 * The product of a matrix and a vector.
 * Shapes: [n, k] · [k] → [n]. Errors: other ranks; inner sizes that differ; two dtypes; booleans.
 */
export const mv = (a: Tensor, b: Tensor): Tensor => a.mv(b);
/**
 * The sum of the products of two vectors.
 * Shapes: [n] · [n] → 0-d. Errors: other ranks; lengths that differ; two dtypes; booleans.
 */
export const dot = (a: Tensor, b: Tensor): Tensor => a.dot(b);
/** Every product of an element of a with one of b. Shapes: [n], [m] → [n, m]. Errors: other ranks. */
export const outer = (a: Tensor, b: Tensor): Tensor => a.outer(b);

/**
 * Sums of products over the last dims of both; 0-d operands multiply.
 * Shapes: […, k], [… , k] → the other dims of a, then of b. Errors: last sizes that differ; two dtypes.
 * Source: torch.inner.
 */
export function inner(a: Tensor, b: Tensor): Tensor {
  if (a.ndim === 0 || b.ndim === 0) return a.mul(b);
  if (a.size(-1) !== b.size(-1)) {
    throw runtimeError(
      `inner() the last dimension must match on both input tensors but got shapes ${sizes(a.shape)} and ${sizes(b.shape)}`,
      "Make the last sizes equal.",
    );
  }
  return tensordot(a, b, [[a.ndim - 1], [b.ndim - 1]]);
}

/**
 * The dot product of two vectors of real numbers.
 * Shapes: [n], [n] → 0-d. Errors: other ranks; lengths that differ; two dtypes; booleans. Source: torch.vdot.
 */
export const vdot = (a: Tensor, b: Tensor): Tensor => a.dot(b);

/**
 * Sums of products over dims: the last `dims` of a with the first of b (2 by default), or the dims listed for each.
 * Result: the other dims of a, then of b.
 * Shapes: dims of both that are left → [… of a, … of b]. Errors: lists of different length; sizes that differ; a dim
 * out of range. Source: torch.tensordot.
 */
export function tensordot(
  a: Tensor,
  b: Tensor,
  dims: number | readonly [readonly number[], readonly number[]] = 2,
): Tensor {
  const [left, right] =
    typeof dims === "number"
      ? [Array.from({ length: dims }, (_, k) => a.ndim - dims + k), Array.from({ length: dims }, (_, k) => k)]
      : [dims[0].map((d) => dimension(d, a.ndim)), dims[1].map((d) => dimension(d, b.ndim))];
  if (left.length !== right.length) {
    throw runtimeError("both dimension lists should have same length", `They have ${left.length} and ${right.length}.`);
  }
  left.forEach((d, k) => {
    const other = right[k] ?? 0;
    if (a.size(d) !== b.size(other)) {
      throw runtimeError(
        `contracted dimensions need to match, but first has size ${a.size(d)} in dim ${d} and second has size ${b.size(other)} in dim ${other}`,
        "Make these sizes equal.",
      );
    }
  });
  const rows = rest(a, left);
  const columns = rest(b, right);
  const k = numel(left.map((d) => a.size(d)));
  const leftShape = rows.map((d) => a.size(d));
  const rightShape = columns.map((d) => b.size(d));
  const first = a.permute([...rows, ...left]).reshape(numel(leftShape), k);
  const second = b.permute([...right, ...columns]).reshape(k, numel(rightShape));
  return first.mm(second).reshape([...leftShape, ...rightShape]);
}

function rest(x: Tensor, dims: readonly number[]): number[] {
  return x.shape.map((_, d) => d).filter((d) => !dims.includes(d));
}

/**
 * Every product of an element of a with one of b, b laid out at each element of a.
 * Shapes: [n, m], [p, q] → [n · p, m · q]; smaller ranks get dims of 1 in front. Source: torch.kron.
 */
export function kron(a: Tensor, b: Tensor): Tensor {
  const rank = Math.max(a.ndim, b.ndim);
  const padded = (x: Tensor) => [...Array.from({ length: rank - x.ndim }, () => 1), ...x.shape];
  const [left, right] = [padded(a), padded(b)];
  const wide = a.reshape(left.flatMap((size) => [size, 1])).mul(b.reshape(right.flatMap((size) => [1, size])));
  return wide.reshape(left.map((size, d) => size * (right[d] ?? 1)));
}

/**
 * The p-norm of a − b, 0-d.
 * Shapes: two that broadcast → 0-d. Errors: shapes that do not broadcast; an empty dim; integers and booleans.
 * Source: torch.dist.
 */
export const dist = (a: Tensor, b: Tensor, p = 2): Tensor => a.sub(b).norm(p);

/**
 * p-norms of the differences of every row of a with every row of b.
 * Shapes: […, n, d], […, m, d] → […, n, m]. Errors: vectors; last sizes that differ; integers and booleans.
 * Source: torch.cdist.
 */
export function cdist(a: Tensor, b: Tensor, p = 2): Tensor {
  if (a.ndim < 2 || b.ndim < 2 || a.size(-1) !== b.size(-1)) {
    throw runtimeError(
      `X1 and X2 must have the same number of columns. X1: ${a.ndim === 0 ? 0 : a.size(-1)} X2: ${b.ndim === 0 ? 0 : b.size(-1)}`,
      "Both hold one point in each row.",
    );
  }
  return a.unsqueeze(-2).sub(b.unsqueeze(-3)).norm(p, -1);
}

/**
 * Variance and mean over dims (all by default).
 * Shapes: any → two of 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; integers and
 * booleans. Source: torch.var_mean.
 */
export function varMean(
  a: Tensor,
  dim?: number | readonly number[] | null,
  options: { readonly keepdim?: boolean; readonly correction?: number } = {},
): readonly [variance: Tensor, mean: Tensor] {
  return [a.var(dim, options), a.mean(dimensions(dim, a.ndim), options)];
}
/**
 * Standard deviation and mean over dims (all by default).
 * Shapes: any → two of 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; integers and
 * booleans. Source: torch.std_mean.
 */
export function stdMean(
  a: Tensor,
  dim?: number | readonly number[] | null,
  options: { readonly keepdim?: boolean; readonly correction?: number } = {},
): readonly [deviation: Tensor, mean: Tensor] {
  return [a.std(dim, options), a.mean(dimensions(dim, a.ndim), options)];
}
