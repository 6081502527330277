import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { autograd, type DType, noGrad, stack, type Tensor, tensor } from "../../src/engine/index";
import { setObserver } from "../../src/engine/observer";
import { Recorder } from "../../src/recording/recorder";
import { Recording } from "../../src/recording/recording";
import { isTensor } from "../../src/engine/build";

/** What happens to a value, or to two, of a program. */
const ops: readonly ((x: Tensor, y: Tensor) => Tensor)[] = [
  (x, y) => x.mul(y),
  (x, y) => x.add(y),
  (x, y) => x.sub(y),
  (x, y) => x.div(y),
  (x, y) => x.maximum(y),
  (x) => x.tanh(),
  (x) => x.sigmoid(),
  (x) => x.relu(),
  (x) => x.neg(),
  (x) => x.mul(1.1),
  (x) => x.add(0.3),
  (x) => x.pow(2),
  (x) => x.rsub(1),
  (x) => x.detach(),
  (x, y) => noGrad(() => x.mul(y)),
  // These have nodes.
  (x, y) => x.add(y, { alpha: 2 }),
  (x, y) => stack([x, y]).sum(),
  (x) => x.clone(),
];
const withNodes = 3;

/** What else a program does with a value. */
const deeds = ["write", "alias", "backward", "keep", "zero", "detach", "hook", "retain", "create"] as const;

interface Step {
  readonly op: number;
  readonly deed: (typeof deeds)[number] | "none";
  readonly x: number;
  readonly y: number;
}

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    op: fc.oneof(
      { weight: 40, arbitrary: fc.nat(ops.length - 1 - withNodes) },
      { weight: 1, arbitrary: fc.integer({ min: ops.length - withNodes, max: ops.length - 1 }) },
    ),
    deed: fc.oneof(
      { weight: 60, arbitrary: fc.constant("none" as const) },
      { weight: 8, arbitrary: fc.constantFrom(...deeds.slice(0, 5)) },
      { weight: 1, arbitrary: fc.constantFrom(...deeds.slice(5)) },
    ),
    x: fc.nat(1000),
    y: fc.nat(1000),
  }),
  { minLength: 1, maxLength: 40 },
);

/** Runs a program of 0-d tensors; gives all that can be seen of it. `after` gets each result. */
function outcome(program: readonly Step[], dtype: DType, after: (made: Tensor) => unknown): string[] {
  const seen: string[] = [];
  const leaves = [0.7, -0.4, 1.3].map((value) => tensor(value, { dtype, requiresGrad: true }));
  const values: Tensor[] = [...leaves, tensor(0.9, { dtype }), tensor(-1.6, { dtype })];
  const pick = (k: number): Tensor => values[(values.length - 1 - (k % values.length)) % values.length] ?? values[0]!;
  const attempt = (body: () => void): void => {
    try {
      body();
    } catch (error) {
      seen.push(error instanceof Error ? error.message : String(error));
    }
  };
  const perform = ({ deed, x }: Step): void => {
    const value = pick(x);
    if (deed === "hook") value.registerHook((g) => void seen.push(`hook ${g.item()}`));
    else if (deed === "retain") value.retainGrad();
    else if (deed === "write") noGrad(() => value.mul_(0.5));
    else if (deed === "alias") value.detach().add_(0.25);
    else if (deed === "backward") value.backward();
    else if (deed === "keep") value.backward(null, { retainGraph: true });
    else if (deed === "create") value.backward(null, { createGraph: true });
    else if (deed === "detach") value.detach_();
    else if (deed === "zero") for (const leaf of leaves) leaf.grad = null;
  };
  for (const step of program) {
    attempt(() => {
      const made = ops[step.op]!(pick(step.x), pick(step.y));
      after(made);
      values.push(made);
    });
    attempt(() => perform(step));
  }
  const last = values.at(-1);
  if (last?.requiresGrad === true) attempt(() => last.backward());
  for (const each of values)
    seen.push(
      `${each.item()} ${each.heldGradient()?.item() ?? "none"} ${each.requiresGrad} ${each.gradFn?.name ?? "leaf"}`,
    );
  return seen;
}

/** The rows of a recording of what `body` does, without ids. */
function rows(body: () => void): string[] {
  const recording = new Recording();
  const recorder = new Recorder({
    cap: 4096,
    sink: (chunk) => recording.add(chunk),
    tensorOf: (value) => (isTensor(value) ? value : null),
  });
  const before = setObserver(recorder);
  try {
    body();
  } finally {
    setObserver(before);
  }
  recorder.end();
  return Array.from({ length: recording.rows }, (_, row) => {
    const { kind, op, flag } = recording.form(row);
    return `${kind} ${op} ${flag} ${Buffer.from(recording.valueBytes(row)).toString("hex")}`;
  });
}

