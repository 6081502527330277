/** A number as Python prints a float: "1.0", "1e-05". */
export function float(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  const text = String(value);
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return `${text}.0`;
  const size = Math.abs(value);
  const [digits = "", exponent] = (size < 1e-4 || size >= 1e16 ? value.toExponential() : text).split("e");
  if (exponent === undefined) return digits;
  return `${digits}e${exponent.startsWith("-") ? "-" : "+"}${exponent.replace(/[+-]/, "").padStart(2, "0")}`;
}

/** A flag as Python prints it. */
export function flag(value: boolean): string {
  return value ? "True" : "False";
}

/** Sizes as Python prints a tuple: "(3,)", "(3, 3)". */
export function tuple(values: readonly (number | null)[]): string {
  const list = values.map((value) => (value === null ? "None" : String(value)));
  return `(${list.join(", ")}${values.length === 1 ? "," : ""})`;
}

/** A size that is one number or a tuple. */
export function size(value: number | readonly (number | null)[]): string {
  return typeof value === "number" ? String(value) : tuple(value);
}
