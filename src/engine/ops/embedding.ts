import { apply } from "../apply";
import { isFloating, scalarName } from "../dtype";
import { indexError, runtimeError } from "../errors";
import { positions, taken } from "../kernels/fold";
import { copied, listed } from "../kernels/loops";
import { addedByRow, shorten } from "../kernels/table";
import type { Attrs } from "../observer";
import { calling, type Op, opWith } from "../op";
import { sizes } from "../shape";
import type { Tensor } from "../tensor";
import { fresh, window } from "./result";

interface Padded extends Attrs {
  /** The row that gets no gradient, or −1. */
  readonly paddingIdx: number;
}

interface Looked extends Padded {
  /** Whether a row's gradient is divided by how often it was taken. */
  readonly scaleGradByFreq: boolean;
}

interface Added extends Looked {
  readonly rows: number;
}

function checkIndices(index: Tensor, place: 1 | 2, kernel: string): void {
  if (index.dtype === "int64" || index.dtype === "int32") return;
  throw runtimeError(
    `Expected tensor for argument #${place} 'indices' to have one of the following scalar types: Long, Int; but got torch.${scalarName(index.dtype)}Tensor instead (while checking arguments for ${kernel})`,
    'Convert the indices with .to("int64").',
  );
}

/** Rows of a table; their gradients are added up by row. */
export const embedding: Op = opWith<Looked>()({
  name: "embedding",
  node: "EmbeddingBackward0",
  inputs: ["weight", "index"],
  forward: ([weight, index]) => {
    if (weight.shape.length !== 2) throw runtimeError("'weight' must be 2-D", "A table has one row for each index.");
    checkIndices(index, 1, "embedding");
    const [rows = 0] = weight.shape;
    if (listed(index).some((row) => row < 0 || row >= rows))
      throw indexError("index out of range in self", `Indices run from 0 to ${rows - 1}.`);
    return rowsAt(weight, index);
  },
  saves: () => ({ index: true }),
  backward: {
    weight: (g, s) => apply(added, [g, s.index], calling({ ...s.attrs, rows: s.shapes[0]?.[0] ?? 0 })),
  },
  formula: { weight: "∂L/∂y, added at the rows it was taken from; with scaleGradByFreq divided by how often" },
});

/** The gradient of a table. Its own does not know how often a row was taken, as PyTorch's does not. */
const added: Op = opWith<Added>()({
  name: "embeddingWeight",
  node: "EmbeddingDenseBackwardBackward0",
  inputs: ["g", "index"],
  forward: ([g, index], { attrs: { rows, paddingIdx, scaleGradByFreq } }) =>
    fresh(addedByRow(g, index, rows, paddingIdx, scaleGradByFreq), [rows, g.shape.at(-1) ?? 1]),
  saves: () => ({ index: true }),
  backward: {
    g: (h, s) => {
      const { paddingIdx } = s.attrs;
      const rows = apply(embedding, [h, s.index], calling({ paddingIdx, scaleGradByFreq: false }));
      return rows.maskedFill(s.index.eq(paddingIdx).unsqueeze(-1), 0);
    },
  },
});

interface Bounded extends Attrs {
  readonly maxNorm: number;
  readonly normType: number;
}

/** A table whose rows at some indices are no longer than a bound; for tables that are part of no graph. */
export const embeddingRenorm = opWith<Bounded>()({
  name: "embeddingRenorm",
  node: "",
  inputs: ["weight", "index"],
  forward: ([weight, index], { attrs }) => {
    const made = fresh(copied(weight, weight.dtype), weight.shape);
    renormalise(made, index, attrs);
    return made;
  },
  inPlace: (weight, index, { attrs }) => {
    if (index !== null) renormalise(weight, index, attrs);
    return true;
  },
});

function renormalise(weight: Tensor, index: Tensor, { maxNorm, normType }: Bounded): void {
  const { shape, dtype } = weight;
  const [rows = 0] = shape;
  if (shape.length !== 2) {
    throw runtimeError(
      `Expected 2-dimensional tensor, but got ${shape.length}-dimensional tensor for argument #1 'self' (while checking arguments for embedding_renorm_)`,
      "A table has one row for each index.",
    );
  }
  checkIndices(index, 2, "embedding_renorm_");
  const given = listed(index);
  const wrong = given.find((row) => row < -rows || row >= rows);
  if (wrong !== undefined) {
    throw indexError(
      `select(): index ${wrong} out of range for tensor of size ${sizes(shape)} at dimension 0`,
      `Indices run from 0 to ${rows - 1}.`,
    );
  }
  if (!isFloating(dtype) && given.length > 0) {
    throw runtimeError(
      `norm(): input dtype should be either floating point or complex. Got ${scalarName(dtype)} instead.`,
      'Convert the table with .to("float32").',
    );
  }
  shorten(weight, new Set(given.map((row) => (row < 0 ? row + rows : row))), maxNorm, normType);
}

/** The rows of a matrix at the indices, in the indices' shape. */
function rowsAt(table: Tensor, index: Tensor): Tensor {
  const [, width = 0] = table.shape;
  const shape = [index.numel(), width];
  const flat = fresh(copied(index, index.dtype), [index.numel()]);
  return fresh(taken(table, positions(spread(flat, width), 0, shape, table.shape)), [...index.shape, width]);
}

/** A vector of rows as seen by every column. */
function spread(index: Tensor, width: number): Tensor {
  return window(index, [index.shape[0] ?? 0, width], [index.strides[0] ?? 1, 0]);
}

/** The padding's row counted from 0, or −1 for none. */
export function paddingRow(paddingIdx: number | null, rows: number): number {
  if (paddingIdx === null) return -1;
  if (!Number.isInteger(paddingIdx) || paddingIdx < -rows || paddingIdx >= rows) {
    throw runtimeError("Padding_idx must be within num_embeddings", `There are ${rows} rows.`);
  }
  return paddingIdx < 0 ? paddingIdx + rows : paddingIdx;
}
