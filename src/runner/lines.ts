/** Offsets of a text as lines and UTF-16 columns, both from 0, and back. */
export class Lines {
  private readonly starts: number[] = [0];

  constructor(readonly text: string) {
    for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) this.starts.push(i + 1);
  }

  get count(): number {
    return this.starts.length;
  }

  /** Offset where a line starts; the text's end for a line past it. */
  start(line: number): number {
    return this.starts[line] ?? this.text.length;
  }

  offset(line: number, column: number): number {
    return this.start(line) + column;
  }

  at(offset: number): { line: number; column: number } {
    let low = 0;
    let high = this.starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.start(middle) <= offset) low = middle;
      else high = middle;
    }
    return { line: low, column: offset - this.start(low) };
  }
}
