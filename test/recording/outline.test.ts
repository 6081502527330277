import { strict as assert } from "node:assert";
import { Outline } from "../../src/recording/outline";
import { Recording } from "../../src/recording/recording";
import { variablesAt } from "../../src/recording/variable";
import { lawful } from "../support/lawful";
import { iteration, phases, recorded, texts, told } from "./recorded";

const data = `
const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
`;
const update = `noGrad(() => w.sub_(w.grad!.mul(0.01))); w.grad!.zero_();`;

describe("iterations", () => {
  it("are the turns of a plain training loop, between setup and what comes after", async () => {
    const run = await recorded(`${data}
for (let epoch = 0; epoch < 3; epoch++) {
  const l = w.mul(X).sub(Y).pow(2).mean();
  l.backward();
  ${update}
}
const p = w.mul(5);`);
    assert.deepEqual(told(run), [
      "setup: setup",
      "epoch 0: forward backward(l) update",
      "epoch 1: forward backward(l) update",
      "epoch 2: forward backward(l) update",
      "after training: forward",
    ]);
    assert.equal(run.outline.word, "epoch");
    assert.equal(run.outline.iterations, 3);
    assert.equal(run.outline.iterationSegment(1), 2);
    assert.equal(run.outline.iterationSegment(3), -1);
  });

  it("are the innermost turns with a backward and an update, when batches are nested in epochs", async () => {
    const run = await recorded(`${data}
for (let epoch = 0; epoch < 2; epoch++) {
  for (let batch = 0; batch < 2; batch++) {
    const l = w.mul(X).sub(Y).pow(2).mean();
    l.backward();
    ${update}
  }
}`);
    assert.deepEqual(told(run).slice(1), [
      "epoch 0 · batch 0: forward backward(l) update",
      "epoch 0 · batch 1: forward backward(l) update",
      "epoch 1 · batch 0: forward backward(l) update",
      "epoch 1 · batch 1: forward backward(l) update",
    ]);
    assert.deepEqual(
      iteration(run.outline, 3).turns.map(({ index, value }) => [index, value]),
      [
        [1, 1],
        [1, 1],
      ],
    );
  });

  it("are found through a function that the loop calls", async () => {
    const run = await recorded(`${data}
function trainStep() {
  const l = w.mul(X).sub(Y).pow(2).mean();
  l.backward();
  ${update}
}
for (let k = 0; k < 2; k++) trainStep();`);
    assert.deepEqual(told(run).slice(1), ["k 0: forward backward(l) update", "k 1: forward backward(l) update"]);
  });

  it("hold several backward passes when the update comes after the loop over samples", async () => {
    const run = await recorded(`${data}
const samples = [[1, 2], [2, 4]];
for (let epoch = 0; epoch < 2; epoch++) {
  for (const [x, y] of samples) { const l = w.mul(x!).sub(y!).pow(2); l.backward(); }
  ${update}
}`);
    const expected = "forward backward(l) forward backward(l) update";
    assert.deepEqual(told(run).slice(1), [`epoch 0: ${expected}`, `epoch 1: ${expected}`]);
    const [loss] = run.outline.series.filter(({ kind }) => kind === "loss");
    assert.equal(loss?.values[0], 10, "the mean of 4 and 16");
  });

  it("take a gradient accumulation as it runs: an update in every second turn", async () => {
    const run = await recorded(`${data}
for (let step = 0; step < 4; step++) {
  const l = w.mul(X).sub(Y).pow(2).mean();
  l.backward();
  if (step % 2 === 1) { ${update} }
}`);
    assert.deepEqual(told(run).slice(1), [
      "step 0: forward backward(l)",
      "step 1: forward backward(l) update",
      "step 2: forward backward(l)",
      "step 3: forward backward(l) update",
    ]);
  });

  it("of a GAN hold two backward passes and two updates, and a loss series for each call", async () => {
    const run = await recorded(`
const g = tensor(1, { requiresGrad: true });
const d = tensor(2, { requiresGrad: true });
const optD = new optim.SGD([d], { lr: 0.1 });
const optG = new optim.SGD([g], { lr: 0.1 });
for (let epoch = 0; epoch < 2; epoch++) {
  optD.zeroGrad();
  const lossD = d.mul(g.detach()).pow(2);
  lossD.backward();
  optD.step();
  optG.zeroGrad();
  const lossG = d.mul(g).pow(2);
  lossG.backward();
  optG.step();
}`);
    const expected = "forward backward(lossD) update forward backward(lossG) update";
    assert.deepEqual(told(run).slice(1), [`epoch 0: ${expected}`, `epoch 1: ${expected}`]);
    const losses = run.outline.series.filter(({ kind }) => kind === "loss");
    assert.deepEqual(
      losses.map(({ name, values }) => [name, values.length]),
      [
        ["lossD", 2],
        ["lossG", 2],
      ],
    );
  });

  it("are forward, backward, update also where targets of the second model are computed in between", async () => {
    const run = await recorded(`
const g = tensor(1, { requiresGrad: true });
const d = tensor(2, { requiresGrad: true });
const optD = new optim.SGD([d], { lr: 0.1 });
const optG = new optim.SGD([g], { lr: 0.1 });
const bce = (p: Tensor, t: Tensor) => t.mul(p.log()).add(t.neg().add(1).mul(p.neg().add(4).log())).neg();
for (let epoch = 0; epoch < 2; epoch++) {
  const lossD = bce(d.mul(g.detach()), tensor(0));
  optD.zeroGrad();
  lossD.backward();
  optD.step();
  const lossG = bce(d.mul(g), tensor(1));
  optG.zeroGrad();
  lossG.backward();
  optG.step();
  const seen = lossG.detach().add(1);
}`);
    const expected = "forward backward(lossD) update forward backward(lossG) update evaluation";
    assert.deepEqual(told(run).slice(1), [`epoch 0: ${expected}`, `epoch 1: ${expected}`]);
  });

  it("take a sum that starts at a bias for a forward, not for the bias's update", async () => {
    const run = await recorded(`
class Neuron {
  w = [1, 2].map((v) => tensor(v, { requiresGrad: true }));
  b = tensor(0, { requiresGrad: true });
  call(xs: number[]) {
    let act = this.b;
    for (const [i, x] of xs.entries()) act = act.add(this.w[i]!.mul(x));
    return act.tanh();
  }
}
const spare = new Neuron();
const n = new Neuron();
for (let k = 0; k < 2; k++) {
  const l = n.call([3, 4]).sub(1).pow(2);
  l.backward();
  noGrad(() => { for (const p of [...n.w, n.b]) { p.sub_(p.grad!.mul(0.1)); p.grad = null; } });
}`);
    const turn = "forward backward(l) update";
    assert.deepEqual(told(run), ["setup: setup", `k 0: ${turn}`, `k 1: ${turn}`]);
    const names = run.outline.series.filter(({ kind }) => kind === "value").map(({ name }) => name);
    assert.deepEqual(names.sort(), ["this.b", "this.w[0]", "this.w[1]"], "weights in an array by their place");
  });

  it("end in one update however the weight is replaced", async () => {
    for (const replaced of [
      "w = noGrad(() => w.sub(w.grad!.mul(0.01))).requiresGrad_();",
      "w = w.detach().sub(w.grad!.mul(0.01)).requiresGrad_();",
      "w = w.sub(w.grad!.mul(0.01)).detach().requiresGrad_();",
      "w = tensor(w.item() - w.grad!.item() * 0.01, { requiresGrad: true });",
      "noGrad(() => { w = w.sub(w.grad!.mul(0.01)); }); w.requiresGrad_();",
    ]) {
      const run = await recorded(`${data.replace("const w", "let w")}
for (let epoch = 0; epoch < 2; epoch++) {
  const l = w.mul(X).sub(Y).pow(2).mean();
  l.backward();
  ${replaced}
}`);
      const expected = ["epoch 0: forward backward(l) update", "epoch 1: forward backward(l) update"];
      assert.deepEqual(told(run).slice(1), expected, replaced);
    }
  });

  it("leave an evaluation loop between epochs to a segment of its own", async () => {
    const run = await recorded(`${data}
for (let epoch = 0; epoch < 2; epoch++) {
  for (let batch = 0; batch < 1; batch++) {
    const l = w.mul(X).sub(Y).pow(2).mean();
    l.backward();
    ${update}
  }
  noGrad(() => { for (const x of [5, 6]) w.mul(x); });
}`);
    assert.deepEqual(told(run).slice(1), [
      "epoch 0 · batch 0: forward backward(l) update",
      "after epoch 0 · batch 0: evaluation",
      "epoch 1 · batch 0: forward backward(l) update",
      "after training: evaluation",
    ]);
  });

  it("are told apart when async loops interleave at await", async () => {
    const run = await recorded(`${data}
async function train(name: string, v: Tensor) {
  for (let epoch = 0; epoch < 2; epoch++) {
    const l = v.mul(X).sub(Y).pow(2).mean();
    await null;
    l.backward();
    noGrad(() => v.sub_(v.grad!.mul(0.01)));
    await null;
  }
}
await Promise.all([train("a", w), train("b", tensor(1, { requiresGrad: true }))]);`);
    const { outline, recording } = run;
    assert.equal(outline.iterations, 4);
    for (let k = 0; k < 4; k++) assert.equal(phases(recording, iteration(outline, k)), "forward backward(l) update");
    const [first, second] = [iteration(outline, 0), iteration(outline, 1)];
    assert.ok(second.firstRow < first.endRow, "the second begins before the first ends");
    assert.deepEqual(
      outline.segments.filter(({ kind }) => kind === "iteration").map((each) => outline.label(each)),
      ["train 1 · epoch 0", "train 2 · epoch 0", "train 1 · epoch 1", "train 2 · epoch 1"],
    );
  });

  it("are found in forEach", async () => {
    const run = await recorded(`${data}
[1, 2].forEach((x) => {
  const l = w.mul(x).sub(2 * x).pow(2);
  l.backward();
  ${update}
});`);
    assert.deepEqual(
      run.outline.segments.map(({ kind }) => kind),
      ["setup", "iteration", "iteration"],
    );
    assert.equal(phases(run.recording, iteration(run.outline, 1)), "forward backward(l) update");
  });

  it("of two notebooks' cells in one file are those of both loops", async () => {
    const run = await recorded(`
const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]);
let a = 0;
for (let epoch = 0; epoch < 2; epoch++) {
  const loss = X.mul(a).sub(Y).pow(2).mean();
  const da = X.mul(2).dot(X.mul(a).sub(Y)).item();
  a -= 0.01 * da;
}
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) {
  const loss = w.mul(X).sub(Y).pow(2).mean();
  loss.backward();
  ${update}
}`);
    assert.deepEqual(told(run), [
      "setup: setup",
      "loop 1 · epoch 0: forward update",
      "loop 1 · epoch 1: forward update",
      "after loop 1 · epoch 1: setup",
      "loop 2 · epoch 0: forward backward(loss) update",
      "loop 2 · epoch 1: forward backward(loss) update",
    ]);
    const series = run.outline.series.map(
      ({ kind, name, values }) => `${kind} ${name} ${values.map((x) => x === null).join()}`,
    );
    assert.deepEqual(series.toSorted(), [
      "gradient a false,false,true,true",
      "gradient w true,true,false,false",
      "loss loss false,false,true,true",
      "loss loss true,true,false,false",
      "value a false,false,true,true",
      "value w true,true,false,false",
    ]);
  });

  it("are not the turns of a loop that only builds one graph", async () => {
    const run = await recorded(`
const x = tensor(2, { requiresGrad: true });
let y = x;
for (let k = 0; k < 3; k++) y = y.mul(0.5).add(x);
y.backward();`);
    assert.equal(run.outline.iterations, 0);
    assert.deepEqual(told(run), ["run: setup forward backward(y)"]);
  });

  it("are not the turns of a loop that only adds up", async () => {
    const run = await recorded(`
let total = tensor(0);
for (const x of [1, 2, 3]) total = total.add(tensor(x));`);
    assert.equal(run.outline.iterations, 0);
  });

  it("count a turn that an error cut short, and say so", async () => {
    const run = await recorded(`${data}
for (let epoch = 0; epoch < 5; epoch++) {
  const l = w.mul(X).sub(Y).pow(2).mean();
  if (epoch === 2) throw new Error("enough");
  l.backward();
  ${update}
}`);
    assert.equal(run.outline.iterations, 3);
    assert.deepEqual(
      [0, 1, 2].map((k) => iteration(run.outline, k).complete),
      [true, true, false],
    );
    assert.equal(phases(run.recording, iteration(run.outline, 2)), "forward");
  });

  it("are no turns without a step, and turns that end after forward", async () => {
    const run = await recorded(`${data}
for (let epoch = 0; epoch < 6; epoch++) {
  if (epoch % 2 === 0) continue;
  const l = w.mul(X).sub(Y).pow(2).mean();
  if (epoch === 3) continue;
  l.backward();
  ${update}
}`);
    assert.deepEqual(told(run).slice(1), [
      "epoch 1: forward backward(l) update",
      "epoch 3: forward",
      "epoch 5: forward backward(l) update",
    ]);
    const losses = run.outline.series.find(({ kind }) => kind === "loss")?.values ?? [];
    assert.deepEqual(
      losses.map((loss) => loss === null),
      [false, true, false],
    );
    for (const segment of run.outline.segments) assert.ok(texts(run.recording, segment).length > 0);
    assert.ok(iteration(run.outline, 1).complete);
    lawful(run.recording);
  });

  it("begin with what the loop's head did to get their element: a generator of data", async () => {
    const run = await recorded(`${data}
function* samples() {
  for (const x of [1, 2, 3]) {
    const sample = tensor(x).mul(0.5);
    yield sample;
  }
  tensor(9).mul(9);
}
for (let epoch = 0; epoch < 2; epoch++) {
  for (const sample of samples()) {
    const l = w.mul(sample).sub(1).pow(2);
    l.backward();
    ${update}
  }
}`);
    const steps = "forward backward(l) update";
    const batches = (epoch: number): string[] => [1, 2, 3].map((k) => `epoch ${epoch} · sample ${k}: ${steps}`);
    const last = (epoch: number): string => `after epoch ${epoch} · sample 3: forward`;
    assert.deepEqual(
      told(run)
        .slice(1)
        .map((each) => each.replace(/^after training/, "after epoch 1 · sample 3")),
      [...batches(0), last(0), ...batches(1), last(1)],
    );
    for (let k = 0; k < 6; k++)
      assert.deepEqual(texts(run.recording, iteration(run.outline, k)).slice(0, 3), [
        ...[`tensor ${(k % 3) + 1}`, "sample = tensor(x) × 0.5"],
        texts(run.recording, iteration(run.outline, k))[2],
      ]);
    const second = run.outline.iterationSegment(1);
    const held = variablesAt(run.recording, run.outline, { segment: second, step: 0 }).map(
      ({ binding }) => binding.name,
    );
    assert.ok(held.includes("w") && !held.includes("l"), held.join());
    lawful(run.recording);
  });

  it("have the loop's own value in their label, else a count from 1", async () => {
    const run = await recorded(`${data}
let k = 0;
while (k++ < 2) {
  const l = w.mul(X).sub(Y).pow(2).mean();
  l.backward();
  ${update}
}`);
    assert.deepEqual(
      run.outline.segments.slice(1).map((each) => run.outline.label(each)),
      ["iteration 1", "iteration 2"],
    );
  });

  it("of a function that is called twice say which call", async () => {
    const run = await recorded(`${data}
function train() {
  for (let epoch = 0; epoch < 2; epoch++) {
    const l = w.mul(X).sub(Y).pow(2).mean();
    l.backward();
    ${update}
  }
}
train();
train();`);
    assert.deepEqual(
      run.outline.segments.slice(1).map((each) => run.outline.label(each)),
      ["train 1 · epoch 0", "train 1 · epoch 1", "train 2 · epoch 0", "train 2 · epoch 1"],
    );
  });
});

