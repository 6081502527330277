import type { DType } from "../dtype";
import { argumentError } from "../errors";
import type { Tensor } from "../tensor";
import { MultiheadAttention } from "./attention";
import { Dropout } from "./dropout";
import { gelu } from "./functional/activation";
import { Linear } from "./linear";
import { ModuleList } from "./containers";
import { Module } from "./module";
import { LayerNorm } from "./normalization";

/** Settings of a transformer's layers. */
export interface TransformerOptions {
  /** The size of the hidden layer of the feed-forward part; 2048 unless given. */
  readonly dimFeedforward?: number;
  /** The probability with which an element is dropped in training; 0.1 unless given. */
  readonly dropout?: number;
  /** What bends between the feed-forward layers; "relu" unless given. */
  readonly activation?: "relu" | "gelu" | ((x: Tensor) => Tensor);
  /** What the normalisations add to the variance; 1e-5 unless given. */
  readonly layerNormEps?: number;
  /** The dimensions are [batch, steps, features] instead of [steps, batch, features]. */
  readonly batchFirst?: boolean;
  /** Normalise before attention and feed-forward instead of after. */
  readonly normFirst?: boolean;
  /** Whether layers and normalisations have additive terms; true unless given. */
  readonly bias?: boolean;
  /** The element type of the parameters; float32 unless given. */
  readonly dtype?: DType;
}

/** What an encoder may not see: true (bool) = may not attend, floats are added. */
export interface EncoderMasks {
  /** [steps, steps]. */
  readonly srcMask?: Tensor | null;
  /** [batch, steps]. */
  readonly srcKeyPaddingMask?: Tensor | null;
}

/** What a decoder may not see: true (bool) = may not attend, floats are added. */
export interface DecoderMasks {
  /** Which positions of the target may not be looked at from which (true), or what is added to the scores. */
  readonly tgtMask?: Tensor | null;
  /** Which positions of the memory may not be looked at from which of the target (true), or what is added to the scores. */
  readonly memoryMask?: Tensor | null;
  /** Which positions of each target are padding (true). */
  readonly tgtKeyPaddingMask?: Tensor | null;
  /** Which positions of each memory are padding (true). */
  readonly memoryKeyPaddingMask?: Tensor | null;
}

const paths: Readonly<Record<string, string>> = { selfAttn: "self_attn", multiheadAttn: "multihead_attn" };

function activationOf(activation: TransformerOptions["activation"] = "relu"): (x: Tensor) => Tensor {
  if (typeof activation === "function") return activation;
  return activation === "gelu" ? (x) => gelu(x) : (x) => x.relu();
}

/**
 * Self-attention and a feed-forward network, each added to its input and normalised.
 * Shapes: src [steps, batch, dModel] (or without batch, or batchFirst) → the same. Errors: a dModel that nhead does not
 * divide; sizes that do not fit; a dropout outside [0, 1]. Source: Vaswani et al. 2017;
 * torch/nn/modules/transformer.py.
 */
export class TransformerEncoderLayer extends Module {
  /** Attention of the sequence to itself. */
  readonly selfAttn: MultiheadAttention;
  /** Into the hidden size of the feed-forward part. */
  readonly linear1: Linear;
  /** After the feed-forward part's bend. */
  readonly dropout: Dropout;
  /** Out of the hidden size of the feed-forward part. */
  readonly linear2: Linear;
  /** The normalisation at the attention. */
  readonly norm1: LayerNorm;
  /** The normalisation at the feed-forward part. */
  readonly norm2: LayerNorm;
  /** After the attention. */
  readonly dropout1: Dropout;
  /** After the feed-forward part. */
  readonly dropout2: Dropout;
  /** Whether each part normalises what comes in rather than what goes out. */
  readonly normFirst: boolean;
  private readonly activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerOptions = {}) {
    super();
    const { dimFeedforward = 2048, dropout = 0.1, layerNormEps: eps = 1e-5, normFirst = false } = options;
    const { batchFirst = false, bias = true, dtype = "float32" } = options;
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, bias, dtype });
    this.linear1 = new Linear(dModel, dimFeedforward, { bias, dtype });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias, dtype });
    this.norm1 = new LayerNorm(dModel, { eps, bias, dtype });
    this.norm2 = new LayerNorm(dModel, { eps, bias, dtype });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.normFirst = normFirst;
    this.activation = activationOf(options.activation);
  }

  override pathName(field: string): string {
    return paths[field] ?? field;
  }

  override forward(src: Tensor, masks: EncoderMasks = {}): Tensor {
    if (this.normFirst) {
      const x = src.add(this.attend(this.norm1(src), masks));
      return x.add(this.feed(this.norm2(x)));
    }
    const x = this.norm1(src.add(this.attend(src, masks)));
    return this.norm2(x.add(this.feed(x)));
  }

  private attend(x: Tensor, { srcMask = null, srcKeyPaddingMask = null }: EncoderMasks): Tensor {
    const call = { attnMask: srcMask, keyPaddingMask: srcKeyPaddingMask, needWeights: false };
    return this.dropout1(this.selfAttn(x, x, x, call)[0]);
  }

  private feed(x: Tensor): Tensor {
    return this.dropout2(this.linear2(this.dropout(this.activation(this.linear1(x)))));
  }
}

/**
 * `numLayers` copies of a layer one after another, begun alike, and a last normalisation if one is given.
 * Shapes: as its layers'. Errors: sizes that do not fit. Source: torch/nn/modules/transformer.py.
 */
export class TransformerEncoder extends Module {
  /** The layers, in order. */
  readonly layers: ModuleList<TransformerEncoderLayer>;
  /** A normalisation at the end; null for none. */
  readonly norm: LayerNorm | null;

