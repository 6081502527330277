import { cardSize, type Graph } from "../recording/graph";
import type { Group, Topology } from "../layout/dot";

interface Frame extends Group {
  readonly nodes: number[];
  readonly groups: Frame[];
}

/** What a layout needs of a graph: the cards' sizes, the wires, and a frame around each module. */
export function topologyOf(graph: Graph): Topology {
  const top: Frame = { path: "", nodes: [], groups: [] };
  for (const node of graph.nodes) {
    let frame = top;
    for (const path of node.module) {
      let inner = frame.groups.find((each) => each.path === path);
      if (!inner) frame.groups.push((inner = { path, nodes: [], groups: [] }));
      frame = inner;
    }
    if (frame !== top) frame.nodes.push(node.index);
  }
  return { sizes: graph.nodes.map(cardSize), edges: graph.edges, groups: top.groups };
}
