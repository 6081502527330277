import type { Topology } from "../layout/dot";
import { counting, type Names } from "../layout/keeping";
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

/** What cards and frames are called in every graph of a run, and of its re-runs: by what made them and in what order. */
export function namesOf({ cards, frames }: Folded): Names {
  const count = counting();
  return {
    cards: cards.map(({ node, group }) =>
      node === null ? `group ${group.id}` : count(`${node.kind} ${node.op} ${node.label} ${node.place?.id ?? ""}`),
    ),
    frames: frames.map(({ group }) => group.id),
  };
}
