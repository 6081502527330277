import type { Op } from "../op";

/** PyTorch has two nodes for a reduction: over everything, and over dims that were named. */
export interface Twofold {
  readonly ofAll: Op;
  readonly ofDims: Op;
}

/** The two, made by the same description. */
export function twofold(of: (node: string) => Op, name: string): Twofold {
  return { ofAll: of(`${name}Backward0`), ofDims: of(`${name}Backward1`) };
}
