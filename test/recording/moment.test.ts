import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import type { GraphNode } from "../../src/recording/graph";
import { cardSize } from "../../src/recording/cards";
import { graphOf } from "../../src/recording/graph";
import { jsonOf } from "../../src/recording/json";
import { momentOf, type Moment, type NodeMoment } from "../../src/recording/moment";
import type { Recording } from "../../src/recording/recording";
import type { Segment } from "../../src/recording/segment";
import { stepsOf } from "../../src/recording/steps";
import { valueText } from "../../src/recording/text";
import type { Value } from "../../src/recording/value";
import { iteration, phases, recorded, texts, type Recorded } from "./recorded";

interface GoldenTensor {
  readonly data: readonly number[];
}

interface GoldenEpoch {
  readonly afterForward: Readonly<Record<string, number | GoldenTensor>>;
  readonly afterBackward: Readonly<Record<string, number | GoldenTensor>>;
  readonly afterUpdate: Readonly<Record<string, number | GoldenTensor>>;
}

interface Golden {
  readonly experiments: readonly { readonly id: string; readonly epochs: readonly GoldenEpoch[] }[];
}

const golden = JSON.parse(readFileSync("test/golden/seeds.json", "utf8")) as Golden;

function epochsOf(id: string): readonly GoldenEpoch[] {
  const found = golden.experiments.find((each) => each.id === id);
  assert.ok(found, id);
  return found.epochs;
}

function numbers(value: Value | null | undefined): number[] | null {
  return value?.data ? Array.from(value.data) : null;
}

function expected(value: number | GoldenTensor | undefined): number[] {
  assert.ok(value !== undefined);
  return (typeof value === "number" ? [value] : value.data).map(Math.fround);
}

function example(name: string): Promise<Recorded> {
  return recorded(readFileSync(`examples/${name}.ts`, "utf8"));
}

/** Nodes of a moment by their label. */
function at(
  recording: Recording,
  segment: Segment,
  step: number,
): { moment: Moment; node: (label: string) => NodeMoment } {
  const { graph } = graphOf(recording, segment);
  const moment = momentOf(recording, segment, step);
  return {
    moment,
    node: (label) => {
      const found = moment.nodes[graph.nodes.findIndex((each) => each.label === label)];
      assert.ok(found, `${label} among ${graph.nodes.map((each) => each.label).join()}`);
      return found;
    },
  };
}

function node(recording: Recording, segment: Segment, label: string): GraphNode {
  const found = graphOf(recording, segment).graph.nodes.find((each) => each.label === label);
  assert.ok(found, label);
  return found;
}

