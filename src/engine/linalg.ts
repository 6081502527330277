import { apply, applyMany } from "./apply";
import { eye } from "./create";
import { runtimeError } from "./errors";
import { calling } from "./op";
import * as ops from "./ops/linear";
import { norm as normOf } from "./ops/norm";
import { broadcast, type Dims, dimension, sizes } from "./shape";
import type { Keep, Tensor } from "./tensor";

// Factorisations run in float64 and are rounded once to the dtype of their operand.

/**
 * The determinant of each n×n matrix. Gradient det(a) · a⁻ᵀ · ∂L/∂y, by cofactors where a is singular.
 * Shapes: […, n, n] → […]. Errors: matrices that are not square; integers. Source: torch.linalg.det.
 */
export function det(a: Tensor): Tensor {
  return apply(ops.det, [a]);
}

/**
 * Sign and ln |det| of each n×n matrix, without overflow. Gradient a⁻ᵀ · ∂L/∂y.
 * Shapes: […, n, n] → two of […]. Errors: matrices that are not square; integers. Source: torch.linalg.slogdet.
 */
export function slogdet(a: Tensor): { readonly sign: Tensor; readonly logabsdet: Tensor } {
  const [sign = a, logabsdet = a] = applyMany(ops.slogdet, [a]);
  return { sign, logabsdet };
}

/**
 * The inverse of each n×n matrix. Gradient −yᵀ · ∂L/∂y · yᵀ.
 * Shapes: […, n, n] → the same. Errors: matrices that are not square or are singular; integers.
 * Source: torch.linalg.inv.
 */
export function inv(a: Tensor): Tensor {
  return apply(ops.inv, [a]);
}

/**
 * x of a·x = b: a […, n, n], b […, n, m] or a vector [n]; batches broadcast. Gradients a⁻ᵀ · ∂L/∂y for b, −that · xᵀ
 * for a.
 * Shapes: a […, n, n], b […, n, m] or [n] → as b; leading dims broadcast. Errors: matrices that are not square or are
 * singular; sizes that do not fit; integers. Source: torch.linalg.solve.
 */
export function solve(a: Tensor, b: Tensor): Tensor {
  const vector = b.ndim === 1 || (b.ndim === a.ndim - 1 && sizes(b.shape) === sizes(a.shape.slice(0, -1)));
  const right = vector ? b.unsqueeze(-1) : b;
  if (right.size(-2) !== a.size(-1)) {
    throw runtimeError(
      `linalg.solve: Incompatible shapes of A and B for the equation AX = B (${a.size(-2)}x${a.size(-1)} and ${right.size(-2)}x${right.size(-1)})`,
      "B has as many rows as A.",
    );
  }
  const lead = broadcast(a.shape.slice(0, -2), right.shape.slice(0, -2));
  const wide = (x: Tensor) => x.expand([...lead, ...x.shape.slice(-2)]);
  const x = apply(ops.solve, [wide(a), wide(right)]);
  return vector ? x.squeeze(-1) : x;
}

/**
 * The lower triangular L of a = L·Lᵀ for symmetric positive definite matrices, of which the lower half is read.
 * Shapes: […, n, n] → the same. Errors: matrices that are not square, or not positive definite; integers.
 * Source: torch.linalg.cholesky.
 */
export function cholesky(a: Tensor): Tensor {
  return apply(ops.cholesky, [a]);
}

/**
 * The vector product of threes along `dim` (the last by default).
 * Shapes: two of one rank, 3 along `dim` → the same. Errors: ranks that differ; a size other than 3; a dim out of
 * range. Source: torch.linalg.cross.
 */
export function cross(a: Tensor, b: Tensor, dim = -1): Tensor {
  const d = dimension(dim, a.ndim);
  if (a.ndim !== b.ndim || a.size(d) !== 3 || b.size(d) !== 3) {
    throw runtimeError(
      `linalg.cross: inputs dimension ${d} must have length 3. Got ${a.size(d)} and ${b.ndim > d ? b.size(d) : 0}`,
      "A vector product is of vectors in space.",
    );
  }
  return apply(ops.cross, [a, b], calling({ dim: d }));
}

/**
 * Sums of products along `dim` (the last by default), with broadcasting.
 * Shapes: two that broadcast → their common shape without `dim`. Errors: shapes that do not broadcast; a dim out of
 * range. Source: torch.linalg.vecdot.
 */
export function vecdot(a: Tensor, b: Tensor, dim = -1): Tensor {
  return a.mul(b).sum(dim);
}

/**
 * (Σ |a|ᵖ)^(1/p) over dims, all elements as one vector by default.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: a dim out of range; an empty dim;
 * integers. Source: torch.linalg.vector_norm.
 */
export function vectorNorm(a: Tensor, p = 2, dim?: Dims, options: Keep = {}): Tensor {
  return normOf(a, p, dim, options.keepdim === true);
}

/**
 * The norm of matrices in two dims: "fro" (√Σa²), 1 or −1 (largest or smallest column sum of |a|), ±Infinity (row
 * sums).
 * Shapes: […, n, m] → […] (size 1 with `keepdim`). Errors: an order that needs singular values; a dim out of range;
 * integers. Source: torch.linalg.matrix_norm.
 */
