import { strict as assert } from "node:assert";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type * as vscode from "vscode";
import { eventually, workbench, type Workbench } from "../workbench";

const root = resolve(__dirname, "../../..");
const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));

describe("types in real VS Code", () => {
  let bench: Workbench;
  const folder = mkdtempSync(join(tmpdir(), "backstep-types-"));
  const wrong = `import { tensor } from "backstep";\n\nconst w = tensor(1);\nconst n: string = w.item();\nw.\n`;
  writeFileSync(join(folder, "wrong.ts"), wrong);

  before(async () => {
    bench = await workbench();
    // The examples are edited on screen, never on the disk.
    await bench.open({ folder, settings: { "files.autoSave": "off" } });
  });

  /** The errors that TypeScript finds, once it has found the one that is surely there. */
  async function errors(file: string): Promise<string[]> {
    return (await bench.problems())
      .filter((row) => row.severity === 0 && row.file.includes(file))
      .map((row) => row.message);
  }

  it("knows backstep in a file of any workspace: only what is wrong is wrong", async () => {
    await bench.openFile("wrong.ts");
    const found = await eventually(
      "type errors",
      async () => {
        const all = await errors("wrong.ts");
        return all.some((text) => /'number' is not assignable to type 'string'/.test(text)) && all;
      },
      30_000,
    );
    assert.ok(!found.some((text) => /backstep/.test(text)), found.join("\n"));
  });

  it("completes a tensor's methods, with their documentation", async () => {
    await bench.caret(4, 2);
    const labels = await bench.completions();
    // About a dozen are on screen.
    assert.ok(labels.includes("abs") && labels.includes("add"), labels.join());
    await bench.press("Escape");
    const documentation = await bench.host(async (api) => {
      const { document, selection } = api.window.activeTextEditor!;
      const list = await api.commands.executeCommand<vscode.CompletionList>(
        "vscode.executeCompletionItemProvider",
        document.uri,
        selection.active,
        undefined,
        400,
      );
      const found = list.items.find((item) => item.label === "backward")?.documentation;
      return typeof found === "string" ? found : (found?.value ?? "");
    });
    assert.match(documentation, /gradient/i);
  });

  it("knows it in a new untitled file", async () => {
    await bench.newUntitled("typescript", wrong.replace("w.\n", ""));
    const found = await eventually(
      "type errors",
      async () => {
        const all = await errors("Untitled-1");
        return all.length > 0 && all;
      },
      30_000,
    );
    assert.deepEqual(found, ["Type 'number' is not assignable to type 'string'."]);
  });

  for (const name of examples) {
    it(`finds no error in the example ${name}, and completes in it`, async () => {
      const file = join(root, "examples", name);
      const text = readFileSync(file, "utf8");
      await bench.openFile(file);
      // An error put at its end shows that TypeScript has read it.
      await bench.host(async (api) => {
        const editor = api.window.activeTextEditor!;
        const end = editor.document.lineAt(editor.document.lineCount - 1).range.end;
        await editor.edit((edit) => edit.insert(end, "\nconst surely: string = 1;\n"));
      });
      const found = await eventually(
        "the error that was put in",
        async () => {
          const all = await errors(name);
          return all.some((text) => /'number' is not assignable to type 'string'/.test(text)) && all;
        },
        30_000,
      );
      assert.equal(found.length, 1, found.join("\n"));
      const end = await bench.host((api) => api.window.activeTextEditor!.document.lineCount - 1);
      await bench.caret(end, 0);
      await bench.type("tens");
      assert.ok((await bench.completions()).some((label) => /tensor/i.test(label)));
      await bench.press("Escape");
      await bench.host(async (api) => {
        await api.commands.executeCommand("workbench.action.files.revert");
      });
      assert.equal(readFileSync(file, "utf8"), text);
    });
  }

  it("writes declarations into the workspace for everyone else", async () => {
    await bench.openFile("wrong.ts");
    await bench.command("Backstep: Add type declarations");
    await bench.notification(/backstep-env\.d\.ts was written/);
    assert.ok(existsSync(join(folder, "backstep-env.d.ts")));
    await bench.openFile("backstep-env.d.ts");
    await new Promise((later) => setTimeout(later, 3000));
    assert.deepEqual(await errors("backstep-env.d.ts"), []);
  });
});
