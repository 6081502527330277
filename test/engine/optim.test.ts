import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { type DType, nn, ones, optim, tensor, type Tensor } from "../../src/engine/index";
import { golden, type GoldenTensor, valuesOf } from "./golden";
import { watched } from "./watched";

interface Trajectory {
  id: string;
  op: string;
  kind: string;
  dtype: DType;
  problem: { n: 1 | 2; data: Record<string, GoldenTensor>; init: GoldenTensor[] };
  resolvedDefaults: Record<string, number | boolean>;
  steps: { loss: GoldenTensor; grads: GoldenTensor[]; params: GoldenTensor[] }[];
}

const { cases } = golden("optim.public") as { cases: Trajectory[] };

function made(t: GoldenTensor, requiresGrad = false): Tensor {
  return tensor(Float64Array.from(valuesOf(t)), { dtype: t.dtype as DType })
    .reshape([...t.shape])
    .requiresGrad_(requiresGrad);
}

/** How far two runs may drift apart: the rounding of tanh and of long products (README of the goldens). */
function near(got: Tensor, want: GoldenTensor, dtype: DType, what: string): void {
  const limit = dtype === "float64" ? 1e-10 : 2e-6;
  const values = valuesOf(want);
  equal(got.numel(), values.length);
  got.toArray().forEach((value, i) => {
    const reference = values[i]!;
    ok(Math.abs(value - reference) / (1 + Math.abs(reference)) <= limit, `${what}[${i}]: ${value}, not ${reference}`);
  });
}

function lossOf({ n, data }: Trajectory["problem"], params: readonly Tensor[]): Tensor {
  const of = (name: string) => made(data[name]!);
  const [first, second] = params;
  if (n === 1) return first!.matmul(of("A").matmul(first!)).mul(0.5).sub(of("b").matmul(first!));
  return of("X").matmul(first!.t()).add(second!).tanh().sub(of("Y")).pow(2).mean();
}

