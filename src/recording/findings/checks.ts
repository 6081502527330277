import type { Finding } from "../finding";
import type { Outline } from "../outline";
import { Leaves } from "./leaves";
import { Missing } from "./missing";
import { NonFinite } from "./nonfinite";
import { Rate } from "./rate";
import { defaultThresholds, type Thresholds } from "./thresholds";
import { Trends } from "./trends";
import { Units } from "./units";
import type { Watch } from "./watch";
import { Zeroing } from "./zeroing";

/** All findings of a recording; grows with it by `update`. */
export class Checks {
  #read = 0;
  readonly #leaves: Leaves;
  readonly #watches: readonly Watch[];
  readonly #views: readonly { findings(outline: Outline): Finding[] }[];

  constructor(
    private readonly outline: Outline,
    thresholds: Thresholds = defaultThresholds,
  ) {
    const { recording } = outline;
    this.#leaves = new Leaves(recording);
    const units = new Units(recording, thresholds);
    const [zeroing, missing] = [new Zeroing(recording, this.#leaves), new Missing(recording)];
    this.#watches = [zeroing, missing, units];
    const trends = new Trends(recording, thresholds);
    this.#views = [zeroing, missing, new NonFinite(recording), trends, units, new Rate(recording)];
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
    return this.#views.flatMap((view) => view.findings(this.outline));
  }
}
