import { argumentError } from "../../errors";
import { warn } from "../../warn";
import type { Betas } from "../check";

/** A group of parameters as a scheduler changes it. */
export interface ScheduledGroup {
  /** The learning rate. */
  lr: number;
  /** The learning rate the schedule began with. */
  initialLr?: number;
  /** How much of the last step is kept. */
  momentum?: number;
  /** How much of the running averages is kept. */
  betas?: Betas;
}

/** What a scheduler needs of an optimizer; all of `optim` are such. */
export interface Scheduled {
  /** The groups whose rates are set. */
  readonly paramGroups: readonly ScheduledGroup[];
  /** How often the optimizer stepped. */
  readonly steps: number;
}

/** Where a scheduler is, for `loadStateDict`. */
export interface SchedulerState {
  /** How many steps the schedule has made. */
  readonly lastEpoch: number;
  /** The rates last set, one per group. */
  readonly lastLr: readonly number[];
  /** The rates the schedule began with, one per group. */
  readonly baseLrs: readonly number[];
  /** What this kind keeps besides, by name. */
  readonly own: Readonly<Record<string, number>>;
}

/**
 * The base of the schedulers: `step()`, once an epoch after the optimizer's, sets each group's `lr` to what the kind's
 * `rates` says. Making a scheduler is its step to epoch 0. Source: torch/optim/lr_scheduler.py.
 */
export abstract class LRScheduler {
  /** The epoch that the learning rates are for now. */
  lastEpoch = -1;
  /** Each group's learning rate without a scheduler. */
  readonly baseLrs: number[];
  private last: number[] = [];
  private taken = 0;

  constructor(
    /** The optimizer whose rates it sets. */
    readonly optimizer: Scheduled,
  ) {
    for (const group of optimizer.paramGroups) group.initialLr ??= group.lr;
    this.baseLrs = optimizer.paramGroups.map((group) => group.initialLr ?? group.lr);
  }

  /** The learning rate that was set last, of each group. */
  getLastLr(): number[] {
    return [...this.last];
  }

  /** Goes to the next epoch. */
  step(): void {
    this.warnOfOrder();
    this.lastEpoch++;
    this.apply();
  }

  /** @internal Begins at epoch 0, from the initial rates where others have been at work on them. */
  restart(late: boolean): void {
    if (late) this.optimizer.paramGroups.forEach((group, i) => (group.lr = this.baseLrs[i] ?? group.lr));
    this.lastEpoch = 0;
    this.apply();
  }

  /** Where the scheduler is; the optimizer's own state holds the learning rates. */
  stateDict(): SchedulerState {
    return { lastEpoch: this.lastEpoch, lastLr: this.getLastLr(), baseLrs: [...this.baseLrs], own: this.own() };
  }

  /** Goes on from where another scheduler of this kind was. */
  loadStateDict(state: SchedulerState): void {
    if (state.baseLrs.length !== this.baseLrs.length) {
      throw argumentError(
        `the saved scheduler has ${state.baseLrs.length} learning rates and this one ${this.baseLrs.length}`,
        "Make it with an optimizer of the same groups.",
      );
    }
    this.lastEpoch = state.lastEpoch;
    this.last = [...state.lastLr];
    this.baseLrs.splice(0, this.baseLrs.length, ...state.baseLrs);
    this.resume(state.own);
  }

  /** The learning rate of each group at `lastEpoch`. */
  protected abstract rates(): readonly number[];

  /** What this kind keeps besides the epoch. */
  protected own(): Record<string, number> {
    return {};
  }

  /** Takes over what `own` gave. */
  protected resume(own: Readonly<Record<string, number>>): void {
    const unknown = Object.keys(own)[0];
    if (unknown !== undefined) {
      throw argumentError(
        `the saved scheduler is of another kind, one that keeps ${unknown}`,
        "Make one of that kind.",
      );
    }
  }

  protected apply(): void {
    this.set(this.rates());
  }

  protected set(rates: readonly number[]): void {
    this.optimizer.paramGroups.forEach((group, i) => {
      group.lr = rates[i] ?? group.lr;
    });
    this.last = this.optimizer.paramGroups.map((group) => group.lr);
  }

  /** `f` of each group's present learning rate, its learning rate without a scheduler and its place. */
  protected each(f: (lr: number, base: number, index: number) => number): number[] {
    return this.optimizer.paramGroups.map((group, i) => f(group.lr, this.baseLrs[i] ?? group.lr, i));
  }

  protected warnOfOrder(): void {
    if (this.taken++ === 1 && this.optimizer.steps === 0) {
      warn(
        "Detected call of `lrScheduler.step()` before `optimizer.step()`. Call them in the opposite order: `optimizer.step()` before `lrScheduler.step()`. Failure to do this will result in skipping the first value of the learning rate schedule.",
      );
    }
  }
}

/** Refuses what is no whole number of epochs from 1. */
export function checkEpochs(name: string, value: number): void {
  if (!Number.isInteger(value) || value <= 0) {
    throw argumentError(`Expected positive integer ${name}, but got ${value}`, "Give a number of epochs.");
  }
}
