import { argumentError } from "../../errors";
import type { Tensor } from "../../tensor";
import type { Scheduled } from "./scheduler";

/** Options of ReduceLROnPlateau. */
export interface PlateauOptions {
  /** Whether the metric shall fall ("min", the default) or rise. */
  readonly mode?: "min" | "max";
  /** What is left of lr; 0.1 by default. */
  readonly factor?: number;
  /** How many epochs without improvement are let pass; 10 by default. */
  readonly patience?: number;
  /** What counts as an improvement: 1e-4 by default, as a share of the best ("rel") or as it is ("abs"). */
  readonly threshold?: number;
  /** Whether the threshold is relative to the best ("rel") or a distance ("abs"); "rel" unless given. */
  readonly thresholdMode?: "rel" | "abs";
  /** How many epochs after a reduction do not count; 0 by default. */
  readonly cooldown?: number;
  /** Below this no rate is lowered; 0 unless given. */
  readonly minLr?: number | readonly number[];
  /** A change of lr smaller than this is left out; 1e-8 by default. */
  readonly eps?: number;
}

/** Where a ReduceLROnPlateau is, for `loadStateDict`. */
export interface PlateauState {
  /** How many steps the schedule has made. */
  readonly lastEpoch: number;
  /** The best value so far. */
  readonly best: number;
  /** How many steps have not been better. */
  readonly numBadEpochs: number;
  /** How many steps of the cool-down are left. */
  readonly cooldownCounter: number;
}

/**
 * lr ← factor·lr when a metric has not improved for more than `patience` epochs: `scheduler.step(validationLoss)`.
 * Errors: a factor of 1 or above; an unknown mode; a list whose length is not the number of groups.
 * Source: torch/optim/lr_scheduler.py.
 */
export class ReduceLROnPlateau {
  /** How many steps the schedule has made. */
  lastEpoch = 0;
  /** The best metric so far. */
  best: number;
  /** Epochs since then. */
  numBadEpochs = 0;
  private cooldownCounter = 0;
  private readonly options: Required<PlateauOptions>;
  private readonly minima: readonly number[];

  constructor(
    private readonly optimizer: Scheduled,
    options: PlateauOptions = {},
  ) {
    const { mode = "min", factor = 0.1, patience = 10, threshold = 1e-4, thresholdMode = "rel" } = options;
    const { cooldown = 0, minLr = 0, eps = 1e-8 } = options;
    if (!(factor < 1)) throw argumentError("Factor should be < 1.0.", `It is ${factor}.`);
    if (!["min", "max"].includes(mode)) throw argumentError(`mode ${mode} is unknown!`, 'It is "min" or "max".');
    if (!["rel", "abs"].includes(thresholdMode)) {
      throw argumentError(`threshold mode ${thresholdMode} is unknown!`, 'It is "rel" or "abs".');
    }
    this.minima = typeof minLr === "number" ? optimizer.paramGroups.map(() => minLr) : minLr;
    if (this.minima.length !== optimizer.paramGroups.length) {
      throw argumentError(
        `expected ${optimizer.paramGroups.length} min_lrs, got ${this.minima.length}`,
        "Give one number, or one for each group.",
      );
    }
    this.options = { mode, factor, patience, threshold, thresholdMode, cooldown, minLr, eps };
    this.best = mode === "min" ? Infinity : -Infinity;
  }

  /**
   * Counts one epoch and what the metric was in it.
   * Shapes: a number, or a tensor of one element. Errors: more elements.
   */
  step(metrics: number | Tensor): void {
    const current = typeof metrics === "number" ? metrics : metrics.item();
    const { patience, cooldown } = this.options;
    this.lastEpoch++;
    if (this.isBetter(current)) {
      this.best = current;
      this.numBadEpochs = 0;
    } else this.numBadEpochs++;
    if (this.cooldownCounter > 0) {
      this.cooldownCounter--;
      this.numBadEpochs = 0;
    }
    if (this.numBadEpochs > patience) {
      this.reduce();
      this.cooldownCounter = cooldown;
      this.numBadEpochs = 0;
    }
  }

  /** The learning rate of each group. */
  getLastLr(): number[] {
    return this.optimizer.paramGroups.map((group) => group.lr);
  }

  /** Where the scheduler is; the optimizer's own state holds the learning rates. */
  stateDict(): PlateauState {
    const { lastEpoch, best, numBadEpochs, cooldownCounter } = this;
    return { lastEpoch, best, numBadEpochs, cooldownCounter };
  }

  /** Goes on from where another one was. */
  loadStateDict({ lastEpoch, best, numBadEpochs, cooldownCounter }: PlateauState): void {
    this.lastEpoch = lastEpoch;
    this.best = best;
    this.numBadEpochs = numBadEpochs;
    this.cooldownCounter = cooldownCounter;
  }

  private isBetter(current: number): boolean {
    const { mode, threshold, thresholdMode } = this.options;
    const sign = mode === "min" ? -1 : 1;
    const bar = thresholdMode === "rel" ? this.best * (1 + sign * threshold) : this.best + sign * threshold;
    return mode === "min" ? current < bar : current > bar;
  }

  private reduce(): void {
    const { factor, eps } = this.options;
    this.optimizer.paramGroups.forEach((group, i) => {
      const next = Math.max(group.lr * factor, this.minima[i] ?? 0);
      if (group.lr - next > eps) group.lr = next;
    });
  }
}
