import { composite } from "../apply";
import { zeros } from "../create";
import type { DType } from "../dtype";
import { argumentError, runtimeError } from "../errors";
import { cat } from "../ops/join";
import { pad } from "../ops/pad";
import { normalTensor, uniformTensor } from "../random";
import { sameShape, sizes } from "../shape";
import type { Tensor } from "../tensor";
import { dropout as dropped } from "./functional/dropout";
import { linear } from "./functional/linear";
import { attentionWeights } from "./functional/scores";
import { Linear } from "./linear";
import { Module } from "./module";
import { constantParameter, Parameter } from "./parameter";

/** Settings of multi-head attention. */
export interface MultiheadOptions {
  /** The probability of dropping a weight while training. */
  readonly dropout?: number;
  /** Whether the projections have additive terms; true unless given. */
  readonly bias?: boolean;
  /** Appends a learned key and value to the sequence. */
  readonly addBiasKv?: boolean;
  /** Appends a key and value of zeros to the sequence, so that a query may attend to nothing. */
  readonly addZeroAttn?: boolean;
  /** The number of features of the keys; embedDim unless given. */
  readonly kdim?: number;
  /** The number of features of the values; embedDim unless given. */
  readonly vdim?: number;
  /** The dimensions are [batch, steps, features] instead of [steps, batch, features]. */
  readonly batchFirst?: boolean;
  /** The element type of the parameters; float32 unless given. */
  readonly dtype?: DType;
}

/** What a call of multi-head attention may not see, and what it gives beside its output. */
export interface MultiheadCall {
  /** true (bool) = may not attend; floats are added. [batch, keys]. */
  readonly keyPaddingMask?: Tensor | null;
  /** true (bool) = may not attend; floats are added. [queries, keys] or [batch · heads, queries, keys]. */
  readonly attnMask?: Tensor | null;
  /** Give the weights too; null otherwise. */
  readonly needWeights?: boolean;
  /** The mean of the heads' weights instead of each. */
  readonly averageAttnWeights?: boolean;
}

const paths: Readonly<Record<string, string>> = {
  inProjWeight: "in_proj_weight",
  inProjBias: "in_proj_bias",
  qProjWeight: "q_proj_weight",
  kProjWeight: "k_proj_weight",
  vProjWeight: "v_proj_weight",
  biasK: "bias_k",
  biasV: "bias_v",
  outProj: "out_proj",
};

/**
 * Attention of several heads: each projects query, key and value to embedDim / numHeads features and attends on its
 * own; what they give is joined and projected once more.
 * Shapes: query [queries, batch, embedDim], key and value [keys, batch, embedDim] (or without batch, or batchFirst) →
 * output as query, weights [batch, queries, keys] ([batch, heads, queries, keys] if not averaged), with one key more for
 * each of `addBiasKv` and `addZeroAttn`. Errors: an embedDim that numHeads does not divide; sizes that do not fit.
 * Source: Vaswani et al. 2017; torch/nn/modules/activation.py.
 */
export class MultiheadAttention extends Module {
  /** Weights of queries, keys and values in one, [3 · embedDim, embedDim]; null when their sizes differ. */
  readonly inProjWeight: Parameter | null;
  /** Weight of the queries, [embedDim, embedDim], where the sizes differ. */
  readonly qProjWeight: Parameter | null;
  /** Weight of the keys, [embedDim, kdim], where the sizes differ. */
  readonly kProjWeight: Parameter | null;
  /** Weight of the values, [embedDim, vdim], where the sizes differ. */
  readonly vProjWeight: Parameter | null;
  /** Bias of queries, keys and values in one, [3 · embedDim]. */
  readonly inProjBias: Parameter | null;
  /** The key that is appended to the projected ones, [1, 1, embedDim]; null without `addBiasKv`. */
  readonly biasK: Parameter | null;
  /** The value that is appended to the projected ones, [1, 1, embedDim]; null without `addBiasKv`. */
  readonly biasV: Parameter | null;
  /** Whether a key and value of zeros are appended. */
  readonly addZeroAttn: boolean;
  /** The layer that joins the heads. */
  readonly outProj: Linear;
  /** The probability with which an attention weight is dropped in training. */
  readonly dropout: number;
  /** Whether inputs are [batch, sequence, feature] and not [sequence, batch, feature]. */
  readonly batchFirst: boolean;

