import { broughtTo, sumText, useOfEdge } from "./fanout";
import { graphOf } from "./graph";
import { rowOfStep, momentOf } from "./moment";
import type { Cursor } from "./moves";
import type { Recording } from "./recording";
import type { OutlineData, Segment, Series } from "./segment";
import { startOf } from "./start";
import { stepsOf } from "./steps";
import { short, statisticsText, typeText, valueText } from "./text";
import { timelineOf } from "./timeline";
import type { Value } from "./value";
import { tensorMoment, type TensorMoment, type Variable } from "./variable";

/** What hovering over a node or a variable tells; text only, the surface chooses the look. */
export interface Tip {
  /** "w" */
  readonly title: string;
  /** "float32 scalar · requires grad" */
  readonly subtitle: string;
  readonly rows: readonly TipRow[];
  /** For the sparkline: its values over the iterations; undefined when there are fewer than two. */
  readonly series: Series | undefined;
  /** Iteration of the cursor, −1 outside. */
  readonly iteration: number;
}

/** One line of a tip; `hue` says whether it is about a value, a gradient or an update. */
export interface TipRow {
  readonly label: string;
  readonly text: string;
  readonly hue: "value" | "gradient" | "update" | "";
}

const room = 60;

/** The tip of a graph node at the cursor. */
export function nodeTip(recording: Recording, outline: OutlineData, cursor: Cursor, node: number): Tip | undefined {
  const segment = outline.segments[cursor.segment];
  if (segment === undefined) return undefined;
  const { graph, tensors } = graphOf(recording, segment);
  const drawn = graph.nodes[node];
  const at = momentOf(recording, segment, cursor.step).nodes[node];
  if (drawn === undefined || at === undefined) return undefined;
  const tensor = tensors[node] ?? -1;
  const binding = bindingOf(recording, segment, tensor, drawn.label);
  const keys = [...(binding === undefined ? [] : [`b${binding}`]), drawn.label];
  const rows = valueRows(at.value, at.value === null ? "still to come" : "not recorded");
  rows.push(...gradientRows(recording, segment, cursor.step, node, drawn.named ? drawn.label : "x"));
  if (tensor >= 0 && at.field.shown) {
    const moment = tensorMoment(recording, segment, cursor.step, tensor);
    rows.push(...fieldRows(recording, segment, cursor.step, moment));
  }
  if (tensor >= 0) rows.push(...updateRows(recording, segment, cursor.step, tensor));
  const facts = [
    drawn.kind === "number" ? "number" : typeText(drawn.dtype, drawn.shape),
    ...(drawn.kind === "op" ? [drawn.op] : []),
    ...(drawn.requiresGrad ? ["requires grad"] : []),
  ];
  return {
    title: drawn.label,
    subtitle: facts.join(" · "),
    rows,
    series: seriesFor(outline, keys),
    iteration: segment.iteration,
  };
}

/** The tip of a variable of the source at the cursor. */
export function variableTip(recording: Recording, outline: OutlineData, cursor: Cursor, variable: Variable): Tip {
  const segment = outline.segments[cursor.segment];
  const { held, binding, series } = variable;
  const tip = {
    title: binding.name,
    series: series.find(({ kind, values }) => kind !== "gradient" && values.length > 1),
    iteration: segment?.iteration ?? -1,
  };
  switch (held.type) {
    case "not yet":
      return { ...tip, subtitle: "not yet", rows: [{ label: "value", text: "not yet", hue: "" }] };
    case "number":
      return { ...tip, subtitle: "number", rows: [{ label: "value", text: short(held.number), hue: "value" }] };
    case "tensor": {
      const { tensor } = held;
      const rows = valueRows(tensor.value, "not recorded");
      if (segment !== undefined) {
        if (tensor.node >= 0) rows.push(...gradientRows(recording, segment, cursor.step, tensor.node, binding.name));
        rows.push(...fieldRows(recording, segment, cursor.step, tensor));
        rows.push(...updateRows(recording, segment, cursor.step, tensor.tensor));
      }
      const subtitle = `${typeText(tensor.dtype, tensor.shape)}${tensor.requiresGrad ? " · requires grad" : ""}`;
      return { ...tip, subtitle, rows };
    }
    case "module": {
      const rows = held.parameters.map(({ name, tensor }): TipRow => {
        const grad =
          tensor.grad === undefined ? "" : ` · .grad ${tensor.grad === null ? "null" : valueText(tensor.grad, 28)}`;
        const value = tensor.value === null ? "not recorded" : valueText(tensor.value, 28);
        return { label: name, text: `${value}${grad}`, hue: "value" };
      });
      return { ...tip, subtitle: `module ${held.text}`, rows };
    }
    default:
      return { ...tip, subtitle: held.type, rows: [{ label: "value", text: held.text, hue: "value" }] };
  }
}

function valueRows(value: Value | null, none: string): TipRow[] {
  const rows: TipRow[] = [{ label: "value", text: value === null ? none : valueText(value, room), hue: "value" }];
  const figures = value === null ? undefined : figuresOf(value);
  if (figures !== undefined) rows.push({ label: "", text: figures, hue: "value" });
  return rows;
}

