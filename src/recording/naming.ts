import type { Graph } from "./graph";

/** What an op's result is called in a formula: its name, or the op's, counted where several without a name do the same. */
export function nameIn(graph: Graph, node: number): string {
  const drawn = graph.nodes[node];
  if (drawn === undefined) return "x";
  if (drawn.named || drawn.kind !== "op") return drawn.label;
  const op = drawn.op.replace(/_$/, "");
  const alike = graph.nodes.filter((each) => !each.named && each.kind === "op" && each.op.replace(/_$/, "") === op);
  return alike.length === 1 ? op : `${op}#${alike.indexOf(drawn) + 1}`;
}
