import { gradientsOf } from "./gradients";
import { graphOf } from "./graph";
import { rowOfStep } from "./moment";
import type { Cursor } from "./moves";
import type { Recording } from "./recording";
import type { OutlineData, Segment } from "./segment";
import { stepsOf } from "./steps";
import { timelineOf } from "./timeline";

/** One thing that happened to a leaf's `.grad`. */
export interface LedgerEntry {
  readonly at: Cursor;
  readonly kind: "added" | "zeroed" | "nulled" | "changed";
  /** What a backward added to the element; null when it is not recorded. */
  readonly amount: number | null;
  /** The element of `.grad` afterwards; null for null and for what is not recorded. */
  readonly sum: number | null;
  /** The op whose gradient it was ("mul"), or what changed the field. */
  readonly by: string;
  /** 0-based source line, −1 when unknown. */
  readonly line: number;
}

/** Everything that was added to a leaf's `.grad` since it was last zeroed, oldest first. */
export interface Ledger {
  readonly entries: readonly LedgerEntry[];
  /** The zeroing before the first of them; null when the run began with none. */
  readonly zeroed: LedgerEntry | null;
  /** A segment further back whose rows are not here; −1 when nothing is missing. */
  readonly missing: number;
  /** Whether more happened than is listed. */
  readonly cut: boolean;
}

const mostEntries = 60;
const mostSegments = 400;

/** The ledger of a leaf's `.grad` at the cursor, for one of its elements. */
export function ledgerOf(
  recording: Recording,
  outline: Pick<OutlineData, "segments">,
  cursor: Cursor,
  tensor: number,
  element: number,
): Ledger {
  const entries: LedgerEntry[] = [];
  for (let index = cursor.segment; index >= 0; index--) {
    const segment = outline.segments[index];
    if (segment === undefined) break;
    if (!recording.holds(segment.firstRow, segment.endRow))
      return { entries: entries.reverse(), zeroed: null, missing: index, cut: false };
    if (entries.length >= mostEntries || cursor.segment - index > mostSegments)
      return { entries: entries.reverse(), zeroed: null, missing: -1, cut: true };
    const page = new Page(recording, segment, index, tensor, element);
    const { steps } = stepsOf(recording, segment);
    const last = index === cursor.segment ? rowOfStep(recording, segment, cursor.step) : segment.endRow;
    for (let step = steps.length - 1; step >= 0; step--) {
      const row = steps[step]?.row ?? -1;
      if (row > last) continue;
      const entry = page.entry(row, step);
      if (entry === null) continue;
      if (entry.kind === "zeroed" || entry.kind === "nulled")
        return { entries: entries.reverse(), zeroed: entry, missing: -1, cut: false };
      entries.push(entry);
    }
  }
  return { entries: entries.reverse(), zeroed: null, missing: -1, cut: false };
}

/** What one segment did to the field. */
class Page {
  constructor(
    private readonly recording: Recording,
    private readonly segment: Segment,
    private readonly index: number,
    private readonly tensor: number,
    private readonly element: number,
  ) {}

  entry(row: number, step: number): LedgerEntry | null {
    const { recording, tensor } = this;
    const form = recording.form(row);
    const at = { segment: this.index, step };
    const own = { at, line: recording.site(form.site)?.line ?? -1 };
    if (form.kind === "accumulate" && recording.arg(row, 0) === tensor)
      return { ...own, kind: "added", amount: this.#amount(row), sum: this.#sum(row), ...this.#origin(step) };
    if (form.kind === "gradSet" && recording.arg(row, 0) === tensor) {
      const nulled = recording.arg(row, 1) < 0;
      const kind = nulled ? "nulled" : "changed";
      return { ...own, kind, amount: null, sum: nulled ? null : this.#sum(row), by: nulled ? "null" : "assigned" };
    }
    if (form.kind !== "update" || recording.arg(row, form.inputs) !== this.#field(row)) return null;
    const zero = form.op === "zero_" || (form.op === "fill_" && recording.number(row, 0) === 0);
    return { ...own, kind: zero ? "zeroed" : "changed", amount: null, sum: zero ? 0 : this.#sum(row), by: form.op };
  }

  #field(row: number): number | null {
    return timelineOf(this.recording, this.segment).gradAt(this.tensor, row);
  }

  #sum(row: number): number | null {
    const field = this.#field(row);
    if (field === null) return null;
    return timelineOf(this.recording, this.segment).valueAt(field, row)?.data?.[this.element] ?? null;
  }

  /** What the pass had brought to the leaf, and, for a leaf that is not drawn, by how much the field grew. */
  #amount(row: number): number | null {
    const { recording, segment, tensor } = this;
    const gradients = gradientsOf(recording, segment);
    const node = graphOf(recording, segment).tensors.indexOf(tensor);
    const brought = node < 0 ? null : gradients.at(node, row, gradients.passAt(row));
    if (brought !== null && brought.got > 0) return brought.value?.data?.[this.element] ?? null;
    const after = this.#sum(row);
    const field = timelineOf(recording, segment).gradAt(tensor, row - 1);
    const before = field === null ? 0 : timelineOf(recording, segment).valueAt(field, row - 1)?.data?.[this.element];
    return after === null || before === undefined ? null : after - before;
  }

  #origin(step: number): { by: string; line: number } {
    const { graph, stepOrigins } = graphOf(this.recording, this.segment);
    const op = graph.nodes[stepOrigins[step] ?? -1];
    return { by: op?.op ?? "backward", line: this.recording.site(op?.site ?? -1)?.line ?? -1 };
  }
}
