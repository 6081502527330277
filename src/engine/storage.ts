import { type Buffer, bufferOf, type DType } from "./dtype";
import type { StorageView } from "./observer";

/** Elements on a page; few enough that one kept scalar holds little memory alive. */
const pageLength = 1024;
/** Up to this many elements a storage is a window on a shared page: a typed array of its own costs more than what it holds. */
const paged = 64;
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

/** Where one scalar lies: what a storage of one element would be, before anyone asks for it. */
export interface Cell {
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
}

/** Memory that small storages share; as a cell it is the scalar last put on it. */
class Page implements Cell {
  data: Buffer;
  id = 0;
  start = 0;
  private used = 0;

  constructor(readonly dtype: DType) {
    this.data = bufferOf(dtype, pageLength);
  }

  take(length: number): Storage {
    if (this.used + length > pageLength) {
      this.data = bufferOf(this.dtype, pageLength);
      this.used = 0;
    }
    const start = this.used;
    this.used += length;
    return new Storage(this.dtype, this.data, start, length);
  }

  put(value: number): void {
    if (this.used === pageLength) {
      this.data = bufferOf(this.dtype, pageLength);
      this.used = 0;
    }
    this.start = this.used++;
    this.data[this.start] = value;
    this.id = ++serial;
  }
}

const singles = new Page("float32");
const pages: Readonly<Record<DType, Page>> = {
  float32: singles,
  float64: new Page("float64"),
  int64: new Page("int64"),
  int32: new Page("int32"),
  bool: new Page("bool"),
};

/** Puts a scalar into memory. The cell says where it lies, until the next one is put. */
export function cellOf(dtype: DType, value: number): Cell {
  const page = dtype === "float32" ? singles : pages[dtype];
  page.put(value);
  return page;
}

/** Memory that was made for a storage, all of it. */
export function own(dtype: DType, data: Buffer): Storage {
  return new Storage(dtype, data, 0, data.length);
}

/** Zeroed memory for `length` elements. */
export function allocate(dtype: DType, length: number): Storage {
  return length <= paged ? pages[dtype].take(length) : new Storage(dtype, bufferOf(dtype, length), 0, length);
}
