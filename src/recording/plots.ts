import { graphOf } from "./graph";
import { eachRow } from "./memo";
import { rowOfStep } from "./moment";
import type { Recording } from "./recording";
import type { Cursor } from "./moves";
import type { OutlineData, Segment } from "./segment";
import { nameOf, startOf } from "./start";
import { timelineOf } from "./timeline";
import type { Value } from "./value";

/** Something the program drew. */
export interface Plot {
  readonly kind: "scatter" | "line" | "image";
  /** The call that drew it. */
  readonly site: number;
  /** Names of what was drawn: of x and y, or of the picture; "" where there is none. */
  readonly names: readonly string[];
  /** x and y, or the picture; null where it was not recorded. */
  readonly values: readonly (Value | null)[];
}

/** What the calls of plot had drawn in a segment after a step (by default at its end): of each call the last. */
export function plotsIn(recording: Recording, segment: Segment, step?: number): readonly Plot[] {
  const until = step === undefined ? segment.endRow - 1 : rowOfStep(recording, segment, step);
  const rows = new Map<string, number>();
  const count = new Map<number, number>();
  let last = -1;
  eachRow(recording, segment, (row) => {
    const form = recording.form(row);
    if (form.kind !== "plot" || row > until) return;
    // A call that a loop makes many times in one turn draws as many plots.
    const nth = count.get(form.site) ?? 0;
    count.set(form.site, nth + 1);
    rows.set(`${form.site} ${nth}`, row);
    last = row;
  });
  if (last < 0) return [];
  const timeline = timelineOf(recording, segment);
  const { names } = graphOf(recording, segment);
  const { holder } = startOf(recording, segment);
  return [...rows.values()].map((row) => {
    const { op, inputs, site } = recording.form(row);
    const tensors = Array.from({ length: inputs }, (_, k) => recording.arg(row, k));
    return {
      kind: op === "image" || op === "line" ? op : "scatter",
      site,
      names: tensors.map((tensor) => nameOf(recording, names.get(tensor) ?? holder(tensor)) ?? ""),
      values: tensors.map((tensor) => timeline.valueAt(tensor, row)),
    };
  });
}

/** What stands drawn at a cursor: of each call of plot the last before it, however long ago; and the segments that lack. */
export function plotsAt(
  recording: Recording,
  { segments, plots: marks }: OutlineData,
  { segment: index, step }: Cursor,
): { readonly plots: readonly Plot[]; readonly missing: readonly number[] } {
  const here = segments[index];
  if (here === undefined) return { plots: [], missing: [] };
  const until = rowOfStep(recording, here, step);
  const latest = new Map<number, number>();
  for (const { row, site } of marks) if (row <= until) latest.set(site, row);
  const plots: Plot[] = [];
  const missing: number[] = [];
  for (const [site, row] of latest) {
    const at = segments.findLastIndex(({ firstRow, endRow }) => firstRow <= row && row < endRow);
    const segment = segments[at];
    if (segment === undefined) continue;
    if (recording.holds(segment.firstRow, segment.endRow))
      plots.push(...plotsIn(recording, segment, at === index ? step : undefined).filter((plot) => plot.site === site));
    else missing.push(at);
  }
  return { plots, missing };
}
