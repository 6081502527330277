import { BytesOut } from "./bytes";
import { type Chunk, chunkSize, encodeChunk, layChunk } from "./codec";
import { copy, larger, twice, valueBuffer } from "./columns";
import { encodeDefinitions } from "./definitions";
import type { Definition, Form, Frame } from "./format";
import { aligned } from "./layout";
import { Live } from "./live";
import type { LiveForm } from "./live.form";
import { Told } from "./told";
import { Counted } from "./counted";
import { writeSample, writeStatistics } from "./stats";
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
  /**
   * The sink has done with a chunk's bytes when it returns, so that the writer may use them again; whoever keeps them
   * seals them.
   */
  readonly lends?: boolean;
  readonly now?: () => number;
}

/** Writes rows into columns and the columns into chunks; one row is `begin`, its integers, numbers and blocks, `end`. */
export class Writer {
  readonly cap: number;
  /** What the rows have told of. */
  readonly told = new Told();
  readonly forms: LiveForm[] = [];
  readonly #live = new Live();
  readonly #limit: number;
  readonly #flushMs: number;
  readonly #sink: (chunk: Uint8Array) => void;
  readonly #now: () => number;
  readonly #lends: boolean;
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
  #rowAt = 0;
  #block = 0;
  #chunk = 0;
  #firstRow = 0;
  #firstArg = 0;
  #firstValue = 0;
  #opened = 0;
  readonly #keyframe = new BytesOut();
  readonly #counted = new Counted();

  constructor(options: WriterOptions) {
    this.cap = options.cap;
    this.#limit = options.chunkBytes ?? chunkBytes;
    this.#flushMs = options.flushMs ?? Infinity;
    this.#sink = options.sink;
    this.#now = options.now ?? (() => 0);
    this.#lends = options.lends ?? false;
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
    if ("frame" in definition) return this.#live.frames.push(definition.frame) - 1;
    if ("program" in definition) this.#live.scoping.add(definition.program);
    if ("form" in definition) return this.#prepare(definition.form).id;
    return -1;
  }

  /** Adds a form. */
  form(form: Form): LiveForm {
    this.#definitions.push({ form });
    return this.#prepare(form);
  }

  #prepare(form: Form): LiveForm {
    const made = this.#live.prepare(this.forms.length, form);
    this.forms.push(made);
    return made;
  }

  /** The frames that were defined, by id. */
  get frames(): readonly Frame[] {
    return this.#live.frames;
  }

  /** The tensor in the `.grad` of a tensor, undefined for null. */
  gradOf(tensor: number): number | undefined {
    this.#take();
    return this.#live.gradOf(tensor);
  }

  /** Begins a row of a form. */
  begin(form: LiveForm): void {
    const at = this.#at + (this.#at & form.pad);
    if (
      this.#rowCount === this.#rowForms.length ||
      this.#argCount + form.args > this.#args.length ||
      at + form.bytes + 8 > this.#values.bytes.length
    )
      this.#widen(form);
    this.#rowForms[this.#rowCount++] = form.id;
    this.#at = this.#rowAt = at;
    this.#block = 0;
  }

  #widen({ args, bytes }: LiveForm): void {
    if (this.#rowCount === this.#rowForms.length) this.#rowForms = twice(this.#rowForms, 0);
    if (this.#argCount + args > this.#args.length) this.#args = twice(this.#args, args);
    if (this.#at + bytes + 12 > this.#values.bytes.length) this.#values = larger(this.#values, bytes + 12);
  }

  /** The next integer of the row. */
  integer(value: number): void {
    this.#args[this.#argCount++] = value;
  }

  /** The next number of the row. */
  number(value: number): void {
    this.#values.doubles[this.#at >> 3] = value;
    this.#at += 8;
  }

  /** The next block of a form whose blocks are one float each, of one dtype. */
  scalar(form: LiveForm, value: number): void {
    if (form.single) {
      this.#values.floats[this.#at >> 2] = value;
      this.#at += 4;
    } else {
      this.#values.doubles[this.#at >> 3] = value;
      this.#at += 8;
    }
  }

  /** The next block: `count` elements of a buffer, from `start` on. */
  elements(form: LiveForm, data: StorageView["data"], start: number, count: number): void {
    if (form.flat) {
      copy(this.#values.floats, this.#at >> 2, data, start, count);
      this.#at += 4 * count;
      return;
    }
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

  /** The next block, of all of a storage. What is told again of one that was not written since is not counted again. */
  storage(form: LiveForm, storage: StorageView): void {
    if (form.flat || form.form.blocks[this.#block]?.kept !== "statistics") {
      this.elements(form, storage.data, storage.start, storage.length);
      return;
    }
    const at = (this.#rowAt + (form.layout.blocks[this.#block++] ?? 0)) >> 3;
    this.#counted.write(this.#values.doubles, at, storage);
  }

  /** Another sample for the statistics written last: the elements in another order. */
  sample(form: LiveForm, data: StorageView["data"], places: readonly number[]): void {
    const at = this.#rowAt + (form.layout.blocks[this.#block - 1] ?? 0);
    writeSample(this.#values.doubles, at >> 3, data, places);
  }

  /** All values of the row as they lie in another recording. */
  copied(bytes: Uint8Array): void {
    this.#values.bytes.set(bytes, this.#rowAt);
  }

  /** Ends the row; returns true when it closed a chunk. */
  end(form: LiveForm): boolean {
    this.#at = this.#rowAt + form.bytes;
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

  /** Lets the live state take in the rows that it has not: many at once, where nothing asks between them. */
  #take(): void {
    const columns = { rowForms: this.#rowForms, args: this.#args, doubles: this.#values.doubles };
    this.#live.take(this.forms, columns, this.#rowCount);
  }

  #close(): void {
    this.#take();
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
      keyframe: this.#live.keyframe(this.#keyframe),
      values: this.#values.bytes.subarray(0, used),
      forms: this.#rowForms.subarray(0, this.#rowCount),
      argColumn: this.#args.subarray(0, this.#argCount),
    };
    this.#sink(this.#lends ? this.#laid(chunk) : encodeChunk(chunk));
    // What lies between the values must be zero; a laid out chunk reaches further than its values.
    this.#values.bytes.fill(0, 0, this.#lends ? chunkSize(chunk) : used);
    this.#chunk++;
    this.#firstRow += this.#rowCount;
    this.#firstArg += this.#argCount;
    this.#firstValue += used;
    this.#definitions = [];
    this.#rowCount = this.#argCount = this.#at = this.#textBytes = 0;
    this.#open();
  }

  /** The chunk where its values lie already. */
  #laid(chunk: Chunk): Uint8Array {
    const size = chunkSize(chunk);
    if (size > this.#values.whole.length) this.#values = larger(this.#values, size);
    return layChunk(this.#values.whole.subarray(0, size), chunk);
  }

  #open(): void {
    this.#live.open(this.#firstValue);
    this.#opened = this.#now();
  }
}