describe("optim.SGD", () => {
  const ours = cases.filter((c) => c.kind === "trajectory" && c.op === "SGD");

  it("has 18 trajectories to follow", () => equal(ours.length, 18));

  for (const c of ours) {
    it(`follows ${c.id} for ${c.steps.length} steps`, () => {
      const { weight_decay: weightDecay, ...rest } = c.resolvedDefaults;
      const params = c.problem.init.map((t) => made(t, true));
      const optimizer = new optim.SGD(params, { ...rest, weightDecay: Number(weightDecay) });
      c.steps.forEach((step, i) => {
        const loss = lossOf(c.problem, params);
        near(loss, step.loss, c.dtype, `loss of step ${i}`);
        optimizer.zeroGrad();
        loss.backward();
        params.forEach((p, k) => near(p.grad!, step.grads[k]!, c.dtype, `gradient ${k} of step ${i}`));
        optimizer.step();
        params.forEach((p, k) => near(p, step.params[k]!, c.dtype, `parameter ${k} after step ${i}`));
      });
    });
  }

  const weight = () => ones(1, { requiresGrad: true });

  it("refuses what cannot be meant, with PyTorch's sentence", () => {
    const w = weight();
    throws(() => new optim.SGD([w], { lr: -1 }), /^TypeError: Invalid learning rate: -1/);
    throws(() => new optim.SGD([], { lr: 0.1 }), /optimizer got an empty parameter list/);
    throws(() => new optim.SGD([w]), /parameter group didn't specify a value of required optimization parameter lr/);
    throws(() => new optim.SGD([w.mul(2)], { lr: 0.1 }), /can't optimize a non-leaf Tensor/);
    throws(
      () => new optim.SGD([{ params: w }, { params: w }], { lr: 0.1 }),
      /some parameters appear in more than one parameter group/,
    );
    throws(
      () => new optim.SGD([w], { lr: 0.1, nesterov: true }),
      /Nesterov momentum requires a momentum and zero dampening/,
    );
    throws(() => new optim.SGD([w], { lr: 0.1, momentum: -1 }), /Invalid momentum value: -1/);
    throws(() => new optim.SGD([w], { lr: 0.1, weightDecay: -1 }), /Invalid weight_decay value: -1/);
    throws(
      () => new optim.SGD(w as unknown as Tensor[], { lr: 0.1 }),
      /params argument given to the optimizer should be an iterable of Tensors or dicts, but got torch.FloatTensor/,
    );
    throws(
      () => new optim.SGD([3 as unknown as Tensor], { lr: 0.1 }),
      /optimizer can only optimize Tensors, but one of the params is number/,
    );
  });

  it("sets gradients to null, or to zeros when asked", () => {
    const w = weight();
    const optimizer = new optim.SGD([w], { lr: 0.1 });
    w.mul(3).sum().backward();
    optimizer.zeroGrad({ setToNone: false });
    deepEqual(w.grad?.toArray(), [0]);
    optimizer.zeroGrad();
    equal(w.grad, null);
    optimizer.step();
    deepEqual(w.toArray(), [1]);
  });

  it("updates each group with its own hyper-parameters, which may change between steps", () => {
    const [a, b] = [weight(), weight()];
    const optimizer = new optim.SGD([{ params: [a] }, { params: b, lr: 1 }], { lr: 0.5 });
    a.add(b).sum().backward();
    optimizer.step();
    deepEqual([a.item(), b.item()], [0.5, 0]);
    optimizer.paramGroups[0]!.lr = 0.25;
    optimizer.step();
    deepEqual([a.item(), b.item()], [0.25, -1]);
    const c = weight();
    optimizer.addParamGroup({ params: [c], lr: 2 });
    c.mul(1).sum().backward();
    optimizer.step();
    equal(c.item(), -1);
  });

  it("computes the loss again when it is given a closure", () => {
    const w = weight();
    const optimizer = new optim.SGD([w], { lr: 0.5 });
    const loss = optimizer.step(() => {
      optimizer.zeroGrad();
      const l = w.mul(2).sum();
      l.backward();
      return l;
    });
    equal(loss?.item(), 2);
    equal(w.item(), 0);
  });

  it("continues from its saved state as if nothing had happened", () => {
    const run = (w: Tensor, optimizer: optim.SGD, steps: number) => {
      for (let i = 0; i < steps; i++) {
        optimizer.zeroGrad();
        w.mul(w).sum().backward();
        optimizer.step();
      }
    };
    const options = { lr: 0.1, momentum: 0.9, nesterov: true };
    const whole = weight();
    run(whole, new optim.SGD([whole], options), 6);
    const first = weight();
    const before = new optim.SGD([first], options);
    run(first, before, 3);
    const second = tensor(first.toArray(), { requiresGrad: true });
    const after = new optim.SGD([second], { lr: 7 });
    after.loadStateDict(before.stateDict());
    run(first, before, 1); // The saved state is a copy: going on does not change it.
    run(second, after, 3);
    deepEqual(second.toArray(), whole.toArray());
    equal(after.paramGroups[0]!.lr, 0.1);
    throws(
      () => after.loadStateDict({ state: {}, paramGroups: [] }),
      /loaded state dict has a different number of parameter groups/,
    );
  });

  it("tells the observer one step with its child steps, its numbers and its state", () => {
    const lin = new nn.Linear(1, 1);
    lin(ones(1, 1)).sum().backward();
    const events = watched(() => {
      new optim.SGD(lin.parameters(), { lr: 0.1, momentum: 0.9 }).step();
    });
    const shown = events.map((e) => `${e.event} ${e.name}`.trim());
    deepEqual(shown, [
      "named weight",
      "named bias",
      "gradMode off",
      "optimizerBegan SGD",
      "opened SGD.step",
      "forward clone",
      "stateful momentumBuffer",
      "updated add_",
      "forward clone",
      "stateful momentumBuffer",
      "updated add_",
      "closed",
      "optimizerEnded",
      "gradMode on",
    ]);
    deepEqual(events.find((e) => e.event === "optimizerBegan")?.hyper, { lr: 0.1, momentum: 0.9 });
  });
});
