import type { Block, Meta, ValuePointer } from "./format";
import type { Recording } from "./recording";
import { eachPlace, elementsOf } from "./value";

/** Where a value lies in a recording. */
export interface Place {
  readonly pointer: ValuePointer;
  readonly block: Block;
}

/** Where block `k` of a row lies, undefined when the row has no such block. */
export function blockPlace(recording: Recording, row: number, k: number): Place | undefined {
  const block = recording.form(row).blocks[k];
  return block === undefined ? undefined : { pointer: recording.blockStart(row, k), block };
}

/** Where a row wrote the value of its output `k`, undefined for a view that wrote none. */
export function outputPlace(recording: Recording, row: number, k: number): Place | undefined {
  const { contributes } = recording.form(row);
  if (contributes[k] !== true) return undefined;
  let block = 0;
  for (let j = 0; j < k; j++) if (contributes[j] === true) block++;
  return blockPlace(recording, row, block);
}

/** The latest values of tensors and storages while rows go by: what a series is made of. */
export class Latest {
  readonly #storage: number[] = [];
  readonly #meta: number[] = [];
  /** By storage where it was last written; there are as many as ops ran, so no object for each. */
  readonly #pointer: ValuePointer[] = [];
  readonly #block: Block[] = [];

  constructor(private readonly recording: Recording) {}

  /** Takes the next row. */
  read(row: number): void {
    const { recording } = this;
    const { inputs, outputs, flag, contributes, blocks } = recording.form(row);
    let next = 0;
    for (let k = 0; k < outputs.length; k++) {
      const tensor = recording.arg(row, inputs + 2 * k);
      const storage = recording.arg(row, inputs + 2 * k + 1);
      this.#storage[tensor] = storage;
      this.#meta[tensor] = outputs[k] ?? -1;
      if (contributes[k] !== true) continue;
      const at = next++;
      const block = blocks[at];
      if (flag === "view" || block === undefined) continue;
      this.#pointer[storage] = recording.blockStart(row, at);
      this.#block[storage] = block;
    }
  }

  /** What rows last said of a tensor. */
  meta(tensor: number): Meta | undefined {
    const meta = this.#meta[tensor];
    return meta === undefined ? undefined : this.recording.meta(meta);
  }

  /** Where the storage of a tensor was last written. */
  place(tensor: number): Place | undefined {
    const storage = this.#storage[tensor] ?? -1;
    const block = this.#block[storage];
    return block && { pointer: this.#pointer[storage] ?? -1, block };
  }

  /** The number of a one-element tensor, the norm of any other; NaN when it is not recorded. */
  size(tensor: number): number {
    const meta = this.meta(tensor);
    const place = this.place(tensor);
    return meta === undefined || place === undefined ? NaN : sizeAt(this.recording, place, meta);
  }
}

/** The number of a one-element value, the norm of any other. */
export function sizeAt(recording: Recording, place: Place, meta: Meta): number {
  const value = recording.block(place.pointer, place.block);
  if (value.data === null) return value.stats.nans > 0 ? NaN : value.stats.infs > 0 ? Infinity : value.stats.norm;
  const { data } = value;
  const elements = elementsOf(meta.shape);
  if (elements === 1) return data[meta.offset] ?? NaN;
  let squares = 0;
  if (elements === data.length) for (let k = 0; k < elements; k++) squares += (data[k] ?? 0) ** 2;
  else eachPlace(meta, (at) => (squares += (data[at] ?? 0) ** 2));
  return Math.sqrt(squares);
}
