import { bySeverity, type Finding } from "../recording/finding";
import { Checks } from "../recording/findings/checks";
import { defaultThresholds, type Thresholds } from "../recording/findings/thresholds";
import type { Outline } from "../recording/outline";

/** While a run goes on it is looked at this often, in milliseconds … */
const lookEvery = 1000;
/** … and looking takes at most this part of the time. */
const lookShare = 0.1;

/** What was found in a run so far: in its recording, and by re-runs of it. */
export class Checking {
  readonly #checks: Checks;
  #recorded: readonly Finding[] = [];
  readonly #reported = new Map<string, Finding>();
  #findings: readonly Finding[] = [];
  #told = "[]";
  #looked = -Infinity;
  #took = 0;

  constructor(outline: Outline, thresholds: Thresholds = defaultThresholds) {
    this.#checks = new Checks(outline, thresholds);
  }

  /** The worst first, then by moment. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Looks at what came since; while the run goes on only now and then. Says whether anything is new. */
  look(ended: boolean): boolean {
    const now = performance.now();
    if (!ended && now - this.#looked < Math.max(lookEvery, this.#took / lookShare)) return false;
    this.#recorded = this.#checks.update();
    this.#looked = performance.now();
    this.#took = this.#looked - now;
    return this.#gathered();
  }

  /** Takes in what a re-run found; one with the same id replaces the one before. */
  report(found: readonly Finding[]): boolean {
    for (const each of found) this.#reported.set(each.id, each);
    return this.#gathered();
  }

  #gathered(): boolean {
    const all = bySeverity([...this.#recorded, ...this.#reported.values()]);
    const told = JSON.stringify(all);
    if (told === this.#told) return false;
    this.#told = told;
    this.#findings = all;
    return true;
  }
}
