import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { compareAt, differenceOf, type FirstDifference, firstDifference } from "../../src/recording/compare";
import { foldedOf, noFolds } from "../../src/recording/folds";
import { type Graph, type GraphEdge, graphOf } from "../../src/recording/graph";
import { asOne, joinedOf } from "../../src/recording/joined";
import { matchOf } from "../../src/recording/match";
import { stepsOf } from "../../src/recording/steps";
import type { Value } from "../../src/recording/value";
import { iteration, recorded, type Recorded } from "./recorded";

const example = (name: string): string => readFileSync(join(__dirname, `../../examples/${name}.ts`), "utf8");

const regression = (rate: number, model = "w.mul(x)"): string => `
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 5; epoch++) {
  const loss = ${model}.sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(${rate})));
  w.grad!.zero_();
}`;

function first(a: Recorded, b: Recorded, beyond?: number): FirstDifference | null {
  const looking = firstDifference(a, b, beyond);
  for (;;) {
    const { done, value } = looking.next();
    if (done) return value ?? null;
  }
}

const scalar = (...data: number[]): Value => ({ shape: [data.length], dtype: "float32", data });

/** "epoch 0: w.grad += −30" */
function told({ recording, outline }: Recorded, found: FirstDifference | null): string {
  if (!found) return "nowhere";
  const segment = outline.segments[found.segment]!;
  return `${outline.label(segment)}: ${stepsOf(recording, segment).steps[found.step]!.text}`;
}

