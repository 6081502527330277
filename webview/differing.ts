import type { OtherMoment, PanelDifference, ToPageOf } from "../src/panel/messages";
import type { Graph } from "../src/recording/graph";
import { asOne, type Owner } from "../src/recording/joined";
import type { Cursor } from "../src/recording/moves";

type Joined = ToPageOf<"joined">["joined"];

/** What is known of a node that only the other run has, as long as nothing is. */
const nothing: OtherMoment = { value: null, gradient: null, field: null, touched: null };

/** What a run is compared with, and how it differs at the moment that was told of last. */
export class Differing {
  beside: ToPageOf<"beside"> | null = null;
  differences: ToPageOf<"differences"> | null = null;
  readonly #joined = new Map<string, Joined>();

  /** Takes in what the host says of the comparison. */
  hear(message: ToPageOf<"beside" | "joined" | "differences">): void {
    if (message.type === "joined") this.#joined.set(message.joined.key, message.joined);
    else if (message.type === "differences") this.differences = message;
    else {
      if (message.name !== this.beside?.name) this.forget();
      this.beside = message.name === "" ? null : message;
    }
  }

  /** What both graphs are drawn as, null where there is no other. */
  get joined(): Joined | null {
    return this.#joined.get(this.differences?.joined ?? "") ?? null;
  }

  /** A graph together with what only the other run has. */
  drawn(graph: Graph): Graph {
    const { joined } = this;
    return joined?.of === graph.key ? asOne(graph, joined) : graph;
  }

  /** Who has a node, and who a wire, of what is drawn. */
  owners(graph: Graph): { readonly node: (index: number) => Owner; readonly edge: (index: number) => Owner } {
    const { joined } = this;
    if (joined?.key !== graph.key) return { node: () => "both", edge: () => "both" };
    const [nodes, edges] = [new Set(joined.addedNodes), new Set(joined.addedEdges)];
    const firstEdge = graph.edges.length - joined.edges.length;
    return {
      node: (index) => (index >= graph.own ? "there" : nodes.has(index) ? "here" : "both"),
      edge: (index) => (index >= firstEdge ? "there" : edges.has(index) ? "here" : "both"),
    };
  }

  /** The moment of a node that only the other run has. */
  other({ own }: Graph, node: number): OtherMoment {
    return this.differences?.others[node - own] ?? nothing;
  }

  /** What came back along a wire that only the other run has: its root mean square, null for nothing yet. */
  rmsOf(wire: number): number | null {
    return this.differences?.wires[wire] ?? null;
  }

  /** What is known at a moment; null while that is on its way. */
  at(cursor: Cursor | null): ToPageOf<"differences"> | null {
    const { differences } = this;
    return differences?.segment === cursor?.segment && differences?.step === cursor?.step ? differences : null;
  }

  /** By node how it differs from its partner. */
  nodes(cursor: Cursor | null): ReadonlyMap<number, PanelDifference> {
    return new Map(this.at(cursor)?.nodes.map((each) => [each.node, each]));
  }

  forget(): void {
    this.beside = null;
    this.differences = null;
    this.#joined.clear();
  }
}
