import { bins, type Numbers, Tally } from "./tally";

/** How many elements a sample holds. */
export const sampled = 64;
const figures = 8;

/** Doubles of a statistics block: the figures, the histogram's counts, the sample. */
export const statisticsDoubles = figures + bins + sampled;

/** Bytes of a statistics block. */
export const statisticsBytes = 8 * statisticsDoubles;

/** What is kept of a value with too many elements. Figures leave NaN and infinities out; those are counted. */
export interface Stats {
  readonly elements: number;
  /** NaN when no element is finite, as are max, mean and norm. */
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** With n − 1, as PyTorch's `std`. */
  readonly std: number;
  /** Square root of the sum of squares. */
  readonly norm: number;
  readonly zeros: number;
  readonly nans: number;
  readonly infs: number;
  /** Counts of the finite elements in equal steps from min to max. */
  readonly histogram: readonly number[];
  /** The first elements, in row-major order. */
  readonly sample: readonly number[];
}

const plain = new Tally();

/** Writes the statistics of `count` elements of `data` from `start` into `out` from `at`. */
export function writeStatistics(
  out: Float64Array,
  at: number,
  data: Numbers,
  start: number,
  count: number,
  tally: Tally = plain,
): void {
  tally.look(data, start, count);
  const spread = tally.spread(data, start, count);
  tally.count(data, start, count);
  const { min, max, sum, squares, finite, zeros, nans, infs, counts } = tally;
  const none = finite === 0;
  out.fill(0, at, at + statisticsDoubles);
  out[at] = none ? NaN : min;
  out[at + 1] = none ? NaN : max;
  out[at + 2] = sum / finite;
  out[at + 3] = Math.sqrt(spread / (finite - 1));
  out[at + 4] = none ? NaN : Math.sqrt(squares);
  out[at + 5] = zeros;
  out[at + 6] = nans;
  out[at + 7] = infs;
  out.set(counts, at + figures);
  for (let k = 0; k < sampled && k < count; k++) out[at + figures + bins + k] = data[start + k] ?? 0;
}

/** Writes another sample into statistics: the elements at these places. */
export function writeSample(out: Float64Array, at: number, data: ArrayLike<number>, places: readonly number[]): void {
  places.forEach((place, k) => {
    if (k < sampled) out[at + figures + bins + k] = data[place] ?? 0;
  });
}

/** The figures of elements that are all there. */
export function statisticsOf(data: ArrayLike<number>): Stats {
  const room = new Float64Array(statisticsDoubles);
  writeStatistics(room, 0, Float64Array.from(data), 0, data.length);
  return readStatistics(room, data.length);
}

/** Reads back what `writeStatistics` wrote for a value of `elements` elements. */
export function readStatistics(from: Float64Array, elements: number): Stats {
  const [min = NaN, max = NaN, mean = NaN, std = NaN, norm = NaN, zeros = 0, nans = 0, infs = 0] = from;
  const sample = figures + bins;
  return {
    elements,
    min,
    max,
    mean,
    std,
    norm,
    zeros,
    nans,
    infs,
    histogram: Array.from(from.subarray(figures, sample)),
    sample: Array.from(from.subarray(sample, sample + Math.min(sampled, elements))),
  };
}
