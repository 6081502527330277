import { argumentError } from "../errors";

const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258,
];
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145,
  8193, 12289, 16385, 24577,
];
const distanceExtra = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const codeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** A Huffman code: how many codes there are of each length, and their symbols in order. */
interface Huffman {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

function huffman(lengths: readonly number[]): Huffman {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  let left = 1;
  const starts = new Uint16Array(17);
  for (let length = 1; length < 16; length++) {
    left = 2 * left - (counts[length] ?? 0);
    if (left < 0) throw damaged("a code has too many words");
    starts[length + 1] = (starts[length] ?? 0) + (counts[length] ?? 0);
  }
  const symbols = new Uint16Array(lengths.length);
  lengths.forEach((length, symbol) => {
    if (length === 0) return;
    const at = starts[length] ?? 0;
    symbols[at] = symbol;
    starts[length] = at + 1;
  });
  return { counts, symbols };
}

const fixed = {
  literals: huffman(Array.from({ length: 288 }, (_, i) => (i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8))),
  distances: huffman(new Array<number>(30).fill(5)),
};

/** Unpacks a DEFLATE stream of known size (RFC 1951); throws a TypeError when it is damaged or of another size. */
export function inflate(input: Uint8Array, size: number): Uint8Array {
  return new Inflation(input, size).run();
}

class Inflation {
  private at = 0;
  private held = 0;
  private bits = 0;
  private written = 0;
  private readonly output: Uint8Array;

  constructor(
    private readonly input: Uint8Array,
    size: number,
  ) {
    this.output = new Uint8Array(size);
  }

  run(): Uint8Array {
    for (let last = 0; last === 0;) {
      last = this.take(1);
      const kind = this.take(2);
      if (kind === 0) this.stored();
      else if (kind === 1) this.compressed(fixed.literals, fixed.distances);
      else if (kind === 2) this.dynamic();
      else throw damaged("a block is of no known kind");
    }
    if (this.written !== this.output.length) {
      throw damaged(`it unpacks to ${this.written} bytes, not ${this.output.length}`);
    }
    return this.output;
  }

  private take(count: number): number {
    while (this.bits < count) {
      const next = this.input[this.at++];
      if (next === undefined) throw damaged("it ends too early");
      this.held |= next << this.bits;
      this.bits += 8;
    }
    const value = this.held & ((1 << count) - 1);
    this.held >>>= count;
    this.bits -= count;
    return value;
  }

  private symbol({ counts, symbols }: Huffman): number {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length < 16; length++) {
      code |= this.take(1);
      const count = counts[length] ?? 0;
      if (code - count < first) {
        const found = symbols[index + code - first];
        if (found !== undefined) return found;
      }
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw damaged("a word is in no code");
  }

  private put(byte: number): void {
    if (this.written >= this.output.length) throw damaged(`it unpacks to more than ${this.output.length} bytes`);
    this.output[this.written++] = byte;
  }

  private stored(): void {
    this.held = 0;
    this.bits = 0;
    const length = this.take(16);
    if (length !== (~this.take(16) & 0xffff)) throw damaged("a stored block has no true length");
    for (let i = 0; i < length; i++) this.put(this.take(8));
  }

  private compressed(literals: Huffman, distances: Huffman): void {
    for (;;) {
      const symbol = this.symbol(literals);
      if (symbol === 256) return;
      if (symbol < 256) this.put(symbol);
      else this.copy(symbol - 257, distances);
    }
  }

  private copy(lengthSymbol: number, distances: Huffman): void {
    const base = lengthBase[lengthSymbol];
    if (base === undefined) throw damaged("a length is of no known kind");
    const length = base + this.take(lengthExtra[lengthSymbol] ?? 0);
    const distanceSymbol = this.symbol(distances);
    const far = distanceBase[distanceSymbol];
    if (far === undefined) throw damaged("a distance is of no known kind");
    const distance = far + this.take(distanceExtra[distanceSymbol] ?? 0);
    if (distance > this.written) throw damaged("it refers to before its beginning");
    for (let i = 0; i < length; i++) this.put(this.output[this.written - distance] ?? 0);
  }

  private dynamic(): void {
    const literals = this.take(5) + 257;
    const distances = this.take(5) + 1;
    const codes = this.take(4) + 4;
    if (literals > 286 || distances > 30) throw damaged("a code is too long");
    const own = new Array<number>(19).fill(0);
    for (let i = 0; i < codes; i++) own[codeOrder[i] ?? 0] = this.take(3);
    const code = huffman(own);
    const lengths: number[] = [];
    while (lengths.length < literals + distances) {
      const symbol = this.symbol(code);
      if (symbol < 16) lengths.push(symbol);
      else {
        const last = lengths.at(-1);
        if (symbol === 16 && last === undefined) throw damaged("it repeats what is not there");
        const [value, count] =
          symbol === 16 ? [last ?? 0, 3 + this.take(2)] : [0, symbol === 17 ? 3 + this.take(3) : 11 + this.take(7)];
        for (let i = 0; i < count; i++) lengths.push(value);
      }
    }
    if (lengths.length > literals + distances) throw damaged("it repeats too much");
    if (lengths[256] === 0) throw damaged("a block has no end");
    this.compressed(huffman(lengths.slice(0, literals)), huffman(lengths.slice(literals)));
  }
}

function damaged(what: string): Error {
  return argumentError(`Error decompressing data: ${what}`, "The file is damaged: save or download it again.");
}
