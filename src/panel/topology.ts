import type { Topology } from "../layout/dot";
import { counting, type Names } from "../layout/keeping";
import type { Folded } from "../recording/folds";
import type { GraphNode } from "../recording/graph";
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

/** What a node is called in every graph of a run, and of its re-runs: by what made it. */
export function nodeName({ kind, op, label, place }: GraphNode): string {
  return `${kind} ${op} ${label} ${place?.id ?? ""}`;
}

/** What cards and frames are called in every graph that has them: nodes by their names and their order. */
export function namesOf({ cards, frames }: Folded, called = nodeName): Names {
  const count = counting();
  return {
    cards: cards.map(({ node, group }) => (node === null ? `group ${group.id}` : count(called(node)))),
    frames: frames.map(({ group }) => group.id),
  };
}
