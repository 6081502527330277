import { type Buffer, bufferOf, type DType } from "./dtype";
import type { StorageView } from "./observer";

/** Up to this many elements a storage is a window on a page with others: a typed array of its own costs more than what it holds. */
const paged = 4096;
/** Up to this many lie on the smallest pages. */
const small = 64;
/** Elements on the smallest page; few enough that one kept scalar holds little memory alive. */
const smallest = 1024;
let serial = 0;
let inferring = false;

/** Whether new memory is made in inference mode. */
export function isInferring(): boolean {
  return inferring;
}

/** Enters or leaves inference mode; the grad modes call it. */
export function setInferring(on: boolean): void {
  inferring = on;
}

/** An id for the storage of a scalar that nobody has asked for yet. */
export function nextStorageId(): number {
  return ++serial;
}

/** Where one scalar lies: what a storage of one element would be, before anyone asks for it. */
export interface Cell {
  /** Null: a cell is not all of a storage. */
  readonly whole: null;
  readonly id: number;
  readonly dtype: DType;
  readonly data: Buffer;
  readonly start: number;
}

/** The memory of a tensor and its views; a small one is a window on a page shared with others. */
export class Storage implements StorageView {
  version = 0;
  /** Made for a gradient that one place alone holds, so that a leaf may keep it instead of a copy. */
  loose = false;

  constructor(
    readonly dtype: DType,
    readonly data: Buffer,
    readonly start: number,
    readonly length: number,
    readonly id = ++serial,
    /** Made in inference mode: never part of a graph, written only in that mode. */
    readonly inference = inferring,
  ) {}

  /** The storage, where a cell of memory has none. */
  get whole(): this {
    return this;
  }
}

/** Memory that small storages share; as a cell it is the scalar last put on it. */
class Page implements Cell {
  data: Buffer;
  id = 0;
  start = 0;
  private used = 0;

  constructor(
    readonly dtype: DType,
    private readonly room: number,
  ) {
    this.data = bufferOf(dtype, room);
  }

  get whole(): null {
    return null;
  }

  take(length: number): Storage {
    if (this.used + length > this.room) this.renew();
    const start = this.used;
    this.used += length;
    return new Storage(this.dtype, this.data, start, length);
  }

  put(value: number): void {
    if (this.used === this.room) this.renew();
    this.start = this.used++;
    this.data[this.start] = value;
    this.id = ++serial;
  }

  private renew(): void {
    this.data = bufferOf(this.dtype, this.room);
    this.used = 0;
  }
}

const singles = new Page("float32", smallest);
const pages: Readonly<Record<DType, Page>> = {
  float32: singles,
  float64: new Page("float64", smallest),
  int64: new Page("int64", smallest),
  int32: new Page("int32", smallest),
  bool: new Page("bool", smallest),
};
/** Pages for more than `small` elements, by how often those must be doubled: each has room for eight storages. */
const larger: Readonly<Record<DType, Page[]>> = { float32: [], float64: [], int64: [], int32: [], bool: [] };

/** Puts a scalar into memory. The cell says where it lies, until the next one is put. */
export function cellOf(dtype: DType, value: number): Cell {
  const page = dtype === "float32" ? singles : pages[dtype];
  page.put(value);
  return page;
}

/** Zeroed memory for `length` elements. */
export function allocate(dtype: DType, length: number): Storage {
  if (length <= small) return pages[dtype].take(length);
  if (length > paged) return new Storage(dtype, bufferOf(dtype, length), 0, length);
  const doublings = 32 - Math.clz32((length - 1) >> 6);
  return (larger[dtype][doublings] ??= new Page(dtype, (8 * small) << doublings)).take(length);
}

/** Memory with a copy of these elements. */
export function copyOf(dtype: DType, data: Buffer): Storage {
  if (data.length > paged) return new Storage(dtype, data.slice(), 0, data.length);
  const made = allocate(dtype, data.length);
  made.data.set(data, made.start);
  return made;
}
