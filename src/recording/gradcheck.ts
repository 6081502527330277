/**
 * How a slope came out: at a kink any number between the slopes of both sides is a gradient, at a jump none is, and
 * where the loss is not finite there is nothing to hold a gradient against.
 */
export const slopeVerdicts = ["agrees", "wrong", "kink", "jump", "not finite"] as const;

export type SlopeVerdict = (typeof slopeVerdicts)[number];

/** One element of a gradient, or its part along a direction, beside a central difference of re-runs. */
export interface CheckedSlope {
  /** "[1, 2]", "direction 2", "" for the only element. */
  readonly name: string;
  readonly analytic: number;
  readonly numeric: number;
  /** |analytic − numeric| relative to the larger; 0 where both are 0. */
  readonly error: number;
  readonly verdict: SlopeVerdict;
}

/** A node whose gradient was checked, or why it could not be. */
export interface CheckedNode {
  readonly node: number;
  readonly name: string;
  readonly leaf: boolean;
  readonly elements: number;
  readonly slopes: readonly CheckedSlope[];
  /** "" where it was checked. */
  readonly why: string;
}

/** The gradients of a moment beside central differences. */
export interface Gradcheck {
  readonly segment: number;
  readonly loss: string;
  readonly nodes: readonly CheckedNode[];
  /** Sentences on what was not looked at and why. */
  readonly notes: readonly string[];
}

/** Whether something is wrong with a node's gradient, nothing is, or that is not known. */
export function judged({ slopes }: Pick<CheckedNode, "slopes">): "wrong" | "right" | "unknown" {
  if (slopes.some(({ verdict }) => verdict === "wrong")) return "wrong";
  return slopes.some(({ verdict }) => verdict === "agrees" || verdict === "kink") ? "right" : "unknown";
}
