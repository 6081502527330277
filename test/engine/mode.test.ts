import assert from "node:assert/strict";
import { enableGrad, isGradEnabled, noGrad, tensor } from "../../src/engine/index";
import { watched } from "./watched";

describe("noGrad", () => {
  it("returns the value of its body and puts the mode back, also after an error", () => {
    assert.equal(
      noGrad(() => 7),
      7,
    );
    assert.throws(
      () =>
        noGrad(() => {
          throw new Error("inside");
        }),
      /inside/,
    );
    assert.ok(isGradEnabled());
  });

  it("lasts until the promise of an async body settles", async () => {
    const w = tensor(1, { requiresGrad: true });
    const result = await noGrad(async () => {
      await Promise.resolve();
      return w.mul(2);
    });
    assert.equal(result.requiresGrad, false);
    assert.ok(isGradEnabled());
  });

  it("ends right when two async regions overlap", async () => {
    const gates: (() => void)[] = [];
    const gate = () => new Promise<void>((open) => gates.push(open));
    const first = noGrad(gate);
    const second = noGrad(gate);
    gates[0]?.();
    await first;
    assert.ok(!isGradEnabled());
    gates[1]?.();
    await second;
    assert.ok(isGradEnabled());
  });

  it("gives way to enableGrad inside it", () => {
    const w = tensor(1, { requiresGrad: true });
    noGrad(() => {
      assert.ok(enableGrad(() => w.mul(2)).requiresGrad);
      assert.ok(!w.mul(2).requiresGrad);
    });
  });
});

describe("an observer is told", () => {
  it("of a whole step in order, with the inner ops of rules left out", () => {
    const events = watched(() => {
      const w = tensor(2, { requiresGrad: true });
      const loss = w
        .mul(tensor([1, 2]))
        .sub(1)
        .pow(2)
        .mean();
      loss.backward();
      noGrad(() => w.sub_(w.grad?.mul(0.5) ?? 0));
      w.grad = null;
    });
    assert.deepEqual(
      events.map(({ event, name }) => `${event} ${name}`.trim()),
      [
        "created tensor",
        "created tensor",
        "forward mul",
        "forward sub",
        "forward pow",
        "forward mean",
        "backwardBegan",
        "rule mean",
        "rule pow",
        "rule sub",
        "rule mul",
        "accumulated",
        "backwardEnded",
        "gradMode off",
        "forward mul",
        "updated sub_",
        "gradMode on",
        "gradientSet null",
      ],
    );
    assert.deepEqual(events.find(({ event }) => event === "accumulated")?.values, [[2], [7]]);
  });

  it("of the ops that make a graph of gradients", () => {
    const events = watched(() => {
      const x = tensor(3, { requiresGrad: true });
      x.pow(3).backward(null, { createGraph: true });
    });
    assert.ok(events.some(({ event, name }) => event === "forward" && name === "mul"));
  });

  it("of what a hook does", () => {
    const events = watched(() => {
      const x = tensor([1, 2], { requiresGrad: true });
      const y = x.exp();
      y.registerHook((g) => g.mul(2));
      y.sum().backward();
    });
    const names = events.map(({ event, name }) => `${event} ${name}`.trim());
    assert.ok(names.indexOf("created gradient") < names.lastIndexOf("forward mul"));
  });

  it("of an in-place write after its storage holds it", () => {
    const told = watched(() => tensor([1, 2]).mul_(3)).at(-1);
    assert.ok(told);
    assert.equal(told.name, "mul_");
    assert.deepEqual(told.values, [[3, 6]]);
  });
});
