import type { Graph, GraphNode } from "./graph";
import { placesOf } from "./groups.places";
import type { Place } from "./places";
import { Repeats } from "./repeats";
import { atOnce, eachOf, type Slices } from "./slices";

/** Nodes that can be drawn as one card. */
export interface Group {
  /** The same in every graph of a run that has it. */
  readonly id: string;
  readonly kind: Place["kind"] | "repeat" | "inputs" | "statement" | "range";
  readonly name: string;
  /** A module's class, how often a block is repeated, or the line; "" for none. */
  readonly note: string;
  /** Open where more levels than this are: groups around it; the gradients of a backward come after all others. */
  readonly depth: number;
  readonly parent: Group | null;
  /** What is drawn where it is open, in the graph's order. */
  readonly parts: readonly Part[];
  /** All nodes inside, by index. */
  readonly nodes: readonly number[];
  /** The leaves inside that training changes. */
  readonly parameters: readonly number[];
  /** How many elements these have together. */
  readonly weights: number;
  /** The node whose value leaves it last. */
  readonly output: number;
}

/** A node, or nodes that can be drawn as one. */
export type Part = number | Group;

/** How a graph can be folded. */
export interface Groups {
  /** What is drawn with everything folded. */
  readonly parts: readonly Part[];
  /** All groups, each after those around it. */
  readonly all: readonly Group[];
  /** By node the innermost group it is in, null for none. */
  readonly of: readonly (Group | null)[];
  /** How many levels there are, … */
  readonly levels: number;
  /** … and how many without what backwards computed. */
  readonly forwardLevels: number;
}

/** A group while the tree is made. */
export interface Draft {
  readonly id: string;
  readonly kind: Group["kind"];
  readonly name: string;
  note: string;
  parts: DraftPart[];
}

/** A node or a group while the tree is made. */
export type DraftPart = number | Draft;

/** Calls of functions make groups from this many nodes on, where there are no modules. */
const wide = 300;
/** A turn of a loop with fewer nodes is no card of its own. */
const smallest = 4;
/** More parts than this in one group are put together by what made them, … */
const crowded = 48;
/** … and more than this into ranges, whatever they are. */
const most = 96;

const known = new WeakMap<Graph, Groups>();

/** The groups of a graph: what its program says of it, then rules for what is still too wide. */
export function groupsOf(graph: Graph): Groups {
  return known.get(graph) ?? atOnce(groupsInSlices(graph));
}

/** Like `groupsOf`, with rests. */
export function* groupsInSlices(graph: Graph): Slices<Groups> {
  const made = known.get(graph) ?? (yield* new Grouping(graph).groups());
  const kept = known.get(graph) ?? made;
  known.set(graph, kept);
  return kept;
}

class Grouping {
  readonly #nodes: readonly GraphNode[];
  readonly #own: number;
  readonly #repeats: Repeats;
  readonly #hasModules: boolean;
  readonly #first = new Map<Draft, number>();

  constructor(graph: Graph) {
    this.#nodes = graph.nodes;
    this.#own = graph.own;
    this.#repeats = new Repeats(graph.nodes);
    this.#hasModules = graph.nodes.some(({ module }) => module.length > 0);
  }

