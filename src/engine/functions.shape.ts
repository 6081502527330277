import { runtimeError } from "./errors";
import { einsum } from "./ops/einsum";
import { broadcast, dimension, numel, type Shape, sizes } from "./shape";
import type { Tensor } from "./tensor";

export { einsum };

/**
 * A copy with the order along dims turned round.
 * Shapes: any → the same. Errors: a dim out of range. Source: torch.flip.
 */
export const flip = (a: Tensor, dims: readonly number[]): Tensor => a.flip(dims);
/** A copy with rows in reverse order. Shapes: any → the same. Errors: 0-d. Source: torch.flipud. */
export const flipud = (a: Tensor): Tensor => flipped(a, 0);
/** A copy with columns in reverse order. Shapes: any → the same. Errors: fewer than two dims. Source: torch.fliplr. */
export const fliplr = (a: Tensor): Tensor => flipped(a, 1);

function flipped(a: Tensor, dim: number): Tensor {
  if (a.ndim <= dim) throw runtimeError(`Input must be >= ${dim + 1}-d.`, "Use .unsqueeze() first.");
  return a.flip(dim);
}

/**
 * A copy with elements moved on by `shifts` along `dims` (of the flat tensor without dims).
 * Shapes: any → the same. Errors: shifts and dims of different number; a dim out of range. Source: torch.roll.
 */
export const roll = (a: Tensor, shifts: number | readonly number[], dims?: number | readonly number[]): Tensor =>
  a.roll(shifts, dims);
/**
 * A copy turned by 90° k times from the first dim toward the second.
 * Shapes: any → the same, two sizes swapped at odd k. Errors: a dim out of range. Source: torch.rot90.
 */
export function rot90(a: Tensor, k = 1, dims: readonly [number, number] = [0, 1]): Tensor {
  const [from, to] = dims;
  const turns = ((k % 4) + 4) % 4;
  if (turns === 1) return a.flip(to).transpose(from, to);
  if (turns === 2) return a.flip([from, to]);
  return turns === 3 ? a.flip(from).transpose(from, to) : a.clone();
}
/**
 * Copies side by side, `dims` times along each dim; missing leading dims count as 1.
 * Shapes: [n, m] → [t₀ · n, t₁ · m]. Errors: negative counts. Source: torch.tile.
 */
export function tile(a: Tensor, dims: readonly number[]): Tensor {
  return a.repeat([...a.shape.slice(0, Math.max(0, a.ndim - dims.length)).map(() => 1), ...dims]);
}
/**
 * All slices along `dim`, without it: views.
 * Shapes: […, n, …] → n of […]. Errors: a dim out of range. Source: torch.unbind.
 */
export const unbind = (a: Tensor, dim?: number): readonly Tensor[] => a.unbind(dim);
/**
 * The lower triangle of each matrix, zeros above `diagonal`.
 * Shapes: any → the same. Errors: fewer than two dims. Source: torch.tril.
 */
export const tril = (a: Tensor, diagonal?: number): Tensor => a.tril(diagonal);
/**
 * The upper triangle of each matrix, zeros below `diagonal`.
 * Shapes: any → the same. Errors: fewer than two dims. Source: torch.triu.
 */
export const triu = (a: Tensor, diagonal?: number): Tensor => a.triu(diagonal);
/**
 * The diagonal of two dims as a new last dim: a view.
 * Shapes: […, n, m] → […, min(n, m)], fewer with an offset. Errors: two equal dims; a dim out of range.
 * Source: torch.diagonal.
 */
export const diagonal = (a: Tensor, offset?: number, dim1?: number, dim2?: number): Tensor =>
  a.diagonal(offset, dim1, dim2);
/**
 * Zeros with a's last dim on the diagonal of two new dims.
 * Shapes: […, n] → […, n, n], larger with an offset. Errors: a dim out of range; one dim twice.
 * Source: torch.diag_embed.
 */
export const diagEmbed = (a: Tensor, offset?: number, dim1?: number, dim2?: number): Tensor =>
  a.diagEmbed(offset, dim1, dim2);
/**
 * Of a vector the matrix with it on the diagonal, of a matrix a copy of its diagonal. `diag(tensor([1, 2]))` is
 * `[[1, 0], [0, 2]]`.
 * Shapes: [n] → [n, n]; [n, m] → [min(n, m)]. Errors: other ranks. Source: torch.diag.
 */
export function diag(a: Tensor, offset = 0): Tensor {
  if (a.ndim === 1) return a.diagEmbed(offset);
  if (a.ndim === 2) return a.diagonal(offset).clone();
  throw runtimeError(`diag(): Supports 1D or 2D tensors. Got ${a.ndim}D`, "Use .diagonal() or .diagEmbed().");
}
/**
 * The sum of a matrix's diagonal, 0-d. Gradient ∂L/∂y on the diagonal.
 * Shapes: [n, m] → 0-d. Errors: other ranks. Source: torch.trace.
 */
export const trace = (a: Tensor): Tensor => a.trace();

/**
 * A copy with `src` written along `dim` where `index` says; of several writes to a place the last stays.
 * Shapes: a, index of its rank, src a number or at least as large as index → a. Errors: an index that is not int64, of
 * another rank, size or out of range; another dtype of src; a dim out of range. Source: torch.scatter.
 */
