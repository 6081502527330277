import assert from "node:assert/strict";
import {
  autograd,
  enableGrad,
  inferenceMode,
  isGradEnabled,
  nn,
  noGrad,
  ones,
  setGradEnabled,
  tensor,
  type Tensor,
  zeros,
} from "../../src/engine/index";
import { setWarner } from "../../src/engine/warn";
import { watched } from "./watched";

const { functional: F } = autograd;
const leaf = (...data: number[]): Tensor => tensor(data, { requiresGrad: true });
const wide = (...data: number[]): Tensor => tensor(data, { dtype: "float64", requiresGrad: true });

class Cube extends autograd.Function {
  static forward(ctx: autograd.Context, x: Tensor): Tensor {
    ctx.saveForBackward(x);
    return x.pow(3);
  }
  static backward(ctx: autograd.Context, g: Tensor): Tensor {
    const [x] = ctx.savedTensors;
    return g.mul(x!.square().mul(3));
  }
}

class Exp extends autograd.Function {
  static forward(ctx: autograd.Context, x: Tensor): Tensor {
    const y = x.exp();
    ctx.saveForBackward(y);
    return y;
  }
  static backward(ctx: autograd.Context, g: Tensor): Tensor {
    return g.mul(ctx.savedTensors[0]!);
  }
}

/** Two outputs of two tensors and a number. */
class Both extends autograd.Function {
  static forward(ctx: autograd.Context, a: Tensor, power: number, b: Tensor): readonly [Tensor, Tensor, Tensor] {
    ctx.saveForBackward(a, b);
    ctx["power"] = power;
    const rank = a.argmax();
    return [a.pow(power).mul(b), a.add(b), rank];
  }
  static backward(ctx: autograd.Context, product: Tensor, sum: Tensor): (Tensor | null)[] {
    const [a, b] = ctx.savedTensors;
    const power = Number(ctx["power"]);
    return [
      product
        .mul(a!.pow(power - 1).mul(power))
        .mul(b!)
        .add(sum),
      null,
      ctx.needsInputGrad[2] === true ? product.mul(a!.pow(power)).add(sum) : null,
    ];
  }
}

