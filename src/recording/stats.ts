const bins = 16;
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

/** What the first look at a value finds. Sums run in four lanes, so that no addition waits for the one before. */
class Tally {
  min = 0;
  max = 0;
  sum = 0;
  squares = 0;
  finite = 0;
  zeros = 0;
  nans = 0;
  infs = 0;
  readonly counts = new Int32Array(4 * bins);

  look(data: Numbers, start: number, count: number): void {
    let [min, max, s0, s1, s2, s3, q0, q1, q2, q3, zeros] = [Infinity, -Infinity, 0, 0, 0, 0, 0, 0, 0, 0, 0];
    const whole = start + (count & ~3);
    for (let k = start; k < whole; k += 4) {
      const a = data[k] ?? 0;
      const b = data[k + 1] ?? 0;
      const c = data[k + 2] ?? 0;
      const d = data[k + 3] ?? 0;
      if (a < min) min = a;
      if (a > max) max = a;
      if (b < min) min = b;
      if (b > max) max = b;
      if (c < min) min = c;
      if (c > max) max = c;
      if (d < min) min = d;
      if (d > max) max = d;
      s0 += a;
      s1 += b;
      s2 += c;
      s3 += d;
      q0 += a * a;
      q1 += b * b;
      q2 += c * c;
      q3 += d * d;
      zeros += (a === 0 ? 1 : 0) + (b === 0 ? 1 : 0) + (c === 0 ? 1 : 0) + (d === 0 ? 1 : 0);
    }
    for (let k = whole; k < start + count; k++) {
      const a = data[k] ?? 0;
      if (a < min) min = a;
      if (a > max) max = a;
      s0 += a;
      q0 += a * a;
      if (a === 0) zeros++;
    }
    this.min = min;
    this.max = max;
    this.sum = s0 + s1 + (s2 + s3);
    this.squares = q0 + q1 + (q2 + q3);
    this.finite = count;
    this.zeros = zeros;
    this.nans = this.infs = 0;
    // A NaN or an infinity is in the sum, and so are large numbers that overflow it.
    if (this.sum - this.sum !== 0 || min - min !== 0 || max - max !== 0) this.lookClosely(data, start, count);
  }

  /** The same where there is something to leave out. */
  private lookClosely(data: Numbers, start: number, count: number): void {
    [this.min, this.max, this.sum, this.squares, this.finite] = [Infinity, -Infinity, 0, 0, 0];
    for (let k = start; k < start + count; k++) {
      const value = data[k] ?? 0;
      if (value - value !== 0) {
        if (value !== value) this.nans++;
        else this.infs++;
        continue;
      }
      this.finite++;
      if (value < this.min) this.min = value;
      if (value > this.max) this.max = value;
      this.sum += value;
      this.squares += value * value;
    }
  }

  /** Counts the bins; gives the sum of squares of what is finite around the mean. */
  spread(data: Numbers, start: number, count: number): number {
    const { counts, min, max } = this;
    const mean = this.sum / this.finite;
    const scale = max > min ? bins / (max - min) : 0;
    const plain = this.finite === count;
    let spread = 0;
    counts.fill(0);
    for (let k = start; k < start + count; k++) {
      const value = data[k] ?? 0;
      if (!plain && value - value !== 0) continue;
      const away = value - mean;
      spread += away * away;
      const bin = ((value - min) * scale) | 0;
      const at = ((k - start) & 3) * bins + (bin < bins ? bin : bins - 1);
      counts[at] = (counts[at] ?? 0) + 1;
    }
    return spread;
  }
}

type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

const tally = new Tally();

/** Writes the statistics of `count` elements of `data` from `start` into `out` from `at`. */
export function writeStatistics(out: Float64Array, at: number, data: Numbers, start: number, count: number): void {
  tally.look(data, start, count);
  const spread = tally.spread(data, start, count);
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
  for (let lane = 0; lane < 4; lane++)
    for (let bin = 0; bin < bins; bin++)
      out[at + figures + bin] = (out[at + figures + bin] ?? 0) + (counts[lane * bins + bin] ?? 0);
  for (let k = 0; k < sampled && k < count; k++) out[at + figures + bins + k] = data[start + k] ?? 0;
}

/** Writes another sample into statistics: the elements at these places. */
export function writeSample(out: Float64Array, at: number, data: ArrayLike<number>, places: readonly number[]): void {
  places.forEach((place, k) => {
    if (k < sampled) out[at + figures + bins + k] = data[place] ?? 0;
  });
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
