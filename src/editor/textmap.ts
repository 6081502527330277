import { diffArrays } from "diff";

/** A stretch of recorded text that stands unchanged in the text of now. */
interface Piece {
  readonly then: number;
  readonly now: number;
  readonly length: number;
}

/** A place in a text: 0-based line and UTF-16 column. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A stretch of a text, end exclusive, as the recording has them. */
export interface Span {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** A change of a document as an editor tells it: `removed` characters at `offset` gave way to `text`. */
export interface Edit {
  readonly offset: number;
  readonly removed: number;
  readonly text: string;
}

/** Maps places of the text that was recorded to the text of now and back, through any number of edits. */
export class TextMap {
  readonly #then: Lines;
  #text: string;
  #now: Lines;
  #pieces: readonly Piece[];

  /** The two texts may differ already; then the map is made by a diff of their lines. */
  constructor(
    readonly recorded: string,
    text: string,
  ) {
    this.#then = new Lines(recorded);
    this.#text = text;
    this.#now = new Lines(text);
    this.#pieces = compare(recorded, text);
  }

  /** Whether the text is what was recorded. */
  get same(): boolean {
    return this.#text === this.recorded;
  }

  /** Follows the changes of one edit, in the editor's order; `text` is the whole text after them. */
  edit(edits: readonly Edit[], text: string): void {
    this.#text = text;
    this.#now = new Lines(text);
    if (this.same) {
      this.#pieces = compare(this.recorded, text);
      return;
    }
    for (const edit of [...edits].sort((a, b) => b.offset - a.offset)) this.#pieces = cut(this.#pieces, edit);
  }

  /** Where the character at a recorded place stands now; null when it was edited away. */
  toNow(place: Place): Place | null {
    const offset = this.#then.offset(place);
    if (offset === this.recorded.length) return this.#now.place(this.#text.length);
    const piece = this.#pieces.find((each) => offset >= each.then && offset < each.then + each.length);
    return piece ? this.#now.place(offset - piece.then + piece.now) : null;
  }

  /** Where the character at a place of now stood in the recorded text; null when it is new. */
  toThen(place: Place): Place | null {
    const offset = this.#now.offset(place);
    if (offset === this.#text.length) return this.#then.place(this.recorded.length);
    const piece = this.#pieces.find((each) => offset >= each.now && offset < each.now + each.length);
    return piece ? this.#then.place(offset - piece.now + piece.then) : null;
  }

  /** Where a recorded stretch stands now; null unless all of it stands there unchanged. */
  spanNow(span: Span): Span | null {
    const start = this.#then.offset(span);
    const end = this.#then.offset({ line: span.endLine, column: span.endColumn });
    const piece = this.#pieces.find((each) => start >= each.then && end <= each.then + each.length);
    if (!piece) return null;
    const from = this.#now.place(start - piece.then + piece.now);
    const to = this.#now.place(end - piece.then + piece.now);
    return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
  }
}

/** The texts of a line that is compared: without what only the disk's line ends add. */
function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

function compare(then: string, now: string): Piece[] {
  if (then === now) return [{ then: 0, now: 0, length: then.length }];
  const pieces: Piece[] = [];
  let at = { then: 0, now: 0 };
  for (const part of diffArrays(linesOf(then), linesOf(now))) {
    const length = part.value.reduce((sum, line) => sum + line.length, 0);
    if (!part.added && !part.removed) pieces.push({ ...at, length });
    at = { then: at.then + (part.added ? 0 : length), now: at.now + (part.removed ? 0 : length) };
  }
  return pieces;
}

function cut(pieces: readonly Piece[], { offset, removed, text }: Edit): Piece[] {
  const end = offset + removed;
  const shift = text.length - removed;
  return pieces.flatMap((piece) => {
    const last = piece.now + piece.length;
    if (last <= offset) return [piece];
    if (piece.now >= end) return [{ ...piece, now: piece.now + shift }];
    const before = { ...piece, length: offset - piece.now };
    const after = { then: piece.then + end - piece.now, now: end + shift, length: last - end };
    return [before, after].filter((each) => each.length > 0);
  });
}

/** Offsets of lines. */
class Lines {
  readonly #starts: number[] = [0];

  constructor(private readonly text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  offset({ line, column }: Place): number {
    return Math.min((this.#starts[line] ?? this.text.length) + column, this.text.length);
  }

  place(offset: number): Place {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low, column: offset - (this.#starts[low] ?? 0) };
  }
}
