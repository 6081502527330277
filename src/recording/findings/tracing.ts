import type { Form } from "../format";
import { eachRow } from "../memo";
import type { Recording } from "../recording";
import type { Segment } from "../segment";
import { timelineOf, type Timeline } from "../timeline";
import type { Value } from "../value";

/** What a value must be to be followed back. */
export type Bad = (value: Value | null) => boolean;

/** Where something bad began, and the tensors that it went through from there to where it showed. */
export interface Traced {
  /** The row that made it, −1 when it was there before the segment. */
  readonly row: number;
  readonly tensor: number;
  readonly tensors: readonly number[];
}

/** Follows bad values of one segment back to where they began. */
export class Tracing {
  readonly timeline: Timeline;
  /** By tensor the rows that gave it its contents, in order. */
  readonly #makers = new Map<number, number[]>();
  /** Rows of gradient rules by the tensors that they sent something to. */
  readonly #senders = new Map<number, number[]>();
  readonly #backwards: number[] = [];

  constructor(
    private readonly recording: Recording,
    segment: Segment,
  ) {
    this.timeline = timelineOf(recording, segment);
    eachRow(recording, segment, (row) => {
      const form = recording.form(row);
      const { kind, inputs, outputs } = form;
      if (kind === "backward") this.#backwards.push(row);
      else if (kind === "rule")
        form.contributes.forEach((sent, k) => {
          if (sent) add(this.#senders, recording.arg(row, 1 + k), row);
        });
      else if (kind === "forward" || kind === "update" || kind === "create")
        for (let k = 0; k < outputs.length; k++) add(this.#makers, recording.arg(row, inputs + 2 * k), row);
    });
  }

  /** Follows a tensor that is bad at a row back through the ops that made it: to the earliest op that took nothing bad. */
  back(tensor: number, row: number, bad: Bad): Traced {
    return this.#search(tensor, row, (from, before) => {
      const made = (this.#makers.get(from) ?? []).findLast((each) => each <= before) ?? -1;
      if (made < 0) return { row: -1, next: [] };
      const { inputs } = this.recording.form(made);
      const next: number[] = [];
      for (let k = 0; k < inputs; k++) {
        const input = this.recording.arg(made, k);
        if (bad(this.timeline.valueAt(input, made - 1))) next.push(input);
      }
      return { row: made, next };
    });
  }

  /** Follows a bad gradient of a tensor at a row back through the rules that sent it, within one backward. */
  backward(tensor: number, row: number, bad: Bad): Traced {
    const began = this.#backwards.findLast((each) => each <= row) ?? -1;
    return this.#search(tensor, row, (to, before) => {
      const sender = (this.#senders.get(to) ?? []).find(
        (each) => each > began && each <= before && bad(this.#sent(each, to)),
      );
      if (sender === undefined) return { row: -1, next: [] };
      const node = this.recording.arg(sender, 0);
      return { row: sender, next: this.#came(sender, node, began, bad) ? [node] : [] };
    });
  }

  /** What a rule sent to a tensor. */
  #sent(row: number, to: number): Value | null {
    const { recording } = this;
    const form = recording.form(row);
    let block = ownBlocks(form);
    for (let k = 0; k < form.contributes.length; k++) {
      if (form.contributes[k] !== true) continue;
      if (recording.arg(row, 1 + k) === to) return recording.blockOf(row, block);
      block++;
    }
    return null;
  }

  /** Whether the gradient that a rule was given is bad. */
  #came(row: number, node: number, began: number, bad: Bad): boolean {
    const { recording } = this;
    for (let k = 0; k < ownBlocks(recording.form(row)); k++) if (bad(recording.blockOf(row, k))) return true;
    return (this.#senders.get(node) ?? []).some((each) => each > began && each < row && bad(this.#sent(each, node)));
  }

  /** Breadth first, so that the way is the shortest; of the beginnings the earliest counts. */
  #search(
    tensor: number,
    row: number,
    step: (tensor: number, before: number) => { readonly row: number; readonly next: readonly number[] },
  ): Traced {
    const towards = new Map<number, number>([[tensor, -1]]);
    const queue: { readonly tensor: number; readonly before: number }[] = [{ tensor, before: row }];
    let first: { readonly row: number; readonly tensor: number } | null = null;
    for (const each of queue) {
      const made = step(each.tensor, each.before);
      if (made.next.length === 0 && (first === null || made.row < first.row))
        first = { row: made.row, tensor: each.tensor };
      for (const next of made.next) {
        if (towards.has(next)) continue;
        towards.set(next, each.tensor);
        queue.push({ tensor: next, before: made.row - 1 });
      }
    }
    const found = first ?? { row: -1, tensor };
    const tensors: number[] = [];
    for (let at = found.tensor; at >= 0; at = towards.get(at) ?? -1) tensors.push(at);
    return { ...found, tensors };
  }
}

/** How many of a rule's values are the gradients that it was given. */
function ownBlocks(form: Form): number {
  return form.blocks.length - form.contributes.filter(Boolean).length;
}

function add(map: Map<number, number[]>, key: number, row: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [row]);
  else known.push(row);
}
