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

// @ts-ignore: decorator
@inline
function add(table: usize, bin: i32): void {
  const at = table + (<usize>bin << 2);
  store<i32>(at, load<i32>(at) + 1);
}

/**
 * Adds the squares of `count` finite floats (a multiple of 4) at `x` around `mean` to four sums in `found`, and
 * counts each in one of 16 bins from `min` on: four tables at `counts`.
 */
export function spread(x: usize, count: usize, mean: f64, min: f64, scale: f64, found: usize, counts: usize): void {
  let s01 = v128.load(found);
  let s23 = v128.load(found, 16);
  const means = f64x2.splat(mean);
  const mins = f64x2.splat(min);
  const scales = f64x2.splat(scale);
  const last = i32x4.splat(15);
  for (const end = x + 4 * count; x < end; x += 16) {
    const four = v128.load(x);
    const low = f64x2.promote_low_f32x4(four);
    const high = upper(four);
    const awayLow = f64x2.sub(low, means);
    const awayHigh = f64x2.sub(high, means);
    s01 = f64x2.add(s01, f64x2.mul(awayLow, awayLow));
    s23 = f64x2.add(s23, f64x2.mul(awayHigh, awayHigh));
    const binsLow = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(f64x2.sub(low, mins), scales));
    const binsHigh = i32x4.trunc_sat_f64x2_s_zero(f64x2.mul(f64x2.sub(high, mins), scales));
    const bins = i32x4.min_s(i32x4.shuffle(binsLow, binsHigh, 0, 1, 4, 5), last);
    add(counts, i32x4.extract_lane(bins, 0));
    add(counts + 64, i32x4.extract_lane(bins, 1));
    add(counts + 128, i32x4.extract_lane(bins, 2));
    add(counts + 192, i32x4.extract_lane(bins, 3));
  }
  v128.store(found, s01);
  v128.store(found, s23, 16);
}
