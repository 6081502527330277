import { bins, type Numbers, Tally } from "./tally";
import { tallyBytes } from "./wasm/tally.bytes";

/** As far as it is needed here; the types of Node and of the page name it differently. */
declare const WebAssembly: {
  readonly Memory: new (size: { readonly initial: number }) => { readonly buffer: ArrayBuffer };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (
    module: object,
    imports: { readonly env: { readonly memory: object } },
  ) => { readonly exports: Readonly<Record<string, unknown>> };
};

/** Addresses and numbers as tally.as takes them. */
interface Exports {
  readonly look: (x: number, count: number, found: number) => void;
  readonly spread: (x: number, count: number, mean: number, found: number) => void;
  readonly count: (
    x: number,
    count: number,
    min: number,
    scale: number,
    one: number,
    top: number,
    pairs: number,
  ) => void;
  readonly settle: (pairs: number, counts: number) => void;
}

/** Addresses of what was found, of the counts, of their tables and of the elements; so many elements are looked at in one go. */
const atFound = 0;
const atCounts = 128;
const atPairs = 1024;
const atElements = 4096;
const piece = 8192;
/** The greatest double below 2. */
const belowTwo = 2 - Number.EPSILON;

/** Counts floats by WebAssembly SIMD, bit for bit as the plain tally, and everything else as that does. */
class SimdTally extends Tally {
  private readonly floats: Float32Array;
  private readonly doubles: Float64Array;
  private readonly bounds: Float32Array;
  private readonly ints: Int32Array;
  override readonly counts: Int32Array;

  constructor(
    buffer: ArrayBuffer,
    private readonly kernels: Exports,
  ) {
    super();
    this.floats = new Float32Array(buffer, atElements, piece);
    this.doubles = new Float64Array(buffer, atFound, 8);
    this.ints = new Int32Array(buffer, atFound + 96, 4);
    this.counts = new Int32Array(buffer, atCounts, bins);
    this.bounds = new Float32Array(buffer, atFound + 64, 8);
  }

  override look(data: Numbers, start: number, count: number): void {
    if (!(data instanceof Float32Array)) {
      super.look(data, start, count);
      return;
    }
    const { doubles, bounds, ints, kernels } = this;
    const whole = count & ~3;
    doubles.fill(0);
    bounds.fill(Infinity, 0, 4);
    bounds.fill(-Infinity, 4, 8);
    ints.fill(0);
    this.pieces(data, start, whole, (length) => {
      kernels.look(atElements, length, atFound);
    });
    let [min, max, zeros] = [Infinity, -Infinity, 0];
    for (let lane = 0; lane < 4; lane++) {
      min = Math.min(min, bounds[lane] ?? 0);
      max = Math.max(max, bounds[4 + lane] ?? 0);
      zeros += ints[lane] ?? 0;
    }
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0, q0 = 0, q1 = 0, q2 = 0, q3 = 0] = doubles;
    let [sum, squares] = [s0, q0];
    for (let k = start + whole; k < start + count; k++) {
      const a = data[k] ?? 0;
      if (a < min) min = a;
      if (a > max) max = a;
      sum += a;
      squares += a * a;
      if (a === 0) zeros++;
    }
    this.found(min, max, sum + s1 + (s2 + s3), squares + q1 + (q2 + q3), zeros, count);
    if (this.isOdd()) this.lookClosely(data, start, count);
  }

  protected override distances(data: Numbers, start: number, count: number): number {
    if (!(data instanceof Float32Array) || this.finite < count) return super.distances(data, start, count);
    const { doubles, kernels, mean } = this;
    const whole = count & ~3;
    doubles.fill(0);
    this.pieces(data, start, whole, (length) => {
      kernels.spread(atElements, length, mean, atFound);
    });
    const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = doubles;
    return this.rest(data, start + whole, start + count, s0) + s1 + (s2 + s3);
  }

  override count(data: Numbers, start: number, count: number): void {
    if (!(data instanceof Float32Array) || this.finite < count) {
      super.count(data, start, count);
      return;
    }
    const { kernels, min, scale } = this;
    const whole = count & ~3;
    this.counts.fill(0);
    this.pieces(data, start, whole, (length) => {
      kernels.count(atElements, length, min, scale, 1, belowTwo, atPairs);
    });
    kernels.settle(atPairs, atCounts);
    this.add(data, start + whole, start + count);
  }

  /** Lays the elements into WebAssembly's memory, so many at a time. */
  private pieces(data: Float32Array, start: number, count: number, take: (length: number) => void): void {
    for (let from = 0; from < count; from += piece) {
      const length = Math.min(piece, count - from);
      this.floats.set(data.subarray(start + from, start + from + length));
      take(length);
    }
  }
}

let made: Tally | null = null;

/** The tally by WebAssembly SIMD, or the plain one where there is none. */
export function fastTally(): Tally {
  return (made ??= load());
}

function load(): Tally {
  try {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const bytes = Uint8Array.from(atob(tallyBytes), (letter) => letter.charCodeAt(0));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
    // tally.as exports these and nothing else.
    // eslint-disable-next-line @typescript-eslint/consistent-type-assertions
    return new SimdTally(memory.buffer, exports as unknown as Exports);
  } catch {
    return new Tally();
  }
}
