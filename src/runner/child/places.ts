import type { Nth } from "../../recording/change";

/** Counts the tensors that are made from the beginning of some turns on. */
export class Places {
  readonly #counts = new Map<number, number>();
  readonly #turns: ReadonlySet<number>;

  constructor(of: readonly Nth[]) {
    this.#turns = new Set(of.map(({ turn }) => turn));
    this.begun(-1);
  }

  /** A turn begins (−1: the run). */
  begun(turn: number): void {
    if (this.#turns.has(turn)) this.#counts.set(turn, -1);
  }

  /** A tensor was made. */
  made(): void {
    for (const [turn, count] of this.#counts) this.#counts.set(turn, count + 1);
  }

  /** Whether the tensor that was made last stands at a place. */
  isAt({ turn, nth }: Nth): boolean {
    return this.#counts.get(turn) === nth;
  }
}
