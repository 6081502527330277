import { BreakpointEvent, ContinuedEvent, InitializedEvent, StoppedEvent, TerminatedEvent } from "@vscode/debugadapter";
import type { DebugProtocol as Dap } from "@vscode/debugprotocol";
import type { Session } from "../session/session";
import type { Evaluate } from "../session/stops/conditions";
import { exceptions } from "../session/stops/exceptions";
import { cursorOf, keyOf } from "../session/stops/way";
import { Breaks } from "./breaks";
import type { Documents } from "./client";
import { Debuggee } from "./debuggee";
import { Inspection, thread } from "./inspection";
import { found } from "./lookup";
import { settingOf, type Setting } from "./setting";
import type { Row } from "./variables";

/** What an adapter is started with: a file or some of its lines to run, or a recording to open. */
export type Start = Readonly<Record<string, unknown>>;

/** What the adapter needs of the rest of the extension. */
export interface Surroundings extends Documents {
  /** Runs what is to be debugged, or opens it; throws a sentence. */
  begin(start: Start): Promise<Session>;
  /** Runs what a session recorded again with another value in it, beside it; throws a sentence. */
  tryOut(session: Session, setting: Setting): Promise<Session>;
  /** Stops a running session; what it recorded stays. */
  stop(session: Session): Promise<void>;
  readonly evaluate: Evaluate;
}

/** Translates the Debug Adapter Protocol to a session's cursor and back; it holds no state of the run. */
export class Adapter extends Inspection {
  readonly #breaks: Breaks;
  #start: Start = {};
  #configured: () => void = () => undefined;
  readonly #ready = new Promise<void>((resolve) => (this.#configured = resolve));

  constructor(private readonly around: Surroundings) {
    super(around);
    this.#breaks = new Breaks(this.client);
  }

  protected override initializeRequest(response: Dap.InitializeResponse): void {
    response.body = {
      supportsConfigurationDoneRequest: true,
      supportsStepBack: true,
      supportsRestartRequest: true,
      supportsGotoTargetsRequest: true,
      supportsConditionalBreakpoints: true,
      supportsHitConditionalBreakpoints: true,
      supportsLogPoints: true,
      exceptionBreakpointFilters: [...exceptions],
      supportsDataBreakpoints: true,
      supportsEvaluateForHovers: true,
      supportsSetVariable: true,
      supportsSetExpression: true,
      supportsClipboardContext: true,
      supportsCompletionsRequest: true,
      supportsExceptionInfoRequest: true,
      supportsRestartFrame: true,
      supportTerminateDebuggee: true,
      supportsSteppingGranularity: true,
    };
    this.sendResponse(response);
    this.sendEvent(new InitializedEvent());
  }

  protected override launchRequest(response: Dap.LaunchResponse, args: Dap.LaunchRequestArguments): void {
    void this.#begin(response, { ...args, request: "launch" });
  }

  protected override attachRequest(response: Dap.AttachResponse, args: Dap.AttachRequestArguments): void {
    void this.#begin(response, { ...args, request: "attach" });
  }

  protected override configurationDoneRequest(response: Dap.ConfigurationDoneResponse): void {
    this.sendResponse(response);
    this.#configured();
  }

  protected override disconnectRequest(response: Dap.DisconnectResponse, args?: Dap.DisconnectArguments): void {
    this.debuggee?.dispose();
    if (args?.terminateDebuggee === true) void this.#ended();
    this.sendResponse(response);
  }

  protected override restartRequest(response: Dap.RestartResponse): void {
    if (this.#start.request === "attach") {
      this.sendResponse(response);
      this.#goesOn();
      this.debuggee?.rewind();
    } else {
      this.debuggee?.dispose();
      this.#goesOn();
      void this.#ended().then(() => this.#begin(response, this.#start));
    }
  }

  protected override restartFrameRequest(response: Dap.RestartFrameResponse, args: Dap.RestartFrameArguments): void {
    const activation = this.stack[args.frameId];
    if (!activation) return this.refuse(response, "This call is not on the stack any more.");
    this.sendResponse(response);
    this.debuggee?.restart(activation);
  }

  protected override setVariableRequest(response: Dap.SetVariableResponse, args: Dap.SetVariableArguments): void {
    const row = this.client.rows(args.variablesReference).find(({ name }) => name === args.name);
    void this.#setTo(response, row, args.value, 0);
  }

  protected override setExpressionRequest(response: Dap.SetExpressionResponse, args: Dap.SetExpressionArguments): void {
    const { expression, value, frameId = 0 } = args;
    const cursor = this.debuggee?.session.cursor;
    const row =
      cursor && this.debuggee ? found(this.debuggee.session, cursor, expression, this.stack[frameId]) : undefined;
    void this.#setTo(response, row, value, frameId);
  }

  protected override setExceptionBreakPointsRequest(
    response: Dap.SetExceptionBreakpointsResponse,
    args: Dap.SetExceptionBreakpointsArguments,
  ): void {
    this.#breaks.filters(this.debuggee?.session, args.filters);
    this.sendResponse(response);
  }

