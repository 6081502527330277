// Exponentials of float32 for WebAssembly SIMD, in AssemblyScript; built by `npm run wasm` into curves.bytes.ts. Four at a
// time what ../sleef.ts does one by one, bit for bit.

// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3));
}

/** a · b + c, in doubles and rounded once. */
// @ts-ignore: decorator
@inline
function fused(a: v128, b: v128, c: v128): v128 {
  const low = f64x2.mul(f64x2.promote_low_f32x4(a), f64x2.promote_low_f32x4(b));
  const high = f64x2.mul(upper(a), upper(b));
  return i32x4.shuffle(
    f32x4.demote_f64x2_zero(f64x2.add(low, f64x2.promote_low_f32x4(c))),
    f32x4.demote_f64x2_zero(f64x2.add(high, upper(c))),
    0, 1, 4, 5,
  );
}

// @ts-ignore: decorator
@inline
function all(c: f32): v128 {
  return f32x4.splat(c);
}

// @ts-ignore: decorator
@inline
function less(x: v128, y: v128): v128 {
  return f32x4.sub(x, y);
}

// @ts-ignore: decorator
@inline
function more(x: v128, y: v128): v128 {
  return f32x4.add(x, y);
}

// @ts-ignore: decorator
@inline
function times(x: v128, y: v128): v128 {
  return f32x4.mul(x, y);
}

/** 2 to a whole number from −126 to 127, given as integers. */
// @ts-ignore: decorator
@inline
function power(turns: v128): v128 {
  return i32x4.shl(i32x4.add(turns, i32x4.splat(127)), 23);
}

// @ts-ignore: decorator
@inline
function exponential(x: v128): v128 {
  const turns = f32x4.nearest(times(x, all(1.4426950408889634)));
  const s = fused(turns, all(-1.428606765330187e-6), fused(turns, all(-0.693145751953125), x));
  let sum = fused(all(0.00019852761761285365), s, all(0.0013930435525253415));
  sum = fused(sum, s, all(0.008333360776305199));
  sum = fused(sum, s, all(0.041666485369205475));
  sum = fused(sum, s, all(0.1666666716337204));
  sum = fused(sum, s, all(0.5));
  const whole = i32x4.trunc_sat_f32x4_s(turns);
  const half = i32x4.shr_s(whole, 1);
  const value = times(more(all(1), fused(times(s, s), sum, s)), power(half));
  const e = v128.andnot(times(value, power(i32x4.sub(whole, half))), f32x4.lt(x, all(-104)));
  return v128.bitselect(all(f32.MAX_VALUE * 2), e, f32x4.gt(x, all(100)));
}

export function exp(x: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; x += 16, y += 16) v128.store(y, exponential(v128.load(x)));
}

export function sigmoid(x: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; x += 16, y += 16) {
    v128.store(y, f32x4.div(all(1), more(all(1), exponential(less(all(0), v128.load(x))))));
  }
}

/** What a sum of two rounded off. */
// @ts-ignore: decorator
@inline
function rounded(a: v128, b: v128, sum: v128): v128 {
  const back = less(sum, a);
  return more(less(a, less(sum, back)), less(b, back));
}

