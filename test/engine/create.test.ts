import assert from "node:assert/strict";
import fc from "fast-check";
import { arange, type DType, eye, full, linspace, ones, onesLike, tensor, zeros } from "../../src/engine/index";

describe("creation", () => {
  it("keeps PyTorch's dtypes, with float32 for number literals", () => {
    assert.equal(tensor([1, 2]).dtype, "float32");
    assert.equal(tensor([true]).dtype, "bool");
    assert.equal(arange(3).dtype, "int64");
    assert.equal(arange(0, 1, 0.5).dtype, "float32");
    assert.equal(full([2], true).dtype, "bool");
    assert.equal(onesLike(tensor([1], { dtype: "float64" })).dtype, "float64");
  });

  it("takes sizes one by one or as a list, then options", () => {
    assert.deepEqual(zeros(2, 3).shape, [2, 3]);
    assert.deepEqual(ones([2, 3], { dtype: "int64" }).toList(), [
      [1, 1, 1],
      [1, 1, 1],
    ]);
    assert.deepEqual(zeros().shape, []);
    assert.throws(() => zeros(-1), /negative dimension -1/);
  });

  it("counts and spaces as PyTorch", () => {
    assert.deepEqual(arange(5, 0, -2).toArray(), [5, 3, 1]);
    assert.deepEqual(linspace(-1, 1, 5).toArray(), [-1, -0.5, 0, 0.5, 1]);
    assert.deepEqual(eye(2, 3).toList(), [
      [1, 0, 0],
      [0, 1, 0],
    ]);
  });

  it("takes typed arrays and round-trips nested lists", () => {
    assert.deepEqual(tensor(new Float64Array([1.5, 2])).toArray(), [1.5, 2]);
    fc.assert(
      fc.property(fc.array(fc.array(fc.float(), { minLength: 3, maxLength: 3 }), { minLength: 1 }), (rows) => {
        assert.deepEqual(tensor(rows).toList(), rows);
      }),
    );
  });
});

describe("dtypes", () => {
  it("refuse integers beyond 2^53 instead of rounding them", () => {
    const big = tensor(2 ** 52, { dtype: "int64" });
    assert.equal(big.add(1).item(), 2 ** 52 + 1);
    assert.throws(() => big.mul(4), /beyond 2\^53/);
  });

  it("round a number to the tensor's dtype before it meets it", () => {
    assert.equal(tensor(1).mul(0.1).item(), Math.fround(0.1));
    assert.equal(tensor([1], { dtype: "int64" }).add(0.5).dtype, "float32");
    assert.equal(tensor([true]).add(1).dtype, "int64");
  });

  it("promote as a lattice: the order of operands never matters", () => {
    const all: DType[] = ["float32", "float64", "int64", "int32", "bool"];
    fc.assert(
      fc.property(fc.constantFrom(...all), fc.constantFrom(...all), fc.boolean(), (a, b, flat) => {
        const x = ones([1], { dtype: a });
        const y = flat ? tensor(1, { dtype: b }) : ones([1], { dtype: b });
        assert.equal(x.add(y).dtype, y.add(x).dtype);
      }),
    );
  });
});