export const scatter = (a: Tensor, dim: number, index: Tensor, src: Tensor | number): Tensor =>
  a.scatter(dim, index, src);
/**
 * A copy with `src` added along `dim` where `index` says. Gradients ∂L/∂y, and ∂L/∂y at those places.
 * Shapes: a, index of its rank, src at least as large as index → a. Errors: an index that is not int64, of another
 * rank, size or out of range; another dtype of src; a dim out of range. Source: torch.scatter_add.
 */
export const scatterAdd = (a: Tensor, dim: number, index: Tensor, src: Tensor): Tensor => a.scatterAdd(dim, index, src);
/**
 * A copy with alpha · the slices of `source` added along `dim` where a vector says.
 * Shapes: […, n, …], index [k], source […, k, …] → […, n, …]. Errors: an index that is no int64 vector or out of range;
 * another dtype or shape of source; a dim out of range. Source: torch.index_add.
 */
export const indexAdd = (
  a: Tensor,
  dim: number,
  index: Tensor,
  source: Tensor,
  options?: { readonly alpha?: number },
): Tensor => a.indexAdd(dim, index, source, options);
/**
 * A copy with the slices of `source` written along `dim` where a vector says.
 * Shapes: […, n, …], index [k], source […, k, …] → […, n, …]. Errors: an index that is no int64 vector or out of range;
 * another dtype or shape of source; a dim out of range. Source: torch.index_copy.
 */
export const indexCopy = (a: Tensor, dim: number, index: Tensor, source: Tensor): Tensor =>
  a.indexCopy(dim, index, source);
/**
 * A copy with the slices along `dim` that an index names set to a number.
 * Shapes: […, n, …], index [k] → […, n, …]. Errors: an index that is not int64 or out of range; a dim out of range.
 * Source: torch.index_fill.
 */
export const indexFill = (a: Tensor, dim: number, index: Tensor, value: number): Tensor =>
  a.indexFill(dim, index, value);
/**
 * The elements at positions in the flat tensor, row by row.
 * Shapes: any, index of any shape → index's. Errors: an index that is not int64 or out of range. Source: torch.take.
 */
export const take = (a: Tensor, index: Tensor): Tensor => a.take(index);
/**
 * The elements along `dim` at `index`, both broadcast to each other in the other dims.
 * Shapes: two that broadcast in the other dims → theirs with index's size along `dim`; [n] without a dim. Errors: an
 * index that is not int64 or out of range; a dim out of range; shapes that do not broadcast.
 * Source: torch.take_along_dim.
 */
export function takeAlongDim(a: Tensor, index: Tensor, dim?: number): Tensor {
  if (dim === undefined) return a.reshape(-1).gather(0, index.reshape(-1));
  const d = dimension(dim, a.ndim);
  const common = broadcast(without(a.shape, d), without(index.shape, d));
  const withOwn = (x: Tensor) => x.expand([...common.slice(0, d), x.shape[d] ?? 1, ...common.slice(d)]);
  return withOwn(a).gather(d, withOwn(index));
}
function without(shape: Shape, dim: number): Shape {
  return shape.filter((_, d) => d !== dim);
}
/**
 * The elements where the mask is true, in order.
 * Shapes: a and mask broadcast → [count]. Errors: a mask that is not bool; shapes that do not broadcast.
 * Source: torch.masked_select.
 */
export const maskedSelect = (a: Tensor, mask: Tensor): Tensor => a.maskedSelect(mask);

/**
 * The tensors as views of their common shape.
 * Shapes: any that broadcast → their common shape, for each. Errors: shapes that do not broadcast.
 * Source: torch.broadcast_tensors.
 */
export function broadcastTensors(...tensors: readonly Tensor[]): readonly Tensor[] {
  const shape = tensors.reduce<Shape>((common, x) => broadcast(common, x.shape), []);
  return tensors.map((x) => x.expand(shape));
}
/**
 * The tensor as a view of a larger shape.
 * Shapes: any → the shape given. Errors: sizes other than 1 that differ; fewer dims than it has.
 * Source: torch.broadcast_to.
 */
export const broadcastTo = (a: Tensor, shape: Shape): Tensor => a.expand(shape);
/**
 * Coordinates of a grid: of n vectors, n views of shape [len 0, len 1 …] ("ij"), or with the first two swapped ("xy").
 * `meshgrid([arange(2), arange(2)])[0]` is `[[0, 0], [1, 1]]`.
 * Shapes: n of [lenₖ] or 0-d → n of [len₀, len₁, …]. Errors: tensors of more than one dim. Source: torch.meshgrid.
 */
export function meshgrid(
  tensors: readonly Tensor[],
  { indexing = "ij" }: { readonly indexing?: "ij" | "xy" } = {},
): readonly Tensor[] {
  const scalar = tensors.find((x) => x.ndim > 1);
  if (scalar !== undefined) {
    throw runtimeError(
      `torch.meshgrid: Expected 0D or 1D tensor in the tensor list but got: ${sizes(scalar.shape)}`,
      "Use .flatten() on it.",
    );
  }
  const swap = indexing === "xy" && tensors.length > 1;
  const place = (k: number) => (swap && k < 2 ? 1 - k : k);
  const shape = tensors.map((_, d) => numel(tensors[place(d)]?.shape ?? []));
  return tensors.map((x, k) => x.reshape(shape.map((_, d) => (d === place(k) ? x.numel() : 1))).expand(shape));
}
