import assert from "node:assert/strict";
import { addmm, full, manualSeed, randn, type Tensor } from "../../src/engine/index";
import { allowSimd, simd } from "../../src/engine/kernels/simd";

function plainly(product: () => Tensor): number[] {
  allowSimd(false);
  try {
    return product().toArray();
  } finally {
    allowSimd(true);
  }
}

describe("matrix products by WebAssembly SIMD", () => {
  const sizes = [
    [4, 4, 32],
    [5, 7, 19],
    [1, 600, 1],
    [100, 2, 16],
    [100, 16, 1],
    [3, 300, 17],
    [33, 65, 31],
    [64, 784, 128],
  ] as const;

  it("are there in this Node", () => {
    assert.ok(simd());
  });

  for (const [n, k, m] of sizes) {
    it(`equal the plain loops bit for bit, whole and turned over: ${n} × ${k} by ${k} × ${m}`, () => {
      manualSeed(n + k + m);
      for (const a of [randn(n, k), randn(k, n).t(), randn(n + 2, k).narrow(0, 1, n)]) {
        for (const b of [randn(k, m), randn(m, k).t(), randn(k, m + 3).narrow(1, 2, m), randn(k, 1).expand([k, m])]) {
          const product = () => a.mm(b);
          assert.deepEqual(product().toArray(), plainly(product));
        }
      }
    });
  }

  it("equal them with a bias before the sums and, for a turned matrix, behind them", () => {
    manualSeed(5);
    for (const [n, k, m] of sizes) {
      const a = randn(n, k);
      for (const b of [randn(k, m), randn(m, k).t()]) {
        for (const bias of [randn(m), randn(n, 1), randn(n, m), randn(1)]) {
          const sum = () => addmm(bias, a, b);
          assert.deepEqual(sum().toArray(), plainly(sum));
        }
      }
    }
  });

  it("equal them in batches, with infinities, NaN and signed zeros", () => {
    manualSeed(2);
    const [a, b] = [randn(3, 9, 12), randn(3, 12, 10)];
    assert.deepEqual(
      a.bmm(b).toArray(),
      plainly(() => a.bmm(b)),
    );
    const odd = randn(16, 16);
    odd.put([0, 0], Infinity);
    odd.put([3, 5], NaN);
    odd.put([7], full([16], -0));
    assert.deepEqual(
      odd.mm(odd.t()).toArray(),
      plainly(() => odd.mm(odd.t())),
    );
  });
});
