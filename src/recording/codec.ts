import { crc32 } from "./crc";
import { RecordingError } from "./error";

/** The format's version; a reader refuses any other. */
export const version = 2;

const magic = 0x50545342;
const headerBytes = 72;
const stripped = 1;
const largest = 1 << 30;

/** Where a chunk stands in its recording and what it counts. */
export interface ChunkHeader {
  readonly index: number;
  /** The largest storage kept in full, in elements. */
  readonly cap: number;
  readonly firstRow: number;
  readonly firstArg: number;
  readonly firstValue: number;
  readonly rows: number;
  readonly args: number;
  /** Bytes of values, a multiple of 8. */
  readonly valueBytes: number;
}

/** One chunk, apart. */
export interface Chunk extends ChunkHeader {
  /** Whether the rows and values are here, or only the definitions. */
  readonly whole: boolean;
  /** UTF-8 JSON. */
  readonly definitions: Uint8Array;
  readonly keyframe: Uint8Array;
  readonly values: Uint8Array;
  readonly forms: Int32Array;
  readonly argColumn: Int32Array;
}

/** Bytes before a chunk's values. */
export const chunkHead = headerBytes;

/** Bytes of one chunk: header, values, form ids, arguments, keyframe, definitions; a multiple of 8. */
export function encodeChunk(chunk: Chunk): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(chunkSize(chunk));
  bytes.set(chunk.values, headerBytes);
  return sealChunk(layChunk(bytes, chunk));
}

/** How many bytes a chunk takes. */
export function chunkSize({ definitions, keyframe, values, forms, argColumn }: Chunk): number {
  const body = values.length + 4 * (forms.length + argColumn.length) + keyframe.length + definitions.length;
  return headerBytes + 8 * Math.ceil(body / 8);
}

/**
 * Puts the rest of a chunk around its values, which lie in `bytes` behind the room for the header already. What is laid
 * out is a chunk when it is sealed.
 */
export function layChunk(bytes: Uint8Array<ArrayBuffer>, chunk: Chunk): Uint8Array<ArrayBuffer> {
  const { definitions, keyframe, values, forms, argColumn } = chunk;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  view.setUint32(0, magic, true);
  view.setUint16(4, version, true);
  view.setUint16(6, chunk.whole ? 0 : stripped, true);
  view.setUint32(8, bytes.length, true);
  view.setUint32(16, chunk.index, true);
  view.setUint32(20, chunk.cap, true);
  view.setFloat64(24, chunk.firstRow, true);
  view.setFloat64(32, chunk.firstArg, true);
  view.setFloat64(40, chunk.firstValue, true);
  view.setUint32(48, chunk.rows, true);
  view.setUint32(52, chunk.args, true);
  view.setUint32(56, chunk.valueBytes, true);
  view.setUint32(60, keyframe.length, true);
  view.setUint32(64, definitions.length, true);
  view.setUint32(68, 0, true);
  let at = headerBytes + values.length;
  for (const part of [bytesOf(forms), bytesOf(argColumn), keyframe, definitions]) {
    bytes.set(part, at);
    at += part.length;
  }
  bytes.fill(0, at);
  return bytes;
}

/** Writes the checksum into a chunk. */
export function sealChunk<T extends Uint8Array>(bytes: T): T {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(12, crc32(bytes, 16), true);
  return bytes;
}

