import type { Graph, GraphNode } from "./graph";
import { groupsOf, type Part } from "./groups";
import { graphOf } from "./graph";
import { momentOf, type Moment, type NodeMoment } from "./moment";
import type { Cursor } from "./moves";
import type { Outline } from "./outline";
import { stepsOf } from "./steps";
import { typeText, valueText } from "./text";
import type { Value } from "./value";

const room = 60;

/**
 * The whole graph at a cursor in Graphviz's language: on each node its name, op, shape, value and gradient; modules are
 * clusters. What is still to come is dashed, leaves that training changes have a thick frame.
 */
export function dotOf(outline: Outline, { segment: index, step }: Cursor): string {
  const { recording } = outline;
  const segment = outline.segments[index];
  if (segment === undefined) return "digraph {\n}\n";
  const { graph } = graphOf(recording, segment);
  const moment = momentOf(recording, segment, step);
  const { steps } = stepsOf(recording, segment);
  const title = [
    recording.programs[0]?.file ?? "",
    outline.label(segment),
    `step ${step + 1} of ${steps.length}${moment.step === undefined ? "" : `: ${moment.step.text}`}`,
  ];
  return [
    "digraph {",
    `  graph [rankdir=LR labelloc=t fontname=monospace label=${quoted([title.join(" · ")])}]`,
    "  node [shape=box fontname=monospace fontsize=11]",
    ...groupsOf(graph).parts.flatMap((part) => written(part, graph, moment, "  ")),
    ...graph.edges.map(({ from, to }) => `  n${from} -> n${to}`),
    "}",
    "",
  ].join("\n");
}

/** Lines as the label of something, aligned left; Graphviz reads entities and escapes of its own in it. */
export function quoted(lines: readonly string[]): string {
  const escaped = lines.map((line) =>
    line
      .replace(/\p{Cc}+/gu, " ")
      .replaceAll("&", "&amp;")
      .replace(/["\\]/g, "\\$&"),
  );
  return lines.length === 1 ? `"${escaped.join("")}"` : `"${escaped.map((line) => `${line}\\l`).join("")}"`;
}

function written(part: Part, graph: Graph, moment: Moment, indent: string): string[] {
  if (typeof part === "number") {
    const node = graph.nodes[part];
    const at = moment.nodes[part];
    return node && at ? [`${indent}n${part} [${attributes(node, at).join(" ")}]`] : [];
  }
  const framed = part.kind === "module" || part.kind === "gradient";
  const inside = part.parts.flatMap((each) => written(each, graph, moment, framed ? `${indent}  ` : indent));
  if (!framed) return inside;
  const name = part.note === "" ? part.name : `${part.name} ${part.note}`;
  return [
    `${indent}subgraph ${quoted([`cluster ${part.id}`])} {`,
    `${indent}  label=${quoted([name])}`,
    ...inside,
    `${indent}}`,
  ];
}

function attributes(node: GraphNode, at: NodeMoment): string[] {
  const made = node.kind === "op" ? [node.op, node.attrs] : [node.kind];
  const lines = [
    [node.label, ...(node.named ? made : [])].filter((part) => part !== "").join("  "),
    typeText(node.dtype, node.shape),
    `value ${at.value === null ? "—" : valueText(at.value, room)}`,
    ...(node.requiresGrad ? [`∂L ${gradientText(at)}`] : []),
    ...(at.field.shown ? [`.grad ${fieldText(at)}`] : []),
  ];
  return [
    `label=${quoted(lines)}`,
    ...(at.value === null ? ["style=dashed"] : []),
    ...(node.isParameter ? ["penwidth=2"] : []),
  ];
}

function gradientText({ gradient: { state, got, of, value } }: NodeMoment): string {
  if (state === "none") return "—";
  const waiting = state === "waiting" ? ` (${got} of ${of})` : "";
  return `${recordedText(value)}${waiting}`;
}

function fieldText({ field: { value, stale } }: NodeMoment): string {
  return value === null ? "null" : `${valueText(value, room)}${stale ? " (stale)" : ""}`;
}

function recordedText(value: Value | null): string {
  return value === null ? "not recorded" : valueText(value, room);
}
