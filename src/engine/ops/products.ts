import { runtimeError } from "../errors";
import { gemm } from "../kernels/gemm";
import { map, zip } from "../kernels/loops";
import { calling, type Op, op } from "../op";
import { expandStrides, sizes } from "../shape";
import type { Tensor } from "../tensor";
import { addmm, batched, matrix, needsRank, sameType } from "./matmul";
import { fresh, window } from "./result";
import { expandedShape } from "./views";

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
    expandedShape(bias, shape);
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
    expandedShape(bias, [n]);
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
    expandedShape(bias, shape);
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

/** The gradients of a product's operands, each by the other. */
interface Slopes {
  readonly a: (g: Tensor, b: Tensor) => Tensor;
  readonly b: (g: Tensor, a: Tensor) => Tensor;
}

/** beta · bias + alpha · a·b as one op; with beta 0 not even a NaN of the bias counts. */
function weighted(plain: Op, slopes: Slopes): Op {
  return op({
    name: plain.name,
    symbol: plain.symbol,
    node: plain.node,
    inputs: ["bias", "a", "b"],
    numbers: ["beta", "alpha"],
    forward: ([bias, a, b], { numbers: [beta = 1, alpha = 1] }) =>
      plain.forward([scaled(bias, beta), a, scaled(b, alpha)], calling()),
    saves: (needs) => ({ a: needs.b, b: needs.a }),
    backward: {
      bias: (g, s) => g.mul(s.numbers[0] ?? 1),
      a: (g, s) => slopes.a(g, s.b).mul(s.numbers[1] ?? 1),
      b: (g, s) => slopes.b(g, s.a).mul(s.numbers[1] ?? 1),
    },
    formula: { bias: "beta · ∂L/∂y", a: `alpha · ${plain.formula.a ?? ""}`, b: `alpha · ${plain.formula.b ?? ""}` },
  });
}

function scaled(x: Tensor, by: number): Tensor {
  return by === 1 ? x : fresh(map(x, x.dtype, by === 0 ? () => 0 : (value) => value * by), x.shape);
}

export const addmmWeighted = weighted(addmm, { a: (g, b) => g.mm(b.t()), b: (g, a) => a.t().mm(g) });
export const addmvWeighted = weighted(addmv, { a: (g, b) => g.outer(b), b: (g, a) => a.t().mv(g) });
export const addrWeighted = weighted(addr, { a: (g, b) => g.mv(b), b: (g, a) => g.t().mv(a) });
export const baddbmmWeighted = weighted(baddbmm, {
  a: (g, b) => g.bmm(b.transpose(1, 2)),
  b: (g, a) => a.transpose(1, 2).bmm(g),
});
