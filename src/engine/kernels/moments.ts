import { type DType, type Round, rounders } from "../dtype";
import { numel } from "../shape";
import { fusedIn } from "./fma";
import { packed, type Strided } from "./loops";
import { ceilLog2, lanesOf } from "./sum";

/** Mean and variance (divided by n) of stretches of elements, rounded to their dtype. */
export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Means, and sums of squared distances from them, of streams of elements side by side. */
class Streams {
  count = 0;
  readonly means: number[];
  readonly squares: number[];

  constructor(
    width: number,
    private readonly r: Round,
  ) {
    this.means = new Array<number>(width).fill(0);
    this.squares = new Array<number>(width).fill(0);
  }

  /** Takes other streams in (Chan's formula). */
  join({ count, means, squares }: Streams): void {
    const { r } = this;
    const both = this.count + count;
    const share = both === 0 ? 0 : r(count / both);
    for (let l = 0; l < means.length; l++) {
      const apart = r(means[l]! - this.means[l]!);
      this.means[l] = r(this.means[l]! + r(share * apart));
      const between = r(r(r(apart * apart) * share) * this.count);
      this.squares[l] = r(this.squares[l]! + r(squares[l]! + between));
    }
    this.count = both;
  }

  /** Takes the next element of stream `l` in, of which it gets a share (Welford's formula). */
  take(l: number, value: number, share: (apart: number) => number): void {
    const { r } = this;
    const apart = r(value - this.means[l]!);
    this.means[l] = r(this.means[l]! + share(apart));
    this.squares[l] = r(this.squares[l]! + r(apart * r(value - this.means[l])));
  }

  clear(): void {
    this.count = 0;
    this.means.fill(0);
    this.squares.fill(0);
  }
}

/** Vectors that are summed before the next level takes over. */
const chunk = 16;

/**
 * The moments of each of `groups` equal stretches of memory in the order of ATen's RowwiseMoments (moments_utils.h) on
 * AVX2: chunks of 16 vectors, joined in a cascade, then lane by lane.
 */
export function momentsOfRows(x: Strided, groups: number): Moments {
  const data = packed(x);
  const { dtype } = x.storage;
  const [r, lanes] = [rounders[dtype], lanesOf[dtype]];
  const size = groups === 0 ? 0 : data.length / groups;
  const vectors = Math.floor(size / lanes);
  const chunks = Math.ceil(vectors / chunk);
  const levels = Array.from({ length: ceilLog2(chunks) }, () => new Streams(lanes, r));
  const [sums, lane, total] = [new Streams(lanes, r), new Streams(1, r), new Streams(1, r)];
  const bottom = levels[0]!;
  const shares = Array.from({ length: chunk }, (_, k) => {
    const share = r(1 / (k + 1));
    return (apart: number) => r(apart * share);
  });
  const made = { mean: new Float64Array(groups), variance: new Float64Array(groups) };
  for (let group = 0; group < groups; group++) {
    const at = group * size;
    for (const level of levels) level.clear();
    for (let i = 0; i < chunks; i++) {
      sums.clear();
      for (let j = i * chunk; j < Math.min(vectors, (i + 1) * chunk); j++) {
        sums.count++;
        const share = shares[sums.count - 1]!;
        for (let l = 0; l < lanes; l++) sums.take(l, data[at + j * lanes + l]!, share);
      }
      bottom.join(sums);
      for (let j = 1; j < levels.length && (((i + 1) >> (j - 1)) & 1) === 0; j++) {
        levels[j]!.join(levels[j - 1]!);
        levels[j - 1]!.clear();
      }
    }
    for (let j = 1; j < levels.length; j++) bottom.join(levels[j]!);
    total.clear();
    for (let k = vectors * lanes; k < size; k++) {
      total.count++;
      total.take(0, data[at + k]!, (apart) => r(apart / total.count));
    }
    lane.count = vectors;
    for (let l = 0; l < lanes; l++) {
      [lane.means[0], lane.squares[0]] = [bottom.means[l]!, bottom.squares[l]!];
      total.join(lane);
    }
    made.mean[group] = total.means[0]!;
    made.variance[group] = r(total.squares[0]! / size);
  }
  return made;
}

/** Mean and sum of squared distances from it. */
export interface Sums {
  readonly mean: Float64Array;
  readonly squares: Float64Array;
  /** Elements in each channel. */
  readonly count: number;
}

/**
 * The sums of each channel of [batch, channels, …] as batch_norm_kernel.cpp adds them up: in the dtype where an image is
 * one element, else in doubles.
 */
export function sumsOfChannels(x: Strided): Sums {
  const data = packed(x);
  const { dtype } = x.storage;
  const [r, fma] = [rounders[dtype], fusedIn(dtype)];
  const [batch = 0, channels = 1] = x.shape;
  const length = numel(x.shape.slice(2));
  const count = batch * length;
  const alone = length === 1;
  const made = { mean: new Float64Array(channels), squares: new Float64Array(channels), count };
  for (let channel = 0; channel < channels; channel++) {
    const each = (visit: (value: number) => void) => {
      for (let n = 0; n < batch; n++) {
        const at = (n * channels + channel) * length;
        for (let i = at; i < at + length; i++) visit(data[i]!);
      }
    };
    let total = 0;
    each((value) => {
      total = alone ? r(total + value) : total + value;
    });
    const mean = r(total / count);
    let squares = 0;
    each((value) => {
      const apart = r(value - mean);
      squares = alone ? fma(apart, apart, squares) : squares + r(apart * apart);
    });
    made.mean[channel] = mean;
    made.squares[channel] = r(squares);
  }
  return made;
}

/** 1 / √(variance + eps), each step rounded. */
export function rstd(variance: number, eps: number, r: Round): number {
  return r(1 / r(Math.sqrt(r(variance + r(eps)))));
}

/** The same of many variances, in doubles and rounded once. */
export function rstdsInDoubles(variances: ArrayLike<number>, eps: number, dtype: DType): Float64Array {
  const r = rounders[dtype];
  return Float64Array.from(variances, (variance) => r(1 / Math.sqrt(variance + eps)));
}

/** The mean and the rstd of each channel. */
export interface Statistics {
  readonly mean: ArrayLike<number>;
  readonly rstds: ArrayLike<number>;
}

/** The statistics of a batch by its own moments. */
export function statisticsOf(x: Strided, eps: number): Statistics {
  const { dtype } = x.storage;
  const { mean, squares, count } = sumsOfChannels(x);
  const variances = squares.map((value) => rounders[dtype](value / count));
  return { mean, rstds: rstdsInDoubles(variances, eps, dtype) };
}
