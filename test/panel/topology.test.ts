import { strict as assert } from "node:assert";
import type { GraphNode } from "../../src/recording/graph";
import { foldedOf, noFolds } from "../../src/recording/folds";
import { topologyOf } from "../../src/panel/topology";

const node = (index: number, module: readonly string[]): GraphNode => ({
  index,
  kind: "op",
  label: `n${index}`,
  named: false,
  op: "mul",
  symbol: "×",
  attrs: "",
  shape: [],
  dtype: "float32",
  requiresGrad: true,
  isParameter: false,
  retained: false,
  site: -1,
  module,
  place: null,
  inputs: [],
  phase: "forward",
});

describe("topology of a graph", () => {
  it("has a card for each node and a wire for each edge", () => {
    const nodes = [node(0, []), node(1, ["layers"]), node(2, ["layers", "layers.0"]), node(3, ["head"])];
    const edges = [{ from: 0, to: 1, input: 0 }];
    const topology = topologyOf(foldedOf({ key: "k", own: nodes.length, nodes, edges }, noFolds));
    assert.equal(topology.sizes.length, 4);
    assert.ok(topology.sizes.every(({ width, height }) => width > 0 && height > 0));
    assert.deepEqual(
      topology.edges.map(({ from, to }) => [from, to]),
      [[0, 1]],
    );
  });
});