/** Sleef's tanh of sizes. */
function exactly(size: v128): v128 {
  const turns = f32x4.nearest(times(size, all(1.4426950408889634)));
  const first = times(turns, all(-0.693145751953125));
  let s = more(size, first);
  let sLow = rounded(size, first, s);
  const second = times(turns, all(-1.428606765330187e-6));
  const before = s;
  s = more(before, second);
  sLow = more(rounded(before, second, s), sLow);
  let u = fused(all(0.1980960224e-3), s, all(0.1394256484e-2));
  u = fused(u, s, all(0.8333456703e-2));
  u = fused(u, s, all(0.4166637361e-1));
  let product = times(s, u);
  let productLow = fused(sLow, u, fused(s, u, f32x4.neg(product)));
  let t = more(product, all(0.16666665941423424));
  let tLow = more(rounded(product, all(0.16666665941423424), t), productLow);
  product = times(s, t);
  productLow = fused(s, tLow, fused(sLow, t, fused(s, t, f32x4.neg(product))));
  t = more(product, all(0.5));
  tLow = more(rounded(product, all(0.5), t), productLow);
  const square = times(s, s);
  const squareLow = fused(more(s, s), sLow, fused(s, s, f32x4.neg(square)));
  product = times(square, t);
  productLow = fused(square, tLow, fused(squareLow, t, fused(square, t, f32x4.neg(product))));
  t = more(s, product);
  tLow = more(rounded(s, product, t), more(sLow, productLow));
  const by = power(i32x4.trunc_sat_f32x4_s(turns));
  const one = more(all(1), t);
  const grown = times(one, by);
  const grownLow = times(more(more(less(all(1), one), t), tLow), by);
  const shrunk = f32x4.div(all(1), grown);
  const against = fused(f32x4.neg(grown), shrunk, all(1));
  const shrunkLow = times(shrunk, fused(f32x4.neg(grownLow), shrunk, against));
  const above = less(grown, shrunk);
  const aboveLow = less(more(less(less(grown, above), shrunk), grownLow), shrunkLow);
  const below = more(grown, shrunk);
  const belowLow = more(more(more(less(grown, below), shrunk), grownLow), shrunkLow);
  const inverse = f32x4.div(all(1), below);
  const ratio = times(above, inverse);
  const lost = fused(inverse, above, f32x4.neg(ratio));
  const off = fused(f32x4.neg(belowLow), inverse, fused(f32x4.neg(below), inverse, all(1)));
  const value = more(ratio, fused(ratio, off, fused(aboveLow, inverse, lost)));
  const far = f32x4.gt(size, all(8.664339742));
  return v128.bitselect(all(1), value, far);
}

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

/** (e^z − 1) / (e^z + 1) in doubles: e^z = 2^k e^r, e^r − 1 by its Taylor series to r^10, the even powers beside the odd. */
// @ts-ignore: decorator
@inline
function ratio(
  z: v128, perLog: v128, log: v128, rounder: v128,
  c2: v128, c3: v128, c4: v128, c5: v128, c6: v128, c7: v128, c8: v128, c9: v128, c10: v128, one: v128,
): v128 {
  const turns = f64x2.add(f64x2.mul(z, perLog), rounder);
  const r = f64x2.sub(z, f64x2.mul(f64x2.sub(turns, rounder), log));
  const q = f64x2.mul(r, r);
  const odd = term(one, term(c3, term(c5, term(c7, c9, q), q), q), q);
  const even = term(c2, term(c4, term(c6, term(c8, c10, q), q), q), q);
  const s = f64x2.add(f64x2.mul(r, odd), f64x2.mul(q, even));
  const by = i64x2.add(i64x2.shl(turns, 52), one);
  const t = f64x2.add(f64x2.mul(by, s), f64x2.sub(by, one));
  return f64x2.div(t, f64x2.add(t, f64x2.add(one, one)));
}

// @ts-ignore: decorator
@inline
function scaled(low: v128, high: v128, by: v128): v128 {
  return i32x4.shuffle(
    f32x4.demote_f64x2_zero(f64x2.mul(low, by)),
    f32x4.demote_f64x2_zero(f64x2.mul(high, by)),
    0, 1, 4, 5,
  );
}

/** A place of a list; behind its end the last one again. */
// @ts-ignore: decorator
@inline
function place(list: usize, k: usize, last: usize): usize {
  return load<u32>(list + 4 * (k < last ? k : last));
}

/** Sleef's tanh of the elements whose places are listed, four at a time; `away` is how far behind an element its result lies. */
function listed(list: usize, count: usize, away: usize): void {
  const signs = i32x4.splat(0x80000000);
  for (let k: usize = 0; k < count; k += 4) {
    const p = place(list, k, count - 1);
    const q = place(list, k + 1, count - 1);
    const r = place(list, k + 2, count - 1);
    const s = place(list, k + 3, count - 1);
    let four = v128.load32_zero(p);
    four = v128.load_lane<u32>(q, four, 1);
    four = v128.load_lane<u32>(r, four, 2);
    four = v128.load_lane<u32>(s, four, 3);
    const sign = v128.and(four, signs);
    const value = v128.or(exactly(v128.xor(four, sign)), sign);
    v128.store_lane<u32>(p + away, value, 0);
    v128.store_lane<u32>(q + away, value, 1);
    v128.store_lane<u32>(r + away, value, 2);
    v128.store_lane<u32>(s + away, value, 3);
  }
}

