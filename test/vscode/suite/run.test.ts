import { strict as assert } from "node:assert";
import * as vscode from "vscode";
import { eventually } from "../eventually";

const regression = `import { noGrad, tensor } from "backstep";

const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });

for (let epoch = 0; epoch < 20; epoch++) {
  const loss = w.mul(x).sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
`;
const nameOfW = new vscode.Position(4, 6);

/** Opens a file of the workspace with this text. */
async function open(name: string, text: string): Promise<vscode.TextEditor> {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder.uri, name);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  return vscode.window.showTextDocument(uri);
}

/** What a hover says there, without its tags and escapes. */
async function hover({ document }: vscode.TextEditor, at: vscode.Position): Promise<string> {
  const command = "vscode.executeHoverProvider";
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>(command, document.uri, at);
  const parts = hovers.flatMap(({ contents }) => contents);
  const text = parts.map((part) => (part instanceof vscode.MarkdownString ? part.value : "")).join("\n");
  return text.replace(/<[^>]*>/g, " ").replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}

async function says(editor: vscode.TextEditor, at: vscode.Position, what: RegExp): Promise<string> {
  return eventually(`the hover says ${String(what)}`, async () => {
    const text = await hover(editor, at);
    assert.match(text, what);
    return text;
  });
}

describe("a run, through VS Code's own API", () => {
  it("records a file: the hover tells the moment, and every move changes it", async () => {
    const editor = await open("train.ts", regression);
    await vscode.commands.executeCommand("backstep.run");
    const first = await says(editor, nameOfW, /epoch 0/);
    assert.match(first, /0\.0000/);
    assert.match(first, /null/);
    await vscode.commands.executeCommand("backstep.nextIteration");
    await says(editor, nameOfW, /0\.3000[\s\S]*epoch 1/);
    await vscode.commands.executeCommand("backstep.nextPhase");
    await says(editor, nameOfW, /−25\.5/);
    await vscode.commands.executeCommand("backstep.previousIteration");
    await vscode.commands.executeCommand("backstep.first");
    const begin = await says(editor, nameOfW, /w/);
    await vscode.commands.executeCommand("backstep.stepForward");
    await vscode.commands.executeCommand("backstep.stepBack");
    assert.equal(await hover(editor, nameOfW), begin);
    await vscode.commands.executeCommand("backstep.last");
    await says(editor, nameOfW, /epoch 19/);
    assert.equal(vscode.window.activeTextEditor, editor, "no move took the focus");
    assert.equal(editor.document.getText(), regression);
  });

  it("offers itself above the loop that trains", async () => {
    const editor = await open("lens.ts", regression);
    const command = "vscode.executeCodeLensProvider";
    const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>(command, editor.document.uri, 10);
    assert.deepEqual(
      lenses
        .filter(({ command }) => /Run gradient descent/.test(command?.title ?? ""))
        .map(({ range }) => range.start.line),
      [6],
    );
  });

  it("takes a document as it is on screen, and one that was never saved", async () => {
    const edited = await open("edited.ts", regression);
    await edited.edit((edit) =>
      edit.replace(edited.document.lineAt(4).range, "const w = tensor(7, { requiresGrad: true });"),
    );
    assert.ok(edited.document.isDirty);
    await vscode.commands.executeCommand("backstep.run");
    await says(edited, nameOfW, /7\.0000/);
    await vscode.commands.executeCommand("workbench.action.files.revert");
    const content = regression.replace("tensor(0,", "tensor(5,");
    const untitled = await vscode.window.showTextDocument(
      await vscode.workspace.openTextDocument({ language: "typescript", content }),
    );
    await vscode.commands.executeCommand("backstep.run");
    await says(untitled, nameOfW, /5\.0000/);
  });

  it("marks in Problems where an exception was thrown, and takes it away with the next run", async () => {
    const thrown = regression.replace(
      "  loss.backward();",
      '  if (epoch === 7) throw new Error("enough of this");\n  loss.backward();',
    );
    const editor = await open("thrown.ts", thrown);
    const ours = (): vscode.Diagnostic[] =>
      vscode.languages.getDiagnostics(editor.document.uri).filter(({ source }) => source === "Backstep");
    await vscode.commands.executeCommand("backstep.run");
    const [problem] = await eventually("the problem", () => ours().length > 0 && ours());
    assert.match(problem?.message ?? "", /enough of this/);
    assert.equal(problem?.range.start.line, 8);
    await says(editor, nameOfW, /epoch 0/);
    await editor.edit((edit) => edit.delete(editor.document.lineAt(8).rangeIncludingLineBreak));
    await vscode.commands.executeCommand("backstep.run");
    await eventually("nothing is wrong", () => ours().length === 0);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("stops an endless loop when asked, and keeps what it recorded", async () => {
    const editor = await open("endless.ts", regression.replace("epoch < 20", "true"));
    const run = vscode.commands.executeCommand("backstep.run");
    await says(editor, nameOfW, /epoch 0/);
    await vscode.commands.executeCommand("backstep.stop");
    await run;
    await vscode.commands.executeCommand("backstep.nextIteration");
    await says(editor, nameOfW, /0\.3000[\s\S]*epoch 1/);
  });
});
