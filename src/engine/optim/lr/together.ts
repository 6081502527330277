import { argumentError } from "../../errors";
import type { LRScheduler, Scheduled, SchedulerState } from "./scheduler";

/** Where several schedulers are, for `loadStateDict`. */
export interface TogetherState {
  /** How many steps they have made together. */
  readonly lastEpoch: number;
  /** The rates last set, one per group. */
  readonly lastLr: readonly number[];
  /** Where each scheduler is. */
  readonly schedulers: readonly SchedulerState[];
}

/** Several schedulers of one optimizer as one. */
abstract class Together {
  /** How many steps they have made together. */
  lastEpoch = 0;
  protected last: readonly number[] = [];

  constructor(protected readonly schedulers: readonly LRScheduler[]) {}

  /** The learning rate that was set last, of each group. */
  getLastLr(): number[] {
    return [...this.last];
  }

  /** Where they are; the optimizer's own state holds the learning rates. */
  stateDict(): TogetherState {
    const { lastEpoch } = this;
    return { lastEpoch, lastLr: this.getLastLr(), schedulers: this.schedulers.map((each) => each.stateDict()) };
  }

  /** Goes on from where others of these kinds were. Errors: another number of schedulers. */
  loadStateDict({ lastEpoch, lastLr, schedulers }: TogetherState): void {
    if (schedulers.length !== this.schedulers.length) {
      throw argumentError(
        `the saved state has ${schedulers.length} schedulers and this one ${this.schedulers.length}`,
        "Make it with schedulers of the same kinds.",
      );
    }
    this.lastEpoch = lastEpoch;
    this.last = [...lastLr];
    schedulers.forEach((state, i) => this.schedulers[i]?.loadStateDict(state));
  }
}

/**
 * One scheduler after another: that of index i begins, at the initial lr, at epoch `milestones[i − 1]`.
 * Errors: schedulers of another optimizer; not one milestone fewer than schedulers. Source: torch/optim/lr_scheduler.py.
 */
export class SequentialLR extends Together {
  constructor(
    optimizer: Scheduled,
    schedulers: readonly LRScheduler[],
    private readonly milestones: readonly number[],
  ) {
    super(schedulers);
    const foreign = schedulers.findIndex((each) => each.optimizer !== optimizer);
    if (foreign >= 0) {
      throw argumentError(
        `Sequential Schedulers expects all schedulers to belong to the same optimizer, but got schedulers at index ${foreign} to be different than the optimizer passed in.`,
        "Make them all with the same optimizer.",
      );
    }
    if (milestones.length !== schedulers.length - 1) {
      throw argumentError(
        `Sequential Schedulers expects number of schedulers provided to be one more than the number of milestone points, but got number of schedulers ${schedulers.length} and the number of milestones to be equal to ${milestones.length}`,
        "A milestone is the epoch at which the next scheduler begins.",
      );
    }
    for (const group of optimizer.paramGroups) group.lr = group.initialLr ?? group.lr;
    this.begin(0);
  }

  /** Goes to the next epoch. */
  step(): void {
    this.lastEpoch++;
    const at = this.milestones.filter((milestone) => milestone <= this.lastEpoch).length;
    if (at > 0 && this.milestones[at - 1] === this.lastEpoch) this.begin(at);
    else {
      this.schedulers[at]?.step();
      this.last = this.schedulers[at]?.getLastLr() ?? [];
    }
  }

  private begin(index: number): void {
    this.schedulers[index]?.restart(index > 0);
    this.last = this.schedulers[index]?.getLastLr() ?? [];
  }
}

/**
 * All schedulers at each step, each on what the ones before it left of lr.
 * Errors: no schedulers; schedulers of different optimizers. Source: torch/optim/lr_scheduler.py.
 */
export class ChainedScheduler extends Together {
  constructor(schedulers: readonly LRScheduler[]) {
    super(schedulers);
    const [first] = schedulers;
    if (first === undefined) {
      throw argumentError("ChainedScheduler expects at least one scheduler to be chained", "Give it a list of them.");
    }
    const foreign = schedulers.findIndex((each) => each.optimizer !== first.optimizer);
    if (foreign >= 0) {
      throw argumentError(
        `ChainedScheduler expects all schedulers to belong to the same optimizer, but got schedulers at index 0 and ${foreign} to be different`,
        "Make them all with the same optimizer.",
      );
    }
    this.last = first.optimizer.paramGroups.map((group) => group.lr);
  }

  /** Goes to the next epoch. */
  step(): void {
    this.lastEpoch++;
    for (const scheduler of this.schedulers) scheduler.step();
    this.last = this.schedulers[0]?.optimizer.paramGroups.map((group) => group.lr) ?? [];
  }
}
