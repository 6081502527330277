import { apply } from "../apply";
import { scalarName } from "../dtype";
import { runtimeError } from "../errors";
import { build } from "../build";
import { gemm, type Matrices } from "../kernels/gemm";
import { sum } from "../kernels/sum";
import { zip } from "../kernels/loops";
import { op } from "../op";
import { broadcast, expandStrides, numel, sizes } from "../shape";
import type { Tensor } from "../tensor";
import { cast, fresh, resultType, window } from "./result";
import { expandedShape } from "./views";
import { rows } from "../kernels/loops";

const one: readonly number[] = [0];

export function matrix(x: Tensor): Matrices {
  return { x, batches: one, row: x.strides[0] ?? 0, column: x.strides[1] ?? 0 };
}

export function sameType(a: Tensor, b: Tensor, sentence?: string): void {
  if (a.dtype === b.dtype && a.dtype !== "bool") return;
  if (a.dtype === b.dtype) {
    throw runtimeError("\"addmm_impl_cpu_\" not implemented for 'Bool'", 'Convert both with .to("float32").');
  }
  throw runtimeError(
    sentence ?? `expected scalar type ${scalarName(a.dtype)} but found ${scalarName(b.dtype)}`,
    `Convert one of them, as .to("${a.dtype}").`,
  );
}

function cannotMultiply(a: Tensor, b: Tensor): Error {
  const [n = 1, k = 1] = a.shape.length === 1 ? [1, a.shape[0]] : a.shape;
  const [l = 1, m = 1] = b.shape;
  return runtimeError(
    `mat1 and mat2 shapes cannot be multiplied (${n}x${k} and ${l}x${m})`,
    `The columns of the first (${k}) must be as many as the rows of the second (${l}).`,
  );
}

function noMatrix(name: string, x: Tensor): Error {
  return runtimeError(
    `${name} must be a matrix, got ${x.shape.length}-D tensor`,
    `Its shape is ${sizes(x.shape)}; .matmul() takes any.`,
  );
}

export function needsRank(name: string, operand: string, x: Tensor, rank: number, sentence: string): void {
  if (x.shape.length !== rank) {
    throw runtimeError(
      sentence,
      `${name}() takes ${rank}-d tensors and ${operand} has shape ${sizes(x.shape)}; .matmul() takes any.`,
    );
  }
}

/** The gradient of a matrix product for one operand, by a product of turned matrices. */
function product(g: Tensor, k: number, a: Tensor | null, b: Tensor | null): Tensor | null {
  if (a === null || b === null || g.dtype !== a.dtype) return null;
  const [rows = 0, inner = 0] = a.shape;
  const columns = b.shape[1] ?? 0;
  if (k === 0) return fresh(gemm(matrix(g), turned(b), rows, columns, inner, g.dtype, null), a.shape);
  // A turned operand gets a turned gradient, as PyTorch gives it: turned back it lies row-major.
  if (b.strides[0] === 1 && b.strides[1] === inner && inner > 1) {
    const back = gemm(turned(g), matrix(a), columns, rows, inner, g.dtype, null);
    back.loose = true;
    return build(back, b.shape, b.strides, 0);
  }
  return fresh(gemm(turned(a), matrix(g), inner, rows, columns, g.dtype, null), b.shape);
}

function turned(x: Tensor): Matrices {
  return { x, batches: one, row: x.strides[1] ?? 0, column: x.strides[0] ?? 0 };
}

/** A gradient of rows summed for what was added to each of them. */
function overRows(g: Tensor, bias: Tensor | null): Tensor | null {
  if (bias?.shape.length !== 1 || bias.shape[0] !== g.shape[1] || bias.dtype !== g.dtype) return null;
  return fresh(sum(g, [0], g.dtype), bias.shape);
}

/** Matrix times matrix. */
export const mm = op({
  name: "mm",
  symbol: "@",
  node: "MmBackward0",
  inputs: ["a", "b"],
  forward: ([a, b]) => {
    needsRank("mm", "the first", a, 2, "self must be a matrix");
    needsRank("mm", "the second", b, 2, "mat2 must be a matrix");
    if (a.shape[1] !== b.shape[0]) throw cannotMultiply(a, b);
    sameType(a, b);
    const [n = 0, k = 0] = a.shape;
    const m = b.shape[1] ?? 0;
    return fresh(gemm(matrix(a), matrix(b), n, k, m, a.dtype, null), [n, m]);
  },
  saves: (needs) => ({ a: needs.b, b: needs.a }),
  backward: { a: (g, s) => g.mm(s.b.t()), b: (g, s) => s.a.t().mm(g) },
  kernel: (g, k, { a, b }) => product(g, k, a, b),
  formula: { a: "∂L/∂y · bᵀ", b: "aᵀ · ∂L/∂y" },
});

