import assert from "node:assert/strict";
import { graphOf } from "../../src/recording/graph";
import { Outline } from "../../src/recording/outline";
import { Recording } from "../../src/recording/recording";
import { nudge, planNudge, type Nudge } from "../../src/runner/nudge";
import { isProblem } from "../../src/runner/problem";
import { defaultLimits, type Prepared } from "../../src/runner/request";
import { again } from "../../src/runner/rerun";
import { buildChild } from "../support/child";
import { folder, runReal } from "./run";

interface Ran {
  readonly recording: Recording;
  readonly outline: Outline;
  readonly prepared: Prepared;
}

async function ran(text: string): Promise<Ran> {
  const root = folder({ "main.ts": text });
  const { chunks } = await runReal(text, { root });
  const recording = new Recording();
  for (const chunk of chunks) recording.add(chunk);
  const outline = new Outline(recording);
  outline.update();
  const prepared = again(recording, { file: "main.ts", root, selection: null }, { limits: defaultLimits });
  if (isProblem(prepared)) throw new Error(prepared.message);
  return { recording, outline, prepared };
}

/** Nudges a leaf in an iteration, or in the segment `before` the first one. */
async function nudged(
  { recording, outline, prepared }: Ran,
  name: string,
  iteration: number,
  by: number,
): Promise<Nudge | string> {
  const segment = iteration < 0 ? 0 : outline.iterationSegment(iteration);
  const { graph } = graphOf(recording, outline.segments[segment]!);
  const node = graph.nodes.findIndex(({ label }) => label === name);
  const plan = planNudge(recording, outline, { segment, step: 0 }, node, by);
  if (typeof plan === "string") return plan;
  return nudge(plan, prepared, { child: await buildChild() }).ended;
}

async function refused(of: Ran, name: string): Promise<string> {
  const outcome = await nudged(of, name, 0, 0.01);
  assert.ok(typeof outcome === "string");
  return outcome;
}

const regression = `import { tensor, noGrad } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 5; epoch++) {
  const loss = x.mul(w).sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}`;

describe("nudge", function () {
  this.timeout(60_000);

  it("gives the loss of the formula beside what the gradient predicts", async () => {
    const first = await nudged(await ran(regression), "w", 0, 0.01);
    assert.ok(typeof first !== "string");
    const { after, ...rest } = first;
    assert.deepEqual(rest, { name: "w", by: 0.01, loss: "loss", before: 30, gradient: -30 });
    // 7.5 · (0.01 − 2)² = 29.70075, and 30 − 0.3 = 29.7 is what a straight line would give.
    assert.ok(Math.abs(after - 29.70075) < 1e-5, String(after));
  });

  it("nudges a later iteration from where it was then, and one element of many: the one with the largest gradient", async () => {
    const later = await nudged(await ran(regression), "w", 1, -0.1);
    assert.ok(typeof later !== "string");
    assert.ok(Math.abs(later.before - 7.5 * 1.7 ** 2) < 1e-4 && Math.abs(later.after - 7.5 * 1.8 ** 2) < 1e-4);
    const many = `import { tensor } from "backstep";
      const w = tensor([[1, 2], [3, 4]], { requiresGrad: true });
      for (let epoch = 0; epoch < 1; epoch++) { const loss = w.pow(2).sum(); loss.backward(); }`;
    const one = await nudged(await ran(many), "w", 0, 1);
    assert.deepEqual(one, { name: "w[1, 1]", by: 1, loss: "loss", before: 30, after: 39, gradient: 8 });
  });

  it("works without a loop, where the leaf is what it was made as", async () => {
    const plain = `import { tensor } from "backstep";
      const w = tensor(3, { requiresGrad: true });
      const loss = w.mul(w);
      loss.backward();`;
    assert.deepEqual(await nudged(await ran(plain), "w", -1, 1), {
      ...{ name: "w", by: 1, loss: "loss", before: 9, after: 16, gradient: 6 },
    });
  });

  it("says where it cannot be done, and where the re-run is another run", async () => {
    const of = await ran(regression);
    assert.match(await refused(of, "x"), /^Only a leaf that requires a gradient can be nudged\.$/);
    const clock = regression.replace("mean();", "mean().mul(Date.now() % 100000 / 7);");
    assert.match(await refused(await ran(clock), "w"), /^The re-run disagrees with the recording: loss was /);
    const large = `import { ones } from "backstep"; const w = ones(5000, { requiresGrad: true });
      for (let epoch = 0; epoch < 1; epoch++) w.sum().backward();`;
    assert.match(await refused(await ran(large), "w"), /not recorded/);
  });
});