  constructor(
    /** The number of features of a query and of the output. */
    readonly embedDim: number,
    /** How many heads share the features. */
    readonly numHeads: number,
    {
      dropout = 0,
      bias = true,
      addBiasKv = false,
      addZeroAttn = false,
      kdim,
      vdim,
      batchFirst = false,
      dtype = "float32",
    }: MultiheadOptions = {},
  ) {
    super();
    if (!(embedDim > 0 && numHeads > 0)) {
      throw argumentError(
        `embed_dim and num_heads must be greater than 0, got embed_dim=${embedDim} and num_heads=${numHeads} instead`,
        "Use 1 or more.",
      );
    }
    if (embedDim % numHeads !== 0)
      throw argumentError("embed_dim must be divisible by num_heads", `${embedDim} / ${numHeads} is no whole number.`);
    this.dropout = dropout;
    this.batchFirst = batchFirst;
    const packed = (kdim ?? embedDim) === embedDim && (vdim ?? embedDim) === embedDim;
    // PyTorch draws the output's projection first, then Xavier's uniform for the inputs'.
    const out = new Linear(embedDim, embedDim, { bias, dtype });
    const drawn = (rows: number, width: number) => {
      const edge = Math.sqrt(6 / (rows + width));
      return new Parameter(uniformTensor([rows, width], dtype, -edge, edge));
    };
    this.inProjWeight = packed ? drawn(3 * embedDim, embedDim) : null;
    this.qProjWeight = packed ? null : drawn(embedDim, embedDim);
    this.kProjWeight = packed ? null : drawn(embedDim, kdim ?? embedDim);
    this.vProjWeight = packed ? null : drawn(embedDim, vdim ?? embedDim);
    this.inProjBias = bias ? constantParameter([3 * embedDim], 0, dtype) : null;
    // xavierNormal_ of [1, 1, embedDim], where both fans are embedDim.
    const appended = () => new Parameter(normalTensor([1, 1, embedDim], dtype, 0, Math.sqrt(1 / embedDim)));
    this.biasK = addBiasKv ? appended() : null;
    this.biasV = addBiasKv ? appended() : null;
    this.addZeroAttn = addZeroAttn;
    out.bias?.detach().zero_();
    this.outProj = out;
  }

  override pathName(field: string): string {
    return paths[field] ?? field;
  }

  override forward(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    { keyPaddingMask = null, attnMask = null, needWeights = true, averageAttnWeights = true }: MultiheadCall = {},
  ): [output: Tensor, weights: Tensor | null] {
    const batched = query.ndim === 3;
    if (!batched && query.ndim !== 2) {
      throw argumentError(
        `query should be unbatched 2D or batched 3D tensor but received ${query.ndim}-D query tensor`,
        "The dimensions are [steps, batch, features].",
      );
    }
    if (query.size(-1) !== this.embedDim) {
      throw argumentError(
        `was expecting embedding dimension of ${this.embedDim}, but got ${query.size(-1)}`,
        "The last dimension holds the features.",
      );
    }
    // Equal tensors stay one tensor: the projections are then one product.
    const turned = new Map<Tensor, Tensor>();
    const turn = (x: Tensor) => {
      const kept = turned.get(x) ?? (batched ? (this.batchFirst ? x.transpose(1, 0) : x) : x.unsqueeze(1));
      turned.set(x, kept);
      return kept;
    };
    const [q, k, v] = [turn(query), turn(key), turn(value)];
    const padding = keyPaddingMask !== null && !batched ? keyPaddingMask.unsqueeze(0) : keyPaddingMask;
    const [output, weights] = this.attend(q, k, v, padding, attnMask);
    const result = batched ? (this.batchFirst ? output.transpose(1, 0) : output) : output.squeeze(1);
    if (!needWeights) return [result, null];
    const shown = averageAttnWeights ? weights.mean(1) : weights;
    return [result, batched ? shown : shown.squeeze(0)];
  }

