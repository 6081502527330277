import { strict as assert } from "node:assert";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PanelView } from "../panel";
import { eventually, workbench, type Workbench } from "../workbench";

const forgotten = readFileSync("examples/forgotten-zero.ts", "utf8");
const files: Record<string, string> = {
  "forgotten.ts": forgotten,
  "mended.ts": forgotten.replace("// w.grad!.zero_();", "w.grad!.zero_();"),
  "nan.ts": readFileSync("examples/nan.ts", "utf8"),
};

describe("findings in real VS Code", () => {
  let bench: Workbench;
  const folder = mkdtempSync(join(tmpdir(), "backstep-findings-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

  before(async () => {
    bench = await workbench();
    await bench.open({ folder });
  });

  beforeEach(() => bench.host((api) => api.commands.executeCommand("notifications.clearAll")));

  async function run(name: string): Promise<PanelView> {
    await bench.openFile(name);
    await bench.command("Backstep: Run gradient descent");
    const panel = await PanelView.of(bench, new RegExp(`^${name.replace(".ts", "")}`));
    await eventually("it is over", async () => /recorded in/.test(await panel.info()));
    return panel;
  }

  /** What Problems says of a file, with code and links. */
  const problems = (name: string) =>
    bench.host(
      (api, wanted) =>
        api.languages.getDiagnostics().flatMap(([uri, rows]) =>
          uri.path.endsWith(wanted)
            ? rows
                .filter(({ source }) => source === "backstep")
                .map((row) => ({
                  line: row.range.start.line + 1,
                  code: typeof row.code === "object" ? row.code.value : row.code,
                  severity: row.severity,
                  links: (row.relatedInformation ?? []).map((link) => link.location.range.start.line + 1),
                }))
            : [],
        ),
      name,
    );

  it("shows a forgotten zeroing in Checks and in Problems, and goes to its moment and its line", async () => {
    const panel = await run("forgotten.ts");
    await eventually("it is in Problems", async () => (await problems("forgotten.ts")).length > 0);
    assert.deepEqual(await problems("forgotten.ts"), [{ line: 15, code: "not-zeroed", severity: 0, links: [17] }]);
    assert.match(
      await panel.frame.locator(".notes").textContent().then(String),
      /w\.grad was not zeroed: see Checks\./,
    );
    await panel.frame.locator(".found").click();
    await panel.frame.locator(".finding").click();
    await panel.stands(/w\.grad \+= −25\.5/);
    await eventually("the caret is on the line", async () =>
      bench.host((api) =>
        api.window.visibleTextEditors.some(
          ({ document, selection }) => document.uri.path.endsWith("forgotten.ts") && selection.active.line === 14,
        ),
      ),
    );
    assert.equal(await panel.epoch(), "1");
    await bench.screenshot("forgotten-zero");
  });

  it("takes it out of Problems when the file is edited", async () => {
    await bench.openFile("forgotten.ts");
    await bench.host(async (api) => {
      const editor = api.window.activeTextEditor!;
      await editor.edit((edit) => edit.insert(new api.Position(0, 0), "// "));
    });
    await eventually("it is gone", async () => (await problems("forgotten.ts")).length === 0);
    await bench.host((api) => api.commands.executeCommand("workbench.action.files.revert"));
  });

  it("shows where a NaN came from, and its way on the graph", async () => {
    const panel = await run("nan.ts");
    await eventually("it is in Problems", async () => (await problems("nan.ts")).length > 0);
    assert.deepEqual(
      (await problems("nan.ts")).map(({ line, code }) => ({ line, code })),
      [{ line: 11, code: "not-finite" }],
    );
    await panel.frame.locator(".found").click();
    assert.match(await panel.frame.locator(".finding").innerText(), /log made −∞ of 0 in epoch 8/);
    await panel.frame.locator(".finding").click();
    await eventually("epoch 8", async () => (await panel.epoch()) === "8");
    assert.ok(await panel.frame.locator(".legend .way").isVisible());
    await bench.screenshot("nan");
  });

  it("says nothing of the mended program", async () => {
    const panel = await run("mended.ts");
    assert.equal(await panel.frame.locator(".found").isVisible(), false);
    assert.equal(await panel.frame.locator(".mark").count(), 0);
    for (const name of Object.keys(files)) assert.deepEqual(await problems(name), [], name);
    await panel.frame.locator("#tab-checks").click();
    assert.match(await panel.frame.locator(".fine").innerText(), /Nothing wrong was found/);
  });
});
