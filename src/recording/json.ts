import { gradientsOf } from "./gradients";
import { graphOf } from "./graph";
import { rowOfStep } from "./moment";
import type { Outline } from "./outline";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { nameOf } from "./start";
import { stepsOf, type Step } from "./steps";
import { timelineOf } from "./timeline";
import type { Value } from "./value";

/** A number as JSON can hold it: NaN and the infinities as strings. */
export type JsonNumber = number | "nan" | "inf" | "-inf";

/** Elements in row-major order, a bare number for a scalar, null for what is not there or was not recorded. */
export type JsonValue = readonly JsonNumber[] | JsonNumber | null;

/** A step of a run for other programs. */
export interface JsonStep {
  readonly phase: string;
  /** "mul"; for a rule the op whose rule ran; "accumulate", "write", "zero", or the in-place op of an update. */
  readonly op: string;
  /** What the step is about: the tensor that it made or changed, or whose gradient it passes on. */
  readonly name: string;
  /** Names of what it took; for a rule of what it gave a gradient to. */
  readonly inputs: readonly string[];
  /** The step in words: "yPred = w × X". */
  readonly output: string;
  readonly shape: readonly number[];
  /** What the tensor holds after the step. */
  readonly value: JsonValue;
  /** In a backward ∂L/∂name so far; for accumulations, zeroing and updates `.grad` after the step; else null. */
  readonly grad: JsonValue;
  readonly file: string;
  /** 1-based, 0 when unknown. */
  readonly line: number;
}

/** One stretch of a run for other programs. */
export interface JsonSegment {
  readonly kind: Segment["kind"];
  /** 0-based count of the iteration, −1 for what is none. */
  readonly index: number;
  readonly label: string;
  readonly loops: readonly { readonly name: string; readonly index: number; readonly value: JsonNumber | null }[];
  /** False for a turn that was cut short. */
  readonly complete: boolean;
  readonly phases: readonly string[];
  readonly steps: readonly JsonStep[];
}

/** A whole run as `backstep run --json` writes it. */
export interface JsonRun {
  readonly version: 1;
  /** Path of the source, relative to where it ran. */
  readonly source: string;
  readonly iterations: readonly JsonSegment[];
  /** Everything in the order it happened; iterations without their steps, which stand in `iterations`. */
  readonly segments: readonly (Omit<JsonSegment, "steps"> & { readonly steps?: readonly JsonStep[] })[];
  readonly series: readonly {
    readonly name: string;
    readonly kind: string;
    readonly values: readonly (JsonNumber | null)[];
  }[];
  readonly console: readonly string[];
  readonly error: { readonly message: string; readonly file: string; readonly line: number } | null;
}

/** The whole run as plain data for `JSON.stringify`. */
export function jsonOf(recording: Recording, outline: Outline): JsonRun {
  const iterations: JsonSegment[] = [];
  const segments: JsonRun["segments"][number][] = [];
  for (const segment of outline.segments) {
    const { kind, index, label, loops, complete, phases, steps } = segmentOf(recording, outline, segment);
    if (kind === "iteration") iterations.push({ kind, index, label, loops, complete, phases, steps });
    segments.push({ kind, index, label, loops, complete, phases, ...(kind === "iteration" ? {} : { steps }) });
  }
  return {
    version: 1,
    source: recording.programs[0]?.file ?? "",
    iterations,
    segments,
    series: outline.series.map(({ name, kind, values }) => ({
      name,
      kind,
      values: values.map((x) => (x === null ? null : jsonNumber(x))),
    })),
    ...printed(recording),
  };
}

/** A number as JSON can hold it. */
export function jsonNumber(x: number): JsonNumber {
  if (Number.isNaN(x)) return "nan";
  return x === Infinity ? "inf" : x === -Infinity ? "-inf" : x;
}

function segmentOf(recording: Recording, outline: Outline, segment: Segment): JsonSegment {
  const { steps, phases } = stepsOf(recording, segment);
  return {
    kind: segment.kind,
    index: segment.iteration,
    label: outline.label(segment),
    loops: segment.turns.map(({ loop, index, value }) => ({
      name: recording.loop(loop).variable,
      index,
      value: value === null ? null : jsonNumber(value),
    })),
    complete: segment.complete,
    phases: phases.map(({ kind }) => kind),
    steps: steps.map((step, k) => stepOf(recording, segment, step, k, phases[step.phase]?.kind ?? "")),
  };
}

