import { indexError, runtimeError } from "../errors";
import { positions, taken } from "../kernels/fold";
import { copied, listed } from "../kernels/loops";
import type { Attrs } from "../observer";
import { opWith } from "../op";
import { scalarName } from "../dtype";
import type { Tensor } from "../tensor";
import { scattered } from "./gather";
import { fresh, window } from "./result";

interface Padded extends Attrs {
  /** The row that gets no gradient, or −1. */
  readonly paddingIdx: number;
}

/** Rows of a table; their gradients are added up by row. */
export const embedding = opWith<Padded>()({
  name: "embedding",
  node: "EmbeddingBackward0",
  inputs: ["weight", "index"],
  forward: ([weight, index]) => {
    if (weight.shape.length !== 2) throw runtimeError("'weight' must be 2-D", "A table has one row for each index.");
    if (index.dtype !== "int64" && index.dtype !== "int32") {
      throw runtimeError(
        `Expected tensor for argument #1 'indices' to have one of the following scalar types: Long, Int; but got torch.${scalarName(index.dtype)}Tensor instead (while checking arguments for embedding)`,
        'Convert the indices with .to("int64").',
      );
    }
    const [rows = 0, width = 0] = weight.shape;
    if (listed(index).some((row) => row < 0 || row >= rows))
      throw indexError("index out of range in self", `Indices run from 0 to ${rows - 1}.`);
    const shape = [index.numel(), width];
    const flat = fresh(copied(index, index.dtype), [index.numel()]);
    return fresh(taken(weight, positions(spread(flat, width), 0, shape, weight.shape)), [...index.shape, width]);
  },
  saves: () => ({ index: true }),
  backward: {
    weight: (g, s) => {
      const width = g.shape.at(-1) ?? 1;
      const flat = s.index.reshape([-1]);
      const rows = g.reshape([flat.numel(), width]);
      const { paddingIdx } = s.attrs;
      const kept = paddingIdx < 0 ? rows : rows.mul(flat.ne(paddingIdx).unsqueeze(1));
      return scattered(kept, spread(flat, width), 0, s.shapes[0] ?? []);
    },
  },
  formula: { weight: "∂L/∂y, added at the rows it was taken from" },
});

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
