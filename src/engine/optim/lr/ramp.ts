import { argumentError } from "../../errors";
import { LRScheduler, type Scheduled } from "./scheduler";

/** Options of ConstantLR. */
export interface ConstantLROptions {
  /** What the learning rate is times until `totalIters`; 1/3 by default. */
  readonly factor?: number;
  /** The epoch that begins the full learning rate; 5 by default. */
  readonly totalIters?: number;
}

/** lr = factor · initial lr until epoch `totalIters`, then the initial lr. Errors: a factor outside [0, 1]. */
export class ConstantLR extends LRScheduler {
  private readonly factor: number;
  private readonly totalIters: number;

  constructor(optimizer: Scheduled, { factor = 1 / 3, totalIters = 5 }: ConstantLROptions = {}) {
    super(optimizer);
    if (!(factor >= 0 && factor <= 1)) {
      throw argumentError("Constant multiplicative factor expected to be between 0 and 1.", `It is ${factor}.`);
    }
    this.factor = factor;
    this.totalIters = totalIters;
    this.step();
  }

  protected override rates(): readonly number[] {
    if (this.lastEpoch === 0) return this.each((lr) => lr * this.factor);
    return this.each((lr) => (this.lastEpoch === this.totalIters ? lr * (1 / this.factor) : lr));
  }
}

/** Options of LinearLR. */
export interface LinearLROptions {
  /** What the learning rate is times at epoch 0; 1/3 by default. */
  readonly startFactor?: number;
  /** What it is times from epoch `totalIters`; 1 by default. */
  readonly endFactor?: number;
  /** After how many steps the schedule ends; 5 unless given. */
  readonly totalIters?: number;
}

/**
 * lr goes in a straight line from startFactor · initial lr to endFactor · initial lr in `totalIters` (5) epochs.
 * Errors: a startFactor outside (0, 1]; an endFactor outside [0, 1].
 */
export class LinearLR extends LRScheduler {
  private readonly start: number;
  private readonly end: number;
  private readonly totalIters: number;

  constructor(optimizer: Scheduled, { startFactor = 1 / 3, endFactor = 1, totalIters = 5 }: LinearLROptions = {}) {
    super(optimizer);
    if (!(startFactor > 0 && startFactor <= 1)) {
      throw argumentError(
        "Starting multiplicative factor expected to be greater than 0 and less or equal to 1.",
        `It is ${startFactor}.`,
      );
    }
    if (!(endFactor >= 0 && endFactor <= 1)) {
      throw argumentError("Ending multiplicative factor expected to be between 0 and 1.", `It is ${endFactor}.`);
    }
    this.start = startFactor;
    this.end = endFactor;
    this.totalIters = totalIters;
    this.step();
  }

  protected override rates(): readonly number[] {
    const { start, end, totalIters, lastEpoch } = this;
    if (lastEpoch === 0) return this.each((lr) => lr * start);
    if (lastEpoch > totalIters) return this.each((lr) => lr);
    const rise = (end - start) / (totalIters * start + (lastEpoch - 1) * (end - start));
    return this.each((lr) => lr * (1 + rise));
  }
}

/** Options of PolynomialLR. */
export interface PolynomialLROptions {
  /** After how many steps the schedule ends; 5 unless given. */
  readonly totalIters?: number;
  /** The power of the polynomial; 1 unless given. */
  readonly power?: number;
}

/** lr = initial lr · (1 − epoch / totalIters)^power until epoch `totalIters` (5), then 0; power 1 by default. */
export class PolynomialLR extends LRScheduler {
  private readonly totalIters: number;
  private readonly power: number;

  constructor(optimizer: Scheduled, { totalIters = 5, power = 1 }: PolynomialLROptions = {}) {
    super(optimizer);
    this.totalIters = totalIters;
    this.power = power;
    this.step();
  }

  protected override rates(): readonly number[] {
    const { lastEpoch, totalIters, power } = this;
    if (lastEpoch === 0 || lastEpoch > totalIters) return this.each((lr) => lr);
    const factor = ((1 - lastEpoch / totalIters) / (1 - (lastEpoch - 1) / totalIters)) ** power;
    return this.each((lr) => lr * factor);
  }
}
