import { BytesIn, BytesOut } from "./bytes";
import { RecordingError } from "./error";
import { valueTypes, type ValuePointer, type ValueType } from "./format";

/** What a binding held. `payload`: the tensor, the number, the string, 0 or 1; for a module the form that names its parameters. */
export interface HeldValue {
  readonly type: ValueType;
  readonly payload: number;
  /** The tensors of a module's parameters; else empty. */
  readonly tensors: readonly number[];
}

/** Everything that was so when a chunk began, as far as its rows or its bindings need it. */
export interface Keyframe {
  readonly turn: number;
  readonly frame: number;
  readonly gradEnabled: boolean;
  /** Roots of the backward passes that run, outermost first. */
  readonly roots: readonly number[];
  /** Turns that are open, by the order they began. */
  readonly turns: readonly OpenTurn[];
  /** The frame that each function was last entered with: function, frame. */
  readonly lastFrames: readonly (readonly [number, number])[];
  readonly slots: readonly { readonly binding: number; readonly owner: number; readonly held: HeldValue }[];
  readonly tensors: readonly KeptTensor[];
  readonly storages: readonly { readonly storage: number; readonly pointer: ValuePointer }[];
  /** An optimizer's state: parameter, form of the row that named it, tensor. */
  readonly states: readonly (readonly [number, number, number])[];
}

/** A turn of a loop that has begun and not ended. */
export interface OpenTurn {
  readonly turn: number;
  readonly parent: number;
  readonly loop: number;
  /** The loop variable's value; null where it has none. */
  readonly value: number | null;
}

/** A tensor that was there before the chunk. */
export interface KeptTensor {
  readonly tensor: number;
  readonly storage: number;
  readonly meta: number;
  /** The tensor in `.grad`, −1 for null. */
  readonly grad: number;
  /** String id of its name as a parameter, −1 for none. */
  readonly name: number;
  /** Where the statistics of a view on a capped storage lie, −1 for none. */
  readonly own: ValuePointer;
}

/** Entries of a keyframe, encoded as they come: integers as differences from the entry before, so that neighbours are short. */
export class KeptEntries {
  readonly #tensors = new BytesOut();
  readonly #storages = new BytesOut();
  readonly #runs = new BytesOut();
  readonly #pointers = new BytesOut();
  #tensorCount = 0;
  #storageCount = 0;
  #runCount = 0;
  #tensor = 0;
  #ofTensor = 0;
  #meta = 0;
  #storage = 0;
  #pointer = 0;
  /** How many tensors the open run has, 0 where there is none; and what was put into a run last. */
  #length = 0;
  #run = { tensor: 0, storage: 0, meta: 0, quarter: 0 };

  /** Begins anew. */
  clear(): void {
    this.#tensors.clear();
    this.#storages.clear();
    this.#tensorCount = this.#storageCount = 0;
    this.#tensor = this.#ofTensor = this.#meta = this.#storage = this.#pointer = 0;
    this.#runs.clear();
    this.#pointers.clear();
    this.#runCount = this.#length = 0;
    this.#run = { tensor: 0, storage: 0, meta: 0, quarter: 0 };
  }

