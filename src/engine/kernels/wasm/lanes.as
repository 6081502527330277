// Elementwise loops over float32 for WebAssembly SIMD, in AssemblyScript; built by `npm run wasm` into lanes.bytes.ts.
//
// Each is the loop of its name in ../lanes.ts: an operation on floats rounds as the one on doubles does that is rounded
// when it is stored. `count` is a multiple of 4. `da` and `db` are 16 bytes, or 0 for an operand of one element, which
// stands four times over.

export function add(a: usize, da: usize, b: usize, db: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; y += 16, a += da, b += db) v128.store(y, f32x4.add(v128.load(a), v128.load(b)));
}

export function sub(a: usize, da: usize, b: usize, db: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; y += 16, a += da, b += db) v128.store(y, f32x4.sub(v128.load(a), v128.load(b)));
}

export function mul(a: usize, da: usize, b: usize, db: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; y += 16, a += da, b += db) v128.store(y, f32x4.mul(v128.load(a), v128.load(b)));
}

export function div(a: usize, da: usize, b: usize, db: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; y += 16, a += da, b += db) v128.store(y, f32x4.div(v128.load(a), v128.load(b)));
}

export function neg(x: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; y += 16, x += 16) v128.store(y, f32x4.neg(v128.load(x)));
}

export function square(x: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; y += 16, x += 16) {
    const four = v128.load(x);
    v128.store(y, f32x4.mul(four, four));
  }
}

export function sqrt(x: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; y += 16, x += 16) v128.store(y, f32x4.sqrt(v128.load(x)));
}

export function relu(x: usize, y: usize, count: usize): void {
  const nothing = f32x4.splat(0);
  for (const end = y + 4 * count; y < end; y += 16, x += 16) {
    const four = v128.load(x);
    v128.store(y, v128.andnot(four, f32x4.le(four, nothing)));
  }
}

export function reluSlope(g: usize, dg: usize, y: usize, dy: usize, to: usize, count: usize): void {
  const nothing = f32x4.splat(0);
  for (const end = to + 4 * count; to < end; to += 16, g += dg, y += dy) {
    v128.store(to, v128.andnot(v128.load(g), f32x4.le(v128.load(y), nothing)));
  }
}

/** g · (1 − y²), the bracket in doubles and rounded once. */
export function tanhSlope(g: usize, dg: usize, y: usize, dy: usize, to: usize, count: usize): void {
  const ones = f64x2.splat(1);
  for (const end = to + 4 * count; to < end; to += 16, g += dg, y += dy) {
    const four = v128.load(y);
    const low = f64x2.promote_low_f32x4(four);
    const high = upper(four);
    const one = f32x4.demote_f64x2_zero(f64x2.sub(ones, f64x2.mul(low, low)));
    const two = f32x4.demote_f64x2_zero(f64x2.sub(ones, f64x2.mul(high, high)));
    v128.store(to, f32x4.mul(v128.load(g), i32x4.shuffle(one, two, 0, 1, 4, 5)));
  }
}

export function sigmoidSlope(g: usize, dg: usize, y: usize, dy: usize, to: usize, count: usize): void {
  const ones = f32x4.splat(1);
  for (const end = to + 4 * count; to < end; to += 16, g += dg, y += dy) {
    const four = v128.load(y);
    v128.store(to, f32x4.mul(f32x4.mul(v128.load(g), f32x4.sub(ones, four)), four));
  }
}

export function squareSlope(g: usize, dg: usize, a: usize, da: usize, to: usize, count: usize): void {
  for (const end = to + 4 * count; to < end; to += 16, g += dg, a += da) {
    const four = v128.load(a);
    v128.store(to, f32x4.mul(v128.load(g), f32x4.add(four, four)));
  }
}

export function squareOfDifference(a: usize, da: usize, b: usize, db: usize, y: usize, count: usize): void {
  for (const end = y + 4 * count; y < end; y += 16, a += da, b += db) {
    const difference = f32x4.sub(v128.load(a), v128.load(b));
    v128.store(y, f32x4.mul(difference, difference));
  }
}

// @ts-ignore: decorator
@inline
function upper(x: v128): v128 {
  return f64x2.promote_low_f32x4(i32x4.shuffle(x, x, 2, 3, 2, 3));
}

/** y += factor · x, in doubles and rounded once. */
export function addScaled(x: usize, dx: usize, y: usize, count: usize, factor: f64): void {
  const by = f64x2.splat(factor);
  for (const end = y + 4 * count; y < end; y += 16, x += dx) {
    const four = v128.load(x);
    const before = v128.load(y);
    const low = f64x2.add(f64x2.promote_low_f32x4(before), f64x2.mul(by, f64x2.promote_low_f32x4(four)));
    const high = f64x2.add(upper(before), f64x2.mul(by, upper(four)));
    v128.store(y, i32x4.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 1, 4, 5));
  }
}

/** a + (value · b) · c, the sum rounded once: in doubles, which hold the product of two floats. */
export function addcmul(a: usize, b: usize, c: usize, y: usize, count: usize, value: f32): void {
  const by = f32x4.splat(value);
  for (const end = y + 4 * count; y < end; y += 16, a += 16, b += 16, c += 16) {
    const before = v128.load(a);
    const first = f32x4.mul(by, v128.load(b));
    const second = v128.load(c);
    const low = f64x2.mul(f64x2.promote_low_f32x4(first), f64x2.promote_low_f32x4(second));
    const high = f64x2.mul(upper(first), upper(second));
    const one = f32x4.demote_f64x2_zero(f64x2.add(f64x2.promote_low_f32x4(before), low));
    const two = f32x4.demote_f64x2_zero(f64x2.add(upper(before), high));
    v128.store(y, i32x4.shuffle(one, two, 0, 1, 4, 5));
  }
}

/** a + value · b / c */
export function addcdiv(a: usize, b: usize, c: usize, y: usize, count: usize, value: f32): void {
  const by = f32x4.splat(value);
  for (const end = y + 4 * count; y < end; y += 16, a += 16, b += 16, c += 16) {
    v128.store(y, f32x4.add(v128.load(a), f32x4.div(f32x4.mul(by, v128.load(b)), v128.load(c))));
  }
}
