import type cytoscape from "cytoscape";
import type { Part } from "./graph";
import type { Drawing } from "./ink";
import type { Box } from "./cards";
import { frameTitle } from "./frames";
import { bendOf, type Point } from "./wires";

/** Whether most cards of a drawing stand where another had cards of the same size: then nothing else may move the picture. */
export function mostlyStays(before: Drawing, now: Drawing): boolean {
  const placeOf = ({ x, y, width, height }: Box): string => [x, y, width, height].map(Math.round).join(" ");
  const places = new Set(before.boxes.map(placeOf));
  return (
    before.vertical === now.vertical &&
    2 * now.boxes.filter((box) => places.has(placeOf(box))).length >= now.boxes.length
  );
}

/** The cards and wires of a drawing as Cytoscape knows them, to be found under the pointer. */
export function elementsOf(drawing: Drawing): cytoscape.ElementDefinition[] {
  const centre = (node: number): Point => {
    const box = drawing.boxes[node] ?? { x: 0, y: 0, width: 0, height: 0 };
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  };
  const titles = drawing.frames.map(({ box, title }, i): cytoscape.ElementDefinition => {
    const width = Math.min(box.width, title);
    return {
      data: { id: `f${i}`, width, height: frameTitle },
      position: { x: box.x + width / 2, y: box.y + frameTitle / 2 },
    };
  });
  return [
    ...titles,
    ...drawing.boxes.map((box, i): cytoscape.ElementDefinition => ({
      data: { id: `n${i}`, width: box.width, height: box.height },
      position: centre(i),
    })),
    ...drawing.edges.map(({ from, to }, i): cytoscape.ElementDefinition => {
      const { start, end, weights, distances } = bendOf(drawing.splines[i] ?? []);
      const [a, b] = [centre(from), centre(to)];
      return {
        data: {
          id: `e${i}`,
          source: `n${from}`,
          target: `n${to}`,
          start: `${start.x - a.x}px ${start.y - a.y}px`,
          end: `${end.x - b.x}px ${end.y - b.y}px`,
          weights,
          distances,
        },
      };
    }),
  ];
}

/** In Cytoscape's own style language: its types do not know all of it. Without opacity nothing is drawn, all is found. */
export const geometry = `
  core { active-bg-opacity: 0; }
  node { shape: round-rectangle; width: data(width); height: data(height); opacity: 0; overlay-opacity: 0; }
  edge {
    curve-style: unbundled-bezier; edge-distances: endpoints; width: 10; opacity: 0; overlay-opacity: 0;
    control-point-weights: data(weights); control-point-distances: data(distances);
    source-endpoint: data(start); target-endpoint: data(end);
  }`;

/** What of the graph an event is about. */
export function partOf(event: cytoscape.EventObject): Part | null {
  const target: unknown = event.target;
  if (!isElement(target)) return null;
  const id = target.id();
  const index = Number(id.slice(1));
  return id.startsWith("n") ? { node: index } : id.startsWith("f") ? { frame: index } : { edge: index };
}

function isElement(target: unknown): target is cytoscape.SingularElementReturnValue {
  return typeof target === "object" && target !== null && "isNode" in target;
}
