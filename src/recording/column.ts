import { gradientsOf } from "./gradients";
import { graphOf } from "./graph";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { timelineOf } from "./timeline";
import { elementsOf, type Value } from "./value";

/** A value with all its elements. */
export interface Full {
  readonly shape: readonly number[];
  readonly dtype: Value["dtype"];
  readonly data: ArrayLike<number>;
}

/** One call of an op as it was recorded, and which element of which operand is asked about. */
export interface ColumnQuestion {
  readonly op: string;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly numberNames: readonly string[];
  readonly numbers: readonly number[];
  readonly operands: readonly Full[];
  readonly outputs: readonly Full[];
  /** What came back to each output; null where nothing did. */
  readonly gradients: readonly (Full | null)[];
  readonly operand: number;
  readonly element: number;
}

/** The column ∂y/∂xᵢ of one call's Jacobian, as its own gradient rule has it. */
export interface Column {
  /** The op's symbolic line for this operand, "" when it has none. */
  readonly formula: string;
  /** Names of the operands in that line, in the op's order. */
  readonly names: readonly string[];
  /** Of each output ∂yⱼ/∂xᵢ by flat index j; null where nothing came back. */
  readonly slopes: readonly (Float64Array | null)[];
}

/** A number that was kept only in figures, or that was not recorded at all. */
export const notRecorded = "not recorded";

/** What to ask about the gradient that went back along a wire, or the sentence why it cannot be asked. */
export function columnQuestion(
  recording: Recording,
  segment: Segment,
  row: number,
  edge: number,
  element: number,
): ColumnQuestion | string {
  const call = callOf(recording, segment, row, edge);
  if (typeof call === "string") return call;
  const operand = call.operands[call.operand];
  if (operand === undefined || element >= elementsOf(operand.shape)) return "There is no such element.";
  return { ...call, element };
}

/** The call that a wire leads to, with its numbers: what a column is a column of. */
export function callOf(
  recording: Recording,
  segment: Segment,
  row: number,
  edge: number,
): Omit<ColumnQuestion, "element"> | string {
  const { graph, rows, tensors } = graphOf(recording, segment);
  const wire = graph.edges[edge];
  const made = rows[wire?.to ?? -1] ?? -1;
  if (wire === undefined || made < 0) return notRecorded;
  const form = recording.form(made);
  if (form.kind !== "forward" && form.kind !== "update") return notRecorded;
  const timeline = timelineOf(recording, segment);
  const operands: Full[] = [];
  for (let k = 0; k < form.inputs; k++) {
    const value = full(timeline.valueAt(recording.arg(made, k), made - 1));
    if (value === null) return notRecorded;
    operands.push(value);
  }
  const gradients = gradientsOf(recording, segment);
  const pass = gradients.passAt(row);
  const outputs: Full[] = [];
  const came: (Full | null)[] = [];
  for (let k = 0; k < form.outputs.length; k++) {
    const tensor = recording.arg(made, form.inputs + 2 * k);
    const value = full(timeline.valueAt(tensor, made));
    if (value === null) return notRecorded;
    outputs.push(value);
    const node = k === 0 ? wire.to : tensors.indexOf(tensor);
    const gradient = gradients.at(node, row, pass);
    if (gradient.got > 0 && gradient.value?.data === null) return notRecorded;
    came.push(full(gradient.value));
  }
  return {
    op: form.op,
    attrs: form.attrs,
    numberNames: form.numbers,
    numbers: form.numbers.map((_, k) => recording.number(made, k)),
    operands,
    outputs,
    gradients: came,
    operand: wire.input,
  };
}

/** The nodes of all outputs of the call that a wire leads to, −1 for one that is not drawn. */
export function outputsOf(recording: Recording, segment: Segment, edge: number): readonly number[] {
  const { graph, rows, tensors } = graphOf(recording, segment);
  const to = graph.edges[edge]?.to ?? -1;
  const made = rows[to] ?? -1;
  if (made < 0) return [to];
  const { inputs, outputs } = recording.form(made);
  return outputs.map((_, k) => (k === 0 ? to : tensors.indexOf(recording.arg(made, inputs + 2 * k))));
}

/** A value with its elements copied out of the recording, null when they were not kept. */
function full(value: Value | null): Full | null {
  if (value?.data === null || value === null) return null;
  return { shape: value.shape, dtype: value.dtype, data: value.data };
}
