import { strict as assert } from "node:assert";
import { noGrad, tensor, zeros, type Tensor } from "../../src/engine/index";
import { type Observer, setObserver } from "../../src/engine/observer";
import { canonical } from "../../src/recording/canonical";
import type { Recorder } from "../../src/recording/recorder";
import type { Recording } from "../../src/recording/recording";
import { stateAt, stateBefore } from "../../src/recording/state";
import { lawful } from "../support/lawful";
import { program, taped } from "./tape";

interface Epoch {
  readonly w: number;
  readonly loss: number;
  readonly grad: number;
}

function regression(recorder: Recorder, epochs: number): { w: Tensor; seen: Epoch[] } {
  recorder.program(program({ w: "module", loss: "loop" }));
  const [x, y] = [tensor([1, 2, 3, 4]), tensor([2, 4, 6, 8])];
  const w = tensor(0, { requiresGrad: true });
  recorder.write(0, w);
  const seen: Epoch[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    recorder.turn(epoch, 0, -1, epoch);
    const loss = w.mul(x).sub(y).pow(2).mean();
    recorder.write(1, loss);
    loss.backward();
    const { grad } = w;
    assert.ok(grad);
    seen.push({ w: w.item(), loss: loss.item(), grad: grad.item() });
    noGrad(() => w.sub_(grad.mul(0.01)));
    w.grad = null;
    recorder.turnEnd(epoch);
  }
  return { w, seen };
}

function rowsOf(recording: Recording, kind: string): number[] {
  return Array.from({ length: recording.rows }, (_, row) => row).filter((row) => recording.form(row).kind === kind);
}

function first(recording: Recording, row: number, k = 0): number | undefined {
  return recording.blockOf(row, k).data?.[0];
}

