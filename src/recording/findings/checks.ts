import type { Finding } from "../finding";
import type { Outline } from "../outline";
import { Leaves } from "./leaves";
import type { Watch } from "./watch";
import { Zeroing } from "./zeroing";

/** All findings of a recording; grows with it by `update`. */
export class Checks {
  #read = 0;
  readonly #leaves: Leaves;
  readonly #watches: readonly Watch[];

  constructor(private readonly outline: Outline) {
    const { recording } = outline;
    this.#leaves = new Leaves(recording);
    this.#watches = [new Zeroing(recording, this.#leaves)];
  }

  /** Takes in the rows that came since the last call, and gives what was found so far. */
  update(): Finding[] {
    const { recording } = this.outline;
    while (this.#read < recording.rows) {
      const row = this.#read++;
      const form = recording.form(row);
      for (const watch of this.#watches) watch.read(row, form);
      this.#leaves.read(row, form);
    }
    return this.#watches.flatMap((watch) => watch.findings(this.outline));
  }
}
