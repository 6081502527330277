import type { Attrs, OpView, TensorView } from "../../engine/observer";
import type { Put } from "../../recording/change";
import { Recorder, type RecorderOptions } from "../../recording/recorder";
import { eachPlace } from "../../recording/value";
import { Places } from "./places";

/** Puts other values in the place of those that a run goes on with, and notes what they take the place of. */
export class Puts {
  /** By put what was there, null as long as it has not come to it. */
  readonly found: (readonly number[] | null)[];
  readonly #writes = new Map<number, number>();
  readonly #tensors = new Map<number, TensorView>();
  readonly #begun = new Set<number>();
  readonly #wanted: ReadonlySet<number>;
  readonly #placed: readonly (readonly [index: number, put: Extract<Put, { at: "nth" }>])[];
  readonly #places: Places;

  constructor(
    private readonly puts: readonly Put[],
    private readonly tensorOf: (value: unknown) => TensorView | null,
    /** How much larger the ids of this run are than those of the recording. */
    private readonly shift = 0,
  ) {
    this.found = puts.map(() => null);
    this.#wanted = new Set(puts.flatMap((put) => ("tensor" in put && put.tensor >= 0 ? [put.tensor + shift] : [])));
    this.#placed = puts.flatMap((put, k) => (put.at === "nth" ? [[k, put] as const] : []));
    this.#places = new Places(this.#placed.map(([, put]) => put));
  }

  /** A write to a binding whose value can be another: gives the one to go on with. */
  written(binding: number, value: unknown): unknown {
    const at = this.#at(binding);
    const put = this.puts[at];
    if (put?.at !== "write") return value;
    if (typeof value !== "number") throw new Error("A number is to be put where the run has none.");
    this.found[at] = [value];
    return put.number;
  }

  /** A write that has happened already. */
  told(binding: number): void {
    if (this.#at(binding) >= 0)
      throw new Error("No other number can be put into a pattern, a ++ or a nested property.");
  }

  /** A tensor is there, for the first time or again. */
  seen(tensor: TensorView): void {
    this.#places.made();
    for (const [k, put] of this.#placed) if (this.#places.isAt(put)) this.#fill(k, tensor, put.elements, put.adds);
    if (!this.#wanted.has(tensor.id)) return;
    this.#tensors.set(tensor.id, tensor);
    this.puts.forEach((put, k) => {
      if (!("tensor" in put) || put.tensor + this.shift !== tensor.id) return;
      if (put.at === "made" || this.#begun.has(put.turn)) this.#fill(k, tensor, put.elements);
    });
  }

  /** A turn begins; gives the tensors whose elements are others now. */
  begun(turn: number, values: readonly unknown[]): readonly TensorView[] {
    this.#begun.add(turn);
    this.#places.begun(turn);
    return this.puts.flatMap((put, k) => {
      if (put.at !== "turn" || put.turn !== turn) return [];
      const tensor = put.binding >= 0 ? this.tensorOf(values[put.binding]) : this.#tensors.get(put.tensor + this.shift);
      if (!tensor) return [];
      this.#fill(k, tensor, put.elements);
      return [tensor];
    });
  }

  #at(binding: number): number {
    const nth = this.#writes.get(binding) ?? 0;
    this.#writes.set(binding, nth + 1);
    return this.puts.findIndex((put) => put.at === "write" && put.binding === binding && put.nth === nth);
  }

  /** Neither the version nor an observer is told: this is not the program's doing. */
  #fill(put: number, tensor: TensorView, elements: readonly number[], adds = false): void {
    if (this.found[put]) return;
    const { data, start } = tensor.storage;
    const before: number[] = [];
    eachPlace(tensor, (place, index) => {
      const was = data[start + place] ?? NaN;
      before.push(was);
      data[start + place] = (adds ? was : 0) + (elements[index] ?? NaN);
    });
    this.found[put] = before;
  }
}

const fill: OpView = { name: "fill_", numbers: ["value"] };
const copy: OpView = { name: "copy_" };

/** Records a run with other values in it: a tensor is recorded with the elements that were put in. */
export class ChangedRecorder extends Recorder {
  constructor(
    options: RecorderOptions,
    private readonly puts: Puts,
  ) {
    super(options);
  }

  /** What is put in when a turn begins stands in the recording as the first update of that turn. */
  override turn(turn: number, loop: number, parent: number, value?: number): void {
    super.turn(turn, loop, parent, value);
    const { site } = this;
    this.site = -1;
    for (const tensor of this.puts.begun(turn, [])) {
      const { data, start } = tensor.storage;
      if (tensor.shape.length === 0) this.updated(fill, [tensor], [data[start + tensor.offset] ?? NaN], {}, tensor);
      else this.updated(copy, [tensor], [], {}, tensor);
    }
    this.site = site;
  }

  override created(tensor: TensorView, how: string): void {
    this.puts.seen(tensor);
    super.created(tensor, how);
  }

  override forward(
    op: OpView,
    inputs: readonly TensorView[],
    numbers: readonly number[],
    attrs: Attrs,
    outputs: readonly TensorView[],
  ): void {
    for (const output of outputs) this.puts.seen(output);
    super.forward(op, inputs, numbers, attrs, outputs);
  }

  /** What is put in lies in the tensor, not in the number that is told beside it. */
  override scalar(
    op: OpView,
    a: TensorView,
    b: TensorView | null,
    numbers: readonly number[],
    attrs: Attrs,
    output: TensorView,
  ): void {
    this.forward(op, b === null ? [a] : [a, b], numbers, attrs, [output]);
  }
}
