import type { DType } from "../dtype";
import { paddingRow } from "../ops/embedding";
import { argumentError } from "../errors";
import { withGrad } from "../mode";
import { normalTensor } from "../random";
import type { Tensor } from "../tensor";
import { embedding, type EmbeddingOptions } from "./functional/embedding";
import { Module } from "./module";
import { Parameter } from "./parameter";
import { float } from "./repr";

/** Settings of an embedding layer. */
export interface EmbeddingLayerOptions extends EmbeddingOptions {
  /** The element type of the parameters; float32 unless given. */
  readonly dtype?: DType;
}

/**
 * A table of `numEmbeddings` vectors, looked up by index; see `nn.functional.embedding`. The vectors start as N(0, 1),
 * that of `paddingIdx` as zeros.
 * Shapes: […] of int64 → […, embeddingDim]; weight [numEmbeddings, embeddingDim]. Errors: an index that is no row or no
 * integer; a paddingIdx that is no row. Source: torch/nn/modules/sparse.py.
 */
export class Embedding extends Module {
  /** The vectors, [numEmbeddings, embeddingDim]. */
  readonly weight: Parameter;
  /** The index whose vector gets no gradient; null for none. */
  readonly paddingIdx: number | null;
  /** Vectors that are looked up and longer than this are scaled to it first; null for any length. */
  readonly maxNorm: number | null;
  /** The exponent p of the norm that `maxNorm` is for. */
  readonly normType: number;
  /** Whether the gradient of a vector is divided by how often it was looked up. */
  readonly scaleGradByFreq: boolean;

  constructor(
    /** How many vectors there are. */
    readonly numEmbeddings: number,
    /** How many numbers a vector has. */
    readonly embeddingDim: number,
    {
      paddingIdx = null,
      maxNorm = null,
      normType = 2,
      scaleGradByFreq = false,
      dtype = "float32",
    }: EmbeddingLayerOptions = {},
  ) {
    super();
    this.maxNorm = maxNorm;
    this.normType = normType;
    this.scaleGradByFreq = scaleGradByFreq;
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
    { freeze = true, ...options }: EmbeddingOptions & { readonly freeze?: boolean } = {},
  ): Embedding {
    const [rows, width] = embeddings.shape;
    if (rows === undefined || width === undefined || embeddings.ndim !== 2)
      throw argumentError("Embeddings parameter is expected to be 2-dimensional", "One row is one vector.");
    const made = new this(rows, width, { ...options, dtype: embeddings.dtype });
    withGrad(false, () => made.weight.copy_(embeddings));
    made.weight.requiresGrad_(!freeze);
    return made;
  }

  override forward(input: Tensor): Tensor {
    return embedding(input, this.weight, this);
  }

  override extraRepr(): string {
    const { paddingIdx, maxNorm, normType, scaleGradByFreq } = this;
    const set = [
      paddingIdx === null ? [] : `padding_idx=${paddingIdx}`,
      maxNorm === null ? [] : `max_norm=${float(maxNorm)}`,
      normType === 2 ? [] : `norm_type=${float(normType)}`,
      scaleGradByFreq ? "scale_grad_by_freq=True" : [],
    ];
    return [this.numEmbeddings, this.embeddingDim, ...set.flat()].join(", ");
  }
}
