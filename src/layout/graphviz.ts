import type { Graphviz } from "@hpcc-js/wasm-graphviz";
import { dotOf, type Topology } from "./dot";
import type { Layout, Orientation } from "./layout";

/** Lays out with Graphviz's `dot`. */
export function layoutBy(graphviz: Graphviz, topology: Topology, orientation: Orientation): Layout {
  if (topology.sizes.length === 0) {
    const none = new Float32Array();
    return { width: 0, height: 0, centres: none, points: none, starts: new Int32Array(1), frames: none };
  }
  return readLayout(graphviz.layout(dotOf(topology, orientation), "json", "dot"), topology);
}

/** Reads Graphviz's JSON: y grows upwards there, and edges come in an order of its own. */
export function readLayout(json: string, topology: Topology): Layout {
  const read: unknown = JSON.parse(json);
  const [, , width = 0, height = 0] = numbersIn(text(read, "bb"));
  const centres = new Float32Array(topology.sizes.length * 2);
  const frames = new Float32Array((topology.frames?.length ?? 0) * 4);
  for (const object of list(read, "objects")) {
    const name = text(object, "name");
    if (name.startsWith("cluster_")) {
      const [left = 0, bottom = 0, right = 0, top = 0] = numbersIn(text(object, "bb"));
      frames.set([left, height - top, right - left, top - bottom], Number(name.slice("cluster_".length)) * 4);
    }
    const index = /^n\d+$/.test(name) ? Number(name.slice(1)) : -1;
    if (index < 0) continue;
    const [x = 0, y = 0] = numbersIn(text(object, "pos"));
    centres.set([x, height - y], index * 2);
  }
  const splines: number[][] = topology.edges.map(() => []);
  for (const edge of list(read, "edges")) {
    const spline = splines[Number(text(edge, "n"))];
    const numbers = numbersIn(text(edge, "pos"));
    for (let i = 0; i + 1 < numbers.length; i += 2) spline?.push(numbers[i] ?? 0, height - (numbers[i + 1] ?? 0));
  }
  return { width, height, centres, frames, ...packed(splines) };
}

/** Splines, one list of coordinates per edge, laid end to end. */
export function packed(splines: readonly (readonly number[])[]): Pick<Layout, "points" | "starts"> {
  const starts = new Int32Array(splines.length + 1);
  splines.forEach((spline, i) => (starts[i + 1] = (starts[i] ?? 0) + spline.length / 2));
  const points = new Float32Array((starts[splines.length] ?? 0) * 2);
  splines.forEach((spline, i) => points.set(spline, (starts[i] ?? 0) * 2));
  return { points, starts };
}

function numbersIn(pos: string): number[] {
  return (pos.match(/-?\d+(\.\d+)?(e[-+]?\d+)?/g) ?? []).map(Number);
}

function field(from: unknown, key: string): unknown {
  return typeof from === "object" && from !== null ? Reflect.get(from, key) : undefined;
}

function text(from: unknown, key: string): string {
  const value = field(from, key);
  return typeof value === "string" ? value : "";
}

function list(from: unknown, key: string): readonly unknown[] {
  const value = field(from, key);
  return Array.isArray(value) ? value : [];
}
