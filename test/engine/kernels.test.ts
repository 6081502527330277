import assert from "node:assert/strict";
import { manualSeed, nn, randn, tensor, type Tensor } from "../../src/engine/index";
import { allowKernels } from "../../src/engine/rule";

type Program = (a: Tensor, b: Tensor) => Tensor;

const mse = new nn.MSELoss();
const programs: Readonly<Record<string, Program>> = {
  add: (a, b) => a.add(b),
  "add of a number": (a) => a.add(2),
  sub: (a, b) => a.sub(b),
  "sub of a number": (a) => a.sub(0.3),
  mul: (a, b) => a.mul(b),
  "mul by a number": (a) => a.mul(0.1),
  neg: (a) => a.neg(),
  "pow 2": (a) => a.pow(2),
  "pow 3": (a) => a.pow(3),
  square: (a) => a.square(),
  tanh: (a) => a.tanh(),
  sigmoid: (a) => a.sigmoid(),
  relu: (a) => a.relu(),
  sum: (a) => a.sum(),
  mean: (a) => a.mean(),
  "two dims swapped": (a) => (a.ndim === 2 ? a.t() : a).mul(2),
  "mean over a dim": (a) => (a.ndim > 1 ? a.mean(1) : a.mean()),
};
const shapes: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[5], [5]],
  [[], [7]],
  [
    [3, 70],
    [3, 70],
  ],
  [[3, 70], []],
  [[4, 9], [9]],
  [
    [2, 3, 4],
    [3, 1],
  ],
];

/** The gradients of two leaves, as bits. */
function gradients(program: Program, a: Tensor, b: Tensor): (readonly number[] | null)[] {
  const [x, y] = [a.clone().requiresGrad_(), b.clone().requiresGrad_()];
  const out = program(x, y);
  manualSeed(3);
  out.backward(randn(...out.shape).to(out.dtype));
  return [x, y].map((leaf) => leaf.grad?.toArray() ?? null);
}

function equal(program: Program, a: Tensor, b: Tensor): void {
  const quick = gradients(program, a, b);
  allowKernels(false);
  try {
    assert.deepEqual(quick, gradients(program, a, b));
  } finally {
    allowKernels(true);
  }
}

/** The kernels of norms and softmax add up in an order of their own. */
function near(program: Program, a: Tensor, b: Tensor): void {
  const quick = gradients(program, a, b);
  allowKernels(false);
  try {
    gradients(program, a, b).forEach((rule, k) => {
      const off = rule?.map((value, i) => Math.abs(value - (quick[k]?.[i] ?? NaN)) / (1 + Math.abs(value))) ?? [];
      assert.ok(
        off.every((each) => each < (a.dtype === "float32" ? 1e-4 : 1e-12)),
        `off by ${String(off)}`,
      );
    });
  } finally {
    allowKernels(true);
  }
}

describe("gradient kernels", () => {
  for (const [name, program] of Object.entries(programs)) {
    it(`give what the rule gives, bit for bit: ${name}`, () => {
      for (const [left, right] of shapes) {
        for (const dtype of ["float32", "float64"] as const) {
          manualSeed(left.length + 10 * right.length);
          const [a, b] = [randn(...left).to(dtype), randn(...right).to(dtype)];
          equal(program, a, b);
          if (a.ndim > 1) equal(program, a.transpose(0, 1).clone().transpose(0, 1), b);
        }
      }
      const odd = tensor([0, -0, Infinity, -Infinity, NaN, 1e-45]);
      equal(program, odd, tensor([1, -1, 0, 2, 3, -0]));
    });
  }

  it("give what the rule gives for products and losses", () => {
    manualSeed(5);
    const [x, w, bias] = [randn(6, 5), randn(4, 5), randn(4)];
    equal((a, b) => a.mm(b.t()), x, w);
    equal((a, b) => a.mm(b), x, randn(5, 4));
    equal((a, b) => nn.functional.linear(a, b, bias), x, w);
    equal((a, b) => nn.functional.linear(x, a, b), w, bias);
    equal((a, b) => nn.functional.linear(x, a, b), randn(1, 5), randn(1));
    equal((a, b) => mse.forward(a, b), x, randn(6, 5));
    equal((a, b) => nn.functional.mseLoss(a, b, { reduction: "sum" }), x, randn(6, 5));
  });

  it("give what the rule gives, but for the order of sums, for norms, softmax and selu", () => {
    const F = nn.functional;
    for (const dtype of ["float32", "float64"] as const) {
      for (const size of [
        [3, 5],
        [2, 19],
        [2, 4, 3],
        [3, 6, 11],
        [2, 2, 4, 5],
      ] as const) {
        manualSeed(size.length);
        const x = randn(...size).to(dtype);
        const [last, channels] = [size.at(-1) ?? 1, size[1]];
        const gain = randn(channels).to(dtype);
        const wide = randn(last).to(dtype);
        for (const names of [[], ["weight"], ["bias"], ["weight", "bias"]]) {
          const both = (b: Tensor) => Object.fromEntries(names.map((name) => [name, b]));
          near((a, b) => F.layerNorm(a, [last], both(b)), x, wide);
          near((a, b) => F.groupNorm(a, channels % 2 === 0 ? 2 : 1, both(b)), x, gain);
          near((a, b) => F.batchNorm(a, null, null, { ...both(b), training: true }), x, gain);
          near((a, b) => F.batchNorm(a, gain, gain.square(), both(b)), x, gain);
        }
        near((a) => F.selu(a), x, gain);
        near((a, b) => a.softmax(-1).mul(b.sum()), x, gain);
        near((a, b) => a.logSoftmax(1).mul(b.sum()), x, gain);
        near((a) => F.layerNorm(a, size.slice(1)), x.transpose(0, 1).contiguous().transpose(0, 1), gain);
      }
    }
  });
});
