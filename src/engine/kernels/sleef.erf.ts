import { fused } from "./fma";
import { low, nearest, power, powerOfTwo } from "./sleef.exp";

const f = Math.fround;

const [e1, e2, e3] = [f(0.1128318012), f(-0.2683781274e-1), f(0.5159463733e-2)];
const [e4, e5] = [f(-0.7768311189e-3), f(0.7089292194e-4)];
const middle = new Float64Array([
  -1.128798558266945, -0.6345889059084104, -0.107099615, 0.244547464e-1, -0.3949181177e-2, 0.393763301e-3,
  -0.1792667899e-4,
]);
const outer = new Float64Array([
  -1.1246148774284557, -0.6435980505478917, -0.9901899844e-1, 0.2059706673e-1, -0.2918176819e-2, 0.2481465926e-3,
  -0.9495757695e-5,
]);

const [p3, p4] = [f(0.166666659414234), f(0.4166637361e-1)];
const [p5, p6] = [f(0.8333456703e-2), f(0.1394256484e-2)];
const p7 = f(0.1980960224e-3);

/** e^x to twice the digits of a float, of which single floats see `high`. */
function precisely(x: number, high: number): number {
  const twos = nearest(f(f(x) * f(Math.LOG2E)));
  const [a, b] = [twos * -0.693145751953125, f(twos * f(-1.428606765330187e-6))];
  const s = x + a + b;
  const t = f(f(high + a) + b);
  const u = fused(fused(fused(p7, t, p6), t, p5), t, p4);
  return (1 + (s + s * s * (0.5 + s * (p3 + s * u)))) * powerOfTwo(twos);
}

/** The error function of a float32 as Sleef's `erff_u10` computes it. */
export function erf(x: number): number {
  const a = Math.abs(x);
  if (a < f(1.1)) {
    const u = f(a * a);
    const t = fused(fused(fused(fused(e5, u, e4), u, e3), u, e2), u, e1);
    const slope = (t * u - 0.37612587600065744) * u + 1.1283791602105915;
    const high = f(slope);
    const value = f(high * x);
    return x === 0 ? x : f(value + fused(slope - high, x, fused(high, x, -value)));
  }
  if (!(a < 4)) return a !== a ? x : Math.sign(x);
  const c = a < f(2.4) ? middle : outer;
  const t = fused(fused(fused(fused(f(c[6]!), a, f(c[5]!)), a, f(c[4]!)), a, f(c[3]!)), a, f(c[2]!));
  const high = f(f(f(f(f(t * a) + f(c[1]!)) * a) + f(c[0]!)) * a);
  const whole = ((t * a + c[1]!) * a + c[0]!) * a;
  return Math.sign(x) * f(1 - precisely(whole, high));
}

const nearOne = new Float64Array([
  -1.128379177905374, -0.6366194832084819, -0.10277535934393028, 0.1914106123e-1, 0.1795156277e-3, -0.1665703603e-2,
  0.6000166177e-3, -0.8638041618e-4,
]);
const nearTwo = new Float64Array([
  -1.1285598737666862, -0.635609463574589, -0.10524758345933863, 0.2260518074e-1, -0.2851036377e-2, 0.6002851478e-5,
  0.5749821503e-4, -0.6236977242e-5,
]);
const nearFour = new Float64Array([
  -0.572319781150473, -0.0013445020322453399, -0.4823653103330453, -0.1328857988, 1.249150872, -1.816803217,
  1.288077235, -0.3869504035,
]);
const beyond = new Float64Array([
  -0.572364030327966, -4.711995434228485e-5, -0.49896154625453765, -0.1262947265e-1, 0.7155663371, -0.3667259514,
  -0.9454904199, 1.115344167,
]);

/** 1 − erf x of a float32 as Sleef's `erfcf_u15` computes it. */
export function erfc(x: number): number {
  const a = Math.abs(x);
  if (!(a < f(10.1))) return a !== a ? x : x < 0 ? 2 : 0;
  const near = a < f(2.2);
  const c = a < 1 ? nearOne : near ? nearTwo : a < f(4.3) ? nearFour : beyond;
  const u = near ? a : f(1 / a);
  const uLow = near ? 0 : f(u * fused(-a, u, 1));
  const t = fused(fused(fused(fused(f(c[7]!), u, f(c[6]!)), u, f(c[5]!)), u, f(c[4]!)), u, f(c[3]!));
  const whole = u + uLow;
  let high = f(f(f(f(f(f(u * t) + f(c[2]!)) * u) + f(c[1]!)) * u) + f(c[0]!));
  let sum = ((whole * t + c[2]!) * whole + c[1]!) * whole + c[0]!;
  if (near) {
    high = f(high * a);
    sum *= a;
  } else {
    high = f(f(-a * a) + high);
    sum -= a * a;
  }
  let value = power(high, f(sum - high));
  let valueLow = low[0]!;
  if (!near) {
    const product = f(value * u);
    valueLow = fused(value, uLow, fused(valueLow, u, fused(value, u, -product)));
    value = product;
  }
  value = f(value + valueLow);
  return x < 0 ? f(2 - value) : value;
}
