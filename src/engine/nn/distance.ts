import type { Tensor } from "../tensor";
import { cosineSimilarity, type CosineOptions, pairwiseDistance } from "./functional/margin";
import { Module } from "./module";

/** The cosine between vectors along a dim; see `nn.functional.cosineSimilarity`. Source: torch/nn/modules/distance.py. */
export class CosineSimilarity extends Module {
  readonly dim: number;
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

/** The p-norm of differences of vectors; see `nn.functional.pairwiseDistance`. Source: torch/nn/modules/distance.py. */
export class PairwiseDistance extends Module {
  readonly p: number;
  readonly eps: number;
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
