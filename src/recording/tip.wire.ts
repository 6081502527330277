import { broughtTo, sumText, useOfEdge } from "./fanout";
import { graphOf } from "./graph";
import { momentOf } from "./moment";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { shapeText, short, valueText } from "./text";
import type { Tip, TipRow } from "./tip";
import { elementsOf, type Value } from "./value";

const room = 34;
const toCome = "—";

/** What a wire carries one way and brought back the other; of several drawn as one, that with the largest gradient. */
export function wireTip(
  recording: Recording,
  segment: Segment,
  step: number,
  edges: readonly number[],
): Tip | undefined {
  const { graph } = graphOf(recording, segment);
  const moment = momentOf(recording, segment, step);
  const rms = (edge: number): number => moment.edges[edge]?.rms ?? 0;
  const edge = edges.reduce((best, each) => (rms(each) > rms(best) ? each : best), edges[0] ?? -1);
  const ends = graph.edges[edge];
  const from = graph.nodes[ends?.from ?? -1];
  const to = graph.nodes[ends?.to ?? -1];
  if (!from || !to) return undefined;
  const at = moment.nodes[from.index];
  const rows: TipRow[] = [{ label: "carries", text: text(at?.value ?? null), hue: "value" }];
  const tip = {
    title: `${from.label} → ${to.label}`,
    subtitle: [shapeText(from.shape), useOfEdge(recording, graph, edge), several(edges.length)]
      .filter(Boolean)
      .join(" · "),
    series: undefined,
    iteration: -1,
  };
  if (!from.requiresGrad) return { ...tip, rows };
  const back = moment.edges[edge]?.contribution ?? null;
  rows.push({ label: "brings back", text: text(back), hue: "gradient" });
  if (back !== null && elementsOf(from.shape) > 1) rows.push({ label: "RMS", text: short(rms(edge)), hue: "gradient" });
  if (at && at.gradient.of > 1) {
    const came = broughtTo(recording, segment, step, from.index);
    const place = came.findIndex((each) => each.edge === edge) + 1;
    const { got, of, value } = at.gradient;
    const sum = sumText(came, value) || (value === null ? "not recorded" : valueText(value, room));
    if (place > 0) rows.push({ label: "came as", text: `${place} of ${of} to ${from.label}`, hue: "" });
    rows.push({ label: got < of ? `${got} of ${of} so far` : "all together", text: sum, hue: "gradient" });
  }
  return { ...tip, rows };
}

function several(count: number): string {
  return count > 1 ? `the largest of ${count}` : "";
}

function text(value: Value | null): string {
  return value === null ? toCome : valueText(value, room);
}
