import type { GraphNode } from "../../recording/graph";
import { placeText } from "../../recording/indices";
import { directions, stepAt } from "../byhand/slope";
import type { Loss } from "../loss";
import type { Pass } from "../wire";

/** Leaves with more elements than this are checked along directions. */
const elementsOfLeaf = 32;
const elementsOfOp = 4;
const directionsOfLeaf = 4;
const directionsOfOp = 2;

/** One way to go from where a node is. */
export interface Way {
  /** "[1, 2]", "direction 2", "" for the only element. */
  readonly name: string;
  readonly direction: readonly number[];
}

/** A node whose gradient is checked. */
export interface Subject {
  readonly node: GraphNode;
  /** What it holds. */
  readonly elements: readonly number[];
  readonly h: number;
  readonly ways: readonly Way[];
}

/** Nodes that a check can be about; a string says why one that the backward pass reached is not among them. */
export function subjectOf(loss: Loss, node: GraphNode): Subject | string | null {
  const { recording, drawn, gradients, segment, pass } = loss;
  if (node.kind === "number" || !node.requiresGrad) return null;
  if (gradients.at(node.index, segment.endRow, pass).got === 0) return null;
  const row = drawn.rows[node.index] ?? -1;
  // What is put into a view is put into what it is a view of.
  if (node.kind === "op" && (row < segment.firstRow || recording.form(row).flag === "view")) return null;
  const elements = loss.elementsOf(node.index);
  if (!elements) return "its elements were not recorded";
  if (loss.isRewritten(node.index)) return "it is written between the start and the backward pass";
  const h = stepAt(Math.max(...elements.map(Math.abs)));
  return { node, elements, h, ways: waysOf(node, elements.length) };
}

/** The passes that go one step along each way and back; `part` of the step. */
export function passesOf(loss: Loss, { node, h }: Subject, ways: readonly Way[], part = 1): Pass[] {
  return ways.flatMap(({ direction }) =>
    [h * part, -h * part].map((by): Pass => {
      const moves = direction.map((part) => by * part);
      return { puts: [loss.move(node.index, moves)], turns: loss.turns };
    }),
  );
}

function waysOf({ kind, shape }: GraphNode, n: number): Way[] {
  const [each, some] = kind === "leaf" ? [elementsOfLeaf, directionsOfLeaf] : [elementsOfOp, directionsOfOp];
  if (n > each) return directions(n, some).map((direction, k) => ({ name: `direction ${k + 1}`, direction }));
  return Array.from({ length: n }, (_, k) => ({
    name: n === 1 ? "" : `[${placeText(shape, k)}]`,
    direction: Array.from({ length: n }, (_, j) => (j === k ? 1 : 0)),
  }));
}
