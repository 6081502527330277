import type { CheckedSlope, SlopeVerdict } from "../../recording/gradcheck";

/** The loss at a point and a step to both sides of it. */
export interface Sides {
  readonly h: number;
  readonly above: number;
  readonly below: number;
}

/** Up to this relative error a gradient agrees with a central difference. */
const agreement = 1e-3;
/** What rounding makes of a difference, times the ops it went through. */
const noisy = 1e3;
/** A step is 1e-5 of where it starts, so rounding the place it leads to makes 1e5 · ε of it, with room for more ops. */
const unsteady = 50 * 1e5 * Number.EPSILON;
/** How much smaller the second step is where the first did not agree. */
export const closer = 1 / 8;

/** The central difference. */
export function numericOf({ h, above, below }: Sides): number {
  return (above - below) / (2 * h);
}

/** Whether a claimed slope is what a difference says; `most` is the largest slope beside it, beside which noise may be all of this. */
export function agrees(claimed: number, at: number, sides: Sides, most: number): boolean {
  const numeric = numericOf(sides);
  const larger = Math.max(Math.abs(claimed), Math.abs(numeric));
  const room = Math.max(agreement * larger, agreement * agreement * most, noiseOf(at, sides));
  return Math.abs(claimed - numeric) <= room;
}

/**
 * The verdict on a slope, given the loss at the point itself and, where the first step did not agree, a second one
 * that is `closer`: how far apart the slopes of both sides are shrinks with the step where the loss is smooth, stays at
 * a kink, and grows at a jump.
 */
export function verdictOn(claimed: number, at: number, first: Sides, second: Sides | null, most: number): SlopeVerdict {
  if (![claimed, at, first.above, first.below].every(Number.isFinite)) return "not finite";
  if (agrees(claimed, at, first, most)) return "agrees";
  if (!second || !Number.isFinite(second.above) || !Number.isFinite(second.below)) return "wrong";
  const [apart, nearer] = [bend(at, first), bend(at, second)];
  const noise = noiseOf(at, second);
  if (nearer.size > Math.max(0.5 * apart.size, noise)) {
    if (nearer.size > 4 * apart.size) return "jump";
    const room = agreement * Math.max(Math.abs(nearer.left), Math.abs(nearer.right)) + noise;
    const inside =
      claimed >= Math.min(nearer.left, nearer.right) - room && claimed <= Math.max(nearer.left, nearer.right) + room;
    return inside ? "kink" : "wrong";
  }
  // A strongly curved loss: the smaller step is the better one.
  return agrees(claimed, at, second, most) ? "agrees" : "wrong";
}

/** The slope as it is shown. */
export function checkedSlope(name: string, claimed: number, sides: Sides, verdict: SlopeVerdict): CheckedSlope {
  const numeric = numericOf(sides);
  const larger = Math.max(Math.abs(claimed), Math.abs(numeric));
  const error = larger === 0 ? 0 : Math.abs(claimed - numeric) / larger;
  return { name, analytic: claimed, numeric, error, verdict };
}

function bend(at: number, { h, above, below }: Sides): { left: number; right: number; size: number } {
  const [left, right] = [(at - below) / h, (above - at) / h];
  return { left, right, size: Math.abs(right - left) };
}

function noiseOf(at: number, { h, above, below }: Sides): number {
  const size = Math.max(Math.abs(above), Math.abs(below));
  const change = Math.max(Math.abs(above - at), Math.abs(below - at));
  return (noisy * Number.EPSILON * size + unsteady * change) / h;
}