/** bias + a·b, each sum beginning with the bias, or ending with it where b lies turned (a weight), as in reference BLAS. */
export const addmm = op({
  name: "addmm",
  symbol: "@ +",
  node: "AddmmBackward0",
  inputs: ["bias", "a", "b"],
  forward: ([bias, a, b]) => {
    if (a.shape.length !== 2) throw noMatrix("mat1", a);
    if (b.shape.length !== 2) throw noMatrix("mat2", b);
    if (a.shape[1] !== b.shape[0]) throw cannotMultiply(a, b);
    sameType(a, b, "mat1 and mat2 must have the same dtype");
    const [n = 0, k = 0] = a.shape;
    const m = b.shape[1] ?? 0;
    const strides = expandStrides(bias.shape, bias.strides, expandedShape(bias, [n, m]));
    const added = matrix(window(bias, [n, m], strides));
    const isTurned = b.strides[0] === 1 && (b.strides[1] ?? 0) >= k && k > 1;
    // Reference BLAS begins its sums with the bias, and adds it last where b lies turned.
    const [start, end] = isTurned ? [null, added] : [added, null];
    return fresh(gemm(matrix(a), matrix(b), n, k, m, a.dtype, start, end), [n, m]);
  },
  saves: (needs) => ({ a: needs.b, b: needs.a }),
  backward: { bias: (g) => g, a: (g, s) => g.mm(s.b.t()), b: (g, s) => s.a.t().mm(g) },
  kernel: (g, k, { inputs: [bias, a, b] }) =>
    k === 0 ? overRows(g, bias ?? null) : product(g, k - 1, a ?? null, b ?? null),
  formula: { bias: "∂L/∂y summed over rows", a: "∂L/∂y · bᵀ", b: "aᵀ · ∂L/∂y" },
});

/** Matrix times vector. */
export const mv = op({
  name: "mv",
  symbol: "@",
  node: "MvBackward0",
  inputs: ["a", "b"],
  forward: ([a, b]) => {
    const [n = 0, k = 0] = a.shape;
    if (a.shape.length !== 2 || b.shape.length !== 1) {
      throw runtimeError(
        `vector + matrix @ vector expected, got 1, ${a.shape.length}, ${b.shape.length}`,
        ".matmul() takes any.",
      );
    }
    if (b.shape[0] !== k) {
      throw runtimeError(
        `size mismatch, got ${n}, ${n}x${k},${b.shape[0] ?? 0}`,
        `The columns of the matrix (${k}) must be as many as the elements of the vector (${b.shape[0] ?? 0}).`,
      );
    }
    sameType(a, b);
    const column: Matrices = { x: b, batches: one, row: b.strides[0] ?? 0, column: 0 };
    return fresh(gemm(matrix(a), column, n, k, 1, a.dtype, null), [n]);
  },
  saves: (needs) => ({ a: needs.b, b: needs.a }),
  backward: { a: (g, s) => g.outer(s.b), b: (g, s) => s.a.t().mv(g) },
  formula: { a: "∂L/∂y ⊗ b", b: "aᵀ · ∂L/∂y" },
});

/** Sum of products of two vectors. */
export const dot = op({
  name: "dot",
  symbol: "·",
  node: "DotBackward0",
  inputs: ["a", "b"],
  forward: ([a, b]) => {
    if (a.shape.length !== 1 || b.shape.length !== 1) {
      throw runtimeError(
        `1D tensors expected, but got ${a.shape.length}D and ${b.shape.length}D tensors`,
        "Use .matmul() for matrices.",
      );
    }
    sameType(
      a,
      b,
      `dot : expected both vectors to have same dtype, but found ${scalarName(a.dtype)} and ${scalarName(b.dtype)}`,
    );
    const [n = 0] = a.shape;
    if (b.shape[0] !== n) {
      throw runtimeError(
        `inconsistent tensor size, expected tensor ${sizes(a.shape)} and src ${sizes(b.shape)} to have the same number of elements, but got ${n} and ${b.shape[0] ?? 0} elements respectively`,
        "Make the vectors equally long.",
      );
    }
    const row: Matrices = { x: a, batches: one, row: 0, column: a.strides[0] ?? 0 };
    const column: Matrices = { x: b, batches: one, row: b.strides[0] ?? 0, column: 0 };
    return fresh(gemm(row, column, 1, n, 1, a.dtype, null), []);
  },
  saves: (needs) => ({ a: needs.b, b: needs.a }),
  backward: { a: (g, s) => s.b.mul(g), b: (g, s) => s.a.mul(g) },
  formula: { a: "∂L/∂y · b", b: "∂L/∂y · a" },
});

