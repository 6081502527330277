import assert from "node:assert/strict";
import { tensor } from "../../src/engine/index";
import { simd } from "../../src/engine/kernels/simd";
import { tanh } from "../../src/engine/kernels/tanh";

/** Floats with these bits; their tangents by WebAssembly and by Math.tanh, as bits. */
function both(bits: Int32Array): readonly [Int32Array, Int32Array] {
  const x = new Float32Array(bits.buffer);
  const y = new Float32Array(x.length + 3);
  tanh(y, 3, x.length, x, 0);
  const plain = x.map((value) => Math.tanh(value));
  return [new Int32Array(y.slice(3).buffer), new Int32Array(plain.buffer)];
}

describe("tanh by WebAssembly SIMD", () => {
  it("equals Math.tanh rounded, bit for bit, over all floats", () => {
    assert.ok(simd());
    const count = 1 << 18;
    for (const from of [0, 0x38000000, 0x3e800000, 0x80000000 | 0, 0xbf000000 | 0]) {
      const step = from === 0 || from === (0x80000000 | 0) ? 8161 : 53;
      const [fast, plain] = both(Int32Array.from({ length: count }, (_, k) => from + step * k));
      let differs = 0;
      for (let k = 0; k < count; k++) if (fast[k] !== plain[k]) differs++;
      assert.equal(differs, 0);
    }
  });

  it("leaves to the plain one what it cannot round, and what fills no four", () => {
    const odd = [NaN, Infinity, -Infinity, -0, 1e-45, 30, -9.0109, 1, 2, 3, 4, 5];
    const x = tensor(Array.from({ length: 47 }, (_, k) => odd[k % odd.length]!));
    assert.deepEqual(
      x.tanh().toArray(),
      Array.from({ length: 47 }, (_, k) => Math.fround(Math.tanh(Math.fround(odd[k % odd.length]!)))),
    );
  });
});
