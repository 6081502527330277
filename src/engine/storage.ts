import { type Buffer, bufferOf, type DType } from "./dtype";
import type { StorageView } from "./observer";

const pageLength = 4096;
let serial = 0;

/** The memory of a tensor and its views; a single element is a slot of a page shared with others. */
export class Storage implements StorageView {
  readonly id = ++serial;
  version = 0;

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

  take(): Storage {
    if (this.used === pageLength) {
      this.data = bufferOf(this.dtype, pageLength);
      this.used = 0;
    }
    return new Storage(this.dtype, this.data, this.used++, 1);
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
  return length === 1 ? pages[dtype].take() : new Storage(dtype, bufferOf(dtype, length), 0, length);
}
