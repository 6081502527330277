import * as vscode from "vscode";
import { ambient } from "./ambient";

const file = "backstep-env.d.ts";
/** "Cannot find module", with and without the hint at moduleResolution. */
const unknownModule = new Set<unknown>([2307, 2792]);

/** Writes the engine's declarations into the workspace, for whoever the server plugin does not reach. */
export async function addTypes(extension: vscode.Uri): Promise<void> {
  const document = vscode.window.activeTextEditor?.document;
  const own = document && vscode.workspace.getWorkspaceFolder(document.uri);
  const folder = own ?? vscode.workspace.workspaceFolders?.[0];
  if (!folder) {
    void vscode.window.showWarningMessage("Type declarations are written into a folder: open one first.");
    return;
  }
  const declarations = vscode.Uri.joinPath(extension, "dist", "types", "index.d.ts");
  const text = ambient(new TextDecoder().decode(await vscode.workspace.fs.readFile(declarations)));
  const uri = vscode.Uri.joinPath(folder.uri, file);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const open = "Open it";
  const pressed = await vscode.window.showInformationMessage(`${file} was written into ${folder.name}.`, open);
  if (pressed === open) await vscode.window.showTextDocument(uri);
}

/** Offers the declarations where TypeScript does not know "backstep". */
export class TypesFix implements vscode.CodeActionProvider {
  provideCodeActions(
    _document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    const missing = diagnostics.filter(
      ({ code, message }) =>
        unknownModule.has(typeof code === "object" ? code.value : code) && /['"]backstep['"]/.test(message),
    );
    if (missing.length === 0) return [];
    const fix = new vscode.CodeAction("Add type declarations for backstep", vscode.CodeActionKind.QuickFix);
    fix.command = { command: "backstep.addTypes", title: fix.title };
    fix.diagnostics = missing;
    fix.isPreferred = true;
    return [fix];
  }
}
