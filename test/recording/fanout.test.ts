import assert from "node:assert/strict";
import { graphOf } from "../../src/recording/graph";
import { nodeTip } from "../../src/recording/tip";
import { wireTip } from "../../src/recording/tip.wire";
import { stepsOf } from "../../src/recording/steps";
import { nodeNamed } from "./explained";
import { iteration, recorded, type Recorded } from "./recorded";

/** The steps of an iteration by their text. */
function stepOf({ recording, outline }: Recorded, text: string): number {
  const found = stepsOf(recording, iteration(outline, 0)).steps.findIndex((each) => each.text.includes(text));
  assert.ok(found >= 0, text);
  return found;
}

function nodeRows(of: Recorded, label: string, step: number): string[] {
  const segment = of.outline.iterationSegment(0);
  const node = nodeNamed(of, iteration(of.outline, 0), label);
  return (
    nodeTip(of.recording, of.outline, { segment, step }, node)?.rows.map(({ label, text }) => `${label}: ${text}`) ?? []
  );
}

function wire(of: Recorded, from: string, to: string, step: number): string[] {
  const segment = iteration(of.outline, 0);
  const { edges } = graphOf(of.recording, segment).graph;
  const [a, b] = [nodeNamed(of, segment, from), nodeNamed(of, segment, to)];
  const tip = wireTip(of.recording, segment, step, [edges.findIndex((each) => each.from === a && each.to === b)]);
  return tip === undefined
    ? []
    : [`${tip.title} | ${tip.subtitle}`, ...tip.rows.map(({ label, text }) => `${label}: ${text}`)];
}

describe("what each use brings back", function () {
  this.timeout(30_000);
  let of: Recorded;
  before(async () => {
    of = await recorded(`import { noGrad, tensor } from "backstep";
const w = tensor(2, { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) {
  const a = w.mul(3);
  const b = w.sub(10);
  const loss = a.mul(b);
  loss.backward();
  noGrad(() => w.sub_(w.grad!)); w.grad = null;
}`);
  });

  // a = 6, b = −8: 6 comes back through b first, then −8 · 3 through a.
  it("is a sum on the node: how much of it has come, and by which use", () => {
    const waiting = stepOf(of, "∂L/∂w = 6");
    assert.deepEqual(nodeRows(of, "w", waiting).slice(1, 3), [
      "∂L/∂w: 6.0000 (1 of 2 contributions so far)",
      "by b, line 5: 6.0000",
    ]);
    const whole = stepOf(of, "∂L/∂w += −24");
    assert.deepEqual(nodeRows(of, "w", whole).slice(1, 4), [
      "∂L/∂w: 6 − 24 = −18",
      "by b, line 5: 6.0000",
      "by a, line 4: −24.0000",
    ]);
  });

  it("is on its wire, with its place in the sum", () => {
    const whole = stepOf(of, "∂L/∂w += −24");
    assert.deepEqual(wire(of, "w", "a", whole), [
      "w → a | [] · a, line 4",
      "carries: 2.0000",
      "brings back: −24.0000",
      "came as: 2 of 2 to w",
      "all together: 6 − 24 = −18",
    ]);
    assert.deepEqual(wire(of, "w", "a", stepOf(of, "∂L/∂w = 6")), [
      "w → a | [] · a, line 4",
      "carries: 2.0000",
      "brings back: —",
      "1 of 2 so far: 6.0000",
    ]);
    assert.deepEqual(wire(of, "a", "loss", whole), [
      "a → loss | [] · loss, line 6",
      "carries: 6.0000",
      "brings back: −8.0000",
    ]);
  });

  it("of many numbers: the first of them, and their RMS", async () => {
    const many = await recorded(`import { noGrad, tensor } from "backstep";
const w = tensor([3, 4], { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) {
  const a = w.mul(w).sum();
  a.backward();
  noGrad(() => w.sub_(w.grad!)); w.grad = null;
}`);
    const step = stepOf(many, "w.grad +=");
    const told = wire(many, "w", "mul", step);
    assert.deepEqual(told.slice(0, 4), [
      "w → mul | [2] · mul, line 4",
      "carries: [3, 4]",
      "brings back: [3, 4]",
      "RMS: 3.5355",
    ]);
    assert.deepEqual(told.at(-1), "all together: [6, 8]");
  });
});
