import type { OtherMoment } from "../src/panel/messages";
import { insideText } from "../src/recording/cards";
import type { Graph } from "../src/recording/graph";
import type { Group } from "../src/recording/groups";
import type { Owner } from "../src/recording/joined";
import { type Moment, type NodeMoment, rmsOf } from "../src/recording/moment";
import { shapeText, short, valueText } from "../src/recording/text";
import type { Value } from "../src/recording/value";
import { type Face, metrics, toCome } from "./cards";

const letter = 6.65;

/** What the card of a folded group shows at a moment. */
export function groupFace(group: Group, graph: Graph, moment: Moment, width: number): Face {
  const { nodes } = moment;
  const inside = group.nodes.flatMap((node) => nodes[node] ?? []);
  const output = nodes[group.output];
  const stepNode = moment.step?.node ?? -1;
  const current = stepNode >= 0 && contains(group, stepNode);
  const touched = (current ? nodes[stepNode]?.touched : null) ?? inside.find((each) => each.touched)?.touched ?? null;
  const shape = shapeText(graph.nodes[group.output]?.shape ?? []);
  const room = Math.floor((width - 2 * metrics.padding) / letter) - 5 - shape.length;
  const value = output?.value ?? null;
  const rms = gradientOf(group, nodes);
  const made = group.nodes.some((node) => graph.nodes[node]?.kind === "op" && nodes[node]?.value);
  return {
    title: group.name,
    named: true,
    symbol: "",
    note: group.note,
    rows: [
      { label: "", text: insideText(group.nodes.length, group.weights), hue: "dim", strong: false },
      {
        label: "out",
        text: value === null ? toCome : `${shape} ${valueText(value, Math.max(8, room)).replace(/…\] of \d+$/, "…]")}`,
        hue: "value",
        strong: touched === "value",
      },
      { label: "∇rms", text: rms === null ? toCome : short(rms), hue: "gradient", strong: false },
    ],
    toCome: !made && value === null,
    reached: inside.some(({ gradient }) => gradient.state !== "none") ? "gradient" : "value",
    touched,
    current,
    apart: "",
    owner: "both",
    folded: true,
  };
}

/** What the card of a folded group that only the run beside this one has shows at its moment. */
export function otherGroupFace({ name, note, nodes, weights }: Group, { value, touched }: OtherMoment): Face {
  return {
    ...{ title: name, named: true, symbol: "", note },
    rows: [
      { label: "", text: insideText(nodes.length, weights), hue: "dim", strong: false },
      { label: "out", text: value ?? toCome, hue: "value", strong: touched === "value" },
    ],
    ...{ toCome: value === null, reached: "value", touched, current: false },
    ...{ apart: "", owner: "there", folded: true },
  };
}

/** How many nodes of a group that both runs have are not the same in both. */
export function groupApart(group: Group, owner: Owner, isApart: (node: number) => boolean): string {
  if (owner !== "both") return "";
  const apart = group.nodes.filter(isApart).length;
  return apart === 0 ? "" : `Δ ${apart} inside`;
}

/** Root mean square of the parameters' gradients, else of the output's; null for none so far. */
function gradientOf(group: Group, nodes: readonly NodeMoment[]): number | null {
  let squares = 0;
  let elements = 0;
  for (const node of group.parameters) {
    const { field, gradient } = nodes[node] ?? {};
    const value = field?.stale === false && field.value ? field.value : (gradient?.value ?? null);
    if (!value) continue;
    const count = countOf(value);
    squares += rmsOf(value) ** 2 * count;
    elements += count;
  }
  if (elements > 0) return Math.sqrt(squares / elements);
  const output = nodes[group.output]?.gradient.value ?? null;
  return group.parameters.length > 0 || !output ? null : rmsOf(output);
}

function countOf(value: Value): number {
  return value.data === null ? value.stats.elements : value.data.length;
}

/** Whether a node is inside; a group's nodes are in order. */
export function contains({ nodes }: Group, node: number): boolean {
  let [low, high] = [0, nodes.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((nodes[middle] ?? Infinity) < node) low = middle + 1;
    else high = middle;
  }
  return nodes[low] === node;
}
