import { bitsOf, series, signed } from "./libm";

const f = Math.fround;
const atans = Float32Array.of(
  1.6285819933e-2,
  4.9768779427e-2,
  6.6610731184e-2,
  9.0908870101e-2,
  1.4285714924e-1,
  3.3333334327e-1,
);
const atansOdd = Float32Array.of(
  -3.6531571299e-2,
  -5.8335702866e-2,
  -7.6918758452e-2,
  -1.1111110449e-1,
  -2.0000000298e-1,
);
/** atan of ½, 1, 3/2 and ∞ as pairs. */
const known = Float32Array.of(4.6364760399e-1, 7.8539812565e-1, 9.8279368877e-1, 1.5707962513);
const knownLow = Float32Array.of(5.012158244e-9, 3.7748947079e-8, 3.447321717e-8, 7.5497894159e-8);

/** atan x, x ≥ 0 */
function atan(x: number): number {
  if (x >= 2 ** 25) return f(known[3]! + knownLow[3]!);
  if (x < 2 ** -29) return x;
  let [place, part] = [-1, x];
  if (x >= 2.4375) [place, part] = [3, f(-1 / x)];
  else if (x >= 1.1875) [place, part] = [2, f(f(x - 1.5) / f(1 + f(1.5 * x)))];
  else if (x >= 0.6875) [place, part] = [1, f(f(x - 1) / f(x + 1))];
  else if (x >= 0.4375) [place, part] = [0, f(f(f(2 * x) - 1) / f(2 + x))];
  const square = f(part * part);
  const fourth = f(square * square);
  const sum = f(f(square * series(fourth, atans)) + f(fourth * series(fourth, atansOdd)));
  const off = f(part * sum);
  return place < 0 ? f(part - off) : f(known[place]! - f(f(off - knownLow[place]!) - part));
}

const [pi, piLow] = [f(Math.PI), f(-8.7422776573e-8)];

/** The angle of the point (x, y). */
export function atan2(y: number, x: number): number {
  if (x === 0 || y === 0 || !Number.isFinite(x) || !Number.isFinite(y)) return f(Math.atan2(y, x));
  const apart = (bitsOf(Math.abs(y)) - bitsOf(Math.abs(x))) >> 23;
  let z = atan(Math.abs(f(y / x)));
  if (x < 0 && apart < -60) z = 0;
  if (apart > 60) z = f(f(Math.PI / 2) + f(0.5 * piLow));
  return signed(x < 0 ? f(pi - f(z - piLow)) : z, y);
}
