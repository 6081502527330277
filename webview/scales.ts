/** How numbers are laid along an axis. */
export type Scale = "linear" | "log" | "symlog";

/** An axis for some numbers. */
export interface Axis {
  /** Where a number stands; null for what is not finite, and on a log axis for what is not above zero. */
  readonly place: (x: number) => number | null;
  /** The places at its ends, with a little room. */
  readonly low: number;
  readonly high: number;
  /** Round numbers between them, ascending. */
  readonly ticks: readonly number[];
}

const margin = 0.06;
/** The margin of numbers so small that a part of them is nothing. */
const leastRoom = 1e-300;
/** Around zero a symlog axis is linear up to the least size there is, but no further below the largest than this. */
const depth = 1e-6;

/** An axis that shows all of the numbers that have a place on it. */
export function axisOf(scale: Scale, numbers: readonly (number | null)[], most = 4): Axis {
  const shown = numbers.filter((x): x is number => x !== null && Number.isFinite(x) && (scale !== "log" || x > 0));
  const [least, largest] = extremes(shown);
  const linthresh = scale === "symlog" ? thresholdOf(shown) : 1;
  const to = { linear: (x: number) => x, log: Math.log10, symlog: (x: number) => Math.asinh(x / linthresh) }[scale];
  const place = (x: number): number | null => (!Number.isFinite(x) || (scale === "log" && x <= 0) ? null : to(x));
  const [low, high] = [to(least), to(largest)];
  const span = high > low ? high - low : Math.abs(high) || 1;
  const room = Math.max(margin * span, leastRoom);
  const ends = { low: low - room, high: high + room };
  if (scale === "linear") return { place, ...ends, ticks: roundTicks(least, largest, most) };
  const powers = scale === "log" ? logTicks(least, largest, most) : symlogTicks(least, largest, linthresh, most);
  return { place, ...ends, ticks: powers.length > 1 ? powers : roundTicks(least, largest, most) };
}

/** A tick in few letters, told apart from its neighbours. */
export function tickText(x: number): string {
  const tick = Number(x.toPrecision(12));
  const size = Math.abs(tick);
  const text = size !== 0 && (size < 1e-3 || size >= 1e5) ? tick.toExponential().replace("+", "") : String(tick);
  return text.replaceAll("-", "−");
}

/** Multiples of the least round step that gives no more than one above `most` of them between two numbers. */
export function roundTicks(low: number, high: number, most: number): number[] {
  const rough = (high - low) / (most + 1);
  if (!(rough > 0) || !Number.isFinite(rough)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const places = (step: number): number => Math.floor(high / step) - Math.ceil(low / step) + 1;
  const step = [1, 2, 5, 10].map((k) => k * power).find((each) => places(each) <= most + 1) ?? 20 * power;
  // The product, not the sum: 0.3 is to be 0.3.
  return Array.from({ length: places(step) }, (_, k) => Number(((Math.ceil(low / step) + k) * step).toPrecision(12)));
}

/** Powers of ten between two positive numbers, of a few decades also twice and five times those. */
export function logTicks(low: number, high: number, most: number): number[] {
  const decades = powersUpTo(low, high);
  if (decades.length > most) return everyNth(decades, most);
  const fine = powersUpTo(low / 10, high).flatMap((power) => [power, 2 * power, 5 * power]);
  const between = fine.map((x) => Number(x.toPrecision(3))).filter((x) => x >= low && x <= high);
  return between.length <= most ? between : decades;
}

/** Zero and powers of ten on both sides of it, as far from it as the linear part reaches. */
export function symlogTicks(low: number, high: number, linthresh: number, most: number): number[] {
  const sizes = powersUpTo(linthresh, Math.max(Math.abs(low), Math.abs(high)));
  const both = low < 0 && high > 0;
  const few = everyNth(sizes, Math.max(1, both ? Math.floor((most - 1) / 2) : most - 1));
  const ticks = [...[...few].reverse().map((x) => -x), 0, ...few];
  return ticks.filter((x) => x >= low && x <= high);
}

function thresholdOf(numbers: readonly number[]): number {
  let [least, most] = [Infinity, 0];
  for (const x of numbers) {
    const size = Math.abs(x);
    if (size > 0) least = Math.min(least, size);
    most = Math.max(most, size);
  }
  return most === 0 ? 1 : Math.max(Number.MIN_VALUE, 10 ** Math.floor(Math.log10(Math.max(least, most * depth))));
}

function extremes(numbers: readonly number[]): [number, number] {
  let [least, largest] = [Infinity, -Infinity];
  for (const x of numbers) [least, largest] = [Math.min(least, x), Math.max(largest, x)];
  return least <= largest ? [least, largest] : [1, 1];
}

function powersUpTo(low: number, high: number): number[] {
  const powers: number[] = [];
  for (let k = Math.ceil(Math.log10(Math.max(low, Number.MIN_VALUE)) - 1e-9); 10 ** k <= high; k++)
    powers.push(Number(`1e${k}`));
  return powers;
}

/** At most `most` of them in equal strides, the last among them. */
function everyNth(list: readonly number[], most: number): number[] {
  const stride = Math.ceil(list.length / most);
  return list.filter((_, k) => (list.length - 1 - k) % Math.max(1, stride) === 0);
}

/** The iterations of the recent window: a tenth of the run up to the cursor, ten at least. */
export function recentWindow(iterations: number, at: number): readonly [first: number, last: number] {
  const length = Math.min(iterations, Math.max(10, Math.ceil(iterations / 10)));
  const last = Math.max(length - 1, Math.min(iterations - 1, at));
  return [last - length + 1, last];
}
