import { argumentError } from "../../errors";
import { checkEpochs, LRScheduler, type Scheduled } from "./scheduler";

/** Options of CosineAnnealingLR. */
export interface CosineAnnealingOptions {
  /** The smallest learning rate; 0 by default. */
  readonly etaMin?: number;
}

/**
 * lr = etaMin + (initial lr − etaMin)·(1 + cos(π·epoch / TMax)) / 2, computed from the one before, as PyTorch does, so
 * that other changes of lr stay (Loshchilov and Hutter 2017).
 */
export class CosineAnnealingLR extends LRScheduler {
  private readonly etaMin: number;

  constructor(
    optimizer: Scheduled,
    private readonly TMax: number,
    { etaMin = 0 }: CosineAnnealingOptions = {},
  ) {
    super(optimizer);
    this.etaMin = etaMin;
    this.step();
  }

  protected override rates(): readonly number[] {
    const { lastEpoch, TMax, etaMin } = this;
    if (lastEpoch === 0) return this.each((lr) => lr);
    if ((lastEpoch - 1 - TMax) % (2 * TMax) === 0) {
      return this.each((lr, base) => lr + ((base - etaMin) * (1 - Math.cos(Math.PI / TMax))) / 2);
    }
    const now = 1 + Math.cos((Math.PI * lastEpoch) / TMax);
    const before = 1 + Math.cos((Math.PI * (lastEpoch - 1)) / TMax);
    return this.each((lr) => (now / before) * (lr - etaMin) + etaMin);
  }
}

/** Options of CosineAnnealingWarmRestarts. */
export interface WarmRestartsOptions extends CosineAnnealingOptions {
  /** How many times longer each run is than the one before; 1 by default. */
  readonly TMult?: number;
}

/**
 * Cosine annealing over `T0` epochs, then from the initial lr again over T0·TMult, and so on (Loshchilov and Hutter
 * 2017). Errors: a T0 that is no whole number of epochs; a TMult below 1.
 */
export class CosineAnnealingWarmRestarts extends LRScheduler {
  private readonly TMult: number;
  private readonly etaMin: number;
  private length: number;
  private at = -1;

  constructor(
    optimizer: Scheduled,
    private readonly T0: number,
    { TMult = 1, etaMin = 0 }: WarmRestartsOptions = {},
  ) {
    super(optimizer);
    checkEpochs("T0", T0);
    if (!Number.isInteger(TMult) || TMult < 1) {
      throw argumentError(`Expected integer TMult >= 1, but got ${TMult}`, "1 keeps all runs equally long.");
    }
    this.TMult = TMult;
    this.etaMin = etaMin;
    this.length = T0;
    this.step();
  }

  /** Goes to the next epoch, or to `epoch`, which may lie between two: `scheduler.step(epoch + i / batches)`. */
  override step(epoch?: number): void {
    this.warnOfOrder();
    if (epoch === undefined) {
      this.lastEpoch++;
      if (++this.at >= this.length) {
        this.at -= this.length;
        this.length *= this.TMult;
      }
    } else this.goTo(epoch);
    this.apply();
  }

  /** @internal */
  override restart(): void {
    this.goTo(0);
    this.apply();
  }

  protected override rates(): readonly number[] {
    const share = (1 + Math.cos((Math.PI * this.at) / this.length)) / 2;
    return this.each((_lr, base) => this.etaMin + (base - this.etaMin) * share);
  }

  protected override own(): Record<string, number> {
    return { at: this.at, length: this.length };
  }

  protected override resume({ at = this.at, length = this.length }: Readonly<Record<string, number>>): void {
    this.at = at;
    this.length = length;
  }

  private goTo(epoch: number): void {
    if (!(epoch >= 0)) throw argumentError(`Expected non-negative epoch, but got ${epoch}`, "Count epochs from 0.");
    const { T0, TMult } = this;
    const runs = TMult === 1 ? 0 : Math.max(0, Math.floor(Math.log((epoch / T0) * (TMult - 1) + 1) / Math.log(TMult)));
    this.length = T0 * TMult ** runs;
    this.at = TMult === 1 ? epoch % T0 : epoch - (T0 * (TMult ** runs - 1)) / (TMult - 1);
    this.lastEpoch = Math.floor(epoch);
  }
}