describe("a custom function", () => {
  it("runs its own backward and is one node with its name", () => {
    const x = leaf(1, 2);
    const y = Cube.apply(x);
    assert.deepEqual(y.toArray(), [1, 8]);
    assert.equal(y.gradFn?.name, "CubeBackward");
    assert.equal(String(y), "tensor([1., 8.], grad_fn=<CubeBackward>)");
    y.sum().backward();
    assert.deepEqual(x.grad?.toArray(), [3, 12]);
  });

  it("has gradients of gradients, through saved inputs and saved outputs", () => {
    const x = wide(0.5, -1.5);
    assert.ok(autograd.gradcheck((a) => Cube.apply(a), x));
    assert.ok(autograd.gradgradcheck((a) => Cube.apply(a), x));
    assert.ok(autograd.gradgradcheck((a) => Exp.apply(a), x));
    const z = leaf(2);
    const [slope] = autograd.grad(Exp.apply(z).sum(), z, { createGraph: true });
    slope!.sum().backward();
    assert.equal(z.grad?.item(), Math.fround(Math.exp(2)));
  });

  it("takes several tensors and numbers and gives several tensors", () => {
    const [a, b] = [leaf(1, 2), leaf(3, 4)];
    const [product, sum, rank] = Both.apply(a, 2, b);
    assert.equal(rank.requiresGrad, false);
    assert.equal(product.gradFn, sum.gradFn);
    product
      .sum()
      .add(sum.mul(tensor([10, 100])).sum())
      .backward();
    assert.deepEqual(a.grad?.toArray(), [6 + 10, 16 + 100]);
    assert.deepEqual(b.grad?.toArray(), [1 + 10, 4 + 100]);
    const both = (x: Tensor, y: Tensor) => Both.apply(x, 3, y).slice(0, 2);
    assert.ok(autograd.gradgradcheck(both, [wide(0.5, 1.5), wide(2, -1)]));
  });

  it("shows zeros to backward for an output that brought no gradient", () => {
    const [a, b] = [leaf(1, 2), tensor([3, 4])];
    Both.apply(a, 2, b)[1].sum().backward();
    assert.deepEqual(a.grad?.toArray(), [1, 1]);
  });

  it("marks outputs that gradients do not go through", () => {
    const half = autograd.Function.of({
      name: "Half",
      forward: (ctx, x: Tensor): [Tensor, Tensor] => {
        const [y, z] = [x.mul(0.5), x.round()];
        ctx.markNonDifferentiable(z);
        return [y, z];
      },
      backward: (_ctx, g) => g.mul(0.5),
    });
    const x = leaf(3);
    const [y, z] = half(x);
    assert.deepEqual([y.requiresGrad, z.requiresGrad], [true, false]);
    y.backward();
    assert.equal(x.grad?.item(), 0.5);
  });

  it("sums what was broadcast and refuses gradients of a wrong shape or number", () => {
    const of = (backward: (ctx: autograd.Context, g: Tensor) => autograd.Backward) =>
      autograd.Function.of({
        name: "Odd",
        forward: (_ctx, x: Tensor, by: number) => x.mul(by),
        backward,
      });
    const x = ones(1, { requiresGrad: true });
    of(() => [ones(2, 1), null])(x, 2).backward();
    assert.deepEqual(x.grad?.toArray(), [2]);
    const run = (backward: (ctx: autograd.Context, g: Tensor) => autograd.Backward) => () =>
      of(backward)(leaf(1, 2, 3), 2)
        .sum()
        .backward();
    assert.throws(
      run((_ctx, g) => g),
      /function OddBackward returned an incorrect number of gradients \(expected 2, got 1\)/,
    );
    assert.throws(
      run((_ctx, g) => [g, g]),
      /returned a gradient different than None at position 2/,
    );
    assert.throws(
      run(() => [ones(2), null]),
      /Function OddBackward returned an invalid gradient at index 0 - got \[2\] but expected shape compatible with \[3\]/,
    );
  });

  it("finds a saved tensor that was changed since, and one that was freed", () => {
    const x = leaf(1, 2).mul(1);
    const y = Cube.apply(x);
    x.add_(1);
    assert.throws(() => y.sum().backward(), /has been modified by an inplace operation/);
    const z = Cube.apply(leaf(1)).sum();
    z.backward();
    assert.throws(() => z.backward(), /Trying to backward through the graph a second time/);
  });

  it("refuses what it does not have: inputs changed in place, outputs that are no tensors", () => {
    const changing = autograd.Function.of({
      name: "Changing",
      forward: (_ctx, x: Tensor) => x.add_(1),
      backward: (_ctx, g) => g,
    });
    assert.throws(() => changing(zeros(2)), /Changing.forward changed an input in place, which needs ctx.markDirty/);
    const number = autograd.Function.of({
      name: "Number",
      forward: () => 3 as unknown as Tensor,
      backward: () => null,
    });
    assert.throws(() => number(), /Number.forward must return a Tensor or an array of Tensors, not number/);
  });

  it("gives an input back as another tensor with the function's history", () => {
    const same = autograd.Function.of({
      name: "Same",
      forward: (_ctx, x: Tensor) => x,
      backward: (_ctx, g) => g.neg(),
    });
    const x = leaf(1);
    const y = same(x);
    assert.notEqual(y, x);
    y.backward();
    assert.equal(x.grad?.item(), -1);
  });

  it("is without a graph under noGrad and for inputs that need none", () => {
    assert.equal(noGrad(() => Cube.apply(leaf(1))).requiresGrad, false);
    assert.equal(Cube.apply(ones(1)).requiresGrad, false);
  });

  it("is told as one op, and the ops of its backward are told too", () => {
    const events = watched(() => {
      Cube.apply(leaf(2)).sum().backward();
    });
    assert.deepEqual(
      events.map((e) => `${e.event} ${e.name}`.trim()),
      [
        "created tensor",
        "forward Cube",
        "forward sum",
        "backwardBegan",
        "rule sum",
        "created gradient",
        "forward square",
        "forward mul",
        "forward mul",
        "rule Cube",
        "accumulated",
        "backwardEnded",
      ],
    );
  });
});

