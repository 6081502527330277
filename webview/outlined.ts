import type { ToPageOf } from "../src/panel/messages";
import { unpackSparse } from "../src/recording/sparse";
import type { OutlineData, Series } from "../src/recording/segment";
import { unpackSegments } from "../src/recording/segment.pack";

/** The outline of no run. */
export const nothing: OutlineData = { segments: [], iterations: 0, series: [], plots: [] };

/** An outline with what the host says is new of it. */
export function outlined(before: OutlineData, message: ToPageOf<"outline">): OutlineData {
  const segments = [...before.segments.slice(0, message.from), ...unpackSegments(message.segments)];
  const series = message.series.map(({ name, kind, key, from, values, holes }): Series => {
    const known = before.series.find((other) => other.key === key)?.values ?? [];
    return { name, kind, key, values: [...known.slice(0, from), ...unpackSparse({ values, holes })] };
  });
  const { from, marks } = message.plots;
  const news = Array.from({ length: marks.length / 2 }, (_, k) => ({
    row: marks[2 * k] ?? -1,
    site: marks[2 * k + 1] ?? -1,
  }));
  return { segments, iterations: message.iterations, series, plots: [...before.plots.slice(0, from), ...news] };
}

/** By iteration, the segment it is. */
export function segmentsOf({ segments }: OutlineData): number[] {
  const found: number[] = [];
  segments.forEach(({ iteration }, segment) => {
    if (iteration >= 0) found[iteration] = segment;
  });
  return found;
}