export function matrixNorm(
  a: Tensor,
  order: "fro" | number = "fro",
  dim: readonly [number, number] = [-2, -1],
  options: Keep = {},
): Tensor {
  const keepdim = options.keepdim === true;
  if (order === "fro") return normOf(a, 2, dim, keepdim);
  const [row, column] = dim.map((d) => dimension(d, a.ndim));
  if (row === undefined || column === undefined || (Math.abs(order) !== 1 && Math.abs(order) !== Infinity)) {
    throw runtimeError(
      `linalg.matrix_norm: Order ${order} not supported.`,
      'Use "fro", 1, −1, Infinity or −Infinity: the others need singular values.',
    );
  }
  const [added, left] = Math.abs(order) === 1 ? [row, column] : [column, row];
  const sums = normOf(a, 1, added, true);
  const best = order > 0 ? sums.amax(left, { keepdim: true }) : sums.amin(left, { keepdim: true });
  return keepdim ? best : best.squeeze([row, column]);
}

/**
 * Without an order the 2-norm of all elements; with one, the vector norm over one dim or the matrix norm over two.
 * Shapes: any → 0-d, or without the dims given (size 1 with `keepdim`). Errors: an order that needs singular values;
 * three dims or more beside one; a dim out of range; integers. Source: torch.linalg.norm.
 */
export function norm(a: Tensor, order?: "fro" | number | null, dim?: Dims, options: Keep = {}): Tensor {
  if (Array.isArray(dim) && dim.length !== 1 && dim.length !== 2) {
    throw runtimeError(
      `linalg.norm: If dim is specified, it must be of length 1 or 2. Got ${sizes(dim)}`,
      "Use .vectorNorm(), which takes any.",
    );
  }
  if (order === undefined || order === null) return normOf(a, 2, dim, options.keepdim === true);
  if ((dim ?? null) === null && a.ndim !== 1 && a.ndim !== 2) {
    throw runtimeError(
      `linalg.norm: If dim is not specified but ord is, the input must be 1D or 2D. Got ${a.ndim}D.`,
      "Use .vectorNorm(), which takes any.",
    );
  }
  const dims = typeof dim === "number" ? [dim] : (dim ?? a.shape.map((_, d) => d));
  const [first, second] = dims;
  if (dims.length === 2 && first !== undefined && second !== undefined)
    return matrixNorm(a, order, [first, second], options);
  return normOf(a, order, dims, options.keepdim === true);
}

/**
 * a·a·… n times; the identity for 0, powers of the inverse below.
 * Shapes: […, n, n] → the same. Errors: matrices that are not square, or singular for n below 0; an n that is no whole
 * number. Source: torch.linalg.matrix_power.
 */
export function matrixPower(a: Tensor, n: number): Tensor {
  if (!Number.isInteger(n)) throw runtimeError(`linalg.matrix_power: n must be a whole number, but got ${n}`, "Use 2.");
  if (a.ndim < 2 || a.size(-1) !== a.size(-2)) {
    throw runtimeError("linalg.matrix_power: A must be batches of square matrices", `Its shape is ${sizes(a.shape)}.`);
  }
  if (n < 0) return matrixPower(inv(a), -n);
  if (n === 0) return eye(a.size(-1), { dtype: a.dtype }).expand(a.shape).clone();
  if (n === 1) return a.clone();
  const half = matrixPower(a, Math.floor(n / 2));
  const square = half.matmul(half);
  return n % 2 === 0 ? square : square.matmul(a);
}

/**
 * The product of several matrices in the order that needs the fewest multiplications; the first and last may be
 * vectors.
 * Shapes: [n₀, n₁], [n₁, n₂], … → [n₀, last], a vector at an end drops its dim. Errors: fewer than two; sizes that do
 * not fit. Source: torch.linalg.multi_dot.
 */
export function multiDot(tensors: readonly Tensor[]): Tensor {
  const [first, ...more] = tensors;
  const last = more.at(-1);
  if (first === undefined || last === undefined) {
    throw runtimeError(`multi_dot(): expected at least 2 tensors but got ${tensors.length}`, "Give two or more.");
  }
  const wide = tensors.map((x, k) => (x.ndim === 1 ? x.unsqueeze(k === 0 ? 0 : 1) : x));
  const product = chained(wide, costs(wide), 0, wide.length - 1);
  const rows = first.ndim === 1 ? product.squeeze(0) : product;
  return last.ndim === 1 ? rows.squeeze(-1) : rows;
}

/** Where to split each stretch of the chain (the textbook's matrix chain order). */
function costs(chain: readonly Tensor[]): ReadonlyMap<string, number> {
  const splits = new Map<string, number>();
  const cost = new Map<string, number>();
  const size = (k: number) => (k < chain.length ? chain[k]?.size(0) : chain.at(-1)?.size(1)) ?? 0;
  for (let length = 1; length < chain.length; length++) {
    for (let i = 0; i + length < chain.length; i++) {
      const j = i + length;
      let best = Infinity;
      for (let k = i; k < j; k++) {
        const steps =
          (cost.get(`${i} ${k}`) ?? 0) + (cost.get(`${k + 1} ${j}`) ?? 0) + size(i) * size(k + 1) * size(j + 1);
        if (steps < best) {
          best = steps;
          splits.set(`${i} ${j}`, k);
        }
      }
      cost.set(`${i} ${j}`, best);
    }
  }
  return splits;
}

function chained(chain: readonly Tensor[], splits: ReadonlyMap<string, number>, i: number, j: number): Tensor {
  const [only] = chain.slice(i, i + 1);
  if (i === j && only !== undefined) return only;
  const k = splits.get(`${i} ${j}`) ?? i;
  return chained(chain, splits, i, k).mm(chained(chain, splits, k + 1, j));
}
