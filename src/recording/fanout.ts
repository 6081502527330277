import { nameIn } from "./naming";
import type { Graph } from "./graph";
import { gradientsOf } from "./gradients";
import { rowOfStep } from "./moment";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { short } from "./text";
import type { Value } from "./value";

/** What one use of a node brought back to it. */
export interface Brought {
  readonly edge: number;
  readonly value: Value;
}

/** What had come back to a node at a moment, in the order it came; the seed of a backward is no use. */
export function broughtTo(recording: Recording, segment: Segment, step: number, node: number): readonly Brought[] {
  const row = rowOfStep(recording, segment, step);
  const gradients = gradientsOf(recording, segment);
  return gradients.contributions(node, row, gradients.passAt(row)).filter(({ edge }) => edge >= 0);
}

/** The op that a wire leads to and its line: "relu, line 9". */
export function useOfEdge(recording: Recording, graph: Graph, edge: number): string {
  const to = graph.nodes[graph.edges[edge]?.to ?? -1];
  const line = recording.site(to?.site ?? -1)?.line;
  return `${nameIn(graph, to?.index ?? -1)}${line === undefined ? "" : `, line ${line + 1}`}`;
}

/** "24 + 24 = 48" of numbers that came to a scalar; "" for anything else, and when they do not make the total. */
export function sumText(parts: readonly Brought[], total: Value | null): string {
  const numbers = parts.map(({ value }) => (value.data?.length === 1 ? value.data[0] : undefined));
  const whole = total?.data?.length === 1 ? total.data[0] : undefined;
  if (numbers.length < 2 || whole === undefined) return "";
  let sum = 0;
  let text = "";
  for (const each of numbers) {
    if (each === undefined) return "";
    sum += each;
    text += text === "" ? short(each) : each < 0 ? ` − ${short(-each)}` : ` + ${short(each)}`;
  }
  return Math.abs(sum - whole) <= 1e-5 * (Math.abs(sum) + Math.abs(whole)) ? `${text} = ${short(whole)}` : "";
}
