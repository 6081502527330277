import { broughtTo, sumText } from "../src/recording/fanout";
import type { Folded } from "../src/recording/folds";
import type { GraphNode } from "../src/recording/graph";
import type { NodeMoment } from "../src/recording/moment";
import { elementsOf } from "../src/recording/value";
import { type Box, type Face, onlyHere } from "./cards";
import { apartText, faceOf } from "./face";
import { groupApart, groupFace } from "./groupface";
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
    const { graph, moment } = scene;
    const { nodes, step, root } = moment;
    const before = folded === this.#folded ? this.#faces : [];
    const now = step?.node ?? -1;
    const changed = this.#changed(folded, nodes);
    for (const node of [now, this.#stepNode]) changed.add(folded.cardOf[node] ?? -1);
    const all = folded !== this.#folded || root !== this.#root;
    const { beside } = this.store;
    const differing = this.store.differing();
    const differenceOf = differing.get.bind(differing);
    this.#faces = folded.cards.map(({ node, group }, i) => {
      const known = before[i];
      const width = boxes[i]?.width ?? 0;
      const apart = !beside
        ? ""
        : node === null
          ? groupApart(group, differenceOf, beside.tolerance)
          : this.store.compared.isAdded(this.store.cursor, node.index)
            ? onlyHere
            : apartText(differenceOf(node.index), beside.tolerance);
      if (known?.apart === apart && !all && !changed.has(i)) return known;
      if (node === null) return { ...groupFace(group, graph, moment, width), apart };
      const at = nodes[node.index];
      if (!at) throw new Error(`The moment lacks node ${node.index}.`);
      return faceOf(node, at, moment, width, { apart, sum: this.#sum(scene, node, at) });
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
