import * as vscode from "vscode";
import * as v from "valibot";
import { exampleOf, type Example } from "./exampletexts";

/** An example as it ships, and the copy of it that a person works in. */
interface Work extends Example {
  readonly shipped: string;
  readonly copy: vscode.Uri;
  readonly edited: boolean;
}

interface Choice extends vscode.QuickPickItem {
  readonly work: Work;
}

const manifest = v.object({ version: v.string() });
const { fs } = vscode.workspace;
const restore: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon("discard"),
  tooltip: "Bring back the original",
};

/**
 * Opens a copy of an example that ships with the extension, so that the original stays: the one named, as the
 * walkthrough does, else the one that is picked.
 */
export async function openExample(
  { extension, globalStorageUri }: vscode.ExtensionContext,
  named?: unknown,
): Promise<void> {
  const { version } = v.parse(manifest, extension.packageJSON);
  const shipped = vscode.Uri.joinPath(extension.extensionUri, "examples");
  const works = await worksIn(shipped, vscode.Uri.joinPath(globalStorageUri, "examples", version));
  const known = works.find(({ name }) => name === named);
  const picked = known === undefined ? await pick(works) : { work: known, original: false };
  if (!picked) return;
  const { work, original } = picked;
  if (!work.edited) await fs.writeFile(work.copy, new TextEncoder().encode(work.shipped));
  const document = await vscode.workspace.openTextDocument(work.copy);
  const editor = await vscode.window.showTextDocument(document, { preview: false, viewColumn: vscode.ViewColumn.One });
  if (!original) return;
  const whole = document.validateRange(new vscode.Range(0, 0, document.lineCount, 0));
  // As an edit it can be undone.
  await editor.edit((edit) => edit.replace(whole, work.shipped));
}

async function worksIn(shipped: vscode.Uri, copies: vscode.Uri): Promise<readonly Work[]> {
  const names = (await fs.readDirectory(shipped))
    .map(([name]) => name)
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));
  await fs.createDirectory(copies);
  const works = await Promise.all(
    names.map(async (name) => {
      const text = await read(vscode.Uri.joinPath(shipped, name));
      const copy = vscode.Uri.joinPath(copies, name);
      const mine = await read(copy).catch(() => text);
      return { ...exampleOf(name, text), shipped: text, copy, edited: mine !== text };
    }),
  );
  const first = ({ name }: Example) => (name === "one-weight.ts" ? 0 : 1);
  return works.sort((a, b) => first(a) - first(b) || a.name.localeCompare(b.name));
}

async function read(file: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await fs.readFile(file));
}

function pick(works: readonly Work[]): Promise<{ work: Work; original: boolean } | null> {
  const list = vscode.window.createQuickPick<Choice>();
  list.title = "Open example";
  list.placeholder = "Which example?";
  list.matchOnDetail = true;
  list.items = works.map((work) => ({
    label: work.name,
    detail: work.about,
    ...(work.edited && { description: "edited by you", buttons: [restore] }),
    work,
  }));
  return new Promise((resolve) => {
    list.onDidAccept(() => {
      const [choice] = list.selectedItems;
      resolve(choice ? { work: choice.work, original: false } : null);
      list.hide();
    });
    list.onDidTriggerItemButton(({ item }) => {
      resolve({ work: item.work, original: true });
      list.hide();
    });
    list.onDidHide(() => {
      resolve(null);
      list.dispose();
    });
    list.show();
  });
}