  *groups(): Slices<Groups> {
    const root: Draft = { id: "", kind: "call", name: "", note: "", parts: [] };
    const drafts = new Map<Place, Draft>();
    const draftOf = (place: Place | null): Draft => {
      if (place === null) return root;
      const known = drafts.get(place);
      if (known !== undefined) return known;
      const { id, kind, name, note } = place;
      const made: Draft = { id, kind, name, note, parts: [] };
      drafts.set(place, made);
      draftOf(place.parent).parts.push(made);
      return made;
    };
    const places = placesOf(this.#nodes);
    yield;
    yield* eachOf(this.#nodes, ({ index }) => draftOf(places[index] ?? null).parts.push(index));
    yield* this.#simplify(root);
    yield* this.#arrange(root);
    return yield* this.#finished(root);
  }

  /** Takes out groups that would hide nothing, or that say nothing a smaller group does not. */
  *#simplify(group: Draft): Slices<void> {
    if (group.kind === "loop") group.note = `${group.parts.filter((part) => typeof part === "object").length} ×`;
    for (const part of group.parts) if (typeof part === "object") yield* this.#simplify(part);
    yield;
    group.parts = group.parts.flatMap((part) => (typeof part === "number" || this.#stays(part) ? [part] : part.parts));
    const [only] = group.parts;
    if (group.parts.length === 1 && typeof only === "object" && group.kind === "module" && only.kind !== "module")
      group.parts = only.parts;
  }

  #stays({ kind, parts }: Draft): boolean {
    if (parts.length < (kind === "turn" ? smallest : 2) && !parts.some((part) => typeof part === "object"))
      return false;
    if (parts.length < 2) return false;
    if (kind === "call") return !this.#hasModules && this.#nodes.length > wide && parts.length > 2;
    return kind !== "loop" || !parts.every((part) => typeof part === "object" && part.kind === "module");
  }

  /** Puts parts in the graph's order, and together what is repeated or too wide. */
  *#arrange(group: Draft): Slices<void> {
    for (const part of group.parts) if (typeof part === "object") yield* this.#arrange(part);
    yield;
    group.parts.sort((a, b) => this.#firstOf(a) - this.#firstOf(b));
    group.parts = this.#repeats.together(group);
    if (group.parts.length > crowded) group.parts = this.#bySite(group);
    if (group.parts.length > crowded && group.kind !== "loop") group.parts = this.#byStatement(group);
    while (group.parts.length > most) group.parts = inRanges(group);
  }

  #firstOf(part: DraftPart): number {
    if (typeof part === "number") return part;
    const known = this.#first.get(part);
    if (known !== undefined) return known;
    const first = part.parts.reduce((least: number, each) => Math.min(least, this.#firstOf(each)), Infinity);
    this.#first.set(part, first);
    return first;
  }

  /** Leaves and numbers that one call made, or that only have in common that they came from before. */
  #bySite(group: Draft): DraftPart[] {
    return this.#joined(group, "inputs", (node) =>
      node.kind === "op" ? null : `${node.kind} ${node.site} ${node.isParameter}`,
    );
  }

  /** Ops of one line that stand next to each other. */
  #byStatement(group: Draft): DraftPart[] {
    return this.#joined(group, "statement", (node) => (node.kind === "op" && node.site >= 0 ? `${node.site}` : null));
  }

