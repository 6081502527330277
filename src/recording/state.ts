import type { Block, Meta, ValuePointer } from "./format";
import { type BindingValue, decoded, writtenBy } from "./held";
import type { HeldValue, OpenTurn } from "./keyframe";
import { RecordingError, type Recording } from "./recording";
import { atOnce, eachNumber, type Slices } from "./slices";
import { slotKey, Standing } from "./standing";
import { elementsOf, type Value } from "./value";
import { windowed } from "./windowed";

export type { BindingValue } from "./held";

/** A tensor of an optimizer's state. */
export interface OptimizerState {
  readonly name: string;
  readonly tensor: number;
}

interface TensorState {
  storage: number;
  meta: number;
}

/** A view on a larger value than is kept has its own; it holds until the storage is written again. */
interface Own {
  readonly pointer: ValuePointer;
  readonly of: ValuePointer;
}

/** Everything that is so at one moment; moves forward with `advance`. */
export class State {
  #row: number;
  #standing: Standing;
  #slots = new Map<number, HeldValue>();
  #tensors = new Map<number, TensorState>();
  #storages = new Map<number, ValuePointer>();
  #own = new Map<number, Own>();

  /** The state before a chunk's first row. */
  constructor(
    private readonly recording: Recording,
    chunk: number,
  ) {
    this.#row = recording.firstRowOf(chunk) - 1;
    this.#standing = new Standing(recording.scoping, (id) => recording.frame(id));
    if (chunk >= recording.chunks) return;
    const keyframe = recording.keyframe(chunk);
    this.#standing.begin(keyframe);
    for (const { binding, owner, held } of keyframe.slots) this.#slots.set(slotKey(binding, owner), held);
    this.#merge(chunk, () => true);
  }

  /** The last row that it takes in; −1 before the first. */
  get row(): number {
    return this.#row;
  }

  /** The frame that runs, −1 at the top level. */
  get frame(): number {
    return this.#standing.frame;
  }

  /** The turn that runs, −1 outside loops. */
  get turn(): number {
    return this.#standing.turn;
  }

  get gradEnabled(): boolean {
    return this.#standing.gradEnabled;
  }

  /** Roots of the backward passes that run, outermost first. */
  get roots(): readonly number[] {
    return this.#standing.roots;
  }

