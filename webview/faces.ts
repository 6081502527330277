import { broughtTo, sumText } from "../src/recording/fanout";
import type { Folded } from "../src/recording/folds";
import type { GraphNode } from "../src/recording/graph";
import type { Owner } from "../src/recording/joined";
import type { NodeMoment } from "../src/recording/moment";
import { elementsOf } from "../src/recording/value";
import type { Box, Face } from "./cards";
import { apartText, faceOf, otherFace } from "./face";
import { groupApart, groupFace, otherGroupFace } from "./groupface";
import type { Scene, Store } from "./store";

/** More terms do not fit on a card. */
const mostAdded = 4;

/** The cards' faces from moment to moment: a face stays the same object as long as it says the same. */
export class Faces {
  #folded: Folded | null = null;
  #faces: Face[] = [];
  #moments: readonly NodeMoment[] = [];
  #stepNode = -1;
  #root = "";

  constructor(private readonly store: Store) {}

  /** What the cards show at a moment. */
  at(folded: Folded, scene: Scene, boxes: readonly Box[]): readonly Face[] {
    const { moment } = scene;
    const { nodes, step, root } = moment;
    const before = folded === this.#folded ? this.#faces : [];
    const now = step?.node ?? -1;
    const changed = this.#changed(folded, nodes);
    for (const node of [now, this.#stepNode]) changed.add(folded.cardOf[node] ?? -1);
    const all = folded !== this.#folded || root !== this.#root;
    const { beside, compared } = this.store;
    const differing = this.store.differing();
    const owners = compared.owners(folded.graph);
    const apartOf = (node: number): string => apartText(differing.get(node), beside?.tolerance ?? 0);
    const isApart = (node: number): boolean => owners.node(node) !== "both" || apartOf(node) !== "";
    this.#faces = folded.cards.map(({ node, group }, i) => {
      const known = before[i];
      const width = boxes[i]?.width ?? 0;
      const owner = node === null ? ownerOf(group.nodes, owners.node) : owners.node(node.index);
      const apart = !beside ? "" : node !== null ? apartOf(node.index) : groupApart(group, owner, isApart);
      const at = node && nodes[node.index];
      // The other run's numbers come by themselves.
      const isOwn = node === null ? owner !== "there" : at !== undefined;
      if (known?.apart === apart && known.owner === owner && isOwn && !all && !changed.has(i)) return known;
      if (node === null && owner === "there") return otherGroupFace(group, compared.other(folded.graph, group.output));
      if (node === null) return { ...groupFace(group, folded.graph, moment, width), apart, owner };
      if (!at) return otherFace(node, compared.other(folded.graph, node.index));
      return faceOf(node, at, moment, width, { apart, owner, sum: this.#sum(scene, node, at) });
    });
    this.#folded = folded;
    this.#moments = nodes;
    this.#stepNode = now;
    this.#root = root;
    return this.#faces;
  }

  /** "24 + 24 = 48" of a number that was used in a few places. */
  #sum({ segment, step }: Scene, node: GraphNode, { gradient }: NodeMoment): string {
    if (gradient.got < 2 || gradient.of > mostAdded || elementsOf(node.shape) !== 1) return "";
    return sumText(broughtTo(this.store.recording, segment, step, node.index), gradient.value);
  }

  /** The cards of the nodes about which something changed. */
  #changed(folded: Folded, nodes: readonly NodeMoment[]): Set<number> {
    const cards = new Set<number>();
    if (folded !== this.#folded) return cards;
    nodes.forEach((moment, node) => {
      if (moment !== this.#moments[node]) cards.add(folded.cardOf[node] ?? -1);
    });
    return cards;
  }
}

/** Who has a group: whoever has all of it. */
function ownerOf(nodes: readonly number[], owner: (node: number) => Owner): Owner {
  const first = owner(nodes[0] ?? -1);
  return first !== "both" && nodes.every((node) => owner(node) === first) ? first : "both";
}
