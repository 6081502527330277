import assert from "node:assert/strict";
import fc from "fast-check";
import { slice, tensor, type Tensor } from "../../src/engine/index";

const grid = (): Tensor => tensor(Array.from({ length: 24 }, (_, i) => i)).reshape(2, 3, 4);

describe("at", () => {
  it("selects, slices, adds dims and skips dims as PyTorch's brackets do", () => {
    const x = grid();
    assert.deepEqual(x.at(1, 2, 3).item(), 23);
    assert.deepEqual(x.at(-1, slice(1, 3), 0).toList(), [16, 20]);
    assert.deepEqual(x.at("...", 1).shape, [2, 3]);
    assert.deepEqual(x.at(0, "...", slice(null, null, 2)).toList(), [
      [0, 2],
      [4, 6],
      [8, 10],
    ]);
    assert.deepEqual(x.at(null, 0, null).shape, [1, 1, 3, 4]);
    assert.deepEqual(x.at(slice(-1)).shape, [1, 3, 4]);
  });

  it("takes lists and index tensors, which broadcast, in place when they stand together, in front when apart", () => {
    const x = grid();
    assert.deepEqual(x.at([1, 0], [2, 0]).toList(), [
      [20, 21, 22, 23],
      [0, 1, 2, 3],
    ]);
    assert.deepEqual(x.at(slice(), [2, 0], [1, 3]).toList(), [
      [9, 3],
      [21, 15],
    ]);
    assert.deepEqual(x.at([0, 1], slice(), [0, -1]).toList(), [
      [0, 4, 8],
      [15, 19, 23],
    ]);
    assert.deepEqual(x.at(0, [[0], [2]], [1, 2]).toList(), [
      [1, 2],
      [9, 10],
    ]);
  });

  it("takes masks", () => {
    const x = grid();
    assert.deepEqual(x.at(x.gt(20)).toList(), [21, 22, 23]);
    assert.deepEqual(x.at([false, true], 0).toList(), [[12, 13, 14, 15]]);
  });

  it("shares memory for integers and slices, and copies for lists", () => {
    const x = grid();
    x.at(0, slice(0, 1)).zero_();
    assert.equal(x.sum(2).at(0, 0).item(), 0);
    x.at([1]).zero_();
    assert.equal(x.at(1, 0, 0).item(), 12);
  });
});

describe("put", () => {
  it("then at reads the value back, whatever the index", () => {
    fc.assert(
      fc.property(fc.integer({ min: -2, max: 1 }), fc.integer({ min: -3, max: 2 }), (i, j) => {
        const x = grid();
        const before = x.sum().item();
        x.put(i, j, -1);
        assert.ok(x.at(i, j).eq(-1).all().truth());
        assert.ok(x.sum().item() < before);
      }),
    );
  });

  it("writes tensors, lists and masks, and lets gradients through to what was written and what stayed", () => {
    const w = tensor([1, 2, 3, 4], { requiresGrad: true });
    const v = tensor([10, 20], { requiresGrad: true });
    const y = w.mul(2);
    y.put([3, 0], v);
    y.put(y.eq(4), 0);
    assert.deepEqual(y.toArray(), [20, 0, 6, 10]);
    y.mul(tensor([1, 2, 3, 4]))
      .sum()
      .backward();
    assert.deepEqual(w.grad?.toArray(), [0, 0, 6, 0]);
    assert.deepEqual(v.grad?.toArray(), [4, 1]);
  });

  it("refuses values that do not fit", () => {
    assert.throws(() => grid().put([0, 1], tensor([1, 2, 3])), /shape mismatch: value tensor of shape \[3\]/);
  });
});