describe("the first autograd notebook", () => {
  let run: Recorded;
  before(async () => {
    run = await example("autograd");
  });

  it("has twelve steps an epoch: four forward, five backward, three of the update", () => {
    const { recording, outline } = run;
    const { steps, phases } = stepsOf(recording, iteration(outline, 0));
    assert.equal(steps.length, 12);
    assert.deepEqual(
      phases.map(({ kind, firstStep, endStep }) => [kind, endStep - firstStep]),
      [
        ["forward", 4],
        ["backward", 5],
        ["update", 3],
      ],
    );
    assert.deepEqual(texts(recording, iteration(outline, 0)), [
      "yPred = w × X",
      "yPred − Y",
      "sub²",
      "l = mean(pow(2))",
      "∂L/∂pow(2) = [0.25, 0.25, 0.25, 0.25]",
      "∂L/∂sub = [−1, −2, −3, −4]",
      "∂L/∂yPred = [−1, −2, −3, −4]",
      "∂L/∂w = −30",
      "w.grad += −30",
      "w.grad × 0.01",
      "w −= −0.3",
      "w.grad = 0",
    ]);
  });

  it("says for each step of backward which line made the node", () => {
    const { recording, outline } = run;
    const { steps } = stepsOf(recording, iteration(outline, 0));
    const line = (site: number): number => (recording.site(site)?.line ?? -2) + 1;
    assert.deepEqual(
      steps.slice(4, 9).map(({ site, origin }) => [line(site), line(origin)]),
      [
        [25, 13],
        [25, 13],
        [25, 13],
        [25, 9],
        [25, 9],
      ],
    );
  });

  it("shares one graph over all epochs, with names from the source", () => {
    const { recording, outline } = run;
    const graphs = new Set([0, 7, 19].map((k) => graphOf(recording, iteration(outline, k)).graph));
    assert.equal(graphs.size, 1);
    const { graph } = graphOf(recording, iteration(outline, 0));
    assert.deepEqual(
      graph.nodes.map(({ label, kind, symbol, inputs }) => `${kind} ${symbol} ${label} ${inputs.join()}`),
      ["leaf  w ", "leaf  X ", "op × yPred 0,1", "leaf  Y ", "op − sub 2,3", "op ˣ² pow(2) 4", "op μ l 5"],
    );
    assert.deepEqual(
      graph.nodes.map(({ isParameter }) => isParameter),
      [true, false, false, false, false, false, false],
    );
  });

  it("shows at every epoch's three moments the values and gradients of the golden run", () => {
    const { recording, outline } = run;
    epochsOf("s000-torch-20").forEach(({ afterForward, afterBackward, afterUpdate }, epoch) => {
      const segment = iteration(outline, epoch);
      const forward = at(recording, segment, 3);
      assert.deepEqual(numbers(forward.node("w").value), expected(afterForward["w"]));
      assert.deepEqual(numbers(forward.node("yPred").value), expected(afterForward["yPred"]));
      assert.deepEqual(numbers(forward.node("l").value), expected(afterForward["loss"]));
      const backward = at(recording, segment, 8);
      assert.deepEqual(numbers(backward.node("w").field.value), expected(afterBackward["wGrad"]));
      assert.deepEqual(numbers(backward.node("w").gradient.value), expected(afterBackward["wGrad"]));
      assert.deepEqual(numbers(backward.node("yPred").gradient.value), expected(afterBackward["yPredGrad"]));
      assert.deepEqual(numbers(backward.node("l").gradient.value), [1]);
      const update = at(recording, segment, 11);
      assert.deepEqual(numbers(update.node("w").value), expected(afterUpdate["w"]));
      assert.deepEqual(numbers(update.node("w").field.value), [0]);
    });
    const values = (kind: string): readonly (number | null)[] | undefined =>
      outline.series.find((each) => each.kind === kind)?.values;
    const epochs = epochsOf("s000-torch-20");
    assert.deepEqual(
      values("loss"),
      epochs.map(({ afterForward }) => expected(afterForward["loss"])[0]),
    );
    assert.deepEqual(
      values("value"),
      epochs.map(({ afterUpdate }) => expected(afterUpdate["w"])[0]),
    );
    assert.deepEqual(
      values("gradient"),
      epochs.map(({ afterBackward }) => expected(afterBackward["wGrad"])[0]),
    );
  });

  it("has still to come what has not happened, and lights up what a step moved", () => {
    const { recording, outline } = run;
    const segment = iteration(outline, 0);
    const first = at(recording, segment, 0);
    assert.equal(first.node("sub").value, null);
    assert.equal(first.node("yPred").touched, "value");
    assert.equal(first.node("yPred").gradient.state, "none");
    const before = at(recording, segment, -1);
    assert.equal(before.node("yPred").value, null);
    assert.deepEqual(numbers(before.node("w").value), [0]);
    const { moment, node } = at(recording, segment, 8);
    assert.equal(node("w").touched, "gradient");
    assert.equal(node("yPred").touched, "gradient");
    const { edges } = graphOf(recording, segment).graph;
    const flowing = edges.filter((_, k) => moment.edges[k]?.flow === "gradient");
    assert.deepEqual(flowing, [{ from: 0, to: 2, input: 0 }]);
    assert.equal(moment.edges[0]?.rms, 30);
    assert.equal(at(recording, segment, 10).node("w").touched, "update");
    assert.equal(moment.root, "l");
  });

  it("reads .grad as the program would: null at first, zeroed afterwards, not stale then", () => {
    const { recording, outline } = run;
    const first = at(recording, iteration(outline, 0), 0).node("w").field;
    assert.deepEqual([first.shown, first.value, first.stale], [true, null, false]);
    const second = at(recording, iteration(outline, 1), 0).node("w").field;
    assert.deepEqual([numbers(second.value), second.stale], [[0], false]);
  });

  it("gives back the same objects for what a step did not change", () => {
    const { recording, outline } = run;
    const segment = iteration(outline, 3);
    const before = momentOf(recording, segment, 5);
    const after = momentOf(recording, segment, 6);
    const changed = after.nodes.flatMap((each, k) =>
      each === before.nodes[k] ? [] : [labelOf(recording, segment, k)],
    );
    assert.deepEqual(changed, ["yPred", "pow(2)"]);
    assert.deepEqual(momentOf(recording, segment, 5), before);
  });

  it("is the same in a recording that holds only the chunks around the segment", async () => {
    const long = await recorded(readFileSync("examples/autograd.ts", "utf8").replace("epochs = 20", "epochs = 900"));
    const { Recording: Class } = await import("../../src/recording/recording");
    const sparse = new Class();
    const segment = iteration(long.outline, 700);
    const needed = long.recording.chunksFor(segment.firstRow, segment.endRow);
    assert.ok(needed.length < long.recording.chunks, "some chunks are left out");
    for (let k = 0; k < long.recording.chunks; k++)
      sparse.add(needed.includes(k) ? long.recording.chunkBytes(k) : long.recording.definitionsOf(k));
    for (const step of [-1, 0, 3, 8, 11]) {
      const [there, here] = [momentOf(long.recording, segment, step), momentOf(sparse, segment, step)];
      assert.deepEqual(here.nodes, there.nodes);
      assert.deepEqual(here.edges, there.edges);
    }
    assert.deepEqual(texts(sparse, segment), texts(long.recording, segment));
  });

  it("as JSON has the same numbers, 1-based lines and an entry per iteration", () => {
    const json = jsonOf(run.recording, run.outline);
    assert.equal(json.iterations.length, 20);
    assert.equal(json.source, "main.ts");
    assert.deepEqual(
      json.console,
      run.printed.flatMap((line) => line.split("\n")),
    );
    const [first] = json.iterations;
    assert.ok(first);
    assert.deepEqual(first.phases, ["forward", "backward", "update"]);
    assert.deepEqual(first.loops, [{ name: "epoch", index: 0, value: 0 }]);
    const [rule, accumulated] = [first.steps[6], first.steps[8]];
    assert.ok(rule && accumulated);
    assert.deepEqual(
      [rule.op, rule.name, rule.inputs, rule.grad, rule.line],
      ["sub", "sub", ["yPred"], [-1, -2, -3, -4], 25],
    );
    assert.deepEqual([accumulated.op, accumulated.name, accumulated.grad], ["accumulate", "w", -30]);
    assert.deepEqual(first.steps[0], {
      phase: "forward",
      op: "mul",
      name: "yPred",
      inputs: ["w", "X"],
      output: "yPred = w × X",
      shape: [4],
      value: [0, 0, 0, 0],
      grad: null,
      file: "main.ts",
      line: 9,
    });
    assert.equal(json.error, null);
    assert.deepEqual(JSON.parse(JSON.stringify(json)), json);
  });
});

