import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { type DType, nn, ones, optim, tensor, type Tensor, zeros } from "../../src/engine/index";
import { setWarner } from "../../src/engine/warn";
import { measured, measuring } from "./gauge";
import { golden, type GoldenTensor, valuesOf } from "./golden";
import { watched } from "./watched";

interface Trajectory {
  id: string;
  op: string;
  kind: "trajectory";
  dtype: DType;
  problem: { n: 1 | 2; data: Record<string, GoldenTensor>; init: GoldenTensor[] };
  resolvedDefaults: Record<string, unknown>;
  steps: { loss: GoldenTensor; grads: GoldenTensor[]; params: GoldenTensor[] }[];
}

interface Schedule {
  id: string;
  op: string;
  kind: "schedule";
  args: Record<string, unknown> & { baseLr: number };
  lrAtStep: number[];
  lrFinal: number;
  momentumAtStep?: number[];
  metrics?: number[];
}

interface Clip {
  id: string;
  op: string;
  kind: "clip";
  dtype: DType;
  args: { maxNorm?: number; normType?: number | "inf"; clipValue?: number };
  gradsBefore: GoldenTensor[];
  totalNorm?: GoldenTensor;
  gradsAfter: GoldenTensor[];
}

const { cases } = golden("optim.public") as { cases: (Trajectory | Schedule | Clip)[] };

/** PyTorch's names in camelCase. */
function camel(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [
      name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()),
      name === "weight_decay" ? Number(value) : value,
    ]),
  );
}

const kinds = {
  SGD: optim.SGD,
  Adam: optim.Adam,
  AdamW: optim.AdamW,
  RMSprop: optim.RMSprop,
  Adagrad: optim.Adagrad,
  Adadelta: optim.Adadelta,
  Adamax: optim.Adamax,
  NAdam: optim.NAdam,
  RAdam: optim.RAdam,
};

function optimizerOf(
  name: string,
  params: Tensor[],
  options: Readonly<Record<string, unknown>>,
): optim.Optimizer<object> {
  const kind = kinds[name as keyof typeof kinds];
  return new kind(params, camel(options));
}

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
    measured(what.includes("grad") ? "gradient" : "value", value, reference, got.dtype);
    ok(Math.abs(value - reference) / (1 + Math.abs(reference)) <= limit, `${what}[${i}]: ${value}, not ${reference}`);
  });
}

function lossOf({ n, data }: Trajectory["problem"], params: readonly Tensor[]): Tensor {
  const of = (name: string) => made(data[name]!);
  const [first, second] = params;
  if (n === 1) return first!.matmul(of("A").matmul(first!)).mul(0.5).sub(of("b").matmul(first!));
  return of("X").matmul(first!.t()).add(second!).tanh().sub(of("Y")).pow(2).mean();
}

