// Exponentials of float32 for WebAssembly SIMD, in AssemblyScript; built by `npm run wasm` into curves.bytes.ts.
//
// In doubles e^z = 2^k e^r with z = k ln 2 + r, |r| ≤ ln 2 / 2, and e^r − 1 as its Taylor series to r^10, which is off by
// less than 2^-40 of itself. What is made of it is off by less than 2^-39. Where a number off by as much either way
// rounds to one float, so does every good result, the plain kernel's too; where it does not, the plain kernel decides.
//
// V8 builds a constant anew in each turn of a loop, but not the product of a constant and `one`.

// @ts-ignore: decorator
@inline
const TANH = 0;
// @ts-ignore: decorator
@inline
const SIGMOID = 1;
// @ts-ignore: decorator
@inline
const EXP = 2;

// @ts-ignore: decorator
@inline
function kept(c: f64, ones: v128): v128 {
  return f64x2.mul(f64x2.splat(c), ones);
}

// @ts-ignore: decorator
@inline
function term(c: v128, rest: v128, r: v128): v128 {
  return f64x2.add(c, f64x2.mul(r, rest));
}

/** e^r − 1, the even powers beside the odd ones. */
// @ts-ignore: decorator
@inline
function grown(
  r: v128, c2: v128, c3: v128, c4: v128, c5: v128, c6: v128, c7: v128, c8: v128, c9: v128, c10: v128, one: v128,
): v128 {
  const q = f64x2.mul(r, r);
  const odd = term(one, term(c3, term(c5, term(c7, c9, q), q), q), q);
  const even = term(c2, term(c4, term(c6, term(c8, c10, q), q), q), q);
  return f64x2.add(f64x2.mul(r, odd), f64x2.mul(q, even));
}

/** The curve where e^z − 1 is 2^k s + (2^k − 1); the last bits of `turns` are k. */
// @ts-ignore: decorator
@inline
function bent(curve: i32, turns: v128, s: v128, one: v128): v128 {
  const power = i64x2.add(i64x2.shl(turns, 52), one);
  if (curve == TANH) {
    const t = f64x2.add(f64x2.mul(power, s), f64x2.sub(power, one));
    return f64x2.div(t, f64x2.add(t, f64x2.add(one, one)));
  }
  const e = f64x2.add(f64x2.mul(power, s), power);
  return curve == SIGMOID ? f64x2.div(one, f64x2.add(one, e)) : e;
}

// @ts-ignore: decorator
@inline
function rounded(low: v128, high: v128, by: v128): v128 {
  return i32x4.shuffle(
    f32x4.demote_f64x2_zero(f64x2.mul(low, by)),
    f32x4.demote_f64x2_zero(f64x2.mul(high, by)),
    0, 1, 4, 5,
  );
}

/** Draws a curve over `count` floats, a multiple of 4; gives how many it wrote before four that the plain kernel decides. */
// @ts-ignore: decorator
@inline
function draw(curve: i32, x: usize, y: usize, count: usize, unit: f64): usize {
  const one = f64x2.splat(unit);
  const perLog = kept(1.4426950408889634, one);
  const log = kept(0.6931471805599453, one);
  // A number below 2^51 that is added to it is rounded to an integer, which its last bits then are.
  const rounder = kept(6755399441055744.0, one);
  const c2 = kept(0.5, one);
  const c3 = kept(1.0 / 6.0, one);
  const c4 = kept(1.0 / 24.0, one);
  const c5 = kept(1.0 / 120.0, one);
  const c6 = kept(1.0 / 720.0, one);
  const c7 = kept(1.0 / 5040.0, one);
  const c8 = kept(1.0 / 40320.0, one);
  const c9 = kept(1.0 / 362880.0, one);
  const c10 = kept(1.0 / 3628800.0, one);
  const below = kept(1.0 - 1.0 / 549755813888.0, one);
  const above = kept(1.0 + 1.0 / 549755813888.0, one);
  // Beyond these z the floats no longer change.
  const least = f32x4.splat(-110 * <f32>unit);
  const most = f32x4.splat((curve == TANH ? 44 : 110) * <f32>unit);
  const signs = i32x4.splat(0x80000000);
  for (let k: usize = 0; k < count; k += 4) {
    const four = v128.load(x + 4 * k);
    const sign = v128.and(four, signs);
    const size = v128.xor(four, sign);
    const z = curve == TANH ? f32x4.add(size, size) : curve == SIGMOID ? f32x4.neg(four) : four;
    const held = f32x4.pmax(f32x4.pmin(z, most), least);
    const zLow = f64x2.promote_low_f32x4(held);
    const zHigh = f64x2.promote_low_f32x4(i32x4.shuffle(held, held, 2, 3, 2, 3));
    const turnsLow = f64x2.add(f64x2.mul(zLow, perLog), rounder);
    const turnsHigh = f64x2.add(f64x2.mul(zHigh, perLog), rounder);
    const rLow = f64x2.sub(zLow, f64x2.mul(f64x2.sub(turnsLow, rounder), log));
    const rHigh = f64x2.sub(zHigh, f64x2.mul(f64x2.sub(turnsHigh, rounder), log));
    const low = bent(curve, turnsLow, grown(rLow, c2, c3, c4, c5, c6, c7, c8, c9, c10, one), one);
    const high = bent(curve, turnsHigh, grown(rHigh, c2, c3, c4, c5, c6, c7, c8, c9, c10, one), one);
    const result = rounded(low, high, above);
    if (v128.any_true(f32x4.ne(rounded(low, high, below), result))) return k;
    v128.store(y + 4 * k, curve == TANH ? v128.or(result, sign) : result);
  }
  return count;
}

export function tanh(x: usize, y: usize, count: usize, unit: f64): usize {
  return draw(TANH, x, y, count, unit);
}

export function sigmoid(x: usize, y: usize, count: usize, unit: f64): usize {
  return draw(SIGMOID, x, y, count, unit);
}

export function exp(x: usize, y: usize, count: usize, unit: f64): usize {
  return draw(EXP, x, y, count, unit);
}
