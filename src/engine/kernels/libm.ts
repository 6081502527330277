// Functions of float32 as glibc's `…f` compute them (2.36, after fdlibm), which PyTorch calls where it takes elements one by one.
import { nearest } from "./sleef.exp";

const f = Math.fround;
const single = new Float32Array(1);
const word = new Int32Array(single.buffer);

/** The float of these bits. */
export function floatOf(bits: number): number {
  word[0] = bits;
  return single[0]!;
}

/** The bits of a float. */
export function bitsOf(x: number): number {
  single[0] = x;
  return word[0]!;
}

/** a · b + c, rounded twice. */
function step(a: number, b: number, c: number): number {
  return f(f(a * b) + c);
}

/** A polynomial, its last coefficient first. */
export function series(x: number, coefficients: Float32Array): number {
  let sum = coefficients[0]!;
  for (let k = 1; k < coefficients.length; k++) sum = step(sum, x, coefficients[k]!);
  return sum;
}

/** 2 to the power of k / 32 */
const roots = Float64Array.from({ length: 32 }, (_, k) => 2 ** (k / 32));

/** 2 to the power of z / 32 */
function power(z: number): number {
  const turns = nearest(z);
  const r = (z - turns) / 32;
  const y = (0.05550361559341535 * r + 0.2402284522445722) * (r * r) + (0.6931471806916203 * r + 1);
  return f(y * roots[turns & 31]! * 2 ** (turns >> 5));
}

/** e^x */
export function exp(x: number): number {
  return Math.abs(x) > 104 ? f(Math.exp(x)) : power(x * (32 * Math.LOG2E));
}

/** 2^x */
export function exp2(x: number): number {
  return Math.abs(x) > 150 ? f(2 ** x) : power(x * 32);
}

/** About the reciprocals of the middles of sixteen parts of [0.7, 1.4). */
const inverses = [
  1.398907162146528, 1.3403141896637998, 1.286432210124115, 1.2367150214269895, 1.1906977166711752, 1.1479821020556429,
  1.1082251448272158, 1.0711297413057381, 1.036437278977283, 1.0, 0.9492859795739057, 0.8951049428609004,
  0.8476821620351103, 0.8050314851692001, 0.7664671008843108, 0.731428603316328,
];

/** ln x */
export function log(x: number): number {
  if (!(x > 0) || x === Infinity) return Math.log(x);
  const small = x < 2 ** -126;
  const bits = bitsOf(small ? x * 2 ** 23 : x);
  const above = bits - 0x3f330000;
  const turns = (above >> 23) - (small ? 23 : 0);
  const inverse = inverses[(above >> 19) & 15]!;
  const r = floatOf(bits - (above & 0xff800000)) * inverse - 1;
  const y = (-0.25089342214237154 * r + 0.333456765744066) * r + -0.4999997485802103;
  return f(y * (r * r) + (turns * Math.LN2 - Math.log(inverse) + r));
}

const [ln2High, ln2Low] = [f(6.9313812256e-1), f(9.0580006145e-6)];
const logs = Float32Array.of(
  1.479819864e-1,
  1.5313838422e-1,
  1.818357259e-1,
  2.2222198546e-1,
  2.8571429849e-1,
  4.0000000596e-1,
  6.6666668653e-1,
);

/** ln(1 + x) */
export function log1p(x: number): number {
  if (!(x > -1)) return x === -1 ? -Infinity : NaN;
  if (x === Infinity) return x;
  const size = Math.abs(x);
  if (size < 2 ** -29) return size < 2 ** -54 ? x : f(x - f(f(x * x) * 0.5));
  let [turns, rest, part, whole] = [0, 0, x, false];
  if (x >= floatOf(0x3ed413d7) || x < floatOf(0xbe95f61f)) {
    const far = x >= 2 ** 53;
    const u = far ? x : f(1 + x);
    const bits = bitsOf(u);
    turns = (bits >> 23) - 127;
    if (!far) rest = f((turns > 0 ? f(1 - f(u - x)) : f(x - f(u - 1))) / u);
    const mantissa = bits & 0x7fffff;
    const upper = mantissa >= 0x3504f7;
    if (upper) turns++;
    part = f(floatOf(mantissa | (upper ? 0x3f000000 : 0x3f800000)) - 1);
    whole = (upper ? (0x800000 - mantissa) >> 2 : mantissa) === 0;
  }
  const high = f(turns * ln2High);
  const low = f(f(turns * ln2Low) + rest);
  const half = f(f(0.5 * part) * part);
  if (whole) {
    if (part === 0) return turns === 0 ? 0 : f(high + low);
    const r = f(half * f(1 - f(f(2 / 3) * part)));
    return turns === 0 ? f(part - r) : f(high - f(f(r - low) - part));
  }
  const s = f(part / f(2 + part));
  const square = f(s * s);
  const r = f(s * f(half + f(square * series(square, logs))));
  return turns === 0 ? f(part - f(half - r)) : f(high - f(f(half - f(r + low)) - part));
}

