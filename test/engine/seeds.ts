import { equal, ok } from "node:assert/strict";
import { golden, type GoldenTensor, valuesOf } from "./golden";

/** A number of a golden run: NumPy's scalars are bare. */
export type Recorded = number | GoldenTensor;

/** One golden run of a notebook's cell. */
export interface Experiment {
  readonly id: string;
  readonly engine: "numpy" | "torch";
  readonly hyper: { readonly wDtype?: string; readonly yPredDtype?: string };
  readonly epochs: readonly {
    readonly epoch: number;
    readonly afterForward: Readonly<Record<string, Recorded>>;
    readonly afterBackward: Readonly<Record<string, Recorded>>;
    readonly afterUpdate: Readonly<Record<string, Recorded>>;
  }[];
  readonly printed: readonly string[];
}

/** All golden runs of the five notebooks. */
export const { experiments } = golden("seeds") as { experiments: readonly Experiment[] };

/** The elements of a golden number; nothing where there is none. */
export function values(recorded: Recorded | undefined, dtype = "float64"): number[] {
  if (recorded === undefined) return [];
  return valuesOf(typeof recorded === "number" ? { shape: [], dtype, data: [recorded] } : recorded);
}

/** The lines are those of the golden run. */
export function sameLines(lines: readonly string[], { id, printed }: Experiment): void {
  const want = printed.join("\n").split("\n");
  equal(lines.length, want.length);
  want.forEach((line, i) => sameLine(lines[i], line, id === "s002-numpy"));
}

function numbersIn(line: string): number[] {
  return (line.match(/-?\d+(\.\d+)?(e[-+]\d+)?/g) ?? []).map(Number);
}

/** NumPy prints arrays and ints in its own format: those lines are compared as numbers, to its eight digits. */
function sameLine(got: string | undefined, want: string, asNumbers: boolean): void {
  if (!asNumbers) equal(got, want);
  else {
    const [ours, theirs] = [numbersIn(got ?? ""), numbersIn(want)];
    equal(ours.length, theirs.length, `${String(got)}, not ${want}`);
    ours.forEach((x, i) => ok(Math.abs(x - theirs[i]!) <= 5.1e-9, `${String(got)}, not ${want}`));
  }
}