  protected override setBreakPointsRequest(
    response: Dap.SetBreakpointsResponse,
    { source, breakpoints = [] }: Dap.SetBreakpointsArguments,
  ): void {
    const path = source.path ?? "";
    response.body = { breakpoints: this.#breaks.lines(this.debuggee?.session, path, breakpoints) };
    this.sendResponse(response);
  }

  protected override setDataBreakpointsRequest(
    response: Dap.SetDataBreakpointsResponse,
    args: Dap.SetDataBreakpointsArguments,
  ): void {
    response.body = { breakpoints: this.#breaks.data(this.debuggee?.session, args.breakpoints) };
    this.sendResponse(response);
  }

  protected override continueRequest(response: Dap.ContinueResponse): void {
    response.body = { allThreadsContinued: true };
    this.sendResponse(response);
    void this.debuggee?.run(1);
  }

  protected override reverseContinueRequest(response: Dap.ReverseContinueResponse): void {
    this.sendResponse(response);
    void this.debuggee?.run(-1);
  }

  protected override pauseRequest(response: Dap.PauseResponse): void {
    this.sendResponse(response);
    this.debuggee?.pause();
  }

  protected override nextRequest(response: Dap.NextResponse, { granularity }: Dap.NextArguments): void {
    this.sendResponse(response);
    this.debuggee?.step((way, at) => (granularity === "instruction" ? way.into(at, 1) : way.over(at, 1)), 1);
  }

  protected override stepBackRequest(response: Dap.StepBackResponse, { granularity }: Dap.StepBackArguments): void {
    this.sendResponse(response);
    this.debuggee?.step((way, at) => (granularity === "instruction" ? way.into(at, -1) : way.over(at, -1)), -1);
  }

  protected override stepInRequest(response: Dap.StepInResponse): void {
    this.sendResponse(response);
    this.debuggee?.step((way, at) => way.into(at, 1), 1);
  }

  protected override stepOutRequest(response: Dap.StepOutResponse): void {
    this.sendResponse(response);
    this.debuggee?.step((way, at) => way.out(at, 1), 1);
  }

  protected override gotoTargetsRequest(response: Dap.GotoTargetsResponse, args: Dap.GotoTargetsArguments): void {
    const session = this.debuggee?.session;
    const program = session && this.client.program(session, args.source.path ?? "");
    const line = program ? this.client.lineThen(session, program, args.line) : -1;
    const place = program ? this.debuggee?.nearest(program, line) : null;
    const targets = place ? [{ id: keyOf(place.cursor), label: place.step.text, line: args.line }] : [];
    response.body = { targets };
    this.sendResponse(response);
  }

  protected override gotoRequest(response: Dap.GotoResponse, { targetId }: Dap.GotoArguments): void {
    this.sendResponse(response);
    const place = this.debuggee?.way.at(cursorOf(targetId));
    if (!place) return;
    this.debuggee?.go(place);
    this.debuggee?.stopped("goto", "");
  }

  protected override customRequest(command: string, response: Dap.Response, args: unknown): void {
    if (command !== "stepBackInto" && command !== "stepBackOut") return super.customRequest(command, response, args);
    this.sendResponse(response);
    this.debuggee?.step((way, at) => (command === "stepBackInto" ? way.into(at, -1) : way.out(at, -1)), -1);
  }

  /** A run that goes on is stopped first. */
  async #ended(): Promise<void> {
    const session = this.debuggee?.session;
    if (session?.status === "running") await this.around.stop(session);
  }

  async #begin(response: Dap.Response, start: Start): Promise<void> {
    this.#start = start;
    try {
      this.debuggee = this.#made(await this.around.begin(start));
    } catch (error) {
      this.refuse(response, error instanceof Error ? error.message : String(error));
      this.sendEvent(new TerminatedEvent());
      return;
    }
    this.sendResponse(response);
    await this.#ready;
    this.debuggee.enter();
  }

  /** The recording stays as it is: a run with the value begins beside it, and is what is debugged from then on. */
  async #setTo(
    response: Dap.SetVariableResponse | Dap.SetExpressionResponse,
    row: Row | undefined,
    text: string,
    frame: number,
  ): Promise<void> {
    const debuggee = this.debuggee;
    const place = debuggee?.place;
    if (!debuggee || !place) return this.refuse(response, "There is no moment yet to set anything at.");
    const setting = await settingOf(debuggee.session, place, row, text, frame);
    if (typeof setting === "string") return this.refuse(response, setting);
    try {
      const session = await this.around.tryOut(debuggee.session, setting);
      response.body = { value: text };
      this.sendResponse(response);
      this.#goesOn();
      debuggee.dispose();
      this.debuggee = this.#made(session);
      this.debuggee.enter(`What if ${setting.text}`);
    } catch (error) {
      this.refuse(response, error instanceof Error ? error.message : String(error));
    }
  }

  #made(session: Session): Debuggee {
    session.stops.evaluate = (text, moments) => this.around.evaluate(text, moments);
    const debuggee = new Debuggee(session, {
      went: () => this.#goesOn(),
      stopped: (reason, description, ids) => this.#stopped(reason, description, ids),
      grown: () => this.#grown(session),
      printed: (text, place) => this.sendEvent(this.client.printed(session, text, place)),
    });
    for (const each of this.#breaks.give(session)) this.sendEvent(new BreakpointEvent("changed", each));
    return debuggee;
  }

  /** Breakpoints whose statement was not recorded before may have one now. */
  #grown(session: Session): void {
    for (const each of this.#breaks.grown(session)) this.sendEvent(new BreakpointEvent("changed", each));
  }

  /** VS Code shows why it stopped first for as long as it hears of nothing else. */
  #goesOn(): void {
    this.sendEvent(new ContinuedEvent(thread, true));
  }

  #stopped(reason: string, description: string, ids: readonly number[]): void {
    this.client.forget();
    const event: Dap.StoppedEvent = new StoppedEvent(reason, thread);
    event.body.allThreadsStopped = true;
    if (description !== "") event.body.description = description;
    if (ids.length > 0) event.body.hitBreakpointIds = [...ids];
    this.sendEvent(event);
  }
}
