import type { Dims } from "./shape";
import { type Extremes, type Keep, type Spread, Tensor } from "./tensor";

/**
 * The sum of all elements, or over dims; whole numbers sum to int64. `sum(tensor([[1, 2], [3, 4]]), 0)` is `[4, 6]`.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
 */
export const sum = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.sum(dim, options);
/**
 * The mean of all elements, or over dims: their sum / n.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; integers and
 * booleans.
 */
export const mean = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.mean(dim, options);
/**
 * The product of all elements, or over dims; whole numbers give int64.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
 */
export const prod = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.prod(dim, options);
/**
 * Σ(a − mean)² / (n − 1) of all elements, or over dims: PyTorch's `var`, a reserved word here.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; integers and
 * booleans.
 */
export const variance = (a: Tensor, dim?: Dims, options?: Spread): Tensor => a.var(dim, options);
/**
 * The standard deviation of all elements, or over dims: √(Σ(a − mean)² / (n − 1)).
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; integers and
 * booleans.
 */
export const std = (a: Tensor, dim?: Dims, options?: Spread): Tensor => a.std(dim, options);
/**
 * The largest element; along a dim, the largest values and where they lie; with a tensor, the larger of two.
 * Shapes: any → 0-d; along a dim two without it; with a tensor their common shape. Errors: an empty tensor without a
 * dim; shapes that do not broadcast; an empty dim; a dim out of range.
 */
export function max(a: Tensor, other?: Tensor): Tensor;
export function max(a: Tensor, dim: number, options?: Keep): Extremes;
export function max(a: Tensor, dim?: number | Tensor, options?: Keep): Tensor | Extremes {
  if (dim instanceof Tensor) return a.maximum(dim);
  return dim === undefined ? a.max() : a.max(dim, options);
}
/**
 * The smallest element; along a dim, the smallest values and where they lie; with a tensor, the smaller of two.
 * Shapes: any → 0-d; along a dim two without it; with a tensor their common shape. Errors: an empty tensor without a
 * dim; shapes that do not broadcast; an empty dim; a dim out of range.
 */
export function min(a: Tensor, other?: Tensor): Tensor;
export function min(a: Tensor, dim: number, options?: Keep): Extremes;
export function min(a: Tensor, dim?: number | Tensor, options?: Keep): Tensor | Extremes {
  if (dim instanceof Tensor) return a.minimum(dim);
  return dim === undefined ? a.min() : a.min(dim, options);
}
/**
 * The largest element, or over dims; ties share the gradient.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: an empty tensor without a dim; a dim
 * out of range.
 */
export const amax = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.amax(dim, options);
/**
 * The smallest element, or over dims; ties share the gradient.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: an empty tensor without a dim; a dim
 * out of range.
 */
export const amin = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.amin(dim, options);
/**
 * Where the largest lies (int64): in the flat tensor, or along a dim.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: an empty tensor without a dim; a dim
 * out of range; booleans.
 */
export const argmax = (a: Tensor, dim?: number | null, options?: Keep): Tensor => a.argmax(dim, options);
/**
 * Where the smallest lies (int64): in the flat tensor, or along a dim.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: an empty tensor without a dim; a dim
 * out of range; booleans.
 */
export const argmin = (a: Tensor, dim?: number | null, options?: Keep): Tensor => a.argmin(dim, options);
/**
 * Whether any element is not zero (bool), in all or over dims.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
 */
export const any = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.any(dim, options);
/**
 * Whether no element is zero (bool), in all or over dims.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
 */
export const all = (a: Tensor, dim?: Dims, options?: Keep): Tensor => a.all(dim, options);
/**
 * eᵃ / Σ eᵃ along a dim: positive numbers that sum to 1.
 * Shapes: any → the same. Errors: a dim out of range; integers and booleans.
 */
export const softmax = (a: Tensor, dim: number): Tensor => a.softmax(dim);
/**
 * a − ln Σ eᵃ along a dim: the logarithm of softmax, without overflow.
 * Shapes: any → the same. Errors: a dim out of range; integers and booleans.
 */
export const logSoftmax = (a: Tensor, dim: number): Tensor => a.logSoftmax(dim);
/**
 * ln Σ eᵃ over dims, without overflow.
 * Shapes: any → without the dims given (size 1 with `keepdim`). Errors: a dim out of range.
 */
export const logsumexp = (a: Tensor, dim: number | readonly number[], options?: Keep): Tensor =>
  a.logsumexp(dim, options);
