import { deepEqual, equal } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonRun, JsonSegment, JsonStep, JsonValue } from "../src/recording/json";
import { sourceOf, type Variant, variants } from "./engine/examples";
import { type Experiment, experiments, type Recorded, sameLines, values } from "./engine/seeds";
import { folder } from "./runner/run";
import { buildCli } from "./support/child";

type Epoch = Experiment["epochs"][number];
type Seen = readonly [
  what: string,
  ours: JsonValue | undefined,
  theirs: Recorded | undefined,
  dtype?: string | undefined,
];

function same(epoch: number, seen: readonly Seen[]): void {
  for (const [what, ours, theirs, dtype] of seen) {
    if (theirs === undefined) continue;
    deepEqual([ours].flat(), values(theirs, dtype), `epoch ${epoch}: ${what}`);
  }
}

function phase(steps: readonly JsonStep[], name: string): JsonStep[] {
  return steps.filter((step) => step.phase === name);
}

/** An epoch by autograd: what it predicted, every gradient that backward brought, every weight before and after. */
function sameByAutograd({ index, steps }: JsonSegment, { prediction }: Variant, want: Epoch): void {
  const [forward, backward, update] = [phase(steps, "forward"), phase(steps, "backward"), phase(steps, "update")];
  const made = forward.findLast(({ op }) => op === prediction);
  const rule = backward.findLast(({ op, name }) => op === prediction && name === made?.name);
  const root = backward[0];
  const of = (bias: boolean): { before?: JsonValue; gradient?: JsonValue; after?: JsonValue | undefined } => {
    const arrived = backward.find(({ op, name }) => op === "accumulate" && name.includes("bias") === bias);
    if (!arrived) return {};
    const after = update.find(({ op, name }) => /^(sub|add)_$/.test(op) && name === arrived.name);
    return { before: arrived.value, gradient: arrived.grad, after: after?.value };
  };
  const [weight, bias] = [of(false), of(true)];
  const { afterForward: then, afterBackward: gradients, afterUpdate: now } = want;
  same(index, [
    ["prediction", made?.value, then["yPred"] ?? then["yHat"]],
    ["loss", root?.value, then["loss"]],
    ["gradient of the loss", root?.grad, gradients["lossGrad"]],
    ["gradient of the prediction", rule?.grad, gradients["yPredGrad"]],
    ["w before", weight.before, then["w"] ?? then["a"]],
    ["gradient of w", weight.gradient, gradients["wGrad"] ?? gradients["aGrad"]],
    ["w after", weight.after, now["w"] ?? now["a"]],
    ["b before", bias.before, then["b"]],
    ["gradient of b", bias.gradient, gradients["bGrad"]],
    ["b after", bias.after, now["b"]],
  ]);
}

/** An epoch of a gradient by hand: the weight is a number, and each write of it is told. */
function sameByHand({ index, steps }: JsonSegment, { hyper }: Experiment, want: Epoch): void {
  const forward = phase(steps, "forward");
  const written = steps.filter(({ op }) => op === "write");
  const { wDtype, yPredDtype } = hyper;
  same(index, [
    ["prediction", forward.find(({ op }) => op === "mul")?.value, want.afterForward["yPred"]],
    ["loss", forward.find(({ op }) => op === "mean")?.value, want.afterForward["loss"], yPredDtype],
    ["gradient of w", written[0]?.value, want.afterBackward["wGrad"], yPredDtype],
    ["w after", written.find(({ name }) => /^w$/i.test(name))?.value, want.afterUpdate["w"], wDtype],
  ]);
}

describe("the notebooks by command line", function () {
  this.timeout(60_000);
  let cli = "";

  before(async () => {
    cli = await buildCli();
  });

  for (const variant of variants) {
    it(`${variant.example} prints and records ${variant.id}, digit for digit`, () => {
      const experiment = experiments.find(({ id }) => id === variant.id)!;
      const root = folder({ "notebook.ts": sourceOf(variant) });
      const args = [cli, "run", "notebook.ts", "--json", "run.json"];
      const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
      equal(status, 0, stderr);
      const lines = stdout.split("\n").slice(0, -2);
      sameLines(lines, experiment);
      const json = JSON.parse(readFileSync(join(root, "run.json"), "utf8")) as JsonRun;
      deepEqual(json.console.join("\n").split("\n"), lines);
      equal(json.iterations.length, experiment.epochs.length);
      experiment.epochs.forEach((want, i) => {
        if (experiment.engine === "numpy") sameByHand(json.iterations[i]!, experiment, want);
        else sameByAutograd(json.iterations[i]!, variant, want);
      });
    });
  }
});
