import type { GraphNode } from "./graph";
import type { Group } from "./groups";
import { grouped } from "./text";

const letter = 7.3;
const title = 30;
const line = 16;

/** Room that a node's card takes, in CSS pixels at zoom 1; depends on the graph alone, never on values. */
export function cardSize(node: GraphNode): { readonly width: number; readonly height: number } {
  // Beside its own text a number has the word "number".
  if (node.kind === "number")
    return { width: Math.round(Math.min(320, 78 + letter * (node.label.length + 1))), height: title + line + 6 };
  const shown = node.kind === "leaf" && node.requiresGrad;
  const rows = 1 + (node.requiresGrad ? 1 : 0) + (shown || node.retained ? 1 : 0);
  const badge = node.symbol === "" ? 0 : 22;
  const shape = 2 + Math.max(0, node.shape.join(", ").length) + (node.kind === "leaf" ? 5 : 0);
  const heading = 24 + badge + letter * (node.label.length + 2 + shape);
  const elements = node.shape.reduce((a, b) => a * b, 1);
  const values = elements === 1 ? 126 : elements <= 2 ? 140 : elements <= 4 ? 164 : 196;
  return { width: Math.round(Math.min(320, Math.max(values, heading))), height: title + line * rows + 8 };
}

/** How many letters fit into a row of a card, about: the painter measures and cuts what is too long. */
export function rowLetters(width: number): number {
  return Math.floor((width - 20) / 6.65);
}

/** Room that the card of a folded group takes. */
export function groupSize({ name, note, nodes, weights }: Group): { readonly width: number; readonly height: number } {
  const heading = 52 + letter * (name.length + 1) + 6.7 * note.length;
  const inside = 30 + 6.7 * insideText(nodes.length, weights).length;
  return { width: Math.round(Math.min(340, Math.max(190, heading, inside))), height: title + line * 3 + 8 };
}

/** What a folded group holds: "87 nodes, 12 parameters". */
export function insideText(nodes: number, parameters: number): string {
  const counted = (count: number, word: string): string => `${grouped(count)} ${word}${count === 1 ? "" : "s"}`;
  return parameters === 0 ? counted(nodes, "node") : `${counted(nodes, "node")}, ${counted(parameters, "parameter")}`;
}

/** Width of the title on the frame of an open group. */
export function titleWidth({ name, note }: Group): number {
  return 26 + 7.2 * (name.length + (note === "" ? 0 : note.length + 1));
}