describe("hooks", () => {
  it("run in the order they came, each on what the one before gave, before retainGrad", () => {
    const x = leaf(1);
    const y = x.mul(2);
    y.retainGrad();
    const seen: number[] = [];
    y.registerHook((g) => (seen.push(g.item()), g.mul(10)));
    const second = y.registerHook((g) => void seen.push(g.item()));
    y.mul(3).backward();
    assert.deepEqual([seen, y.grad?.item(), x.grad?.item()], [[3, 30], 30, 60]);
    second.remove();
  });

  it("of what autograd.grad is asked for do not run on what it gives, as in PyTorch 1.13", () => {
    const z = leaf(1);
    z.registerHook((g) => g.mul(5));
    const mid = z.mul(1);
    mid.registerHook((g) => g.mul(7));
    assert.deepEqual(
      autograd.grad(mid.mul(2), [z, mid]).map((g) => g.item()),
      [14, 2],
    );
  });

  it("run after the accumulation too, with the leaf", () => {
    const x = leaf(1);
    const seen: (number | undefined)[] = [];
    const handle = x.registerPostAccumulateGradHook((w) => {
      seen.push(w.grad?.item());
      w.grad = null;
    });
    x.mul(2).backward();
    x.mul(3).backward();
    handle.remove();
    x.mul(4).backward();
    assert.deepEqual([seen, x.grad?.item()], [[2, 3], 4]);
    const s = tensor(1, { requiresGrad: true });
    s.registerPostAccumulateGradHook((w) => void seen.push(w.grad?.item()));
    s.mul(5).backward();
    assert.equal(seen.at(-1), 5);
    assert.throws(() => x.mul(2).registerPostAccumulateGradHook(() => undefined), /cannot be registered on non-leaf/);
  });

  it("must keep the gradient's dtype", () => {
    const x = leaf(1, 2);
    x.registerHook(function wide(g) {
      return g.double();
    });
    assert.throws(
      () => x.sum().backward(),
      /hook 'wide' has changed the type of value \(was torch\.FloatTensor got torch\.DoubleTensor\)/,
    );
  });

  it("must keep the gradient's shape", () => {
    const x = leaf(1, 2);
    x.registerHook(function wrong() {
      return ones(3);
    });
    assert.throws(() => x.sum().backward(), /hook 'wrong' has changed the size of value/);
  });

  it("see a gradient of a node that only inputs above it are asked for", () => {
    const x = leaf(2);
    const y = x.mul(3);
    const z = y.mul(y);
    let runs = 0;
    x.registerHook(() => {
      runs++;
    });
    z.backward({ inputs: [y] });
    assert.deepEqual([y.grad?.item(), runs], [12, 0]);
    assert.throws(() => leaf(1).backward({ inputs: [] }), /'inputs' argument to backward\(\) cannot be empty/);
  });
});

