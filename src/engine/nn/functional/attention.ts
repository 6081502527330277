import { composite } from "../../apply";
import { filled } from "../../kernels/loops";
import { runtimeError } from "../../errors";
import { watcher } from "../../mode";
import { fresh } from "../../ops/result";
import type { Tensor } from "../../tensor";
import { dropout } from "./dropout";
import { attentionWeights } from "./scores";

/** Which keys a query may attend to, and how scores are scaled. */
export interface AttentionOptions {
  /** true (bool) = may attend; floats are added to the scores. Broadcasts to […, queries, keys]. */
  readonly attnMask?: Tensor | null;
  /** The probability of dropping a weight; unlike a module it is not turned off by `eval()`. */
  readonly dropoutP?: number;
  /** Query i attends to keys 0 … i only. */
  readonly isCausal?: boolean;
  /** What scores are multiplied by; 1 / √width by default. */
  readonly scale?: number | null;
}

/**
 * softmax(query · keyᵀ / √width + mask) · value.
 * Shapes: query […, queries, width], key […, keys, width], value […, keys, out] → […, queries, out]. Errors: a mask
 * together with `isCausal`; sizes that do not fit; a probability outside [0, 1]. Source: Vaswani et al. 2017;
 * torch/nn/functional.py, `scaled_dot_product_attention`.
 */
export function scaledDotProductAttention(
  query: Tensor,
  key: Tensor,
  value: Tensor,
  { attnMask = null, dropoutP = 0, isCausal = false, scale = null }: AttentionOptions = {},
): Tensor {
  if (attnMask !== null && isCausal) {
    throw runtimeError(
      "_scaled_dot_product_attention: Explicit attn_mask should not be set when is_causal=True",
      "Put the causal part into the mask.",
    );
  }
  const inputs = attnMask === null ? [query, key, value] : [query, key, value, attnMask];
  return composite("scaledDotProductAttention", inputs, { dropoutP, isCausal, scale }, () => {
    const mask = isCausal ? causal(query.size(-2), key.size(-2)) : attnMask;
    return dropout(attentionWeights(query, key, mask, scale), { p: dropoutP }).matmul(value);
  });
}

/** true where query i may attend to key j: j ≤ i. */
function causal(queries: number, keys: number): Tensor {
  const allowed = Uint8Array.from({ length: queries * keys }, (_, k) => (k % keys <= Math.floor(k / keys) ? 1 : 0));
  const mask = fresh(filled("bool", allowed), [queries, keys]);
  watcher()?.created(mask, "causal mask");
  return mask;
}
