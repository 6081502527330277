// The hyperbolic tangent of float32 for WebAssembly SIMD, in AssemblyScript; built by `npm run wasm` into tanh.bytes.ts.
//
// tanh x = t / (t + 2) with t = e^2x − 1, in doubles: 2x = k ln 2 + r and t = 2^k (e^r − 1) + (2^k − 1), where e^r − 1
// is its Taylor series to r^13. That is off by less than 2^-50 of itself. Where a number off by 2^-49 either way rounds
// to one float, so does every other good tangent, the plain kernel's too; where it does not, the plain kernel decides.

// @ts-ignore: decorator
@inline
function term(c: f64, rest: v128, r: v128): v128 {
  return f64x2.add(f64x2.splat(c), f64x2.mul(r, rest));
}

/** The tangents of two numbers from 0 to 22. */
// @ts-ignore: decorator
@inline
function tangents(x: v128): v128 {
  const y = f64x2.add(x, x);
  const k = f64x2.nearest(f64x2.mul(y, f64x2.splat(1.4426950408889634)));
  // ln 2 in two parts, the first with zeros behind, so that k times it is exact.
  const r = f64x2.sub(
    f64x2.sub(y, f64x2.mul(k, f64x2.splat(6.93147180369123816490e-1))),
    f64x2.mul(k, f64x2.splat(1.90821492927058770002e-10)),
  );
  let s = f64x2.splat(1.0 / 6227020800.0);
  s = term(1.0 / 479001600.0, s, r);
  s = term(1.0 / 39916800.0, s, r);
  s = term(1.0 / 3628800.0, s, r);
  s = term(1.0 / 362880.0, s, r);
  s = term(1.0 / 40320.0, s, r);
  s = term(1.0 / 5040.0, s, r);
  s = term(1.0 / 720.0, s, r);
  s = term(1.0 / 120.0, s, r);
  s = term(1.0 / 24.0, s, r);
  s = term(1.0 / 6.0, s, r);
  s = term(0.5, s, r);
  s = term(1.0, s, r);
  s = f64x2.mul(s, r);
  const power = i64x2.shl(
    i64x2.add(i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(k)), i64x2.splat(1023)),
    52,
  );
  const t = f64x2.add(f64x2.mul(power, s), f64x2.sub(power, f64x2.splat(1)));
  return f64x2.div(t, f64x2.add(t, f64x2.splat(2)));
}

// @ts-ignore: decorator
@inline
function rounded(low: v128, high: v128, factor: f64): v128 {
  const by = f64x2.splat(factor);
  return i32x4.shuffle(
    f32x4.demote_f64x2_zero(f64x2.mul(low, by)),
    f32x4.demote_f64x2_zero(f64x2.mul(high, by)),
    0, 1, 4, 5,
  );
}

/** y = tanh x for `count` floats, a multiple of 4; gives how many it wrote before four that the plain kernel decides. */
export function tanh(x: usize, y: usize, count: usize): usize {
  const signs = i32x4.splat(0x80000000);
  const most = f32x4.splat(22);
  for (let k: usize = 0; k < count; k += 4) {
    const four = v128.load(x + 4 * k);
    const sign = v128.and(four, signs);
    const size = f32x4.min(v128.andnot(four, signs), most);
    const low = tangents(f64x2.promote_low_f32x4(size));
    const high = tangents(f64x2.promote_low_f32x4(i32x4.shuffle(size, size, 2, 3, 2, 3)));
    const below = rounded(low, high, 1.0 - 1.0 / 562949953421312.0);
    const above = rounded(low, high, 1.0 + 1.0 / 562949953421312.0);
    if (!i32x4.all_true(f32x4.eq(below, above))) return k;
    v128.store(y + 4 * k, v128.or(above, sign));
  }
  return count;
}