function labelOf(recording: Recording, segment: Segment, index: number): string {
  return graphOf(recording, segment).graph.nodes[index]?.label ?? "";
}

describe("the hand-written notebook", () => {
  it("shows the weight as a number, and its update", async () => {
    const { recording, outline } = await example("hand-written-gradient");
    epochsOf("s000-numpy").forEach(({ afterForward, afterUpdate }, epoch) => {
      const segment = iteration(outline, epoch);
      const last = stepsOf(recording, segment).steps.length - 1;
      assert.equal(node(recording, segment, "w").kind, "number");
      assert.deepEqual(
        numbers(at(recording, segment, 0).node("w").value)?.map(Math.fround),
        expected(afterForward["w"]),
      );
      assert.deepEqual(numbers(at(recording, segment, 3).node("l").value), expected(afterForward["loss"]));
      const updated = at(recording, segment, last).node("w");
      assert.deepEqual(numbers(updated.value)?.map(Math.fround), expected(afterUpdate["w"]));
      assert.equal(updated.touched, "update");
    });
    assert.deepEqual(texts(recording, iteration(outline, 0)).slice(-2), ["dw = −120", "w = 1.2"]);
  });
});

describe("a graph", () => {
  it("has modules' paths, parameters' names and the optimizer's work left out", async () => {
    const { recording, outline } = await example("linear-regression");
    const segment = iteration(outline, 0);
    const { graph } = graphOf(recording, segment);
    assert.deepEqual(
      graph.nodes.filter(({ isParameter }) => isParameter).map(({ label }) => label),
      ["lin.weight", "lin.bias"],
    );
    assert.deepEqual(node(recording, segment, "yPred").module, ["LinearRegression", "lin"]);
    assert.equal(phases(recording, segment), "forward backward(l) update");
    assert.ok(graph.nodes.every(({ phase }) => phase === "forward"));
    const { composites, steps } = stepsOf(recording, segment);
    assert.ok(composites.length > 0 && steps.some(({ depth }) => depth > 0));
  });

  it("waits at a fan-out for every contribution and adds them in the tensor's own precision", async () => {
    const { recording, outline } = await recorded(`
const x = tensor(0.1, { requiresGrad: true });
for (let k = 0; k < 2; k++) {
  const y = x.mul(1.1);
  const z = y.mul(3.3).add(y.mul(0.7));
  z.backward();
  noGrad(() => x.sub_(x.grad!));
}`);
    const segment = iteration(outline, 0);
    const { steps } = stepsOf(recording, segment);
    const seen = steps.flatMap((_, k) => {
      const { state, got, of, value } = at(recording, segment, k).node("y").gradient;
      return state === "none" ? [] : [`${state} ${got}/${of} ${numbers(value)?.join()}`];
    });
    const [a, b] = [Math.fround(3.3), Math.fround(0.7)];
    const sum = Math.fround(a + b);
    assert.ok(seen.includes(`waiting 1/2 ${b}`) || seen.includes(`waiting 1/2 ${a}`), seen.join("; "));
    assert.ok(seen.includes(`reached 2/2 ${sum}`), seen.join("; "));
    const next = iteration(outline, 1);
    assert.equal(at(recording, next, 0).node("x").field.stale, true, "the gradient of the turn before is still there");
    assert.equal(at(recording, next, stepsOf(recording, next).steps.length - 1).node("x").field.stale, false);
  });

  it("starts ∂L/∂x anew with each backward", async () => {
    const { recording, outline } = await recorded(`
const w = tensor(2, { requiresGrad: true });
for (let k = 0; k < 1; k++) {
  const a = w.mul(3);
  a.backward();
  const b = w.mul(5);
  b.backward();
  noGrad(() => w.sub_(w.grad!));
}`);
    const segment = iteration(outline, 0);
    const { steps, phases } = stepsOf(recording, segment);
    assert.deepEqual(
      phases.map(({ kind, root }) => `${kind} ${root}`),
      ["forward ", "backward a", "forward ", "backward b", "update "],
    );
    const second = phases[3];
    assert.ok(second);
    const { node, moment } = at(recording, segment, second.endStep - 1);
    assert.deepEqual(numbers(node("w").gradient.value), [5]);
    assert.deepEqual(numbers(node("w").field.value), [8]);
    assert.equal(node("a").gradient.state, "none");
    assert.equal(moment.root, "b");
    assert.ok(steps.length > 0);
  });

  it("draws an in-place op of the forward as a node, the update's own ops not", async () => {
    const { recording, outline } = await recorded(`
const w = tensor(2, { requiresGrad: true });
for (let k = 0; k < 1; k++) {
  const a = w.mul(3);
  a.mul_(2);
  const b = a.pow(2);
  b.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.1)));
}`);
    const segment = iteration(outline, 0);
    const { graph } = graphOf(recording, segment);
    assert.deepEqual(
      graph.nodes.map(({ op, inputs }) => `${op} ${inputs.join()}`),
      [" ", "mul 0", "mul_ 1", "pow 2"],
    );
    const { steps } = stepsOf(recording, segment);
    const rules = steps.filter(({ kind }) => kind === "rule").map(({ node }) => graph.nodes[node]?.op);
    assert.deepEqual(rules, ["pow", "mul_", "mul"]);
    const end = at(recording, segment, steps.length - 1).moment;
    assert.deepEqual(
      end.nodes.map(({ value }) => numbers(value)),
      [[2 - Math.fround(144 * Math.fround(0.1))].map(Math.fround), [6], [12], [144]],
    );
    assert.deepEqual(
      end.nodes.map(({ gradient }) => numbers(gradient.value)),
      [[144], [48], [24], [1]],
    );
  });

  it("draws the ops of createGraph, born with the rule that ran them", async () => {
    const { recording, outline } = await recorded(`
const w = tensor(2, { requiresGrad: true });
for (let k = 0; k < 1; k++) {
  const a = w.pow(3);
  a.backward(undefined, { createGraph: true });
  noGrad(() => w.sub_(w.grad!));
}`);
    const segment = iteration(outline, 0);
    const { graph } = graphOf(recording, segment);
    assert.deepEqual(
      graph.nodes.map(({ op, phase }) => `${op} ${phase}`),
      [" forward", "pow forward", "pow backward", "mul backward", " forward", "mul backward", "clone backward"],
    );
    const { steps } = stepsOf(recording, segment);
    const rule = steps.findIndex(({ kind }) => kind === "rule");
    assert.equal(momentOf(recording, segment, rule - 1).nodes[5]?.value, null);
    assert.equal(momentOf(recording, segment, rule).nodes[5]?.value?.data?.[0], 12);
  });

  it("brings the gradient of a gradient back through the ops that computed it", async () => {
    const { recording, outline } = await recorded(`
import { autograd, noGrad, tensor } from "backstep";
const w = tensor([1, 2], { requiresGrad: true });
for (let k = 0; k < 1; k++) {
  const y = w.pow(3).sum();
  const [g] = autograd.grad(y, [w], { createGraph: true });
  const loss = y.add(g!.pow(2).sum());
  loss.backward();
  noGrad(() => w.sub_(w.grad!));
}`);
    assert.deepEqual(texts(recording, iteration(outline, 0)).slice(9, 16), [
      "∂L/∂pow(2) = [1, 1]",
      "∂L/∂g = [6, 24]",
      "∂L/∂mul(3) = [6, 24]",
      "∂L/∂pow(2) = [18, 72]",
      "∂L/∂w = [36, 288]",
      "∂L/∂pow(3) = [1, 1]",
      "∂L/∂w += [3, 12]",
    ]);
  });

  it("calls what an update computed and did not name by its op", async () => {
    const run = await recorded(`
let w = tensor(3, { requiresGrad: true });
for (let k = 0; k < 2; k++) {
  w.mul(2).backward();
  w = w.detach().sub(w.grad!.mul(0.5)).requiresGrad_();
}`);
    assert.deepEqual(texts(run.recording, iteration(run.outline, 1)).slice(-3), [
      "detach(w)",
      "w.grad × 0.5",
      "w = detach − mul",
    ]);
  });

  it("keeps .grad on a retained tensor", async () => {
    const { recording, outline } = await recorded(`
const w = tensor(2, { requiresGrad: true });
for (let k = 0; k < 1; k++) {
  const a = w.mul(3);
  a.retainGrad();
  a.pow(2).backward();
  noGrad(() => w.sub_(w.grad!));
}`);
    const segment = iteration(outline, 0);
    assert.equal(node(recording, segment, "a").retained, true);
    const last = stepsOf(recording, segment).steps.length - 1;
    const { field } = at(recording, segment, last).node("a");
    assert.deepEqual([field.shown, numbers(field.value)], [true, [12]]);
  });

  it("shows statistics of values beyond the cap, and no made-up sum of their gradients", async () => {
    const { recording, outline } = await recorded(`
import { ones, noGrad } from "backstep";
const w = ones([5000], { requiresGrad: true });
for (let k = 0; k < 1; k++) {
  const l = w.mul(2).sum();
  l.backward();
  noGrad(() => w.sub_(w.grad!));
}`);
    const segment = iteration(outline, 0);
    const { value } = at(recording, segment, 0).node("w");
    assert.ok(value?.stats);
    assert.equal(value.stats.mean, 1);
    assert.match(valueText(value), /mean 1/);
    assert.equal(outline.series.find(({ kind }) => kind === "gradient")?.values[0], Math.sqrt(20000));
  });

  it("gives cards room by what they show, not by values", async () => {
    const { recording, outline } = await example("autograd");
    const { nodes } = graphOf(recording, iteration(outline, 0)).graph;
    const [w, x] = nodes.map(cardSize);
    assert.ok(w && x && w.height > x.height);
  });
});

