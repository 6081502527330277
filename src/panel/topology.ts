import { cardSize, type Graph } from "../recording/graph";
import type { Topology } from "../layout/dot";

/**
 * What a layout needs of a graph: the cards' sizes and the wires. Not the modules: clusters made Graphviz cross the
 * wires into them, and nothing is drawn around a module.
 */
export function topologyOf(graph: Graph): Topology {
  return { sizes: graph.nodes.map(cardSize), edges: graph.edges };
}
