import * as vscode from "vscode";
import { Focus } from "./focus";

/** The debug type that package.json contributes. */
export const debugType = "backstep";

/** Offers debug sessions on recordings, in VS Code's own debug UI. */
export function offerDebugging(adapter: () => Promise<vscode.DebugAdapter>, memory: vscode.Memento): vscode.Disposable {
  const focus = new Focus(memory);
  return vscode.Disposable.from(
    vscode.debug.registerDebugAdapterDescriptorFactory(debugType, {
      createDebugAdapterDescriptor: async () => {
        await focus.hold();
        return new vscode.DebugAdapterInlineImplementation(await adapter());
      },
    }),
    vscode.debug.registerDebugConfigurationProvider(debugType, {
      resolveDebugConfiguration: (_, asked) => resolved(asked),
    }),
    vscode.debug.onDidTerminateDebugSession((session) => {
      if (session.type === debugType) void focus.release();
    }),
  );
}

/** Without a launch configuration the file in front is meant. */
function resolved(asked: vscode.DebugConfiguration): vscode.DebugConfiguration {
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

/** The document in front as a launch configuration names programs. */
function front(): string | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.scheme === "file" ? uri.fsPath : uri?.toString();
}

/** Starts a debug session on a document, or some of its lines (0-based, end exclusive). */
export async function launch(
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
export async function attach(): Promise<void> {
  await vscode.debug.startDebugging(undefined, { type: debugType, request: "attach", name: "Recording" });
}
