// The loops of lanes.ts by WebAssembly SIMD, bit for bit the same; a NaN may have another sign.
import * as plain from "./lanes";
import type { Lane1, Lane2, Lane3, LaneScaled } from "./lanes";
import { type Ones, simd, type Simd, type Threes, type Twos } from "./simd";

/** Below this many elements the way into WebAssembly's memory costs more than it saves. */
const worth = 256;
/** So many at a time: operands and result of that many lie in the processor's nearest memory. */
const piece = 2048;
/** Places of the operands and of the result. */
const [atA, atB, atC, atY] = [0, piece, 2 * piece, 3 * piece] as const;

/** Fills y piece by piece with what `take` leaves as the result; gives how many elements it did. */
function swept(
  y: Float32Array,
  to: number,
  n: number,
  take: (kernels: Simd, from: number, count: number) => void,
): number {
  const kernels = n < worth ? null : simd();
  if (kernels === null) return 0;
  const whole = n & ~3;
  for (let from = 0; from < whole; from += piece) {
    const count = Math.min(piece, whole - from);
    take(kernels, from, count);
    y.set(kernels.floats.subarray(atY, atY + count), to + from);
  }
  return whole;
}

/** Lays an operand's next elements, or its one element four times over, into WebAssembly's memory. */
function lay({ floats }: Simd, place: number, x: Float32Array, at: number, step: number, count: number): void {
  if (step === 0) floats.fill(x[at]!, place, place + 4);
  else floats.set(x.subarray(at, at + count), place);
}

function one(name: keyof Ones, slow: Lane1): Lane1 {
  return (y, to, n, x, at) => {
    const done = swept(y, to, n, (kernels, from, count) => {
      lay(kernels, atA, x, at + from, 1, count);
      kernels.lanes[name](4 * atA, 4 * atY, count);
    });
    slow(y, to + done, n - done, x, at + done);
  };
}

function two(name: keyof Twos, slow: Lane2): Lane2 {
  return (y, to, n, a, i, da, b, k, db) => {
    const done = swept(y, to, n, (kernels, from, count) => {
      lay(kernels, atA, a, i + da * from, da, count);
      lay(kernels, atB, b, k + db * from, db, count);
      kernels.lanes[name](4 * atA, 16 * da, 4 * atB, 16 * db, 4 * atY, count);
    });
    slow(y, to + done, n - done, a, i + da * done, da, b, k + db * done, db);
  };
}

function three(name: keyof Threes, slow: Lane3): Lane3 {
  return (y, to, n, a, i, b, k, c, l, value) => {
    const done = swept(y, to, n, (kernels, from, count) => {
      lay(kernels, atA, a, i + from, 1, count);
      lay(kernels, atB, b, k + from, 1, count);
      lay(kernels, atC, c, l + from, 1, count);
      kernels.lanes[name](4 * atA, 4 * atB, 4 * atC, 4 * atY, count, value);
    });
    slow(y, to + done, n - done, a, i + done, b, k + done, c, l + done, value);
  };
}

export const neg = one("neg", plain.neg);
export const square = one("square", plain.square);
export const sqrt = one("sqrt", plain.sqrt);
export const relu = one("relu", plain.relu);
export const add = two("add", plain.add);
export const sub = two("sub", plain.sub);
export const mul = two("mul", plain.mul);
export const div = two("div", plain.div);
export const reluSlope = two("reluSlope", plain.reluSlope);
export const tanhSlope = two("tanhSlope", plain.tanhSlope);
export const sigmoidSlope = two("sigmoidSlope", plain.sigmoidSlope);
export const squareSlope = two("squareSlope", plain.squareSlope);
export const squareOfDifference = two("squareOfDifference", plain.squareOfDifference);
export const addcmul = three("addcmul", plain.addcmul);
export const addcdiv = three("addcdiv", plain.addcdiv);

export const addScaled: LaneScaled = (y, to, n, x, at, dx, factor) => {
  const done = swept(y, to, n, (kernels, from, count) => {
    lay(kernels, atA, x, at + dx * from, dx, count);
    lay(kernels, atY, y, to + from, 1, count);
    kernels.lanes.addScaled(4 * atA, 16 * dx, 4 * atY, count, factor);
  });
  plain.addScaled(y, to + done, n - done, x, at + dx * done, dx, factor);
};
