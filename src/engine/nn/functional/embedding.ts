import { apply, calling } from "../../apply";
import { embedding as rowsOf, paddingRow } from "../../ops/embedding";
import type { Tensor } from "../../tensor";

/** Settings of an embedding. */
export interface EmbeddingOptions {
  /** A row that stands for padding and gets no gradient; negative ones count from the end. */
  readonly paddingIdx?: number | null;
}

/**
 * The rows of a table at some indices.
 * Shapes: input […] of int64 or int32, weight [rows, width] → […, width]. Errors: an index that is no row or no
 * integer; a weight that is no matrix; a paddingIdx that is no row. Source: ATen/native/Embedding.cpp.
 */
export function embedding(input: Tensor, weight: Tensor, { paddingIdx = null }: EmbeddingOptions = {}): Tensor {
  return apply(rowsOf, [weight, input], calling({ paddingIdx: paddingRow(paddingIdx, weight.shape[0] ?? 0) }));
}
