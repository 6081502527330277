import assert from "node:assert/strict";
import fc from "fast-check";
import { autograd, linalg, nn, ones, tensor, type Tensor, zeros } from "../../src/engine/index";
import { more, samples } from "./samples";
import * as layers from "./samples.nn";
import * as ops from "./samples.ops";
import { checkAlike, checkGradients, drawn, gradientOf, type Sample } from "./slopes";

const index = tensor(0);
const seeds = fc.integer({ min: 1, max: 2 ** 30 });

describe("the gradient of every op is its slope, and so is the gradient's own", () => {
  for (const [name, sample] of [...Object.entries(samples), ...Object.entries(more)]) {
    if (sample === "no gradient") continue;
    it(name, () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          checkGradients(sample, seed);
        }),
        { numRuns: 6, seed: 7 },
      );
      checkGradients(gradientOf(sample), 11);
    });
  }
});

describe("a gradient with a graph has the digits of one without", () => {
  const all = [samples, more, ops.samples, ops.more, layers.samples, layers.more];
  for (const [name, sample] of all.flatMap((each) => Object.entries<Sample | "no gradient">(each))) {
    if (sample === "no gradient") continue;
    it(name, () => {
      for (const dtype of ["float32", "float64"] as const) checkAlike(sample, 3, dtype);
    });
  }
});

describe("graphs of 0-d tensors give the digits of one-element tensors", () => {
  for (const [name, sample] of Object.entries(samples)) {
    if (sample === "no gradient" || sample.scalars === undefined) continue;
    const operands = sample.scalars;
    it(name, () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          const values = drawn(
            seed,
            Array.from({ length: operands }, () => []),
            sample.within ?? [-2, 2],
          ).map((x) => x.item());
          const run = (shape: number[]): number[] => {
            const x = values.map((value) => tensor(value).reshape(shape).detach().requiresGrad_());
            const y = sample.run(x);
            y.mul(y).sum().backward();
            return [y.item(), ...x.map((each) => each.grad?.item() ?? NaN)];
          };
          assert.deepEqual(run([]), run([1]));
        }),
        { numRuns: 40, seed: 7 },
      );
    });
  }
});

describe("laws", () => {
  const floats = fc.array(fc.float({ noNaN: true, min: -100, max: 100 }), { minLength: 1, maxLength: 40 });

  it("the gradient of a sum of losses is the sum of their gradients", () => {
    fc.assert(
      fc.property(floats, (data) => {
        const at = (f: (x: Tensor) => Tensor): number[] => {
          const x = tensor(data, { dtype: "float64", requiresGrad: true });
          f(x).backward();
          return x.grad?.toArray() ?? [];
        };
        const f = (x: Tensor) => x.sin().sum();
        const g = (x: Tensor) => x.mul(x).mean();
        const both = at((x) => f(x).add(g(x)));
        const [a, b] = [at(f), at(g)];
        both.forEach((value, i) => {
          assert.ok(Math.abs(value - ((a[i] ?? 0) + (b[i] ?? 0))) <= 1e-12 * (1 + Math.abs(value)));
        });
      }),
    );
  });

  it("an in-place op gives the values and gradients of its other form", () => {
    fc.assert(
      fc.property(floats, (data) => {
        const run = (f: (x: Tensor, w: Tensor) => Tensor): (number[] | undefined)[] => {
          const w = tensor(data, { requiresGrad: true });
          const y = f(w.mul(2), w);
          y.mul(y).sum().backward();
          return [y.toArray(), w.grad?.toArray()];
        };
        assert.deepEqual(
          run((x, w) => x.mul_(w)),
          run((x, w) => x.mul(w)),
        );
        assert.deepEqual(
          run((x) => x.tanh_()),
          run((x) => x.tanh()),
        );
        assert.deepEqual(
          run((x, w) => x.sub_(w, { alpha: 0.5 })),
          run((x, w) => x.sub(w, { alpha: 0.5 })),
        );
      }),
    );
  });

  it("a view shows every write to its base, and the other way round", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }), (n, m) => {
        const x = tensor(Array.from({ length: n * m }, (_, i) => i)).reshape(n, m);
        const y = x.t();
        y.put(m - 1, n - 1, -7);
        assert.equal(x.at(n - 1, m - 1).item(), -7);
        x.zero_();
        assert.ok(y.toArray().every((value) => value === 0));
      }),
    );
  });

  it("gradients of gradients are the slopes of gradients", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const slopeOf: Sample = {
          shapes: [[3]],
          run: ([x = index]) => {
            const leaf = x.requiresGrad ? x : x.requiresGrad_();
            const [g] = autograd.grad(leaf.tanh().mul(leaf.exp()).sum(), [leaf], { createGraph: true });
            return g ?? leaf;
          },
        };
        checkGradients(slopeOf, seed);
      }),
      { numRuns: 10, seed: 3 },
    );
  });
});

