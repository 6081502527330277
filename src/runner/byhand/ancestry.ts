import { eachRow } from "../../recording/memo";
import type { Recording } from "../../recording/recording";
import type { Segment } from "../../recording/segment";
import { timelineOf, type Timeline } from "../../recording/timeline";
import { elementsOf } from "../../recording/value";

/** A mean that something was made with. */
export interface Mean {
  readonly row: number;
  readonly site: number;
  /** How many numbers each of its results averages. */
  readonly over: number;
}

/** What the tensors of a turn were made from. */
export class Ancestry {
  readonly #makers = new Map<number, number>();
  readonly #rows: number[] = [];
  readonly #timeline: Timeline;

  constructor(
    private readonly recording: Recording,
    segment: Segment,
  ) {
    this.#timeline = timelineOf(recording, segment);
    eachRow(recording, segment, (row) => {
      const { kind, inputs, outputs } = recording.form(row);
      if (kind !== "forward") return;
      this.#rows.push(row);
      for (let k = 0; k < outputs.length; k++) this.#makers.set(recording.arg(row, inputs + 2 * k), row);
    });
  }

  /** The tensor a number was read from: the last one-element result before a row that holds that; −1 for none. */
  sourceOf(number: number, before: number): number {
    const { recording } = this;
    for (let k = this.#rows.length - 1; k >= 0; k--) {
      const row = this.#rows[k] ?? -1;
      const { inputs, outputs } = recording.form(row);
      if (row > before || outputs.length === 0) continue;
      const tensor = recording.arg(row, inputs);
      const value = this.#timeline.valueAt(tensor, row);
      if (value?.data?.length === 1 && isSame(value.data[0] ?? NaN, number)) return tensor;
    }
    return -1;
  }

  /** The means in the making of a tensor, the nearest first. */
  means(tensor: number): Mean[] {
    const { recording } = this;
    const found: Mean[] = [];
    const seen = new Set<number>();
    const next = [tensor];
    for (let at = next.shift(); at !== undefined; at = next.shift()) {
      const row = this.#makers.get(at);
      if (row === undefined || seen.has(row)) continue;
      seen.add(row);
      const form = recording.form(row);
      const inputs = Array.from({ length: form.inputs }, (_, k) => recording.arg(row, k));
      if (form.op === "mean" || form.attrs.reduction === "mean") {
        const sizes = inputs.map((input) => elementsOf(this.#timeline.metaAt(input, row)?.shape ?? []));
        const results = elementsOf(recording.meta(form.outputs[0] ?? 0).shape);
        found.push({ row, site: form.site, over: Math.max(...sizes) / Math.max(1, results) });
      }
      next.push(...inputs);
    }
    return found;
  }
}

/** A gradient that was worked out from a step is the number itself but for the last digits. */
function isSame(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.abs(b);
}