describe("the graph", () => {
  it("lets no gradient through what a comparison overwrote", () => {
    for (const name of ["eq_", "ne_", "lt_", "le_", "gt_", "ge_"] as const) {
      for (const beside of [1, tensor([1, 2]), tensor([1, 2], { requiresGrad: true })]) {
        const x = tensor([1, 3], { requiresGrad: true });
        x.mul(2)[name](beside).sum().backward();
        assert.deepEqual(x.grad?.toArray(), [0, 0], name);
        if (typeof beside !== "number" && beside.requiresGrad) assert.deepEqual(beside.grad?.toArray(), [0, 0], name);
      }
    }
  });

  it("shows where gradients go, as next_functions", () => {
    const x = leaf(1);
    const y = x.mul(2).exp();
    const [mul, output] = y.gradFn!.nextFunctions[0]!;
    assert.deepEqual([mul?.name, output], ["MulBackward0", 0]);
    const accumulate = (mul as autograd.Node).nextFunctions[0]![0] as autograd.AccumulateGrad;
    assert.equal(accumulate.name, "AccumulateGrad");
    assert.equal(accumulate.variable, x);
  });

  it("is left by detach_, which keeps what came before and refuses a view", () => {
    const x = leaf(2);
    const y = x.mul(3);
    const z = y.mul(2);
    y.detach_();
    assert.deepEqual([y.requiresGrad, y.isLeaf, y.gradFn], [false, true, null]);
    z.backward();
    assert.equal(x.grad?.item(), 6);
    assert.throws(() => leaf(1, 2).mul(1).at(0).detach_(), /Can't detach views in-place. Use detach\(\) instead./);
  });
});

describe("grad modes", () => {
  it("setGradEnabled without a body lasts until the region ends", () => {
    noGrad(() => {
      setGradEnabled(true);
      assert.ok(isGradEnabled());
    });
    assert.ok(isGradEnabled());
    setGradEnabled(false);
    assert.equal(leaf(1).mul(2).requiresGrad, false);
    assert.ok(enableGrad(() => leaf(1).mul(2)).requiresGrad);
    setGradEnabled(true);
    assert.ok(leaf(1).mul(2).requiresGrad);
  });

  it("inferenceMode makes tensors that no graph and no later write can have", () => {
    const x = leaf(1, 2);
    const [y, view] = inferenceMode(() => {
      const made = x.mul(2);
      made.add_(1);
      return [made, x.view(2, 1)];
    });
    assert.deepEqual([y.isInference(), y.requiresGrad, view.isInference()], [true, false, false]);
    assert.throws(() => x.mul(y), /Inference tensors cannot be saved for backward/);
    assert.throws(() => y.add_(1), /Inplace update to inference tensor outside InferenceMode is not allowed/);
    assert.throws(() => y.requiresGrad_(), /Setting requires_grad=True on inference tensor outside InferenceMode/);
    assert.ok(x.add(y).requiresGrad);
    assert.ok(x.mul(y.clone()).requiresGrad);
    assert.ok(inferenceMode(() => inferenceMode(false, () => !isGradEnabled())));
  });
});

describe("detectAnomaly", () => {
  it("names the op whose rule brought a NaN and the line it ran at", () => {
    const run = () => {
      const x = leaf(0);
      const y = x.sqrt();
      return y.mul(0).sum().backward();
    };
    run();
    assert.throws(
      () => autograd.detectAnomaly(run),
      /^Error: Function 'SqrtBackward0' returned nan values in its 0th output\. sqrt ran at autograd\.test\.ts:\d+:\d+; the gradient for its operand a is NaN/,
    );
    const scalar = () => tensor(0, { requiresGrad: true }).sqrt().mul(0).backward();
    assert.throws(() => autograd.detectAnomaly(scalar), /sqrt ran at autograd\.test\.ts/);
    run();
  });

  it("finds it through a layer, and says so of other errors of a backward too", () => {
    const net = new nn.Sequential(new nn.Linear(1, 1), new nn.Tanh());
    assert.throws(
      () =>
        autograd.detectAnomaly(() => {
          net(tensor([[NaN]]))
            .sum()
            .backward();
        }),
      /returned nan values in its 0th output\. \w+ ran at autograd\.test\.ts/,
    );
    assert.throws(
      () =>
        autograd.detectAnomaly(() => {
          const y = leaf(1).exp();
          y.add_(1);
          y.sum().backward();
        }),
      /modified by an inplace operation.* In the backward of ExpBackward0: exp ran at autograd\.test\.ts:\d+/,
    );
  });

  it("lasts until an async body settles", async () => {
    await autograd.detectAnomaly(async () => {
      await Promise.resolve();
      assert.throws(() => tensor(0, { requiresGrad: true }).sqrt().mul(0).backward(), /SqrtBackward0/);
    });
    tensor(0, { requiresGrad: true }).sqrt().mul(0).backward();
  });
});

describe("gradcheck", () => {
  const wrong = autograd.Function.of({
    name: "Wrong",
    forward: (ctx, x: Tensor) => (ctx.saveForBackward(x), x.square()),
    backward: (ctx, g) => g.mul(ctx.savedTensors[0]!),
  });

  it("holds for right gradients of several inputs and outputs, also of non-contiguous ones", () => {
    const [a, b] = [wide(0.1, 0.2, 0.3), wide(1, -1, 2)];
    assert.ok(autograd.gradcheck((x, y) => [x.mul(y).sin(), x.sum().div(y)], [a, b]));
    const turned = tensor(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { dtype: "float64" },
    )
      .t()
      .requiresGrad_();
    assert.ok(autograd.gradcheck((x) => x.pow(2), turned));
    assert.ok(autograd.gradgradcheck((x, y) => x.mul(y).exp(), [a, b]));
    assert.deepEqual(a.toArray(), [0.1, 0.2, 0.3]);
    assert.equal(a.grad, null);
  });

  it("tells of a wrong one what both ways give", () => {
    assert.throws(
      () => autograd.gradcheck(wrong, wide(1, 3)),
      /Jacobian mismatch for output 0 with respect to input 0,\nnumerical:tensor\(\[\[2\.0000, [\s\S]*analytical:tensor\(\[\[1\.0000/,
    );
    assert.equal(autograd.gradcheck(wrong, wide(1, 3), { raiseException: false }), false);
    const once = autograd.Function.of({
      name: "Once",
      forward: (ctx, x: Tensor) => (ctx.saveForBackward(x), x.square()),
      backward: (ctx, g) => g.mul(ctx.savedTensors[0]!.detach().mul(2)),
    });
    assert.ok(autograd.gradcheck(once, wide(1, 3)));
    assert.equal(autograd.gradgradcheck(once, wide(1, 3), null, { raiseException: false }), false);
  });

  it("warns of float32 and refuses inputs that need nothing or overlap", () => {
    const warnings: string[] = [];
    const before = setWarner((sentence) => warnings.push(sentence));
    try {
      autograd.gradcheck((x) => x.mul(2), leaf(1), { atol: 1, rtol: 1, raiseException: false });
    } finally {
      setWarner(before);
    }
    assert.match(warnings[0] ?? "", /^Input #0 requires gradient and is not a double precision floating point/);
    assert.throws(
      () => autograd.gradcheck((x) => x, ones(1)),
      /gradcheck expects at least one input tensor to require/,
    );
    const overlapping = tensor([1], { dtype: "float64" }).expand(3).requiresGrad_();
    assert.throws(() => autograd.gradcheck((x) => x, overlapping), /The 0th input has a dimension with stride 0/);
  });
});

describe("autograd.functional", () => {
  const x = tensor([1, 2, 3]);
  const close = (got: Tensor, want: number[]) =>
    got.toArray().forEach((value, i) => assert.ok(Math.abs(value - want[i]!) <= 1e-5, `${value}, not ${want[i]}`));

  it("jacobian: of one tensor, of several, and of what does not depend on them", () => {
    const jacobian = F.jacobian((a) => a.square().mul(a.sum()), x);
    // By hand: d(x_i² S)/dx_j = x_i² + 2 x_i S δ_ij with S = 6.
    close(jacobian, [13, 1, 1, 4, 28, 4, 9, 9, 45]);
    assert.deepEqual([jacobian.shape, jacobian.requiresGrad], [[3, 3], false]);
    const [left, right] = F.jacobian((a, b) => a.mul(b).sum(), [x, tensor([4, 5, 6])]);
    close(left!, [4, 5, 6]);
    close(right!, [1, 2, 3]);
    const rows = F.jacobian((a, b) => [a.sum(), b.mul(2)], [x, ones(2)]);
    assert.deepEqual(
      rows.map((row) => row.map((each) => each.shape)),
      [
        [[3], [2]],
        [
          [2, 3],
          [2, 2],
        ],
      ],
    );
    close(rows[1]![0]!, [0, 0, 0, 0, 0, 0]);
    assert.throws(() => F.jacobian((a, b) => [a.sum(), b], [x, ones(2)], { strict: true }), /independent of input 1/);
    assert.deepEqual(F.jacobian((a) => a.mul(2), ones(2, 2)).shape, [2, 2, 2, 2]);
  });

  it("jacobian with createGraph leads back to the input", () => {
    const w = leaf(2);
    F.jacobian((a) => a.pow(3), w, { createGraph: true })
      .sum()
      .backward();
    assert.equal(w.grad?.item(), 12);
  });

  it("hessian: of one tensor and of several", () => {
    // By hand: f = Σ x³ + x₀x₁.
    close(
      F.hessian(
        (a) =>
          a
            .pow(3)
            .sum()
            .add(a.at(0).mul(a.at(1))),
        x,
      ),
      [6, 1, 0, 1, 12, 0, 0, 0, 18],
    );
    const blocks = F.hessian((a, b) => a.mul(b).sum(), [ones(2), ones(2)]);
    close(blocks[0]![1]!, [1, 0, 0, 1]);
    close(blocks[0]![0]!, [0, 0, 0, 0]);
    assert.throws(() => F.hessian((a) => a.mul(a), x), /given to hessian should contain a single element/);
  });

  it("products with vectors agree with the matrices", () => {
    const f = (a: Tensor) => a.square().mul(a.sum());
    const v = tensor([1, -1, 2]);
    const matrix = F.jacobian(f, x);
    const [y, left] = F.vjp(f, x, v);
    close(y, f(x).toArray());
    close(left, v.matmul(matrix).toArray());
    close(F.jvp(f, x, v)[1], matrix.matmul(v).toArray());
    const g = (a: Tensor) =>
      a
        .pow(3)
        .sum()
        .add(a.at(0).mul(a.at(1)));
    const hessian = F.hessian(g, x);
    close(F.hvp(g, x, v)[1], hessian.matmul(v).toArray());
    close(F.vhp(g, x, v)[1], v.matmul(hessian).toArray());
    const [, both] = F.vjp((a, b) => a.mul(b).sum(), [x, v]);
    close(both[0]!, v.toArray());
    assert.equal(F.hvp(g, x, v)[0].requiresGrad, false);
  });

  it("refuses a function that gives no tensor", () => {
    assert.throws(() => F.jacobian(() => 3 as unknown as Tensor, x), /must be either a Tensor or a tuple of Tensors/);
  });
});
