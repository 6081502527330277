import { type DType, type Round, rounders } from "../dtype";
import { type Fused, fusedIn } from "./fma";
import { lanesOf } from "./sum";

/** The number of place k. */
export type Reads = (k: number) => number;

/** 1 everywhere. */
export const one: Reads = () => 1;

/** How a dtype is computed with: the rounding, the fused product and the lanes of a vector. */
export class Arithmetic {
  readonly r: Round;
  readonly fma: Fused;
  private readonly lanes: number;
  private readonly sums: Float64Array;

  constructor(dtype: DType) {
    this.r = rounders[dtype];
    this.fma = fusedIn(dtype);
    this.lanes = lanesOf[dtype];
    this.sums = new Float64Array(this.lanes);
  }

  /** Σ a(k) · b(k) as vec::map2_reduce_all: lanes side by side, the rest in the first of them, then by halves. */
  dot(size: number, a: Reads, b: Reads): number {
    const { r, fma, lanes, sums } = this;
    const first = Math.min(size, lanes);
    for (let l = 0; l < first; l++) sums[l] = r(a(l) * b(l));
    for (let k = lanes; k < size; k++) sums[k % lanes] = fma(a(k), b(k), sums[k % lanes]!);
    if (lanes === 8 && size >= lanes) {
      for (let half = 4; half > 0; half >>= 1) {
        for (let l = 0; l < half; l++) sums[l] = r(sums[l]! + sums[l + half]!);
      }
      return sums[0]!;
    }
    let total = size === 0 ? 0 : sums[0]!;
    for (let l = 1; l < first; l++) total = r(total + sums[l]!);
    return total;
  }

  /**
   * Σ a(k) · b(k) as group_norm_kernel.cpp: lanes side by side, one after the other, then the rest, of which GCC rounds
   * the products that come by fours.
   */
  dotInOrder(size: number, a: Reads, b: Reads): number {
    const { r, fma, lanes, sums } = this;
    const whole = size - (size % lanes);
    sums.fill(0);
    for (let k = 0; k < whole; k++) sums[k % lanes] = fma(a(k), b(k), sums[k % lanes]!);
    let total = 0;
    for (const sum of sums) total = r(total + sum);
    const rounded = size - (size % 4);
    for (let k = whole; k < size; k++) {
      total = k < rounded ? r(total + r(a(k) * b(k))) : fma(a(k), b(k), total);
    }
    return total;
  }
}
