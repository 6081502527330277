import assert from "node:assert/strict";
import { manualSeed, randn, type Tensor } from "../../src/engine/index";
import { allowSimd, simd } from "../../src/engine/kernels/simd";

function plainly(sum: () => Tensor): number[] {
  allowSimd(false);
  try {
    return sum().toArray();
  } finally {
    allowSimd(true);
  }
}

describe("sums by WebAssembly SIMD", () => {
  const shapes = [
    [64],
    [67],
    [5003],
    [70_001],
    [100, 16],
    [64, 128],
    [1, 200],
    [300, 1],
    [41, 83],
    [2000, 45],
    [7, 9, 33],
  ];

  it("are there in this Node", () => {
    assert.ok(simd());
  });

  for (const shape of shapes) {
    it(`equal the plain cascade bit for bit, over all and over each dim: ${shape.join(" × ")}`, () => {
      manualSeed(shape.length);
      const [count = 0, ...rest] = shape;
      const longer = randn(count + 1, ...rest).mul(randn(count + 1, ...rest).exp());
      const whole = longer.narrow(0, 1, count);
      const odd = whole.clone();
      odd.put([0], Infinity);
      for (const x of [whole, whole.neg().relu(), odd]) {
        const dims = [...shape.keys(), ...shape.slice(1).map((_, d) => [d, d + 1]), undefined];
        for (const dim of dims) {
          const sum = () => (dim === undefined ? x.sum() : x.sum(dim));
          assert.deepEqual(sum().toArray(), plainly(sum));
        }
      }
    });
  }
});