  constructor(layer: TransformerEncoderLayer, numLayers: number, { norm = null }: { norm?: LayerNorm | null } = {}) {
    super();
    this.layers = new ModuleList(copies(layer, numLayers));
    this.norm = norm;
  }

  override forward(src: Tensor, { srcMask = null, srcKeyPaddingMask = null }: EncoderMasks = {}): Tensor {
    let x = src;
    for (const layer of this.layers) x = layer(x, { srcMask, srcKeyPaddingMask });
    return this.norm === null ? x : this.norm(x);
  }
}

/**
 * Self-attention, attention to an encoder's output, and a feed-forward network, each added to its input and normalised.
 * Shapes: tgt [steps, batch, dModel], memory [keys, batch, dModel] (or without batch, or batchFirst) → as tgt. Errors:
 * a dModel that nhead does not divide; sizes that do not fit; a dropout outside [0, 1]. Source: Vaswani et al. 2017;
 * torch/nn/modules/transformer.py.
 */
export class TransformerDecoderLayer extends Module {
  /** Attention of the sequence to itself. */
  readonly selfAttn: MultiheadAttention;
  /** Attention of the target to the memory. */
  readonly multiheadAttn: MultiheadAttention;
  /** Into the hidden size of the feed-forward part. */
  readonly linear1: Linear;
  /** After the feed-forward part's bend. */
  readonly dropout: Dropout;
  /** Out of the hidden size of the feed-forward part. */
  readonly linear2: Linear;
  /** The normalisation at the self-attention. */
  readonly norm1: LayerNorm;
  /** The normalisation at the attention to the memory. */
  readonly norm2: LayerNorm;
  /** The normalisation at the feed-forward part. */
  readonly norm3: LayerNorm;
  /** After the self-attention. */
  readonly dropout1: Dropout;
  /** After the attention to the memory. */
  readonly dropout2: Dropout;
  /** After the feed-forward part. */
  readonly dropout3: Dropout;
  /** Whether each part normalises what comes in rather than what goes out. */
  readonly normFirst: boolean;
  private readonly activation: (x: Tensor) => Tensor;

  constructor(dModel: number, nhead: number, options: TransformerOptions = {}) {
    super();
    const { dimFeedforward = 2048, dropout = 0.1, layerNormEps: eps = 1e-5, normFirst = false } = options;
    const { batchFirst = false, bias = true, dtype = "float32" } = options;
    this.selfAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, bias, dtype });
    this.multiheadAttn = new MultiheadAttention(dModel, nhead, { dropout, batchFirst, bias, dtype });
    this.linear1 = new Linear(dModel, dimFeedforward, { bias, dtype });
    this.dropout = new Dropout(dropout);
    this.linear2 = new Linear(dimFeedforward, dModel, { bias, dtype });
    this.norm1 = new LayerNorm(dModel, { eps, bias, dtype });
    this.norm2 = new LayerNorm(dModel, { eps, bias, dtype });
    this.norm3 = new LayerNorm(dModel, { eps, bias, dtype });
    this.dropout1 = new Dropout(dropout);
    this.dropout2 = new Dropout(dropout);
    this.dropout3 = new Dropout(dropout);
    this.normFirst = normFirst;
    this.activation = activationOf(options.activation);
  }

  override pathName(field: string): string {
    return paths[field] ?? field;
  }

  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    if (this.normFirst) {
      const x = tgt.add(this.attend(this.norm1(tgt), masks));
      const y = x.add(this.recall(this.norm2(x), memory, masks));
      return y.add(this.feed(this.norm3(y)));
    }
    const x = this.norm1(tgt.add(this.attend(tgt, masks)));
    const y = this.norm2(x.add(this.recall(x, memory, masks)));
    return this.norm3(y.add(this.feed(y)));
  }

  private attend(x: Tensor, { tgtMask = null, tgtKeyPaddingMask = null }: DecoderMasks): Tensor {
    const call = { attnMask: tgtMask, keyPaddingMask: tgtKeyPaddingMask, needWeights: false };
    return this.dropout1(this.selfAttn(x, x, x, call)[0]);
  }

  private recall(x: Tensor, memory: Tensor, { memoryMask = null, memoryKeyPaddingMask = null }: DecoderMasks): Tensor {
    const call = { attnMask: memoryMask, keyPaddingMask: memoryKeyPaddingMask, needWeights: false };
    return this.dropout2(this.multiheadAttn(x, memory, memory, call)[0]);
  }

  private feed(x: Tensor): Tensor {
    return this.dropout3(this.linear2(this.dropout(this.activation(this.linear1(x)))));
  }
}

/**
 * `numLayers` copies of a layer one after another, begun alike, and a last normalisation if one is given.
 * Shapes: as its layers'. Errors: sizes that do not fit.
 */
export class TransformerDecoder extends Module {
  /** The layers, in order. */
  readonly layers: ModuleList<TransformerDecoderLayer>;
  /** A normalisation at the end; null for none. */
  readonly norm: LayerNorm | null;

  constructor(layer: TransformerDecoderLayer, numLayers: number, { norm = null }: { norm?: LayerNorm | null } = {}) {
    super();
    this.layers = new ModuleList(copies(layer, numLayers));
    this.norm = norm;
  }

  override forward(tgt: Tensor, memory: Tensor, masks: DecoderMasks = {}): Tensor {
    let x = tgt;
    for (const layer of this.layers) x = layer(x, memory, masks);
    return this.norm === null ? x : this.norm(x);
  }
}

/** Copies of a layer, each with weights of its own. */
function copies<T extends Module>(layer: T, count: number): T[] {
  if (!Number.isInteger(count) || count < 1)
    throw argumentError(`num_layers must be a positive integer, but got ${count}`, "Use 1 or more.");
  return Array.from({ length: count }, () => layer.clone());
}