describe("the hand-written loop", () => {
  const byHand = `
const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]);
let w = 0;
function forward(x: Tensor, a: number) { return x.mul(a); }
for (let epoch = 0; epoch < 3; epoch++) {
  const yPred = forward(X, w);
  const l = yPred.sub(Y).pow(2).mean();
  const dw = X.mul(2).dot(yPred.sub(Y)).mean().item();
  w -= 0.01 * dw;
}`;

  it("is found by the number that one turn writes and the next passes on, through a parameter too", async () => {
    const run = await recorded(byHand);
    assert.equal(run.outline.iterations, 3);
    assert.equal(phases(run.recording, iteration(run.outline, 1)), "forward update");
  });

  it("has a loss, the weight and its gradient over the iterations", async () => {
    const { outline } = await recorded(byHand);
    const find = (kind: string): readonly (number | null)[] | undefined =>
      outline.series.find((each) => each.kind === kind)?.values;
    assert.deepEqual(find("loss")?.slice(0, 2), [30, Math.fround(4.79999924)]);
    assert.deepEqual(find("gradient")?.slice(0, 2), [-120, -48]);
    assert.deepEqual(find("value")?.slice(0, 2), [1.2, 1.68]);
  });

  it("may hold its weight in a tensor that it replaces or changes in place", async () => {
    for (const change of ["w = w.sub(dw.mul(0.01));", "w.sub_(dw.mul(0.01));"]) {
      const run = await recorded(`
const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]);
let w = tensor(0);
for (let epoch = 0; epoch < 3; epoch++) {
  const yPred = X.mul(w);
  const l = yPred.sub(Y).pow(2).mean();
  const dw = X.mul(2).dot(yPred.sub(Y));
  ${change}
}`);
      assert.equal(run.outline.iterations, 3, change);
      assert.equal(phases(run.recording, iteration(run.outline, 1)), "forward update", change);
      assert.deepEqual(run.outline.series.find(({ kind }) => kind === "value")?.values.slice(0, 1), [
        Math.fround(120 * Math.fround(0.01)),
      ]);
    }
  });
});