function stepOf(recording: Recording, segment: Segment, step: Step, index: number, phase: string): JsonStep {
  const form = recording.form(step.row);
  const { graph, tensors, owners, names } = graphOf(recording, segment);
  const timeline = timelineOf(recording, segment);
  const node = graph.nodes[step.node];
  const tensor = tensorOf(recording, step);
  const owner = owners.get(tensor) ?? tensor;
  const row = rowOfStep(recording, segment, index);
  const binding = step.binding >= 0 ? step.binding : names.get(owner);
  const labelOf = (id: number): string =>
    graph.nodes[tensors.lastIndexOf(id)]?.label ?? nameOf(recording, names.get(id)) ?? (owners.has(id) ? "grad" : "");
  const value = tensor >= 0 ? timeline.valueAt(tensor, step.lastRow) : numberOf(recording, step.row);
  const site = recording.site(step.site);
  return {
    phase,
    op: form.kind === "write" || form.kind === "accumulate" ? form.kind : form.kind === "gradSet" ? "zero" : form.op,
    name:
      (step.kind === "op" || step.kind === "write" ? undefined : node?.label) ??
      nameOf(recording, binding) ??
      node?.label ??
      form.op,
    inputs: inputsOf(recording, step).map(labelOf),
    output: step.text,
    shape: value?.shape ?? [],
    value: step.kind === "rule" && node === undefined ? null : jsonValue(value),
    grad: jsonValue(gradient(recording, segment, step, row, owner)),
    file: recording.programOfSite(step.site)?.file ?? recording.programs[0]?.file ?? "",
    line: site === undefined ? 0 : site.line + 1,
  };
}

function gradient(recording: Recording, segment: Segment, step: Step, row: number, tensor: number): Value | null {
  switch (step.kind) {
    case "rule": {
      const gradients = gradientsOf(recording, segment);
      return step.node < 0 ? null : gradients.at(step.node, step.row, gradients.passAt(step.row)).value;
    }
    case "accumulate":
    case "zero":
    case "update": {
      const timeline = timelineOf(recording, segment);
      const grad = tensor < 0 ? null : timeline.gradAt(tensor, row);
      return grad === null ? null : timeline.valueAt(grad, row);
    }
    default:
      return null;
  }
}

/** The tensor that a step is about. */
function tensorOf(recording: Recording, { row, kind }: Step): number {
  const form = recording.form(row);
  if (kind === "rule" || kind === "accumulate" || form.kind === "gradSet") return recording.arg(row, 0);
  if (form.kind === "write") return form.valueType === "tensor" ? recording.arg(row, 0) : -1;
  return form.outputs.length > 0 ? recording.arg(row, form.inputs) : -1;
}

function inputsOf(recording: Recording, { row, kind }: Step): number[] {
  const { inputs, contributes } = recording.form(row);
  if (kind === "rule") return contributes.flatMap((given, k) => (given ? [recording.arg(row, 1 + k)] : []));
  if (kind !== "op" && kind !== "update") return [];
  if (recording.form(row).kind === "write") return [];
  return Array.from({ length: inputs }, (_, k) => recording.arg(row, k));
}

function numberOf(recording: Recording, row: number): Value | null {
  if (recording.form(row).valueType !== "number") return null;
  return { shape: [], dtype: "float64", data: [recording.number(row, 0)] };
}

function jsonValue(value: Value | null): JsonValue {
  if (value === null || value.data === null) return null;
  const elements = Array.from(value.data, jsonNumber);
  return value.shape.length === 0 ? (elements[0] ?? null) : elements;
}

function printed(recording: Recording): Pick<JsonRun, "console" | "error"> {
  const lines: string[] = [];
  let error: JsonRun["error"] = null;
  for (let row = 0; row < recording.rows; row++) {
    const { kind, site } = recording.form(row);
    if (kind === "print") lines.push(recording.string(recording.arg(row, 0)));
    else if (kind === "error") {
      const message = recording.string(recording.arg(row, 0));
      const line = recording.site(site)?.line;
      error = { message, file: recording.programOfSite(site)?.file ?? "", line: line === undefined ? 0 : line + 1 };
    }
  }
  return { console: lines, error };
}
