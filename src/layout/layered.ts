import type { Topology } from "./dot";
import type { Layout, Orientation } from "./layout";
import { packed } from "./graphviz";

const betweenLayers = 56;
const betweenNodes = 26;
const sweeps = 4;

/** A plain layered layout in linear time, for graphs that Graphviz would think about for minutes. */
export function layered(topology: Topology, orientation: Orientation): Layout {
  const { sizes, edges } = topology;
  const inputs = sizes.map((): number[] => []);
  const outputs = sizes.map((): number[] => []);
  for (const { from, to } of edges) {
    inputs[to]?.push(from);
    outputs[from]?.push(to);
  }
  const layers = layersOf(inputs, outputs);
  order(layers, inputs, outputs);
  return place(topology, layers, orientation);
}

/** Longest path from the inputs; a node without inputs stands right before its first use. */
function layersOf(inputs: readonly number[][], outputs: readonly number[][]): number[][] {
  const depth = new Int32Array(inputs.length);
  const left = Int32Array.from(inputs, (of) => of.length);
  const ready = inputs.flatMap((of, i) => (of.length === 0 ? [i] : []));
  for (let at = 0; at < ready.length; at++) {
    const node = ready[at]!;
    for (const next of outputs[node] ?? []) {
      depth[next] = Math.max(depth[next]!, depth[node]! + 1);
      if (--left[next]! === 0) ready.push(next);
    }
  }
  inputs.forEach((of, i) => {
    const uses = outputs[i] ?? [];
    if (of.length === 0 && uses.length > 0) depth[i] = Math.min(...uses.map((use) => depth[use]!)) - 1;
  });
  const layers: number[][] = [];
  depth.forEach((d, i) => (layers[d] ??= []).push(i));
  return Array.from(layers, (layer) => layer ?? []);
}

/** Barycentre sweeps: a node goes where its neighbours in the layer before are. */
function order(layers: number[][], inputs: readonly number[][], outputs: readonly number[][]): void {
  const position = new Float64Array(inputs.length);
  const number = (layer: readonly number[]): void => layer.forEach((node, i) => (position[node] = i));
  layers.forEach(number);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const [along, neighbours] = sweep % 2 === 0 ? [layers, inputs] : [layers.toReversed(), outputs];
    for (const layer of along) {
      const middle = new Map(
        layer.map((node) => {
          const near = neighbours[node] ?? [];
          return [node, near.length ? near.reduce((sum, n) => sum + position[n]!, 0) / near.length : position[node]!];
        }),
      );
      layer.sort((a, b) => middle.get(a)! - middle.get(b)!);
      number(layer);
    }
  }
}

function place(topology: Topology, layers: readonly number[][], orientation: Orientation): Layout {
  const across = orientation === "LR";
  const size = (node: number): { along: number; side: number } => {
    const { width, height } = topology.sizes[node]!;
    return across ? { along: width, side: height } : { along: height, side: width };
  };
  const thickness = layers.map((layer) => Math.max(0, ...layer.map((node) => size(node).along)));
  const breadths = layers.map((layer) => layer.reduce((sum, n) => sum + size(n).side + betweenNodes, -betweenNodes));
  const breadth = Math.max(0, ...breadths);
  const along = new Float32Array(topology.sizes.length);
  const side = new Float32Array(topology.sizes.length);
  let start = 0;
  layers.forEach((layer, i) => {
    let at = (breadth - breadths[i]!) / 2;
    for (const node of layer) {
      along[node] = start + thickness[i]! / 2;
      side[node] = at + size(node).side / 2;
      at += size(node).side + betweenNodes;
    }
    start += thickness[i]! + betweenLayers;
  });
  const length = Math.max(0, start - betweenLayers);
  const point = (a: number, s: number): number[] => (across ? [a, s] : [s, a]);
  const centres = new Float32Array(topology.sizes.flatMap((_, i) => point(along[i]!, side[i]!)));
  const splines = topology.edges.map(({ from, to }) => {
    const a = along[from]! + size(from).along / 2;
    const b = along[to]! - size(to).along / 2;
    const bend = Math.max(16, (b - a) / 2);
    return [
      ...point(a, side[from]!),
      ...point(a + bend, side[from]!),
      ...point(b - bend, side[to]!),
      ...point(b, side[to]!),
    ];
  });
  return { width: across ? length : breadth, height: across ? breadth : length, centres, ...packed(splines) };
}
