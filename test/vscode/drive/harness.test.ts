import { strict as assert } from "node:assert";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { eventually, workbench, type Workbench } from "../workbench";

const extension = resolve(__dirname, "../fixture");

describe("the harness in real VS Code", () => {
  let bench: Workbench;
  const folder = mkdtempSync(join(tmpdir(), "backstep-folder-"));
  writeFileSync(join(folder, "sample.ts"), "const weight: number = 'x';\nconsole.log(weight);\nexport { weight };\n");

  before(async () => {
    bench = await workbench();
    await bench.open({ folder, extension });
  });

  it("finds a command in the palette and runs it into a webview", async () => {
    assert.equal((await bench.palette("Fixture: Open page"))[0], "Fixture: Open page");
    await bench.openFile("sample.ts");
    await bench.command("Fixture: Open page");
    const frame = await bench.webview("#hello");
    assert.equal(await frame.locator("#hello").innerText(), "hello from a webview");
    assert.equal(await bench.notification(/Fixture/), "Fixture is open");
  });

  it("reads a hover, a problem and a completion of the TypeScript server", async () => {
    await bench.openFile("sample.ts");
    const said = await bench.hover("weight", 1);
    assert.match(said, /word weight/);
    const problem = await eventually(
      "a problem",
      async () => (await bench.problems()).find((row) => row.severity === 0),
      30_000,
    );
    assert.match(problem.message, /not assignable to type 'number'/);
    await bench.caret(1, 10);
    assert.ok((await bench.completions()).includes("log"));
    await bench.press("Escape");
    await bench.screenshot("harness");
  });

  it("selects, types and reads documents", async () => {
    await bench.newUntitled("typescript", "let a = 1\n");
    await bench.select(0, 8, 0, 9);
    await bench.type("42");
    await eventually(
      "the typed text is in the document",
      async () => (await bench.documents())["Untitled-1"] === "let a = 42\n",
    );
  });

  it("opens a folder in Restricted Mode and again trusted, and reloads", async () => {
    await bench.open({ folder, extension, restricted: true });
    assert.equal(await bench.host((api) => api.workspace.isTrusted), false);
    await bench.open({ folder, extension });
    assert.equal(await bench.host((api) => api.workspace.isTrusted), true);
    await bench.reload();
    assert.ok((await bench.statusBar()).length > 0);
  });
});
