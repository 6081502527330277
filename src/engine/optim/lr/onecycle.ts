import { argumentError } from "../../errors";
import { shortest } from "../../print.number";
import { checkCycles, setMomentum } from "./momentum";
import { LRScheduler, type Scheduled } from "./scheduler";

/** Options of OneCycleLR; `totalSteps`, or `epochs` and `stepsPerEpoch`, must be given. */
export interface OneCycleOptions {
  /** How many steps the cycle has; else epochs and stepsPerEpoch. */
  readonly totalSteps?: number;
  /** How many epochs the cycle has. */
  readonly epochs?: number;
  /** How many steps an epoch has. */
  readonly stepsPerEpoch?: number;
  /** The share of the steps in which lr rises; 0.3 by default. */
  readonly pctStart?: number;
  /** Whether rates move along a cosine or a line; "cos" unless given. */
  readonly annealStrategy?: "cos" | "linear";
  /** Whether momentum (or beta1) falls while lr rises; on by default. */
  readonly cycleMomentum?: boolean;
  /** The momentum when the rate is highest; 0.85 unless given. */
  readonly baseMomentum?: number;
  /** The momentum when the rate is lowest; 0.95 unless given. */
  readonly maxMomentum?: number;
  /** The first lr is maxLr / divFactor; 25 by default. */
  readonly divFactor?: number;
  /** The last lr is the first / finalDivFactor; 10⁴ by default. */
  readonly finalDivFactor?: number;
  /** Falls to the first lr before it goes on to the last. */
  readonly threePhase?: boolean;
}

interface Phase {
  readonly end: number;
  readonly lr: readonly [from: (max: number) => number, to: (max: number) => number];
  readonly momentum: readonly [from: number, to: number];
}

/**
 * One rise of lr from maxLr / divFactor to maxLr and one fall far below (Smith and Topin 2018); `step()` after each
 * batch. Momentum goes the other way. Errors: no number of steps; a pctStart outside [0, 1]; lists that do not fit the
 * groups; an optimizer without momentum unless `cycleMomentum: false`; more steps than it has.
 */
export class OneCycleLR extends LRScheduler {
  private readonly phases: readonly Phase[];
  private readonly total: number;
  private readonly maxima: readonly number[];
  private readonly anneal: (from: number, to: number, share: number) => number;
  private readonly cycles: boolean;

  constructor(optimizer: Scheduled, maxLr: number | readonly number[], options: OneCycleOptions = {}) {
    super(optimizer);
    const { pctStart = 0.3, annealStrategy = "cos", cycleMomentum = true } = options;
    if (!(pctStart >= 0 && pctStart <= 1)) {
      throw argumentError(`Expected float between 0 and 1 pct_start, but got ${shortest(pctStart)}`, "0.3 is usual.");
    }
    if (!["cos", "linear"].includes(annealStrategy)) {
      throw argumentError(
        `anneal_strategy must by one of 'cos' or 'linear', instead got ${annealStrategy}`,
        "The cosine is usual.",
      );
    }
    this.total = totalOf(options);
    this.phases = phasesOf(options, pctStart * this.total, this.total);
    this.maxima = typeof maxLr === "number" ? optimizer.paramGroups.map(() => maxLr) : maxLr;
    if (this.maxima.length !== optimizer.paramGroups.length) {
      throw argumentError(
        `expected ${optimizer.paramGroups.length} values for max_lr, got ${this.maxima.length}`,
        "Give one number, or one for each group.",
      );
    }
    this.anneal = annealStrategy === "cos" ? cosine : linear;
    this.cycles = cycleMomentum;
    if (cycleMomentum) checkCycles(optimizer);
    optimizer.paramGroups.forEach((group, i) => {
      group.initialLr = (this.maxima[i] ?? 0) / (options.divFactor ?? 25);
      this.baseLrs[i] = group.initialLr;
    });
    this.step();
  }

  protected override rates(): readonly number[] {
    const at = this.lastEpoch;
    if (at > this.total) {
      throw argumentError(
        `Tried to step ${at} times. The total number of steps is ${this.total}`,
        "Make the scheduler with a larger totalSteps.",
      );
    }
    const k = this.phases.findIndex(({ end }, i) => at <= end || i === this.phases.length - 1);
    const phase = this.phases[k];
    if (phase === undefined) return this.each((lr) => lr);
    const start = this.phases[k - 1]?.end ?? 0;
    const share = (at - start) / (phase.end - start);
    if (this.cycles) {
      for (const group of this.optimizer.paramGroups) setMomentum(group, this.anneal(...phase.momentum, share));
    }
    const [from, to] = phase.lr;
    return this.maxima.map((max) => this.anneal(from(max), to(max), share));
  }
}

function totalOf({ totalSteps, epochs, stepsPerEpoch }: OneCycleOptions): number {
  const total =
    totalSteps ?? (epochs !== undefined && stepsPerEpoch !== undefined ? epochs * stepsPerEpoch : undefined);
  if (total === undefined) {
    throw argumentError(
      "You must define either total_steps OR (epochs AND steps_per_epoch)",
      "Pass { totalSteps: epochs * batches }.",
    );
  }
  if (!Number.isInteger(total) || total <= 0) {
    throw argumentError(`Expected positive integer total_steps, but got ${total}`, "Count the batches of all epochs.");
  }
  return total;
}

function phasesOf(options: OneCycleOptions, rise: number, total: number): readonly Phase[] {
  const { divFactor = 25, finalDivFactor = 1e4, baseMomentum: low = 0.85, maxMomentum: high = 0.95 } = options;
  const first = (max: number) => max / divFactor;
  const top = (max: number) => max;
  const last = (max: number) => first(max) / finalDivFactor;
  const up: Phase = { end: rise - 1, lr: [first, top], momentum: [high, low] };
  if (options.threePhase !== true) return [up, { end: total - 1, lr: [top, last], momentum: [low, high] }];
  return [
    up,
    { end: 2 * rise - 2, lr: [top, first], momentum: [low, high] },
    { end: total - 1, lr: [first, last], momentum: [high, high] },
  ];
}

function cosine(from: number, to: number, share: number): number {
  return to + ((from - to) / 2) * (Math.cos(Math.PI * share) + 1);
}

function linear(from: number, to: number, share: number): number {
  return (to - from) * share + from;
}
