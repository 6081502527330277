import type { Topology } from "../layout/dot";
import type { Folded } from "../recording/folds";
import { cardSize, groupSize, titleWidth } from "../recording/cards";

/** What a layout needs of a graph as it is folded: the cards' sizes, the wires, and the frames around what is open. */
export function topologyOf(folded: Folded): Topology {
  return {
    sizes: folded.cards.map(({ node, group }) => (node === null ? groupSize(group) : cardSize(node))),
    edges: folded.edges,
    frames: folded.frames.map(({ group, parent }) => ({ parent, title: titleWidth(group) })),
    frameOf: folded.frameOf,
  };
}
