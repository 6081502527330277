import { makesStep } from "../../recording/walk";
import type { Recording } from "../../recording/recording";
import { statementAt, statementOf, type Statement } from "../../recording/stack";

/** What a breakpoint is asked to be; lines are 0-based lines of the recorded source. */
export interface Asked {
  /** What whoever asks calls it; absent: whatever it is called. */
  readonly id?: number;
  readonly line: number;
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
  readonly logMessage?: string | undefined;
}

/** A breakpoint on a statement; without one it stops nowhere, and `reason` says why. */
export interface Breakpoint extends Asked {
  readonly id: number;
  readonly statement: Statement | null;
  readonly reason: string;
}

/** The statements of which steps were recorded. */
export class Recorded {
  readonly #statements = new Set<Statement>();
  #forms = 0;

  constructor(private readonly recording: Recording) {}

  has(statement: Statement): boolean {
    this.#read();
    return this.#statements.has(statement);
  }

  /** Takes in the forms that came since the last call. */
  #read(): void {
    for (; this.#forms < this.recording.forms; this.#forms++) {
      const form = this.recording.formOf(this.#forms);
      const statement = makesStep(this.recording, form) ? statementOf(this.recording, form.site) : null;
      if (statement) this.#statements.add(statement);
    }
  }
}

/** The statement that a breakpoint on a line of a source stops at, or why there is none. */
export function bind(
  recording: Recording,
  recorded: Recorded,
  file: string,
  line: number,
): { readonly statement: Statement | null; readonly reason: string } {
  const program = recording.programs.find((each) => each.file === file);
  if (!program) return { statement: null, reason: "This file did not run in the recording that is debugged." };
  const on = program.statements.map((range) => statementAt(program, range));
  const begins = on.filter(({ range }) => range.line === line && recorded.has(statementAt(program, range)));
  if (begins[0]) return { statement: begins[0], reason: "" };
  // The call of a statement over several lines: the statement is what is stopped at.
  const around = on.findLast(({ range }) => range.line <= line && line <= range.endLine);
  if (around && recorded.has(around) && !blockBelow(around, on, line)) return { statement: around, reason: "" };
  const inner = on.some(({ range }) => range.line === line);
  return {
    statement: null,
    reason: inner
      ? "Nothing was recorded on this line: it made no tensor, changed none and wrote no variable that is recorded."
      : "There is no statement on this line.",
  };
}

/** Whether a line lies behind the head of a statement that holds others, as the end of a loop does. */
function blockBelow(statement: Statement, all: readonly Statement[], line: number): boolean {
  const { range } = statement;
  return all.some(
    (each) =>
      each !== statement &&
      each.range.line >= range.line &&
      each.range.endLine <= range.endLine &&
      line >= each.range.line,
  );
}

/** A hit condition: "5" the fifth hit, ">3", ">=3", "<3", "<=3", "==3", "%2" every second; null for what is none. */
export function hitCounter(text: string): ((hits: number) => boolean) | null {
  const [, sign = "", digits = ""] = /^\s*(>=|<=|==?=?|>|<|%)?\s*(\d+)\s*$/.exec(text) ?? [];
  if (digits === "") return null;
  const n = Number(digits);
  switch (sign) {
    case ">":
      return (hits) => hits > n;
    case ">=":
      return (hits) => hits >= n;
    case "<":
      return (hits) => hits < n;
    case "<=":
      return (hits) => hits <= n;
    case "%":
      return n > 0 ? (hits) => hits % n === 0 : null;
    default:
      return (hits) => hits === n;
  }
}
