import type { Orientation } from "./layout";

/** Sizes and wires of a graph: all that a layout depends on. */
export interface Topology {
  /** Width and height of each node's card in pixels. */
  readonly sizes: readonly { readonly width: number; readonly height: number }[];
  /** In the graph's own order, several between the same two nodes included. */
  readonly edges: readonly { readonly from: number; readonly to: number }[];
}

const pointsPerInch = 72;

/** The graph in Graphviz's language; one point is one pixel, and `n` on each edge is its index. */
export function dotOf(topology: Topology, orientation: Orientation): string {
  const lines = [
    "digraph {",
    // Room for a value wire and a gradient wire side by side, and for their arrow heads.
    `graph [rankdir=${orientation} nodesep=0.42 ranksep=0.55 splines=spline]`,
    "node [shape=record fixedsize=true]",
    "edge [arrowhead=none]",
  ];
  const inputs = topology.sizes.map(() => 0);
  const ports = topology.edges.map(({ to }) => {
    const port = inputs[to] ?? 0;
    inputs[to] = port + 1;
    return port;
  });
  topology.sizes.forEach(({ width, height }, i) => {
    const label = Array.from({ length: inputs[i] ?? 0 }, (_, k) => `<p${k}>`).join("|");
    lines.push(`n${i} [width=${inches(width)} height=${inches(height)} label="${label}"]`);
  });
  const [tail, head] = orientation === "LR" ? ["e", "w"] : ["s", "n"];
  topology.edges.forEach(({ from, to }, i) => {
    lines.push(`n${from}:${tail} -> n${to}:p${ports[i] ?? 0}:${head} [n=${i}]`);
  });
  lines.push("}");
  return lines.join("\n");
}

function inches(pixels: number): string {
  return (pixels / pointsPerInch).toFixed(4);
}
