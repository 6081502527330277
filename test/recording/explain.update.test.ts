import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { update } from "./explained";
import { whyUpdate } from "../../src/recording/explain.update";
import { graphOf } from "../../src/recording/graph";
import { iteration, recorded } from "./recorded";

const start = `import { nn, noGrad, optim, tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
`;
const loop = (step: string): string => `
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = w.mul(x).sub(y).pow(2).mean();
  loss.backward();
  ${step}
}
`;
const trained = (optimizer: string) =>
  recorded(`${start}const optimizer = new optim.${optimizer};${loop("optimizer.step(); optimizer.zeroGrad();")}`);

describe("why an update makes what it makes", function () {
  this.timeout(30_000);

  it("by hand in place, with the variable's own name", async () => {
    const of = await recorded(
      `${start}const learningRate = 0.01;${loop("noGrad(() => w.sub_(w.grad!.mul(learningRate))); w.grad!.zero_();")}`,
    );
    const lines = ["w ← w − w.grad · learningRate", "= 0 − (−30) · 0.01 = 0.3"];
    assert.deepEqual(update(of, "w"), ["done", ...lines]);
    assert.deepEqual(update(of, "w", { step: 2 }), ["to come", ...lines]);
  });

  it("by SGD", async () => {
    assert.deepEqual(update(await trained("SGD([w], { lr: 0.01 })"), "w"), [
      "done SGD",
      "w ← w − lr · w.grad",
      "= 0 − 0.01 · (−30) = 0.3",
      "One step against the gradient: downhill for the loss, as far as lr says.",
    ]);
  });

  it("by SGD with momentum: its buffer first", async () => {
    const of = await trained("SGD([w], { lr: 0.01, momentum: 0.9 })");
    // After one step w = 0.3 and its gradient is −25.5; the buffer was −30.
    assert.deepEqual(update(of, "w", { at: 1 }), [
      "done SGD",
      "momentumBuffer ← momentumBuffer · momentum + w.grad",
      "= −30 · 0.9 + (−25.5) = −52.5",
      "w ← w − lr · momentumBuffer",
      "= 0.3 − 0.01 · (−52.5) = 0.825",
      "momentumBuffer carries the earlier gradients on, so that steps in one direction grow.",
    ]);
  });

  it("by Adam: both averages, then the step", async () => {
    const of = await trained("Adam([w], { lr: 0.1 })");
    const lines = update(of, "w");
    assert.equal(lines[0], "done Adam");
    assert.match(lines[1] ?? "", /^expAvg ← expAvg · .* \+ .* · w\.grad$/);
    assert.match(lines[2] ?? "", /^= 0 · 0\.9 \+ \(1 − 0\.9\) · \(−30\) = −3$/);
    assert.match(lines[3] ?? "", /^expAvgSq ← expAvgSq · .* \+ .* · w\.grad²$/);
    assert.match(lines[4] ?? "", / = 0\.9$/);
    assert.match(lines[5] ?? "", /^w ← w − .* · expAvg \/ \(√expAvgSq \/ .* \+ .*\)$/);
    assert.match(lines[6] ?? "", /^= 0 − .* = 0\.1$/);
    assert.ok(lines.includes("expAvg is a running average of the gradients."));
  });

  for (const [optimizer, told] of [
    ["AdamW([w], { lr: 0.1 })", 8],
    ["RMSprop([w], { lr: 0.1, momentum: 0.5 })", 6],
    ["Adagrad([w], { lr: 0.1 })", 4],
    ["Adadelta([w])", 6],
    ["Adamax([w])", 4],
    ["NAdam([w])", 6],
    ["RAdam([w], { lr: 0.1 })", 4],
    ["SGD([w], { lr: 0.01, momentum: 0.9, nesterov: true, weightDecay: 0.1 })", 4],
  ] as const)
    it(`by ${optimizer.split("(")[0] ?? ""}: every line adds up to what was recorded`, async () => {
      const lines = update(await trained(optimizer), "w", { at: 1 }).filter((line) => /[=←]/.test(line));
      assert.ok(lines.length >= told - 2, lines.join("\n"));
      for (const line of lines) assert.ok(line.includes("←") || / .*[·+−/√,].* = /.test(line), lines.join("\n"));
    });

  it("by the name that belongs in a place, where several have the value", async () => {
    // 1 − lr · weightDecay is beta2 here, and 1 − dampening is momentum.
    const lines = update(await trained("AdamW([w], { lr: 0.1 })"), "w", { at: 1 });
    assert.deepEqual(lines.slice(1, 3), ["w ← w · (1 − lr · weightDecay)", "= 0.1 · (1 − 0.1 · 0.01) = 0.0999"]);
    const of = await trained("SGD([w], { lr: 0.01, momentum: 0.9, dampening: 0.1, weightDecay: 0.1 })");
    assert.equal(
      update(of, "w", { at: 1 })[1],
      "momentumBuffer ← momentumBuffer · momentum + (1 − dampening) · (w.grad + weightDecay · w)",
    );
  });

  it("by Adam with what corrects its averages, by Adagrad with what slows it, by RMSprop with what centres it", async () => {
    const told = async (optimizer: string, at: number) => update(await trained(optimizer), "w", { at });
    assert.ok(
      (await told("Adam([w], { lr: 0.1, amsgrad: true, weightDecay: 0.01 })", 1)).includes(
        "w ← w − lr / (1 − beta1²) · expAvg / (√maxExpAvgSq / √(1 − beta2²) + eps)",
      ),
    );
    assert.ok(
      (await told("Adagrad([w], { lr: 0.1, lrDecay: 0.1 })", 2)).includes(
        "w ← w − lr / (1 + 2 · lrDecay) · w.grad / (√sum + eps)",
      ),
    );
    assert.ok(
      (await told("RMSprop([w], { lr: 0.1, momentum: 0.5, centered: true })", 1)).includes(
        "momentumBuffer ← momentumBuffer · momentum + w.grad / (√(squareAvg − gradAvg²) + eps)",
      ),
    );
  });

  it("by RAdam: without the average of squares at first, then with it", async () => {
    const of = await recorded(
      `${start}const optimizer = new optim.RAdam([w], { lr: 0.1 });${loop("optimizer.step(); optimizer.zeroGrad();").replace("< 3", "< 7")}`,
    );
    const first = update(of, "w");
    assert.deepEqual(first.slice(3, 5), ["w ← w − expAvg / (1 − beta1) · lr", "= 0 − (−3 / (1 − 0.9)) · 0.1 = 3"]);
    assert.equal(
      first.at(-1),
      "After so few steps the average of squares is not to be trusted yet, so this step does without it.",
    );
    const later = update(of, "w", { at: 6 });
    assert.match(
      later[5] ?? "",
      /^w ← w − expAvg \/ \(1 − beta1⁷\) · lr · 1 \/ \(√expAvgSq \+ eps\) · √\(1 − beta2⁷\) · 0\.\d+$/,
    );
    assert.match(later.at(-1) ?? "", /^The last factor says how far/);
  });

  it("uphill where the optimizer maximizes", async () => {
    const lines = update(await trained("SGD([w], { lr: 0.01, maximize: true })"), "w");
    assert.deepEqual(lines.slice(1), [
      "w ← w − lr · (−w.grad)",
      "= 0 − 0.01 · (−(−30)) = −0.3",
      "One step along the gradient, as maximize says: uphill, as far as lr says.",
    ]);
  });

  it("of what was kept in figures only: with names, and not recorded", async () => {
    const of = await recorded(`import { optim, tensor } from "backstep";
const w = tensor(Array.from({ length: 5000 }, () => 1), { requiresGrad: true });
const optimizer = new optim.Adam([w], { lr: 0.1 });
for (let epoch = 0; epoch < 2; epoch++) {
  w.pow(2).sum().backward();
  optimizer.step();
  optimizer.zeroGrad();
}`);
    const lines = update(of, "w", { at: 1, element: 3 });
    assert.equal(lines[1], "expAvg ← expAvg · beta1 + (1 − beta1) · w.grad");
    for (const k of [2, 4, 6]) assert.equal(lines[k], "= not recorded");
  });

  it("of a weight that is a plain number: the source's own line", async () => {
    const of = await recorded(readFileSync("examples/hand-written-gradient.ts", "utf8"));
    assert.deepEqual(update(of, "w"), ["done", "w ← w − learningRate · dw", "= 0 − 0.01 · (−120) = 1.2"]);
    const segment = iteration(of.outline, 0);
    const { nodes } = graphOf(of.recording, segment).graph;
    const w = nodes.findIndex(({ label }) => label === "w");
    const why = whyUpdate(of.recording, segment, segment.endRow, { node: w, element: 0 });
    const linked = why?.lines[0]?.numbers.flatMap((piece) =>
      piece.kind === "number" && piece.link ? [`${piece.text} of ${nodes[piece.link.node]!.label}`] : [],
    );
    assert.deepEqual(linked, ["−120 of mean"]);
  });

  it("of one element of a layer", async () => {
    const of = await recorded(`import { noGrad, tensor } from "backstep";
const w = tensor([1, 2], { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) {
  w.pow(2).sum().backward();
  noGrad(() => w.sub_(w.grad!, { alpha: 0.5 }));
  w.grad = null;
}`);
    assert.deepEqual(update(of, "w", { element: 1 }), ["done", "w ← w − 0.5 · w.grad", "= 2 − 0.5 · 4 = 0"]);
  });
});
