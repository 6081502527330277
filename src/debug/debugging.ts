import * as vscode from "vscode";
import type { Surroundings } from "./adapter";
import { Focus } from "./focus";

/** The debug type that package.json contributes. */
export const debugType = "backstep";

/** Debug sessions on recordings, in VS Code's own debug UI. */
export class Debugging {
  readonly #focus: Focus;
  readonly #disposables: readonly vscode.Disposable[];

  constructor(
    private readonly around: Surroundings,
    memory: vscode.Memento,
  ) {
    this.#focus = new Focus(memory);
    this.#disposables = [
      vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
        createDebugAdapterDescriptor: () => this.#adapter(),
      }),
      vscode.debug.registerDebugConfigurationProvider(debugType, {
        resolveDebugConfiguration: (_, asked) => this.#resolved(asked),
      }),
      vscode.debug.onDidTerminateDebugSession((session) => {
        if (session.type === debugType) void this.#focus.release();
      }),
    ];
  }

  async #adapter(): Promise<vscode.DebugAdapterDescriptor> {
    await this.#focus.hold();
    const { Adapter } = await import("./adapter");
    // VS Code's type asks for its own class where all it calls is dispose().
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    return new vscode.DebugAdapterInlineImplementation(new Adapter(this.around));
  }

  /** Without a launch configuration the file in front is meant. */
  #resolved(asked: vscode.DebugConfiguration): vscode.DebugConfiguration {
    const fields = new Map<string, unknown>(Object.entries(asked));
    // VS Code gives an empty object where there is no configuration.
    const request = fields.get("request") === "attach" ? "attach" : "launch";
    const name = fields.get("name");
    const program = request === "launch" && { program: fields.get("program") ?? front() };
    return {
      // What the snippet prints has an output channel of its own.
      internalConsoleOptions: "neverOpen",
      ...asked,
      type: debugType,
      name: typeof name === "string" ? name : "Gradient descent",
      request,
      ...program,
    };
  }

  /** Starts a debug session on a document, or some of its lines (0-based, end exclusive). */
  async start(
    { uri }: vscode.TextDocument,
    lines: { readonly startLine: number; readonly endLine: number } | null,
  ): Promise<void> {
    await vscode.debug.startDebugging(vscode.workspace.getWorkspaceFolder(uri), {
      type: debugType,
      request: "launch",
      name: "Gradient descent",
      program: uri.scheme === "file" ? uri.fsPath : uri.toString(),
      ...(lines && { lines: [lines.startLine + 1, lines.endLine] }),
    });
  }

  /** Starts a debug session on the run on screen, which is not run again. */
  async attach(): Promise<void> {
    await vscode.debug.startDebugging(undefined, { type: debugType, request: "attach", name: "Recording" });
  }

  dispose(): void {
    for (const each of this.#disposables) each.dispose();
  }
}

/** The document in front as a launch configuration names programs. */
function front(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === "file" ? uri.fsPath : uri?.toString();
}
