import * as vscode from "vscode";
import { commandNames } from "./commands/names";
import { offerDebugging } from "./debug/debugging";
import { Lenses } from "./editor/lenses";
import { TypesFix } from "./editor/types";
import { editorType, panelType, viewId } from "./panel/views";
import type { Opened } from "./panel/recordings";
import type { Wired } from "./wiring";

const languages = ["typescript", "javascript"];
const activeRun = "backstep.active";

let wired: Promise<Wired> | null = null;

/**
 * Offers what VS Code may ask for; the rest of the extension is loaded when it first does, so that whoever opens a
 * TypeScript file and never runs gradient descent does not wait for it.
 */
export function activate(context: vscode.ExtensionContext): void {
  const { subscriptions, workspaceState } = context;
  const lenses = new Lenses();
  const wiring = (): Promise<Wired> => (wired ??= import("./wiring").then(({ wire }) => wire(context, activeRun)));

  for (const name of commandNames) {
    const run = async (...args: unknown[]): Promise<unknown> => (await wiring()).commands[name](...args);
    subscriptions.push(vscode.commands.registerCommand(`backstep.${name}`, run));
  }
  const files: vscode.CustomReadonlyEditorProvider<Opened> = {
    openCustomDocument: async (uri) => (await wiring()).recordings.openCustomDocument(uri),
    resolveCustomEditor: async (document, panel) => (await wiring()).recordings.resolveCustomEditor(document, panel),
  };
  subscriptions.push(
    offerDebugging(async () => (await wiring()).adapter(), context.globalState),
    vscode.window.registerWebviewPanelSerializer(panelType, {
      deserializeWebviewPanel: async (panel, state) => (await wiring()).webviews.deserializeWebviewPanel(panel, state),
    }),
    vscode.window.registerWebviewViewProvider(viewId, {
      resolveWebviewView: async (view) => (await wiring()).webviews.resolveWebviewView(view),
    }),
    vscode.window.registerCustomEditorProvider(editorType, files),
    vscode.languages.registerCodeLensProvider(languages, lenses),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("backstep.editor.codeLens")) lenses.refresh();
    }),
    vscode.languages.registerCodeActionsProvider(languages, new TypesFix()),
  );
  // Whoever opens a file need not wait for the run of yesterday.
  if (workspaceState.get(activeRun) !== undefined) setTimeout(() => void wiring(), 100);
}

/** Writes what is still to be written. */
export async function deactivate(): Promise<void> {
  await (await wired)?.flush();
}
