import { deepEqual, equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { foldedOf, type Folds, noFolds, revealed, toggled } from "../../src/recording/folds";
import { type Graph, graphOf } from "../../src/recording/graph";
import { groupsOf } from "../../src/recording/groups";
import { stepsOf } from "../../src/recording/steps";
import { coneOf } from "../../src/recording/cone";
import { Session } from "../../src/session/session";
import { chunksOf } from "../session/recorded";

const transformer = `import { manualSeed, nn, randn, type Tensor } from "backstep";
manualSeed(0);
class Model extends nn.Module {
  layers = new nn.ModuleList(Array.from({ length: 4 }, () => new nn.TransformerEncoderLayer(8, 2, { dimFeedforward: 16 })));
  head = new nn.Linear(8, 2);
  forward(x: Tensor) {
    for (const layer of this.layers) x = layer(x);
    return this.head(x);
  }
}
const model = new Model();
const x = randn(2, 3, 8);
for (let step = 0; step < 2; step++) model(x).pow(2).mean().backward();
`;

const scalars = `import { tensor, type Tensor } from "backstep";
const ws = Array.from({ length: 60 }, (_, k) => tensor(k / 60, { requiresGrad: true }));
const neuron = (x: Tensor): Tensor => {
  let sum = tensor(0);
  for (const w of ws) sum = sum.add(w.mul(x));
  return sum.tanh();
};
for (let epoch = 0; epoch < 2; epoch++) {
  let loss = tensor(0);
  for (let point = 0; point < 12; point++) loss = loss.add(neuron(tensor(point)));
  loss.backward();
}
`;

const penalized = `import { autograd, manualSeed, nn, randn } from "backstep";
manualSeed(0);
const model = new nn.Sequential(new nn.Linear(3, 4), new nn.Tanh(), new nn.Linear(4, 1));
const x = randn(2, 3, { requiresGrad: true });
for (let step = 0; step < 2; step++) {
  const score = model(x).sum();
  const [slope] = autograd.grad(score, [x], { createGraph: true });
  const loss = score.add(slope!.pow(2).sum());
  loss.backward();
  model.zeroGrad();
}
`;

async function iteration(text: string) {
  const session = new Session({ id: "a", title: "a.ts", number: 1, origin: null, previous: null });
  const { chunks, message } = await chunksOf(text);
  equal(message, "");
  for (const chunk of chunks) session.add(chunk);
  session.end("done", null, 9);
  const segment = session.outline.segments[session.track.segmentOf(1)]!;
  const drawn = graphOf(session.recording, segment);
  return { graph: drawn.graph, drawn, steps: stepsOf(session.recording, segment).steps };
}

const atDepth = (depth: number): Folds => ({ depth, toggled: [] });

/** Every node is in exactly one card, every edge in one wire or inside a card, every card in the frame it should be. */
function expectLawful(graph: Graph, folds: Folds): void {
  const { cards, cardOf, edges, frames, frameOf } = foldedOf(graph, folds);
  const inCards = cards.flatMap(({ node, group }) => (node === null ? [...group.nodes] : [node.index]));
  equal(inCards.length, graph.nodes.length);
  deepEqual(
    inCards.sort((a, b) => a - b),
    graph.nodes.map(({ index }) => index),
  );
  cards.forEach(({ node, group }, card) => {
    for (const each of node === null ? group.nodes : [node.index]) equal(cardOf[each], card);
    const around = frames[frameOf[card] ?? -1]?.group;
    if (around) for (const each of node === null ? group.nodes : [node.index]) ok(around.nodes.includes(each));
  });
  const drawn = edges.flatMap((edge) => edge.edges);
  equal(new Set(drawn).size, drawn.length);
  graph.edges.forEach(({ from, to }, index) => equal(drawn.includes(index), cardOf[from] !== cardOf[to]));
  for (const edge of edges)
    for (const each of edge.edges) {
      equal(cardOf[graph.edges[each]!.from], edge.from);
      equal(cardOf[graph.edges[each]!.to], edge.to);
    }
}

describe("folds", function () {
  this.timeout(30_000);

  it("draws what createGraph made as one card, last to be opened by depth, and leaves weights in their layers", async () => {
    const { graph, steps } = await iteration(penalized);
    const { all, of, forwardLevels, levels } = groupsOf(graph);
    const gradient = all.find(({ kind }) => kind === "gradient")!;
    equal(gradient.name, "gradient of score");
    equal(graph.nodes[gradient.output]?.label, "slope");
    ok(gradient.nodes.every((node) => of[node]?.kind === "gradient"));
    equal(gradient.depth, forwardLevels);
    equal(levels, forwardLevels + 1);
    const folded = foldedOf(graph, noFolds);
    deepEqual(
      folded.cards.flatMap(({ group }) => group ?? []),
      [gradient],
    );
    expectLawful(graph, noFolds);
    const open = foldedOf(graph, toggled(graph, noFolds, gradient.id));
    equal(open.cards.length, graph.nodes.length);
    ok(open.frames.some(({ group }) => group === gradient));
    for (const node of graph.nodes.filter(({ isParameter }) => isParameter)) equal(of[node.index]?.kind, "module");
    const rules = steps.filter(({ kind, node }) => kind === "rule" && gradient.nodes.includes(node));
    ok(rules.length > 3, "the second backward goes through what the first computed");
  });

  for (const [name, text] of [
    ["a transformer", transformer],
    ["scalars in loops", scalars],
    ["a gradient penalty", penalized],
    ["the first example", readFileSync("examples/one-weight.ts", "utf8")],
  ] as const) {
    it(`draws every node of ${name} once, to any depth`, async () => {
      const { graph } = await iteration(text);
      const { levels } = groupsOf(graph);
      for (let depth = 0; depth <= levels; depth++) expectLawful(graph, atDepth(depth));
      equal(foldedOf(graph, atDepth(levels)).cards.length, graph.nodes.length);
      for (let depth = 1; depth <= levels; depth++)
        ok(foldedOf(graph, atDepth(depth)).cards.length > foldedOf(graph, atDepth(depth - 1)).cards.length);
    });
  }

  it("gives the same again after a group was opened and folded", async () => {
    const { graph } = await iteration(transformer);
    for (const group of groupsOf(graph).all) {
      const once = toggled(graph, atDepth(1), group.id);
      expectLawful(graph, once);
      deepEqual(toggled(graph, once, group.id), atDepth(1));
    }
  });

  it("names groups once, so that folds are found again in another run", async () => {
    const [one, other] = await Promise.all([iteration(transformer), iteration(transformer)]);
    const ids = groupsOf(one.graph).all.map(({ id }) => id);
    equal(new Set(ids).size, ids.length);
    deepEqual(
      ids,
      groupsOf(other.graph).all.map(({ id }) => id),
    );
    const again = groupsOf((await iteration(scalars)).graph).all.map(({ id }) => id);
    equal(new Set(again).size, again.length);
  });

  it("puts equal blocks that follow each other together", async () => {
    const { graph } = await iteration(transformer);
    const repeat = groupsOf(graph).all.find(({ kind }) => kind === "repeat");
    equal(repeat?.name, "layers.0 … 3");
    equal(repeat.note, "4 × TransformerEncoderLayer");
    equal(repeat.weights, 4 * (24 * 8 + 24 + 8 * 8 + 8 + 16 * 8 + 16 + 8 * 16 + 8 + 4 * 8));
    equal(graph.nodes[repeat.output]?.op, "layerNorm");
  });

  it("opens a small graph whole and a large one folded", async () => {
    const { graph } = await iteration(transformer);
    ok(graph.nodes.length > 200);
    const folded = foldedOf(graph, noFolds);
    ok(folded.cards.length <= 16 && folded.cards.some(({ group }) => group !== null));
    const small = (await iteration(readFileSync("examples/linear-regression.ts", "utf8"))).graph;
    equal(foldedOf(small, noFolds).cards.length, small.nodes.length);
  });

  it("leaves data outside of the modules that take it, parameters inside", async () => {
    const { graph } = await iteration(transformer);
    const { of } = groupsOf(graph);
    for (const { kind, isParameter, label, index } of graph.nodes) {
      if (kind !== "leaf" || label === "layer(x)") continue;
      equal(of[index] !== null, isParameter, label);
    }
  });

  it("says of every step which card it is about", async () => {
    const { graph, drawn, steps } = await iteration(transformer);
    const { cardOf, cards } = foldedOf(graph, atDepth(1));
    steps.forEach((_, step) => {
      const node = drawn.stepNodes[step] ?? -1;
      if (node < 0) return;
      const card = cards[cardOf[node]!]!;
      ok(card.node?.index === node || card.group?.nodes.includes(node));
    });
  });

  it("opens what hides a node, and nothing else", async () => {
    const { graph } = await iteration(transformer);
    const deep = groupsOf(graph).all.find(({ depth }) => depth === 3)!;
    const shown = foldedOf(graph, revealed(graph, atDepth(0), deep.nodes[0]!));
    equal(shown.cards[shown.cardOf[deep.nodes[0]!]!]?.node?.index, deep.nodes[0]);
    deepEqual(
      shown.frames.map(({ group }) => group.depth),
      [0, 1, 2, 3],
    );
  });

  it("finds what a node was made of and what was made of it", async () => {
    const { graph } = await iteration(readFileSync("examples/autograd.ts", "utf8"));
    const loss = graph.nodes.findLast(({ kind }) => kind === "op")!;
    equal(coneOf(graph, [loss.index]).size, graph.nodes.length);
    const [leaf, other] = graph.nodes.filter(({ kind }) => kind === "leaf");
    const cone = coneOf(graph, [leaf!.index]);
    ok(cone.has(loss.index) && !cone.has(other!.index));
  });
});
