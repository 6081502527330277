import { RecordingError } from "./error";

/** Grows as numbers are pushed: variable-length integers and doubles. */
export class BytesOut {
  private buffer = new Uint8Array(256);
  private view = new DataView(this.buffer.buffer);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  /** A non-negative integer up to 2^53, seven bits a byte. */
  count(value: number): void {
    if (this.length + 8 > this.buffer.length) this.room(8);
    let rest = value;
    if (value < 0x40000000) {
      let small = value | 0;
      const { buffer } = this;
      let at = this.length;
      for (; small >= 128; small >>>= 7) buffer[at++] = (small & 127) | 128;
      buffer[at++] = small;
      this.length = at;
      return;
    }
    while (rest >= 128) {
      this.buffer[this.length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.length++] = rest;
  }

  /** Any integer: small ones of either sign are short. */
  integer(value: number): void {
    this.count(value < 0 ? -2 * value - 1 : 2 * value);
  }

  double(value: number): void {
    this.room(8);
    this.view.setFloat64(this.length, value, true);
    this.length += 8;
  }

  /** All that was pushed to another. */
  append(other: BytesOut): void {
    this.room(other.length);
    this.buffer.set(other.buffer.subarray(0, other.length), this.length);
    this.length += other.length;
  }

  /** A copy of what was pushed. */
  bytes(): Uint8Array {
    return this.buffer.slice(0, this.length);
  }

  private room(more: number): void {
    if (this.length + more <= this.buffer.length) return;
    const larger = new Uint8Array(2 * this.buffer.length + more);
    larger.set(this.buffer);
    this.buffer = larger;
    this.view = new DataView(larger.buffer);
  }
}

/** Reads what `BytesOut` wrote, refusing to go past the end. */
export class BytesIn {
  private at = 0;
  private readonly view: DataView;

  constructor(
    private readonly bytes: Uint8Array,
    private readonly what: string,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.bytes.length - this.at;
  }

  count(): number {
    let value = 0;
    let unit = 1;
    for (;;) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) throw new RecordingError(`${this.what} ends in the middle of a number.`);
      value += (byte & 127) * unit;
      if (value > Number.MAX_SAFE_INTEGER) throw new RecordingError(`${this.what} holds a number beyond 2^53.`);
      if (byte < 128) return value;
      unit *= 128;
    }
  }

  integer(): number {
    const value = this.count();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** How many entries follow, each at least one byte long, so never more than there are bytes. */
  entries(): number {
    const count = this.count();
    if (count > this.left) throw new RecordingError(`${this.what} announces ${count} entries in ${this.left} bytes.`);
    return count;
  }

  double(): number {
    if (this.left < 8) throw new RecordingError(`${this.what} ends in the middle of a number.`);
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }
}
