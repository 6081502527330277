import { nameIn } from "./naming";
import { arithmetic, constant } from "./arithmetic";
import { type Hyper, type Setting, spelled } from "./explain.hyper";
import { type Expr, valueOf } from "./expr";
import { written } from "./formula";
import { graphOf } from "./graph";
import { type Hue, type Line, type Link, number, type Piece, sign } from "./maths";
import { rowOfStep } from "./moment";
import { operandBinding } from "./operands";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { startOf } from "./start";
import { stepsOf } from "./steps";
import { timelineOf, type Timeline } from "./timeline";
import { elementsOf } from "./value";
import { writtenUpdate } from "./explain.written";

/** One assignment of an update: with names, then with this moment's numbers. */
export interface Assignment {
  readonly symbolic: Line;
  readonly numbers: Line;
}

/** How an update makes a parameter's next value. */
export interface UpdateWhy {
  /** Whether it had happened by the moment asked about. */
  readonly done: boolean;
  /** "SGD.step", "" for one written by hand. */
  readonly by: string;
  /** 0-based source line, −1 when unknown. */
  readonly line: number;
  readonly lines: readonly Assignment[];
  readonly sentences: readonly string[];
}

/** What a leaf of an expression stands for. */
interface Leaf {
  readonly name: string;
  readonly value: number | undefined;
  readonly hue: Hue;
  readonly link?: Link;
}

/** Explains the update of a leaf that was made last, or that comes next, in the segment of a moment; null for none. */
export function whyUpdate(recording: Recording, segment: Segment, step: number, about: Link): UpdateWhy | null {
  const { graph, tensors } = graphOf(recording, segment);
  const node = graph.nodes[about.node];
  if (node?.kind === "number") return writtenUpdate(recording, segment, step, about);
  const tensor = tensors[about.node] ?? -1;
  if (node?.kind !== "leaf" || tensor < 0) return null;
  return new Arithmetic(recording, segment, about, tensor).explain(rowOfStep(recording, segment, step));
}

class Arithmetic {
  readonly #timeline: Timeline;
  readonly #leaves: Leaf[] = [];
  /** By storage what a result of this update is in terms of what was there. */
  readonly #results = new Map<number, Expr>();
  /** By storage of what stays: what it is about to be, and the row that wrote it last. */
  readonly #pending = new Map<number, { expr: Expr; row: number; tensor: number }>();
  readonly #states = new Map<number, string>();
  #hyper: Hyper = new Map();
  /** Whether the gradient was turned round, to go uphill. */
  #turned = false;

  constructor(
    private readonly recording: Recording,
    private readonly segment: Segment,
    private readonly about: Link,
    private readonly tensor: number,
  ) {
    this.#timeline = timelineOf(recording, segment);
    for (const { name, tensor: state } of startOf(recording, segment).state.optimizerStates(tensor))
      this.#states.set(state, name);
  }

