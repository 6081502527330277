import { apply, applyInPlace, composite } from "../../apply";
import { zeros } from "../../create";
import { runtimeError } from "../../errors";
import { withGrad } from "../../mode";
import { calling } from "../../op";
import { embedding as rowsOf, embeddingRenorm, paddingRow } from "../../ops/embedding";
import type { Tensor } from "../../tensor";

/** Settings of an embedding. */
export interface EmbeddingOptions {
  /** A row that stands for padding and gets no gradient; negative ones count from the end. */
  readonly paddingIdx?: number | null;
  /** Rows that are looked up and longer than this are scaled to it first, in the table itself; null for any length. */
  readonly maxNorm?: number | null;
  /** The exponent p of the norm (Σ|w|ᵖ)^(1/p) that `maxNorm` is for; 2 unless given. */
  readonly normType?: number;
  /** Divides the gradient of a row by how often it was looked up. */
  readonly scaleGradByFreq?: boolean;
}

/**
 * The rows of a table at some indices. `maxNorm` writes the table in place, outside the graph: what saved it for
 * backward before then raises. With `scaleGradByFreq` the gradient is no slope but one divided by counts, and its own
 * gradient leaves the counts out, as PyTorch's does.
 * Shapes: input […] of int64 or int32, weight [rows, width] → […, width]. Errors: an index that is no row or no
 * integer; a weight that is no matrix; a paddingIdx that is no row; with maxNorm a weight of integers.
 * Source: ATen/native/Embedding.cpp.
 */
export function embedding(
  input: Tensor,
  weight: Tensor,
  { paddingIdx = null, maxNorm = null, normType = 2, scaleGradByFreq = false }: EmbeddingOptions = {},
): Tensor {
  const row = paddingRow(paddingIdx, weight.shape[0] ?? 0);
  if (maxNorm !== null)
    withGrad(false, () => applyInPlace(embeddingRenorm, weight, [input], calling({ maxNorm, normType })));
  return apply(rowsOf, [weight, input], calling({ paddingIdx: row, scaleGradByFreq }));
}

/**
 * Rows of zeros with a one at each class; the largest class decides how many there are, unless `numClasses` says it.
 * `nn.functional.oneHot(arange(2), 3)` is `[[1, 0, 0], [0, 1, 0]]`.
 * Shapes: […] of int64 → […, classes] of int64. Errors: what is not int64; classes below 0 or not below `numClasses`;
 * nothing to count classes by. Source: ATen/native/Onehot.cpp.
 */
export function oneHot(input: Tensor, numClasses = -1): Tensor {
  if (input.dtype !== "int64")
    throw runtimeError("one_hot is only applicable to index tensor.", 'Convert the classes with .to("int64").');
  const given = input.toArray();
  if (given.length === 0 && numClasses <= 0)
    throw runtimeError("Can not infer total number of classes from empty tensor.", "Give numClasses.");
  if (given.some((index) => index < 0))
    throw runtimeError("Class values must be non-negative.", "Classes are counted from 0.");
  const largest = given.reduce((most, index) => Math.max(most, index), -1);
  const classes = numClasses === -1 ? largest + 1 : numClasses;
  if (largest >= classes)
    throw runtimeError("Class values must be smaller than num_classes.", `Here numClasses must be above ${largest}.`);
  return composite("oneHot", [input], { numClasses }, () =>
    zeros([...input.shape, classes], { dtype: "int64" }).scatter_(-1, input.unsqueeze(-1), 1),
  );
}
