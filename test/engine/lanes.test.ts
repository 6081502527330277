import assert from "node:assert/strict";
import * as plain from "../../src/engine/kernels/lanes";
import * as fast from "../../src/engine/kernels/lanes.simd";
import { simd } from "../../src/engine/kernels/simd";

const odd = [NaN, Infinity, -Infinity, 0, -0, 1e-45, -1e-40, 3e38, -3e38, 1, -1];

/** Floats of all sizes, odd ones among them. */
function floats(count: number, seed: number): Float32Array {
  return Float32Array.from({ length: count }, (_, k) =>
    k % 7 === seed % 7 ? (odd[(k + seed) % odd.length] ?? 0) : Math.sin(k * k + seed) * 10 ** ((k % 21) - 10),
  );
}

const starts = [0, 3] as const;
const counts = [5, 256, 2048, 5003] as const;

/** Holds what two loops write into the same memory against each other, bit for bit. */
function alike(run: (lanes: typeof fast, y: Float32Array, at: number, n: number) => void): void {
  for (const at of starts) {
    for (const n of counts) {
      const [expected, made] = [plain, fast].map((lanes) => {
        const y = floats(at + n + 2, 5);
        run(lanes, y, at, n);
        return y;
      });
      const k = made?.findIndex((value, k) => !Object.is(value, expected?.[k])) ?? 0;
      assert.equal(k, -1, `element ${k - at} of ${n} is ${made?.[k]} and not ${expected?.[k]}`);
    }
  }
}

describe("elementwise loops by WebAssembly SIMD", () => {
  const [a, b, c] = [floats(6000, 1), floats(6000, 2), floats(6000, 3)];

  it("are there in this Node", () => {
    assert.ok(simd());
  });

  for (const name of ["neg", "square", "sqrt", "relu"] as const) {
    it(`equal the plain one bit for bit: ${name}`, () => {
      alike((lanes, y, at, n) => {
        lanes[name](y, at, n, a, 2);
      });
    });
  }

  for (const name of [
    "add",
    "sub",
    "mul",
    "div",
    "reluSlope",
    "tanhSlope",
    "sigmoidSlope",
    "squareSlope",
    "squareOfDifference",
  ] as const) {
    it(`equal the plain one bit for bit, with one element on either side and in place: ${name}`, () => {
      for (const [da, db] of [
        [1, 1],
        [0, 1],
        [1, 0],
      ] as const) {
        for (const element of [4, 12, 13]) {
          alike((lanes, y, at, n) => {
            lanes[name](y, at, n, a, element, da, b, element, db);
          });
        }
      }
      alike((lanes, y, at, n) => {
        lanes[name](y, at, n, y, at, 1, b, 1, 1);
      });
    });
  }

  for (const name of ["addcmul", "addcdiv"] as const) {
    it(`equal the plain one bit for bit: ${name}`, () => {
      for (const value of [1, Math.fround(-0.1)]) {
        alike((lanes, y, at, n) => {
          lanes[name](y, at, n, a, 1, b, 2, c, 3, value);
        });
      }
    });
  }

  it("equal the plain one bit for bit, with one element too: addScaled", () => {
    for (const step of [0, 1]) {
      alike((lanes, y, at, n) => {
        lanes.addScaled(y, at, n, a, 4, step, Math.fround(-0.01));
      });
    }
  });
});
