// Matrix products of float32 for WebAssembly SIMD, in AssemblyScript; built by `npm run wasm` into gemm.bytes.ts.
//
// Every element of c is summed over k one product after the other, product and sum each rounded to float32, as the
// plain kernel in ../gemm.ts does: the lanes of a vector are neighbouring columns, and no tile splits k.

/** Adds a·b to 4 rows by 8 columns of c. `a` holds the 4 rows' elements side by side for each k, `b` the 8 columns'. */
// @ts-ignore: decorator
@inline
function tile(a: usize, b: usize, k: usize, c: usize, step: usize): void {
  const c1 = c + step;
  const c2 = c1 + step;
  const c3 = c2 + step;
  let s00 = v128.load(c);
  let s01 = v128.load(c, 16);
  let s10 = v128.load(c1);
  let s11 = v128.load(c1, 16);
  let s20 = v128.load(c2);
  let s21 = v128.load(c2, 16);
  let s30 = v128.load(c3);
  let s31 = v128.load(c3, 16);
  for (let l: usize = 0; l < k; l++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    s00 = f32x4.add(s00, f32x4.mul(a0, b0));
    s01 = f32x4.add(s01, f32x4.mul(a0, b1));
    const a1 = v128.load32_splat(a, 4);
    s10 = f32x4.add(s10, f32x4.mul(a1, b0));
    s11 = f32x4.add(s11, f32x4.mul(a1, b1));
    const a2 = v128.load32_splat(a, 8);
    s20 = f32x4.add(s20, f32x4.mul(a2, b0));
    s21 = f32x4.add(s21, f32x4.mul(a2, b1));
    const a3 = v128.load32_splat(a, 12);
    s30 = f32x4.add(s30, f32x4.mul(a3, b0));
    s31 = f32x4.add(s31, f32x4.mul(a3, b1));
    a += 16;
    b += 32;
  }
  v128.store(c, s00);
  v128.store(c, s01, 16);
  v128.store(c1, s10);
  v128.store(c1, s11, 16);
  v128.store(c2, s20);
  v128.store(c2, s21, 16);
  v128.store(c3, s30);
  v128.store(c3, s31, 16);
}

/**
 * Lays `count` lines of x (up to `width`) side by side: to[l][i] = x[i][l], zeros for lines beyond. A line's elements
 * lie `along` bytes apart, lines `across`.
 */
function pack(x: usize, across: usize, along: usize, count: usize, width: usize, k: usize, to: usize): void {
  if (count < width) memory.fill(to, 0, 4 * width * k);
  if (along == 4 && count == width) {
    for (let i: usize = 0; i < width; i += 4) square(x + i * across, across, width, k, to + 4 * i);
    return;
  }
  if (across == 4 && count == width) {
    for (let l: usize = 0; l < k; l++, x += along) {
      for (let i: usize = 0; i < width; i += 4) v128.store(to + 4 * i, v128.load(x + 4 * i));
      to += 4 * width;
    }
    return;
  }
  for (let l: usize = 0; l < k; l++, x += along) {
    let from = x;
    for (let i: usize = 0; i < count; i++, from += across) store<f32>(to + 4 * i, load<f32>(from));
    to += 4 * width;
  }
}

/** Four whole lines, four elements of each at a time, as a square turned over. */
function square(x: usize, across: usize, width: usize, k: usize, to: usize): void {
  const x1 = x + across;
  const x2 = x1 + across;
  const x3 = x2 + across;
  const step: usize = 4 * width;
  let at: usize = 0;
  let l: usize = 0;
  for (; l + 4 <= k; l += 4, at += 16) {
    const r0 = v128.load(x + at);
    const r1 = v128.load(x1 + at);
    const r2 = v128.load(x2 + at);
    const r3 = v128.load(x3 + at);
    const low01 = i32x4.shuffle(r0, r1, 0, 4, 1, 5);
    const high01 = i32x4.shuffle(r0, r1, 2, 6, 3, 7);
    const low23 = i32x4.shuffle(r2, r3, 0, 4, 1, 5);
    const high23 = i32x4.shuffle(r2, r3, 2, 6, 3, 7);
    v128.store(to, i32x4.shuffle(low01, low23, 0, 1, 4, 5));
    v128.store(to + step, i32x4.shuffle(low01, low23, 2, 3, 6, 7));
    v128.store(to + 2 * step, i32x4.shuffle(high01, high23, 0, 1, 4, 5));
    v128.store(to + 3 * step, i32x4.shuffle(high01, high23, 2, 3, 6, 7));
    to += 4 * step;
  }
  for (; l < k; l++, at += 4, to += step) {
    store<f32>(to, load<f32>(x + at));
    store<f32>(to, load<f32>(x1 + at), 4);
    store<f32>(to, load<f32>(x2 + at), 8);
    store<f32>(to, load<f32>(x3 + at), 12);
  }
}

/** Copies `rows` by `columns` floats between matrices whose rows lie `stepFrom` and `stepTo` bytes apart. */
function copy(from: usize, stepFrom: usize, to: usize, stepTo: usize, rows: usize, columns: usize): void {
  for (let i: usize = 0; i < rows; i++) memory.copy(to + i * stepTo, from + i * stepFrom, 4 * columns);
}

/**
 * c += a·b, (n×k)·(k×m). c is row-major. Strides of a and b are in bytes. `work` is room for a packed
 * (16 k ⌈n/4⌉ bytes), one packed panel of b (32 k) and one tile (128).
 */
export function gemm(
  a: usize, rowA: usize, columnA: usize,
  b: usize, rowB: usize, columnB: usize,
  c: usize, n: usize, k: usize, m: usize, work: usize,
): void {
  const panelA: usize = 16 * k;
  const panels = (n + 3) >> 2;
  const packedB = work + panels * panelA;
  const edge = packedB + 32 * k;
  const step: usize = 4 * m;
  for (let p: usize = 0; p < panels; p++) pack(a + 4 * p * rowA, rowA, columnA, min<usize>(4, n - 4 * p), 4, k, work + p * panelA);
  for (let j: usize = 0; j < m; j += 8) {
    const columns = min<usize>(8, m - j);
    pack(b + j * columnB, columnB, rowB, columns, 8, k, packedB);
    for (let p: usize = 0; p < panels; p++) {
      const rows = min<usize>(4, n - 4 * p);
      const to = c + 4 * p * step + 4 * j;
      const whole = rows == 4 && columns == 8;
      if (!whole) copy(to, step, edge, 32, rows, columns);
      tile(work + p * panelA, packedB, k, whole ? to : edge, whole ? step : 32);
      if (!whole) copy(edge, 32, to, step, rows, columns);
    }
  }
}

/** Adds a row of m floats to each of the n rows of c; one row's follows the other's after `step` bytes. */
export function addRows(row: usize, step: usize, c: usize, n: usize, m: usize): void {
  for (let i: usize = 0; i < n; i++, row += step) {
    let j: usize = 0;
    for (; j + 4 <= m; j += 4, c += 16) v128.store(c, f32x4.add(v128.load(c), v128.load(row + 4 * j)));
    for (; j < m; j++, c += 4) store<f32>(c, load<f32>(c) + load<f32>(row + 4 * j));
  }
}