describe("a run as JSON", () => {
  it("calls a write by the variable that was written", async () => {
    const { recording, outline } = await recorded(`
const w = tensor(1, { requiresGrad: true });
for (let k = 0; k < 1; k++) {
  w.mul(2).backward();
  const dw = w.grad!, db = dw;
}`);
    const steps = jsonOf(recording, outline).iterations[0]!.steps.filter(({ op }) => op === "write");
    assert.deepEqual(
      steps.map(({ name, value }) => [name, value]),
      [
        ["dw", 2],
        ["db", 2],
      ],
    );
  });

  it("has an entry for the turn that failed, the error with its line, and NaN as a string", async () => {
    const { recording, outline } = await recorded(`
const w = tensor(1, { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const l = w.mul(NaN);
  if (epoch === 1) throw new Error("no more");
  l.backward();
  noGrad(() => w.sub_(w.grad!));
}`);
    const { iterations, error, segments } = jsonOf(recording, outline);
    assert.deepEqual(
      iterations.map(({ index, label, complete }) => [index, label, complete]),
      [
        [0, "epoch 0", true],
        [1, "epoch 1", false],
      ],
    );
    assert.equal(iterations[0]?.steps[0]?.value, "nan");
    assert.deepEqual(
      segments.map(({ kind, steps }) => [kind, steps === undefined]),
      [
        ["setup", false],
        ["iteration", true],
        ["iteration", true],
      ],
    );
    assert.match(error?.message ?? "", /no more/);
    assert.deepEqual([error?.file, error?.line], ["main.ts", 6]);
  });
});
