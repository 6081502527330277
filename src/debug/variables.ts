import type { GivenTensor } from "../recording/given";
import { givenText, numberText, type Outcome } from "../recording/given.text";
import type { Binding } from "../recording/format";
import { graphOf } from "../recording/graph";
import { momentOf } from "../recording/moment";
import type { Cursor } from "../recording/moves";
import type { Activation } from "../recording/stack";
import { shapeText, statisticsText, typeText, valueText, elementText } from "../recording/text";
import type { Value } from "../recording/value";
import { momentStateOf, tensorMoment, variableOf, type Held, type TensorMoment } from "../recording/variable";
import type { Session } from "../session/session";
import type { Settable } from "../recording/put";
import type { Watchable } from "../session/stops/changes";

/** A row of the Variables view; `children` are made when it is opened. */
export interface Row {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  /** What to type to see it again, "" where nothing is. */
  readonly path: string;
  readonly children: (() => readonly Row[]) | null;
  /** All of what `value` may show a part of; where it has elements, they are the last of the children. */
  readonly whole?: Value;
  /** What a data breakpoint on it watches. */
  readonly watch?: Watchable;
  /** What a re-run gives another value. */
  readonly set?: Settable;
}

const room = 60;

const watched = (tensor: number): Watchable => ({ of: "tensor", id: tensor, side: "value" });

/** The variables of an activation that are written by the cursor. */
export function variablesOf(session: Session, cursor: Cursor, activation: Activation): readonly Row[] {
  const { recording } = session;
  return activation.program.bindings.flatMap(({ id, kind }) => {
    if (kind === "import" || kind === "function" || recording.scoping.home(id) !== activation.fn) return [];
    return variableRow(session, cursor, id) ?? [];
  });
}

/** A variable at the cursor; undefined when it is not written yet. */
export function variableRow(session: Session, cursor: Cursor, binding: number): Row | undefined {
  const variable = variableOf(session.recording, session.outline, cursor, binding);
  if (!variable || variable.held.type === "not yet") return undefined;
  return heldRow(variable.binding.name, variable.held, variable.binding);
}

/** Those whose writes a re-run can change: what a loop's head or a call writes is not asked for its value. */
const writable: ReadonlySet<Binding["kind"]> = new Set(["const", "let", "var", "property"]);

function heldRow(path: string, held: Held, { id: binding, name, kind }: Binding): Row {
  switch (held.type) {
    case "not yet":
      return plain(name, "not yet", "", path);
    case "tensor":
      return tensorRow(name, path, held.tensor, { of: "binding", id: binding, side: "value" });
    case "number":
      return {
        ...plain(name, numberText(held.number), "number", path),
        whole: { shape: [], dtype: "float64", data: [held.number] },
        watch: { of: "binding", id: binding, side: "value" },
        ...(writable.has(kind) && { set: { of: "number", binding } }),
      };
    case "module":
      return {
        ...plain(name, held.text, "Module", path),
        children: () =>
          held.parameters.map((each) => tensorRow(each.name, "", each.tensor, watched(each.tensor.tensor))),
      };
    default:
      return { ...plain(name, held.text, held.type, path), watch: { of: "binding", id: binding, side: "value" } };
  }
}

/** A tensor with its elements, its gradient and what else it has. */
export function tensorRow(name: string, path: string, tensor: TensorMoment, watch?: Watchable): Row {
  const { shape, dtype, value, grad } = tensor;
  const set = settable(tensor);
  const below = (): readonly Row[] => {
    const rows: Row[] = [];
    if (grad !== undefined) {
      const stale = tensor.stale ? " (of the backward before)" : "";
      const text = grad === null ? "null" : `${valueText(grad, room)}${stale}`;
      const own = plain(".grad", text, grad ? typeText(dtype, shape) : "null", path && `${path}.grad`);
      const children = grad?.data && shape.length > 0 ? () => elements(grad, "") : null;
      const whole = grad && { whole: grad };
      rows.push({ ...own, ...whole, children, ...(watch && { watch: { ...watch, side: "grad" } }) });
    }
    rows.push(plain("shape", shapeText(shape), "", path && `${path}.shape`));
    rows.push(plain("dtype", dtype, "", path && `${path}.dtype`));
    rows.push(plain("requiresGrad", String(tensor.requiresGrad), "", path && `${path}.requiresGrad`));
    if (value?.data === null) rows.push(plain("statistics", statisticsText(value.stats), "", ""));
    if (value?.data && shape.length > 0) rows.push(...elements(value, path, set));
    return rows;
  };
  const text = value === null ? "not recorded" : valueText(value, room);
  const row = plain(name, text, `Tensor ${typeText(dtype, shape)}`, path);
  return { ...row, children: below, ...(value && { whole: value }), ...(watch && { watch }), ...(set && { set }) };
}

