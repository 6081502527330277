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
    // Folded groups can give to each other both ways; what goes against the order of the nodes is left out.
    if (from > to) continue;
    inputs[to]?.push(from);
    outputs[from]?.push(to);
  }
  const layers = layersOf(inputs, outputs);
  order(layers, inputs, outputs);
  return place(topology, layers, orientation);
}

/** Longest path from the inputs; a node without inputs stands right before its first use. */
function layersOf(inputs: readonly number[][], outputs: readonly number[][]): number[][] {
  const depth = inputs.map(() => 0);
  const left = inputs.map((of) => of.length);
  const at = (node: number): number => depth[node] ?? 0;
  const ready = inputs.flatMap((of, i) => (of.length === 0 ? [i] : []));
  for (const node of ready) {
    for (const next of outputs[node] ?? []) {
      depth[next] = Math.max(at(next), at(node) + 1);
      const rest = (left[next] ?? 0) - 1;
      left[next] = rest;
      if (rest === 0) ready.push(next);
    }
  }
  inputs.forEach((of, i) => {
    const uses = outputs[i] ?? [];
    if (of.length === 0 && uses.length > 0) depth[i] = Math.min(...uses.map(at)) - 1;
  });
  const layers = Array.from({ length: depth.reduce((most, d) => Math.max(most, d + 1), 0) }, (): number[] => []);
  depth.forEach((d, i) => layers[d]?.push(i));
  return layers;
}

/** Barycentre sweeps: a node goes where its neighbours in the layer before are. */
function order(layers: number[][], inputs: readonly number[][], outputs: readonly number[][]): void {
  const position = inputs.map(() => 0);
  const at = (node: number): number => position[node] ?? 0;
  const number = (layer: readonly number[]): void => {
    layer.forEach((node, i) => (position[node] = i));
  };
  layers.forEach(number);
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const [along, neighbours] = sweep % 2 === 0 ? [layers, inputs] : [layers.toReversed(), outputs];
    for (const layer of along) {
      const middle = new Map(
        layer.map((node) => {
          const near = neighbours[node] ?? [];
          return [node, near.length ? near.reduce((sum, n) => sum + at(n), 0) / near.length : at(node)];
        }),
      );
      layer.sort((a, b) => (middle.get(a) ?? 0) - (middle.get(b) ?? 0));
      number(layer);
    }
  }
}

/** A card as the layers see it: its size along the wires and across them, and its middle. */
interface Place {
  readonly thick: number;
  readonly broad: number;
  along: number;
  side: number;
}

function place(topology: Topology, layers: readonly number[][], orientation: Orientation): Layout {
  const across = orientation === "LR";
  const places = topology.sizes.map(({ width, height }): Place => {
    const [thick, broad] = across ? [width, height] : [height, width];
    return { thick, broad, along: 0, side: 0 };
  });
  const rows = layers.map((layer) => layer.flatMap((node) => places[node] ?? []));
  const breadthOf = (row: readonly Place[]): number =>
    row.reduce((sum, { broad }) => sum + broad + betweenNodes, -betweenNodes);
  const breadth = rows.reduce((most, row) => Math.max(most, breadthOf(row)), 0);
  let start = 0;
  for (const row of rows) {
    const thickness = row.reduce((most, { thick }) => Math.max(most, thick), 0);
    let at = (breadth - breadthOf(row)) / 2;
    for (const card of row) {
      card.along = start + thickness / 2;
      card.side = at + card.broad / 2;
      at += card.broad + betweenNodes;
    }
    start += thickness + betweenLayers;
  }
  const length = Math.max(0, start - betweenLayers);
  const boxes = places.map(({ along, side, thick, broad }): CentredBox =>
    across ? { x: along, y: side, width: thick, height: broad } : { x: side, y: along, width: broad, height: thick },
  );
  const splines = topology.edges.map(({ from, to }) => {
    const [giver, taker] = [boxes[from], boxes[to]];
    return giver && taker ? wireBetween(giver, taker, orientation) : [];
  });
  const centres = new Float32Array(boxes.flatMap(({ x, y }) => [x, y]));
  return {
    width: across ? length : breadth,
    height: across ? breadth : length,
    centres,
    frames: framesAround(topology, centres),
    ...packed(splines),
  };
}

/** A card by its middle. */
export interface CentredBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A plain wire between two cards: a start and one cubic piece, or three where it has to go back. */
export function wireBetween(giver: CentredBox, taker: CentredBox, orientation: Orientation): number[] {
  const across = orientation === "LR";
  const [from, to] = across ? [giver, taker] : [turned(giver), turned(taker)];
  const [a, b] = [from.x + from.width / 2, to.x - to.width / 2];
  const bend = Math.max(16, (b - a) / 2);
  const points = b > a ? [a, from.y, a + bend, from.y, b - bend, to.y, b, to.y] : wireBack(from, to);
  return across ? points : points.map((_, k) => points[k ^ 1] ?? 0);
}

const roundTurn = 26;

/** From left to right to a card that stands further left: round, and back between the two or below both. */
function wireBack(from: CentredBox, to: CentredBox): number[] {
  const [upper, lower] = from.y < to.y ? [from, to] : [to, from];
  const [end, begin] = [upper.y + upper.height / 2, lower.y - lower.height / 2];
  const lane = begin - end >= betweenNodes / 2 ? (begin + end) / 2 : lower.y + lower.height / 2 + betweenNodes;
  const [a, b] = [from.x + from.width / 2, to.x - to.width / 2];
  const third = (a - b) / 3;
  return [
    ...[a, from.y, a + roundTurn, from.y, a + roundTurn, lane, a, lane],
    ...[a - third, lane, b + third, lane, b, lane],
    ...[b - roundTurn, lane, b - roundTurn, to.y, b, to.y],
  ];
}

function turned({ x, y, width, height }: CentredBox): CentredBox {
  return { x: y, y: x, width: height, height: width };
}

const frameMargin = 14;
const frameTitle = 24;

/** Frames around their cards, wherever these stand: they may lie over one another. */
export function framesAround({ sizes, frames = [], frameOf }: Topology, centres: Float32Array): Float32Array {
  const bounds = frames.map(() => ({ left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity }));
  const take = (frame: number, left: number, top: number, right: number, bottom: number): void => {
    const of = bounds[frame];
    if (of === undefined) return;
    of.left = Math.min(of.left, left - frameMargin);
    of.top = Math.min(of.top, top - frameTitle);
    of.right = Math.max(of.right, right + frameMargin);
    of.bottom = Math.max(of.bottom, bottom + frameMargin);
  };
  sizes.forEach(({ width, height }, i) => {
    const [x, y] = [centres[2 * i] ?? 0, centres[2 * i + 1] ?? 0];
    take(frameOf?.[i] ?? -1, x - width / 2, y - height / 2, x + width / 2, y + height / 2);
  });
  for (let i = frames.length - 1; i >= 0; i--) {
    const of = bounds[i];
    if (of !== undefined) take(frames[i]?.parent ?? -1, of.left, of.top, of.right, of.bottom);
  }
  return new Float32Array(bounds.flatMap(({ left, top, right, bottom }) => [left, top, right - left, bottom - top]));
}
