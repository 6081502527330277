import { bitsOf, exp, floatOf, series, signed } from "./libm";

const f = Math.fround;
const small = Float32Array.of(-2.3763017452e-5, -5.770270247e-3, -2.8481749818e-2, -3.2504209876e-1, 1.2837916613e-1);
const smallBelow = Float32Array.of(
  -3.9602282413e-6,
  1.3249473704e-4,
  5.0813062117e-3,
  6.50222525e-2,
  3.9791721106e-1,
  1,
);
const aboutOne = Float32Array.of(
  -2.1663755178e-3,
  3.5478305072e-2,
  -1.1089469492e-1,
  3.1834661961e-1,
  -3.7220788002e-1,
  4.1485610604e-1,
  -2.3621185683e-3,
);
const aboutOneBelow = Float32Array.of(
  1.1984500103e-2,
  1.3637083583e-2,
  1.2617121637e-1,
  7.1828655899e-2,
  5.4039794207e-1,
  1.0642088205e-1,
  1,
);
const near = Float32Array.of(
  -9.8143291473,
  -8.1287437439e1,
  -1.8460508728e2,
  -1.6239666748e2,
  -6.2375331879e1,
  -1.0558626175e1,
  -6.938585639e-1,
  -9.8649440333e-3,
);
const nearBelow = Float32Array.of(
  -6.0424413532e-2,
  6.5702495575,
  1.0863500214e2,
  4.2900814819e2,
  6.4538726807e2,
  4.3456588745e2,
  1.3765776062e2,
  1.965127182e1,
  1,
);
const far = Float32Array.of(
  -4.8351919556e2,
  -1.0250950928e3,
  -6.3756646729e2,
  -1.6063638306e2,
  -1.7757955551e1,
  -7.9928326607e-1,
  -9.864943102e-3,
);
const farBelow = Float32Array.of(
  -2.2440952301e1,
  4.7452853394e2,
  2.553050293e3,
  3.1998581543e3,
  1.5367296143e3,
  3.2579251099e2,
  3.0338060379e1,
  1,
);

/** The error function. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (x !== x) return x;
  if (size < floatOf(0x3f580000)) {
    const efx = small[4]!;
    if (size < floatOf(0x04000000)) return f(f(f(16 * x) + f(16 * efx * x)) / 16);
    if (size < 2 ** -28) return f(x + f(efx * x));
    const square = f(x * x);
    return f(x + f(x * f(series(square, small) / series(square, smallBelow))));
  }
  if (size >= 6) return signed(1, x);
  if (size < 1.25) {
    const s = f(size - 1);
    return signed(f(f(8.4506291151e-1) + f(series(s, aboutOne) / series(s, aboutOneBelow))), x);
  }
  const s = f(1 / f(size * size));
  const within = size < floatOf(0x4036db6e);
  const ratio = f(series(s, within ? near : far) / series(s, within ? nearBelow : farBelow));
  const z = floatOf(bitsOf(size) & 0xfffff000);
  const r = f(exp(f(f(-z * z) - 0.5625)) * exp(f(f(f(z - size) * f(z + size)) + ratio)));
  return signed(f(1 - f(r / size)), x);
}
