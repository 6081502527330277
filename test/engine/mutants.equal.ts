/** Mutants that compute the same, and why. */
export const equivalent: Readonly<Record<string, string>> = {
  "src/engine/ops/activation.ts: s.a.gt(0) → (s.a).ge((0))": "at 0 the weight of prelu gets ∂L/∂y times that 0",
  "src/engine/ops/linear.ts: i + j → (i) - (j)": "only whether it is even counts",
  "src/engine/ops/loss.ts: z.ge(beta) → (z).gt((beta))": "at beta both branches have the slope 1",
  "src/engine/ops/matmul.ts: inner > 1 → (inner) >= (1)": "the layout of one row or column, not its values",
  "src/engine/ops/norm.ts: p < 1 → (p) <= (1)": "p = 1 has returned before",
  "src/engine/ops/norm.ts: p < 2 → (p) <= (2)": "p = 2 has returned before",
  "src/engine/ops/rearrange.ts: 2 * d → -((2) * (d))": "the same dims counted from the end",
  "src/engine/ops/reduce.ts: n - k → -((k))": "the same place counted from the end",
  "src/engine/ops/variance.ts: g.mul(a.eq(a.mean()).where(g.scalar(Infinity), g.scalar(NaN))) → (g.mul(a.eq(a.mean()).where(g.scalar(Infinity), g.scalar(NaN)))).mul(1.25)":
    "infinity and NaN stay what they are",
};
