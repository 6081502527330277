import { deepEqual, equal, ok } from "node:assert/strict";
import { readdirSync } from "node:fs";
import { run, sourceOf, type Variant, variants } from "./examples";
import { measuring } from "./gauge";
import { type Experiment, experiments, type Recorded, sameLines, values } from "./seeds";
import type { Told } from "./watched";

/** What an epoch computed, read from what the engine told. */
interface Epoch {
  readonly prediction: readonly number[];
  readonly predictionGradient: readonly number[];
  readonly loss: readonly number[];
  readonly lossGradient: readonly number[];
  /** By order of the parameters, weight first. */
  readonly gradients: readonly (readonly number[])[];
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
}

/** The epochs of an autograd run: each backward pass and what stands around it. */
function epochsOf(events: readonly Told[], prediction: string): Epoch[] {
  const begins = events.flatMap((e, i) => (e.event === "backwardBegan" ? [i] : []));
  return begins.map((at, k) => {
    const root = events[at]!;
    const forward = events.slice(k === 0 ? 0 : begins[k - 1], at);
    const later = events.slice(at, begins[k + 1]);
    const made = forward.filter((e) => e.event === "forward" && e.name === prediction).at(-1)!;
    const rule = later.find((e) => e.event === "rule" && e.tensors[0]!.id === made.tensors[0]!.id)!;
    const accumulated = later.filter((e) => e.event === "accumulated");
    const byId = [...accumulated].sort((a, b) => a.tensors[0]!.id - b.tensors[0]!.id);
    const updates = byId.map((e) => later.find((u) => u.event === "updated" && u.tensors[0]!.id === e.tensors[0]!.id)!);
    return {
      prediction: made.values[0]!,
      predictionGradient: rule.values[1]!,
      loss: root.values[0]!,
      lossGradient: root.values[1]!,
      gradients: byId.map((e) => e.values[1]!),
      before: byId.map((e) => e.values[0]!),
      after: updates.map((e) => e.values[0]!),
    };
  });
}

function checkAutograd(experiment: Experiment, { prediction }: Variant, events: readonly Told[]): void {
  const epochs = epochsOf(events, prediction);
  equal(epochs.length, experiment.epochs.length);
  experiment.epochs.forEach((want, i) => {
    const got = epochs[i]!;
    const { yPred, yHat, loss, w, b, a } = want.afterForward;
    const seen: [string, readonly number[] | undefined, Recorded | undefined][] = [
      ["prediction", got.prediction, yPred ?? yHat],
      ["loss", got.loss, loss],
      ["w before", got.before[0], w ?? a],
      ["b before", got.before[1], b],
      ["gradient of the prediction", got.predictionGradient, want.afterBackward["yPredGrad"]],
      ["gradient of the loss", got.lossGradient, want.afterBackward["lossGrad"]],
      ["gradient of w", got.gradients[0], want.afterBackward["wGrad"] ?? want.afterBackward["aGrad"]],
      ["gradient of b", got.gradients[1], want.afterBackward["bGrad"]],
      ["w after", got.after[0], want.afterUpdate["w"] ?? want.afterUpdate["a"]],
      ["b after", got.after[1], want.afterUpdate["b"]],
    ];
    for (const [what, ours, theirs] of seen) {
      if (theirs !== undefined) deepEqual(ours, values(theirs), `epoch ${i}: ${what}`);
    }
  });
}

/** A hand-written run: per epoch one product with the number w, the mean loss and the mean of the dot product. */
function checkByHand(experiment: Experiment, events: readonly Told[]): void {
  const { wDtype, yPredDtype } = experiment.hyper;
  const forward = events.filter((e) => e.event === "forward");
  const starts = forward.flatMap((e, i) => (e.name === "sub" && forward[i + 1]?.name === "pow" ? [i] : []));
  equal(starts.length, experiment.epochs.length);
  experiment.epochs.forEach((want, i) => {
    const before = forward
      .slice(0, starts[i])
      .filter((e) => e.name === "mul")
      .at(-1)!;
    const [loss, gradient] = forward.slice(starts[i]).filter((e) => e.name === "mean");
    const next = forward.slice(starts[i]).filter((e) => e.name === "mul" && e.numbers[0] !== 2)[0];
    deepEqual(before.values[0], values(want.afterForward["yPred"]), `epoch ${i}: prediction`);
    deepEqual(before.numbers, values(want.afterForward["w"], wDtype), `epoch ${i}: w before`);
    deepEqual(loss?.values[0], values(want.afterForward["loss"], yPredDtype), `epoch ${i}: loss`);
    deepEqual(gradient?.values[0], values(want.afterBackward["wGrad"], yPredDtype), `epoch ${i}: gradient of w`);
    if (next !== undefined) deepEqual(next.numbers, values(want.afterUpdate["w"], wDtype), `epoch ${i}: w after`);
  });
}

describe("the examples on the plain engine", () => {
  it("cover every run of the five notebooks, and one comes first", () => {
    deepEqual(new Set(variants.map((v) => v.id)), new Set(experiments.map((e) => e.id)));
    const files = readdirSync(new URL("../../examples", import.meta.url)).filter((name) => name.endsWith(".ts"));
    const used = new Set(variants.map((v) => `${v.example}.ts`));
    deepEqual(
      files.filter((name) => !used.has(name)),
      ["fitted-line.ts", "forgotten-zero.ts", "nan.ts", "one-weight.ts", "transformer-step.ts"],
    );
  });

  for (const variant of variants) {
    it(`${variant.example} does as ${variant.id}, digit for digit`, async () => {
      const experiment = experiments.find((e) => e.id === variant.id)!;
      const { lines, events } = await run(sourceOf(variant));
      measuring("seeds", experiment.engine, variant.id, () => {
        sameLines(lines, experiment);
        if (experiment.engine === "numpy") checkByHand(experiment, events);
        else checkAutograd(experiment, variant, events);
      });
    });
  }

  it("one-weight finds the weight with three operations a turn", async () => {
    const { lines, events } = await run(sourceOf({ example: "one-weight" }));
    equal(lines.length, 12);
    equal(lines[0], "epoch 1: w = 1.8000, loss = 16.0000, gradient = -16.0000");
    const epochs = epochsOf(events, "mul");
    deepEqual(epochs[0]!.gradients, [[-16]]);
    const ops = events
      .slice(
        0,
        events.findIndex((e) => e.event === "backwardBegan"),
      )
      .filter((e) => e.event === "forward");
    deepEqual(
      ops.map((e) => e.name),
      ["mul", "sub", "pow"],
    );
    ok(Math.abs(epochs.at(-1)!.after[0]![0]! - 3) < 0.01);
  });
});
