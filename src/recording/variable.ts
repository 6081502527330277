import type { DType } from "../engine/observer";
import type { Binding, Range } from "./format";
import { graphOf } from "./graph";
import { momentOf, rowOfStep } from "./moment";
import type { Cursor } from "./moves";
import type { Recording } from "./recording";
import type { OutlineData, Segment, Series } from "./segment";
import { startOf } from "./start";
import type { BindingValue, State } from "./state";
import { timelineOf } from "./timeline";
import type { Value } from "./value";

/** A tensor as it is at a moment. */
export interface TensorMoment {
  readonly tensor: number;
  readonly shape: readonly number[];
  readonly dtype: DType;
  readonly requiresGrad: boolean;
  readonly isLeaf: boolean;
  /** null: not recorded. */
  readonly value: Value | null;
  /** Undefined for tensors that have no `.grad` to show; null: `.grad` is null. */
  readonly grad: Value | null | undefined;
  readonly stale: boolean;
  /** Index in the segment's graph, −1 when it is not drawn. */
  readonly node: number;
}

/** What a variable holds at a moment. */
export type Held =
  | { readonly type: "not yet" }
  | { readonly type: "tensor"; readonly tensor: TensorMoment }
  | { readonly type: "number"; readonly number: number }
  | { readonly type: "string" | "boolean" | "null" | "undefined" | "other"; readonly text: string }
  | {
      readonly type: "module";
      readonly text: string;
      readonly parameters: readonly { readonly name: string; readonly tensor: TensorMoment }[];
    };

/** A variable of the source at a moment. */
export interface Variable {
  readonly file: string;
  readonly binding: Binding;
  readonly held: Held;
  /** Its values over the iterations, and its gradient's. */
  readonly series: readonly Series[];
}

/** The variable at a 0-based position of a source file, at the cursor; undefined where there is none. */
export function variableAt(
  recording: Recording,
  outline: OutlineData,
  cursor: Cursor,
  file: string,
  position: { readonly line: number; readonly column: number },
): Variable | undefined {
  const program = recording.programs.find((each) => each.file === file);
  let best: { readonly binding: Binding; readonly range: Range } | undefined;
  for (const binding of program?.bindings ?? [])
    for (const range of [binding.declaration, ...binding.references])
      if (covers(range, position) && (best === undefined || isSmaller(range, best.range))) best = { binding, range };
  return best === undefined ? undefined : variableOf(recording, outline, cursor, best.binding.id);
}

/** A binding at the cursor. */
export function variableOf(
  recording: Recording,
  outline: OutlineData,
  cursor: Cursor,
  binding: number,
): Variable | undefined {
  const segment = outline.segments[cursor.segment];
  const program = recording.programOfBinding(binding);
  if (segment === undefined || program === undefined) return undefined;
  const moment = momentStateOf(recording, segment, cursor.step);
  const value = moment.state.binding(binding);
  const held = heldOf(recording, segment, moment, value);
  return {
    file: program.file,
    binding: recording.binding(binding),
    held,
    series: outline.series.filter(
      ({ key, kind, name }) =>
        belongs(key, binding, held, moment.state) || (kind === "loss" && name === recording.binding(binding).name),
    ),
  };
}

/** A tensor at the cursor. */
export function tensorMoment(recording: Recording, segment: Segment, step: number, tensor: number): TensorMoment {
  return tensorAt(recording, segment, momentStateOf(recording, segment, step), tensor);
}

/** All variables that are written by the cursor and visible at its call, in the order of the source. */
export function variablesAt(recording: Recording, outline: OutlineData, cursor: Cursor): readonly Variable[] {
  return recording.programs.flatMap(({ bindings }) =>
    bindings
      .map(({ id }) => variableOf(recording, outline, cursor, id))
      .filter((variable): variable is Variable => variable !== undefined && variable.held.type !== "not yet"),
  );
}

interface MomentState {
  readonly state: State;
  readonly row: number;
  readonly step: number;
}

const recent = new WeakMap<Recording, { readonly segment: string; state: State }>();

/** The state after a step; going forward from the last one asked for where that is possible. */
export function momentStateOf(recording: Recording, segment: Segment, step: number): MomentState {
  const row = rowOfStep(recording, segment, step);
  const key = `${segment.firstRow} ${segment.turn}`;
  const last = recent.get(recording);
  const start = startOf(recording, segment).state;
  const state = last?.segment === key && last.state.row <= row ? last.state : start.copy();
  if (row > state.row) state.advance(row);
  recent.set(recording, { segment: key, state });
  return { state, row, step };
}

function heldOf(recording: Recording, segment: Segment, moment: MomentState, value: BindingValue | "not yet"): Held {
  if (value === "not yet") return { type: "not yet" };
  switch (value.type) {
    case "tensor":
      return { type: "tensor", tensor: tensorAt(recording, segment, moment, value.tensor) };
    case "number":
      return { type: "number", number: value.value };
    case "boolean":
      return { type: "boolean", text: String(value.value) };
    case "string":
      return { type: "string", text: JSON.stringify(value.text) };
    case "other":
      return { type: "other", text: value.text };
    case "null":
    case "undefined":
      return { type: value.type, text: value.type };
    case "module": {
      const parameters = value.parameters.map(({ name, tensor }) => ({
        name,
        tensor: tensorAt(recording, segment, moment, tensor),
      }));
      return { type: "module", text: value.name, parameters };
    }
  }
}

function tensorAt(recording: Recording, segment: Segment, { row, step }: MomentState, tensor: number): TensorMoment {
  const timeline = timelineOf(recording, segment);
  const meta = timeline.metaAt(tensor, row);
  const node = graphOf(recording, segment).tensors.lastIndexOf(tensor);
  const drawn = node < 0 ? undefined : momentOf(recording, segment, step).nodes[node];
  const hasField = drawn?.field.shown ?? (meta?.isLeaf === true && meta.requiresGrad);
  const gradient = timeline.gradAt(tensor, row);
  return {
    tensor,
    shape: meta?.shape ?? [],
    dtype: meta?.dtype ?? "float32",
    requiresGrad: meta?.requiresGrad ?? false,
    isLeaf: meta?.isLeaf ?? true,
    value: timeline.valueAt(tensor, row),
    grad: hasField ? (gradient === null ? null : timeline.valueAt(gradient, row)) : undefined,
    stale: drawn?.field.stale ?? false,
    node,
  };
}

/** Whether a series is about what a binding holds: by the binding itself, or by the tensor's name as a parameter. */
function belongs(key: string, binding: number, held: Held, state: State): boolean {
  const of = key.slice(key.search(/[:@]/) + 1);
  if (of === `b${binding}`) return true;
  if (held.type !== "tensor") return false;
  const { tensor } = held.tensor;
  return of === state.nameOf(tensor) || of.endsWith(`#${tensor}`);
}

function covers(range: Range, { line, column }: { readonly line: number; readonly column: number }): boolean {
  const after = line > range.line || (line === range.line && column >= range.column);
  return after && (line < range.endLine || (line === range.endLine && column <= range.endColumn));
}

function isSmaller(a: Range, b: Range): boolean {
  const lines = a.endLine - a.line - (b.endLine - b.line);
  return lines < 0 || (lines === 0 && a.endColumn - a.column < b.endColumn - b.column);
}
