import type { Graph } from "./graph";

const uses = new WeakMap<Graph, number[][]>();

/** Everything that some nodes were made of, and everything that was made of them; they themselves included. */
export function coneOf(graph: Graph, nodes: readonly number[]): ReadonlySet<number> {
  const cone = new Set(nodes);
  spread(cone, nodes, (node) => graph.nodes[node]?.inputs ?? []);
  const taken = takersOf(graph);
  spread(cone, nodes, (node) => taken[node] ?? []);
  return cone;
}

/** The nodes from one to another along the wires, both ends included; empty where no way leads there. */
export function between(graph: Graph, from: number, to: number): ReadonlySet<number> {
  const [after, before] = [new Set([from]), new Set([to])];
  const taken = takersOf(graph);
  spread(after, [from], (node) => taken[node] ?? []);
  spread(before, [to], (node) => graph.nodes[node]?.inputs ?? []);
  return new Set([...after].filter((node) => before.has(node)));
}

function spread(cone: Set<number>, from: readonly number[], next: (node: number) => readonly number[]): void {
  const seen = new Set(from);
  const queue = [...from];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const other of next(node)) {
      if (seen.has(other)) continue;
      seen.add(other);
      cone.add(other);
      queue.push(other);
    }
  }
}

/** By node those that take it, once for each wire. */
export function takersOf(graph: Graph): readonly (readonly number[])[] {
  const known = uses.get(graph);
  if (known !== undefined) return known;
  const made = graph.nodes.map((): number[] => []);
  for (const { from, to } of graph.edges) made[from]?.push(to);
  uses.set(graph, made);
  return made;
}