  explain(row: number): UpdateWhy | null {
    const found = this.#phase(row);
    if (found === null) return null;
    const { from, to, done } = found;
    const { optimizer, start } = this.#optimizer(from);
    const rows = this.#relevant(start, to);
    const last = rows.at(-1);
    if (last === undefined) return null;
    const lines: Assignment[] = [];
    for (const each of rows) this.#take(each, lines);
    for (const storage of [...this.#pending.keys()]) this.#flush(storage, lines);
    const line = this.recording.site(this.recording.form(last).site)?.line ?? -1;
    return { done, by: optimizer, line, lines, sentences: this.#sentences(optimizer) };
  }

  /** The rows of the update: of the phase that wrote the leaf last by then, or else writes it next. */
  #phase(row: number): { from: number; to: number; done: boolean } | null {
    const { steps, phases } = stepsOf(this.recording, this.segment);
    const updates = phases.flatMap(({ kind, firstStep, endStep }) => {
      if (kind !== "update") return [];
      const own = steps.slice(firstStep, endStep).filter((each) => each.kind === "update" && this.#writes(each.row));
      const [first, last] = [own[0], own.at(-1)];
      return first && last ? [{ from: steps[firstStep]?.row ?? first.row, to: last.row, first: first.row }] : [];
    });
    const past = updates.findLast(({ first }) => first <= row);
    const chosen = past ?? updates[0];
    return chosen === undefined ? null : { from: chosen.from, to: chosen.to, done: chosen.to <= row };
  }

  #writes(row: number): boolean {
    const form = this.recording.form(row);
    return form.kind === "update" && this.recording.arg(row, form.inputs) === this.tensor;
  }

  /** The optimizer that runs at a row, with its numbers, and the row where it began. */
  #optimizer(from: number): { optimizer: string; start: number } {
    const { recording, segment } = this;
    for (let row = from; row >= segment.firstRow; row--) {
      const form = recording.form(row);
      if (form.kind === "optimizerEnd" || form.kind === "backwardEnd") break;
      if (form.kind !== "optimizer") continue;
      this.#hyper = new Map(form.numbers.map((name, k) => [name, recording.number(row, k)] as const));
      return { optimizer: form.op, start: row };
    }
    return { optimizer: "", start: from };
  }

  /** The ops that the leaf's new value depends on, in order. */
  #relevant(from: number, to: number): number[] {
    const { recording } = this;
    const needed = new Set<number>([this.#storage(this.tensor, to)]);
    const rows: number[] = [];
    for (let row = to; row >= from; row--) {
      const form = recording.form(row);
      if (form.kind === "state") this.#states.set(recording.arg(row, 1), form.op);
      if (form.kind !== "forward" && form.kind !== "update") continue;
      if (!needed.has(recording.arg(row, form.inputs + 1))) continue;
      rows.unshift(row);
      for (let k = 0; k < form.inputs; k++) needed.add(this.#storage(recording.arg(row, k), row));
    }
    return rows;
  }

  #take(row: number, lines: Assignment[]): void {
    const { recording } = this;
    const form = recording.form(row);
    const target = recording.arg(row, form.inputs);
    const storage = recording.arg(row, form.inputs + 1);
    const inPlace = form.kind === "update";
    const inputs: Expr[] = [];
    for (let k = 0; k < form.inputs; k++)
      inputs.push(this.#operand(recording.arg(row, k), row, inPlace ? storage : -1, lines));
    const numbers = form.numbers.map((_, k) => this.#number(row, k));
    const op = form.op.replace(/_$/, "");
    if (op === "neg") this.#turned = true;
    const expr = arithmetic[op]?.(inputs, numbers) ?? this.#leaf(target, row);
    if (!inPlace || this.#results.has(storage)) this.#results.set(storage, expr);
    else this.#pending.set(storage, { expr, row, tensor: target });
  }

  /** What an operand is: a result of this update in full, or a name with its number. */
  #operand(tensor: number, row: number, writing: number, lines: Assignment[]): Expr {
    const storage = this.#storage(tensor, row);
    const result = this.#results.get(storage);
    if (result !== undefined) return result;
    const pending = this.#pending.get(storage);
    if (pending !== undefined) {
      if (storage === writing) return pending.expr;
      this.#flush(storage, lines);
    }
    return this.#leaf(tensor, row - 1);
  }

  #leaf(tensor: number, row: number): Expr {
    const value = this.#timeline.valueAt(tensor, row);
    const shape = graphOf(this.recording, this.segment).graph.nodes[this.about.node]?.shape ?? [];
    const own = value === null ? 0 : elementsOf(value.shape);
    const at = own === elementsOf(shape) ? this.about.element : 0;
    const held = value?.data?.[at];
    return this.#name({ ...this.#called(tensor), value: held });
  }

  #called(tensor: number): Omit<Leaf, "value"> {
    const { recording, segment, about } = this;
    const { graph, tensors, owners } = graphOf(recording, segment);
    const { gradients } = startOf(recording, segment);
    const own = nameIn(graph, about.node);
    if (tensor === this.tensor) return { name: own, hue: "value", link: about };
    const state = this.#states.get(tensor);
    if (state !== undefined) return { name: state, hue: "" };
    const owner = owners.get(tensor) ?? gradients.get(tensor);
    if (owner === this.tensor) return { name: `${own}.grad`, hue: "gradient", link: about };
    const node = tensors.lastIndexOf(tensor);
    return { name: node < 0 ? "tensor" : nameIn(graph, node), hue: "value" };
  }

  #name(leaf: Leaf): Expr {
    const known = this.#leaves.findIndex((each) => each.name === leaf.name && Object.is(each.value, leaf.value));
    const at = known >= 0 ? known : this.#leaves.push(leaf) - 1;
    return { is: "name", name: String(at) };
  }

  /** A number by what it is called: in terms of hyper-parameters, by a variable of the source, or as itself. */
  #number(row: number, k: number): Expr {
    const value = this.recording.number(row, k);
    const named = (name: string, of: number): Expr => this.#name({ name, value: of, hue: "" });
    if (this.#hyper.size > 0) return spelled(value, this.#hyper, this.#setting(row), named) ?? constant(value);
    const form = this.recording.form(row);
    const binding = operandBinding(this.recording, form, form.inputs + k);
    return binding === undefined ? constant(value) : named(binding.name, value);
  }

  #setting(row: number): Setting {
    const { recording } = this;
    const { op, inputs } = recording.form(row);
    const target = recording.arg(row, inputs);
    const scaled = inputs > 0 && recording.arg(row, inputs - 1) === this.tensor;
    const parameter = target === this.tensor ? "changes" : scaled ? "is scaled" : "";
    return { state: this.#states.get(target) ?? "", op, parameter };
  }

  /** Writes the assignment of what is about to change. */
  #flush(storage: number, lines: Assignment[]): void {
    const pending = this.#pending.get(storage);
    if (pending === undefined) return;
    for (const [other, { row }] of [...this.#pending]) if (row < pending.row) this.#flush(other, lines);
    this.#pending.delete(storage);
    const { expr, row, tensor } = pending;
    const { name, hue } = this.#called(tensor);
    const value = this.#timeline.valueAt(tensor, row);
    const at = value !== null && elementsOf(value.shape) === 1 ? 0 : this.about.element;
    const after = value?.data?.[at];
    const left: Line = [{ kind: "name", text: name, index: "", hue }, sign("←")];
    const symbolic = written(expr, { gradient: () => [], name: (key) => [this.#piece(key)] });
    const numbers = written(expr, { gradient: () => [], name: (key) => [this.#valuePiece(key)] });
    const computed = valueOf(expr, 0, (key) => this.#leaves[Number(key)]?.value);
    const agrees = computed !== undefined && after !== undefined && close(computed, after);
    const result: Line =
      after === undefined ? [sign("="), { kind: "words", text: "not recorded" }] : [sign("="), number(after, "update")];
    lines.push({
      symbolic: [...left, ...symbolic],
      numbers: agrees ? [sign("="), ...numbers, ...result] : result,
    });
  }

  #piece(key: string): Piece {
    const { name, hue, link } = this.#leaves[Number(key)] ?? { name: "", hue: "", link: undefined };
    const piece = { kind: "name" as const, text: name, index: "", hue };
    return link === undefined ? piece : { ...piece, link };
  }

  #valuePiece(key: string): Piece {
    const leaf = this.#leaves[Number(key)];
    return leaf?.value === undefined
      ? { kind: "words", text: leaf?.name ?? "" }
      : number(leaf.value, leaf.hue, leaf.link);
  }

  #storage(tensor: number, row: number): number {
    return this.#timeline.storageAt(tensor, row) ?? -1 - tensor;
  }

  #sentences(optimizer: string): string[] {
    const told = new Set(this.#leaves.map(({ name }) => name));
    const sentences = Object.entries(roles).flatMap(([state, role]) => (told.has(state) ? [`${state} ${role}.`] : []));
    if (optimizer === "SGD" && sentences.length === 0)
      sentences.push(
        this.#turned
          ? "One step along the gradient, as maximize says: uphill, as far as lr says."
          : "One step against the gradient: downhill for the loss, as far as lr says.",
      );
    if (told.has("expAvg") && told.has("beta1"))
      sentences.push(
        "An average that began at 0 is too small at first; 1 − betaᵗ makes up for it, t counting the steps.",
      );
    if (optimizer === "NAdam")
      sentences.push("The factors of the gradient and of expAvg are lr times a momentum that grows with the steps.");
    if (optimizer === "RAdam")
      sentences.push(
        told.has("expAvgSq")
          ? "The last factor says how far the average of squares can be trusted after so few steps."
          : "After so few steps the average of squares is not to be trusted yet, so this step does without it.",
      );
    return sentences;
  }
}

/** What optimizers keep, for someone who never met it. */
const roles: Readonly<Record<string, string>> = {
  momentumBuffer: "carries the earlier gradients on, so that steps in one direction grow",
  expAvg: "is a running average of the gradients",
  expAvgSq:
    "is a running average of their squares; dividing by its root makes steps alike in size, however large gradients are",
  maxExpAvgSq: "is the largest that average ever was, so that steps do not grow again",
  expInf: "is the size of the largest gradient lately; dividing by it makes steps alike in size",
  squareAvg: "is a running average of the squared gradients; dividing by its root makes steps alike in size",
  gradAvg: "is a running average of the gradients; without its square, squareAvg is a variance",
  accDelta: "is a running average of the squared steps, so that the next is about as large",
  sum: "adds up all squared gradients so far, so that steps become smaller",
};

function close(a: number, b: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-4 * Math.max(Math.abs(a), Math.abs(b)) + 1e-12;
}
