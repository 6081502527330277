import type { Program, Range } from "../recording/format";
import type { TextMap } from "./textmap";

/** Whether the statement at a recorded line is no longer what it was. */
export function edited(program: Program, line: number, map: TextMap, now: readonly string[]): boolean {
  if (map.same) return false;
  const lines = program.text.split("\n");
  const own = ownLines(program.statements, line);
  for (let at = own.start; at < own.end; at++) {
    const then = lines[at] ?? "";
    const column = then.search(/\S/);
    if (column < 0) continue;
    const place = map.toNow({ line: at, column });
    if (!place || now[place.line]?.trim() !== then.trim()) return true;
  }
  return false;
}

/** The lines that the innermost statement at a line has for itself: a loop's head without its body. */
function ownLines(statements: readonly Range[], line: number): { readonly start: number; readonly end: number } {
  const alone = { start: line, end: line + 1 };
  const at = statements.findLast((each) => each.line <= line && line <= each.endLine);
  if (!at) return alone;
  const inner = statements
    .filter((each) => each !== at && each.line >= at.line && each.endLine <= at.endLine)
    .map((each) => each.line);
  const end = Math.max(at.line + 1, Math.min(at.endLine + 1, ...inner));
  return line < end ? { start: at.line, end } : alone;
}