/** Statistics of a value with more elements than are shown. */
function figuresOf(value: Value): string | undefined {
  if (value.data === null) {
    const { elements, sample } = value.stats;
    return `${elements} elements, the first ${valueText({ shape: [sample.length], dtype: value.dtype, data: sample }, room - 20)}`;
  }
  const { data } = value;
  if (data.length <= 8) return undefined;
  let [min, max, sum, finite, nans, infs] = [Infinity, -Infinity, 0, 0, 0, 0];
  for (let k = 0; k < data.length; k++) {
    const x = data[k] ?? NaN;
    if (Number.isNaN(x)) nans++;
    else if (!Number.isFinite(x)) infs++;
    else [min, max, sum, finite] = [Math.min(min, x), Math.max(max, x), sum + x, finite + 1];
  }
  if (finite === 0) [min, max] = [NaN, NaN];
  const mean = sum / finite;
  let spread = 0;
  for (let k = 0; k < data.length; k++) {
    const x = data[k] ?? NaN;
    if (Number.isFinite(x)) spread += (x - mean) ** 2;
  }
  return statisticsText({ elements: data.length, min, max, mean, std: Math.sqrt(spread / (finite - 1)), nans, infs });
}

const mostUses = 4;

/** The gradient that a node got; of several uses the sum, and what each of them brought. */
function gradientRows(recording: Recording, segment: Segment, step: number, node: number, name: string): TipRow[] {
  const gradient = momentOf(recording, segment, step).nodes[node]?.gradient;
  if (gradient === undefined || gradient.state === "none") return [];
  const { got, of, value } = gradient;
  const label = `∂L/∂${name}`;
  const whole = value === null ? "not recorded" : valueText(value, room);
  if (of < 2) return [{ label, text: whole, hue: "gradient" }];
  const came = broughtTo(recording, segment, step, node);
  const sum = sumText(came, value) || whole;
  const { graph } = graphOf(recording, segment);
  const uses = came.slice(0, mostUses).map(({ edge, value: each }): TipRow => ({
    label: `by ${useOfEdge(recording, graph, edge)}`,
    text: valueText(each, room - 20),
    hue: "gradient",
  }));
  const share = got < of ? ` (${got} of ${of} contributions so far)` : "";
  const more = came.length - uses.length;
  return [
    { label, text: `${sum}${share}`, hue: "gradient" },
    ...uses,
    ...(more > 0 ? [{ label: "", text: `… and ${more} more`, hue: "gradient" as const }] : []),
  ];
}

function fieldRows(recording: Recording, segment: Segment, step: number, moment: TensorMoment): TipRow[] {
  if (moment.grad === undefined) return [];
  const text = moment.grad === null ? "null" : valueText(moment.grad, room);
  const rows: TipRow[] = [{ label: ".grad", text: moment.stale ? `${text} (from before)` : text, hue: "gradient" }];
  const from = sourceOf(recording, segment, step, moment.tensor);
  if (from !== "" && moment.grad !== null) rows.push({ label: "from", text: from, hue: "" });
  return rows;
}

/** Where the gradient in `.grad` came from: "mul, this backward()", line and all. */
function sourceOf(recording: Recording, segment: Segment, step: number, tensor: number): string {
  const { steps } = stepsOf(recording, segment);
  const { stepOrigins, graph } = graphOf(recording, segment);
  const last = steps.findLastIndex(
    ({ kind, row }, k) => k <= step && kind === "accumulate" && recording.arg(row, 0) === tensor,
  );
  if (last < 0) return "";
  const op = graph.nodes[stepOrigins[last] ?? -1];
  const line = recording.site(op?.site ?? -1)?.line;
  return [op?.op ?? "", line === undefined ? "" : `line ${line + 1}`, "this backward()"].filter(Boolean).join(", ");
}

/** What the next recorded update in this segment makes of a tensor. */
function updateRows(recording: Recording, segment: Segment, step: number, tensor: number): TipRow[] {
  const { steps, phases } = stepsOf(recording, segment);
  const row = rowOfStep(recording, segment, step);
  const timeline = timelineOf(recording, segment);
  const next = timeline.nextWrite(tensor, row);
  const at = steps.findIndex((each) => each.row === next);
  const found = steps[at];
  if (found?.kind !== "update" || phases[found.phase]?.kind !== "update") return [];
  let last = at;
  for (let k = at + 1; k < steps.length; k++) {
    const each = steps[k];
    if (each === undefined || phases[each.phase]?.kind !== "update") break;
    if (each.kind === "update" && each.row === timeline.nextWrite(tensor, steps[last]?.row ?? 0)) last = k;
  }
  const after = timeline.valueAt(tensor, steps[last]?.row ?? next);
  if (after === null) return [];
  const line = recording.site(found.site)?.line;
  const where = line === undefined ? "" : ` (line ${line + 1})`;
  return [{ label: "will be", text: `${valueText(after, room)}${where}`, hue: "update" }];
}

function bindingOf(recording: Recording, segment: Segment, tensor: number, label: string): number | undefined {
  if (tensor >= 0) {
    const { names } = graphOf(recording, segment);
    return startOf(recording, segment).holder(tensor) ?? names.get(tensor);
  }
  return recording.programs.flatMap(({ bindings }) => bindings).find(({ name }) => name === label)?.id;
}

function seriesFor(outline: OutlineData, keys: readonly string[]): Series | undefined {
  const ours = outline.series.filter(
    ({ key, values }) => keys.includes(key.slice(key.search(/[:@]/) + 1)) && values.length > 1,
  );
  return (
    ours.find(({ kind }) => kind !== "gradient") ??
    outline.series.find(({ kind, name, values }) => kind === "loss" && keys.includes(name) && values.length > 1)
  );
}
