import * as vscode from "vscode";
import { exampleOf, type Example } from "./exampletexts";

/** Asks which of the examples that ship with the extension, and opens it. */
export async function openExample(extension: vscode.Uri): Promise<void> {
  const folder = vscode.Uri.joinPath(extension, "examples");
  const names = (await vscode.workspace.fs.readDirectory(folder))
    .map(([name]) => name)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
  const examples = await Promise.all(
    names.map(async (name) => {
      const text = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(folder, name));
      return exampleOf(name, new TextDecoder().decode(text));
    }),
  );
  const first = (example: Example) => (example.name === "one-weight.ts" ? 0 : 1);
  examples.sort((a, b) => first(a) - first(b) || a.name.localeCompare(b.name));
  const picked = await vscode.window.showQuickPick(
    examples.map(({ name, about }) => ({ label: name, detail: about })),
    { title: "Open example", placeHolder: "Which example?", matchOnDetail: true },
  );
  if (!picked) return;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.joinPath(folder, picked.label));
  await vscode.window.showTextDocument(document, { preview: false, viewColumn: vscode.ViewColumn.One });
}
