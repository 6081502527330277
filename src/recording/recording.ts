import { type Chunk, ChunkStream, decodeChunk, stripChunk, version } from "./codec";
import { checkKeyframe } from "./definition.checks";
import { decodeDefinitions } from "./definitions";
import { RecordingError } from "./error";
import type { Block, Form, ValuePointer } from "./format";
import { Dictionary, found, type Reading } from "./dictionary";
import { decodeKeyframe, type Keyframe } from "./keyframe";
import { aligned, blockBytes } from "./layout";
import { readStatistics } from "./stats";
import type { Value } from "./value";

export { RecordingError } from "./error";

interface Held extends Chunk {
  /** The bytes it came in; of a chunk that is not held, its definitions alone. */
  bytes: Uint8Array;
  /** By row of the chunk, where its arguments and its values begin, counted from the chunk's first. */
  argStarts: Uint32Array;
  valueStarts: Uint32Array;
}

/** What a recording says of itself. */
export interface Header {
  readonly version: number;
  /** The largest storage kept in full, in elements; 0 before the first chunk. */
  readonly cap: number;
}

/** A run as it was recorded, or the part of it that has arrived; immutable but for growing at its end. */
export class Recording extends Dictionary {
  readonly #chunks: Held[] = [];
  #cap = 0;
  #rows = 0;
  #args = 0;
  #values = 0;
  #lastChunk = 0;
  #lastValues = 0;
  /** The chunk that was read last, and its rows: most rows are read one after the other. */
  #here: Held | undefined;
  #hereFrom = 0;
  #hereTo = 0;

