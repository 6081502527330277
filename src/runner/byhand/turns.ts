import type { Range } from "../../recording/format";
import { eachRow } from "../../recording/memo";
import type { Outline } from "../../recording/outline";
import type { Recording } from "../../recording/recording";
import { timelineOf } from "../../recording/timeline";
import type { Descent } from "./descent";

/** One turn of a loop in which a weight was stepped downhill by hand. */
export interface HandTurn {
  /** Index of the segment. */
  readonly segment: number;
  readonly turn: number;
  /** The row of the update. */
  readonly row: number;
  /** What the weight held before it. */
  readonly weight: readonly number[];
  /** Whether the weight is a plain number, and then which of its writes gave it that value. */
  readonly nth: number;
  /** The hand-written gradient, and the row that wrote it (−1: none did). */
  readonly gradient: readonly number[];
  readonly gradientRow: number;
  /** The tensor that the gradient is, −1 for a number. */
  readonly gradientTensor: number;
}

/** Iterations later than this are left alone: each probe runs up to its turn. */
const lastIteration = 200;
/** Where even those have more rows than this, nothing is looked at. */
const mostRows = 2_000_000;

interface Held {
  readonly row: number;
  readonly number: number | null;
  readonly tensor: number;
}

/**
 * The turns in which a descent happened once, in the order they ran. Empty where it is none: a backward ran in the
 * loop, the rate is written in it, or a value was not recorded.
 */
export function handTurns(recording: Recording, outline: Outline, descent: Descent): HandTurn[] {
  const found: HandTurn[] = [];
  const held = new Map<number, Held>();
  let [writes, first] = [0, -1];
  const watched = new Set([descent.weight, descent.gradient, descent.rate]);
  const places = new Map<number, number>();
  outline.segments.forEach(({ turn }, index) => turn >= 0 && places.set(turn, index));
  const roots = new Set<number>();
  const segments = outline.segments.filter(({ iteration }) => iteration >= 0 && iteration < lastIteration);
  const end = segments.reduce((most, { endRow }) => Math.max(most, endRow), 0);
  if (end > mostRows) return [];
  const turns = new Int32Array(end).fill(-1);
  for (const segment of segments) eachRow(recording, segment, (row) => (turns[row] = segment.turn));
  for (let row = 0; row < end; row++) {
    const form = recording.form(row);
    const turn = (turns[row] ?? -1) < 0 ? undefined : turns[row];
    if (turn !== undefined && form.kind === "backward") roots.add(rootLoop(outline, places.get(turn)));
    const updates =
      turn !== undefined &&
      ((descent.how === "write" && form.kind === "write" && form.ref === descent.weight) ||
        (descent.how === "inPlace" && form.kind === "update" && form.op === "sub_")) &&
      same(recording.site(form.site), descent.range);
    if (updates) {
      const made = turnAt(row, turn);
      if (made === null) return [];
      found.push(made);
    }
    if (form.kind !== "write" || !watched.has(form.ref)) continue;
    if (form.ref === descent.rate && descent.rate >= 0 && turn !== undefined) return [];
    if (form.ref === descent.weight) {
      writes++;
      first = row;
    }
    held.set(form.ref, {
      row,
      number: form.valueType === "number" ? recording.number(row, 0) : null,
      tensor: form.valueType === "tensor" ? recording.arg(row, 0) : -1,
    });
  }
  const once = found.filter(({ turn }) => found.filter((other) => other.turn === turn).length === 1);
  return once.filter(({ segment }) => !roots.has(rootLoop(outline, segment)));

  function turnAt(row: number, turn: number): HandTurn | null {
    const segment = places.get(turn) ?? -1;
    const at = outline.segments[segment];
    const weight = held.get(descent.weight);
    if (!at || !weight || first < 0) return null;
    const gradient = held.get(descent.gradient) ?? inferred(row, weight);
    if (!gradient) return null;
    const read = ({ number, tensor }: Held): readonly number[] | null => {
      if (number !== null) return [number];
      const value = tensor < 0 ? null : timelineOf(recording, at).valueAt(tensor, row - 1);
      return value?.data ? Array.from(value.data) : null;
    };
    const [p, d] = [read(weight), read(gradient)];
    if (!p || !d || p.length !== d.length || gradient.row < at.firstRow) return null;
    return {
      segment,
      turn,
      row,
      weight: p,
      nth: weight.number === null ? -1 : writes - 1,
      gradient: d,
      gradientRow: gradient.row,
      gradientTensor: gradient.tensor,
    };
  }

  /** A gradient that no variable holds is what the step was made of. */
  function inferred(row: number, weight: Held): Held | null {
    const rate = descent.rateNumber ?? held.get(descent.rate)?.number;
    const { valueType } = recording.form(row);
    if (descent.gradient >= 0 || weight.number === null || valueType !== "number" || !rate) return null;
    return { row, number: (weight.number - recording.number(row, 0)) / rate, tensor: -1 };
  }
}

function rootLoop(outline: Outline, segment: number | undefined): number {
  return outline.segments[segment ?? -1]?.turns[0]?.loop ?? -1;
}

function same(a: Range | undefined, b: Range): boolean {
  return a?.line === b.line && a.column === b.column && a.endLine === b.endLine && a.endColumn === b.endColumn;
}
