import { DebugSession, Response } from "@vscode/debugadapter";
import type { DebugProtocol as Dap } from "@vscode/debugprotocol";
import { copyText } from "../recording/copy";
import type { Activation } from "../recording/stack";
import { dataId } from "../session/stops/changes";
import { Client, type Documents } from "./client";
import type { Debuggee } from "./debuggee";
import { completions, found } from "./lookup";
import { trouble } from "./requests";
import { parametersAt, resultRow, stepAt, variablesOf, type Row } from "./variables";

/** The one thread there is. */
export const thread = 1;

/** The half of the adapter that looks at the moment and changes nothing. */
export abstract class Inspection extends DebugSession {
  protected readonly client: Client;
  protected debuggee: Debuggee | null = null;
  /** As the client was told it last. */
  protected stack: readonly Activation[] = [];

  protected constructor(documents: Documents) {
    super();
    this.client = new Client(documents, {
      toClient: (line) => this.convertDebuggerLineToClient(line),
      fromClient: (line) => this.convertClientLineToDebugger(line),
    });
    this.setDebuggerLinesStartAt1(false);
    this.setDebuggerColumnsStartAt1(false);
  }

  protected override dispatchRequest(request: Dap.Request): void {
    const why = trouble(request);
    if (why === "") super.dispatchRequest(request);
    else this.refuse(new Response(request), why, false);
  }

  protected override threadsRequest(response: Dap.ThreadsResponse): void {
    const name = this.debuggee?.session.facts.title ?? "gradient descent";
    response.body = { threads: [{ id: thread, name }] };
    this.sendResponse(response);
  }

  protected override stackTraceRequest(response: Dap.StackTraceResponse): void {
    const debuggee = this.debuggee;
    this.stack = debuggee?.stack ?? [];
    const frames = debuggee ? this.stack.map((each, id) => this.client.frame(debuggee.session, each, id)) : [];
    response.body = { stackFrames: frames, totalFrames: frames.length };
    this.sendResponse(response);
  }

  protected override scopesRequest(response: Dap.ScopesResponse, { frameId }: Dap.ScopesArguments): void {
    const session = this.debuggee?.session;
    const cursor = session?.cursor;
    const activation = this.stack[frameId];
    const scope = (name: string, rows: () => readonly Row[]): Dap.Scope => ({
      name,
      variablesReference: this.client.handle(rows),
      expensive: false,
    });
    const scopes: Dap.Scope[] = [];
    if (session && cursor && activation) {
      const last = this.stack.at(-1);
      // VS Code opens the first scope: a callback without variables of its own leaves that to those around it.
      const isEmpty = variablesOf(session, cursor, activation).length === 0;
      if (!isEmpty || activation === last)
        scopes.push({
          ...scope("Variables", () => variablesOf(session, cursor, activation)),
          presentationHint: "locals",
        });
      if (last && activation !== last) scopes.push(scope("Module", () => variablesOf(session, cursor, last)));
      scopes.push(scope("Parameters", () => parametersAt(session, cursor)));
      scopes.push(scope("This step", () => stepAt(session, cursor)));
    }
    response.body = { scopes };
    this.sendResponse(response);
  }

  protected override variablesRequest(response: Dap.VariablesResponse, args: Dap.VariablesArguments): void {
    const { filter, start = 0, count = 0 } = args;
    const all = this.client.rows(args.variablesReference);
    const rows = filter ? all.filter(({ name }) => name.startsWith("[") === (filter === "indexed")) : all;
    const shown = count === 0 ? rows : rows.slice(start, start + count);
    response.body = { variables: shown.map((row) => this.client.variable(row)) };
    this.sendResponse(response);
  }

  protected override evaluateRequest(response: Dap.EvaluateResponse, args: Dap.EvaluateArguments): void {
    const debuggee = this.debuggee;
    const place = debuggee?.place;
    const { expression, frameId = 0 } = args;
    if (!debuggee || !place) return this.refuse(response, "There is no moment yet to evaluate at.");
    // What is a variable by itself can be opened and watched as one.
    const known = found(debuggee.session, place.cursor, expression, this.stack[frameId]);
    const told = (row: Row): void => {
      const copy = args.context === "clipboard" && row.whole ? copyText(row.whole, "JSON") : null;
      const { value, type, variablesReference, presentationHint } = this.client.variable(row);
      const hint = presentationHint && { presentationHint };
      response.body = { result: copy ?? value, variablesReference, ...(type !== undefined && { type }), ...hint };
      this.sendResponse(response);
    };
    if (known) return told(known);
    void debuggee.stops.conditions.at(expression, place, frameId).then((answer) => {
      if ("error" in answer) this.refuse(response, answer.error, args.context === "repl");
      else told(resultRow(expression.trim(), answer.value));
    });
  }

  protected override completionsRequest(response: Dap.CompletionsResponse, args: Dap.CompletionsArguments): void {
    const debuggee = this.debuggee;
    const cursor = debuggee?.session.cursor;
    const typed = args.text.slice(0, Math.max(0, this.convertClientColumnToDebugger(args.column)));
    const from = this.stack[args.frameId ?? 0];
    const labels = debuggee && cursor ? completions(debuggee.session, cursor, typed, from) : [];
    response.body = { targets: [...labels].map((label) => ({ label, type: "variable" })) };
    this.sendResponse(response);
  }

  protected override exceptionInfoRequest(response: Dap.ExceptionInfoResponse): void {
    const { label = "", text = "" } = this.debuggee?.session.halt ?? {};
    if (label === "") return this.refuse(response, "Nothing exceptional stopped the run here.");
    response.body = { exceptionId: label, description: text, breakMode: "always" };
    this.sendResponse(response);
  }

  protected override dataBreakpointInfoRequest(
    response: Dap.DataBreakpointInfoResponse,
    { variablesReference, name }: Dap.DataBreakpointInfoArguments,
  ): void {
    const rows = variablesReference === undefined ? [] : this.client.rows(variablesReference);
    const watch = rows.find((row) => row.name === name)?.watch;
    response.body = watch
      ? { dataId: dataId.of(watch, name), description: `${name} changes`, accessTypes: ["write"] }
      : { dataId: null, description: `${name} is no variable that is recorded` };
    this.sendResponse(response);
  }

  /** Answers with a sentence why not; VS Code shows it by itself where nothing else would. */
  protected refuse(response: Dap.Response, message: string, showUser = true): void {
    this.sendErrorResponse(response, { id: 1, format: "{message}", variables: { message }, showUser });
  }
}