const powers = Float32Array.of(
  -2.0109921195e-7,
  4.0082177293e-6,
  -7.936507609e-5,
  1.5873016091e-3,
  -3.3333335072e-2,
  1,
);

/** e^x − 1 */
export function expm1(x: number): number {
  const size = Math.abs(x);
  if (size >= floatOf(0x4195b844)) {
    if (x < 0) return -1;
    if (x > floatOf(0x42b17180)) return Infinity;
  }
  if (x !== x || size < 2 ** -25) return x;
  let [turns, rest, part] = [0, 0, x];
  if (size > floatOf(0x3eb17218)) {
    const sign = x < 0 ? -1 : 1;
    turns = size < floatOf(0x3f851592) ? sign : Math.trunc(f(f(f(Math.LOG2E) * x) + 0.5 * sign));
    const high = f(x - f(turns * ln2High));
    const low = f(turns * ln2Low);
    part = f(high - low);
    rest = f(f(high - part) - low);
  }
  const halved = f(0.5 * part);
  const square = f(part * halved);
  const r = series(square, powers);
  const t = f(3 - f(r * halved));
  let e = f(square * f(f(r - t) / f(6 - f(part * t))));
  if (turns === 0) return f(part - f(f(part * e) - square));
  e = f(f(f(part * f(e - rest)) - rest) - square);
  if (turns === -1) return f(f(0.5 * f(part - e)) - 0.5);
  if (turns === 1) return part < -0.25 ? f(-2 * f(e - f(part + 0.5))) : f(1 + f(2 * f(part - e)));
  if (turns <= -2 || turns > 56) return f(f(f(1 - f(e - part)) * 2 ** turns) - 1);
  if (turns < 23) return f(f(f(1 - 2 ** -turns) - f(e - part)) * 2 ** turns);
  return f(f(f(part - f(e + 2 ** -turns)) + 1) * 2 ** turns);
}

/** With the sign of x. */
export function signed(size: number, x: number): number {
  return x < 0 || Object.is(x, -0) ? -size : size;
}

export function tanh(x: number): number {
  const size = Math.abs(x);
  if (x !== x) return x;
  if (size >= 22) return signed(1, x);
  if (size < 2 ** -55) return x;
  if (size >= 1) return signed(f(1 - f(2 / f(expm1(f(2 * size)) + 2))), x);
  const t = expm1(f(-2 * size));
  return signed(f(-t / f(t + 2)), x);
}

export function sinh(x: number): number {
  const size = Math.abs(x);
  if (x !== x || size < 2 ** -28) return x;
  const half = signed(0.5, x);
  if (size >= 22) return large(size, half);
  const t = expm1(size);
  if (size < 1) return f(half * f(f(2 * t) - f(f(t * t) / f(t + 1))));
  return f(half * f(t + f(t / f(t + 1))));
}

export function cosh(x: number): number {
  const size = Math.abs(x);
  if (size >= 22) return large(size, 0.5);
  if (size < floatOf(0x3eb17218)) {
    const t = expm1(size);
    const w = f(1 + t);
    return size < 2 ** -55 ? 1 : f(1 + f(f(t * t) / f(w + w)));
  }
  const t = exp(size);
  return f(f(0.5 * t) + f(0.5 / t));
}

/** half · e^size, where e^size alone may be infinite. */
function large(size: number, half: number): number {
  if (size < floatOf(0x42b17180)) return f(half * exp(size));
  const w = exp(f(0.5 * size));
  return f(f(half * w) * w);
}

export function asinh(x: number): number {
  const size = Math.abs(x);
  if (!(size >= 2 ** -15) || size === Infinity) return x;
  if (size > 2 ** 15) return signed(f(log(size) + f(Math.LN2)), x);
  const square = f(size * size);
  const root = f(Math.sqrt(f(square + 1)));
  if (size > 2) return signed(f(log(f(f(2 * size) + f(1 / f(root + size))))), x);
  return signed(log1p(f(size + f(square / f(1 + root)))), x);
}

export function acosh(x: number): number {
  if (!(x >= 1)) return NaN;
  if (x >= 2 ** 28) return f(log(x) + f(Math.LN2));
  const square = f(x * x);
  if (x > 2) return f(log(f(f(2 * x) - f(1 / f(x + f(Math.sqrt(f(square - 1))))))));
  const t = f(x - 1);
  return log1p(f(t + f(Math.sqrt(f(f(2 * t) + f(t * t))))));
}

export function atanh(x: number): number {
  const size = Math.abs(x);
  if (!(size < 1)) return size === 1 ? x * Infinity : NaN;
  if (size < 2 ** -28) return x;
  const twice = f(size + size);
  const rest = f(1 - size);
  return signed(0.5 * log1p(size < 0.5 ? f(twice + f(f(twice * size) / rest)) : f(twice / rest)), x);
}
