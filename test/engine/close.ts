import assert from "node:assert/strict";
import type { Tensor } from "../../src/engine/index";
import { measured, ulps } from "./gauge";
import { type GoldenTensor, valuesOf } from "./golden";

/** How near a result must be; see golden/README.md, "How close is close". */
export type Closeness = "exact" | "near" | "terms" | "wide" | "run";

const exact = new Set(
  "add sub mul div sqrt add_scalar sub_scalar mul_scalar div_scalar rsub_scalar neg abs sign floor relu clamp maximum minimum eq ne lt le gt ge logical_and logical_or logical_xor logical_not where masked_fill max min amax amin max_dim min_dim argmax argmin any all transpose permute reshape view flatten squeeze unsqueeze expand cat stack narrow slice select index_select gather sum mean add_ mul_ div_ square interpolate".split(
    " ",
  ),
);
const terms = new Set(
  "matmul mm bmm dot linear mv inner tensordot addmm addmv baddbmm bilinear multi_dot einsum cumprod prod prod_dim var logsumexp softmax log_softmax mse_loss group_norm layer_norm batch_norm instance_norm scaled_dot_product_attention cosine_similarity triplet_margin_loss conv1d attention attention_mask lstm gru rnn multihead_attention transformer_encoder_layer".split(
    " ",
  ),
);

/** The closeness that a kind of case asks for. */
export function closenessOf(op: string): Closeness {
  const name = op.slice(op.indexOf(":") + 1).replace(/_scalar$|^(?:F|torch|linalg)\./g, "");
  if (op === "int:exp") return "near";
  if (op.startsWith("int:")) return "exact";
  if (op.startsWith("double:")) return "terms";
  if (exact.has(name)) return "exact";
  if (terms.has(name) || op.startsWith("big:")) return "terms";
  return /^std|^conv.*2d$/.test(name) ? "wide" : "near";
}

/** |d| / (1 + |reference|) of float32 results. */
const limits: Readonly<Record<Closeness, number>> = { exact: 0, near: 3e-7, terms: 1e-6, run: 2e-6, wide: 1e-5 };

/** Whether `got` is as near to `want` as the kind of case asks for. */
export function isClose(got: number, want: number, dtype: string, closeness: Closeness): boolean {
  if (Object.is(got, want) || (got === 0 && want === 0) || (Number.isNaN(got) && Number.isNaN(want))) return true;
  const off = Math.abs(got - want) / (1 + Math.abs(want));
  if (dtype === "float64") return off <= (closeness === "run" ? 1e-10 : 1e-12);
  if (dtype !== "float32" || closeness === "exact") return false;
  if (ulps(got, want) <= 2) return true;
  return off <= limits[closeness];
}

/** Asserts shape, dtype and every element (or those at `at`). */
export function assertTensor(
  got: Tensor | null,
  want: (GoldenTensor & { readonly at?: readonly number[] }) | null,
  what: string,
  closeness: Closeness,
): void {
  if (want === null || got === null) {
    assert.equal(got === null, want === null, `${what}: ${got === null ? "none" : String(got)}`);
    return;
  }
  assert.deepEqual([...got.shape], [...want.shape], `${what}: shape`);
  assert.equal(got.dtype, want.dtype, `${what}: dtype`);
  const all = got.toArray();
  const values = want.at === undefined ? all : want.at.map((i) => all[i] ?? NaN);
  valuesOf({ ...want, dtype: got.dtype }).forEach((expected, i) => {
    const value = values[i] ?? NaN;
    measured(/gradient|grad\b|hook/.test(what) ? "gradient" : "value", value, expected, got.dtype);
    if (!isClose(value, expected, got.dtype, closeness)) {
      assert.fail(`${what}: element ${i} is ${value}, PyTorch has ${expected}`);
    }
  });
}
