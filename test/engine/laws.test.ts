import assert from "node:assert/strict";
import fc from "fast-check";
import { autograd, tensor, type Tensor } from "../../src/engine/index";
import { more, samples } from "./samples";
import { checkGradients, drawn, type Sample } from "./slopes";

const index = tensor(0);
const seeds = fc.integer({ min: 1, max: 2 ** 30 });

describe("the gradient of every op is its slope", () => {
  for (const [name, sample] of [...Object.entries(samples), ...Object.entries(more)]) {
    if (sample === "no gradient") continue;
    it(name, () => {
      fc.assert(
        fc.property(seeds, (seed) => {
          checkGradients(sample, seed);
        }),
        { numRuns: 6, seed: 7 },
      );
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
