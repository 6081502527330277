import { whole } from "./text";

/** One turn of a loop on the way to a segment. */
export interface TurnMark {
  readonly loop: number;
  /** 0-based count within this activation of the loop. */
  readonly index: number;
  /** The loop variable's own value; null when it has none or it is no number. */
  readonly value: number | null;
  /** 0-based count of the activation: how often this loop was started before in the same surroundings. */
  readonly activation: number;
}

/** A stretch of a run that can be stepped: before training, one iteration, between two, after them. */
export interface Segment {
  readonly kind: "setup" | "iteration" | "between" | "after";
  /** 0-based count over the whole run, −1 for what is no iteration. */
  readonly iteration: number;
  readonly firstRow: number;
  /** Exclusive. Rows of other turns may stand between when async code interleaves; `turn` tells whose are whose. */
  readonly endRow: number;
  /** The turn that is the iteration, −1 for all others (those own every row in their range). */
  readonly turn: number;
  /** From the outermost loop inwards; empty outside loops. */
  readonly turns: readonly TurnMark[];
  /** False while it runs, and for a turn that an error, a stop or a limit cut short. */
  readonly complete: boolean;
  /** Whether gradients were switched off when it began. */
  readonly noGrad: boolean;
}

/** What a segment is called: how its name begins and, of an iteration, the loop variable's value or its 1-based count. */
export function segmentLabel({ kind, turns }: Segment, beginning: string): string {
  const own = kind === "iteration" ? turns.at(-1) : undefined;
  return own ? `${beginning}${whole(own.value ?? own.index + 1)}` : beginning;
}

/** One number per iteration. */
export interface Series {
  readonly name: string;
  readonly kind: "loss" | "value" | "gradient";
  /** The same for the same thing throughout a run: "loss@12" (site), "value:w3" (binding), "gradient:lin.weight" (parameter). */
  readonly key: string;
  /** By iteration, null where there is none. Vectors give their norm. A parameter's value is the one its iteration left. */
  readonly values: readonly (number | null)[];
}

/** A call of plot. */
export interface PlotMark {
  readonly row: number;
  readonly site: number;
}

/** All that a page needs to know of a whole run; plain data. */
export interface OutlineData {
  readonly segments: readonly Segment[];
  /** How many iterations there are. */
  readonly iterations: number;
  readonly series: readonly Series[];
  /** In the order they were made. */
  readonly plots: readonly PlotMark[];
}
