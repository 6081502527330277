// Sums of float32 for WebAssembly SIMD, in AssemblyScript; built by `npm run wasm` into sum.bytes.ts.
//
// The order of additions is ATen's cascade as ../sum.ts has it: four streams of eight neighbours, each summed through
// four levels of partial sums.

const stream: usize = 32;
const level: usize = 128;

/** to += from, then from = 0, for the four streams. */
function lift(from: usize, to: usize): void {
  for (let at: usize = 0; at < level; at += 16) {
    v128.store(to + at, f32x4.add(v128.load(to + at), v128.load(from + at)));
    v128.store(from + at, f32x4.splat(0));
  }
}

/** Adds `size` rows, `step` bytes apart, of four streams, `column` bytes apart, to the 32 floats at `sums`. */
function add(x: usize, step: usize, column: usize, size: usize, sums: usize): void {
  for (let k: usize = 0; k < 4; k++, x += column, sums += stream) {
    let low = v128.load(sums);
    let high = v128.load(sums, 16);
    let at = x;
    for (let i: usize = 0; i < size; i++, at += step) {
      low = f32x4.add(low, v128.load(at));
      high = f32x4.add(high, v128.load(at, 16));
    }
    v128.store(sums, low);
    v128.store(sums, high, 16);
  }
}

/** Sums of `size` rows of four streams, at `sums`, with room for three more levels behind them; 2^power rows are a block. */
export function streams(x: usize, step: usize, column: usize, size: usize, power: usize, sums: usize): void {
  memory.fill(sums, 0, 4 * level);
  const block: usize = 1 << power;
  let i: usize = 0;
  while (i + block <= size) {
    add(x + i * step, step, column, block, sums);
    i += block;
    for (let j: usize = 1; j < 4; j++) {
      lift(sums + (j - 1) * level, sums + j * level);
      if ((i & ((block - 1) << (j * power))) != 0) break;
    }
  }
  add(x + i * step, step, column, size - i, sums);
  for (let j: usize = 1; j < 4; j++) {
    for (let at: usize = 0; at < level; at += 16)
      v128.store(sums + at, f32x4.add(v128.load(sums + at), v128.load(sums + j * level + at)));
  }
}

/** Sums of `size` rows of eight neighbours, `step` bytes apart, which take turns in the streams; the first 8 at `sums`. */
export function row(x: usize, step: usize, size: usize, power: usize, sums: usize): void {
  const full = size >> 2;
  streams(x, 4 * step, step, full, power, sums);
  let low = v128.load(sums);
  let high = v128.load(sums, 16);
  for (let i: usize = full << 2; i < size; i++) {
    low = f32x4.add(low, v128.load(x + i * step));
    high = f32x4.add(high, v128.load(x + i * step, 16));
  }
  for (let at: usize = stream; at < level; at += stream) {
    low = f32x4.add(low, v128.load(sums + at));
    high = f32x4.add(high, v128.load(sums + at, 16));
  }
  v128.store(sums, low);
  v128.store(sums, high, 16);
}
