import { RecordingError } from "./error";
import type { Form, Frame, ValuePointer, ValueType } from "./format";
import type { BytesOut } from "./bytes";
import { encodeKeyframe, KeptEntries, type Keyframe, type KeyframeStart } from "./keyframe";
import type { RowLayout } from "./layout";
import { Scoping } from "./scoping";
import { slotKey, Standing } from "./standing";

/** A binding in one life: what it holds, or "" for not yet. */
interface Slot {
  readonly binding: number;
  readonly owner: number;
  type: ValueType | "";
  payload: number;
  tensors: readonly number[];
}

/** A form as the writer handles it. */
export interface LiveForm {
  readonly id: number;
  readonly form: Form;
  readonly layout: RowLayout;
  /** Of a write: where the value goes, null while that depends on what runs. */
  slot: Slot | null;
  /** Of an enter, a leave or a turn: what it makes "not yet", null while that depends on what runs. */
  resets: readonly Slot[] | null;
}

const nothing: readonly number[] = [];
const none: readonly Slot[] = [];
const maxId = 1 << 28;
const firstRoom = 1 << 16;

/**
 * What is so right now, while rows are written, so that each chunk can say what it builds on.
 * Tables by id hold 16 bytes a tensor: a recording of a million temporaries costs 16 MB here, and 40 in its rows.
 */
export class Live {
  readonly frames: Frame[] = [];
  readonly scoping = new Scoping(this.frames);
  #storage = new Int32Array(firstRoom);
  #meta = new Int32Array(firstRoom);
  /** By tensor the last chunk that defined it or put it into its keyframe, 0 = never. */
  #seen = new Int32Array(firstRoom);
  /** By storage a quarter of the pointer to its value, plus 1; 0 = none. */
  #pointer = new Uint32Array(firstRoom);
  readonly #own = new Map<number, { readonly pointer: ValuePointer; readonly of: number }>();
  readonly #standing = new Standing(this.scoping, (id) => this.frames[id]);
  readonly #slots = new Map<number, Slot>();
  #chunk = 0;
  #firstValue = 0;
  #start: KeyframeStart = { ...this.#standing.beginning(), slots: [] };
  readonly #kept = new KeptEntries();
  #keptStates: (readonly [number, number, number])[] = [];

