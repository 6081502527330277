import type { Tensor } from "../tensor";
import { cosineSimilarity, type CosineOptions, pairwiseDistance } from "./functional/margin";
import { Module } from "./module";

/**
 * The cosine between vectors along a dim; see `nn.functional.cosineSimilarity`.
 * Shapes: two that broadcast → theirs without `dim`. Errors: shapes that do not broadcast; a dim out of range;
 * integers. Source: torch/nn/modules/distance.py.
 */
export class CosineSimilarity extends Module {
  /** The dimension along which the vectors lie. */
  readonly dim: number;
  /** The least length a vector is taken to have. */
  readonly eps: number;

  constructor({ dim = 1, eps = 1e-8 }: CosineOptions = {}) {
    super();
    this.dim = dim;
    this.eps = eps;
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return cosineSimilarity(x1, x2, this);
  }
}

/**
 * The p-norm of differences of vectors; see `nn.functional.pairwiseDistance`.
 * Shapes: […, width] and one that broadcasts → […]. Errors: shapes that do not broadcast; booleans.
 * Source: torch/nn/modules/distance.py.
 */
export class PairwiseDistance extends Module {
  /** Which norm measures the distance; 2 is the length. */
  readonly p: number;
  /** What is added to each difference. */
  readonly eps: number;
  /** Whether the last dimension stays, with size 1. */
  readonly keepdim: boolean;

  constructor({ p = 2, eps = 1e-6, keepdim = false }: { p?: number; eps?: number; keepdim?: boolean } = {}) {
    super();
    this.p = p;
    this.eps = eps;
    this.keepdim = keepdim;
  }

  override forward(x1: Tensor, x2: Tensor): Tensor {
    return pairwiseDistance(x1, x2, this);
  }
}
