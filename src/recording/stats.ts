const bins = 16;
const sampled = 64;
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

/** Writes the statistics of `count` elements of `data` from `start` into `out` from `at`. */
export function writeStatistics(
  out: Float64Array,
  at: number,
  data: ArrayLike<number>,
  start: number,
  count: number,
): void {
  const end = start + count;
  let [min, max, sum, squares, finite, zeros, nans, infs] = [Infinity, -Infinity, 0, 0, 0, 0, 0, 0];
  for (let k = start; k < end; k++) {
    const value = data[k] ?? 0;
    if (value - value !== 0) {
      if (value !== value) nans++;
      else infs++;
      continue;
    }
    finite++;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros++;
    sum += value;
    squares += value * value;
  }
  const mean = sum / finite;
  const counts = at + figures;
  out.fill(0, at, at + statisticsDoubles);
  let spread = 0;
  const scale = max > min ? bins / (max - min) : 0;
  for (let k = start; k < end; k++) {
    const value = data[k] ?? 0;
    if (value - value !== 0) continue;
    spread += (value - mean) * (value - mean);
    const bin = counts + Math.min(bins - 1, Math.floor((value - min) * scale));
    out[bin] = (out[bin] ?? 0) + 1;
  }
  const none = finite === 0;
  out[at] = none ? NaN : min;
  out[at + 1] = none ? NaN : max;
  out[at + 2] = mean;
  out[at + 3] = Math.sqrt(spread / (finite - 1));
  out[at + 4] = none ? NaN : Math.sqrt(squares);
  out[at + 5] = zeros;
  out[at + 6] = nans;
  out[at + 7] = infs;
  for (let k = 0; k < sampled && k < count; k++) out[counts + bins + k] = data[start + k] ?? 0;
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
