import { apply } from "./apply";
import { addmm as addmmOp } from "./ops/matmul";
import { addmv as addmvOp, addr as addrOp, baddbmm as baddbmmOp, weighted } from "./ops/products";
import type { Tensor } from "./tensor";

/** Weights of a sum of a bias and a product. */
export interface Weights {
  /** Of the bias; 1 by default, 0 leaves it out. */
  readonly beta?: number;
  /** Of the product; 1 by default. */
  readonly alpha?: number;
}

/** beta · bias + alpha · a·b: bias broadcasts to [n, m], a [n, k], b [k, m]. Source: torch.addmm. */
export function addmm(bias: Tensor, a: Tensor, b: Tensor, { beta = 1, alpha = 1 }: Weights = {}): Tensor {
  return weighted(
    (x) => apply(addmmOp, [x, a, b]),
    () => a.mm(b),
    bias,
    beta,
    alpha,
  );
}
/** beta · bias + alpha · a·b: bias broadcasts to [n], a [n, k], b [k]. Source: torch.addmv. */
export function addmv(bias: Tensor, a: Tensor, b: Tensor, { beta = 1, alpha = 1 }: Weights = {}): Tensor {
  return weighted(
    (x) => apply(addmvOp, [x, a, b]),
    () => a.mv(b),
    bias,
    beta,
    alpha,
  );
}
/** beta · bias + alpha · a ⊗ b: bias broadcasts to [n, m], a [n], b [m]. Source: torch.addr. */
export function addr(bias: Tensor, a: Tensor, b: Tensor, { beta = 1, alpha = 1 }: Weights = {}): Tensor {
  return weighted(
    (x) => apply(addrOp, [x, a, b]),
    () => a.outer(b),
    bias,
    beta,
    alpha,
  );
}
/** beta · bias + alpha · a·b for batches: bias broadcasts to [b, n, m], a [b, n, k], b [b, k, m]. Source: torch.baddbmm. */
export function baddbmm(bias: Tensor, a: Tensor, b: Tensor, { beta = 1, alpha = 1 }: Weights = {}): Tensor {
  return weighted(
    (x) => apply(baddbmmOp, [x, a, b]),
    () => a.bmm(b),
    bias,
    beta,
    alpha,
  );
}
