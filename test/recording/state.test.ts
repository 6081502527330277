import { strict as assert } from "node:assert";
import fc from "fast-check";
import { nn, noGrad, optim, rand, tensor, type Tensor } from "../../src/engine/index";
import type { Recorder } from "../../src/recording/recorder";
import { Recording } from "../../src/recording/recording";
import { stateAt, stateBefore } from "../../src/recording/state";
import { lawful } from "../support/lawful";
import { program, taped } from "./tape";

class Net extends nn.Module {
  readonly first = new nn.Linear(2, 6);
  readonly second = new nn.Linear(6, 1);

  override forward(x: Tensor): Tensor {
    return this.second.forward(this.first.forward(x).tanh());
  }
}

function moduleOf(value: unknown) {
  return value instanceof nn.Module ? { name: value.constructor.name, parameters: [...value.namedParameters()] } : null;
}

function trained(recorder: Recorder, epochs: number): Net {
  recorder.program(program({ model: "module", loss: "loop" }));
  const model = new Net();
  recorder.write(0, model);
  const optimizer = new optim.SGD(model.parameters(), { lr: 0.1, momentum: 0.9 });
  const [x, y] = [rand(5, 2), rand(5, 1)];
  for (let epoch = 0; epoch < epochs; epoch++) {
    recorder.turn(epoch, 0, -1, epoch);
    optimizer.zeroGrad();
    const loss = model.forward(x).sub(y).pow(2).mean();
    recorder.write(1, loss);
    loss.backward();
    optimizer.step();
    recorder.turnEnd(epoch);
  }
  return model;
}

/** A program of steps, each of which takes one or two of the tensors so far, however old: scalars, windows, leaves. */
function drawn(recorder: Recorder, steps: readonly (readonly [what: number, a: number, b: number])[]): void {
  const pool = [tensor(1.5, { requiresGrad: true }), tensor(-0.5), tensor([1, 2, 3], { requiresGrad: true })];
  const of = (k: number): Tensor => pool[k % pool.length] ?? tensor(1);
  for (const [what, i, j] of steps) {
    const [a, b] = [of(i), of(j)];
    if (what < 3) pool.push(what === 0 ? a.add(b) : what === 1 ? a.mul(b) : a.relu());
    else if (what === 3) noGrad(() => a.mul_(0.5));
    else if (what === 4) pool.push(a.detach());
    else if (what === 5 && a.ndim === 1) noGrad(() => a.at(1).add_(1));
    else if (what === 6 && a.isLeaf) a.grad = null;
    else if (what === 9 && a.isLeaf) a.requiresGrad_(!a.requiresGrad);
    else if (what === 7) recorder.named(a, `name ${i}`);
    else if (a.requiresGrad) backward(a.mul(b).sum());
  }
}

/** Runs a backward that may meet what was freed or overwritten since: it stops in the middle then. */
function backward(loss: Tensor): void {
  try {
    loss.backward();
  } catch (error) {
    assert.match(String(error), /modified by an inplace operation|second time/);
  }
}

