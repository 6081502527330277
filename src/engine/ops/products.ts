import { runtimeError } from "../errors";
import { gemm } from "../kernels/gemm";
import { zip } from "../kernels/loops";
import { op } from "../op";
import { expandStrides, sizes } from "../shape";
import type { Tensor } from "../tensor";
import { batched, matrix, needsRank, sameType } from "./matmul";
import { fresh, window } from "./result";

const one: readonly number[] = [0];

/** bias + a·b for batches of matrices, each sum beginning with the bias. */
export const baddbmm = op({
  name: "baddbmm",
  symbol: "@ +",
  node: "BaddbmmBackward0",
  inputs: ["bias", "a", "b"],
  forward: ([bias, a, b]) => {
    needsRank("baddbmm", "the first batch", a, 3, "batch1 must be a 3D tensor");
    needsRank("baddbmm", "the second batch", b, 3, "batch2 must be a 3D tensor");
    const [batch = 0, n = 0, k = 0] = a.shape;
    if (b.shape[0] !== batch || b.shape[1] !== k) {
      throw runtimeError(
        `Expected size for first two dimensions of batch2 tensor to be: [${batch}, ${k}] but got: [${b.shape[0] ?? 0}, ${b.shape[1] ?? 0}].`,
        `The shapes are ${sizes(a.shape)} and ${sizes(b.shape)}.`,
      );
    }
    sameType(a, b);
    const shape = [batch, n, b.shape[2] ?? 0];
    // Added after: a sum that begins with a strided batch of biases differs only in its last digit.
    const product = fresh(gemm(batched(a), batched(b), n, k, shape[2] ?? 0, a.dtype, null), shape);
    return fresh(
      zip(bias, product, shape, a.dtype, (x, y) => x + y),
      shape,
    );
  },
  saves: (needs) => ({ a: needs.b, b: needs.a }),
  backward: { bias: (g) => g, a: (g, s) => g.bmm(s.b.transpose(1, 2)), b: (g, s) => s.a.transpose(1, 2).bmm(g) },
  formula: { bias: "∂L/∂y", a: "∂L/∂y · bᵀ", b: "aᵀ · ∂L/∂y" },
});

/** bias + a·b for a matrix and a vector. */
export const addmv = op({
  name: "addmv",
  symbol: "@ +",
  node: "AddmvBackward0",
  inputs: ["bias", "a", "b"],
  forward: ([bias, a, b]) => {
    const [n = 0, k = 0] = a.shape;
    if (a.shape.length !== 2 || b.shape.length !== 1 || b.shape[0] !== k) {
      throw runtimeError(
        `size mismatch, got ${bias.size(0)}, ${n}x${k},${b.shape[0] ?? 0}`,
        `The shapes are ${sizes(a.shape)} and ${sizes(b.shape)}.`,
      );
    }
    sameType(a, b);
    const start = window(bias, [n, 1], [...expandStrides(bias.shape, bias.strides, [n]), 0]);
    const column = { x: b, batches: one, row: b.strides[0] ?? 0, column: 0 };
    return fresh(gemm(matrix(a), column, n, k, 1, a.dtype, matrix(start)), [n]);
  },
  saves: (needs) => ({ a: needs.b, b: needs.a }),
  backward: { bias: (g) => g, a: (g, s) => g.outer(s.b), b: (g, s) => s.a.t().mv(g) },
  formula: { bias: "∂L/∂y", a: "∂L/∂y ⊗ b", b: "aᵀ · ∂L/∂y" },
});

/** bias + a ⊗ b for vectors. */
export const addr = op({
  name: "addr",
  symbol: "⊗ +",
  node: "AddrBackward0",
  inputs: ["bias", "a", "b"],
  forward: ([bias, a, b]) => {
    needsRank("addr", "the first vector", a, 1, `addr: Expected 1-D argument vec1, but got ${a.ndim}-D`);
    needsRank("addr", "the second vector", b, 1, `addr: Expected 1-D argument vec2, but got ${b.ndim}-D`);
    const shape = [a.shape[0] ?? 0, b.shape[0] ?? 0];
    const column = window(a, [shape[0] ?? 0, 1], [a.strides[0] ?? 0, 0]);
    const product = fresh(
      zip(column, b, shape, a.dtype, (x, y) => x * y),
      shape,
    );
    return fresh(
      zip(bias, product, shape, a.dtype, (x, y) => x + y),
      shape,
    );
  },
  saves: (needs) => ({ a: needs.b, b: needs.a }),
  backward: { bias: (g) => g, a: (g, s) => g.mv(s.b), b: (g, s) => g.t().mv(s.a) },
  formula: { bias: "∂L/∂y", a: "∂L/∂y · b", b: "∂L/∂yᵀ · a" },
});

/** beta · bias + alpha · product, as the op when both are 1. */
export function weighted(
  fused: (bias: Tensor) => Tensor,
  product: () => Tensor,
  bias: Tensor,
  beta: number,
  alpha: number,
): Tensor {
  if (beta === 1 && alpha === 1) return fused(bias);
  const scaled = alpha === 1 ? product() : product().mul(alpha);
  return beta === 0 ? scaled : scaled.add(bias.mul(beta));
}
