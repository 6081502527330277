import { fixed, short } from "../text";
import type { Value } from "../value";

/** Whether a value holds a NaN. */
export function hasNaN(value: Value | null): boolean {
  if (value === null) return false;
  if (value.data === null) return value.stats.nans > 0;
  const { data } = value;
  for (let k = 0; k < data.length; k++) if (Number.isNaN(data[k])) return true;
  return false;
}

/** Whether a value holds an infinity. */
export function hasInfinity(value: Value | null): boolean {
  if (value === null) return false;
  if (value.data === null) return value.stats.infs > 0;
  const { data } = value;
  for (let k = 0; k < data.length; k++) if (data[k] === Infinity || data[k] === -Infinity) return true;
  return false;
}

/** Whether a value holds a NaN or an infinity. */
export function isBad(value: Value | null): boolean {
  return hasNaN(value) || hasInfinity(value);
}

/** "NaN", "∞" or "−∞": the first of a value that is no finite number. */
export function badText(value: Value | null): string {
  if (value === null) return "NaN";
  if (value.data === null) return value.stats.nans > 0 ? "NaN" : "∞";
  const at = firstBad(value);
  return at < 0 ? "NaN" : fixed(value.data[at] ?? NaN);
}

/** Place of the first element that is no finite number, −1 for none and where they were not kept. */
export function firstBad(value: Value | null): number {
  if (value === null || value.data === null) return -1;
  for (let k = 0; k < value.data.length; k++) if (!Number.isFinite(value.data[k])) return k;
  return -1;
}

/** What an op took to make the element of a place: each input's element there, where the inputs are alike. */
export function takenText(
  inputs: readonly (Value | null)[],
  numbers: readonly number[],
  like: Value,
  at: number,
): string {
  const parts: string[] = [];
  for (const input of inputs) {
    if (input === null || input.data === null) return "";
    const { length } = input.data;
    if (length !== 1 && length !== like.data?.length) return "";
    parts.push(short(input.data[length === 1 ? 0 : at] ?? NaN));
  }
  for (const number of numbers) parts.push(short(number));
  return parts.join(" and ");
}

/** The largest size among finite elements. */
export function largest(values: readonly (Value | null)[]): number {
  let most = 0;
  for (const value of values) {
    if (value === null) continue;
    if (value.data === null) most = Math.max(most, Math.abs(value.stats.min), Math.abs(value.stats.max));
    else
      for (let k = 0; k < value.data.length; k++)
        if (Number.isFinite(value.data[k])) most = Math.max(most, Math.abs(value.data[k] ?? 0));
  }
  return most;
}
