import type { StorageView } from "../engine/observer";
import { statisticsDoubles, writeStatistics } from "./stats";
import { fastTally } from "./tally.simd";

/** The statistics of the storages that were counted last: what is told again unchanged is not counted again. */
export class Counted {
  readonly #known = Array.from({ length: 4 }, () => ({
    id: -1,
    version: -1,
    figures: new Float64Array(statisticsDoubles),
  }));
  #next = 0;

  /** Writes the statistics of all of a storage. */
  write(out: Float64Array, at: number, { id, version, data, start, length }: StorageView): void {
    const known = this.#known.find((each) => each.id === id && each.version === version);
    if (known !== undefined) {
      out.set(known.figures, at);
      return;
    }
    writeStatistics(out, at, data, start, length, fastTally());
    const next = this.#known[this.#next++ % this.#known.length];
    if (next === undefined) return;
    next.id = id;
    next.version = version;
    next.figures.set(out.subarray(at, at + statisticsDoubles));
  }
}
