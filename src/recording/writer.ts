import { BytesOut } from "./bytes";
import { type Checksum, type Chunk, chunkHead, chunkSize, encodeChunk, sealChunk } from "./codec";
import { crc32 } from "./crc";
import { encodeDefinitions } from "./definitions";
import type { Definition, Form } from "./format";
import { aligned, rowLayout } from "./layout";
import { Live, type LiveForm } from "./live";
import { statisticsDoubles, writeSample, writeStatistics } from "./stats";
import { fastTally } from "./tally.simd";
import type { StorageView } from "../engine/observer";

/** Chunks close at this many bytes of rows, values and texts. */
export const chunkBytes = 65536;

/** How a recording is written. */
export interface WriterOptions {
  /** The largest storage kept in full, in elements. */
  readonly cap: number;
  readonly chunkBytes?: number;
  /** A chunk closes when it is this old; Infinity for chunks cut by size alone. */
  readonly flushMs?: number;
  /** Takes each finished chunk. */
  readonly sink: (chunk: Uint8Array) => void;
  /** The sink has done with a chunk's bytes when it returns, so that the writer may use them again. */
  readonly lends?: boolean;
  /** A faster CRC-32 than this room's own. */
  readonly checksum?: Checksum;
  readonly now?: () => number;
}

/** Writes rows into columns and the columns into chunks; one row is `begin`, its integers, numbers and blocks, `end`. */
export class Writer {
  readonly cap: number;
  readonly live = new Live();
  readonly forms: LiveForm[] = [];
  /** Rows begun so far. */
  rows = 0;
  readonly #limit: number;
  readonly #flushMs: number;
  readonly #sink: (chunk: Uint8Array) => void;
  readonly #now: () => number;
  readonly #lends: boolean;
  readonly #checksum: Checksum;
  #definitions: Definition[] = [];
  #textBytes = 0;
  #metas = 0;
  #texts = 0;
  #rowForms = new Int32Array(8192);
  #rowCount = 0;
  #args = new Int32Array(32768);
  #argCount = 0;
  #values = valueBuffer(2 * chunkBytes);
  #at = 0;
  #rowArgs = 0;
  #rowAt = 0;
  #block = 0;
  #number = 0;
  #numbers = 0;
  #chunk = 0;
  #firstRow = 0;
  #firstArg = 0;
  #firstValue = 0;
  #opened = 0;
  readonly #keyframe = new BytesOut();
  /** The storages that were counted last. */
  readonly #counted = Array.from({ length: 4 }, () => ({
    id: -1,
    version: -1,
    figures: new Float64Array(statisticsDoubles),
  }));
  #nextCounted = 0;

  constructor(options: WriterOptions) {
    this.cap = options.cap;
    this.#limit = options.chunkBytes ?? chunkBytes;
    this.#flushMs = options.flushMs ?? Infinity;
    this.#sink = options.sink;
    this.#now = options.now ?? (() => 0);
    this.#lends = options.lends ?? false;
    this.#checksum = options.checksum ?? crc32;
    this.#open();
  }

  /** Adds a definition; returns its id among those of its sort. */
  define(definition: Definition): number {
    this.#definitions.push(definition);
    if ("text" in definition) {
      this.#textBytes += definition.text.length;
      return this.#texts++;
    }
    if ("meta" in definition) return this.#metas++;
    if ("frame" in definition) return this.live.frames.push(definition.frame) - 1;
    if ("program" in definition) this.live.scoping.add(definition.program);
    if ("form" in definition) return this.#prepare(definition.form).id;
    return -1;
  }

  /** Adds a form. */
  form(form: Form): LiveForm {
    this.#definitions.push({ form });
    return this.#prepare(form);
  }

  #prepare(form: Form): LiveForm {
    const made = { id: this.forms.length, form, layout: rowLayout(form), ...this.live.prepare(form) };
    this.forms.push(made);
    return made;
  }

  /** Begins a row of a form. */
  begin({ id, form, layout }: LiveForm): void {
    if (this.#rowCount === this.#rowForms.length) this.#rowForms = twice(this.#rowForms, 0);
    if (this.#argCount + form.args > this.#args.length) this.#args = twice(this.#args, form.args);
    this.#at = aligned(this.#at, layout.align);
    if (this.#at + layout.bytes + 8 > this.#values.bytes.length) this.#values = larger(this.#values, layout.bytes + 8);
    this.#rowForms[this.#rowCount++] = id;
    this.rows++;
    this.#rowArgs = this.#argCount;
    this.#rowAt = this.#at;
    this.#block = 0;
    this.#numbers = 0;
    this.#number = NaN;
  }

  /** The next integer of the row. */
  integer(value: number): void {
    this.#args[this.#argCount++] = value;
  }

  /** The next number of the row. */
  number(value: number): void {
    if (this.#numbers++ === 0) this.#number = value;
    this.#values.doubles[this.#at >> 3] = value;
    this.#at += 8;
  }

  /** The next block: `count` elements of a buffer, from `start` on. */
  elements(form: LiveForm, data: StorageView["data"], start: number, count: number): void {
    const block = form.form.blocks[this.#block];
    const at = this.#rowAt + (form.layout.blocks[this.#block++] ?? 0);
    if (block === undefined) return;
    if (block.kept === "statistics") {
      writeStatistics(this.#values.doubles, at >> 3, data, start, count, fastTally());
      return;
    }
    if (block.dtype === "float32") copy(this.#values.floats, at >> 2, data, start, count);
    else if (block.dtype === "bool") copy(this.#values.bytes, at, data, start, count);
    else if (block.dtype === "int32") copy(this.#values.ints, at >> 2, data, start, count);
    else copy(this.#values.doubles, at >> 3, data, start, count);
  }

  /** The next block, of one float. */
  element(form: LiveForm, value: number): void {
    const at = this.#rowAt + (form.layout.blocks[this.#block] ?? 0);
    if (form.form.blocks[this.#block++]?.dtype === "float32") this.#values.floats[at >> 2] = value;
    else this.#values.doubles[at >> 3] = value;
  }

  /** The next block, of all of a storage. What is told again of one that was not written since is not counted again. */
  storage(form: LiveForm, { id, version, data, start, length }: StorageView): void {
    const block = form.form.blocks[this.#block];
    if (block?.kept !== "statistics") {
      this.elements(form, data, start, length);
      return;
    }
    const { doubles } = this.#values;
    const at = (this.#rowAt + (form.layout.blocks[this.#block++] ?? 0)) >> 3;
    const known = this.#counted.find((each) => each.id === id && each.version === version);
    if (known !== undefined) {
      doubles.set(known.figures, at);
      return;
    }
    writeStatistics(doubles, at, data, start, length, fastTally());
    const next = this.#counted[this.#nextCounted++ % this.#counted.length];
    if (next === undefined) return;
    next.id = id;
    next.version = version;
    next.figures.set(doubles.subarray(at, at + statisticsDoubles));
  }

  /** Another sample for the statistics written last: the elements in another order. */
  sample(form: LiveForm, data: StorageView["data"], places: readonly number[]): void {
    const at = this.#rowAt + (form.layout.blocks[this.#block - 1] ?? 0);
    writeSample(this.#values.doubles, at >> 3, data, places);
  }

  /** All values of the row as they lie in another recording. */
  copied(bytes: Uint8Array): void {
    this.#values.bytes.set(bytes, this.#rowAt);
    if (this.#rowAt % 8 === 0 && bytes.length >= 8) this.#number = this.#values.doubles[this.#rowAt >> 3] ?? NaN;
  }

  /** Ends the row; returns true when it closed a chunk. */
  end(form: LiveForm): boolean {
    this.#at = this.#rowAt + form.layout.bytes;
    this.live.apply(form, this.#args, this.#rowArgs, this.#firstValue + this.#rowAt, this.#number);
    if (4 * (this.#rowCount + this.#argCount) + this.#at + this.#textBytes >= this.#limit) this.#close();
    else if ((this.#rowCount & 15) === 0) this.poll();
    else return false;
    return true;
  }

  /** Closes the chunk when it is old enough. */
  poll(): void {
    if (this.#flushMs !== Infinity && this.#now() - this.#opened >= this.#flushMs) this.flush();
  }

  /** Closes the chunk if there is anything in it. */
  flush(): void {
    if (this.#rowCount > 0 || this.#definitions.length > 0) this.#close();
    else this.#opened = this.#now();
  }

  #close(): void {
    const used = aligned(this.#at, 8);
    const chunk: Chunk = {
      index: this.#chunk,
      cap: this.cap,
      firstRow: this.#firstRow,
      firstArg: this.#firstArg,
      firstValue: this.#firstValue,
      rows: this.#rowCount,
      args: this.#argCount,
      valueBytes: used,
      whole: true,
      definitions: encodeDefinitions(this.#definitions),
      keyframe: this.live.keyframe(this.#keyframe),
      values: this.#values.bytes.subarray(0, used),
      forms: this.#rowForms.subarray(0, this.#rowCount),
      argColumn: this.#args.subarray(0, this.#argCount),
    };
    this.#sink(this.#lends ? this.#sealed(chunk) : encodeChunk(chunk));
    // What lies between the values must be zero; a sealed chunk reaches further than its values.
    this.#values.bytes.fill(0, 0, this.#lends ? chunkSize(chunk) : used);
    this.#chunk++;
    this.#firstRow += this.#rowCount;
    this.#firstArg += this.#argCount;
    this.#firstValue += used;
    this.#definitions = [];
    [this.#rowCount, this.#argCount, this.#at, this.#textBytes] = [0, 0, 0, 0];
    this.#open();
  }

  /** The chunk where its values lie already. */
  #sealed(chunk: Chunk): Uint8Array {
    const size = chunkSize(chunk);
    if (size > this.#values.whole.length) this.#values = larger(this.#values, size);
    return sealChunk(this.#values.whole.subarray(0, size), chunk, this.#checksum);
  }

  #open(): void {
    this.live.open(this.#firstValue);
    this.#opened = this.#now();
  }
}

/** One buffer as bytes and as elements of each size. */
interface ValueBuffer {
  /** With room for a chunk's header in front. */
  readonly whole: Uint8Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly floats: Float32Array;
  readonly doubles: Float64Array;
  readonly ints: Int32Array;
}

function valueBuffer(length: number): ValueBuffer {
  const buffer = new ArrayBuffer(chunkHead + length);
  return {
    whole: new Uint8Array(buffer),
    bytes: new Uint8Array(buffer, chunkHead),
    floats: new Float32Array(buffer, chunkHead),
    doubles: new Float64Array(buffer, chunkHead),
    ints: new Int32Array(buffer, chunkHead),
  };
}

function larger(before: ValueBuffer, more: number): ValueBuffer {
  const made = valueBuffer(aligned(2 * before.bytes.length + more, 8));
  made.bytes.set(before.bytes);
  return made;
}

function copy(
  to: Float32Array | Float64Array | Int32Array | Uint8Array,
  at: number,
  data: StorageView["data"],
  start: number,
  count: number,
): void {
  if (count > 24) to.set(data.subarray(start, start + count), at);
  else for (let k = 0; k < count; k++) to[at + k] = data[start + k] ?? 0;
}

function twice(column: Int32Array<ArrayBuffer>, more: number): Int32Array<ArrayBuffer> {
  const made = new Int32Array(2 * column.length + more);
  made.set(column);
  return made;
}
