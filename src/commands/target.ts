/** Lines of a document, 0-based, end exclusive. */
export interface Lines {
  readonly startLine: number;
  readonly endLine: number;
}

/** What an editor tells about its selection. */
export interface Selected {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
  readonly isEmpty: boolean;
}

/** The lines a selection means: one that ends before a line's first character leaves that line out. */
export function linesOf(selection: Selected, text: string): Lines | null {
  if (selection.isEmpty) return null;
  const { start, end } = selection;
  const endLine = end.character === 0 && end.line > start.line ? end.line : end.line + 1;
  const chosen = text.split("\n").slice(start.line, endLine);
  return chosen.every((line) => line.trim() === "") ? null : { startLine: start.line, endLine };
}

/** A selection as a sentence has it: "lines 3–7". */
export function linesText({ startLine, endLine }: Lines): string {
  return endLine - startLine === 1 ? `line ${startLine + 1}` : `lines ${startLine + 1}–${endLine}`;
}

/** Says which lines a selection was completed with; null when it needed none. */
export function addedNote(added: readonly { readonly start: number; readonly end: number }[]): string | null {
  if (added.length === 0) return null;
  const parts = added.map(({ start, end }) => (end - start === 1 ? `${start + 1}` : `${start + 1}–${end}`));
  const single = added.length === 1 && added.every(({ start, end }) => end - start === 1);
  return `Added to the selection, because it needs ${single ? "it: line" : "them: lines"} ${parts.join(", ")}.`;
}

/** Languages that run. */
export function runs(language: string): boolean {
  return language === "typescript" || language === "javascript";
}
