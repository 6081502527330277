import { takersOf } from "./cone";
import { type Graph, graphOf, type GraphNode } from "./graph";
import { writtenArguments } from "./literals";
import type { Recording } from "./recording";
import type { Segment } from "./segment";

/** Which nodes of two graphs are the same: by call site and order, leaves and numbers by their names. */
export interface Match {
  /** By node of the first graph its partner in the second, −1 for one that only the first has. */
  readonly partner: Int32Array;
  /** Nodes that only the second has. */
  readonly gone: readonly number[];
}

const matches = new WeakMap<Graph, WeakMap<Graph, Match>>();

/** Matches the graphs of two segments. */
export function matchOf(a: Recording, first: Segment, b: Recording, second: Segment): Match {
  const [one, two] = [graphOf(a, first).graph, graphOf(b, second).graph];
  const known = matches.get(one)?.get(two);
  if (known) return known;
  const matching = new Matching(one, two);
  matching.byKeys(
    (node) => keyOf(a, node),
    (node) => keyOf(b, node),
  );
  // A call that is written another way is the same where its op and its name are.
  matching.byKeys(nameKey, nameKey);
  matching.byInputs();
  const { partner, gone } = matching;
  const match = { partner, gone };
  const others = matches.get(one) ?? new WeakMap<Graph, Match>();
  matches.set(one, others.set(two, match));
  return match;
}

/** What is the same about the same node in another run: the op and what is written between its parentheses, or the name. */
function keyOf(recording: Recording, { kind, op, label, site }: GraphNode): string {
  if (kind !== "op") return `named ${label}`;
  return `${op} ${writtenArguments(recording, site).join()}`;
}

function nameKey({ op, label, named }: GraphNode): string {
  return named ? `${op} ${label}` : "";
}

/** Finds partners, one rule after the other. */
class Matching {
  readonly partner: Int32Array;
  readonly #taken = new Set<number>();

  constructor(
    private readonly one: Graph,
    private readonly two: Graph,
  ) {
    this.partner = new Int32Array(one.nodes.length).fill(-1);
  }

  get gone(): readonly number[] {
    return this.two.nodes.map(({ index }) => index).filter((index) => !this.#taken.has(index));
  }

  /** Nodes of one key in their order; those with an empty key wait. */
  byKeys(keyA: (node: GraphNode) => string, keyB: (node: GraphNode) => string): void {
    const waiting = new Map<string, GraphNode[]>();
    for (const node of this.two.nodes) {
      if (this.#taken.has(node.index)) continue;
      const key = keyB(node);
      const list = waiting.get(key);
      if (list) list.push(node);
      else waiting.set(key, [node]);
    }
    for (const node of this.one.nodes) {
      const key = this.#isFree(node) ? keyA(node) : "";
      const found = key === "" ? undefined : waiting.get(key)?.shift();
      if (found) this.#join(node, found);
    }
  }

  /** Where data has other names: an op that takes what is the same, and the data that the same op takes. */
  byInputs(): void {
    const takers = takersOf(this.two);
    for (const own of this.one.nodes) {
      const inputs = own.inputs.flatMap((input) => this.one.nodes[input] ?? []);
      const known = this.#isFree(own) ? inputs.find((input) => !this.#isFree(input)) : undefined;
      const around = known ? (takers[this.partner[known.index] ?? -1] ?? []) : [];
      const found = around
        .flatMap((index) => this.two.nodes[index] ?? [])
        .find((each) => !this.#taken.has(each.index) && sameKind(own, each) && this.#takeTheSame(inputs, each));
      if (found) this.#join(own, found);
      const theirs = this.two.nodes[this.partner[own.index] ?? -1];
      for (const input of inputs) {
        const like = theirs && this.#inputsOf(theirs).find((each) => this.#areAlike(input, each));
        if (like) this.#join(input, like);
      }
    }
  }

  #takeTheSame(inputs: readonly GraphNode[], theirs: GraphNode): boolean {
    const others = this.#inputsOf(theirs);
    return (
      others.length === inputs.length &&
      inputs.every((input, k) => {
        const other = others[k];
        return other && (this.partner[input.index] === other.index || this.#areAlike(input, other));
      })
    );
  }

  #inputsOf({ inputs }: GraphNode): GraphNode[] {
    return inputs.flatMap((input) => this.two.nodes[input] ?? []);
  }

  /** Whether both are data of one kind without a partner. */
  #areAlike(own: GraphNode, theirs: GraphNode): boolean {
    return own.kind === "leaf" && this.#isFree(own) && !this.#taken.has(theirs.index) && sameKind(own, theirs);
  }

  #isFree({ index }: GraphNode): boolean {
    return this.partner[index] === -1;
  }

  #join(own: GraphNode, theirs: GraphNode): void {
    this.partner[own.index] = theirs.index;
    this.#taken.add(theirs.index);
  }
}

function sameKind(a: GraphNode, b: GraphNode): boolean {
  const of = ({ kind, op, attrs, dtype, shape }: GraphNode): string => [kind, op, attrs, dtype, ...shape].join();
  return of(a) === of(b);
}