// From 2^-13 to where it is 1, Sleef's tanh is off by less than 0.015 units in the last place beyond rounding. Where a number that is 2^-28.5 more or
// less rounds to one float, that float is Sleef's too; the others, one of fifteen, are listed and go Sleef's way. `unit` is 1:
// V8 builds a constant anew in each turn of a loop, but not the product of a constant and `one`. The list lies behind y.
export function tanh(x: usize, y: usize, count: usize, unit: f64): void {
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
  const fewer = kept(1.0 - 2.6e-9, one);
  const further = kept(1.0 + 2.6e-9, one);
  const most = f32x4.splat(44 * <f32>unit);
  const bound = f32x4.splat(8.664339742 * <f32>unit);
  const ones = f32x4.splat(<f32>unit);
  const tiny = f32x4.splat(0.0001220703125 * <f32>unit);
  const signs = i32x4.splat(0x80000000);
  const away = y - x;
  const list = y + 4 * count;
  let found: usize = 0;
  for (const end = list; y < end; x += 16, y += 16) {
    const four = v128.load(x);
    const sign = v128.and(four, signs);
    const size = v128.xor(four, sign);
    const z = f32x4.pmin(f32x4.add(size, size), most);
    const low = ratio(f64x2.promote_low_f32x4(z), perLog, log, rounder, c2, c3, c4, c5, c6, c7, c8, c9, c10, one);
    const high = ratio(upper(z), perLog, log, rounder, c2, c3, c4, c5, c6, c7, c8, c9, c10, one);
    const value = scaled(low, high, further);
    const doubtful = f32x4.ne(scaled(low, high, fewer), value);
    const far = f32x4.gt(size, bound);
    v128.store(y, v128.or(v128.bitselect(ones, value, far), sign));
    const lanes = i32x4.bitmask(v128.andnot(v128.or(doubtful, f32x4.lt(size, tiny)), far));
    if (lanes === 0) continue;
    for (let lane = 0; lane < 4; lane++) {
      store<u32>(list + 4 * found, x + 4 * lane);
      found += (lanes >> lane) & 1;
    }
  }
  listed(list, found, away);
}

/** The power of 2 that takes each x into [3/4, 3/2). */
// @ts-ignore: decorator
@inline
function turnsOf(x: v128): v128 {
  const exponent = i32x4.shr_s(times(x, all(<f32>(1.0 / 0.75))), 23);
  return i32x4.sub(v128.and(exponent, i32x4.splat(255)), i32x4.splat(127));
}

/** turns · ln 2 + 2 · artanh(n / d), n and d as pairs. */
// @ts-ignore: decorator
@inline
function logarithm(n: v128, nLow: v128, d: v128, dLow: v128, turns: v128): v128 {
  const inverse = f32x4.div(all(1), d);
  const x = times(n, inverse);
  const lost = fused(nLow, inverse, fused(inverse, n, f32x4.neg(x)));
  const xLow = fused(x, fused(f32x4.neg(dLow), inverse, fused(f32x4.neg(d), inverse, all(1))), lost);
  const square = times(x, x);
  const series = fused(fused(all(0.3027294874), square, all(0.3996108174)), square, all(0.666669488));
  const whole = times(all(0.6931471824645996), turns);
  const wholeLow = fused(all(-1.904654323148236e-9), turns, fused(all(0.6931471824645996), turns, f32x4.neg(whole)));
  const twice = more(x, x);
  const main = more(whole, twice);
  const mainLow = more(more(more(less(whole, main), twice), wholeLow), more(xLow, xLow));
  const rest = times(times(square, x), series);
  const sum = more(main, rest);
  return more(sum, more(more(less(main, sum), rest), mainLow));
}