/** What is computed cannot be set, nor what was not recorded in full. */
function settable({ tensor, isLeaf, value }: TensorMoment): Settable | undefined {
  if (!isLeaf || tensor < 0 || !value?.data) return undefined;
  return { of: "leaf", tensor, elements: Array.from(value.data), at: null };
}

/** The first dimension of a value, each a row of its own. */
function elements(value: Value, path: string, set?: Settable, first = 0): readonly Row[] {
  const { data, shape, dtype } = value;
  const [count = 0, ...rest] = shape;
  if (data === null) return [];
  const size = rest.reduce((product, n) => product * n, 1);
  const all = Array.from(data);
  return Array.from({ length: count }, (_, i) => {
    const own = all.slice(i * size, (i + 1) * size);
    const name = `[${i}]`;
    const at = path && `${path}.at(${i})`;
    const part: Value = { shape: rest, dtype, data: own };
    if (rest.length === 0) {
      const row = { ...plain(name, elementText(own[0] ?? NaN, dtype), dtype, at), whole: part };
      return set?.of === "leaf" ? { ...row, set: { ...set, at: first + i } } : row;
    }
    return {
      ...plain(name, valueText(part, room), typeText(dtype, rest), at),
      whole: part,
      children: () => elements(part, at, set, first + i * size),
    };
  });
}

function plain(name: string, value: string, type: string, path: string): Row {
  return { name, value, type, path, children: null };
}

/** Leaves that are trained, with their gradients and what an optimizer keeps for them. */
export function parametersAt(session: Session, cursor: Cursor): readonly Row[] {
  const { recording, outline } = session;
  const segment = outline.segments[cursor.segment];
  if (!segment) return [];
  const { graph, tensors } = graphOf(recording, segment);
  return graph.nodes.flatMap((node) => {
    const tensor = tensors[node.index] ?? -1;
    if (node.kind !== "leaf" || !node.requiresGrad || tensor < 0) return [];
    const row = tensorRow(node.label, "", tensorMoment(recording, segment, cursor.step, tensor), watched(tensor));
    const states = momentStateOf(recording, segment, cursor.step).state.optimizerStates(tensor);
    const kept = states.map((each) =>
      tensorRow(each.name, "", tensorMoment(recording, segment, cursor.step, each.tensor), watched(each.tensor)),
    );
    return { ...row, children: () => [...(row.children?.() ?? []), ...kept] };
  });
}

/** What the step at the cursor did. */
export function stepAt(session: Session, cursor: Cursor): readonly Row[] {
  const { recording, outline } = session;
  const segment = outline.segments[cursor.segment];
  const moment = segment && momentOf(recording, segment, cursor.step);
  if (!segment || !moment?.step) return [];
  const { step, phase, root } = moment;
  const rows = [plain("step", step.text, step.kind, "")];
  if (phase) rows.push(plain("phase", root === "" ? phase.kind : `${phase.kind}, ∂${root}`, "", ""));
  const node = step.node < 0 ? undefined : moment.nodes[step.node];
  const drawn = graphOf(recording, segment).graph.nodes[step.node];
  if (!node || !drawn) return rows;
  if (node.value) rows.push(plain(drawn.label, valueText(node.value, room), typeText(drawn.dtype, drawn.shape), ""));
  const { gradient } = node;
  if (gradient.value) {
    const waiting = gradient.state === "waiting" ? ` (${gradient.got} of ${gradient.of})` : "";
    rows.push(plain(`∂L/∂${drawn.label}`, valueText(gradient.value, room) + waiting, "", ""));
  }
  return rows;
}

/** What an expression came to. */
export function resultRow(text: string, value: Outcome): Row {
  switch (value.type) {
    case "module": {
      const rows = Object.entries(value.parameters).map(([name, each]) => givenRow(name, each));
      return { ...plain(text, givenText(value), "Module", ""), children: () => rows };
    }
    case "list": {
      const { items } = value;
      return {
        ...plain(text, givenText(value), "", ""),
        children: () => items.map((each, k) => resultRow(`[${k}]`, each)),
      };
    }
    case "tensor":
      return givenRow(text, value.tensor);
    default:
      return plain(text, givenText(value), typeNames[value.type], "");
  }
}

const typeNames = {
  number: "number",
  text: "string",
  boolean: "boolean",
  null: "null",
  undefined: "undefined",
  unknown: "",
} as const;

function givenRow(name: string, { shape, dtype, data, requiresGrad, grad }: GivenTensor): Row {
  const value: Value | null = data && { shape, dtype, data };
  const field = grad?.data ? { shape, dtype, data: grad.data } : null;
  return tensorRow(name, "", {
    ...{ tensor: -1, shape, dtype, requiresGrad, isLeaf: true, value, stale: false, node: -1 },
    grad: requiresGrad ? field : undefined,
  });
}