  /** Takes in the next chunk, or the rows of one whose definitions alone were here. Throws a RecordingError; what came before stays. */
  add(bytes: Uint8Array): void {
    const chunk = decodeChunk(bytes);
    const known = this.#chunks[chunk.index];
    const where = `chunk ${chunk.index}`;
    if (known === undefined && chunk.index !== this.#chunks.length)
      throw new RecordingError(`Chunk ${chunk.index} came where chunk ${this.#chunks.length} is next.`);
    this.#checkPlace(chunk, known);
    if (known !== undefined) {
      if (known.whole || !chunk.whole) return;
      this.#replace(chunk.index, this.#indexed(chunk, bytes, where));
      return;
    }
    const indexed = this.take(decodeDefinitions(chunk.definitions, where), () => this.#indexed(chunk, bytes, where));
    this.#chunks.push(indexed);
    this.#cap = chunk.cap;
    this.#rows += chunk.rows;
    this.#args += chunk.args;
    this.#values += chunk.valueBytes;
  }

  get header(): Header {
    return { version, cap: this.#cap };
  }

  /** Rows known so far, held or not. */
  get rows(): number {
    return this.#rows;
  }

  /** Chunks known so far, held or not. */
  get chunks(): number {
    return this.#chunks.length;
  }

  /** Whether the rows from `first` to before `end` are here. */
  holds(first: number, end = first + 1): boolean {
    if (first >= end) return true;
    if (first < 0 || end > this.#rows) return false;
    for (let k = this.chunkOf(first); k <= this.chunkOf(end - 1); k++)
      if (this.#chunks[k]?.whole !== true) return false;
    return true;
  }

  form(row: number): Form {
    return this.#reading(this.#at(row), row).form;
  }

  formId(row: number): number {
    const chunk = this.#at(row);
    return chunk.forms[row - chunk.firstRow] ?? -1;
  }

  /** The row's `k`-th integer: inputs first, then two for each output (tensor, storage), then what its kind has beside them. */
  arg(row: number, k: number): number {
    const chunk = this.#at(row);
    return chunk.argColumn[(chunk.argStarts[row - chunk.firstRow] ?? 0) + k] ?? -1;
  }

  /** The row's `k`-th number. */
  number(row: number, k: number): number {
    const chunk = this.#at(row);
    const at = (chunk.valueStarts[row - chunk.firstRow] ?? 0) + 8 * k;
    return new DataView(chunk.values.buffer, chunk.values.byteOffset, chunk.values.byteLength).getFloat64(at, true);
  }

  /** Where the row's values begin. */
  valueStart(row: number): ValuePointer {
    const chunk = this.#at(row);
    return chunk.firstValue + (chunk.valueStarts[row - chunk.firstRow] ?? 0);
  }

  /** The row's values as they lie. */
  valueBytes(row: number): Uint8Array {
    const chunk = this.#at(row);
    const at = chunk.valueStarts[row - chunk.firstRow] ?? 0;
    return chunk.values.subarray(at, at + this.#reading(chunk, row).layout.bytes);
  }

  /** Where the row's `k`-th block begins. */
  blockStart(row: number, k: number): ValuePointer {
    const chunk = this.#at(row);
    const { layout } = this.#reading(chunk, row);
    return chunk.firstValue + (chunk.valueStarts[row - chunk.firstRow] ?? 0) + (layout.blocks[k] ?? 0);
  }

  /** The row's `k`-th block as a value of a shape; flat when none is given. */
  blockOf(row: number, k: number, shape?: readonly number[]): Value {
    const block = this.form(row).blocks[k];
    if (block === undefined) throw new RecordingError(`Row ${row} has no value number ${k}.`);
    return this.block(this.blockStart(row, k), block, shape);
  }

  /** A value by its pointer; its elements are a view on the recording where they lie as they are needed. */
  block(pointer: ValuePointer, block: Block, shape: readonly number[] = [block.elements]): Value {
    const chunk = this.#chunks[this.chunkOfValue(pointer)];
    const bytes = blockBytes(block);
    const from = pointer - (chunk?.firstValue ?? 0);
    if (chunk === undefined || from < 0 || from + bytes > chunk.valueBytes)
      throw new RecordingError(
        `Byte ${pointer} of the values is not the start of ${block.elements} elements of ${block.dtype}.`,
      );
    if (!chunk.whole) throw new RecordingError(`The values of chunk ${chunk.index} are not here.`);
    const at = chunk.values.byteOffset + from;
    const { buffer } = chunk.values;
    const { dtype, elements } = block;
    if (block.kept === "statistics")
      return { shape, dtype, data: null, stats: readStatistics(new Float64Array(buffer, at, bytes / 8), elements) };
    switch (dtype) {
      case "float32":
        return { shape, dtype, data: new Float32Array(buffer, at, elements) };
      case "int32":
        return { shape, dtype, data: new Int32Array(buffer, at, elements) };
      case "bool":
        return { shape, dtype, data: new Uint8Array(buffer, at, elements) };
      default:
        return { shape, dtype, data: new Float64Array(buffer, at, elements) };
    }
  }

  /** Index of the chunk with the row. */
  chunkOf(row: number): number {
    const last = this.#chunks[this.#lastChunk];
    if (last !== undefined && row >= last.firstRow && row < last.firstRow + last.rows) return this.#lastChunk;
    this.#lastChunk = this.#search((chunk) => chunk.firstRow + chunk.rows <= row);
    return this.#lastChunk;
  }

  /** Index of the chunk with the value. A value of no bytes at the very end belongs to the last chunk. */
  chunkOfValue(pointer: ValuePointer): number {
    const last = this.#chunks[this.#lastValues];
    if (last !== undefined && pointer >= last.firstValue && pointer < last.firstValue + last.valueBytes)
      return this.#lastValues;
    const found = this.#search((chunk) => chunk.firstValue + chunk.valueBytes <= pointer);
    this.#lastValues = Math.min(found, this.#chunks.length - 1);
    return this.#lastValues;
  }

  /** The first row of a chunk; one past the last row for the chunk after the last. */
  firstRowOf(chunk: number): number {
    return this.#chunks[chunk]?.firstRow ?? this.#rows;
  }

  /** The chunks that everything about these rows needs: their own, and those with the values that their keyframes point to. */
  chunksFor(first: number, end: number): number[] {
    const needed = new Set<number>();
    if (first >= end) return [];
    for (let k = this.chunkOf(first); k <= this.chunkOf(end - 1); k++) {
      needed.add(k);
      const { storages, tensors } = this.keyframe(k);
      for (const { pointer } of storages) needed.add(this.chunkOfValue(pointer));
      for (const { own } of tensors) if (own >= 0) needed.add(this.chunkOfValue(own));
    }
    return [...needed].sort((a, b) => a - b);
  }

  /** A chunk as it came. */
  chunkBytes(chunk: number): Uint8Array {
    return found(this.#chunks[chunk], "chunk", chunk).bytes;
  }

  /** A chunk without its rows, for a reader that need not hold them. */
  definitionsOf(chunk: number): Uint8Array {
    return stripChunk(found(this.#chunks[chunk], "chunk", chunk));
  }

  /** Lets go of a chunk's rows and values; it can be added again. */
  drop(chunk: number): void {
    const held = this.#chunks[chunk];
    if (held?.whole !== true) return;
    const bytes = stripChunk(held);
    this.#replace(chunk, { ...decodeChunk(bytes), bytes, argStarts: none, valueStarts: none });
  }

  /** What was so when the chunk began. */
  keyframe(chunk: number): Keyframe {
    const held = found(this.#chunks[chunk], "chunk", chunk);
    if (!held.whole) throw new RecordingError(`The keyframe of chunk ${chunk} is not here.`);
    return decodeKeyframe(held.keyframe, `chunk ${chunk}`);
  }

  #replace(index: number, chunk: Held): void {
    this.#chunks[index] = chunk;
    this.#hereTo = 0;
  }

  #at(row: number): Held {
    if (row >= this.#hereFrom && row < this.#hereTo && this.#here !== undefined) return this.#here;
    const chunk = this.#chunks[this.chunkOf(row)];
    if (chunk === undefined || row < 0)
      throw new RecordingError(`Row ${row} is not recorded; there are ${this.#rows}.`);
    if (!chunk.whole) throw new RecordingError(`Row ${row} is in chunk ${chunk.index}, which is not here.`);
    [this.#here, this.#hereFrom, this.#hereTo] = [chunk, chunk.firstRow, chunk.firstRow + chunk.rows];
    return chunk;
  }

  #reading(chunk: Held, row: number): Reading {
    const id = chunk.forms[row - chunk.firstRow] ?? -1;
    return found(this.readings[id], "form", id);
  }

  /** The first chunk that is not `before`. */
  #search(before: (chunk: Held) => boolean): number {
    let [low, high] = [0, this.#chunks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const chunk = this.#chunks[middle];
      if (chunk !== undefined && before(chunk)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #checkPlace(chunk: Chunk, known: Held | undefined): void {
    const cap = this.#chunks.length === 0 ? chunk.cap : this.#cap;
    const same =
      known === undefined
        ? chunk.firstRow === this.#rows && chunk.firstArg === this.#args && chunk.firstValue === this.#values
        : chunk.firstRow === known.firstRow &&
          chunk.firstArg === known.firstArg &&
          chunk.firstValue === known.firstValue &&
          chunk.rows === known.rows &&
          chunk.args === known.args &&
          chunk.valueBytes === known.valueBytes;
    if (!same || chunk.cap !== cap)
      throw new RecordingError(`Chunk ${chunk.index} does not go on where the chunk before it ends.`);
  }

  /** Finds where each row begins, and so checks that rows, arguments and values belong together. */
  #indexed(chunk: Chunk, bytes: Uint8Array, where: string): Held {
    if (!chunk.whole) return { ...chunk, bytes, argStarts: none, valueStarts: none };
    checkKeyframe(decodeKeyframe(chunk.keyframe, where), where, this.counts());
    const { forms, argColumn } = chunk;
    const [argStarts, valueStarts] = [new Uint32Array(chunk.rows), new Uint32Array(chunk.rows)];
    let [arg, value] = [0, 0];
    for (let k = 0; k < forms.length; k++) {
      const reading = this.readings[forms[k] ?? -1];
      if (reading === undefined) throw new RecordingError(`Row ${k} of ${where} has a form that is not defined.`);
      const { form, layout, text } = reading;
      argStarts[k] = arg;
      value = layout.align === 8 ? aligned(value, 8) : value;
      valueStarts[k] = value;
      if (text >= 0 && !this.hasText(argColumn[arg + text] ?? -1))
        throw new RecordingError(`Row ${k} of ${where} names a text that is not defined.`);
      arg += form.args;
      value += layout.bytes;
    }
    if (arg !== chunk.args || aligned(value, 8) !== chunk.valueBytes)
      throw new RecordingError(`The rows of ${where} do not have the arguments and values that it announces.`);
    return { ...chunk, bytes, argStarts, valueStarts };
  }
}

/** Reads a whole file; what is wrong with it comes beside the part that could be read. */
export function readRecording(bytes: Uint8Array): { recording: Recording; problem: string | null } {
  const recording = new Recording();
  try {
    const stream = new ChunkStream();
    for (const chunk of stream.push(bytes)) recording.add(chunk);
    if (stream.pending > 0 || recording.chunks === 0)
      throw new RecordingError(
        `The recording is cut short after ${recording.rows} rows: its last chunk is not complete.`,
      );
    return { recording, problem: null };
  } catch (error) {
    if (!(error instanceof RecordingError)) throw error;
    return { recording, problem: error.message };
  }
}

const none = new Uint32Array(0);
