import type { Graph, GraphNode } from "./graph";
import { groupsOf, type Group, type Part } from "./groups";

/** How a person wants a graph folded. */
export interface Folds {
  /** Groups around which there are fewer than this are open; null: as many levels as can be read. */
  readonly depth: number | null;
  /** Ids of the groups that are the other way. */
  readonly toggled: readonly string[];
}

/** What is drawn as one card: a node, or a group that is folded. */
export type Card = { readonly node: GraphNode; readonly group: null } | { readonly node: null; readonly group: Group };

/** A wire between two cards, and the graph's edges that it stands for. */
export interface CardEdge {
  readonly from: number;
  readonly to: number;
  readonly edges: readonly number[];
}

/** A group that is open and drawn as a frame around its cards. */
export interface Frame {
  readonly group: Group;
  /** The frame around it, −1 for none. */
  readonly parent: number;
}

/** A graph as it is drawn. */
export interface Folded {
  readonly key: string;
  readonly graph: Graph;
  readonly cards: readonly Card[];
  /** By node the card that it is in. */
  readonly cardOf: Int32Array;
  readonly edges: readonly CardEdge[];
  /** Each after those around it. */
  readonly frames: readonly Frame[];
  /** By card the innermost frame around it, −1 for none. */
  readonly frameOf: Int32Array;
  /** How many levels are open, of those there are. */
  readonly depth: number;
  readonly levels: number;
  /** The deepest level that a person can open at once: beyond it, more would be drawn than can be read or laid out. */
  readonly deepest: number;
}

/** As a page starts. */
export const noFolds: Folds = { depth: null, toggled: [] };

/** Graphs without modules open whole up to this many nodes, … */
const plainlyOpen = 1_000;
/** … those with modules up to this many: their author has said what belongs together. */
const modulesOpen = 200;
/** A graph that opens folded has at most so many cards, if it can. */
const readable = 16;
/** More cards are not drawn at once. */
const mostCards = 2_000;

const known = new WeakMap<Graph, Map<string, Folded>>();

/** The graph as folds have it; the last ones are kept. */
export function foldedOf(graph: Graph, folds: Folds): Folded {
  const key = `${folds.depth ?? "auto"} ${folds.toggled.join(" ")}`;
  let views = known.get(graph);
  if (views === undefined) known.set(graph, (views = new Map<string, Folded>()));
  const found = views.get(key);
  if (found !== undefined) return found;
  const made = fold(graph, folds);
  views.set(key, made);
  const oldest = views.keys().next();
  if (views.size > 8 && oldest.done !== true) views.delete(oldest.value);
  return made;
}

/** The folds with a group the other way. */
export function toggled(graph: Graph, folds: Folds, id: string): Folds {
  const rest = folds.toggled.filter((each) => each !== id);
  return {
    depth: foldedOf(graph, folds).depth,
    toggled: rest.length < folds.toggled.length ? rest : [...folds.toggled, id],
  };
}

/** The folds with everything open that hides a node. */
export function revealed(graph: Graph, folds: Folds, node: number): Folds {
  let shown = folds;
  for (;;) {
    const { cards, cardOf } = foldedOf(graph, shown);
    const group = cards[cardOf[node] ?? -1]?.group;
    if (!group) return shown;
    shown = toggled(graph, shown, group.id);
  }
}

function fold(graph: Graph, folds: Folds): Folded {
  const groups = groupsOf(graph);
  const { levels, forwardLevels } = groups;
  const counts = Array.from({ length: levels + 1 }, (_, depth) => countAt(groups.parts, depth));
  const deepest = Math.max(
    1,
    counts.findLastIndex((count) => count <= mostCards),
  );
  const depth = Math.min(
    folds.depth ?? automatic(graph, counts.slice(0, forwardLevels + 1)),
    levels,
    Math.max(deepest, folds.depth ?? 0),
  );
  const others = new Set(folds.toggled);
  const isOpen = (group: Group): boolean => group.depth < depth !== others.has(group.id);
  // Where everything is open, only what its author named as one thing has a frame around it.
  const framed = ({ kind }: Group): boolean =>
    depth < forwardLevels || others.size > 0 || kind === "module" || kind === "gradient";

  const shown: { readonly part: Part; readonly frame: number; readonly first: number }[] = [];
  const frames: Frame[] = [];
  const walk = (parts: readonly Part[], frame: number): void => {
    for (const part of parts) {
      if (typeof part === "number") shown.push({ part, frame, first: part });
      else if (!isOpen(part)) shown.push({ part, frame, first: part.nodes[0] ?? -1 });
      else if (framed(part)) walk(part.parts, frames.push({ group: part, parent: frame }) - 1);
      else walk(part.parts, frame);
    }
  };
  walk(groups.parts, -1);
  shown.sort((a, b) => a.first - b.first);
  const cards: Card[] = [];
  const cardOf = new Int32Array(graph.nodes.length).fill(-1);
  for (const { part } of shown) {
    if (typeof part === "object") {
      for (const node of part.nodes) cardOf[node] = cards.length;
      cards.push({ node: null, group: part });
      continue;
    }
    const node = graph.nodes[part];
    if (node === undefined) continue;
    cardOf[part] = cards.length;
    cards.push({ node, group: null });
  }
  const frameOf = Int32Array.from(shown, ({ frame }) => frame);
  const plain = cards.length === graph.nodes.length && frames.length === 0;
  const key = plain ? graph.key : `${graph.key} ${depth}/${levels} ${[...others].sort().join(" ")}`;
  return { key, graph, cards, cardOf, edges: edgesOf(graph, cards, cardOf), frames, frameOf, depth, levels, deepest };
}

/** Wires from or to a group are one for each pair of cards; two wires between the same two nodes stay two. */
function edgesOf(graph: Graph, cards: readonly Card[], cardOf: Int32Array): CardEdge[] {
  const edges: CardEdge[] = [];
  const between = new Map<number, number[]>();
  graph.edges.forEach((edge, index) => {
    const [from, to] = [cardOf[edge.from] ?? -1, cardOf[edge.to] ?? -1];
    if (from === to) return;
    const joined = cards[from]?.group !== null || cards[to]?.group !== null;
    const known = joined ? between.get(from * cards.length + to) : undefined;
    if (known !== undefined) {
      known.push(index);
      return;
    }
    const list = [index];
    if (joined) between.set(from * cards.length + to, list);
    edges.push({ from, to, edges: list });
  });
  return edges;
}

function countAt(parts: readonly Part[], depth: number): number {
  let count = 0;
  for (const part of parts) count += typeof part === "object" && part.depth < depth ? countAt(part.parts, depth) : 1;
  return count;
}

function automatic(graph: Graph, counts: readonly number[]): number {
  const hasModules = graph.nodes.some(({ module }) => module.length > 0);
  if (graph.nodes.length <= (hasModules ? modulesOpen : plainlyOpen)) return counts.length - 1;
  return Math.max(
    0,
    counts.findLastIndex((count) => count <= readable),
  );
}