describe("compare", function () {
  this.timeout(60_000);

  it("measures a difference relative to the larger", () => {
    assert.equal(differenceOf(scalar(1, 2), scalar(1, 2)), 0);
    assert.equal(differenceOf(scalar(1, 4), scalar(1, 2)), 0.5);
    assert.equal(differenceOf(scalar(-1), scalar(1)), 2);
    assert.equal(differenceOf(scalar(0), scalar(-0)), 0);
    assert.equal(differenceOf(scalar(NaN), scalar(NaN)), 0);
    assert.equal(differenceOf(scalar(NaN), scalar(1)), Infinity);
    assert.ok(Number.isNaN(differenceOf(scalar(1), scalar(1, 2))));
    assert.ok(Number.isNaN(differenceOf(scalar(1), null)));
  });

  it("finds the step where another learning rate first shows: the update of epoch 0", async () => {
    const [a, b] = [await recorded(regression(0.01)), await recorded(regression(0.1))];
    const found = first(a, b);
    assert.match(told(a, found), /^epoch 0: /);
    const step = stepsOf(a.recording, iteration(a.outline, 0)).steps[found!.step]!;
    assert.equal(stepsOf(a.recording, iteration(a.outline, 0)).phases[step.phase]?.kind, "update");
    assert.equal(first(a, await recorded(regression(0.01))), null);
    assert.equal(first(a, await recorded(regression(0.010000001))), null);
    assert.ok(first(a, await recorded(regression(0.010000001)), 1e-9) !== null);
  });

  it("compares each node with its partner at the moment that matches", async () => {
    const [a, b] = [await recorded(regression(0.01)), await recorded(regression(0.1))];
    const [one, two] = [iteration(a.outline, 1), iteration(b.outline, 1)];
    const { nodes } = compareAt(a.recording, one, 3, b.recording, two);
    const { graph } = graphOf(a.recording, one);
    const joined = joinedOf(a.recording, one, b.recording, two);
    assert.deepEqual([joined.addedNodes, joined.nodes, joined.addedEdges, joined.edges], [[], [], [], []]);
    assert.equal(asOne(graph, joined), graph);
    const w = nodes.find(({ node }) => graph.nodes[node]?.label === "w")!;
    assert.equal(w.value?.data?.[0], 3); // 0 − 0.1 · −30
    assert.ok(Math.abs(w.ofValue - 0.9) < 1e-6); // 0.3 against 3
    assert.equal(nodes.find(({ node }) => graph.nodes[node]?.label === "x")?.ofValue, 0);
  });

  it("matches another topology by call site and order: what is added, and what is gone", async () => {
    const [a, b] = [await recorded(regression(0.01)), await recorded(regression(0.01, "w.mul(x).add(1)"))];
    const [one, two] = [iteration(a.outline, 0), iteration(b.outline, 0)];
    const match = matchOf(a.recording, one, b.recording, two);
    const nodes = graphOf(b.recording, two).graph.nodes;
    assert.deepEqual(
      match.gone.map((k) => nodes[k]!.op || nodes[k]!.label),
      ["add"],
    );
    assert.ok(match.partner.every((node) => node >= 0));
    const other = matchOf(b.recording, two, a.recording, one);
    assert.deepEqual(
      nodes.filter(({ index }) => other.partner[index] === -1).map(({ op, label }) => op || label),
      ["add"],
    );
  });

  it("holds a gradient by hand against autograd: they part at the first update of w", async () => {
    const [a, b] = [await recorded(example("autograd")), await recorded(example("hand-written-gradient"))];
    const found = first(a, b);
    assert.ok(found);
    const { graph } = graphOf(a.recording, a.outline.segments[found.segment]!);
    assert.equal(graph.nodes[found.node]?.label, "w");
    // w.mul(x) here and x.mul(w) there are both yPred; the other has no backward, so its forward is over and w still 0.
    const [one, two] = [iteration(a.outline, 0), iteration(b.outline, 0)];
    const step = stepsOf(a.recording, one).phases.find(({ kind }) => kind === "backward")!.endStep - 1;
    const { nodes } = compareAt(a.recording, one, step, b.recording, two);
    const joined = joinedOf(a.recording, one, b.recording, two);
    assert.deepEqual(joined.addedNodes, []);
    assert.deepEqual(
      joined.nodes.map(({ op }) => op),
      ["mul", "sub", "dot", "mean"],
    );
    assert.deepEqual(nodes.find(({ node }) => graph.nodes[node]?.label === "w")?.value?.data?.[0], 0);
  });

  it("draws both graphs as one: what only one has is there once, the wires of both, folds as before", async () => {
    const [a, b] = [await recorded(regression(0.01, "w.mul(x).add(1)")), await recorded(regression(0.01, "w.mul(x)"))];
    const [one, two] = [iteration(a.outline, 0), iteration(b.outline, 0)];
    const own = graphOf(a.recording, one).graph;
    const without = joinedOf(a.recording, one, b.recording, two);
    const named = (graph: Graph, node: number): string => graph.nodes[node]!.label;
    const wires = (graph: Graph, edges: readonly GraphEdge[]): string[] =>
      edges.map(({ from, to }) => `${named(graph, from)} → ${named(graph, to)}`);
    const union = asOne(own, without);
    assert.equal(union.nodes.length, own.nodes.length);
    assert.deepEqual(
      without.addedNodes.map((node) => own.nodes[node]!.op || named(own, node)),
      ["add"],
    );
    // Without the sum the product goes into the difference by itself.
    assert.deepEqual(wires(union, without.edges), ["mul → sub"]);
    assert.deepEqual(
      wires(
        own,
        without.addedEdges.map((edge) => own.edges[edge]!),
      ),
      ["mul → add(1)", "add(1) → sub"],
    );
    // The other way round the same cards and wires are drawn.
    const other = graphOf(b.recording, two).graph;
    const within = joinedOf(b.recording, two, a.recording, one);
    const both = asOne(other, within);
    assert.deepEqual(both.nodes.map(({ label }) => label).sort(), union.nodes.map(({ label }) => label).sort());
    assert.deepEqual(wires(both, both.edges).sort(), wires(union, union.edges).sort());
    assert.equal(asOne(other, within), both);
    assert.equal(foldedOf(both, noFolds).cards.length, both.nodes.length);
  });

  it("takes data that goes into the same op for the same, whatever it is called", async () => {
    const [a, b] = [regression(0.01), regression(0.01).replace(/\bx\b/g, "inputs").replace(/\by\b/g, "targets")];
    const [one, two] = [await recorded(a), await recorded(b)];
    const joined = joinedOf(one.recording, iteration(one.outline, 0), two.recording, iteration(two.outline, 0));
    assert.deepEqual([joined.addedNodes, joined.nodes, joined.edges], [[], [], []]);
  });
});
