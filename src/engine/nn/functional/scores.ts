import { argumentError } from "../../errors";
import type { Tensor } from "../../tensor";

/** The weights of an attention: softmax(query · keyᵀ / √width + mask). */
export function attentionWeights(query: Tensor, key: Tensor, mask: Tensor | null, scale: number | null = null): Tensor {
  const products = query.matmul(key.transpose(-2, -1));
  const scores = scale === null ? products.div(Math.sqrt(query.size(-1))) : products.mul(scale);
  return masked(scores, mask).softmax(-1);
}

function masked(scores: Tensor, mask: Tensor | null): Tensor {
  if (mask === null) return scores;
  if (mask.dtype === "bool") return scores.maskedFill(mask.logicalNot(), -Infinity);
  if (mask.dtype === scores.dtype) return scores.add(mask);
  throw argumentError(
    `Expected attn_mask dtype to be bool or to match query dtype, but got attn_mask.dtype: ${mask.dtype} and query.dtype: ${scores.dtype} instead.`,
    `Convert it with .to("bool") or .to("${scores.dtype}").`,
  );
}
