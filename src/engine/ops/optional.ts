import { apply } from "../apply";
import type { Call, Op } from "../op";
import type { Tensor } from "../tensor";

/** Operands that may be left out, by name. */
export type Given = Readonly<Record<string, Tensor | null>>;

/** An op for each set of the operands that may be left out: `make` gets the names of those given. */
export class Optional {
  private readonly made: ReadonlyMap<string, Op>;

  constructor(
    private readonly names: readonly string[],
    make: (given: readonly string[]) => Op,
  ) {
    const sets = names.reduce<readonly (readonly string[])[]>(
      (all, name) => [...all, ...all.map((set) => [...set, name])],
      [[]],
    );
    // All at once, so that a recording's op is found again in a process that never ran it.
    this.made = new Map(sets.map((given) => [given.join(), make(given)]));
  }

  /** Runs the op for the operands that are there. */
  apply(fixed: readonly Tensor[], optional: Given, call?: Call): Tensor {
    const given = this.names.flatMap((name) => {
      const tensor = optional[name];
      return tensor ? [{ name, tensor }] : [];
    });
    const op = this.made.get(given.map(({ name }) => name).join());
    if (op === undefined) throw new TypeError("An op was given an operand that it does not know.");
    return apply(op, [...fixed, ...given.map(({ tensor }) => tensor)], call);
  }
}