describe("an outline that grows", () => {
  it("comes to the same as one made at the end, after every chunk and a late discovery", async () => {
    const run = await recorded(`${data}
for (let epoch = 0; epoch < 40; epoch++) {
  for (const x of [1, 2, 3, 4]) { const l = w.mul(x).sub(2 * x).pow(2); l.backward(); }
  ${update}
}
w.mul(5);`);
    const recording = new Recording();
    const outline = new Outline(recording);
    for (const chunk of run.chunks) {
      recording.add(chunk);
      const before = outline.segments.slice(0, outline.settled).map((each) => ({ ...each }));
      const { generation } = outline;
      outline.update();
      if (outline.generation === generation) assert.deepEqual(outline.segments.slice(0, before.length), before);
    }
    assert.deepEqual(outline.segments, run.outline.segments);
    assert.deepEqual(outline.series, run.outline.series);
    assert.equal(outline.iterations, 40);
  });

  it("has a series value for an iteration that still runs", async () => {
    const run = await recorded(`${data}
for (let epoch = 0; epoch < 2; epoch++) {
  const l = w.mul(X).sub(Y).pow(2).mean();
  l.backward();
  ${update}
  if (epoch === 1) throw new Error("stop");
}`);
    for (const { name, values } of run.outline.series) assert.ok(values.every(Number.isFinite), name);
  });
});