describe("recorder", () => {
  it("records each loss, gradient and weight of a regression as the engine had them", () => {
    let seen: Epoch[] = [];
    const recording = taped((recorder) => ({ seen } = regression(recorder, 30)));
    lawful(recording);
    assert.deepEqual(
      rowsOf(recording, "accumulate").map((row) => first(recording, row)),
      seen.map(({ grad }) => grad),
    );
    assert.deepEqual(
      rowsOf(recording, "backward").map((row) => stateAt(recording, row).value(recording.arg(row, 0))?.data?.[0]),
      seen.map(({ loss }) => loss),
    );
    assert.deepEqual(
      rowsOf(recording, "update")
        .map((row) => first(recording, row))
        .slice(0, -1),
      seen.slice(1).map(({ w }) => w),
    );
  });

  it("keeps the laws whatever the chunks are", () => {
    for (const chunkBytes of [64, 500, 3000]) {
      let weight: Tensor | undefined;
      const recording = taped((recorder) => (weight = regression(recorder, 12).w), { chunkBytes });
      assert.ok(recording.chunks > 1);
      assert.ok(weight);
      lawful(recording, [{ tensor: weight.id, data: null }]);
    }
  });

  it("records the rule of an op with one or two operands as it records that of any op, with lists", () => {
    const program = (): void => {
      const w = tensor([0.5, -1, 2], { requiresGrad: true });
      const b = tensor(0.25, { requiresGrad: true });
      const h = w.mul(b).add(w).pow(2);
      h.mul(h.tanh()).sub(b).mean().backward();
      w.at(1).mul(b).add(w.expand(2, 3).sum()).backward();
    };
    const rows = (observed: (recorder: Recorder) => Observer): unknown[] => {
      const recording = taped((recorder) => {
        setObserver(observed(recorder));
        program();
      });
      lawful(recording);
      return Array.from({ length: recording.rows }, (_, row) => {
        const { kind, op, flag, inputs, contributes, blocks } = recording.form(row);
        return { kind, op, flag, inputs, contributes, blocks, bytes: [...recording.valueBytes(row)] };
      });
    };
    const listed = (recorder: Recorder): Observer =>
      new Proxy<Observer>(recorder, {
        get: (_, name) => {
          const member: unknown = name === "briefRule" ? undefined : Reflect.get(recorder, name);
          return typeof member === "function"
            ? (...args: unknown[]): unknown => Reflect.apply(member, recorder, args)
            : member;
        },
      });
    assert.deepEqual(
      rows((recorder) => recorder),
      rows(listed),
    );
  });

  it("gives equal canonical bytes for equal rows, wherever time cut the chunks", () => {
    let clock = 0;
    const rows = (sizes: object): Uint8Array => {
      const source = taped((recorder) => recorder.facts({ started: String(clock) }), sizes);
      assert.equal(source.rows, 0);
      const replay = taped((recorder) => {
        recorder.facts({ started: String(clock++) });
        for (let turn = 0; turn < 5000; turn++) {
          recorder.turn(turn, 0, -1, turn % 3 === 0 ? NaN : turn);
          recorder.printed(`epoch ${turn}`);
          recorder.turnEnd(turn);
        }
      }, sizes);
      return canonical(replay);
    };
    const plain = rows({});
    assert.deepEqual(rows({ flushMs: 5, now: () => (clock += 1) }), plain);
    assert.deepEqual(rows({ chunkBytes: 900 }), plain);
  });

  it("tells what a binding holds in this turn of its loop, and not yet before its write", () => {
    const recording = taped((recorder) => regression(recorder, 3));
    const turns = rowsOf(recording, "turn");
    const writes = rowsOf(recording, "write").slice(1);
    for (const [k, turn] of turns.entries()) {
      assert.equal(stateAt(recording, turn).binding(1), "not yet");
      const write = writes[k] ?? -1;
      assert.deepEqual(stateAt(recording, write).binding(1), { type: "tensor", tensor: recording.arg(write, 0) });
    }
    assert.equal(stateBefore(recording, turns[0] ?? 0).binding(0) === "not yet", false);
  });

  it("gives each call of a function its own variables, also in a recursion", () => {
    const at: Record<string, number> = {};
    const recording = taped(
      (recorder) => {
        recorder.program(program({ n: "function" }));
        const call = (n: number): void => {
          const outer = recorder.frame;
          recorder.site = 0;
          recorder.frame = recorder.enter(0);
          recorder.write(0, n);
          if (n > 0) call(n - 1);
          recorder.printed(`back in ${n}`);
          recorder.leave();
          recorder.frame = outer;
        };
        call(2);
      },
      { chunkBytes: 16 },
    );
    for (const row of rowsOf(recording, "print")) {
      at[recording.string(recording.arg(row, 0))] = row;
    }
    for (const n of [0, 1, 2])
      assert.deepEqual(stateAt(recording, at[`back in ${n}`] ?? -1).binding(0), { type: "number", value: n });
    lawful(recording);
  });

  it("keeps every kind of value that a variable can hold", () => {
    const held = [1.5, -0, NaN, Infinity, "text", true, false, null, undefined, [1, 2, 3], { a: 1 }, 10n];
    const names = Object.fromEntries(held.map((_, k) => [`v${k}`, "module" as const]));
    const recording = taped((recorder) => {
      recorder.program(program(names));
      for (const [k, value] of held.entries()) recorder.write(k, value);
    });
    const state = stateAt(recording, recording.rows - 1);
    assert.deepEqual(
      held.map((_, k) => state.binding(k)),
      [
        ...[1.5, -0, NaN, Infinity].map((value) => ({ type: "number", value })),
        { type: "string", text: "text" },
        { type: "boolean", value: true },
        { type: "boolean", value: false },
        { type: "null" },
        { type: "undefined" },
        { type: "other", text: "[1, 2, 3]" },
        { type: "other", text: "Object" },
        { type: "other", text: "10n" },
      ],
    );
    lawful(recording);
  });

  it("keeps statistics of what is larger than the cap, and says nothing of a view after a later write", () => {
    const recording = taped(
      (recorder) => {
        recorder.program(program({ big: "module", row: "module" }));
        const big = zeros(4, 5);
        recorder.write(0, big);
        recorder.write(1, big.at(1));
        big.add_(2);
      },
      { cap: 10 },
    );
    const bound = (row: number, binding: number) => {
      const state = stateAt(recording, row);
      const held = state.binding(binding);
      return held !== "not yet" && held.type === "tensor" ? state.value(held.tensor) : undefined;
    };
    const [update = -1] = rowsOf(recording, "update");
    assert.deepEqual(Array.from(bound(update - 1, 1)?.data ?? []), [0, 0, 0, 0, 0]);
    assert.equal(bound(update, 1), null);
    assert.equal(bound(update, 0)?.stats?.mean, 2);
    assert.equal(bound(update, 0)?.stats?.elements, 20);
    lawful(recording);
  });

  it("reads views through their storage, also after an in-place write", () => {
    const recording = taped((recorder) => {
      recorder.program(program({ column: "module" }));
      const base = tensor([
        [1, 2],
        [3, 4],
      ]);
      recorder.write(0, base.t().at(1));
      base.mul_(10);
    });
    const [write = -1] = rowsOf(recording, "write");
    const at = (row: number) => Array.from(stateAt(recording, row).value(recording.arg(write, 0))?.data ?? []);
    assert.deepEqual(at(write), [2, 4]);
    assert.deepEqual(at(recording.rows - 1), [20, 40]);
    lawful(recording);
  });

  it("reads a result that lies in another order of dims, and its gradient, above the cap by its figures", () => {
    const of = (cap: number) => {
      const recording = taped(
        (recorder) => {
          recorder.program(program({ turned: "module", leaf: "module" }));
          const leaf = tensor([
            [1, 2, 3],
            [4, 5, 6],
          ]);
          const turned = leaf.t().mul(2).requiresGrad_();
          recorder.write(0, turned);
          turned.mul(turned).sum().backward();
          recorder.write(1, turned.grad);
        },
        { cap },
      );
      lawful(recording);
      return rowsOf(recording, "write").map((row) => stateAt(recording, row).value(recording.arg(row, 0)));
    };
    const [turned, grad] = of(100);
    assert.deepEqual(Array.from(turned?.data ?? []), [2, 8, 4, 10, 6, 12]);
    assert.deepEqual(Array.from(grad?.data ?? []), [4, 16, 8, 20, 12, 24]);
    assert.deepEqual(
      of(4).map((value) => value?.stats?.mean),
      [7, 14],
    );
  });

  it("writes out a gradient that is not the one contribution that came, and leaves it out when it is", () => {
    const recording = taped(() => {
      const a = tensor(3, { requiresGrad: true });
      const b = a.mul(2);
      b.mul(b).add(b).backward();
    });
    const rules = rowsOf(recording, "rule");
    assert.deepEqual(
      rules.map((row) => [recording.form(row).op, recording.form(row).flag]),
      [
        ["add", ""],
        ["mul", ""],
        ["mul", "explicit"],
      ],
    );
    assert.equal(first(recording, rules[2] ?? -1), 13);
    assert.equal(first(recording, rules[2] ?? -1, 1), 26);
    lawful(recording);
  });

  it("closes what an exception left open in the engine", () => {
    const recording = taped((recorder) => {
      recorder.program(program({}));
      recorder.turn(0, 0, -1);
      recorder.opened("crossEntropy", [], {});
      recorder.moduleEntered("Linear", "lin");
      recorder.frame = -1;
      recorder.turnEnd(0, "throw");
      recorder.turn(1, 0, -1);
      recorder.turnEnd(1);
    });
    const kinds = Array.from({ length: recording.rows }, (_, row) => recording.form(row).kind);
    assert.deepEqual(kinds, ["turn", "open", "enter", "leave", "close", "turnEnd", "turn", "turnEnd"]);
    assert.equal(recording.form(7).depth, 0);
    assert.equal(stateAt(recording, 7).frame, -1);
    lawful(recording);
  });

  it("tells of a tensor that came from elsewhere before it names it", () => {
    const outside = tensor([1, 2], { requiresGrad: true });
    const recording = taped(() => outside.sum().backward());
    assert.equal(recording.form(0).kind, "create");
    assert.deepEqual(Array.from(recording.blockOf(0, 0).data ?? []), [1, 2]);
    lawful(recording, [{ tensor: outside.id, data: [1, 1] }]);
  });

  it("shares one form among equal turns", () => {
    const [few, many] = [5, 50].map((epochs) => taped((recorder) => regression(recorder, epochs)));
    assert.ok(few && many);
    assert.equal(many.definitions.length, few.definitions.length);
  });
});
