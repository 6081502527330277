import type { StorageView } from "../engine/observer";
import { chunkHead } from "./codec";
import { aligned } from "./layout";

/** One buffer as bytes and as elements of each size. */
export interface ValueBuffer {
  /** With room for a chunk's header in front. */
  readonly whole: Uint8Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly ints: Int32Array;
}

/** Room for so many bytes of values, and a header in front. */
export function valueBuffer(length: number): ValueBuffer {
  const buffer = new ArrayBuffer(chunkHead + length);
  return {
    whole: new Uint8Array(buffer),
    bytes: new Uint8Array(buffer, chunkHead),
    floats: new Float32Array(buffer, chunkHead),
    doubles: new Float64Array(buffer, chunkHead),
    ints: new Int32Array(buffer, chunkHead),
  };
}

/** The same with twice the room and more. */
export function larger(before: ValueBuffer, more: number): ValueBuffer {
  const made = valueBuffer(aligned(2 * before.bytes.length + more, 8));
  made.bytes.set(before.bytes);
  return made;
}

/** Puts `count` elements of a buffer, from `start` on, at a place of another. */
export function copy(
  to: Float32Array | Float64Array | Int32Array | Uint8Array,
  at: number,
  data: StorageView["data"],
  start: number,
  count: number,
): void {
  if (count > 24) to.set(count === data.length ? data : data.subarray(start, start + count), at);
  else for (let k = 0; k < count; k++) to[at + k] = data[start + k] ?? 0;
}

/** The same with twice the room and more. */
export function twice(column: Int32Array<ArrayBuffer>, more: number): Int32Array<ArrayBuffer> {
  const made = new Int32Array(2 * column.length + more);
  made.set(column);
  return made;
}
