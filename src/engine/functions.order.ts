import { applyMany } from "./apply";
import { bincount as count, distinct, searchsorted as search } from "./ops/sorting";
import type { Dims } from "./shape";
import type { Extremes, Keep, Tensor } from "./tensor";

interface Order {
  readonly descending?: boolean;
  readonly stable?: boolean;
}

/**
 * Running sums along `dim`, of a's shape; integers give int64. Gradient: running sums of ∂L/∂y from the end.
 * Shapes: any → the same. Errors: a dim out of range. Source: torch.cumsum.
 */
export const cumsum = (a: Tensor, dim: number): Tensor => a.cumsum(dim);
/**
 * Running products along `dim`, of a's shape; integers give int64. Right at zeros too.
 * Shapes: any → the same. Errors: a dim out of range. Source: torch.cumprod.
 */
export const cumprod = (a: Tensor, dim: number): Tensor => a.cumprod(dim);
/**
 * The largest so far along `dim` and its index (int64); the gradient goes to that index.
 * Shapes: any → two of the same. Errors: a dim out of range. Source: torch.cummax.
 */
export const cummax = (a: Tensor, dim: number): Extremes => a.cummax(dim);
/**
 * The smallest so far along `dim` and its index (int64); the gradient goes to that index.
 * Shapes: any → two of the same. Errors: a dim out of range. Source: torch.cummin.
 */
export const cummin = (a: Tensor, dim: number): Extremes => a.cummin(dim);
/**
 * The elements in order along `dim` (the last by default) and where they stood (int64); always stable; NaN counts as
 * the largest.
 * Shapes: any → two of the same. Errors: a dim out of range. Source: torch.sort.
 */
export const sort = (a: Tensor, dim?: number, options?: Order): Extremes => a.sort(dim, options);
/**
 * Where each element of the sorted tensor stood (int64).
 * Shapes: any → the same. Errors: a dim out of range. Source: torch.argsort.
 */
export const argsort = (a: Tensor, dim?: number, options?: Order): Tensor => a.argsort(dim, options);
/**
 * The `k` largest (or smallest) along `dim`, best first, and their indices.
 * Shapes: any → two with size k along the dim. Errors: a dim out of range; k out of range. Source: torch.topk.
 */
export const topk = (
  a: Tensor,
  k: number,
  dim?: number,
  options?: { readonly largest?: boolean; readonly sorted?: boolean },
): Extremes => a.topk(k, dim, options);
/**
 * The k-th smallest along `dim`, k from 1, and its index.
 * Shapes: any → two without the dim (size 1 with `keepdim`). Errors: k out of range; a dim out of range; booleans.
 * Source: torch.kthvalue.
 */
export const kthvalue = (a: Tensor, k: number, dim?: number, options?: Keep): Extremes => a.kthvalue(k, dim, options);
/**
 * The median, the lower of two; NaN where there is one. Along `dim` with its index.
 * Shapes: any → 0-d; along a dim two without it (size 1 with `keepdim`). Errors: an empty dim; a dim out of range;
 * booleans. Source: torch.median.
 */
export function median(a: Tensor): Tensor;
export function median(a: Tensor, dim: number, options?: Keep): Extremes;
export function median(a: Tensor, dim?: number, options?: Keep): Tensor | Extremes {
  return dim === undefined ? a.median() : a.median(dim, options);
}
/**
 * (Σ |a|ᵖ)^(1/p) over dims (all by default); p = Infinity is the largest |a|. Gradient 0 where the norm is 0.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; an empty dim;
 * integers and booleans. Source: torch.norm.
 */
export const norm = (a: Tensor, p?: number | "fro", dim?: Dims, options?: Keep): Tensor => a.norm(p, dim, options);

/**
 * Where each value would go into the sorted last dim of `sorted` (int64, of values' shape); `right` puts it behind
 * equal ones. `searchsorted(tensor([1, 3, 5]), tensor([4]))` is `[2]`.
 * Shapes: sorted [n] or […, n], values of any shape or […, m] → values'. Errors: leading dims that differ.
 * Source: torch.searchsorted.
 */
export function searchsorted(sorted: Tensor, values: Tensor, options: { readonly right?: boolean } = {}): Tensor {
  return search(sorted, values, options.right === true);
}
/**
 * The bucket of each value between boundaries (int64).
 * Shapes: values of any shape, boundaries [n] → values'. Errors: boundaries of other ranks. Source: torch.bucketize.
 */
export function bucketize(values: Tensor, boundaries: Tensor, options: { readonly right?: boolean } = {}): Tensor {
  return search(boundaries, values, options.right === true);
}
/**
 * How often each whole number occurs in a vector (int64), or the sums of their weights.
 * `bincount(tensor([0, 1, 1], { dtype: "int64" }))` is `[1, 2]`.
 * Shapes: [n] → [max(largest + 1, minlength)]. Errors: other ranks, negative or fractional numbers; weights of another
 * length. Source: torch.bincount.
 */
export function bincount(a: Tensor, weights: Tensor | null = null, minlength = 0): Tensor {
  return count(a, weights, minlength);
}
/** What {@link unique} gives. */
export interface Unique {
  /** The distinct elements, rising. */
  readonly values: Tensor;
  /** For each element of the input, where its value stands (int64, of its shape). */
  readonly inverse: Tensor;
  /** How often each value occurs (int64). */
  readonly counts: Tensor;
}
/**
 * The distinct elements of all dims, where each element went, and how many there are. No gradient.
 * Shapes: any → values [k], inverse of a's shape, counts [k]. Source: torch.unique.
 */
export function unique(a: Tensor): Unique {
  const [values = a, inverse = a, counts = a] = applyMany(distinct, [a]);
  return { values, inverse, counts };
}
