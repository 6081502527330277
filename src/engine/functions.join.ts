import { runtimeError } from "./errors";
import { filled } from "./kernels/loops";
import { cat } from "./ops/join";
import { fresh } from "./ops/result";
import { dimension, type Shape } from "./shape";
import type { Tensor } from "./tensor";

/** With one dim at least. Shapes: 0-d → [1]; others stay. Source: torch.atleast_1d. */
export const atleast1d = (a: Tensor): Tensor => (a.ndim === 0 ? a.reshape(1) : a);
/** With two dims at least. Shapes: 0-d → [1, 1], [n] → [1, n]; others stay. Source: torch.atleast_2d. */
export const atleast2d = (a: Tensor): Tensor => (a.ndim < 2 ? atleast1d(a).unsqueeze(0) : a);
/** With three dims at least. Shapes: [n] → [1, n, 1], [n, m] → [n, m, 1]; others stay. Source: torch.atleast_3d. */
export const atleast3d = (a: Tensor): Tensor => (a.ndim < 3 ? atleast2d(a).unsqueeze(-1) : a);

/**
 * Joined along dim 1, vectors along dim 0. `hstack([tensor([1, 2]), tensor([3])])` is `[1, 2, 3]`.
 * Shapes: […, nₖ] along dim 1 (vectors: dim 0) → […, Σnₖ]. Errors: an empty list; ranks or other sizes that differ.
 * Source: torch.hstack.
 */
export function hstack(tensors: readonly Tensor[]): Tensor {
  const parts = tensors.map(atleast1d);
  return cat(parts, parts[0]?.ndim === 1 ? 0 : 1);
}
/**
 * Joined along dim 0, vectors as rows. `vstack([tensor([1, 2]), tensor([3, 4])])` is `[[1, 2], [3, 4]]`.
 * Shapes: [nₖ, …] → [Σnₖ, …], vectors count as [1, n]. Errors: an empty list; other sizes that differ.
 * Source: torch.vstack.
 */
export const vstack = (tensors: readonly Tensor[]): Tensor => cat(tensors.map(atleast2d), 0);
/**
 * Joined along dim 2.
 * Shapes: [n, m, kₖ] → [n, m, Σkₖ], smaller ranks as atleast3d. Errors: an empty list; other sizes that differ.
 * Source: torch.dstack.
 */
export const dstack = (tensors: readonly Tensor[]): Tensor => cat(tensors.map(atleast3d), 2);
/**
 * Joined along dim 1, vectors as columns.
 * Shapes: [n, mₖ] → [n, Σmₖ], vectors count as [n, 1]. Errors: an empty list; other sizes that differ.
 * Source: torch.column_stack.
 */
export const columnStack = (tensors: readonly Tensor[]): Tensor =>
  cat(
    tensors.map((x) => (x.ndim < 2 ? x.reshape(-1, 1) : x)),
    1,
  );

/**
 * Views of `sections` nearly equal parts along `dim`, or cut at the indices given.
 * Shapes: […, n, …] → parts […, size, …]. Errors: 0-d; no section; a dim out of range. Source: torch.tensor_split.
 */
export function tensorSplit(a: Tensor, sections: number | readonly number[], dim = 0): readonly Tensor[] {
  if (a.ndim === 0) {
    throw runtimeError(
      "tensor_split expected at least a 1-dimensional tensor, but got a tensor with 0 dims",
      "Use .reshape([1]) first.",
    );
  }
  if (typeof sections === "number" && sections < 1)
    throw runtimeError(`number of sections must be larger than 0, got ${sections}`, "Give 1 or more.");
  const d = dimension(dim, a.ndim);
  const size = a.size(d);
  const cuts =
    typeof sections === "number"
      ? Array.from(
          { length: sections - 1 },
          (_, k) => (k + 1) * Math.floor(size / sections) + Math.min(k + 1, size % sections),
        )
      : sections.map((at) => Math.min(Math.max(at < 0 ? at + size : at, 0), size));
  const edges = [0, ...cuts, size];
  return edges.slice(1).map((end, k) => a.narrow(d, edges[k] ?? 0, Math.max(0, end - (edges[k] ?? 0))));
}

