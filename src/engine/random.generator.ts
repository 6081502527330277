import { argumentError } from "./errors";
import { Mersenne, type MersenneState } from "./kernels/mersenne";
import { within } from "./mode";

/** PyTorch's seed before anyone calls `manualSeed` (c10/core/GeneratorImpl.h). */
const firstSeed = 67280421310721;

/**
 * A stream of random numbers: PyTorch's CPU generator, the same numbers for the same seed.
 * Pass one as `{ generator }` to draw apart from the default stream. Errors: a seed that is no whole number.
 */
export class Generator {
  /** @internal */
  readonly source: Mersenne;
  private first: number | bigint = firstSeed;

  constructor(seed: number | bigint = firstSeed) {
    this.source = new Mersenne(0);
    this.manualSeed(seed);
  }

  /** Starts the stream of a seed again. Errors: a number that is not whole. */
  manualSeed(seed: number | bigint): this {
    if (typeof seed === "number" && !Number.isSafeInteger(seed)) {
      throw argumentError(
        `manual_seed expected a long, but got ${seed}`,
        "Use a whole number, or a bigint beyond 2^53.",
      );
    }
    this.first = seed;
    this.source.seed(Number(BigInt.asUintN(32, BigInt(seed))));
    return this;
  }

  /** The seed that the stream began with. */
  initialSeed(): number | bigint {
    return this.first;
  }

  /** Where the stream is, for `setState`. */
  getState(): GeneratorState {
    return this.source.save();
  }

  /** Goes back to where the stream was at `getState`. */
  setState(state: GeneratorState): this {
    this.source.restore(state);
    return this;
  }
}

/** A saved place in a generator's stream. */
export type GeneratorState = MersenneState;

/** The stream that draws without a generator of their own come from. */
export const defaultGenerator = new Generator();

/**
 * Seeds the default stream, so that the run gives the same random numbers each time. Errors: a number that is not whole
 * (beyond 2⁵³ use a bigint).
 */
export function manualSeed(seed: number | bigint): Generator {
  return defaultGenerator.manualSeed(seed);
}

/** The stream to draw from, when it is not the default one. */
export interface DrawOptions {
  /** Where the numbers come from; the default generator unless given. */
  readonly generator?: Generator;
}

/** Where the default stream is, for `setRngState`. */
export function getRngState(): GeneratorState {
  return defaultGenerator.getState();
}

/** Goes back to where the default stream was. */
export function setRngState(state: GeneratorState): void {
  defaultGenerator.setState(state);
}

/** The seed that the default stream began with. */
export function initialSeed(): number | bigint {
  return defaultGenerator.initialSeed();
}

/** Runs `body` and then goes back to where the default stream was: what it draws changes nothing that follows. */
export function forkRng<T>(body: () => T): T {
  const state = getRngState();
  return within(
    () => undefined,
    () => setRngState(state),
    body,
  );
}