/** Gives a result its node at once, so that no tape goes on from it. */
function asNode(made: Tensor): unknown {
  return made.gradFn;
}

describe("a tape of scalars", () => {
  for (const dtype of ["float32", "float64"] as const)
    it(`gives what nodes give, to the bit, whatever else a program does: ${dtype}`, () => {
      fc.assert(
        fc.property(steps, (program) => {
          assert.deepEqual(
            outcome(program, dtype, () => undefined),
            outcome(program, dtype, asNode),
          );
        }),
        { numRuns: 1500, seed: 11 },
      );
    }).timeout(60_000);

  it("is recorded just as nodes are", () => {
    fc.assert(
      fc.property(steps, (program) => {
        const plain = program.filter(({ deed }) => deed !== "hook");
        assert.deepEqual(
          rows(() => outcome(plain, "float32", () => undefined)),
          rows(() => outcome(plain, "float32", asNode)),
        );
      }),
      { numRuns: 300, seed: 12 },
    );
  }).timeout(60_000);

  it("goes on over graphs that are longer than one", () => {
    const x = tensor(1, { dtype: "float64", requiresGrad: true });
    const early = x.mul(3);
    let y = x.mul(1);
    for (let k = 0; k < 300_000; k++) y = y.add(1);
    y.mul(early).backward();
    assert.equal(x.grad?.item(), 3 * 300_001 + 3);
  }).timeout(60_000);

  it("keeps the places of nodes in the graph as PyTorch names them", () => {
    const w = tensor(2, { requiresGrad: true });
    const y = w.mul(tensor(3)).add(w).tanh();
    assert.equal(y.gradFn?.name, "TanhBackward0");
    const [[sum] = [null]] = y.gradFn.nextFunctions;
    assert.deepEqual(sum?.name, "AddBackward0");
  });

  it("refuses a second backward and an operand that was written, with PyTorch's sentences", () => {
    const w = tensor(2, { requiresGrad: true });
    const y = w.mul(w);
    y.backward();
    assert.throws(() => y.backward(), /Trying to backward through the graph a second time/);
    const z = w.mul(w);
    noGrad(() => w.add_(1));
    assert.throws(() => z.backward(), /modified by an inplace operation.*is at version 1; expected version 0/);
  });

  it("saves no tensor of inference mode", () => {
    const w = tensor(2, { requiresGrad: true });
    const c = autograd.inferenceMode(() => tensor(3));
    assert.throws(() => w.mul(c), /Inference tensors cannot be saved for backward/);
    w.add(c).backward();
    assert.equal(w.grad?.item(), 1);
  });

  it("knows of writes to a tensor that has let go of its history", () => {
    const w = tensor(2, { requiresGrad: true });
    const y = w.mul(3);
    const z = y.mul(w);
    y.detach_().add_(1);
    assert.throws(() => z.backward(), /modified by an inplace operation.*is at version 1; expected version 0/);
  });

  it("ends after 2^18 ops and after a backward, so that what is out of reach does not stay in memory", () => {
    const w = tensor(2, { requiresGrad: true });
    const { tape } = w.mul(1);
    assert.equal(w.mul(1).tape, tape);
    for (let k = 0; k < 2 ** 18; k++) w.mul(1);
    const later = w.mul(1);
    assert.notEqual(later.tape, tape);
    later.backward(null, { retainGraph: true });
    assert.equal(w.mul(1).tape, later.tape);
    later.backward();
    assert.notEqual(w.mul(1).tape, later.tape);
  });

  it("gives an observer that comes between forward and backward rows of its own", () => {
    const w = tensor(2, { requiresGrad: true });
    const y = w.mul(w).tanh();
    const kinds = rows(() => y.backward()).map((row) => row.split(" ")[0]);
    assert.ok(kinds.includes("rule"));
    assert.ok(kinds.includes("accumulate"));
  });

  it("has slopes of slopes", () => {
    const w = tensor(2, { dtype: "float64", requiresGrad: true });
    const [slope] = autograd.grad(w.mul(w).mul(w), w, { createGraph: true });
    const [bend] = autograd.grad(slope!, w);
    assert.equal(bend?.item(), 12);
  });
});
