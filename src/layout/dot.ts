import type { Orientation } from "./layout";

/** Sizes and wires of a graph: all that a layout depends on. */
export interface Topology {
  /** Width and height of each node's card in pixels. */
  readonly sizes: readonly { readonly width: number; readonly height: number }[];
  /** In the graph's own order, several between the same two nodes included. */
  readonly edges: readonly { readonly from: number; readonly to: number }[];
  /** Frames around nodes: the frame around each, −1 for none, and the width its title takes. Outer ones come first. */
  readonly frames?: readonly { readonly parent: number; readonly title: number }[];
  /** By node the innermost frame around it, −1 for none. */
  readonly frameOf?: Int32Array;
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
  lines.push(...clustersOf(topology));
  const [tail, head] = orientation === "LR" ? ["e", "w"] : ["s", "n"];
  topology.edges.forEach(({ from, to }, i) => {
    lines.push(`n${from}:${tail} -> n${to}:p${ports[i] ?? 0}:${head} [n=${i}]`);
  });
  lines.push("}");
  return lines.join("\n");
}

/** Frames as Graphviz's clusters; a label as wide as the title keeps room for it. */
function clustersOf({ frames = [], frameOf = new Int32Array() }: Topology): string[] {
  const members = frames.map((): string[] => []);
  frameOf.forEach((frame, node) => members[frame]?.push(`n${node}`));
  const inside = frames.map((): number[] => []);
  frames.forEach(({ parent }, i) => inside[parent]?.push(i));
  const write = (i: number): string =>
    [
      `subgraph cluster_${i} {`,
      `graph [margin=14 label="${"x".repeat(Math.ceil((frames[i]?.title ?? 0) / letter))}" fontsize=13 fontname=Courier]`,
      (members[i] ?? []).join("; "),
      ...(inside[i] ?? []).map(write),
      "}",
    ].join("\n");
  return frames.flatMap(({ parent }, i) => (parent < 0 ? [write(i)] : []));
}

/** Width of one letter of a frame's title, in Courier of 13 points. */
const letter = 7.8;

function inches(pixels: number): string {
  return (pixels / pointsPerInch).toFixed(4);
}
