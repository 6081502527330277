import type { Form } from "./format";
import { gradientsOf } from "./gradients";
import { graphOf, type SegmentGraph } from "./graph";
import { blockPlace } from "./latest";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { attrsText, infixOf } from "./symbols";
import { short, valueText, whole } from "./text";
import { nameOf, startOf } from "./start";
import { timelineOf } from "./timeline";
import type { Value } from "./value";
import { wayOf } from "./walk";

const room = 36;

/** What a step did in one line: "yPred = w × X", "∂L/∂w = −30", "w.grad += −30", "w −= 0.3". */
export function stepText(recording: Recording, segment: Segment, index: number): string {
  const step = wayOf(recording, segment).steps[index];
  if (step === undefined) return "";
  const { row, kind, binding } = step;
  const form = recording.form(row);
  const write = new StepWriter(recording, segment);
  const name = nameOf(recording, binding);
  switch (kind) {
    case "op":
      return named(name ?? write.outputName(row, form), write.operation(row, form));
    case "create":
      return name === undefined ? `${form.op} ${write.output(row)}` : `${name} = ${write.output(row)}`;
    case "rule":
      return write.rule(row, form);
    case "accumulate":
      return `${write.name(recording.arg(row, 0))}.grad += ${write.contribution(row)}`;
    case "zero":
      if (form.kind !== "gradSet") return `${write.name(recording.arg(row, form.inputs))} = 0`;
      return `${write.name(recording.arg(row, 0))}.grad = ${recording.arg(row, 1) < 0 ? "null" : write.name(recording.arg(row, 1))}`;
    case "update":
      if (form.kind === "write" || form.kind === "create") return write.written(row, form, name);
      return form.kind === "forward" ? named(name, write.operation(row, form)) : write.inPlace(row, form);
    case "write":
      return write.written(row, form, name);
  }
}

function named(name: string | undefined, text: string): string {
  return name === undefined || name === "" ? text : `${name} = ${text}`;
}

class StepWriter {
  readonly #drawn: SegmentGraph;

  constructor(
    private readonly recording: Recording,
    private readonly segment: Segment,
  ) {
    this.#drawn = graphOf(recording, segment);
  }

  /** What a tensor is called in this segment. */
  name(tensor: number): string {
    const { tensors, graph } = this.#drawn;
    const node = graph.nodes[tensors.lastIndexOf(tensor)];
    if (node !== undefined) return node.label;
    const { state, gradients, holder } = startOf(this.recording, this.segment);
    const owner = this.#drawn.owners.get(tensor) ?? gradients.get(tensor);
    if (owner !== undefined) return `${this.name(owner)}.grad`;
    const name = nameOf(this.recording, holder(tensor) ?? this.#drawn.names.get(tensor)) ?? state.nameOf(tensor);
    return name ?? this.#opOf(tensor) ?? "tensor";
  }

  /** What is not drawn and has no name is called by the op that made it here. */
  #opOf(tensor: number): string | undefined {
    const { recording } = this;
    for (const { row } of wayOf(recording, this.segment).steps) {
      const { kind, op, inputs, outputs } = recording.form(row);
      if (kind === "forward" && outputs.some((_, k) => recording.arg(row, inputs + 2 * k) === tensor)) return op;
    }
    return undefined;
  }

  outputName(row: number, form: Form): string | undefined {
    const node = this.#drawn.graph.nodes[this.#drawn.tensors.lastIndexOf(this.recording.arg(row, form.inputs))];
    return node?.named === true ? node.label : undefined;
  }

  /** "w × X", "sub²", "mean(pow(2))". */
  operation(row: number, form: Form): string {
    const { recording } = this;
    const operands = this.#operands(row, form);
    const sign = infixOf(form.op);
    if (sign !== undefined && operands.length === 2) return operands.join(` ${sign} `);
    if (form.op === "rsub" && operands.length === 2) return `${operands[1] ?? ""} − ${operands[0] ?? ""}`;
    if (form.op === "pow" && operands.length === 2 && operands[1] === "2") return `${operands[0] ?? ""}²`;
    if (form.op === "neg") return `−${operands[0] ?? ""}`;
    return `${form.op}(${[...operands, attrsText(form.op, form.attrs, this.#shapeOf(recording.arg(row, 0))?.length ?? 0)].filter(Boolean).join(", ")})`;
  }

  /** The gradients that a rule sent back: "∂L/∂w = −30". */
  rule(row: number, form: Form): string {
    let block = form.blocks.length - form.contributes.filter(Boolean).length;
    const parts: string[] = [];
    form.contributes.forEach((given, k) => {
      if (!given) return;
      const tensor = this.recording.arg(row, 1 + k);
      const shape = this.#shapeOf(tensor);
      const value = this.#block(row, block++, shape);
      parts.push(`∂L/∂${this.name(tensor)} ${this.#arrivedBefore(tensor, row) ? "+=" : "="} ${brief(value)}`);
    });
    return parts.length === 0 ? `${form.op}: no gradient` : parts.join(", ");
  }