describe("state", () => {
  it("of a model in training is the same walked to or jumped to, and ends with the engine's gradients", () => {
    for (const chunkBytes of [400, 5000]) {
      let model: Net | undefined;
      const recording = taped((recorder) => (model = trained(recorder, 6)), { chunkBytes, moduleOf });
      assert.ok(model);
      const parameters = [...model.namedParameters()];
      lawful(
        recording,
        parameters.map(([, { id, grad }]) => ({
          tensor: id,
          data: grad === null ? null : grad.flatten().toArray(),
        })),
      );
      const state = stateAt(recording, recording.rows - 1);
      const held = state.binding(0);
      assert.ok(held !== "not yet" && held.type === "module");
      assert.equal(held.name, "Net");
      assert.deepEqual(
        held.parameters.map(({ name, tensor }) => [name, tensor, Array.from(state.value(tensor)?.data ?? [])]),
        parameters.map(([name, tensor]) => [name, tensor.id, tensor.flatten().toArray()]),
      );
      for (const { tensor } of held.parameters) {
        assert.deepEqual(
          state.optimizerStates(tensor).map(({ name }) => name),
          ["momentumBuffer"],
        );
        assert.ok(state.nameOf(tensor));
      }
    }
  });

  it("holds a graph of scalars together over many chunks", () => {
    const recording = taped(
      () => {
        let sum = tensor(0, { requiresGrad: true });
        for (let k = 0; k < 700; k++) sum = sum.add(1).mul(1);
        sum.backward();
      },
      { chunkBytes: 2048 },
    );
    assert.ok(recording.chunks > 10);
    lawful(recording);
  });

  it("of drawn programs, which write and name what is old, is the same walked to or jumped to", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(9), fc.nat(99), fc.nat(99)), { minLength: 20, maxLength: 90 }),
        fc.integer({ min: 64, max: 900 }),
        (steps, chunkBytes) => {
          lawful(taped((recorder) => drawn(recorder, steps), { chunkBytes, cap: 2 }));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("foresees what a later chunk will need, but not what is still to come", () => {
    const recording = taped(
      (recorder) => {
        recorder.program(program({}));
        const old = tensor([7]);
        for (let k = 0; k < 60; k++) recorder.printed(`row ${k}`);
        old.mul(2).add(1);
      },
      { chunkBytes: 100 },
    );
    const [old, product, sum] = [recording.rows - 2, recording.rows - 1]
      .flatMap((row) => [recording.arg(row, 0), recording.arg(row, 1)])
      .filter((id, k, all) => all.indexOf(id) === k);
    assert.ok(old && product && sum);
    const near = stateBefore(recording, 20);
    assert.equal(near.tensor(old), undefined);
    const far = stateBefore(recording, 20, recording.rows);
    assert.deepEqual(Array.from(far.value(old)?.data ?? []), [7]);
    assert.equal(far.tensor(product), undefined);
    assert.equal(far.tensor(sum), undefined);
  });

  it("of a segment needs the chunks that chunksFor names, and no others", () => {
    const recording = taped((recorder) => trained(recorder, 40), { chunkBytes: 3000, moduleOf });
    const turns = Array.from({ length: recording.rows }, (_, row) => row).filter(
      (row) => recording.form(row).kind === "turn",
    );
    const [first, end] = [turns[30] ?? 0, turns[31] ?? 0];
    const sparse = new Recording();
    for (let k = 0; k < recording.chunks; k++) sparse.add(recording.definitionsOf(k));
    const needed = recording.chunksFor(first, end);
    assert.ok(needed.length < recording.chunks / 2);
    for (const k of needed) sparse.add(recording.chunkBytes(k));
    const [here, there] = [sparse, recording].map((each) => stateBefore(each, first, end).advance(end - 1));
    assert.ok(here && there);
    assert.deepEqual(
      here.tensors.map((id) => [id, here.value(id)]),
      there.tensors.map((id) => [id, there.value(id)]),
    );
    for (const k of needed) sparse.drop(k);
    assert.equal(sparse.holds(first), false);
    assert.throws(() => sparse.form(first), /^RecordingError: Row \d+ is in chunk \d+, which is not here\.$/);
  });

  it("knows whether gradients are on, which backward runs, and which turns are open", () => {
    const recording = taped((recorder) => {
      recorder.turn(0, 0, -1, 3);
      const w = tensor(1, { requiresGrad: true });
      w.mul(2).backward();
      noGrad(() => w.mul(3));
      recorder.turnEnd(0);
    });
    const after = (kind: string, flag = "") => {
      for (let row = 0; row < recording.rows; row++) {
        const form = recording.form(row);
        if (form.kind === kind && (flag === "" || form.flag === flag)) return stateAt(recording, row);
      }
      throw new Error(`no ${kind}`);
    };
    assert.equal(after("gradMode", "off").gradEnabled, false);
    assert.equal(after("gradMode", "on").gradEnabled, true);
    assert.equal(after("rule").roots.length, 1);
    assert.equal(after("backwardEnd").roots.length, 0);
    assert.deepEqual(after("rule").turns, [{ turn: 0, parent: -1, loop: 0, value: 3 }]);
    assert.equal(after("turnEnd").turn, -1);
  });
});