/** Batches of matrices, one product each. */
export const bmm = op({
  name: "bmm",
  symbol: "@",
  node: "BmmBackward0",
  inputs: ["a", "b"],
  forward: ([a, b]) => {
    needsRank("bmm", "the first", a, 3, "batch1 must be a 3D tensor");
    needsRank("bmm", "the second", b, 3, "batch2 must be a 3D tensor");
    const [batch = 0, n = 0, k = 0] = a.shape;
    const m = b.shape[2] ?? 0;
    if (b.shape[0] !== batch || b.shape[1] !== k) {
      throw runtimeError(
        `Expected size for first two dimensions of batch2 tensor to be: [${batch}, ${k}] but got: [${b.shape[0] ?? 0}, ${b.shape[1] ?? 0}].`,
        `The shapes are ${sizes(a.shape)} and ${sizes(b.shape)}.`,
      );
    }
    sameType(a, b);
    return fresh(gemm(batched(a), batched(b), n, k, m, a.dtype, null), [batch, n, m]);
  },
  saves: (needs) => ({ a: needs.b, b: needs.a }),
  backward: {
    a: (g, s) => g.bmm(s.b.transpose(1, 2)),
    b: (g, s) => s.a.transpose(1, 2).bmm(g),
  },
  formula: { a: "∂L/∂y · bᵀ", b: "aᵀ · ∂L/∂y" },
});

export function batched(x: Tensor): Matrices {
  const batches: number[] = [];
  rows([...x.shape.slice(0, -2), 1], [[...x.strides.slice(0, -2), 0]], (offsets) => batches.push(offsets[0] ?? 0));
  return { x, batches, row: x.strides.at(-2) ?? 0, column: x.strides.at(-1) ?? 0 };
}

/** Every product of an element of a vector with one of another. */
export const outer = op({
  name: "outer",
  symbol: "⊗",
  node: "MulBackward0",
  inputs: ["a", "b"],
  forward: ([a, b]) => {
    if (a.shape.length !== 1)
      throw runtimeError(`outer: Expected 1-D argument self, but got ${a.shape.length}-D`, "Use .flatten() on it.");
    if (b.shape.length !== 1)
      throw runtimeError(`outer: Expected 1-D argument vec2, but got ${b.shape.length}-D`, "Use .flatten() on it.");
    const shape = [a.shape[0] ?? 0, b.shape[0] ?? 0];
    const column = window(a, [shape[0] ?? 0, 1], [a.strides[0] ?? 0, 0]);
    const dtype = resultType([a, b]);
    return fresh(
      zip(cast(column, dtype), cast(b, dtype), shape, dtype, (x, y) => x * y),
      shape,
    );
  },
  saves: (needs) => ({ a: needs.b, b: needs.a }),
  backward: { a: (g, s) => g.mul(s.b).sum(1), b: (g, s) => g.mul(s.a.unsqueeze(1)).sum(0) },
  formula: { a: "∂L/∂y · b", b: "∂L/∂yᵀ · a" },
});

/** The matrix product of PyTorch's matmul: by rank dot, mv, mm, or a broadcast batch of products. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  const [p, q] = [a.shape.length, b.shape.length];
  if (p === 0 || q === 0) {
    throw runtimeError(
      `both arguments to matmul need to be at least 1D, but they are ${p}D and ${q}D`,
      "Use .mul() to multiply by a 0-d tensor.",
    );
  }
  if (p === 1 && q === 1) return apply(dot, [a, b]);
  if (p === 2 && q === 1) return apply(mv, [a, b]);
  if (p === 1 && q === 2) {
    if (a.shape[0] !== b.shape[0]) throw cannotMultiply(a, b);
    return a.unsqueeze(0).mm(b).squeeze(0);
  }
  if (p === 2 && q === 2) return apply(mm, [a, b]);
  if (q <= 2 && p >= 3) return folded(a, b);
  return batchedProduct(a, b);
}

/** Many rows times one matrix (or vector): one large product. */
function folded(a: Tensor, b: Tensor): Tensor {
  const lead = a.shape.slice(0, -1);
  const rowsOf = a.reshape([numel(lead), a.shape.at(-1) ?? 1]);
  return b.shape.length === 1 ? rowsOf.mv(b).view(lead) : rowsOf.mm(b).view([...lead, b.shape[1] ?? 1]);
}

function batchedProduct(a: Tensor, b: Tensor): Tensor {
  const left = a.shape.length === 1 ? a.unsqueeze(0) : a;
  const right = b.shape.length === 1 ? b.unsqueeze(1) : b;
  const lead = broadcast(left.shape.slice(0, -2), right.shape.slice(0, -2));
  const count = lead.reduce((n, size) => n * size, 1);
  const spread = (x: Tensor) => x.expand([...lead, ...x.shape.slice(-2)]).reshape([count, ...x.shape.slice(-2)]);
  const product = apply(bmm, [spread(left), spread(right)]);
  const kept = [
    ...lead,
    ...(a.shape.length === 1 ? [] : [left.shape.at(-2) ?? 1]),
    ...(b.shape.length === 1 ? [] : [right.shape.at(-1) ?? 1]),
  ];
  return product.view(kept);
}
