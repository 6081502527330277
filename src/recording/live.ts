import type { Form, Frame, ValuePointer } from "./format";
import type { BytesOut } from "./bytes";
import { encodeKeyframe, KeptEntries, type Keyframe, type KeyframeStart } from "./keyframe";
import { laidOut, type LiveForm, type Slot } from "./live.form";
import { onPage, pageBits, pageOf } from "./pages";
import { Scoping } from "./scoping";
import { slotKey, Standing } from "./standing";

/** Rows as they are written: their forms, arguments and values. */
export interface Columns {
  readonly rowForms: Int32Array;
  readonly args: Int32Array;
  readonly doubles: Float64Array;
}

const nothing: readonly number[] = [];
const none: readonly Slot[] = [];
/**
 * What is known of a tensor: the last chunk that defined it or put it into its keyframe (0: never), its storage, its
 * meta, and whether the maps by tensor, here or of what stands, say something of it.
 */
const entry = { seen: 0, storage: 1, meta: 2, more: 3, size: 4 } as const;

/**
 * What is so after the rows that were taken in, so that each chunk can say what it builds on.
 * Tables by id hold 20 bytes a tensor: a recording of a million temporaries costs 20 MB here, and 40 in its rows.
 */
export class Live {
  readonly frames: Frame[] = [];
  readonly scoping = new Scoping(this.frames);
  /** By tensor four integers side by side, see `entry`. */
  readonly #tensors: Int32Array[] = [];
  /** By storage a quarter of the pointer to its value, plus 1; 0 = none. */
  readonly #words: Uint32Array[] = [];
  readonly #own = new Map<number, { readonly pointer: ValuePointer; readonly of: number }>();
  readonly #standing = new Standing(this.scoping, (id) => this.frames[id]);
  readonly #slots = new Map<number, Slot>();
  #chunk = 0;
  #firstValue = 0;
  /** The largest id of a tensor that rows have told of, now and when the chunk was opened: what is above that is new in it. */
  #newest = -1;
  #older = -1;
  /** What of the chunk it has taken in. */
  #takenRows = 0;
  #takenArgs = 0;
  #takenBytes = 0;
  #start: KeyframeStart = { ...this.#standing.beginning(), slots: [] };
  readonly #kept = new KeptEntries();
  #keptStates: (readonly [number, number, number])[] = [];

