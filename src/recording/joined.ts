import { matchOf } from "./match";
import { type Graph, graphOf, type GraphEdge, type GraphNode } from "./graph";
import type { Place } from "./places";
import type { Recording } from "./recording";
import type { Segment } from "./segment";

/** Who has a card or a wire of two graphs that are drawn as one. */
export type Owner = "both" | "here" | "there";

/** A place of the other's nodes; `parent` is its index among them, −1 for none. */
export type OtherPlace = Pick<Place, "id" | "kind" | "name" | "note"> & { readonly parent: number };

/** A node that only the other has, numbered on after the graph's own; its place is an index, −1 for none. */
export type OtherNode = Omit<GraphNode, "place"> & { readonly place: number };

/** What a graph lacks of the one that it is drawn with, and what that one lacks. */
export interface Joined {
  /** Key of the graph itself … */
  readonly of: string;
  /** … and of both as one. */
  readonly key: string;
  readonly nodes: readonly OtherNode[];
  readonly places: readonly OtherPlace[];
  /** Wires that only the other has. */
  readonly edges: readonly GraphEdge[];
  /** Nodes and wires of its own that the other lacks. */
  readonly addedNodes: readonly number[];
  readonly addedEdges: readonly number[];
  /** What `nodes` and `edges` are in the other graph itself. */
  readonly theirs: { readonly nodes: readonly number[]; readonly edges: readonly number[] };
}

const known = new WeakMap<ReturnType<typeof matchOf>, Joined>();

/** Holds the graph of a segment against that of another run's. */
export function joinedOf(a: Recording, first: Segment, b: Recording, second: Segment): Joined {
  const match = matchOf(a, first, b, second);
  const found = known.get(match);
  if (found) return found;
  const [own, other] = [graphOf(a, first).graph, graphOf(b, second).graph];
  const indices = new Int32Array(other.nodes.length).fill(-1);
  match.partner.forEach((theirs, node) => {
    if (theirs >= 0) indices[theirs] = node;
  });
  match.gone.forEach((theirs, k) => (indices[theirs] = own.nodes.length + k));
  const places = new PlaceList();
  const nodes = match.gone.flatMap((theirs): OtherNode[] => {
    const node = other.nodes[theirs];
    if (!node) return [];
    const inputs = node.inputs.map((input) => indices[input] ?? -1);
    return [{ ...node, index: indices[theirs] ?? -1, site: -1, inputs, place: places.indexOf(node.place) }];
  });
  const wires = new Map<string, number[]>();
  const wireOf = (from: number, to: number): string => `${from} ${to}`;
  own.edges.forEach(({ from, to }, edge) => {
    const list = wires.get(wireOf(from, to));
    if (list) list.push(edge);
    else wires.set(wireOf(from, to), [edge]);
  });
  const edges: GraphEdge[] = [];
  const theirs: number[] = [];
  other.edges.forEach((edge, index) => {
    const [from, to] = [indices[edge.from] ?? -1, indices[edge.to] ?? -1];
    if (wires.get(wireOf(from, to))?.shift() !== undefined) return;
    edges.push({ from, to, input: edge.input });
    theirs.push(index);
  });
  const addedEdges = [...wires.values()].flat().sort((x, y) => x - y);
  const addedNodes = own.nodes.map(({ index }) => index).filter((index) => match.partner[index] === -1);
  const same = nodes.length + edges.length + addedNodes.length + addedEdges.length === 0;
  const key = same ? own.key : `${own.key} with ${other.key} ${nodes.length} ${edges.length}`;
  const joined = {
    ...{ of: own.key, key, nodes, places: places.all, edges, addedNodes, addedEdges },
    theirs: { nodes: match.gone, edges: theirs },
  };
  known.set(match, joined);
  return joined;
}

const unions = new WeakMap<Graph, Map<string, Graph>>();

/** Both graphs as one: what a graph has itself keeps its numbers, what only the other has comes after it. */
export function asOne(
  graph: Graph,
  { key, nodes, places, edges }: Pick<Joined, "key" | "nodes" | "places" | "edges">,
): Graph {
  if (key === graph.key) return graph;
  const known = unions.get(graph)?.get(key);
  if (known) return known;
  const own = new Map<string, Place>();
  for (const node of graph.nodes) for (let at = node.place; at && !own.has(at.id); at = at.parent) own.set(at.id, at);
  const next = [...own.values()].reduce((most, { index }) => Math.max(most, index), -1) + 1;
  const all: Place[] = [];
  for (const { id, parent, kind, name, note } of places) {
    const around = all[parent] ?? null;
    all.push(own.get(id) ?? { index: next + all.length, id, parent: around, kind, name, note });
  }
  const union = {
    key,
    own: graph.own,
    nodes: [...graph.nodes, ...nodes.map((node) => ({ ...node, place: all[node.place] ?? null }))],
    edges: [...graph.edges, ...edges],
  };
  unions.set(graph, (unions.get(graph) ?? new Map<string, Graph>()).set(key, union));
  return union;
}

/** The places of nodes as a list, each after the one around it. */
class PlaceList {
  readonly all: OtherPlace[] = [];
  readonly #indices = new Map<string, number>();

  indexOf(place: Place | null): number {
    if (place === null) return -1;
    const { id, kind, name, note } = place;
    const known = this.#indices.get(id);
    if (known !== undefined) return known;
    const parent = this.indexOf(place.parent);
    const index = this.all.push({ id, kind, name, note, parent }) - 1;
    this.#indices.set(id, index);
    return index;
  }
}
