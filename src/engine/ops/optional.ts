import { apply } from "../apply";
import type { Call, Op } from "../op";
import type { Tensor } from "../tensor";

/** Operands that may be left out, by name. */
export type Given = Readonly<Record<string, Tensor | null>>;

/** An op for each set of the operands that may be left out: `make` gets the names of those given. */
export class Optional {
  private readonly made = new Map<string, Op>();

  constructor(
    private readonly names: readonly string[],
    private readonly make: (given: readonly string[]) => Op,
  ) {}

  /** The op for these names. */
  of(...given: readonly string[]): Op {
    const key = given.join();
    const kept = this.made.get(key);
    if (kept !== undefined) return kept;
    const op = this.make(given);
    this.made.set(key, op);
    return op;
  }

  /** Runs the op for the operands that are there. */
  apply(fixed: readonly Tensor[], optional: Given, call?: Call): Tensor {
    const given = this.names.flatMap((name) => {
      const tensor = optional[name];
      return tensor ? [{ name, tensor }] : [];
    });
    const op = this.of(...given.map(({ name }) => name));
    return apply(op, [...fixed, ...given.map(({ tensor }) => tensor)], call);
  }
}
