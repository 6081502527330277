import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { DebugView } from "../debugview";
import { PanelView } from "../panel";
import { folderOf, trainingWithCall } from "../training";
import { eventually, workbench, type Workbench } from "../workbench";

/** With a line that makes nothing. */
const source = trainingWithCall.replace("for (", "// The training:\nfor (");

/** Half a minute of sorting. */
const endless = `y.expand(249000, 4)${".neg().sort(0).values".repeat(85)}`;

describe("VS Code's debug UI on a recording", function () {
  this.timeout(180_000);
  let bench: Workbench;
  let ui: DebugView;
  const folder = folderOf({ "train.ts": source });
  const saved = join(folder, "saved.backstep");

  before(async () => {
    execFileSync(process.execPath, [resolve("dist/cli.js"), "run", join(folder, "train.ts"), "--save", saved]);
    bench = await workbench();
    await bench.open({ folder });
    ui = new DebugView(bench);
    await ui.open();
    await bench.openFile("train.ts");
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await bench.screenshot(`failed-${this.currentTest.title.slice(0, 20)}`);
  });

  after(() => ui.end());

  it("stops at a conditional breakpoint and prints a log message, both ways", async () => {
    await ui.breakpoint(12, { condition: "epoch === 7" });
    await ui.breakpoint(14, { logMessage: "loss {loss.item().toFixed(2)}" });
    await ui.begin("train.ts");
    await ui.press("F5");
    await ui.stands("epoch 7 (train.ts):12");
    await bench.command("Debug Console: Focus on Debug Console View");
    await eventually("the log message of epoch 6", async () =>
      (await ui.printed()).some((text) => text.includes("loss 4.27")),
    );
    await bench.clickText("loss.backward");
    await ui.press("F5");
    await ui.stands("epoch 19 (train.ts):14");
    await ui.press("Alt+F5");
    await ui.stands("epoch 7 (train.ts):12");
  });

  it("marks a breakpoint on a line that made nothing as unverified and says why", async () => {
    await ui.breakpoint(9);
    await bench.page.locator(".debug-breakpoints .codicon-debug-breakpoint-unverified").first().waitFor();
    assert.equal(await bench.page.locator(".debug-breakpoints .codicon-debug-breakpoint-conditional").count(), 1);
    const unverified = bench.page.locator(".debug-breakpoints .monaco-list-row", { hasText: "9" }).last();
    await unverified.hover();
    await eventually("the reason", async () =>
      /There is no statement on this line/.test(
        (await bench.page.locator(".monaco-hover:visible").allInnerTexts()).join(),
      ),
    );
  });

  it("restarts: the file runs again and stops at its first iteration", async () => {
    await ui.press("Control+Shift+F5");
    await ui.stands("epoch 0 (train.ts):11");
    const panel = await PanelView.of(bench);
    await eventually("run 2", async () => /run 2/.test(await panel.info()));
    await bench.clickText("loss.backward");
    await ui.press("F5");
    await ui.stands("epoch 7 (train.ts):12");
    await ui.end();
  });

  it("stops where the debug UI breaks on a change of a value, and of a gradient", async () => {
    const listed = (name: RegExp) =>
      eventually(`${String(name)} is listed`, async () => (await ui.breakpoints()).some((text) => name.test(text)));
    await ui.begin("train.ts");
    await ui.choose("w = ", "Break on Value Change");
    await listed(/^w\b/);
    await bench.clickText("loss.backward");
    await ui.press("F5");
    await ui.stands("epoch 0 (train.ts):13");
    await ui.press("F5");
    await ui.stands("epoch 1 (train.ts):13");
    await ui.press("Alt+F5");
    await ui.stands("epoch 0 (train.ts):13");
    await ui.clear();
    await ui.expand("w = ");
    await ui.choose(".grad = ", "Break on Value Change");
    await listed(/^\.grad\b/);
    await bench.clickText("loss.backward");
    await ui.press("F5");
    await ui.stands("epoch 0 (train.ts):14");
    await ui.press("F5");
    await ui.stands("epoch 1 (train.ts):12");
    await ui.press("Alt+F5");
    await ui.stands("epoch 0 (train.ts):14");
    await ui.clear();
  });

  it("counts hits, jumps to the caret, begins a call anew and steps back", async () => {
    await ui.breakpoint(12, { hitCondition: ">17" });
    await ui.bound(12);
    await bench.clickText("loss.backward");
    await ui.press("F5");
    await ui.stands("epoch 17 (train.ts):12");
    await ui.clear();
    await bench.caret(6, 4);
    await bench.command("Debug: Jump to Cursor");
    await eventually("the end of the call", async () => (await ui.stack())?.join() === at(7));
    await ui.frame("forward").hover();
    await ui.frame("forward").locator(".codicon-debug-restart-frame").click();
    await eventually("its beginning", async () => (await ui.stack())?.join() === at(6));
    await bench.clickText("loss.backward");
    await ui.press("F10");
    await eventually("its end again", async () => (await ui.stack())?.join() === at(7));
    await ui.press("Alt+F10");
    await eventually("back", async () => (await ui.stack())?.join() === at(6));
    await bench.caret(12, 4);
    await bench.command("Debug: Run to Cursor");
    await ui.stands("epoch 17 (train.ts):13");
    function at(line: number): string {
      return `forward:${line},epoch 17 (train.ts):11`;
    }
  });

  it("says in place why an expression has no value, ends one that would not end, and the cursor stays", async () => {
    const before = await eventually("it stands", () => ui.stack());
    for (const [text, answer] of [
      ["loss <", /no expression/],
      ["nothing", /nothing is not known at this moment/],
      ["x.at(9)", /index 9 is out of bounds/],
      ["w.nothing()", /has no nothing/],
      [endless, /took longer than 5 s and was ended/],
      ["w.mul(x)", /\[1\.8738, 3\.7475, /],
    ] as const)
      await ui.ask(text, answer);
    assert.deepEqual(await ui.stack(), before);
  });

  it("watches expressions: each moment has its value, and what has none says why", async () => {
    await ui.watch("epoch * 2");
    await ui.watch("nothing + 1");
    await ui.watched(/^epoch \* 2 = 34$/);
    await ui.watched(/^nothing \+ 1 = nothing is not known at this moment/);
    await bench.clickText("loss.backward");
    await ui.press("F10");
    await ui.stands("epoch 17 (train.ts):14");
    await ui.press("F10");
    await ui.stands("epoch 18 (train.ts):11");
    await ui.watched(/^epoch \* 2 = 36$/);
  });

  it("shows a value over its name, copies it whole, and completes names in the Debug Console", async () => {
    assert.match(await ui.hover("x)"), /\[1, 2, 3, 4\]/);
    await ui.choose("y = ", "Copy Value");
    await eventually(
      "the value is copied",
      async () => (await bench.host((api) => api.env.clipboard.readText())) === "[2, 4, 6, 8]",
    );
    await bench.command("Debug Console: Focus on Debug Console View");
    await bench.type("lo");
    await bench.page.locator(".repl .suggest-widget.visible .monaco-list-row", { hasText: "loss" }).first().waitFor();
    await bench.press("Escape");
    await bench.press("Control+A");
    await bench.press("Delete");
  });

  it("attaches to a saved recording and walks it both ways", async () => {
    await ui.end();
    await bench.openFile("train.ts");
    await bench.host((api, recording) => {
      void api.debug.startDebugging(undefined, { type: "backstep", request: "attach", name: "Saved", recording });
    }, saved);
    await eventually("a stop", async () => (await ui.stack()) !== null);
    await ui.press("F5");
    await ui.stands(/^epoch 19 /);
    await ui.press("Alt+F5");
    await ui.stands(/^setup /);
    await ui.end();
  });
});
