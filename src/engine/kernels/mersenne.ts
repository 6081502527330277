const size = 624;

/**
 * The Mersenne Twister MT19937 as PyTorch's CPU generator runs it (ATen/core/MT19937RNGEngine.h),
 * with the second normal of a pair kept for the next draw (ATen/core/DistributionsHelper.h).
 */
export class Mersenne {
  private readonly state = new Uint32Array(size);
  private next = size;
  private spare: number | null = null;

  constructor(seed: number) {
    this.seed(seed);
  }

  /** Starts the stream of a 32-bit seed. */
  seed(seed: number): void {
    const state = this.state;
    state[0] = seed;
    for (let i = 1; i < size; i++) {
      const before = state[i - 1]!;
      state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
    }
    this.next = size;
    this.spare = null;
  }

  /** 32 random bits. */
  bits(): number {
    if (this.next === size) this.twist();
    let y = this.state[this.next++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  /** 64 random bits; the high word is drawn first. */
  bits64(): bigint {
    const high = this.bits();
    return (BigInt(high) << 32n) | BigInt(this.bits());
  }

  /** A float32 in [0, 1) from 24 bits. */
  uniform32(): number {
    return (this.bits() & 0xffffff) / 0x1000000;
  }

  /** A float64 in [0, 1) from 53 bits. */
  uniform64(): number {
    const high = this.bits() & 0x1fffff;
    return (high * 0x100000000 + this.bits()) / 0x20000000000000;
  }

  /** A standard normal in float64 by Box-Muller: two uniforms give two normals, the second waits for the next call. */
  normal(): number {
    const kept = this.spare;
    if (kept !== null) {
      this.spare = null;
      return kept;
    }
    const angle = 2 * Math.PI * this.uniform64();
    const radius = Math.sqrt(-2 * Math.log1p(-this.uniform64()));
    this.spare = radius * Math.sin(angle);
    return radius * Math.cos(angle);
  }

  /** The whole state, to go back to later. */
  save(): MersenneState {
    return { words: Array.from(this.state), next: this.next, spare: this.spare };
  }

  restore(saved: MersenneState): void {
    this.state.set(saved.words);
    this.next = saved.next;
    this.spare = saved.spare;
  }

  private twist(): void {
    const state = this.state;
    for (let k = 0; k < size; k++) {
      const y = (state[k]! & 0x80000000) | (state[(k + 1) % size]! & 0x7fffffff);
      state[k] = state[(k + 397) % size]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.next = 0;
  }
}

/** A saved state of the generator. */
export interface MersenneState {
  readonly words: readonly number[];
  readonly next: number;
  readonly spare: number | null;
}
