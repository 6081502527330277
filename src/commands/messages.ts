import * as vscode from "vscode";

/** A button of a message and what it does. */
export type Actions = Readonly<Record<string, () => unknown>>;

/** Says a sentence with the next actions as buttons, and does the one that is pressed. */
export async function say(level: "info" | "warning" | "error", sentence: string, actions: Actions): Promise<void> {
  const show = {
    info: vscode.window.showInformationMessage,
    warning: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
  }[level];
  const pressed = await show(sentence, ...Object.keys(actions));
  if (pressed !== undefined) await actions[pressed]?.();
}

/** Opens the settings that bound a run. */
export function openSettings(): Thenable<unknown> {
  return vscode.commands.executeCommand("workbench.action.openSettings", "backstep.limits");
}

/** Opens VS Code's page on what this workspace may do. */
export function manageTrust(): Thenable<unknown> {
  return vscode.commands.executeCommand("workbench.trust.manage");
}

/** Why nothing runs in a workspace that is not trusted. */
export const notTrusted = "Nothing was run: this workspace is not trusted, and a snippet is a program.";

/** A page that has the focus gets it back when the palette closes, and would close what the command asks. */
export const stays = { ignoreFocusOut: true } as const;