  private attend(
    query: Tensor,
    key: Tensor,
    value: Tensor,
    padding: Tensor | null,
    attnMask: Tensor | null,
  ): readonly [output: Tensor, weights: Tensor] {
    const [queries, batch, keys] = [query.size(0), query.size(1), key.size(0)];
    const heads = batch * this.numHeads;
    const width = this.embedDim / this.numHeads;
    checkMasks(padding, attnMask, [batch, keys], [queries, heads]);
    const split = (x: Tensor) => x.contiguous().view(x.size(0), heads, width).transpose(0, 1);
    const appended = (x: Tensor, own: Parameter | null) => {
      const whole = split(own === null ? x : cat([x, own.repeat(1, batch, 1)]));
      return this.addZeroAttn ? cat([whole, zeros([heads, 1, width], { dtype: x.dtype })], 1) : whole;
    };
    const made = composite("multiHeadAttention", [...new Set([query, key, value])], { heads: this.numHeads }, () => {
      const [first, second, third] = this.projected(query, key, value);
      if (first === undefined || second === undefined || third === undefined)
        throw new TypeError("A projection is missing.");
      const [q, k, v] = [split(first), appended(second, this.biasK), appended(third, this.biasV)];
      const mask = joined(attnMask, padding, this.numHeads, [batch, keys], query.dtype);
      const more = k.size(1) - keys;
      const weights = attentionWeights(q, k, mask === null || more === 0 ? mask : pad(mask, [0, more]));
      const dropping = this.training && this.dropout > 0;
      const kept = dropping ? dropped(weights, { p: this.dropout }) : weights;
      const flat = kept
        .bmm(v)
        .transpose(0, 1)
        .contiguous()
        .view(queries * batch, this.embedDim);
      const output = linear(flat, this.outProj.weight, this.outProj.bias).view(queries, batch, this.embedDim);
      return [output, kept.view(batch, this.numHeads, queries, k.size(1))];
    });
    const [output, weights] = made;
    if (output === undefined || weights === undefined) throw new TypeError("Attention gave no output.");
    return [output, weights];
  }

  private projected(query: Tensor, key: Tensor, value: Tensor): readonly Tensor[] {
    const { embedDim, inProjWeight: weight, inProjBias: bias } = this;
    const biases = bias === null ? [null, null, null] : bias.chunk(3);
    const [bq = null, bk = null, bv = null] = biases;
    if (weight === null) {
      const { qProjWeight, kProjWeight, vProjWeight } = this;
      if (qProjWeight === null || kProjWeight === null || vProjWeight === null)
        throw new TypeError("A projection is missing.");
      return [linear(query, qProjWeight, bq), linear(key, kProjWeight, bk), linear(value, vProjWeight, bv)];
    }
    if (key === value && query === key) return linear(query, weight, bias).chunk(3, -1);
    if (key === value) {
      const [wq, wkv] = weight.split([embedDim, 2 * embedDim]);
      const [first, rest] = bias === null ? [null, null] : bias.split([embedDim, 2 * embedDim]);
      if (wq === undefined || wkv === undefined) throw new TypeError("A projection is missing.");
      return [linear(query, wq, first ?? null), ...linear(key, wkv, rest ?? null).chunk(2, -1)];
    }
    const [wq, wk, wv] = weight.chunk(3);
    if (wq === undefined || wk === undefined || wv === undefined) throw new TypeError("A projection is missing.");
    return [linear(query, wq, bq), linear(key, wk, bk), linear(value, wv, bv)];
  }
}

function checkMasks(
  padding: Tensor | null,
  attnMask: Tensor | null,
  [batch, keys]: readonly [number, number],
  [queries, heads]: readonly [number, number],
): void {
  if (padding !== null && !sameShape(padding.shape, [batch, keys])) {
    throw runtimeError(
      `expecting key_padding_mask shape of (${batch}, ${keys}), but got torch.Size(${sizes(padding.shape)})`,
      "It says of each key of each sequence whether it is only padding.",
    );
  }
  if (attnMask === null) return;
  const wanted = attnMask.ndim === 3 ? [heads, queries, keys] : [queries, keys];
  if (sameShape(attnMask.shape, wanted)) return;
  throw runtimeError(
    `The shape of the ${attnMask.ndim}D attn_mask is torch.Size(${sizes(attnMask.shape)}), but should be (${wanted.join(", ")}).`,
    "It says of each query which keys it may not see.",
  );
}

/** Both masks as numbers to add to [batch · heads, queries, keys]. */
function joined(
  attnMask: Tensor | null,
  padding: Tensor | null,
  heads: number,
  [batch, keys]: readonly [number, number],
  dtype: DType,
): Tensor | null {
  const wide =
    padding &&
    additive(padding, dtype)
      .view(batch, 1, 1, keys)
      .expand(batch, heads, 1, keys)
      .reshape([batch * heads, 1, keys]);
  const own = attnMask && additive(attnMask, dtype);
  return wide && own ? own.add(wide) : (own ?? wide);
}

/** A mask as numbers to add: −∞ where a bool one is true. */
function additive(mask: Tensor, dtype: DType): Tensor {
  if (mask.dtype !== "bool") return mask.to(dtype);
  return zeros(mask.shape, { dtype }).maskedFill(mask, -Infinity);
}
