import { eachRowInSlices } from "./memo";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import type { Slices } from "./slices";
import { rank } from "./start";

/** What a segment's rows say beside its steps. */
export interface Survey {
  /** By tensor the binding that names it best in this segment. */
  readonly names: ReadonlyMap<number, number>;
  /** By tensor the place in a module that was found for it in this segment. */
  readonly paths: ReadonlyMap<number, string>;
  /** By a tensor that became a `.grad` the tensor whose gradient it is. */
  readonly owners: ReadonlyMap<number, number>;
  /** Tensors that retained their gradient. */
  readonly retained: ReadonlySet<number>;
  /** What ran inside a backward, by row: ops and the tensors they began with. */
  readonly inPasses: readonly InPass[];
}

/** A row inside a backward. */
export interface InPass {
  readonly row: number;
  /** Counts the backwards of the segment, and what this one began at. */
  readonly pass: number;
  readonly root: number;
}

/** Surveys a segment. */
export function* surveyOf(recording: Recording, segment: Segment): Slices<Survey> {
  const names = new Map<number, number>();
  const paths = new Map<number, string>();
  const owners = new Map<number, number>();
  const retained = new Set<number>();
  const inPasses: InPass[] = [];
  const open: Omit<InPass, "row">[] = [];
  let passes = 0;
  yield* eachRowInSlices(recording, segment, (row) => {
    const form = recording.form(row);
    switch (form.kind) {
      case "name":
        paths.set(recording.arg(row, 0), recording.string(recording.arg(row, 1)));
        return;
      case "backward":
        open.push({ pass: passes++, root: recording.arg(row, 0) });
        return;
      case "backwardEnd":
        open.pop();
        return;
      case "create":
      case "forward": {
        const around = open.at(-1);
        if (around !== undefined) inPasses.push({ row, ...around });
        return;
      }
      case "accumulate":
        owners.set(recording.arg(row, 1), recording.arg(row, 0));
        if (form.flag === "retained") retained.add(recording.arg(row, 0));
        return;
      case "gradSet":
        if (recording.arg(row, 1) >= 0) owners.set(recording.arg(row, 1), recording.arg(row, 0));
        return;
      case "write": {
        if (form.valueType !== "tensor") return;
        const tensor = recording.arg(row, 0);
        const before = names.get(tensor);
        if (before === undefined || rank(recording, form.ref) < rank(recording, before)) names.set(tensor, form.ref);
        return;
      }
      default:
    }
  });
  return { names, paths, owners, retained, inPasses };
}
