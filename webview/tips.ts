import type { CardEdge } from "../src/recording/folds";
import { shapeText, valueText } from "../src/recording/text";
import type { Tip, TipRow } from "../src/recording/tip";
import { type Face, toCome } from "./cards";
import type { Scene } from "./store";

/** What is on a group's card, in full. */
export function groupTip({ title, note, rows }: Face): Tip {
  const told = rows.map(({ label, text, hue }): TipRow => ({
    label: label || "holds",
    text,
    hue: hue === "dim" ? "" : hue,
  }));
  return { title, subtitle: note, rows: told, series: undefined, iteration: -1 };
}

/** What a wire carries one way, and brought back the other; of several the one with the largest gradient. */
export function wireTip({ graph, moment }: Scene, { edges }: CardEdge): Tip | undefined {
  const largest = edges.reduce((best, each) => Math.max(best, moment.edges[each]?.rms ?? 0), 0);
  const edge = edges.find((each) => (moment.edges[each]?.rms ?? 0) === largest) ?? edges[0] ?? -1;
  const ends = graph.edges[edge];
  const from = graph.nodes[ends?.from ?? -1];
  const to = graph.nodes[ends?.to ?? -1];
  const carried = moment.nodes[ends?.from ?? -1]?.value;
  const back = moment.edges[edge]?.contribution;
  if (!from || !to) return undefined;
  const rows: TipRow[] = [{ label: "carries", text: carried ? valueText(carried, 34) : toCome, hue: "value" }];
  if (from.requiresGrad) {
    rows.push({ label: "brings back", text: back ? valueText(back, 34) : toCome, hue: "gradient" });
  }
  return {
    title: `${from.label} → ${to.label}`,
    subtitle: edges.length > 1 ? `${shapeText(from.shape)}, the largest of ${edges.length}` : shapeText(from.shape),
    rows,
    series: undefined,
    iteration: -1,
  };
}
