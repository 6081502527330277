import { eachRowInSlices } from "./memo";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import type { Slices } from "./slices";
import { rank } from "./start";

/** What a segment's rows say beside its steps. */
export interface Survey {
  /** By tensor the binding that names it best in this segment. */
  readonly names: ReadonlyMap<number, number>;
  /** By a tensor that became a `.grad` the tensor whose gradient it is. */
  readonly owners: ReadonlyMap<number, number>;
  /** Tensors that retained their gradient. */
  readonly retained: ReadonlySet<number>;
  /** Ops that createGraph made inside a backward. */
  readonly gradientOps: number;
}

/** Surveys a segment. */
export function* surveyOf(recording: Recording, segment: Segment): Slices<Survey> {
  const names = new Map<number, number>();
  const owners = new Map<number, number>();
  const retained = new Set<number>();
  let gradientOps = 0;
  let passes = 0;
  yield* eachRowInSlices(recording, segment, (row) => {
    const form = recording.form(row);
    switch (form.kind) {
      case "backward":
        passes++;
        return;
      case "backwardEnd":
        passes--;
        return;
      case "forward":
        if (passes > 0) gradientOps++;
        return;
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
  return { names, owners, retained, gradientOps };
}
