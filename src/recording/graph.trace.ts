import type { Form } from "./format";
import type { Recording } from "./recording";
import type { Walked } from "./walk";

/** What was drawn of a segment, as far as steps are about it. */
export interface Drawing {
  /** By step the op node that it made, −1 for none yet. */
  readonly stepNodes: Int32Array;
  /** Op nodes by output tensor, latest last. */
  readonly ops: ReadonlyMap<number, readonly number[]>;
  /** By tensor the node that it was first, its leaf, and the one that it is last. */
  readonly first: ReadonlyMap<number, number>;
  readonly last: ReadonlyMap<number, number>;
  /** The last node that each variable was as a number. */
  readonly variables: ReadonlyMap<number, number>;
  /** By node the row from which it has a value. */
  readonly rows: readonly number[];
  /** The tensor whose `.grad` a tensor is. */
  readonly ownerOf: (gradient: number) => number | undefined;
}

/** Finds the nodes that backward, update and write steps are about. */
export class StepTrace {
  /** By step of a backward the op node whose rule ran, or whose contribution was accumulated last; −1. */
  readonly stepOrigins: Int32Array;
  /** By number node what its variable was given later in the segment. */
  readonly rewritten = new Map<number, { readonly row: number; readonly value: number }[]>();
  readonly #contributed = new Map<number, number>();
  /** Op nodes by output tensor that still wait for their rule. */
  readonly #waiting = new Map<number, number[]>();

  constructor(
    private readonly recording: Recording,
    private readonly drawing: Drawing,
  ) {
    this.stepOrigins = new Int32Array(drawing.stepNodes.length).fill(-1);
    for (const [tensor, nodes] of drawing.ops) this.#waiting.set(tensor, [...nodes]);
  }

  /** Takes the next step. */
  take({ row, kind }: Walked, step: number): void {
    const { recording, stepOrigins } = this;
    const { stepNodes, ownerOf } = this.drawing;
    const form = recording.form(row);
    switch (kind) {
      case "rule":
        this.#rule(row, form, step);
        return;
      case "accumulate": {
        const tensor = recording.arg(row, 0);
        stepNodes[step] = this.#firstNode(tensor);
        stepOrigins[step] = this.#contributed.get(tensor) ?? -1;
        return;
      }
      case "zero":
      case "update": {
        if (form.kind === "write") {
          stepNodes[step] = this.#written(row, form);
          return;
        }
        const target = form.kind === "gradSet" ? recording.arg(row, 0) : recording.arg(row, form.inputs);
        if (stepNodes[step] === -1) stepNodes[step] = this.#firstNode(ownerOf(target) ?? target);
        return;
      }
      case "create":
        stepNodes[step] = this.#firstNode(recording.arg(row, 0));
        return;
      case "write":
        stepNodes[step] = this.#written(row, form);
        return;
      default:
    }
  }

  #rule(row: number, form: Form, step: number): void {
    const { recording } = this;
    const nodes = this.#waiting.get(recording.arg(row, 0)) ?? [];
    const of = nodes.length > 1 ? nodes.pop() : nodes[0];
    if (of === undefined) return;
    this.drawing.stepNodes[step] = this.stepOrigins[step] = of;
    form.contributes.forEach((given, input) => {
      if (given) this.#contributed.set(recording.arg(row, 1 + input), of);
    });
  }

  /** The node of what a variable was given. */
  #written(row: number, form: Form): number {
    const { last, variables, rows } = this.drawing;
    if (form.valueType === "tensor") return last.get(this.recording.arg(row, 0)) ?? -1;
    const node = variables.get(form.ref);
    if (node === undefined || form.valueType !== "number" || (rows[node] ?? -1) > row) return -1;
    const writes = this.rewritten.get(node) ?? [];
    this.rewritten.set(node, writes);
    writes.push({ row, value: this.recording.number(row, 0) });
    return node;
  }

  #firstNode(tensor: number): number {
    return this.drawing.first.get(tensor) ?? -1;
  }
}
