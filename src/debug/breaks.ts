import type { DebugProtocol as Dap } from "@vscode/debugprotocol";
import type { Session } from "../session/session";
import { dataId, type Watch } from "../session/stops/changes";
import type { Client } from "./client";

/** A breakpoint under the number that the client knows it by. */
type Asked = Dap.SourceBreakpoint & { readonly id: number };

/** What the client wants to stop at; it can say so before there is a recording, and says it once for all of them. */
export class Breaks {
  /** By document. */
  readonly #asked = new Map<string, readonly Asked[]>();
  /** Documents that no program was known for when their breakpoints were given: a run tells of its programs as it begins. */
  readonly #waiting = new Set<string>();
  /** Breakpoints that the client was told to be on no recorded statement. */
  readonly #unverified = new Set<number>();
  #serial = 0;
  #filters: readonly string[] = [];
  #watches: readonly Watch[] = [];

  constructor(private readonly client: Client) {}

  /** Gives a session all of it; breakpoints are as they turned out there. */
  give(session: Session): readonly Dap.Breakpoint[] {
    session.stops.filters = this.#filters;
    session.stops.watches = this.#watches;
    return [...this.#asked].flatMap(([path, asked]) => this.#set(session, path, asked));
  }

  lines(session: Session | undefined, path: string, asked: readonly Dap.SourceBreakpoint[]): Dap.Breakpoint[] {
    const named = asked.map((each) => ({ ...each, id: ++this.#serial }));
    this.#asked.set(path, named);
    return this.#set(session, path, named);
  }

  filters(session: Session | undefined, filters: readonly string[]): void {
    this.#filters = filters;
    if (session) session.stops.filters = filters;
  }

  data(session: Session | undefined, asked: readonly Dap.DataBreakpoint[]): Dap.Breakpoint[] {
    const read = asked.map((each, k) => ({ ...each, breakpoint: -1 - k, of: dataId.read(each.dataId) }));
    this.#watches = read.flatMap(({ of, breakpoint, condition }) => (of ? [{ ...of, breakpoint, condition }] : []));
    if (session) session.stops.watches = this.#watches;
    return read.map(({ breakpoint, of }) => ({ id: breakpoint, verified: of !== null }));
  }

  /** Breakpoints whose source or statement was not recorded when the client was told of them, and is now. */
  grown(session: Session): Dap.Breakpoint[] {
    const come = [...this.#waiting]
      .filter((path) => this.client.program(session, path))
      .flatMap((path) => this.#set(session, path, this.#asked.get(path) ?? []));
    const bound = session.recording.programs.flatMap((program) =>
      session.stops
        .breakpoints(program.file)
        .filter((each) => each.statement && this.#unverified.delete(each.id))
        .map((each) => this.client.breakpoint(session, program, each, 0)),
    );
    return [...come, ...bound];
  }

  #set(session: Session | undefined, path: string, asked: readonly Asked[]): Dap.Breakpoint[] {
    const program = session && this.client.program(session, path);
    this.#waiting.delete(path);
    if (!session || !program) {
      this.#waiting.add(path);
      const message = session ? "This file did not run in the recording that is debugged." : "Waiting for the run.";
      return asked.map(({ id }) => ({ id, verified: false, message }));
    }
    const made = session.stops.set(
      program.file,
      asked.map((each) => ({ ...each, line: this.client.lineThen(session, program, each.line) })),
    );
    for (const { id, statement } of made) if (!statement) this.#unverified.add(id);
    return made.map((each, k) => this.client.breakpoint(session, program, each, asked[k]?.line ?? 0));
  }
}
