import type { ToPageOf } from "../src/panel/messages";
import { cardSize, groupSize, titleWidth } from "../src/recording/cards";
import type { Folded } from "../src/recording/folds";
import type { Drawing } from "./ink";
import type { Point } from "./wires";

/** Where the cards, wires and frames of a graph stand in a layout. */
export function drawingOf(folded: Folded, layout: ToPageOf<"layout">): Drawing {
  const boxes = folded.cards.map(({ node, group }, i) => {
    const { width, height } = node === null ? groupSize(group) : cardSize(node);
    const x = (layout.centres[2 * i] ?? 0) - width / 2;
    return { x, y: (layout.centres[2 * i + 1] ?? 0) - height / 2, width, height };
  });
  const splines = folded.edges.map((_, e) => {
    const points: Point[] = [];
    for (let p = layout.starts[e] ?? 0; p < (layout.starts[e + 1] ?? 0); p++) {
      points.push({ x: layout.points[2 * p] ?? 0, y: layout.points[2 * p + 1] ?? 0 });
    }
    return points;
  });
  const frames = folded.frames.map(({ group }, i) => {
    const [x = 0, y = 0, width = 0, height = 0] = layout.frames.subarray(4 * i, 4 * i + 4);
    const { name, note, depth } = group;
    return { box: { x, y, width, height }, name, note, depth, title: titleWidth(group) };
  });
  const folds = folded.levels > 0;
  return { boxes, edges: folded.edges, splines, vertical: layout.orientation === "TB", frames, folds };
}