/**
 * The tensor with dims moved from places to others, the rest in order: a view.
 * Shapes: any → its sizes in another order. Errors: a dim out of range; dims that do not pair up.
 * Source: torch.movedim.
 */
export const movedim = (
  a: Tensor,
  source: number | readonly number[],
  destination: number | readonly number[],
): Tensor => a.movedim(source, destination);
/**
 * Two dims swapped: a view.
 * Shapes: any → the same with two sizes swapped. Errors: a dim out of range. Source: torch.swapaxes.
 */
export const swapaxes = (a: Tensor, dim0: number, dim1: number): Tensor => a.transpose(dim0, dim1);
/**
 * Two dims swapped: a view.
 * Shapes: any → the same with two sizes swapped. Errors: a dim out of range. Source: torch.swapdims.
 */
export const swapdims = (a: Tensor, dim0: number, dim1: number): Tensor => a.transpose(dim0, dim1);
/** The elements as one dim, a view where that is possible. Shapes: any → [n]. Source: torch.ravel. */
export const ravel = (a: Tensor): Tensor => a.ravel();
/**
 * One dim as several; −1 for one size that follows.
 * Shapes: […, n, …] → […, ...shape, …]. Errors: sizes whose product differs; a dim out of range.
 * Source: torch.unflatten.
 */
export const unflatten = (a: Tensor, dim: number, shape: Shape): Tensor => a.unflatten(dim, shape);

/**
 * Each element (or slice along `dim`) as many times in a row as `repeats` says. `repeatInterleave(tensor([1, 2]), 2)`
 * is `[1, 1, 2, 2]`.
 * Shapes: any → [n · repeats], or […, n · repeats, …] along `dim`. Errors: repeats below 0 or of another length; a dim
 * out of range. Source: torch.repeat_interleave.
 */
export function repeatInterleave(a: Tensor, repeats: number | Tensor, dim: number | null = null): Tensor {
  if (dim === null) return repeatInterleave(a.reshape(-1), repeats, 0);
  const d = dimension(dim, a.ndim);
  const size = a.size(d);
  const counts = typeof repeats === "number" ? [repeats] : repeats.toArray();
  if (counts.length !== 1 && counts.length !== size) {
    throw runtimeError(
      "repeats must have the same size as input along dim",
      `They are ${counts.length}, the dimension has size ${size}.`,
    );
  }
  if (counts.some((n) => !(n >= 0))) throw runtimeError("repeats can not be negative", "Repeat 0 times or more.");
  const places = Array.from({ length: size }, (_, k) =>
    Array.from({ length: counts[counts.length === 1 ? 0 : k] ?? 0 }, () => k),
  ).flat();
  return a.indexSelect(d, vectorOf(places));
}

function vectorOf(places: readonly number[]): Tensor {
  return fresh(filled("int64", places), [places.length]);
}

function cornerIndices(rows: number, columns: number, holds: (row: number, column: number) => boolean): Tensor {
  const places = Array.from({ length: rows * columns }, (_, i) => i).filter((i) =>
    holds(Math.floor(i / columns), i % columns),
  );
  const both = [...places.map((i) => Math.floor(i / columns)), ...places.map((i) => i % columns)];
  return vectorOf(both).view(2, places.length);
}

/**
 * Row and column of each element of the lower triangle of a matrix (int64).
 * Shapes: two sizes → [2, count]. Source: torch.tril_indices.
 */
export const trilIndices = (rows: number, columns: number, offset = 0): Tensor =>
  cornerIndices(rows, columns, (row, column) => column - row <= offset);
/**
 * Row and column of each element of the upper triangle of a matrix (int64).
 * Shapes: two sizes → [2, count]. Source: torch.triu_indices.
 */
export const triuIndices = (rows: number, columns: number, offset = 0): Tensor =>
  cornerIndices(rows, columns, (row, column) => column - row >= offset);

/**
 * The indices of the elements that are not zero, one row each (int64).
 * Shapes: any → [count, ndim]. Source: torch.nonzero.
 */
export const nonzero = (a: Tensor): Tensor => a.nonzero();
/**
 * The indices of the elements that are not zero, one row each (int64).
 * Shapes: any → [count, ndim]. Source: torch.argwhere.
 */
export const argwhere = (a: Tensor): Tensor => a.nonzero();