  /** What an accumulation added: all that this backward brought to the leaf. */
  contribution(row: number): string {
    const gradients = gradientsOf(this.recording, this.segment);
    const node = this.#drawn.tensors.indexOf(this.recording.arg(row, 0));
    const { value } = gradients.at(node, row, gradients.passAt(row));
    return value === null ? "∂L" : brief(value);
  }

  /** An in-place op: "w −= 0.3", "w = 0", "w.clamp_(…)". */
  inPlace(row: number, form: Form): string {
    const { recording } = this;
    const target = recording.arg(row, form.inputs);
    const name = this.name(target);
    const operands: string[] = [];
    for (let k = 0; k < form.inputs; k++) {
      const tensor = recording.arg(row, k);
      if (tensor === target && k === 0) continue;
      operands.push(brief(this.#valueBefore(tensor, row)));
    }
    let scale = "";
    let op = form.op;
    form.numbers.forEach((number, k) => {
      const value = recording.number(row, k);
      if (number === "alpha") {
        if (value === 1) return;
        if (value < 0 && (op === "add_" || op === "sub_")) op = op === "add_" ? "sub_" : "add_";
        scale = `${short(Math.abs(value))} × `;
      } else operands.push(short(value));
    });
    const sign = { add_: "+=", sub_: "−=", mul_: "×=", div_: "÷=", copy_: "=", fill_: "=" }[op];
    if (op === "zero_") return `${name} = 0`;
    if (sign !== undefined && operands.length === 1) return `${name} ${sign} ${scale}${operands[0] ?? ""}`;
    return `${name}.${form.op}(${operands.join(", ")})`;
  }

  written(row: number, form: Form, name = ""): string {
    const { recording } = this;
    switch (form.valueType) {
      case "tensor": {
        const tensor = recording.arg(row, 0);
        const value = this.name(tensor);
        return `${name} = ${value === name ? brief(this.#valueBefore(tensor, row)) : value}`;
      }
      case "number": {
        const value = recording.number(row, 0);
        return `${name} = ${Number.isInteger(value) ? whole(value) : short(value)}`;
      }
      case "boolean":
        return `${name} = ${recording.arg(row, 0) === 1 ? "true" : "false"}`;
      case "string":
        return `${name} = ${JSON.stringify(recording.string(recording.arg(row, 0)))}`;
      case "module":
        return `${name} = ${form.op}`;
      case "":
        return `${name} = ${this.output(row)}`;
      default:
        return `${name} = ${form.valueType}`;
    }
  }

  /** The value of a row's first output. */
  output(row: number): string {
    const form = this.recording.form(row);
    return brief(this.#valueBefore(this.recording.arg(row, form.inputs), row));
  }

  #operands(row: number, form: Form): string[] {
    const { recording } = this;
    const operands: string[] = [];
    for (let k = 0; k < form.inputs; k++) operands.push(this.name(recording.arg(row, k)));
    form.numbers.forEach((name, k) => {
      const value = recording.number(row, k);
      if (name === "alpha" && value === 1) return;
      const node = this.#drawn.graph.nodes.find(
        (each) => each.kind === "number" && this.#drawn.numbers[each.index] === value && each.named,
      );
      operands.push(
        name === "other" || name === "exponent" ? (node?.label ?? short(value)) : `${name} ${short(value)}`,
      );
    });
    return operands;
  }

  #arrivedBefore(tensor: number, row: number): boolean {
    const gradients = gradientsOf(this.recording, this.segment);
    const node = this.#drawn.tensors.lastIndexOf(tensor);
    return gradients.at(node, row - 1, gradients.passAt(row)).got > 0;
  }

  #shapeOf(tensor: number): readonly number[] | undefined {
    const node = this.#drawn.graph.nodes[this.#drawn.tensors.lastIndexOf(tensor)];
    return node?.shape ?? startOf(this.recording, this.segment).state.meta(tensor)?.shape;
  }

  #block(row: number, k: number, shape: readonly number[] | undefined): Value | undefined {
    const place = blockPlace(this.recording, row, k);
    return place === undefined ? undefined : this.recording.block(place.pointer, place.block, shape);
  }

  #valueBefore(tensor: number, row: number): Value | undefined {
    return timelineOf(this.recording, this.segment).valueAt(tensor, row) ?? undefined;
  }
}

function brief(value: Value | undefined): string {
  if (value === undefined) return "not recorded";
  const scalar = value.data?.length === 1 ? value.data[0] : undefined;
  return scalar === undefined ? valueText(value, room) : short(scalar);
}
