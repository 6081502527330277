import { argumentError } from "../../errors";
import { checkEpochs, LRScheduler, type Scheduled } from "./scheduler";

/** How much is left of the learning rate after each decay. */
export interface Decay {
  /** The factor. */
  readonly gamma?: number;
}

/** Every `stepSize` epochs lr ← gamma·lr (0.1 by default). Errors: a stepSize that is no whole number of epochs. */
export class StepLR extends LRScheduler {
  private readonly gamma: number;

  constructor(
    optimizer: Scheduled,
    private readonly stepSize: number,
    { gamma = 0.1 }: Decay = {},
  ) {
    super(optimizer);
    checkEpochs("stepSize", stepSize);
    this.gamma = gamma;
    this.step();
  }

  protected override rates(): readonly number[] {
    const decays = this.lastEpoch > 0 && this.lastEpoch % this.stepSize === 0;
    return this.each((lr) => (decays ? lr * this.gamma : lr));
  }
}

/** At each of the epochs `milestones` lr ← gamma·lr (0.1 by default), as often as it stands in the list. */
export class MultiStepLR extends LRScheduler {
  private readonly gamma: number;

  constructor(
    optimizer: Scheduled,
    private readonly milestones: readonly number[],
    { gamma = 0.1 }: Decay = {},
  ) {
    super(optimizer);
    this.gamma = gamma;
    this.step();
  }

  protected override rates(): readonly number[] {
    const times = this.milestones.filter((epoch) => epoch === this.lastEpoch).length;
    return this.each((lr) => (times === 0 ? lr : lr * this.gamma ** times));
  }
}

/** Every epoch lr ← gamma·lr. */
export class ExponentialLR extends LRScheduler {
  constructor(
    optimizer: Scheduled,
    private readonly gamma: number,
  ) {
    super(optimizer);
    this.step();
  }

  protected override rates(): readonly number[] {
    return this.each((lr) => (this.lastEpoch === 0 ? lr : lr * this.gamma));
  }
}

/** A factor for each epoch: one function for all groups, or one for each. */
export type Factor = ((epoch: number) => number) | readonly ((epoch: number) => number)[];

function factors(optimizer: Scheduled, given: Factor): readonly ((epoch: number) => number)[] {
  const groups = optimizer.paramGroups.length;
  if (typeof given === "function") return optimizer.paramGroups.map(() => given);
  if (given.length !== groups) {
    throw argumentError(`Expected ${groups} lr_lambdas, but got ${given.length}`, "Give one function for each group.");
  }
  return given;
}

/** At each epoch lr = initial lr · lrLambda(epoch). Errors: a list whose length is not the number of groups. */
export class LambdaLR extends LRScheduler {
  private readonly lambdas: readonly ((epoch: number) => number)[];

  constructor(optimizer: Scheduled, lrLambda: Factor) {
    super(optimizer);
    this.lambdas = factors(optimizer, lrLambda);
    this.step();
  }

  protected override rates(): readonly number[] {
    return this.each((lr, base, i) => base * (this.lambdas[i]?.(this.lastEpoch) ?? lr / base));
  }
}

/** At each epoch from 1 lr ← lr · lrLambda(epoch). Errors: a list whose length is not the number of groups. */
export class MultiplicativeLR extends LRScheduler {
  private readonly lambdas: readonly ((epoch: number) => number)[];

  constructor(optimizer: Scheduled, lrLambda: Factor) {
    super(optimizer);
    this.lambdas = factors(optimizer, lrLambda);
    this.step();
  }

  /** @internal It has no rates of its own: it goes on from where they are. */
  override restart(): void {
    super.restart(false);
  }

  protected override rates(): readonly number[] {
    return this.each((lr, _base, i) => (this.lastEpoch > 0 ? lr * (this.lambdas[i]?.(this.lastEpoch) ?? 1) : lr));
  }
}