  /** Opens a chunk: from now on what is older than it goes into its keyframe when it is first needed. */
  open(firstValue: ValuePointer): void {
    this.#chunk++;
    this.#older = this.#newest;
    this.#firstValue = firstValue;
    this.#takenRows = this.#takenArgs = this.#takenBytes = 0;
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

  /** What the tensor's `.grad` holds, undefined for null. */
  gradOf(tensor: number): number | undefined {
    return this.#standing.grads.get(tensor);
  }

  /** Puts a tensor that is older than the chunk into its keyframe, as it is at this moment, unless it is there. */
  touch(tensor: number): void {
    const page = tensor < 0 ? undefined : this.#tensors[tensor >>> pageBits];
    if (page === undefined) return;
    const t = entry.size * (tensor & onPage);
    const seen = page[t + entry.seen];
    if (seen !== 0 && seen !== this.#chunk) this.#keep(tensor, page, t);
  }

  #keep(tensor: number, page: Int32Array, t: number): void {
    page[t + entry.seen] = this.#chunk;
    const storage = page[t + entry.storage] ?? -1;
    const meta = page[t + entry.meta] ?? -1;
    const at = this.#at(storage);
    const more = page[t + entry.more] !== 0;
    if (more) this.#touchNamed(tensor, storage, meta, at);
    else this.#kept.tensor(tensor, storage, meta, -1, -1, -1);
    if (at >= 0 && at < this.#firstValue) this.#kept.storage(storage, at);
    if (more) this.#touchBeside(tensor);
  }

  #touchNamed(tensor: number, storage: number, meta: number, at: ValuePointer): void {
    const { grads, names } = this.#standing;
    const own = this.#own.get(tensor);
    const window = own !== undefined && own.of === at ? own.pointer : -1;
    this.#kept.tensor(tensor, storage, meta, grads.get(tensor) ?? -1, names.get(tensor) ?? -1, window);
  }

  /** Puts the gradient and the optimizer's state of a tensor into the keyframe. */
  #touchBeside(tensor: number): void {
    this.touch(this.#standing.grads.get(tensor) ?? -1);
    const states = this.#standing.states.get(tensor);
    if (states === undefined) return;
    for (const [form, state] of states.values()) {
      this.#keptStates.push([tensor, form, state]);
      this.touch(state);
    }
  }

  /** Takes in the rows of the chunk that it has not. */
  take(forms: readonly LiveForm[], { rowForms, args, doubles }: Columns, rows: number): void {
    const chunk = this.#chunk;
    const older = this.#older;
    const firstWord = this.#firstValue / 4 + 1;
    const tensors = this.#tensors;
    const words = this.#words;
    let newest = this.#newest;
    let a = this.#takenArgs;
    let at = this.#takenBytes;
    for (let row = this.#takenRows; row < rows; row++) {
      const form = forms[rowForms[row] ?? 0];
      if (form === undefined) continue;
      at += at & form.pad;
      const { outputs } = form;
      const from = a + form.inputs;
      for (let k = a; k < from; k++) {
        const tensor = args[k] ?? -1;
        if (tensor <= older) this.touch(tensor);
      }
      for (let k = 0; k < outputs.length; k += 2) {
        const tensor = args[from + k] ?? 0;
        const storage = args[from + k + 1] ?? 0;
        if (tensor <= older) this.touch(tensor);
        else if (tensor > newest) newest = tensor;
        const page = tensors[tensor >>> pageBits] ?? pageOf(tensors, tensor, newEntries);
        const t = entry.size * (tensor & onPage);
        page[t + entry.seen] = chunk;
        page[t + entry.storage] = storage;
        page[t + entry.meta] = outputs[k] ?? 0;
        const block = outputs[k + 1] ?? -1;
        if (block < 0) continue;
        const held = words[storage >>> pageBits] ?? pageOf(words, storage, newWords);
        const word = held[storage & onPage] ?? 0;
        const now = firstWord + ((at + block) >> 2);
        if (form.views) this.#view(tensor, 4 * (now - 1), 4 * (word - 1));
        else {
          if (word > 0 && word < firstWord) this.#kept.storage(storage, 4 * (word - 1));
          held[storage & onPage] = now;
        }
      }
      if (form.changes === "nothing") this.#standing.frame = form.frame;
      else this.#change(form, args, a, form.numbers > 0 ? (doubles[at >> 3] ?? NaN) : NaN);
      a += form.args;
      at += form.bytes;
    }
    this.#newest = newest;
    this.#takenRows = rows;
    this.#takenArgs = a;
    this.#takenBytes = at;
  }

  #view(tensor: number, pointer: ValuePointer, of: ValuePointer): void {
    this.#own.set(tensor, { pointer, of });
    this.#beside(tensor);
  }

  /** Notes that maps say something of a tensor. */
  #beside(tensor: number): void {
    const page = this.#tensors[tensor >>> pageBits];
    if (page !== undefined) page[entry.size * (tensor & onPage) + entry.more] = 1;
  }

  /** Takes in what a row changes beside tensors and storages: its arguments from `a` on, its first number. */
  #change({ id, form, inputs, slot, resets, changes }: LiveForm, args: Int32Array, a: number, number: number): void {
    const first = form.args > 0 ? (args[a] ?? -1) : -1;
    if (changes === "binding") {
      this.#standing.frame = form.frame;
      const to = slot ?? this.#slot(form.ref, this.#standing.ownerOf(form.ref, form.frame));
      to.type = form.valueType;
      to.payload = form.valueType === "number" ? number : form.valueType === "module" ? id : first;
      to.tensors = form.valueType === "module" ? Array.from(args.subarray(a, a + inputs)) : nothing;
      return;
    }
    if (changes === "tensor" && first >= 0) this.#beside(first);
    this.#standing.follow(form, id, first, args[a + 1] ?? -1, number);
    const renewed = resets ?? this.#resets(form);
    for (let k = 0; k < renewed.length; k++) {
      const each = renewed[k];
      if (each !== undefined) each.type = "";
    }
  }

  /** Prepares a form with its layout: finds what its rows change. */
  prepare(id: number, form: Form): LiveForm {
    const made = laidOut(id, form);
    if (form.kind !== "write")
      return { ...made, slot: null, resets: this.#standing.renews(form)?.always === false ? null : this.#resets(form) };
    const owner = this.scoping.owner(form.ref, form.frame);
    return { ...made, slot: owner === undefined ? null : this.#slot(form.ref, owner), resets: none };
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

  #at(storage: number): ValuePointer {
    return 4 * ((this.#words[storage >>> pageBits]?.[storage & onPage] ?? 0) - 1);
  }
}

function newEntries(): Int32Array {
  return new Int32Array(entry.size << pageBits);
}

function newWords(): Uint32Array {
  return new Uint32Array(1 << pageBits);
}
