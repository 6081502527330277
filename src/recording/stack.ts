import type { Program, Range } from "./format";
import type { Recording } from "./recording";

/** One activation on the snippet's call stack at a row. */
export interface Activation {
  /** "trainStep", "Net.forward", "" for what runs outside all functions. */
  readonly name: string;
  /** Frame of the recording, −1 outside all functions. */
  readonly frame: number;
  /** Function of the program, −1 outside all functions. */
  readonly fn: number;
  readonly program: Program;
  /** The call that stands there. */
  readonly range: Range;
}

/** The call stack at a row, innermost first; empty where no source line is known. */
export function stackAt(recording: Recording, row: number): readonly Activation[] {
  const form = recording.form(row);
  const stack: Activation[] = [];
  let site = form.site;
  const push = (frame: number, fn: number, name: string): void => {
    const program = recording.programOfSite(site);
    const range = recording.site(site);
    if (program && range) stack.push({ name, frame, fn, program, range });
  };
  for (let id = form.frame; id >= 0;) {
    const frame = recording.frame(id);
    const around = frame.parent >= 0 ? recording.frame(frame.parent) : undefined;
    if (frame.fn >= 0) {
      const { name } = recording.fn(frame.fn);
      const owner = around && around.fn < 0 ? `${around.module}.` : "";
      push(id, frame.fn, `${owner}${name || "(anonymous)"}`);
    }
    if (frame.site >= 0) site = frame.site;
    id = frame.parent;
  }
  push(-1, -1, "");
  return stack;
}

const depths = new WeakMap<Recording, number[]>();

/** How many functions of the snippet are on the stack in a frame. */
export function depthOf(recording: Recording, frame: number): number {
  if (frame < 0) return 0;
  let known = depths.get(recording);
  if (!known) depths.set(recording, (known = []));
  const depth = known[frame];
  if (depth !== undefined) return depth;
  const { parent, fn } = recording.frame(frame);
  return (known[frame] = depthOf(recording, parent) + (fn >= 0 ? 1 : 0));
}

const ofSite = new WeakMap<Recording, (Statement | null)[]>();
const ofRange = new WeakMap<Range, Statement>();

/** A statement of a source. */
export interface Statement {
  readonly program: Program;
  readonly range: Range;
}

/** The innermost statement that a call site stands in; the same object for all its sites. */
export function statementOf(recording: Recording, site: number): Statement | null {
  if (site < 0) return null;
  let known = ofSite.get(recording);
  if (!known) ofSite.set(recording, (known = []));
  const found = known[site];
  if (found !== undefined) return found;
  const program = recording.programOfSite(site);
  const at = recording.site(site);
  const range = at && program?.statements.findLast((each) => holds(each, at));
  return (known[site] = range && program ? statementAt(program, range) : null);
}

/** A statement of a source as an object, always the same one. */
export function statementAt(program: Program, range: Range): Statement {
  let statement = ofRange.get(range);
  if (!statement) ofRange.set(range, (statement = { program, range }));
  return statement;
}

function holds(outer: Range, { line, column }: Range): boolean {
  const from = line > outer.line || (line === outer.line && column >= outer.column);
  return from && (line < outer.endLine || (line === outer.endLine && column < outer.endColumn));
}