  /** Opens a chunk: from now on what is older than it goes into its keyframe when it is first needed. */
  open(firstValue: ValuePointer): void {
    this.#chunk++;
    this.#firstValue = firstValue;
    this.#kept.clear();
    this.#keptStates = [];
    const slots: Keyframe["slots"][number][] = [];
    for (const { binding, owner, type, payload, tensors } of this.#slots.values()) {
      if (type === "") continue;
      slots.push({ binding, owner, held: { type, payload, tensors } });
      if (type === "tensor") this.touch(payload);
      for (const tensor of tensors) this.touch(tensor);
    }
    for (const root of this.#standing.roots) this.touch(root);
    this.#start = { ...this.#standing.beginning(), slots };
  }

  /** Bytes of the keyframe of the open chunk. */
  keyframe(out: BytesOut): Uint8Array {
    return encodeKeyframe(this.#start, this.#kept, this.#keptStates, out);
  }

  /** Whether rows have told of the tensor. */
  knows(tensor: number): boolean {
    return tensor < this.#seen.length && this.#seen[tensor] !== 0;
  }

  /** Whether rows have told what the storage holds. */
  holds(storage: number): boolean {
    return storage < this.#pointer.length && this.#pointer[storage] !== 0;
  }

  /** The meta that rows last gave the tensor. */
  metaOf(tensor: number): number {
    return this.#meta[tensor] ?? -1;
  }

  /** What the tensor's `.grad` holds, undefined for null. */
  gradOf(tensor: number): number | undefined {
    return this.#standing.grads.get(tensor);
  }

  /** Puts a tensor that is older than the chunk into its keyframe, as it is at this moment. */
  touch(tensor: number): void {
    if (tensor < 0 || !this.knows(tensor) || this.#seen[tensor] === this.#chunk) return;
    this.#seen[tensor] = this.#chunk;
    const storage = this.#storage[tensor] ?? -1;
    const at = this.#at(storage);
    const { grads, names, states: kept } = this.#standing;
    const grad = grads.size === 0 ? -1 : (grads.get(tensor) ?? -1);
    const own = this.#own.size === 0 ? undefined : this.#own.get(tensor);
    const name = names.size === 0 ? -1 : (names.get(tensor) ?? -1);
    const window = own !== undefined && own.of === at ? own.pointer : -1;
    this.#kept.tensor(tensor, storage, this.#meta[tensor] ?? -1, grad, name, window);
    if (at >= 0 && at < this.#firstValue) this.#kept.storage(storage, at);
    if (grad >= 0) this.touch(grad);
    const states = kept.size === 0 ? undefined : kept.get(tensor);
    if (states === undefined) return;
    for (const [form, state] of states.values()) {
      this.#keptStates.push([tensor, form, state]);
      this.touch(state);
    }
  }

  /** Takes in a row: its arguments from `a` on, its values from `pointer` on. */
  apply(
    { id, form, layout, slot, resets }: LiveForm,
    args: Int32Array,
    a: number,
    pointer: ValuePointer,
    number: number,
  ): void {
    const { inputs, outputs } = form;
    for (let k = 0; k < inputs; k++) {
      const tensor = args[a + k] ?? -1;
      if (tensor >= 0 && this.#seen[tensor] !== this.#chunk) this.touch(tensor);
    }
    let block = 0;
    let at = a + inputs;
    for (let k = 0; k < outputs.length; k++, at += 2) {
      const writes = form.contributes[k] === true;
      this.#define(args[at] ?? 0, args[at + 1] ?? 0, outputs[k] ?? 0);
      if (writes)
        this.#wrote(args[at] ?? 0, args[at + 1] ?? 0, pointer + (layout.blocks[block++] ?? 0), form.flag === "view");
    }
    const first = form.args > 0 ? (args[a] ?? -1) : -1;
    switch (form.kind) {
      case "forward":
      case "update":
      case "create":
      case "rule":
        this.#standing.frame = form.frame;
        return;
      case "write": {
        this.#standing.frame = form.frame;
        const to = slot ?? this.#slot(form.ref, this.#standing.ownerOf(form.ref, form.frame));
        to.type = form.valueType;
        to.payload = form.valueType === "number" ? number : form.valueType === "module" ? id : first;
        to.tensors = form.valueType === "module" ? Array.from(args.subarray(a, a + inputs)) : nothing;
        return;
      }
      default:
        this.#standing.follow(form, id, first, args[a + 1] ?? -1, number);
        for (const each of resets ?? this.#resets(form)) each.type = "";
    }
  }

  /** Prepares a form: finds the bindings that its rows change. */
  prepare(form: Form): Pick<LiveForm, "slot" | "resets"> {
    if (form.kind !== "write")
      return { slot: null, resets: this.#standing.renews(form)?.always === false ? null : this.#resets(form) };
    const owner = this.scoping.owner(form.ref, form.frame);
    return { slot: owner === undefined ? null : this.#slot(form.ref, owner), resets: none };
  }

  #resets(form: Form): readonly Slot[] {
    const renewed = this.#standing.renews(form);
    return renewed === null ? none : renewed.bindings.map((each) => this.#slot(each, renewed.owner));
  }

  #slot(binding: number, owner: number): Slot {
    const key = slotKey(binding, owner);
    const found = this.#slots.get(key) ?? { binding, owner, type: "", payload: -1, tensors: nothing };
    this.#slots.set(key, found);
    return found;
  }

  #define(tensor: number, storage: number, meta: number): void {
    if (tensor >= this.#seen.length) this.#growTensors(tensor);
    if (this.#seen[tensor] !== this.#chunk) {
      this.touch(tensor);
      this.#seen[tensor] = this.#chunk;
    }
    this.#storage[tensor] = storage;
    this.#meta[tensor] = meta;
  }

  #wrote(tensor: number, storage: number, pointer: ValuePointer, view: boolean): void {
    if (storage >= this.#pointer.length) this.#growStorages(storage);
    const before = this.#at(storage);
    if (view) {
      this.#own.set(tensor, { pointer, of: before });
      return;
    }
    if (before >= 0 && before < this.#firstValue) this.#kept.storage(storage, before);
    this.#pointer[storage] = pointer / 4 + 1;
  }

  #at(storage: number): ValuePointer {
    return 4 * ((this.#pointer[storage] ?? 0) - 1);
  }

  #growTensors(id: number): void {
    this.#storage = grown(this.#storage, id);
    this.#meta = grown(this.#meta, id);
    this.#seen = grown(this.#seen, id);
  }

  #growStorages(id: number): void {
    const larger = new Uint32Array(larges(this.#pointer.length, id));
    larger.set(this.#pointer);
    this.#pointer = larger;
  }
}

function larges(length: number, id: number): number {
  if (id >= maxId) throw new RecordingError(`A recording holds at most ${maxId} tensors; this one names number ${id}.`);
  return Math.max(2 * length, id + 1);
}

function grown(table: Int32Array<ArrayBuffer>, id: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(larges(table.length, id));
  larger.set(table);
  return larger;
}
