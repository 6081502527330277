/** One probe of one turn: the weight went h up and down along a direction. */
export interface Probe {
  readonly turn: number;
  readonly h: number;
  /** The hand-written gradient along the direction. */
  readonly claimed: number;
  /** By candidate what it was above and below. */
  readonly above: ReadonlyMap<number, number>;
  readonly below: ReadonlyMap<number, number>;
}

/** What the probes say: `d = factor × ∂candidate/∂p`. */
export interface Verdict {
  readonly candidate: number;
  readonly factor: number;
  /** Claimed and numeric in the first probe that is well above the noise. */
  readonly claimed: number;
  readonly numeric: number;
}

/** How steady a ratio has to be, relative to itself. */
export const steadiness = 1e-3;
/** A difference has to be so many times as large as what rounding makes of it. */
const aboveNoise = 1e4;
const turnsNeeded = 5;

/** The step of a central difference at a point. */
export function stepAt(p: number): number {
  return 1e-5 * Math.max(1, Math.abs(p));
}

/**
 * The factors between a claimed gradient and central differences, for each candidate whose ratio is steady over at
 * least five turns. Two candidates that are always equal are one, the one asked for first.
 */
export function verdicts(probes: readonly Probe[], candidates: readonly number[]): Verdict[] {
  const found: Verdict[] = [];
  const seen = new Set<string>();
  for (const candidate of candidates) {
    const values = JSON.stringify(probes.map((p) => [p.above.get(candidate), p.below.get(candidate)]));
    if (seen.has(values)) continue;
    seen.add(values);
    const verdict = verdictOn(probes, candidate);
    if (verdict) found.push(verdict);
  }
  return found;
}

function verdictOn(probes: readonly Probe[], candidate: number): Verdict | null {
  const turns = new Set<number>();
  const ratios: number[] = [];
  const largest = Math.max(...probes.map(({ claimed }) => Math.abs(claimed)));
  let first: { claimed: number; numeric: number } | null = null;
  for (const { turn, h, claimed, above, below } of probes) {
    const [high, low] = [above.get(candidate), below.get(candidate)];
    if (high === undefined || low === undefined || !Number.isFinite(high) || !Number.isFinite(low)) return null;
    const numeric = (high - low) / (2 * h);
    const noise = (Number.EPSILON * Math.max(Math.abs(high), Math.abs(low), Number.MIN_VALUE)) / h;
    if (!(Math.abs(numeric) > aboveNoise * noise)) {
      // Where the loss does not move, a gradient that does is none of it.
      if (Math.abs(claimed) > steadiness * largest) return null;
      continue;
    }
    first ??= { claimed, numeric };
    turns.add(turn);
    ratios.push(claimed / numeric);
  }
  if (first === null || turns.size < turnsNeeded) return null;
  const factor = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length;
  const steady = ratios.every((ratio) => Math.abs(ratio - factor) <= steadiness * Math.abs(factor));
  return steady && factor !== 0 ? { candidate, factor, ...first } : null;
}

/** `count` seeded directions of length one in n dimensions, the same each time. */
export function directions(n: number, count: number): number[][] {
  let state = 0x2545f491;
  const draw = (): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 4294967296 - 0.5;
  };
  return Array.from({ length: count }, () => {
    const raw = Array.from({ length: n }, draw);
    const length = Math.sqrt(raw.reduce((sum, x) => sum + x * x, 0));
    return raw.map((x) => x / length);
  });
}
