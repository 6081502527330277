import assert from "node:assert/strict";
import { nn, Tensor, tensor } from "../../src/engine/index";
import * as curves from "../../src/engine/kernels/curves";
import { simd } from "../../src/engine/kernels/simd";
import { cos, sin } from "../../src/engine/kernels/sleef.angle";
import { exp, sigmoid, tanh } from "../../src/engine/kernels/sleef.exp";
import { log, log1p } from "../../src/engine/kernels/sleef.log";

import { golden } from "./golden";

const plain = { tanh, sigmoid, exp, log, log1p, sin: (x: number) => sin(x), cos: (x: number) => cos(x) };

/** The first of the floats with these bits that a curve and the plain one take to different floats. */
function different(name: keyof typeof plain, bits: Int32Array): number | undefined {
  const x = new Float32Array(bits.buffer);
  const y = new Float32Array(x.length + 3);
  curves[name](y, 3, x.length, x, 0);
  return x.find((value, k) => !Object.is(y[k + 3], plain[name](value)));
}

describe("curves by WebAssembly SIMD", () => {
  for (const name of ["tanh", "sigmoid", "exp", "log", "log1p", "sin", "cos"] as const) {
    it(`equal the plain one, bit for bit, over all floats: ${name}`, () => {
      assert.ok(simd());
      const count = 1 << 16;
      for (const sign of [0, 0x80000000]) {
        for (const from of [0, 0x38000000, 0x3e800000, 0x40800000, 0x42000000]) {
          const step = from === 0 ? 32633 : 211;
          const bits = Int32Array.from({ length: count }, (_, k) => (sign + from + step * k) | 0);
          assert.equal(different(name, bits), undefined);
        }
      }
    });

    it(`goes to its ends, and leaves to the plain one what fills no four: ${name}`, () => {
      const odd = [NaN, Infinity, -Infinity, -0, 1e-45, 30, -9.0109, 88.7228, 88.8, -103.97, -110, 3e38, -3e38];
      const x = Array.from({ length: 47 }, (_, k) => Math.fround(odd[k % odd.length] ?? 0));
      const behind = name === "sigmoid" ? curves.sigmoidAlone : plain[name];
      assert.deepEqual(
        tensor(x)[name]().toArray(),
        x.map((value, k) => Math.fround((k < 32 ? plain[name] : behind)(value))),
      );
    });
  }
});

const F = nn.functional;

/** Curves of test/golden/curves.json that go by no method's name. */
const others: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  "rpow 2.5": (x) => x.rpow(2.5),
  pow: (x) => x.abs().pow(x),
  atan2: (x) => x.atan2(x.rsub(1)),
  gelu: (x) => F.gelu(x),
  "gelu tanh": (x) => F.gelu(x, { approximate: "tanh" }),
  mish: F.mish,
  silu: F.silu,
  softplus: (x) => F.softplus(x),
  elu: (x) => F.elu(x),
  logsigmoid: F.logsigmoid,
  xlogy: (x) => x.xlogy(x.add(3)),
  logaddexp: (x) => x.logaddexp(x.rsub(1)),
};

function drawn(name: string, x: Tensor): Tensor {
  const own = others[name];
  if (own !== undefined) return own(x);
  const [method = "", exponent] = name.split(" ");
  const found: unknown = Reflect.get(x, method);
  assert.ok(typeof found === "function");
  const y: unknown = Reflect.apply(found, x, exponent === undefined ? [] : [Number(exponent)]);
  assert.ok(y instanceof Tensor);
  return y;
}

/** Floats whose bits these are. */
function floats(bits: readonly number[]): number[] {
  return [...new Float32Array(Int32Array.from(bits).buffer)];
}

describe("curves, to the last bit as PyTorch draws them", () => {
  const { cases } = golden("curves") as {
    readonly cases: Readonly<Record<string, Readonly<Record<"x" | "y" | "slope", readonly number[]>>>>;
  };
  for (const [name, bits] of Object.entries(cases)) {
    it(name, () => {
      const x = tensor(floats(bits.x), { requiresGrad: true });
      const y = drawn(name, x);
      assert.deepEqual(y.toArray(), floats(bits.y));
      y.backward(y.onesLike());
      assert.deepEqual(x.grad?.toArray(), floats(bits.slope));
    });
  }
});