export function log(x: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; x += 16, y += 16) {
    const given = v128.load(x);
    const small = f32x4.lt(given, all(1.1754943508222875e-38));
    const big = v128.bitselect(times(given, all(18446744073709551616.0)), given, small);
    const turns = turnsOf(big);
    const part = i32x4.sub(big, i32x4.shl(turns, 23));
    const below = more(all(-1), part);
    const above = more(all(1), part);
    const exponent = i32x4.sub(turns, v128.and(small, i32x4.splat(64)));
    let value = logarithm(
      below, rounded(all(-1), part, below), above, rounded(all(1), part, above), f32x4.convert_i32x4_s(exponent),
    );
    value = v128.bitselect(given, value, f32x4.eq(given, all(f32.MAX_VALUE * 2)));
    value = v128.bitselect(value, all(NaN), f32x4.ge(given, all(0)));
    v128.store(y, v128.bitselect(all(-f32.MAX_VALUE * 2), value, f32x4.eq(given, all(0))));
  }
}

export function log1p(x: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; x += 16, y += 16) {
    const given = v128.load(x);
    const turns = turnsOf(more(given, all(1)));
    const scale = i32x4.shl(i32x4.sub(i32x4.splat(127), turns), 23);
    const part = fused(given, scale, less(scale, all(1)));
    const above = more(all(2), part);
    const aboveLow = more(less(all(2), above), part);
    let value = logarithm(part, all(0), above, aboveLow, f32x4.convert_i32x4_s(turns));
    value = v128.bitselect(all(f32.MAX_VALUE * 2), value, f32x4.gt(given, all(1e38)));
    value = v128.bitselect(value, all(NaN), f32x4.ge(given, all(-1)));
    value = v128.bitselect(all(-f32.MAX_VALUE * 2), value, f32x4.eq(given, all(-1)));
    v128.store(y, v128.bitselect(given, value, f32x4.eq(given, all(0))));
  }
}

/** sin of pairs within a quarter turn, with the signs' bits. */
// @ts-ignore: decorator
@inline
function sine(t: v128, tLow: v128, signs: v128): v128 {
  const square = times(t, t);
  const squareLow = fused(more(t, t), tLow, fused(t, t, f32x4.neg(square)));
  const u = fused(
    fused(all(2.6083159809786594e-6), square, all(-0.00019810690719168633)), square, all(0.00833307858556509),
  );
  const step = times(u, square);
  const factor = more(all(-0.16666659712791443), step);
  const factorLow = more(less(all(-0.16666659712791443), factor), step);
  const product = times(factor, square);
  const productLow = fused(factor, squareLow, fused(factorLow, square, fused(factor, square, f32x4.neg(product))));
  const x = more(all(1), product);
  const xLow = more(more(less(all(1), x), product), productLow);
  return v128.xor(signs, fused(t, x, fused(tLow, x, times(t, xLow))));
}

// Of sizes below 125; what lies beyond is left to ../sleef.ts.
export function sin(x: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; x += 16, y += 16) {
    const given = v128.load(x);
    const turns = f32x4.nearest(times(given, all(0.31830987334251404)));
    const first = fused(turns, all(-3.1414794921875), given);
    const second = times(turns, all(-0.00011315941810607910));
    const s = more(first, second);
    const third = times(turns, all(-1.9841872589410059e-9));
    const t = more(s, third);
    const tLow = more(more(less(s, t), third), rounded(first, second, s));
    const signs = i32x4.shl(i32x4.trunc_sat_f32x4_s(turns), 31);
    v128.store(y, v128.bitselect(given, sine(t, tLow, signs), f32x4.eq(given, all(0))));
  }
}

export function cos(x: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; x += 16, y += 16) {
    const given = v128.load(x);
    const half = f32x4.nearest(fused(given, all(0.31830987334251404), all(-0.5)));
    const turns = more(more(half, half), all(1));
    const first = times(turns, all(-1.57073974609375));
    const s = more(given, first);
    const second = times(turns, all(-0.00005657970905303955));
    const t = more(s, second);
    const third = times(turns, all(-9.9209362947050294e-10));
    const u = more(t, third);
    const low = more(rounded(t, third, u), more(rounded(s, second, t), rounded(given, first, s)));
    const even = i32x4.shl(v128.andnot(i32x4.splat(2), i32x4.trunc_sat_f32x4_s(turns)), 30);
    v128.store(y, sine(u, low, even));
  }
}
