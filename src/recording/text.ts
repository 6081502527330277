import type { Value } from "./value";

const minus = "\u2212";
const ellipsis = "\u2026";

/** A number with four decimals, as cards show scalars: "−30.0000", "1.2000e−7", "NaN", "−∞". */
export function fixed(x: number): string {
  return written(x, 4, false);
}

/** A number with up to four decimals, zeros left out: "−30", "0.3", "1.2e−7". */
export function short(x: number): string {
  return written(x, 4, true);
}

/** An integer as itself, with the true minus sign. */
export function whole(x: number): string {
  return Number.isSafeInteger(x) ? signed(String(Math.abs(x)), x < 0) : short(x);
}

/** A count as itself, its thousands apart: "10,000". Not by the locale's own rules: loading those takes the page longer than all else it does. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "[4]", "[2, 3]", "[]" for a scalar. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(", ")}]`;
}

/**
 * A value in one line of at most about `room` characters: "30.0000" for a scalar, "[−1, −2, −3, −4]" for a vector,
 * rows in brackets of their own for a matrix. Leading zeros go first (".25"), then decimals; what still does not fit
 * shows its first elements and of how many.
 */
export function valueText(value: Value, room = 40): string {
  if (value.data === null) return statisticsText(value.stats);
  const { data, shape, dtype } = value;
  const scalar = data[0];
  if (shape.length === 0 && scalar !== undefined) return elementText(scalar, dtype);
  const write = writerOf(dtype);
  for (const tight of [0, 1, 2, 3]) {
    const text = bracketed(data, shape, (x) => write(x, tight), room);
    if (text !== undefined) return text;
  }
  const count = `${ellipsis}] of ${data.length}`;
  let text = "[";
  for (let k = 0; k < data.length; k++) {
    const next = `${write(data[k] ?? NaN, 2)}, `;
    if (text.length + next.length + count.length > room && k > 0) break;
    text += next;
  }
  return text + count;
}

/** One element as a card shows it: integers and booleans as they are, floats with four decimals. */
export function elementText(x: number, dtype: Value["dtype"]): string {
  if (dtype === "bool") return x === 0 ? "false" : "true";
  return dtype === "int64" || dtype === "int32" ? whole(x) : fixed(x);
}

/** Figures of a value that is too large to show: "mean 0.0123 · std 1.002 · min −3.1 · max 2.9", NaN and ∞ counted when there are any. */
export function statisticsText(stats: {
  readonly elements: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly nans: number;
  readonly infs: number;
}): string {
  const parts = [
    `mean ${short(stats.mean)}`,
    `std ${short(stats.std)}`,
    `min ${short(stats.min)}`,
    `max ${short(stats.max)}`,
  ];
  if (stats.nans > 0) parts.push(`${stats.nans} NaN`);
  if (stats.infs > 0) parts.push(`${stats.infs} ∞`);
  return parts.join(" · ");
}

/** "float32 scalar", "float32 [4]". */
export function typeText(dtype: string, shape: readonly number[]): string {
  return `${dtype} ${shape.length === 0 ? "scalar" : shapeText(shape)}`;
}

function writerOf(dtype: Value["dtype"]): (x: number, tight: number) => string {
  if (dtype === "bool") return (x) => (x === 0 ? "false" : "true");
  if (dtype === "int64" || dtype === "int32") return (x) => whole(x);
  return (x, tight) => {
    const text = written(x, tight > 2 ? 2 : 4 - (tight > 1 ? 1 : 0), true);
    return tight > 0 ? text.replace(/^(\u2212?)0\./, "$1.") : text;
  };
}

/** Undefined when it gets longer than `room`. */
function bracketed(
  data: ArrayLike<number>,
  shape: readonly number[],
  write: (x: number) => string,
  room: number,
): string | undefined {
  if (data.length * 2 > room) return data.length === 0 ? "[]" : undefined;
  let at = 0;
  let length = 0;
  const level = (depth: number): string => {
    if (length > room) return "";
    const size = shape[depth];
    if (size === undefined) {
      const text = write(data[at++] ?? NaN);
      length += text.length + 2;
      return text;
    }
    return `[${Array.from({ length: size }, () => level(depth + 1)).join(", ")}]`;
  };
  const text = level(0);
  return text.length > room || length > room + 2 ? undefined : text;
}

function written(x: number, decimals: number, trimmed: boolean): string {
  if (Number.isNaN(x)) return "NaN";
  const size = Math.abs(x);
  const negative = x < 0 || Object.is(x, -0);
  if (size === Infinity) return signed("∞", negative);
  if (size !== 0 && (size >= 1e6 || size < 10 ** -decimals)) {
    if (trimmed && Number.isInteger(size) && size < 1e9) return signed(String(size), negative);
    return signed(scientific(size, decimals, trimmed), negative);
  }
  const text = size.toFixed(decimals);
  return signed(trimmed ? text.replace(/\.?0+$/, "") : text, negative);
}

function scientific(size: number, decimals: number, trimmed: boolean): string {
  const [digits = "", exponent = ""] = size.toExponential(decimals).split("e");
  const shown = trimmed ? digits.replace(/\.?0+$/, "") : digits;
  return `${shown}e${exponent.replace("+", "").replace("-", minus)}`;
}

function signed(text: string, negative: boolean): string {
  return negative ? minus + text : text;
}
