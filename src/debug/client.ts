import { OutputEvent } from "@vscode/debugadapter";
import type { DebugProtocol as Dap } from "@vscode/debugprotocol";
import type { Program } from "../recording/format";
import type { Activation } from "../recording/stack";
import type { Session } from "../session/session";
import type { Breakpoint } from "../session/stops/breakpoints";
import type { Row } from "./variables";
import type { Place } from "../session/stops/way";

/** A document's URI, as far as DAP needs it. */
export interface Uri {
  readonly scheme: string;
  readonly fsPath: string;
  toString(): string;
}

/** Where recorded sources are in the client's documents. Lines are 0-based. */
export interface Documents {
  uri(session: Session, program: Program): Uri;
  /** The recorded source that a document is, by its path or the text of its URI. */
  program(session: Session, path: string): Program | undefined;
  /** Where a recorded line stands in its document now, null when it was edited away. */
  lineNow(session: Session, program: Program, line: number): number | null;
  /** The recorded line that a line of the document was, null when it was not there. */
  lineThen(session: Session, program: Program, line: number): number | null;
}

/** VS Code folds the elements of a list by so many. */
const page = 100;

/** What the client counts from 1, the recording counts from 0. */
export interface Counting {
  toClient(line: number): number;
  fromClient(line: number): number;
}

/** Says what a recording holds in the words of DAP. */
export class Client {
  #handles: (() => readonly Row[])[] = [];

  constructor(
    private readonly documents: Documents,
    private readonly lines: Counting,
  ) {}

  /** Forgets the handles of a moment that is over. */
  forget(): void {
    this.#handles = [];
  }

  handle(rows: () => readonly Row[]): number {
    return this.#handles.push(rows);
  }

  rows(handle: number): readonly Row[] {
    return this.#handles[handle - 1]?.() ?? [];
  }

  source(session: Session, program: Program): Dap.Source {
    const uri = this.documents.uri(session, program);
    const name = program.file.split("/").at(-1) ?? program.file;
    return { name, path: uri.scheme === "file" ? uri.fsPath : uri.toString() };
  }

  program(session: Session, path: string): Program | undefined {
    return this.documents.program(session, path);
  }

  /** A recorded line as the client counts lines, null when it was edited away. */
  lineNow(session: Session, program: Program, line: number): number | null {
    const now = this.documents.lineNow(session, program, line);
    return now === null ? null : this.lines.toClient(now);
  }

  /** The recorded line that a line of the client was, −1 when it was not there. */
  lineThen(session: Session, program: Program, line: number): number {
    return this.documents.lineThen(session, program, this.lines.fromClient(line)) ?? -1;
  }

  frame(session: Session, { name, frame, program, range }: Activation, id: number): Dap.StackFrame {
    const segment = session.outline.segments[session.cursor?.segment ?? -1];
    const label = segment ? session.outline.label(segment) : "";
    const line = this.lineNow(session, program, range.line) ?? this.lines.toClient(range.line);
    return {
      id,
      name: frame < 0 ? `${label} (${program.file})` : name,
      source: this.source(session, program),
      line,
      column: this.lines.toClient(range.column),
      endLine: line + range.endLine - range.line,
      endColumn: this.lines.toClient(range.endColumn),
    };
  }

  variable({ name, value, type, path, children, set, whole }: Row): Dap.Variable {
    const indexed = children && whole?.data ? (whole.shape[0] ?? 0) : 0;
    return {
      name,
      value,
      ...(type && { type }),
      ...(path && { evaluateName: path }),
      variablesReference: children ? this.handle(children) : 0,
      // Only what is long is asked for in parts.
      ...(children && indexed > page && { indexedVariables: indexed, namedVariables: children().length - indexed }),
      ...(!set && { presentationHint: { attributes: ["readOnly"] } }),
    };
  }

  breakpoint(session: Session, program: Program, breakpoint: Breakpoint, asked: number): Dap.Breakpoint {
    const { id, statement, reason } = breakpoint;
    const line = statement && this.lineNow(session, program, statement.range.line);
    return { id, verified: statement !== null, line: line ?? asked, ...(reason && { message: reason }) };
  }

  /** A log message, which leads to the statement that it is about. */
  printed(session: Session, text: string, { statement }: Place): Dap.OutputEvent {
    const event: Dap.OutputEvent = new OutputEvent(`${text}\n`, "console");
    const line = statement && this.lineNow(session, statement.program, statement.range.line);
    if (statement && line !== null) {
      event.body.source = this.source(session, statement.program);
      event.body.line = line;
    }
    return event;
  }
}
