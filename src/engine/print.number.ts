/** `x` with `digits` decimals as Python prints it (`f"{x:.4f}"`): the exact binary value, ties to even, −0 keeps its sign. */
export function fixed(x: number, digits: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const all = scaled(Math.abs(x), digits)
    .toString()
    .padStart(digits + 1, "0");
  return sign(x) + withPoint(all, all.length - digits);
}

/** `x` with one digit before the point, `digits` after it and an exponent, as Python prints it (`f"{x:.4e}"`). */
export function exponential(x: number, digits: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const size = Math.abs(x);
  let exponent = Number(size.toExponential(20).split("e")[1]);
  let all = scaled(size, digits - exponent)
    .toString()
    .padStart(digits + 1, "0");
  if (all.length > digits + 1) {
    exponent += 1;
    all = all.slice(0, -1);
  }
  const power = Math.abs(exponent).toString().padStart(2, "0");
  return `${sign(x)}${withPoint(all, 1)}e${exponent < 0 ? "-" : "+"}${power}`;
}

/** `x` as Python prints a float: the shortest digits that give it back, always with a point or an exponent. */
export function shortest(x: number): string {
  if (!Number.isFinite(x)) return nonFinite(x);
  const size = Math.abs(x);
  const [mantissa = "", exponent = "0"] = size.toExponential().split("e");
  const power = Number(exponent);
  if (power < -4 || power >= 16) {
    return `${sign(x)}${mantissa}e${power < 0 ? "-" : "+"}${Math.abs(power).toString().padStart(2, "0")}`;
  }
  if (Number.isInteger(size)) return `${sign(x)}${size}.0`;
  return sign(x) + fixed(size, Math.max(mantissa.length - 2 - power, 1));
}

/** `x`·10^`power` rounded to an integer, ties to even, computed exactly. */
function scaled(x: number, power: number): bigint {
  let significand = x;
  let halvings = 0;
  for (; !Number.isInteger(significand); halvings++) significand *= 2;
  const numerator = BigInt(significand) * 10n ** BigInt(Math.max(power, 0));
  const denominator = 2n ** BigInt(halvings) * 10n ** BigInt(Math.max(-power, 0));
  const quotient = numerator / denominator;
  const twice = 2n * (numerator % denominator);
  return twice > denominator || (twice === denominator && quotient % 2n === 1n) ? quotient + 1n : quotient;
}

function withPoint(digits: string, at: number): string {
  return at === digits.length ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`;
}

function sign(x: number): string {
  return x < 0 || Object.is(x, -0) ? "-" : "";
}

function nonFinite(x: number): string {
  return Number.isNaN(x) ? "nan" : x > 0 ? "inf" : "-inf";
}