describe("an optimizer", () => {
  const ours = cases.filter((c) => c.kind === "trajectory");

  it("has 68 trajectories to follow", () => equal(ours.length, 68));

  for (const c of ours) {
    it(`follows ${c.id} for ${c.steps.length} steps`, () => {
      measuring("optim.public", c.op, c.id, () => {
        const params = c.problem.init.map((t) => made(t, true));
        const optimizer = optimizerOf(c.op, params, c.resolvedDefaults);
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
    });

    it(`follows ${c.id} also through a saved state in the middle`, () => {
      const middle = Math.floor(c.steps.length / 2);
      let params = c.problem.init.map((t) => made(t, true));
      let optimizer = optimizerOf(c.op, params, c.resolvedDefaults);
      c.steps.forEach((step, i) => {
        if (i === middle) {
          params = params.map((p) => p.detach().clone().requiresGrad_());
          const next = optimizerOf(c.op, params, { lr: 0.9 });
          next.loadStateDict(optimizer.stateDict());
          optimizer = next;
        }
        optimizer.zeroGrad();
        lossOf(c.problem, params).backward();
        optimizer.step();
        params.forEach((p, k) => near(p, step.params[k]!, c.dtype, `parameter ${k} after step ${i}`));
      });
    });
  }

  for (const name of Object.keys(kinds)) {
    it(`${name} goes up the gradient with maximize as down the turned one`, () => {
      const run = (sign: number, maximize: boolean) => {
        const w = tensor([1, -2, 0.5], { requiresGrad: true });
        const optimizer = optimizerOf(name, [w], { lr: 0.1, maximize });
        for (let i = 0; i < 3; i++) {
          optimizer.zeroGrad();
          w.square().sum().mul(sign).backward();
          optimizer.step();
        }
        return w.toArray();
      };
      deepEqual(run(-1, true), run(1, false));
    });
  }

  it("takes the decay from the parameter in decoupled NAdam and RAdam, as AdamW does", () => {
    for (const name of ["NAdam", "RAdam"]) {
      const w = ones(2, { requiresGrad: true });
      w.grad = zeros(2);
      optimizerOf(name, [w], { lr: 0.5, weightDecay: 0.5, decoupledWeightDecay: true }).step();
      deepEqual(w.toArray(), [0.75, 0.75], name);
    }
  });

  it("refuses betas outside [0, 1) and other numbers below zero, with PyTorch's sentence", () => {
    const w = () => [ones(1, { requiresGrad: true })];
    for (const kind of [optim.Adam, optim.AdamW, optim.Adamax, optim.NAdam, optim.RAdam]) {
      throws(() => new kind(w(), { betas: [1, 0.9] }), /^TypeError: Invalid beta parameter at index 0: 1\.0/);
      throws(() => new kind(w(), { betas: [0.9, -0.5] }), /Invalid beta parameter at index 1: -0\.5/);
      throws(() => new kind(w(), { eps: -1 }), /Invalid epsilon value: -1/);
    }
    throws(() => new optim.RMSprop(w(), { alpha: -1 }), /Invalid alpha value: -1/);
    throws(() => new optim.Adadelta(w(), { rho: 2 }), /Invalid rho value: 2/);
    throws(() => new optim.Adagrad(w(), { lrDecay: -1 }), /Invalid lr_decay value: -1/);
    throws(() => new optim.NAdam(w(), { momentumDecay: -1 }), /Invalid momentum_decay value: -1/);
    throws(() => new optim.Adam(w(), { lr: NaN }), /Invalid learning rate: NaN/);
  });

  it("tells the observer Adam's step with its betas and its state", () => {
    const w = ones(2, { requiresGrad: true });
    w.mul(2).sum().backward();
    const events = watched(() => {
      new optim.Adam([w]).step();
    });
    deepEqual(
      events.filter((e) => e.event === "stateful").map((e) => e.name),
      ["step", "expAvg", "expAvgSq"],
    );
    deepEqual(events.find((e) => e.event === "optimizerBegan")?.hyper, {
      lr: 1e-3,
      beta1: 0.9,
      beta2: 0.999,
      eps: 1e-8,
    });
    deepEqual(
      events.filter((e) => e.event === "updated").map((e) => e.name),
      ["add_", "mul_", "add_", "mul_", "addcmul_", "add_", "addcdiv_"],
    );
  });
});

/** The arguments of a golden schedule by our names. */
interface ScheduleArgs extends optim.lrScheduler.OneCycleOptions {
  readonly stepSize?: number;
  readonly milestones?: number[];
  readonly gamma?: number;
  readonly etaMin?: number;
  readonly factor?: number;
  readonly totalIters?: number;
  readonly TMax?: number;
  readonly T0?: number;
  readonly maxLr?: number;
  readonly lambda?: string;
}

/** Makes the scheduler that a golden case names. */
function schedulerOf(op: string, optimizer: optim.SGD, args: Schedule["args"]) {
  const { lrScheduler: lr } = optim;
  const { stepSize, milestones, TMax, T0, maxLr, lambda, ...options }: ScheduleArgs = camel(args);
  switch (op) {
    case "sched:StepLR":
      return new lr.StepLR(optimizer, stepSize!, options);
    case "sched:MultiStepLR":
      return new lr.MultiStepLR(optimizer, milestones!, options);
    case "sched:ExponentialLR":
      return new lr.ExponentialLR(optimizer, options.gamma!);
    case "sched:CosineAnnealingLR":
      return new lr.CosineAnnealingLR(optimizer, TMax!, options);
    case "sched:CosineAnnealingWarmRestarts":
      return new lr.CosineAnnealingWarmRestarts(optimizer, T0!, options);
    case "sched:LinearLR":
      return new lr.LinearLR(optimizer, options);
    case "sched:ConstantLR":
      return new lr.ConstantLR(optimizer, options);
    case "sched:OneCycleLR":
      return new lr.OneCycleLR(optimizer, maxLr!, options);
    case "sched:LambdaLR":
      equal(lambda, "1/(t+1)");
      return new lr.LambdaLR(optimizer, (t) => 1 / (t + 1));
    default:
      throw new Error(`the test does not know ${op}`);
  }
}

describe("a schedule", () => {
  const ours = cases.filter((c) => c.kind === "schedule");
  const same = (got: number, want: number, what: string) => {
    measured("value", got, want, "float64");
    ok(
      Math.abs(got - want) <= 1e-12 * Math.max(1, Math.abs(want)) && Math.abs(got - want) <= 1e-9 * Math.abs(want),
      `${what}: ${got}, not ${want}`,
    );
  };

  it("has 15 goldens", () => equal(ours.length, 15));

  for (const c of ours) {
    it(`gives the learning rates of ${c.id}`, () => {
      measuring("optim.public", c.op, c.id, () => {
        const w = ones(1, { requiresGrad: true });
        w.grad = ones(1);
        const optimizer = new optim.SGD([w], { lr: c.args.baseLr, momentum: 0.9 });
        const [group] = optimizer.paramGroups;
        const plateau =
          c.metrics === undefined
            ? null
            : new optim.lrScheduler.ReduceLROnPlateau(optimizer, camel({ ...c.args, baseLr: undefined }));
        const scheduler = plateau === null ? schedulerOf(c.op, optimizer, c.args) : null;
        c.lrAtStep.forEach((want, i) => {
          same(group!.lr, want, `lr at step ${i}`);
          if (c.momentumAtStep !== undefined) same(group!.momentum, c.momentumAtStep[i]!, `momentum at step ${i}`);
          optimizer.step();
          scheduler?.step();
          plateau?.step(c.metrics![i]!);
        });
        same(group!.lr, c.lrFinal, "the last lr");
      });
    });

    it(`goes on with ${c.id} from a saved place`, () => {
      const start = () => {
        const w = ones(1, { requiresGrad: true });
        w.grad = ones(1);
        return new optim.SGD([w], { lr: c.args.baseLr, momentum: 0.9 });
      };
      const both = (optimizer: optim.SGD) => {
        if (c.metrics === undefined) {
          const scheduler = schedulerOf(c.op, optimizer, c.args);
          return {
            step: () => scheduler.step(),
            save: () => scheduler.stateDict(),
            load: (state: never) => scheduler.loadStateDict(state),
          };
        }
        const plateau = new optim.lrScheduler.ReduceLROnPlateau(optimizer, camel({ ...c.args, baseLr: undefined }));
        let i = 0;
        return {
          step: () => plateau.step(c.metrics![i++]!),
          save: () => ({ ...plateau.stateDict(), i }),
          load: (state: never) => {
            i = (state as { i: number }).i;
            plateau.loadStateDict(state);
          },
        };
      };
      const first = start();
      const before = both(first);
      for (let i = 0; i < 11; i++) {
        first.step();
        before.step();
      }
      const second = start();
      const after = both(second);
      second.loadStateDict(first.stateDict());
      after.load(JSON.parse(JSON.stringify(before.save())) as never);
      for (let i = 11; i < c.lrAtStep.length; i++) {
        same(second.paramGroups[0]!.lr, c.lrAtStep[i]!, `lr at step ${i}`);
        second.step();
        after.step();
      }
    });
  }

  const optimizerWith = (lr: number) => new optim.SGD([ones(1, { requiresGrad: true })], { lr });

  it("falls to zero in a power of the epochs that are left", () => {
    const optimizer = optimizerWith(1);
    const scheduler = new optim.lrScheduler.PolynomialLR(optimizer, { totalIters: 4, power: 2 });
    const seen = Array.from({ length: 6 }, () => {
      const { lr } = optimizer.paramGroups[0]!;
      optimizer.step();
      scheduler.step();
      return lr;
    });
    // By hand: (1 - t/4)^2.
    [1, 0.5625, 0.25, 0.0625, 0, 0].forEach((want, i) => ok(Math.abs(seen[i]! - want) < 1e-15));
  });

  it("multiplies by a function of the epoch", () => {
    const optimizer = optimizerWith(1);
    const scheduler = new optim.lrScheduler.MultiplicativeLR(optimizer, (epoch) => 1 / epoch);
    optimizer.step();
    scheduler.step();
    scheduler.step();
    scheduler.step();
    ok(Math.abs(scheduler.getLastLr()[0]! - 1 / 6) < 1e-15);
  });

  it("restarts longer each time, and goes to a place between two epochs", () => {
    const optimizer = optimizerWith(1);
    const scheduler = new optim.lrScheduler.CosineAnnealingWarmRestarts(optimizer, 2, { TMult: 2 });
    const seen = Array.from({ length: 7 }, () => {
      const { lr } = optimizer.paramGroups[0]!;
      optimizer.step();
      scheduler.step();
      return lr;
    });
    // By hand: half a cosine over 2 epochs, then over 4, then from 1 again.
    const half = (t: number, of: number) => (1 + Math.cos((Math.PI * t) / of)) / 2;
    deepEqual(seen, [1, half(1, 2), 1, half(1, 4), half(2, 4), half(3, 4), 1]);
    scheduler.step(2.5);
    equal(optimizer.paramGroups[0]!.lr, half(0.5, 4));
    scheduler.step(6);
    equal(optimizer.paramGroups[0]!.lr, 1);
    throws(() => scheduler.step(-1), /Expected non-negative epoch, but got -1/);
  });

  it("keeps each group's own rate, and its first one in the optimizer's saved state", () => {
    const [a, b] = [ones(1, { requiresGrad: true }), ones(1, { requiresGrad: true })];
    const optimizer = new optim.SGD([{ params: a }, { params: b, lr: 10 }], { lr: 1 });
    const scheduler = new optim.lrScheduler.ExponentialLR(optimizer, 0.5);
    optimizer.step();
    scheduler.step();
    deepEqual(scheduler.getLastLr(), [0.5, 5]);
    deepEqual(
      optimizer.stateDict().paramGroups.map((g) => g.initialLr),
      [1, 10],
    );
  });

  it("changes beta1 instead of momentum where an optimizer has betas", () => {
    const optimizer = new optim.Adam([ones(1, { requiresGrad: true })]);
    new optim.lrScheduler.OneCycleLR(optimizer, 0.1, { totalSteps: 10 });
    deepEqual(optimizer.paramGroups[0]!.betas, [0.95, 0.999]);
    ok(Math.abs(optimizer.paramGroups[0]!.lr - 0.1 / 25) < 1e-15);
  });

  it("warns of a step before the optimizer's first, and refuses what cannot be meant", () => {
    const warnings: string[] = [];
    const before = setWarner((sentence) => warnings.push(sentence));
    try {
      const optimizer = optimizerWith(1);
      new optim.lrScheduler.StepLR(optimizer, 2).step();
      ok(warnings[0]?.startsWith("Detected call of `lrScheduler.step()` before `optimizer.step()`."));
    } finally {
      setWarner(before);
    }
    const { lrScheduler: lr } = optim;
    throws(() => new lr.ReduceLROnPlateau(optimizerWith(1), { factor: 1 }), /Factor should be < 1.0./);
    throws(() => new lr.OneCycleLR(optimizerWith(1), 1, {}), /You must define either total_steps OR/);
    throws(
      () => new lr.OneCycleLR(new optim.Adagrad([ones(1, { requiresGrad: true })]), 1, { totalSteps: 3 }),
      /optimizer must support momentum/,
    );
    throws(() => new lr.LinearLR(optimizerWith(1), { startFactor: 0 }), /Starting multiplicative factor expected/);
    throws(() => new lr.ConstantLR(optimizerWith(1), { factor: 2 }), /Constant multiplicative factor expected/);
    throws(() => new lr.LambdaLR(optimizerWith(1), []), /Expected 1 lr_lambdas, but got 0/);
  });
});

describe("clipping gradients", () => {
  const ours = cases.filter((c) => c.kind === "clip");

  it("has 22 goldens", () => equal(ours.length, 22));

  for (const c of ours) {
    it(`${c.id} ${JSON.stringify(c.args)}`, () => {
      measuring("optim.public", c.op, c.id, () => {
        const params = c.gradsBefore.map((t) => {
          const w = made(t, true);
          w.grad = made(t);
          return w;
        });
        const { maxNorm, normType, clipValue } = c.args;
        if (maxNorm === undefined) nn.utils.clipGradValue_(params, clipValue!);
        else {
          const total = nn.utils.clipGradNorm_(params, maxNorm, {
            normType: normType === "inf" ? Infinity : normType!,
          });
          near(total, c.totalNorm!, c.dtype, "the norm");
        }
        params.forEach((w, k) => near(w.grad!, c.gradsAfter[k]!, c.dtype, `gradient ${k}`));
      });
    });
  }

  it("gives 0 when nothing has a gradient, and throws on a norm that is no number when asked", () => {
    const w = ones(2, { requiresGrad: true });
    equal(nn.utils.clipGradNorm_(w, 1).item(), 0);
    w.grad = tensor([NaN, 1]);
    throws(
      () => nn.utils.clipGradNorm_([w], 1, { errorIfNonfinite: true }),
      /The total norm of order 2.0 for gradients/,
    );
    ok(Number.isNaN(nn.utils.clipGradNorm_([w], 1).item()));
  });
});

describe("optim.SGD", () => {
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
