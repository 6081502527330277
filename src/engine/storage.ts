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

/** The memory of a tensor and its views; a small one is a window on a page shared with others. */
export class Storage implements StorageView {
  readonly id = ++serial;
  version = 0;
  /** Made in inference mode: never part of a graph, written only in that mode. */
  readonly inference = inferring;

  constructor(
    readonly dtype: DType,
    readonly data: Buffer,
    readonly start: number,
    readonly length: number,
  ) {}
}

class Page {
  private data: Buffer;
  private used = 0;

  constructor(private readonly dtype: DType) {
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
}

const pages: Readonly<Record<DType, Page>> = {
  float32: new Page("float32"),
  float64: new Page("float64"),
  int64: new Page("int64"),
  int32: new Page("int32"),
  bool: new Page("bool"),
};

/** Zeroed memory for `length` elements. */
export function allocate(dtype: DType, length: number): Storage {
  return length <= paged ? pages[dtype].take(length) : new Storage(dtype, bufferOf(dtype, length), 0, length);
}