/** Takes a chunk apart; refuses whatever is not exactly one undamaged chunk. */
export function decodeChunk(given: Uint8Array): Chunk {
  const bytes = given.byteOffset % 8 === 0 ? given : given.slice();
  const total = chunkLength(bytes);
  if (total === undefined || total > bytes.length)
    throw new RecordingError(`The chunk is cut short: ${bytes.length} of ${total ?? "its first 72"} bytes are here.`);
  if (total < bytes.length) throw new RecordingError(`The chunk is followed by ${bytes.length - total} other bytes.`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const index = view.getUint32(16, true);
  const where = `Chunk ${index}`;
  if (crc32(bytes, 16) !== view.getUint32(12, true))
    throw new RecordingError(`${where} is damaged: its checksum differs.`);
  const flags = view.getUint16(6, true);
  if (flags > stripped) throw new RecordingError(`${where} has flags that this version does not know.`);
  const whole = flags === 0;
  const [rows, args, valueBytes] = [view.getUint32(48, true), view.getUint32(52, true), view.getUint32(56, true)];
  const [keyframeBytes, definitionBytes] = [view.getUint32(60, true), view.getUint32(64, true)];
  const held = whole ? valueBytes + 4 * (rows + args) : 0;
  const rest = total - headerBytes - held - keyframeBytes - definitionBytes;
  if (rest < 0 || rest > 7 || valueBytes % 8 !== 0)
    throw new RecordingError(`${where} announces sections that do not fill its ${total} bytes.`);
  let at = bytes.byteOffset + headerBytes;
  const take = (length: number): Uint8Array => new Uint8Array(bytes.buffer, (at += length) - length, length);
  const integers = (count: number): Int32Array => new Int32Array(bytes.buffer, (at += 4 * count) - 4 * count, count);
  return {
    index,
    cap: view.getUint32(20, true),
    firstRow: serial(view.getFloat64(24, true), where),
    firstArg: serial(view.getFloat64(32, true), where),
    firstValue: serial(view.getFloat64(40, true), where),
    rows,
    args,
    valueBytes,
    whole,
    values: take(whole ? valueBytes : 0),
    forms: integers(whole ? rows : 0),
    argColumn: integers(whole ? args : 0),
    keyframe: take(keyframeBytes),
    definitions: take(definitionBytes),
  };
}

/** The same chunk without rows, values and keyframe: what a reader needs that holds other chunks only. */
export function stripChunk(chunk: Chunk): Uint8Array<ArrayBuffer> {
  const none = new Uint8Array(0);
  const noInts = new Int32Array(0);
  return encodeChunk({ ...chunk, whole: false, values: none, forms: noInts, argColumn: noInts, keyframe: none });
}

/** Length of the chunk that begins here; undefined when too little is here to tell. */
export function chunkLength(bytes: Uint8Array): number | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length >= 4 && view.getUint32(0, true) !== magic)
    throw new RecordingError("This is no Backstep recording: it does not begin with BSTP.");
  if (bytes.length >= 6 && view.getUint16(4, true) !== version)
    throw new RecordingError(
      `The recording has version ${view.getUint16(4, true)}; this Backstep reads version ${version}: record it again.`,
    );
  if (bytes.length < headerBytes) return undefined;
  const total = view.getUint32(8, true);
  if (total < headerBytes || total > largest || total % 8 !== 0)
    throw new RecordingError(`Chunk ${view.getUint32(16, true)} announces an impossible length of ${total} bytes.`);
  return total;
}

/** Cuts a stream of bytes, arriving in pieces of any size, into chunks. */
export class ChunkStream {
  #pieces: Uint8Array[] = [];
  #held = 0;

  /** The chunks that these bytes complete. */
  push(bytes: Uint8Array): Uint8Array[] {
    this.#pieces.push(bytes);
    this.#held += bytes.length;
    const done: Uint8Array[] = [];
    for (;;) {
      const length = this.#held < headerBytes ? undefined : chunkLength(this.#front(headerBytes));
      if (length === undefined || length > this.#held) return done;
      const front = this.#front(length);
      done.push(front.slice(0, length));
      this.#pieces = front.length > length ? [front.subarray(length)] : this.#pieces.slice(1);
      this.#held -= length;
    }
  }

  /** Bytes that are waiting for the rest of their chunk. */
  get pending(): number {
    return this.#held;
  }

  /** The first piece, made at least `length` long by joining. */
  #front(length: number): Uint8Array {
    const first = this.#pieces[0];
    if (first !== undefined && first.length >= length) return first;
    const joined = new Uint8Array(this.#held);
    let at = 0;
    for (const piece of this.#pieces) {
      joined.set(piece, at);
      at += piece.length;
    }
    this.#pieces = [joined];
    return joined;
  }
}

function bytesOf(column: Int32Array): Uint8Array {
  return new Uint8Array(column.buffer, column.byteOffset, column.byteLength);
}

function serial(value: number, where: string): number {
  if (Number.isSafeInteger(value) && value >= 0) return value <= 0x3fffffff ? value | 0 : value;
  throw new RecordingError(`${where} does not say which rows it holds.`);
}
