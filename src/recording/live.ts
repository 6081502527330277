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
 * What is known of a tensor: its storage, and 0 for one that rows have not told of, else four times its meta and `told`,
 * with `more` where the maps by tensor, here or of what stands, say something of it.
 */
const entry = { storage: 0, meta: 1, size: 2 } as const;
const told = 1;
const more = 2;
/** Neighbours among the ids of tensors, as a power of two: what a chunk named is looked for among them when it closes. */
const blockBits = 8;

/**
 * What is so after the rows that were taken in, so that each chunk can say what it builds on.
 * Tables by id hold 12 bytes a tensor: a recording of a million temporaries costs 12 MB here, and 40 in its rows.
 */
export class Live {
  readonly frames: Frame[] = [];
  readonly scoping = new Scoping(this.frames);
  /** By tensor two integers side by side, see `entry`. */
  readonly #tensors: (Int32Array | undefined)[] = [];
  /**
   * By tensor that was older than a chunk that named it twice the number of the last such chunk, and 1 where it will say
   * when it closes what it was: nothing of a tensor without `more` changes before, or it is said then.
   */
  readonly #named: (Int32Array | undefined)[] = [];
  /** The blocks of which the open chunk left a tensor for later, and the one it did so last. */
  readonly #blocks = new Set<number>();
  #block = -1;
  /** By storage a quarter of the pointer to its value, plus 1; 0 = none. */
  readonly #words: (Uint32Array | undefined)[] = [];
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
    this.#blocks.clear();
    this.#block = -1;
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
    for (const block of [...this.#blocks].sort((a, b) => a - b)) this.#keepBlock(block);
    return encodeKeyframe(this.#start, this.#kept, this.#keptStates, out);
  }

  /** What the tensor's `.grad` holds, undefined for null. */
  gradOf(tensor: number): number | undefined {
    return this.#standing.grads.get(tensor);
  }

  /** Puts a tensor that is older than the chunk into its keyframe, as it is at this moment, unless it is there. */
  touch(tensor: number): void {
    if (tensor < 0 || tensor > this.#older) return;
    const chunk = 2 * this.#chunk;
    const named = this.#namedOn(tensor);
    if ((named[tensor & onPage] ?? 0) >= chunk) return;
    const meta = this.#tensors[tensor >>> pageBits]?.[entry.size * (tensor & onPage) + entry.meta] ?? 0;
    if ((meta & told) === 0) return;
    if ((meta & more) !== 0) {
      this.#keep(tensor);
      return;
    }
    named[tensor & onPage] = chunk + 1;
    const block = tensor >>> blockBits;
    if (block === this.#block) return;
    this.#block = block;
    this.#blocks.add(block);
  }

  /** The same for one that a row is about to change: at once. */
  #settle(tensor: number): void {
    if (tensor < 0 || tensor > this.#older) return;
    if (this.#namedOn(tensor)[tensor & onPage] !== 2 * this.#chunk) this.#keep(tensor);
  }

  #namedOn(tensor: number): Int32Array {
    return this.#named[tensor >>> pageBits] ?? pageOf(this.#named, tensor, newMarks);
  }

  #keep(tensor: number): void {
    this.#namedOn(tensor)[tensor & onPage] = 2 * this.#chunk;
    const page = this.#tensors[tensor >>> pageBits];
    const t = entry.size * (tensor & onPage);
    const meta = page?.[t + entry.meta] ?? 0;
    if (page === undefined || (meta & told) === 0) return;
    const storage = page[t + entry.storage] ?? -1;
    const at = this.#at(storage);
    if ((meta & more) !== 0) this.#touchNamed(tensor, storage, meta >>> 2, at);
    else this.#kept.tensor(tensor, storage, meta >>> 2, -1, -1, -1);
    if (at >= 0 && at < this.#firstValue) this.#kept.storage(storage, at);
    if ((meta & more) !== 0) this.#touchBeside(tensor);
  }

  /** Puts what of a block was left for later into the keyframe. */
  #keepBlock(block: number): void {
    const first = block << blockBits;
    const named = this.#namedOn(first);
    const page = this.#tensors[first >>> pageBits];
    if (page === undefined) return;
    const later = 2 * this.#chunk + 1;
    const firstWord = this.#firstValue / 4 + 1;
    const from = first & onPage;
    for (let k = from; k < from + (1 << blockBits); k++) {
      if (named[k] !== later) continue;
      const storage = page[entry.size * k + entry.storage] ?? -1;
      const word = this.#words[storage >>> pageBits]?.[storage & onPage] ?? 0;
      const meta = (page[entry.size * k + entry.meta] ?? 0) >>> 2;
      this.#kept.plain(first - from + k, storage, meta, word < firstWord ? word - 1 : -1);
    }
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
    const older = this.#older;
    const firstWord = this.#firstValue / 4 + 1;
    const here = 2 * this.#chunk;
    const named = this.#named;
    const standing = this.#standing;
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
        if (tensor <= older && tensor >= 0 && (named[tensor >>> pageBits]?.[tensor & onPage] ?? 0) < here)
          this.touch(tensor);
      }
      for (let k = 0; k < outputs.length; k += 2) {
        const tensor = args[from + k] ?? 0;
        const storage = args[from + k + 1] ?? 0;
        if (tensor <= older) this.#settle(tensor);
        else if (tensor > newest) newest = tensor;
        const page = tensors[tensor >>> pageBits] ?? pageOf(tensors, tensor, newEntries);
        const t = entry.size * (tensor & onPage);
        page[t + entry.storage] = storage;
        page[t + entry.meta] = ((outputs[k] ?? 0) << 2) | told | ((page[t + entry.meta] ?? 0) & more);
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
      if (form.changes === "nothing") standing.frame = form.frame;
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
    const t = entry.size * (tensor & onPage) + entry.meta;
    const meta = page?.[t] ?? 0;
    if (page === undefined || (meta & more) !== 0) return;
    this.#settle(tensor);
    page[t] = meta | more;
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

function newMarks(): Int32Array {
  return new Int32Array(1 << pageBits);
}

function newEntries(): Int32Array {
  return new Int32Array(entry.size << pageBits);
}

function newWords(): Uint32Array {
  return new Uint32Array(1 << pageBits);
}
