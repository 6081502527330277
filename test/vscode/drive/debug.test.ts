import { strict as assert } from "node:assert";
import { DebugView } from "../debugview";
import { PanelView } from "../panel";
import { folderOf, opened, trainingWithCall } from "../training";
import { eventually, type Workbench } from "../workbench";

describe("debugging a recording in real VS Code", () => {
  let bench: Workbench;
  let ui: DebugView;
  const folder = folderOf({ "train.ts": trainingWithCall });

  before(async () => {
    bench = await opened(folder);
    ui = new DebugView(bench);
    await ui.open();
  });

  after(() => ui.end());

  /** Rows of the Variables view as they are drawn. */
  const rows = () => bench.page.locator(".debug-variables .monaco-list-row").allInnerTexts();
  /** The 0-based line that the editor marks as where the program stands. */
  const marked = () => bench.page.locator(".debug-top-stack-frame-line").count();

  it("starts, stops at the first iteration, and shows stack and variables", async () => {
    await ui.begin("train.ts");
    await ui.stands("epoch 0 (train.ts):10");
    await eventually("variables", async () => (await rows()).some((row) => /^w\b/.test(row.trim())));
    await eventually("the line is marked", async () => (await marked()) > 0);
    await bench.screenshot("debug");
  });

  it("steps by statements, into calls and back", async () => {
    await bench.command("Backstep: Show beside editor");
    const panel = await PanelView.of(bench);
    await bench.clickText("const loss");
    await ui.press("F10");
    await ui.stands("epoch 0 (train.ts):11");
    await ui.press("Alt+F10");
    await ui.stands("epoch 0 (train.ts):10");
    await ui.press("Alt+F11");
    await eventually("inside forward", async () => (await ui.stack())?.[0] === "forward:7");
    assert.match(await panel.step(), /line 7/);
  });

  it("keeps the focus in the page while it moves there, and agrees with it", async () => {
    const panel = await PanelView.of(bench);
    const before = await bench.documents();
    await panel.press("Home");
    await bench.press("PageDown");
    for (let i = 0; i < 7; i++) await bench.press("ArrowRight");
    await panel.stands(/step 8 \//);
    await bench.page.waitForTimeout(600);
    assert.equal(await panel.frame.evaluate(() => document.hasFocus()), true);
    await bench.press("ArrowRight");
    await panel.stands(/step 9 \//);
    assert.deepEqual(await bench.documents(), before);
    const line = Number(/line (\d+)/.exec(await panel.step())?.[1]);
    await eventually("the debug UI follows", async () => (await ui.stack())?.[0]?.endsWith(`:${line}`));
    await bench.screenshot("debug-moved");
  });
});
