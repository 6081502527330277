/** Work that can rest: at each value that comes out of it others may get their turn. */
export type Slices<T> = Generator<undefined, T, undefined>;

/** As many entries or rows are handled between two rests. */
const atATime = 128;
/** After so many milliseconds of work others get their turn. */
const patience = 8;

/** Does the work without resting. */
export function atOnce<T>(work: Slices<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Does the work in turns with everybody else's; undefined when it was given up. */
export async function inTurns<T>(work: Slices<T>, signal: AbortSignal): Promise<T | undefined> {
  for (;;) {
    const began = performance.now();
    while (performance.now() - began < patience) {
      const { done, value } = work.next();
      if (done === true) return value;
    }
    await new Promise((rested) => setTimeout(rested, 0));
    if (signal.aborted) return undefined;
  }
}

/** Visits the numbers from `first` to before `end`, resting now and then. */
export function* eachNumber(first: number, end: number, visit: (number: number) => void): Slices<void> {
  for (let at = first; at < end; at++) {
    visit(at);
    if ((at + 1) % atATime === 0) yield;
  }
}

/** Visits the entries of a list, resting now and then. */
export function* eachOf<T>(list: readonly T[], visit: (entry: T, index: number) => void): Slices<void> {
  yield* eachNumber(0, list.length, (index) => {
    const entry = list[index];
    if (entry !== undefined) visit(entry, index);
  });
}