  #joined(group: Draft, kind: "inputs" | "statement", keyOf: (node: GraphNode) => string | null): DraftPart[] {
    const made = new Map<string, number[]>();
    for (const part of group.parts) {
      const key = typeof part === "number" ? this.#keyed(part, keyOf) : null;
      if (key === null || typeof part !== "number") continue;
      const list = made.get(key) ?? [];
      made.set(key, list);
      list.push(part);
    }
    const done = new Set<string>();
    return group.parts.flatMap((part): DraftPart[] => {
      const key = typeof part === "number" ? this.#keyed(part, keyOf) : null;
      const all = key === null ? [] : (made.get(key) ?? []);
      if (key === null || all.length < 4) return [part];
      if (done.has(key)) return [];
      done.add(key);
      const sample = this.#nodes[all[0] ?? -1];
      const name =
        kind === "statement"
          ? (sample?.op ?? "")
          : sample?.kind === "number"
            ? "numbers"
            : sample?.isParameter === true
              ? "parameters"
              : "inputs";
      return [
        {
          id: `${group.id}/${kind} ${done.size}`,
          kind,
          name,
          note: `${all.length} ×`,
          parts: split(group.id, key, all),
        },
      ];
    });
  }

  #keyed(index: number, keyOf: (node: GraphNode) => string | null): string | null {
    const node = this.#nodes[index];
    return node === undefined ? null : keyOf(node);
  }

  *#finished(root: Draft): Slices<Groups> {
    const all: Group[] = [];
    const of = this.#nodes.map((): Group | null => null);
    const into = { all, of, last: lastUses(this.#nodes, this.#own) };
    const [forward, backward]: [DraftPart[], DraftPart[]] = [[], []];
    for (const part of root.parts)
      (typeof part === "object" && part.kind === "gradient" ? backward : forward).push(part);
    const levels = (): number => all.reduce((most, { depth }) => Math.max(most, depth + 1), 0);
    const parts = yield* this.#finish(forward, null, 0, into);
    const forwardLevels = levels();
    parts.push(...(yield* this.#finish(backward, null, forwardLevels, into)));
    return { parts, all, of, levels: levels(), forwardLevels };
  }

  *#finish(drafts: readonly DraftPart[], parent: Group | null, depth: number, into: Finished): Slices<Part[]> {
    const made: Part[] = [];
    for (const draft of drafts) {
      if (typeof draft === "number") {
        into.of[draft] = parent;
        made.push(draft);
        continue;
      }
      const { id, kind, name, note } = draft;
      const [parts, nodes, parameters]: [Part[], number[], number[]] = [[], [], []];
      const group = { id, kind, name, note, depth, parent, parts, nodes, parameters, weights: 0, output: -1 };
      into.all.push(group);
      for (const part of yield* this.#finish(draft.parts, group, depth + 1, into)) {
        parts.push(part);
        if (typeof part === "number") nodes.push(part);
        else for (const node of part.nodes) nodes.push(node);
      }
      yield;
      nodes.sort((a, b) => a - b);
      // What only another run has stands after all else, and says nothing of a group that has nodes of its own.
      const own = nodes.filter((node) => node < this.#own);
      const counted = own.length > 0 ? own : nodes;
      const end = counted.at(-1) ?? -1;
      for (const node of counted) {
        const drawn = this.#nodes[node];
        if (drawn?.isParameter === true) {
          parameters.push(node);
          group.weights += drawn.shape.reduce((a, b) => a * b, 1);
        }
        if (drawn?.kind === "op" && (into.last[node] ?? -1) > end) group.output = node;
      }
      if (group.output < 0) group.output = counted.findLast((node) => this.#nodes[node]?.kind === "op") ?? end;
      made.push(group);
    }
    return made;
  }
}

/** The groups that are finished, and by node its own and its last use. */
interface Finished {
  readonly all: Group[];
  readonly of: (Group | null)[];
  readonly last: Int32Array;
}

/** By node the last one that takes it, itself when none does; what takes it only in another run does not count. */
function lastUses(nodes: readonly GraphNode[], own: number): Int32Array {
  const last = Int32Array.from(nodes, ({ index }) => index);
  for (const { index, inputs } of nodes)
    for (const input of inputs) if (index < own || input >= own) last[input] = Math.max(last[input] ?? -1, index);
  return last;
}

function split(parent: string, key: string, nodes: readonly number[]): DraftPart[] {
  let group: Draft = { id: `${parent}/${key}`, kind: "range", name: "", note: "", parts: [...nodes] };
  while (group.parts.length > most) group = { ...group, parts: inRanges(group) };
  return group.parts;
}

/** Parts next to each other, as many in each range as there are ranges. */
function inRanges(group: Draft): DraftPart[] {
  const { parts, id } = group;
  const size = Math.min(most, Math.max(2, Math.ceil(Math.sqrt(parts.length))));
  const level = parts.some((part) => typeof part === "object" && part.kind === "range") ? "ranges" : "range";
  return Array.from({ length: Math.ceil(parts.length / size) }, (_, k): Draft => {
    const inside = parts.slice(k * size, (k + 1) * size);
    const [first, last] = [inside[0], inside.at(-1)];
    const named = typeof first === "object" && typeof last === "object" ? `${first.name} … ${last.name}` : "";
    const name = named === "" ? `${k * size + 1} … ${Math.min(parts.length, (k + 1) * size)}` : named;
    return { id: `${id}/${level} ${k}`, kind: "range", name, note: `${inside.length} ×`, parts: inside };
  });
}
