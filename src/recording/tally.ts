/** Steps of a histogram. */
export const bins = 16;

/** What statistics are made of. */
export type Numbers = Float32Array | Float64Array | Int32Array | Uint8Array;

/**
 * Counts a value's elements: `look`, then `spread` and `count` of the same. Sums run in four lanes, so that no addition waits for
 * the one before: element k is in lane k mod 4, and what does not fill four is in the first.
 */
export class Tally {
  min = 0;
  max = 0;
  sum = 0;
  squares = 0;
  finite = 0;
  zeros = 0;
  nans = 0;
  infs = 0;
  /** The elements in each step from min to max. */
  readonly counts: Int32Array = new Int32Array(bins);

  /** Finds the least, the greatest and the sums of what is finite, and how much is zero or not finite. */
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
    this.found(min, max, s0 + s1 + (s2 + s3), q0 + q1 + (q2 + q3), zeros, count);
    if (this.isOdd()) this.lookClosely(data, start, count);
  }

  /** What a look found where everything is finite. A zero has no sign. */
  protected found(min: number, max: number, sum: number, squares: number, zeros: number, count: number): void {
    this.min = min + 0;
    this.max = max + 0;
    this.sum = sum;
    this.squares = squares;
    this.zeros = zeros;
    this.finite = count;
    this.nans = this.infs = 0;
  }

  /** Whether something is not finite: a NaN or an infinity is in the sum, and so are large numbers that overflow it. */
  protected isOdd(): boolean {
    const { min, max, sum } = this;
    return sum - sum !== 0 || min - min !== 0 || max - max !== 0;
  }

  /** The same where there is something to leave out. */
  protected lookClosely(data: Numbers, start: number, count: number): void {
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

  /** The sum of squares of what is finite around the mean: out of the sums, and where they cancel out of the elements. */
  spread(data: Numbers, start: number, count: number): number {
    const around = this.squares - this.sum * this.mean;
    return around > this.squares / 16 ? around : this.distances(data, start, count);
  }

  /** The same, element by element. */
  protected distances(data: Numbers, start: number, count: number): number {
    const whole = count & ~3;
    let [s0, s1, s2, s3] = [0, 0, 0, 0];
    for (let k = start; k < start + whole; k += 4) {
      s0 += this.away(data[k] ?? 0);
      s1 += this.away(data[k + 1] ?? 0);
      s2 += this.away(data[k + 2] ?? 0);
      s3 += this.away(data[k + 3] ?? 0);
    }
    return this.rest(data, start + whole, start + count, s0) + s1 + (s2 + s3);
  }

  /** Goes on with a sum of squares for the elements that fill no four. */
  protected rest(data: Numbers, from: number, to: number, sum: number): number {
    let total = sum;
    for (let k = from; k < to; k++) total += this.away(data[k] ?? 0);
    return total;
  }

  private away(value: number): number {
    if (value - value !== 0) return 0;
    const distance = value - this.mean;
    return distance * distance;
  }

  /** Counts what is finite in each step from min to max. */
  count(data: Numbers, start: number, count: number): void {
    this.counts.fill(0);
    this.add(data, start, start + count);
  }

  protected add(data: Numbers, from: number, to: number): void {
    const { counts, min, scale } = this;
    for (let k = from; k < to; k++) {
      const value = data[k] ?? 0;
      if (value - value !== 0) continue;
      // As WebAssembly has it, which reads the bin off a number from 1 to 2.
      const bin = ((1 + (value - min) * scale - 1) * bins) | 0;
      const at = bin < bins ? bin : bins - 1;
      counts[at] = (counts[at] ?? 0) + 1;
    }
  }

  protected get mean(): number {
    return this.sum / this.finite;
  }

  /** What takes a distance from the least to a part of the way to the greatest. */
  protected get scale(): number {
    return this.max > this.min ? 1 / (this.max - this.min) : 0;
  }
}
