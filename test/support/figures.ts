import { loadavg } from "node:os";

/** What a figure must stay under, in the figure's own unit. */
interface Target {
  readonly under: number;
  readonly unit: string;
}

/** The middle of some numbers. */
function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? NaN)) / 2;
}

/** Prints one figure of the project in one line: what was measured, its target, its median and spread. */
export function figure(what: string, { under, unit }: Target, values: readonly number[]): void {
  const value = median(values);
  const text = (number: number): string => `${number.toFixed(under < 10 ? 2 : under < 100 ? 1 : 0)} ${unit}`;
  const spread =
    values.length > 1
      ? `, median of ${values.length} from ${text(Math.min(...values))} to ${text(Math.max(...values))}`
      : "";
  console.log(`${value < under ? "✓" : "✗"} ${what}: ${text(value)} (target under ${under} ${unit}${spread})`);
}

/** How busy the machine is, beside which every wall time has to be read. */
export function load(): string {
  return `load ${loadavg()
    .map((each) => each.toFixed(1))
    .join(" ")}`;
}
