import { apply } from "./apply";
import { calling, type Op } from "./op";
import { addmm as addmmOp } from "./ops/matmul";
import * as products from "./ops/products";
import type { Tensor } from "./tensor";

/** Weights of a sum of a bias and a product. */
export interface Weights {
  /** Of the bias; 1 by default, 0 leaves it out. */
  readonly beta?: number;
  /** Of the product; 1 by default. */
  readonly alpha?: number;
}

/**
 * beta · bias + alpha · a·b.
 * Shapes: bias broadcasts to [n, m], a [n, k], b [k, m] → [n, m]. Errors: other ranks; sizes that do not fit; two
 * dtypes; booleans. Source: torch.addmm.
 */
export function addmm(bias: Tensor, a: Tensor, b: Tensor, { beta = 1, alpha = 1 }: Weights = {}): Tensor {
  return weighted(addmmOp, products.addmmWeighted, [bias, a, b], beta, alpha);
}
/**
 * beta · bias + alpha · a·b.
 * Shapes: bias broadcasts to [n], a [n, k], b [k] → [n]. Errors: sizes that do not fit; two dtypes; booleans.
 * Source: torch.addmv.
 */
export function addmv(bias: Tensor, a: Tensor, b: Tensor, { beta = 1, alpha = 1 }: Weights = {}): Tensor {
  return weighted(products.addmv, products.addmvWeighted, [bias, a, b], beta, alpha);
}
/**
 * beta · bias + alpha · a ⊗ b.
 * Shapes: bias broadcasts to [n, m], a [n], b [m] → [n, m]. Errors: operands that are no vectors; sizes that do not
 * fit. Source: torch.addr.
 */
export function addr(bias: Tensor, a: Tensor, b: Tensor, { beta = 1, alpha = 1 }: Weights = {}): Tensor {
  return weighted(products.addr, products.addrWeighted, [bias, a, b], beta, alpha);
}
/**
 * beta · bias + alpha · a·b for batches.
 * Shapes: bias broadcasts to [b, n, m], a [b, n, k], b [b, k, m] → [b, n, m]. Errors: other ranks; sizes that do not
 * fit; two dtypes; booleans. Source: torch.baddbmm.
 */
export function baddbmm(bias: Tensor, a: Tensor, b: Tensor, { beta = 1, alpha = 1 }: Weights = {}): Tensor {
  return weighted(products.baddbmm, products.baddbmmWeighted, [bias, a, b], beta, alpha);
}

function weighted(plain: Op, withWeights: Op, operands: readonly Tensor[], beta: number, alpha: number): Tensor {
  return beta === 1 && alpha === 1
    ? apply(plain, operands)
    : apply(withWeights, operands, calling(undefined, [beta, alpha]));
}
