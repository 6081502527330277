import type { UpdateWhy } from "./explain.update";
import { valueOf } from "./expr";
import { parseFormula, written } from "./formula";
import { graphOf } from "./graph";
import { textOf } from "./literals";
import { type Line, type Link, number, type Piece, sign } from "./maths";
import { rowOfStep } from "./moment";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { stateAt, type State } from "./state";
import { stepsOf } from "./steps";
import { timelineOf } from "./timeline";

/**
 * The update of a weight that is a plain number, `w -= learningRate * dw`: its arithmetic is nowhere but in the source,
 * so the assignments there are read, and shown when one of them, with this moment's numbers, gives what was written.
 */
export function writtenUpdate(recording: Recording, segment: Segment, step: number, about: Link): UpdateWhy | null {
  const { graph } = graphOf(recording, segment);
  const label = graph.nodes[about.node]?.label;
  const { steps } = stepsOf(recording, segment);
  const writes = steps.flatMap(({ row, kind, node }) => {
    const form = recording.form(row);
    const is = kind === "update" && node === about.node && form.kind === "write" && form.valueType === "number";
    return is ? [row] : [];
  });
  const now = rowOfStep(recording, segment, step);
  const row = writes.findLast((each) => each <= now) ?? writes[0];
  if (row === undefined || label === undefined) return null;
  const binding = recording.binding(recording.form(row).ref);
  const program = recording.programOfBinding(binding.id);
  if (program === undefined) return null;
  const after = recording.number(row, 0);
  const state = stateAt(recording, row - 1);
  const done = row <= now;
  for (const reference of binding.references) {
    const line = program.text.split("\n")[reference.line] ?? "";
    const rest = line.slice(reference.endColumn);
    const match = /^\s*([-+*/]?)=(?!=)\s*([^;]+)/.exec(rest);
    if (match === null) continue;
    const [, operator = "", right = ""] = match;
    const name = textOf(program, reference);
    const text = operator === "" ? right : `${name} ${operator} ${/[-+]/.test(right) ? `(${right})` : right}`;
    const origin = (binding: number, value: number): Link | undefined =>
      originOf(recording, segment, binding, value, row);
    const found = assignment(recording, state, name, text, after, origin);
    if (found !== null) return { done, by: "", line: reference.line, lines: [found], sentences: [] };
  }
  const result: Line = [sign("="), number(after, "update")];
  const left: Line = [{ kind: "name", text: label, index: "", hue: "value" }];
  return { done, by: "", line: -1, lines: [{ symbolic: left, numbers: result }], sentences: [] };
}

function assignment(
  recording: Recording,
  state: State,
  name: string,
  text: string,
  after: number,
  origin: (binding: number, value: number) => Link | undefined,
): { symbolic: Line; numbers: Line } | null {
  const formula = text
    .replace(/\/\/.*$/, "")
    .replace(/\*/g, "·")
    .replace(/-/g, "−")
    .trim();
  const names = new Set(formula.match(/[A-Za-z_$][\w$]*/g) ?? []);
  const values = new Map<string, number>();
  const links = new Map<string, Link | undefined>();
  for (const { bindings } of recording.programs)
    for (const { id, name: each } of bindings) {
      if (!names.has(each)) continue;
      const held = state.binding(id);
      if (held === "not yet" || held.type !== "number") continue;
      values.set(each, held.value);
      links.set(each, origin(id, held.value));
    }
  const { expr, rest } = parseFormula(formula, names);
  if (expr === null || rest !== "") return null;
  const value = valueOf(expr, 0, (each) => values.get(each));
  if (value === undefined || !(Object.is(value, after) || Math.abs(value - after) <= 1e-9 * Math.abs(after)))
    return null;
  const left: Line = [{ kind: "name", text: name, index: "", hue: "value" }, sign("←")];
  const hue = (each: string) => (each === name ? ("value" as const) : ("" as const));
  return {
    symbolic: [
      ...left,
      ...written(expr, {
        gradient: () => [],
        name: (each) => [linked({ kind: "name", text: each, index: "", hue: hue(each) }, links.get(each))],
      }),
    ],
    numbers: [
      sign("="),
      ...written(expr, {
        gradient: () => [],
        name: (each) => [number(values.get(each) ?? NaN, hue(each), links.get(each))],
      }),
      sign("="),
      number(after, "update"),
    ],
  };
}

function linked(piece: Extract<Piece, { kind: "name" }>, link: Link | undefined): Piece {
  return link === undefined ? piece : { ...piece, link };
}

/** The node that a number of the turn was read from: the last single result before it was written that holds it. */
function originOf(
  recording: Recording,
  segment: Segment,
  binding: number,
  value: number,
  before: number,
): Link | undefined {
  let written = before - 1;
  while (written >= segment.firstRow && !writes(recording, written, binding)) written--;
  const { graph, tensors, rows } = graphOf(recording, segment);
  const timeline = timelineOf(recording, segment);
  const found = graph.nodes.findLast(({ index, kind }) => {
    const row = rows[index] ?? -1;
    if (kind !== "op" || row < 0 || row > written) return false;
    const data = timeline.valueAt(tensors[index] ?? -1, row)?.data;
    return data?.length === 1 && data[0] === value;
  });
  return found && { node: found.index, element: 0 };
}

function writes(recording: Recording, row: number, binding: number): boolean {
  const { kind, ref } = recording.form(row);
  return kind === "write" && ref === binding;
}