  /** The next tensor that was there before the chunk: what a {@link KeptTensor} says. */
  tensor(tensor: number, storage: number, meta: number, grad: number, name: number, own: ValuePointer): void {
    const out = this.#tensors;
    out.integer(tensor - this.#tensor);
    out.integer(storage - this.#ofTensor);
    out.integer(meta - this.#meta);
    this.#tensor = tensor;
    this.#ofTensor = storage;
    this.#meta = meta;
    out.count((grad < 0 ? 0 : 1) + (name < 0 ? 0 : 2) + (own < 0 ? 0 : 4));
    if (grad >= 0) out.integer(grad);
    if (name >= 0) out.integer(name);
    if (own >= 0) out.integer(own);
    this.#tensorCount++;
  }

  /** The next storage that was written before the chunk, and where its value lies. */
  storage(storage: number, pointer: ValuePointer): void {
    this.#storages.integer(storage - this.#storage);
    this.#storages.integer(pointer / 4 - this.#pointer);
    this.#storage = storage;
    this.#pointer = pointer / 4;
    this.#storageCount++;
  }

  /**
   * The next tensor that has neither gradient nor name, and a quarter of the pointer to its storage's value, −1 where
   * that is said apart.
   * Neighbours with neighbouring storages and one meta make a run, of which only the pointers are written one by one.
   */
  plain(tensor: number, storage: number, meta: number, quarter: number): void {
    const run = this.#run;
    const goes = this.#length > 0 && tensor === run.tensor + 1 && storage === run.storage + 1 && meta === run.meta;
    if (!goes || quarter < 0) {
      this.#endRun();
      this.#runCount++;
      this.#runs.integer(tensor - run.tensor);
      this.#runs.integer(storage - run.storage);
      this.#runs.integer(meta - run.meta);
      run.meta = meta;
      if (quarter < 0) this.#runs.count(0);
    }
    run.tensor = tensor;
    run.storage = storage;
    if (quarter < 0) return;
    this.#length++;
    this.#pointers.integer(quarter - run.quarter);
    run.quarter = quarter;
  }

  #endRun(): void {
    if (this.#length > 0) this.#runs.count(this.#length);
    this.#length = 0;
  }

  /** Puts them behind what is encoded of the keyframe already. */
  into(out: BytesOut): void {
    out.count(this.#tensorCount);
    out.append(this.#tensors);
    out.count(this.#storageCount);
    out.append(this.#storages);
    this.#endRun();
    out.count(this.#runCount);
    out.append(this.#runs);
    out.append(this.#pointers);
  }
}

/** What a keyframe says before its tensors and storages. */
export type KeyframeStart = Omit<Keyframe, "tensors" | "storages" | "states">;

/** Bytes of a keyframe. */
export function encodeKeyframe(
  keyframe: KeyframeStart,
  kept: KeptEntries,
  states: Keyframe["states"],
  out: BytesOut,
): Uint8Array {
  out.clear();
  out.integer(keyframe.turn);
  out.integer(keyframe.frame);
  out.count(keyframe.gradEnabled ? 1 : 0);
  out.count(keyframe.roots.length);
  for (const root of keyframe.roots) out.integer(root);
  out.count(keyframe.turns.length);
  for (const { turn, parent, loop, value } of keyframe.turns) {
    out.integer(turn);
    out.integer(parent);
    out.integer(loop);
    out.count(value === null ? 0 : 1);
    if (value !== null) out.double(value);
  }
  out.count(keyframe.lastFrames.length);
  for (const [fn, frame] of keyframe.lastFrames) {
    out.integer(fn);
    out.integer(frame);
  }
  out.count(keyframe.slots.length);
  for (const { binding, owner, held } of keyframe.slots) {
    out.integer(binding);
    out.integer(owner);
    out.count(valueTypes.indexOf(held.type));
    if (held.type === "number") out.double(held.payload);
    else out.integer(held.payload);
    if (held.type !== "module") continue;
    out.count(held.tensors.length);
    for (const tensor of held.tensors) out.integer(tensor);
  }
  kept.into(out);
  out.count(states.length);
  for (const entry of states) for (const id of entry) out.integer(id);
  return out.bytes();
}

/** Reads what `encodeKeyframe` wrote; refuses anything else. */
export function decodeKeyframe(bytes: Uint8Array, where: string): Keyframe {
  const from = new BytesIn(bytes, `The keyframe of ${where}`);
  const list = <T>(entry: () => T): T[] => Array.from({ length: from.entries() }, entry);
  const [turn, frame, gradEnabled] = [from.integer(), from.integer(), from.count() === 1];
  const roots = list(() => from.integer());
  const turns = list(() => {
    const [turn, parent, loop] = [from.integer(), from.integer(), from.integer()];
    return { turn, parent, loop, value: from.count() === 1 ? from.double() : null };
  });
  const lastFrames = list(() => [from.integer(), from.integer()] as const);
  const slots = list(() => {
    const [binding, owner, code] = [from.integer(), from.integer(), from.count()];
    const type = valueTypes[code];
    if (type === undefined) throw new RecordingError(`The keyframe of ${where} holds a value of unknown type ${code}.`);
    const payload = type === "number" ? from.double() : from.integer();
    const tensors = type === "module" ? list(() => from.integer()) : [];
    return { binding, owner, held: { type, payload, tensors } };
  });
  let [t, s, m] = [0, 0, 0];
  const tensors = list(() => {
    t += from.integer();
    s += from.integer();
    m += from.integer();
    const has = from.count();
    const grad = has & 1 ? from.integer() : -1;
    const name = has & 2 ? from.integer() : -1;
    return { tensor: t, storage: s, meta: m, grad, name, own: has & 4 ? from.integer() : -1 };
  });
  let p = 0;
  s = 0;
  const storages = list(() => {
    s += from.integer();
    p += from.integer();
    return { storage: s, pointer: 4 * p };
  });
  let run = { tensor: 0, storage: 0, meta: 0, length: 0 };
  const runs = list(() => {
    const [tensor, storage, meta] = [
      run.tensor + from.integer(),
      run.storage + from.integer(),
      run.meta + from.integer(),
    ];
    const length = from.count();
    const past = Math.max(0, length - 1);
    run = { tensor: tensor + past, storage: storage + past, meta, length };
    return { tensor, storage, meta, length };
  });
  p = 0;
  for (const { tensor, storage, meta, length } of runs) {
    for (let k = 0; k < Math.max(1, length); k++) {
      tensors.push({ tensor: tensor + k, storage: storage + k, meta, grad: -1, name: -1, own: -1 });
      if (length === 0) continue;
      p += from.integer();
      storages.push({ storage: storage + k, pointer: 4 * p });
    }
  }
  const states = list(() => [from.integer(), from.integer(), from.integer()] as const);
  if (from.left > 0) throw new RecordingError(`The keyframe of ${where} is followed by ${from.left} other bytes.`);
  return { turn, frame, gradEnabled, roots, turns, lastFrames, slots, tensors, storages, states };
}
