import type { DType } from "../dtype";
import { paddingRow } from "../ops/embedding";
import { argumentError } from "../errors";
import { withGrad } from "../mode";
import { normalTensor } from "../random";
import type { Tensor } from "../tensor";
import { embedding } from "./functional/embedding";
import { Module } from "./module";
import { Parameter } from "./parameter";

/** Settings of an embedding layer. */
export interface EmbeddingLayerOptions {
  /** A row that stands for padding: it starts as zeros and gets no gradient; negative ones count from the end. */
  readonly paddingIdx?: number | null;
  /** The element type of the parameters; float32 unless given. */
  readonly dtype?: DType;
}

/**
 * A table of `numEmbeddings` vectors, looked up by index. The vectors start as N(0, 1).
 * Shapes: […] of int64 → […, embeddingDim]; weight [numEmbeddings, embeddingDim]. Errors: an index that is no row or no
 * integer; a paddingIdx that is no row. Source: torch/nn/modules/sparse.py.
 */
export class Embedding extends Module {
  /** The vectors, [numEmbeddings, embeddingDim]. */
  readonly weight: Parameter;
  /** The index whose vector gets no gradient; null for none. */
  readonly paddingIdx: number | null;

  constructor(
    /** How many vectors there are. */
    readonly numEmbeddings: number,
    /** How many numbers a vector has. */
    readonly embeddingDim: number,
    { paddingIdx = null, dtype = "float32" }: EmbeddingLayerOptions = {},
  ) {
    super();
    const row = paddingRow(paddingIdx, numEmbeddings);
    this.paddingIdx = row < 0 ? null : row;
    const data = normalTensor([numEmbeddings, embeddingDim], dtype, 0, 1);
    if (row >= 0) withGrad(false, () => data.select(0, row).zero_());
    this.weight = new Parameter(data);
  }

  /**
   * An embedding with given vectors, frozen unless `freeze` is false.
   * Shapes: embeddings [rows, width]. Errors: no matrix; integers unless frozen; a paddingIdx that is no row.
   */
  static fromPretrained(
    embeddings: Tensor,
    { freeze = true, paddingIdx = null }: { readonly freeze?: boolean; readonly paddingIdx?: number | null } = {},
  ): Embedding {
    const [rows, width] = embeddings.shape;
    if (rows === undefined || width === undefined || embeddings.ndim !== 2)
      throw argumentError("Embeddings parameter is expected to be 2-dimensional", "One row is one vector.");
    const made = new this(rows, width, { paddingIdx, dtype: embeddings.dtype });
    withGrad(false, () => made.weight.copy_(embeddings));
    made.weight.requiresGrad_(!freeze);
    return made;
  }

  override forward(input: Tensor): Tensor {
    return embedding(input, this.weight, { paddingIdx: this.paddingIdx });
  }

  override extraRepr(): string {
    const padding = this.paddingIdx === null ? "" : `, padding_idx=${this.paddingIdx}`;
    return `${this.numEmbeddings}, ${this.embeddingDim}${padding}`;
  }
}
