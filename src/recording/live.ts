import { RecordingError } from "./error";
import type { Form, Frame, ValuePointer, ValueType } from "./format";
import type { Keyframe, KeptTensor, OpenTurn } from "./keyframe";
import type { RowLayout } from "./layout";
import { Scoping } from "./scoping";

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
  /** Of an enter, a leave or a turn: what it makes "not yet". */
  resets: readonly Slot[] | null;
}

const nothing: readonly number[] = [];
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
  readonly #grads = new Map<number, number>();
  readonly #names = new Map<number, number>();
  readonly #states = new Map<number, Map<string, readonly [form: number, tensor: number]>>();
  readonly #slots = new Map<number, Slot>();
  readonly #lastFrames = new Map<number, number>();
  readonly #turns = new Map<number, OpenTurn>();
  readonly #roots: number[] = [];
  #turn = -1;
  #frame = -1;
  #gradEnabled = true;
  #chunk = 0;
  #firstValue = 0;
  #start: Pick<Keyframe, "turn" | "frame" | "gradEnabled" | "roots" | "turns" | "lastFrames" | "slots"> | null = null;
  #tensors: KeptTensor[] = [];
  #storages: { storage: number; pointer: ValuePointer }[] = [];
  #keptStates: (readonly [number, number, number])[] = [];

  /** Opens a chunk: from now on what is older than it goes into its keyframe when it is first needed. */
  open(firstValue: ValuePointer): void {
    this.#chunk++;
    this.#firstValue = firstValue;
    this.#tensors = [];
    this.#storages = [];
    this.#keptStates = [];
    const slots: Keyframe["slots"][number][] = [];
    for (const { binding, owner, type, payload, tensors } of this.#slots.values()) {
      if (type === "") continue;
      slots.push({ binding, owner, held: { type, payload, tensors } });
      if (type === "tensor") this.touch(payload);
      for (const tensor of tensors) this.touch(tensor);
    }
    for (const root of this.#roots) this.touch(root);
    this.#start = {
      turn: this.#turn,
      frame: this.#frame,
      gradEnabled: this.#gradEnabled,
      roots: [...this.#roots],
      turns: [...this.#turns.values()],
      lastFrames: [...this.#lastFrames],
      slots,
    };
  }

  /** The keyframe of the open chunk. */
  keyframe(): Keyframe {
    const start = this.#start ?? {
      turn: -1,
      frame: -1,
      gradEnabled: true,
      roots: [],
      turns: [],
      lastFrames: [],
      slots: [],
    };
    return { ...start, tensors: this.#tensors, storages: this.#storages, states: this.#keptStates };
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
    return this.#grads.get(tensor);
  }

  /** Puts a tensor that is older than the chunk into its keyframe, as it is at this moment. */
  touch(tensor: number): void {
    if (tensor < 0 || !this.knows(tensor) || this.#seen[tensor] === this.#chunk) return;
    this.#seen[tensor] = this.#chunk;
    const storage = this.#storage[tensor] ?? -1;
    const at = this.#at(storage);
    const grad = this.#grads.get(tensor) ?? -1;
    const own = this.#own.size === 0 ? undefined : this.#own.get(tensor);
    this.#tensors.push({
      tensor,
      storage,
      meta: this.#meta[tensor] ?? -1,
      grad,
      name: this.#names.get(tensor) ?? -1,
      own: own !== undefined && own.of === at ? own.pointer : -1,
    });
    if (at >= 0 && at < this.#firstValue) this.#storages.push({ storage, pointer: at });
    if (grad >= 0) this.touch(grad);
    const states = this.#states.size === 0 ? undefined : this.#states.get(tensor);
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
    this.#frame = form.frame;
    switch (form.kind) {
      case "forward":
      case "update":
      case "create":
      case "rule":
        return;
      case "accumulate":
        this.#grads.set(first, args[a + 1] ?? -1);
        return;
      case "gradSet": {
        const grad = args[a + 1] ?? -1;
        if (grad < 0) this.#grads.delete(first);
        else this.#grads.set(first, grad);
        return;
      }
      case "write": {
        const to = slot ?? this.#slotNow(form.ref, form.frame);
        to.type = form.valueType;
        to.payload = form.valueType === "number" ? number : form.valueType === "module" ? id : first;
        to.tensors = form.valueType === "module" ? Array.from(args.subarray(a, a + inputs)) : nothing;
        return;
      }
      case "turn":
        this.#turns.set(first, {
          turn: first,
          parent: args[a + 1] ?? -1,
          loop: form.ref,
          value: form.flag === "valued" ? number : null,
        });
        this.#turn = first;
        if (resets === null)
          for (const binding of this.scoping.ofLoop(form.ref)) this.#slotNow(binding, form.frame).type = "";
        else for (const each of resets) each.type = "";
        return;
      case "turnEnd":
        if (this.#turn === first) this.#turn = this.#turns.get(first)?.parent ?? -1;
        this.#turns.delete(first);
        return;
      case "switch":
        this.#turn = first;
        return;
      case "enter":
        if (form.ref >= 0) this.#lastFrames.set(form.ref, form.frame);
        for (const each of resets ?? []) each.type = "";
        return;
      case "leave": {
        const parent = this.frames[form.frame]?.parent ?? -1;
        this.#frame = parent;
        if (resets === null || form.ref < 0) return;
        this.#lastFrames.set(form.ref, this.scoping.entered(form.ref, parent) ?? form.frame);
        for (const each of resets) each.type = "";
        return;
      }
      case "gradMode":
        this.#gradEnabled = form.flag === "on";
        return;
      case "backward":
        this.#roots.push(first);
        return;
      case "backwardEnd":
        this.#roots.pop();
        return;
      case "name":
        this.#names.set(first, args[a + 1] ?? -1);
        return;
      case "state": {
        const states = this.#states.get(first) ?? new Map<string, readonly [number, number]>();
        states.set(form.op, [id, args[a + 1] ?? -1]);
        this.#states.set(first, states);
        return;
      }
      default:
    }
  }

  /** Prepares a form: finds the bindings that its rows change. */
  prepare(form: Form): Pick<LiveForm, "slot" | "resets"> {
    const { kind, ref, frame } = form;
    if (kind === "write") {
      const owner = this.scoping.owner(ref, frame);
      return { slot: owner === undefined ? null : this.#slot(ref, owner), resets: null };
    }
    if (kind === "turn") {
      const owner = this.scoping.loopOwner(ref, frame);
      if (owner === undefined) return { slot: null, resets: null };
      return { slot: null, resets: this.scoping.ofLoop(ref).map((each) => this.#slot(each, owner)) };
    }
    const again = kind === "leave" && this.scoping.entered(ref, this.frames[frame]?.parent ?? -1) !== undefined;
    if (ref < 0 || (kind !== "enter" && !again)) return { slot: null, resets: null };
    return { slot: null, resets: this.scoping.ofFunction(ref).map((each) => this.#slot(each, frame)) };
  }

  #slot(binding: number, owner: number): Slot {
    const key = (owner + 1) * 0x100000 + binding;
    const found = this.#slots.get(key) ?? { binding, owner, type: "", payload: -1, tensors: nothing };
    this.#slots.set(key, found);
    return found;
  }

  /** For code that runs after its function has ended: the life that began last. */
  #slotNow(binding: number, frame: number): Slot {
    const home = this.scoping.home(binding);
    return this.#slot(binding, this.scoping.entered(home, frame) ?? this.#lastFrames.get(home) ?? -1);
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
    if (before >= 0 && before < this.#firstValue) this.#storages.push({ storage, pointer: before });
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
