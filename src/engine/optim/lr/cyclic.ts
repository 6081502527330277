import { argumentError } from "../../errors";
import { checkCycles, setMomentum } from "./momentum";
import { LRScheduler, type Scheduled } from "./scheduler";

/** Options of CyclicLR. */
export interface CyclicOptions {
  /** Steps from baseLr to maxLr; 2000 unless given. */
  readonly stepSizeUp?: number;
  /** Steps back; as many unless given. */
  readonly stepSizeDown?: number;
  /** Whether all cycles are equally high, each half as high as the one before, or lower by gamma each step. */
  readonly mode?: "triangular" | "triangular2" | "expRange";
  /** What the height is times at each step in mode "expRange"; 1 unless given. */
  readonly gamma?: number;
  /** How high a cycle is, from 0 to 1, in place of the mode. */
  readonly scaleFn?: (at: number) => number;
  /** Whether scaleFn is asked with the number of the cycle, from 1, or of the step, from 0; "cycle" unless given. */
  readonly scaleMode?: "cycle" | "iterations";
  /** Whether momentum (or beta1) falls while lr rises; on by default. */
  readonly cycleMomentum?: boolean;
  /** The momentum when the rate is highest, one or one for each group; 0.8 unless given. */
  readonly baseMomentum?: number | readonly number[];
  /** The momentum when the rate is lowest, one or one for each group; 0.9 unless given. */
  readonly maxMomentum?: number | readonly number[];
}

/** One number for each group. */
function forEach(name: string, value: number | readonly number[], groups: number): readonly number[] {
  if (typeof value === "number") return new Array<number>(groups).fill(value);
  if (value.length === groups) return value;
  throw argumentError(
    `expected ${groups} values for ${name}, got ${value.length}`,
    "Give one number, or one for each group.",
  );
}

/**
 * lr rises from baseLr to maxLr and falls back, again and again (Smith 2015); `step()` after each batch. Momentum goes
 * the other way. Errors: lists that do not fit the groups; a mode it does not know; an optimizer without momentum unless
 * `cycleMomentum: false`.
 */
export class CyclicLR extends LRScheduler {
  private readonly highest: readonly number[];
  private readonly length: number;
  private readonly rise: number;
  private readonly scale: (step: number, cycle: number) => number;
  private readonly momenta: readonly (readonly [low: number, high: number])[] | null;

  constructor(
    optimizer: Scheduled,
    baseLr: number | readonly number[],
    maxLr: number | readonly number[],
    options: CyclicOptions = {},
  ) {
    const groups = optimizer.paramGroups.length;
    const lowest = forEach("base_lr", baseLr, groups);
    optimizer.paramGroups.forEach((group, i) => (group.lr = lowest[i] ?? group.lr));
    super(optimizer);
    this.highest = forEach("max_lr", maxLr, groups);
    const { stepSizeUp = 2000, stepSizeDown = stepSizeUp, cycleMomentum = true } = options;
    this.length = stepSizeUp + stepSizeDown;
    this.rise = stepSizeUp / this.length;
    this.scale = scaleOf(options);
    if (cycleMomentum) checkCycles(optimizer);
    const low = forEach("base_momentum", options.baseMomentum ?? 0.8, groups);
    const high = forEach("max_momentum", options.maxMomentum ?? 0.9, groups);
    this.momenta = cycleMomentum ? low.map((each, i) => [each, high[i] ?? each]) : null;
    this.baseLrs.splice(0, groups, ...lowest);
    this.step();
  }

  protected override rates(): readonly number[] {
    const cycle = Math.floor(1 + this.lastEpoch / this.length);
    const x = 1 + this.lastEpoch / this.length - cycle;
    const height = x <= this.rise ? x / this.rise : (x - 1) / (this.rise - 1);
    const scale = this.scale(this.lastEpoch, cycle);
    this.optimizer.paramGroups.forEach((group, i) => {
      const range = this.momenta?.[i];
      if (range !== undefined) setMomentum(group, range[1] - (range[1] - range[0]) * height * scale);
    });
    return this.each((_lr, base, i) => base + ((this.highest[i] ?? base) - base) * height * scale);
  }
}

function scaleOf({ mode = "triangular", gamma = 1, scaleFn, scaleMode = "cycle" }: CyclicOptions) {
  if (scaleFn !== undefined) return (step: number, cycle: number) => scaleFn(scaleMode === "cycle" ? cycle : step);
  switch (mode) {
    case "triangular":
      return () => 1;
    case "triangular2":
      return (_step: number, cycle: number) => 1 / 2 ** (cycle - 1);
    case "expRange":
      return (step: number) => gamma ** step;
    default:
      throw argumentError("mode is invalid and scale_fn is None", 'It is "triangular", "triangular2" or "expRange".');
  }
}