describe("backward", () => {
  it("runs through a chain of 100,000 ops", () => {
    const x = tensor([1, 2], { requiresGrad: true });
    let y = x.mul(1);
    for (let i = 0; i < 100_000; i++) y = y.add(0.001);
    y.sum().backward();
    assert.deepEqual(x.grad?.toArray(), [1, 1]);
  });

  it("runs through a chain of 100,000 ops on a 0-d tensor", () => {
    const x = tensor(1, { requiresGrad: true });
    let y = x.mul(1);
    for (let i = 0; i < 100_000; i++) y = y.add(0.001);
    y.backward();
    assert.equal(x.grad?.item(), 1);
  });

  for (const [name, shape] of [
    ["a 0-d tensor", []],
    ["a vector", [2]],
  ] as const) {
    it(`runs through a fan-out of 100,000 of ${name}`, () => {
      const x = ones([...shape], { requiresGrad: true });
      const y = x.mul(1);
      let total = y;
      for (let i = 1; i < 100_000; i++) total = total.add(y.mul(2));
      total.sum().backward();
      assert.deepEqual(x.grad?.toArray(), new Array<number>(x.numel()).fill(199_999));
    }).timeout(60_000);
  }

  it("takes 10⁷ elements", () => {
    const x = zeros(10_000_000, { requiresGrad: true });
    x.mul(3).sum().backward();
    assert.equal(x.grad?.at(9_999_999).item(), 3);
  }).timeout(60_000);

  it("never lets .grad share memory with another gradient", () => {
    const a = tensor([1, 2], { requiresGrad: true });
    const b = tensor([3, 4], { requiresGrad: true });
    const seed = tensor([1, 1]);
    a.add(b).backward(seed);
    a.grad?.mul_(5);
    assert.deepEqual(b.grad?.toArray(), [1, 1]);
    assert.deepEqual(seed.toArray(), [1, 1]);
  });

  it("can run another backward inside a hook", () => {
    const x = tensor(2, { requiresGrad: true });
    const y = x.mul(x);
    const [z, other] = [y.mul(3), y.mul(5)];
    z.registerHook(() => {
      other.backward(null, { retainGraph: true });
    });
    z.backward();
    assert.equal(x.grad?.item(), 4 * 5 + 4 * 3);
  });

  it("fills only the inputs it is given", () => {
    const a = tensor(2, { requiresGrad: true });
    const b = tensor(3, { requiresGrad: true });
    a.mul(b).backward(null, { inputs: [b] });
    assert.equal(a.grad, null);
    assert.equal(b.grad?.item(), 2);
  });
});

/** Gradients that differences cannot give, worked by hand. */
describe("gradients worked by hand", () => {
  it("det of a singular matrix has its cofactors", () => {
    const x = tensor(
      [
        [1, 2, 3],
        [2, 4, 6],
        [1, 0, 1],
      ],
      { requiresGrad: true },
    );
    linalg.det(x).backward();
    assert.deepEqual(x.grad?.add(0).toArray(), [4, 4, -4, -2, -2, 2, 0, 0, 0]);
  });

  it("embedding gives its padding row none", () => {
    const w = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { requiresGrad: true },
    );
    nn.functional
      .embedding(tensor([0, 1, 1, 0], { dtype: "int64" }), w, { paddingIdx: 0 })
      .sum()
      .backward();
    assert.deepEqual(w.grad?.toArray(), [0, 0, 2, 2]);
  });

  it("what is drawn in place forgets what was there", () => {
    for (const draw of [
      (x: Tensor) => x.uniform_(),
      (x: Tensor) => x.normal_(),
      (x: Tensor) => x.bernoulli_(0.5),
      (x: Tensor) => x.bernoulli_(tensor([0.2, 1])),
      (x: Tensor) => x.exponential_(),
      (x: Tensor) => x.geometric_(0.5),
      (x: Tensor) => x.cauchy_(),
      (x: Tensor) => x.logNormal_(),
      (x: Tensor) => x.random_(5),
    ]) {
      const x = tensor([1, 2], { requiresGrad: true });
      draw(x.mul(2)).sum().backward();
      assert.deepEqual(x.grad?.toArray(), [0, 0]);
    }
    const p = tensor([0.5, 1], { requiresGrad: true });
    tensor([1, 2]).bernoulli_(p).sum().backward();
    assert.deepEqual(p.grad?.toArray(), [0, 0]);
  });

  it("a cast gives the gradient back in the dtype it came from", () => {
    const x = tensor([1, 2], { requiresGrad: true });
    x.double().mul(3).sum().backward();
    assert.deepEqual([x.grad?.dtype, ...(x.grad?.toArray() ?? [])], ["float32", 3, 3]);
  });
});
