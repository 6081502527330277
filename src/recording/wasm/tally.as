// What statistics count in floats, for WebAssembly SIMD, in AssemblyScript; built by `npm run wasm` into tally.bytes.ts.
//
// Element k goes into lane k mod 4, as in the plain tally: the sums have the same bits.

// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3));
}

/**
 * Takes `count` floats (a multiple of 4) at `x` into `found`: four sums and four sums of squares as doubles,
 * four least and four greatest floats, four counts of zeros.
 */
export function look(x: usize, count: usize, found: usize): void {
  let s01 = v128.load(found);
  let s23 = v128.load(found, 16);
  let q01 = v128.load(found, 32);
  let q23 = v128.load(found, 48);
  let least = v128.load(found, 64);
  let greatest = v128.load(found, 80);
  let zeros = v128.load(found, 96);
  const nothing = f32x4.splat(0);
  for (const end = x + 4 * count; x < end; x += 16) {
    const four = v128.load(x);
    least = f32x4.pmin(least, four);
    greatest = f32x4.pmax(greatest, four);
    zeros = i32x4.sub(zeros, f32x4.eq(four, nothing));
    const low = f64x2.promote_low_f32x4(four);
    const high = upper(four);
    s01 = f64x2.add(s01, low);
    s23 = f64x2.add(s23, high);
    q01 = f64x2.add(q01, f64x2.mul(low, low));
    q23 = f64x2.add(q23, f64x2.mul(high, high));
  }
  v128.store(found, s01);
  v128.store(found, s23, 16);
  v128.store(found, q01, 32);
  v128.store(found, q23, 48);
  v128.store(found, least, 64);
  v128.store(found, greatest, 80);
  v128.store(found, zeros, 96);
}

/** Adds the squares of `count` floats (a multiple of 4) at `x` around `mean` to four sums in `found`. */
export function spread(x: usize, count: usize, mean: f64, found: usize): void {
  let s01 = v128.load(found);
  let s23 = v128.load(found, 16);
  const means = f64x2.splat(mean);
  for (const end = x + 4 * count; x < end; x += 16) {
    const four = v128.load(x);
    const low = f64x2.sub(f64x2.promote_low_f32x4(four), means);
    const high = f64x2.sub(upper(four), means);
    s01 = f64x2.add(s01, f64x2.mul(low, low));
    s23 = f64x2.add(s23, f64x2.mul(high, high));
  }
  v128.store(found, s01);
  v128.store(found, s23, 16);
}

// @ts-ignore: decorator
@inline
function add(table: usize, at: i32): void {
  const place = table + (<usize>at << 2);
  store<i32>(place, load<i32>(place) + 1);
}

/** The number's place between the least and the greatest as one from 1 to below 2. */
// @ts-ignore: decorator
@inline
function placed(x: v128, mins: v128, scales: v128, ones: v128, tops: v128): v128 {
  return f64x2.pmin(f64x2.add(f64x2.mul(f64x2.sub(x, mins), scales), ones), tops);
}

/**
 * Counts the bins of `count` finite floats (a multiple of 4) at `x` by pairs, in two tables at `pairs`, at
 * first bin + 16 · second bin. A number's bin is the first four binary digits behind the point of its place from `one`
 * to `top`, the last below 2. (These two are given because V8 builds a constant anew in each turn of a loop.)
 */
export function count(x: usize, count: usize, min: f64, scale: f64, one: f64, top: f64, pairs: usize): void {
  const mins = f64x2.splat(min);
  const scales = f64x2.splat(scale);
  const ones = f64x2.splat(one);
  const tops = f64x2.splat(top);
  for (const end = x + 4 * count; x < end; x += 16) {
    const four = v128.load(x);
    const low = placed(f64x2.promote_low_f32x4(four), mins, scales, ones, tops);
    const high = placed(upper(four), mins, scales, ones, tops);
    const bins = i32x4.shr_u(i32x4.shl(i32x4.shuffle(low, high, 1, 3, 5, 7), 12), 28);
    const both = v128.or(bins, i64x2.shr_u(bins, 28));
    add(pairs, i32x4.extract_lane(both, 0));
    add(pairs + 1024, i32x4.extract_lane(both, 2));
  }
}

/** Adds what two tables at `pairs` counted to the 16 bins at `counts`, and clears the tables. */
export function settle(pairs: usize, counts: usize): void {
  for (let pair: usize = 0; pair < 256; pair++) {
    const seen = load<i32>(pairs + 4 * pair) + load<i32>(pairs + 4 * pair, 1024);
    const first = counts + 4 * (pair & 15);
    store<i32>(first, load<i32>(first) + seen);
    const second = counts + 4 * (pair >> 4);
    store<i32>(second, load<i32>(second) + seen);
  }
  memory.fill(pairs, 0, 2048);
}
