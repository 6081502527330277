import { strict as assert } from "node:assert";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DebugProtocol as Dap } from "@vscode/debugprotocol";
import { Adapter } from "../../src/debug/adapter";
import type { Setting } from "../../src/debug/setting";
import type { Evaluator } from "../../src/runner/evaluator";
import type { Session } from "../../src/session/session";

type Body = Readonly<Record<string, unknown>>;

/** A client of the adapter that writes down what a person would see, with nothing in it that differs between runs. */
export class Transcript {
  readonly lines: string[] = [];
  readonly #adapter: Adapter;
  readonly #waiting = new Map<number, (response: Dap.Response) => void>();
  #seq = 0;
  #stop: (() => void) | null = null;
  #stops = 0;
  #seen = 0;

  constructor(
    session: Session,
    evaluator: Evaluator,
    around: { readonly tryOut?: (setting: Setting) => Promise<Session>; readonly stop?: () => Promise<void> } = {},
  ) {
    this.#adapter = new Adapter({
      begin: () => Promise.resolve(session),
      stop: () => around.stop?.() ?? Promise.resolve(),
      tryOut: (_, setting) => around.tryOut?.(setting) ?? Promise.reject(new Error("It cannot be run again.")),
      evaluate: (text, moments) => evaluator.expression({ text, moments }),
      uri: (_, program) => ({ scheme: "file", fsPath: `/${program.file}` }),
      program: (_, path) => session.recording.programs.find(({ file }) => `/${file}` === path),
      lineNow: (_session, _program, line) => line,
      lineThen: (_session, _program, line) => line,
    });
    this.#adapter.onDidSendMessage((message) => this.#hear(message));
  }

  /** Sends a request, whatever is in it. */
  answer(command: string, args: unknown): Promise<Dap.Response> {
    const seq = ++this.#seq;
    const answered = new Promise<Dap.Response>((resolve) => this.#waiting.set(seq, resolve));
    this.#adapter.handleMessage({ seq, type: "request", command, arguments: args } as Dap.Request);
    return answered;
  }

  /** Sends a request and gives its body; a refusal is written down. */
  async send(command: string, args: Body = {}): Promise<Body> {
    const response = await this.answer(command, args);
    if (!response.success) this.lines.push(`${command} refused: ${refusal(response)}`);
    return (response.body ?? {}) as Body;
  }

  /** Starts as VS Code does, and waits for the first stop. */
  async start(request: "launch" | "attach" = "launch"): Promise<void> {
    await this.begin(request);
    await this.where("start");
  }

  /** The same, as long as there may be nothing to show yet. */
  async begin(request: "launch" | "attach" = "launch"): Promise<void> {
    await this.send("initialize", {
      adapterID: "backstep",
      linesStartAt1: true,
      columnsStartAt1: true,
      pathFormat: "path",
    });
    const begun = this.send(request, {});
    await this.send("configurationDone");
    await begun;
    await this.#stopped();
  }

  /** A request that ends in a stop, and where it led. */
  async go(command: string, args: Body = {}): Promise<void> {
    await this.send(command, { threadId: 1, ...args });
    await this.#stopped();
    await this.where(command);
  }

  /** Sets the breakpoints of the source and writes down what came of them. */
  async breakpoints(...asked: Body[]): Promise<void> {
    const { breakpoints } = await this.send("setBreakpoints", { source: { path: "/snippet.ts" }, breakpoints: asked });
    for (const each of breakpoints as Dap.Breakpoint[])
      this.lines.push(`breakpoint on line ${each.line}: ${each.verified ? "set" : each.message}`);
  }

  /** The call stack at the stop. */
  async where(after: string): Promise<void> {
    this.#seen = this.#stops;
    const { stackFrames } = await this.send("stackTrace", { threadId: 1 });
    const stack = (stackFrames as Dap.StackFrame[]).map(({ name, line }) => `${name}:${line}`).join(" < ");
    const { event } = this;
    const why = [event.reason, event.description].filter(Boolean).join(", ");
    this.lines.push(`${after} → ${stack} (${why})`);
  }

  /** The rows of the innermost frame's scopes, tensors opened as far as `depth`. */
  async variables(scope: string, depth = 1): Promise<void> {
    const { scopes } = await this.send("scopes", { frameId: 0 });
    const found = (scopes as Dap.Scope[]).find(({ name }) => name === scope);
    this.lines.push(`  ${scope}`);
    if (found) await this.#rows(found.variablesReference, depth, "    ");
  }

  /** Breaks on changes of a variable, as the Variables view does. */
  async watch(scope: string, name: string): Promise<void> {
    const { scopes } = await this.send("scopes", { frameId: 0 });
    const { variablesReference } = (scopes as Dap.Scope[]).find((each) => each.name === scope)!;
    await this.send("variables", { variablesReference });
    const { dataId, description } = await this.send("dataBreakpointInfo", { variablesReference, name });
    this.lines.push(`watch ${scope}, ${name}: ${description as string}`);
    const breakpoints = dataId === null ? [] : [{ dataId }];
    await this.send("setDataBreakpoints", { breakpoints });
  }

  /** Turns exception filters on, and all others off. */
  async exceptions(...filters: string[]): Promise<void> {
    await this.send("setExceptionBreakpoints", { filters });
    this.lines.push(`exceptions: ${filters.join(", ")}`);
  }

  /** Sets a variable of a scope, as the Variables view does; a value that is taken ends in a stop. */
  async set(scope: string, name: string, value: string): Promise<void> {
    const { scopes } = await this.send("scopes", { frameId: 0 });
    const { variablesReference } = (scopes as Dap.Scope[]).find((each) => each.name === scope)!;
    this.lines.push(`set ${name} to ${value}`);
    const { value: now } = await this.send("setVariable", { variablesReference, name, value });
    if (typeof now === "string") await this.#stopped();
  }

  async evaluate(expression: string): Promise<void> {
    const { result } = await this.send("evaluate", { expression, frameId: 0, context: "watch" });
    if (typeof result === "string") this.lines.push(`  ${expression} = ${result}`);
  }

  async #rows(reference: number, depth: number, indent: string): Promise<void> {
    const { variables } = await this.send("variables", { variablesReference: reference });
    for (const { name, value, type, variablesReference } of variables as Dap.Variable[]) {
      this.lines.push(`${indent}${name} = ${value}${type ? ` (${type})` : ""}`);
      if (variablesReference > 0 && depth > 1) await this.#rows(variablesReference, depth - 1, `${indent}  `);
    }
  }

  event: { reason: string; description?: string } = { reason: "" };

  async #stopped(): Promise<void> {
    if (this.#seen === this.#stops) await new Promise<void>((resolve) => (this.#stop = resolve));
    this.#seen = this.#stops;
  }

  #hear(message: unknown): void {
    const { type } = message as Dap.ProtocolMessage;
    if (type === "response") {
      const response = message as Dap.Response;
      const waiting = this.#waiting.get(response.request_seq);
      assert.ok(waiting, `${response.command} is answered once`);
      waiting(response);
      this.#waiting.delete(response.request_seq);
      return;
    }
    const { event, body } = message as {
      event: string;
      body: { reason: string; description?: string; output?: string };
    };
    if (event === "output") this.lines.push(`  printed: ${body.output?.trimEnd() ?? ""}`);
    if (event !== "stopped") return;
    this.event = body;
    this.#stops++;
    this.#stop?.();
    this.#stop = null;
  }
}

/** The sentence of a response that is a refusal. */
export function refusal(response: Dap.Response): string {
  const { error } = response.body as { error: Dap.Message };
  return error.format.replace(/\{(\w+)\}/g, (_, name: string) => error.variables?.[name] ?? "");
}

/** Compares with the golden text of that name; BACKSTEP_GOLDEN=write writes it anew. */
export function golden(name: string, lines: readonly string[]): void {
  const path = join(__dirname, "golden", `${name}.txt`);
  const text = `${lines.join("\n")}\n`;
  if (process.env.BACKSTEP_GOLDEN === "write") {
    mkdirSync(join(__dirname, "golden"), { recursive: true });
    writeFileSync(path, text);
  }
  assert.ok(
    existsSync(path),
    `${path} is missing: BACKSTEP_GOLDEN=write npx mocha test/debug writes it; read it then.`,
  );
  assert.equal(text, readFileSync(path, "utf8"));
}