  /** Turns that have begun and not ended, in the order they began. */
  get turns(): readonly OpenTurn[] {
    return [...this.#standing.turns.values()];
  }

  /** Ids of all tensors it knows. */
  get tensors(): readonly number[] {
    return [...this.#tensors.keys()];
  }

  /** Storage and meta of a tensor; undefined for one that is still to come or that nothing here needs. */
  tensor(id: number): { readonly storage: number; readonly meta: Meta } | undefined {
    const state = this.#tensors.get(id);
    return state && { storage: state.storage, meta: this.recording.meta(state.meta) };
  }

  /** Where the last write of a storage lies. */
  pointerOf(storage: number): ValuePointer | undefined {
    return this.#storages.get(storage);
  }

  /** Shape, strides and flags of a tensor. */
  meta(tensor: number): Meta | undefined {
    return this.tensor(tensor)?.meta;
  }

  /** What a tensor holds; undefined when it is unknown, null when it was not recorded. */
  value(tensor: number): Value | null | undefined {
    const state = this.#tensors.get(tensor);
    if (state === undefined) return undefined;
    const meta = this.recording.meta(state.meta);
    const pointer = this.#storages.get(state.storage);
    if (pointer === undefined) return null;
    const own = this.#own.get(tensor);
    if (own !== undefined && own.of === pointer)
      return this.recording.block(own.pointer, this.#block(meta, elementsOf(meta.shape)), meta.shape);
    return windowed(this.recording, pointer, this.#block(meta, meta.storageElements), meta);
  }

  /** The tensor in `.grad`; null for none, undefined for an unknown tensor. */
  gradOf(tensor: number): number | null | undefined {
    return this.#standing.grads.get(tensor) ?? (this.#tensors.has(tensor) ? null : undefined);
  }

  /** Whether a tensor stands in some `.grad`. */
  isGradient(tensor: number): boolean {
    for (const grad of this.#standing.grads.values()) if (grad === tensor) return true;
    return false;
  }

  /** Name of a parameter, "lin.weight". */
  nameOf(tensor: number): string | undefined {
    const name = this.#standing.names.get(tensor);
    return name === undefined ? undefined : this.recording.string(name);
  }

  /** What an optimizer keeps for a parameter. */
  optimizerStates(parameter: number): readonly OptimizerState[] {
    return [...(this.#standing.states.get(parameter) ?? [])].map(([name, [, tensor]]) => ({ name, tensor }));
  }

  /** What a binding holds in the life that `frame` sees. */
  binding(id: number, frame = this.frame): BindingValue | "not yet" {
    const held = this.#slots.get(slotKey(id, this.#standing.ownerOf(id, frame)));
    return held === undefined ? "not yet" : decoded(this.recording, held);
  }

  /** A copy that moves on its own. */
  copy(): State {
    const made = new State(this.recording, this.recording.chunks);
    made.#row = this.#row;
    made.#standing = this.#standing.copy();
    made.#slots = new Map(this.#slots);
    made.#tensors = new Map([...this.#tensors].map(([id, state]) => [id, { ...state }]));
    made.#storages = new Map(this.#storages);
    made.#own = new Map(this.#own);
    return made;
  }

  /** Moves forward to after `row`. */
  advance(row: number): this {
    if (row < this.#row) throw new RecordingError(`A state after row ${this.#row} cannot go back to row ${row}.`);
    const { recording } = this;
    while (this.#row < row) {
      const next = this.#row + 1;
      const chunk = recording.chunkOf(next);
      if (recording.firstRowOf(chunk) === next) this.#merge(chunk, (tensor) => !this.#tensors.has(tensor));
      this.#apply(next);
      this.#row = next;
    }
    return this;
  }

  /** Adds what rows before `end` will need and what is there already, though no row before now needed it. */
  foresee(end: number): this {
    atOnce(this.foreseeing(end));
    return this;
  }

  /** Like `foresee`, with rests. */
  *foreseeing(end: number): Slices<void> {
    const { recording } = this;
    if (end - 1 <= this.#row) return;
    const from = this.#row < 0 ? 0 : recording.chunkOf(this.#row + 1) + 1;
    const last = recording.chunkOf(end - 1);
    if (from > last) return;
    const [toCome, written] = yield* this.#ahead(recording.firstRowOf(last));
    for (let chunk = from; chunk <= last; chunk++) {
      this.#merge(
        chunk,
        (tensor) => !toCome.has(tensor) && !this.#tensors.has(tensor),
        (storage) => !written.has(storage) && !this.#storages.has(storage),
      );
      yield;
    }
  }

  /** Tensors and storages that rows from here to before `end` define or write. */
  *#ahead(end: number): Slices<[Set<number>, Set<number>]> {
    const [tensors, storages] = [new Set<number>(), new Set<number>()];
    yield* eachNumber(this.#row + 1, end, (row) => {
      const { inputs, outputs, contributes } = this.recording.form(row);
      for (let k = 0; k < outputs.length; k++) {
        const tensor = this.recording.arg(row, inputs + 2 * k);
        if (!this.#tensors.has(tensor)) tensors.add(tensor);
        if (contributes[k] === true) storages.add(this.recording.arg(row, inputs + 2 * k + 1));
      }
    });
    return [tensors, storages];
  }

  #merge(
    chunk: number,
    wanted: (tensor: number) => boolean,
    free = (storage: number) => !this.#storages.has(storage),
  ): void {
    const { tensors, storages, states } = this.recording.keyframe(chunk);
    const pointers = new Map<number, ValuePointer>();
    for (const { storage, pointer } of storages) {
      pointers.set(storage, pointer);
      if (free(storage)) this.#storages.set(storage, pointer);
    }
    const added = new Set<number>();
    for (const { tensor, storage, meta, grad, name, own } of tensors) {
      if (!wanted(tensor)) continue;
      added.add(tensor);
      this.#tensors.set(tensor, { storage, meta });
      if (grad >= 0) this.#standing.grads.set(tensor, grad);
      if (name >= 0) this.#standing.names.set(tensor, name);
      if (own >= 0) this.#own.set(tensor, { pointer: own, of: pointers.get(storage) ?? -1 });
    }
    for (const [parameter, form, tensor] of states)
      if (added.has(parameter)) this.#standing.keep(parameter, this.recording.formOf(form).op, form, tensor);
  }

  #apply(row: number): void {
    const { recording } = this;
    const form = recording.form(row);
    const { inputs, outputs, contributes } = form;
    let block = 0;
    for (let k = 0; k < outputs.length; k++) {
      const tensor = recording.arg(row, inputs + 2 * k);
      const storage = recording.arg(row, inputs + 2 * k + 1);
      this.#tensors.set(tensor, { storage, meta: outputs[k] ?? -1 });
      if (contributes[k] !== true) continue;
      const pointer = recording.blockStart(row, block++);
      if (form.flag === "view") this.#own.set(tensor, { pointer, of: this.#storages.get(storage) ?? -1 });
      else this.#storages.set(storage, pointer);
    }
    if (form.kind === "write") {
      this.#standing.frame = form.frame;
      const owner = this.#standing.ownerOf(form.ref, form.frame);
      this.#slots.set(slotKey(form.ref, owner), writtenBy(recording, row));
      return;
    }
    const first = form.args > 0 ? recording.arg(row, 0) : -1;
    const second = form.args > 1 ? recording.arg(row, 1) : -1;
    const number = form.flag === "valued" ? recording.number(row, 0) : NaN;
    this.#standing.follow(form, recording.formId(row), first, second, number);
    const renewed = this.#standing.renews(form);
    if (renewed !== null) for (const binding of renewed.bindings) this.#slots.delete(slotKey(binding, renewed.owner));
  }

  #block({ dtype }: Meta, elements: number): Block {
    return { dtype, elements, kept: elements > this.recording.header.cap ? "statistics" : "all" };
  }
}

/** The state after a row, −1 for the beginning. With `end`, also what rows before it need and what is there already. */
export function stateAt(recording: Recording, row: number, end = row + 1): State {
  const chunk = row < 0 ? 0 : recording.chunkOf(row);
  return new State(recording, chunk).advance(row).foresee(end);
}

/** The state before a row, from the row's own chunk alone. */
export function stateBefore(recording: Recording, row: number, end = row): State {
  return new State(recording, recording.chunkOf(row)).advance(row - 1).foresee(end);
}
