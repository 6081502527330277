import { strict as assert } from "node:assert";
import { PanelView } from "../panel";
import { folderOf, opened, trainingWithCall } from "../training";
import { eventually, type Workbench } from "../workbench";

describe("debugging a recording in real VS Code", () => {
  let bench: Workbench;
  const folder = folderOf({ "train.ts": trainingWithCall });

  before(async () => {
    bench = await opened(folder);
  });

  after(async () => {
    await bench.host((api) => api.debug.stopDebugging());
  });

  /** The top frame as the debug UI has it: its name, 1-based line, and its variables. */
  const top = () =>
    bench.host(async (api) => {
      const session = api.debug.activeDebugSession;
      if (!session) return null;
      const item = api.debug.activeStackItem;
      if (!item || !("frameId" in item)) return null;
      const { stackFrames } = (await session.customRequest("stackTrace", { threadId: 1 })) as {
        stackFrames: { id: number; name: string; line: number }[];
      };
      const [frame] = stackFrames;
      return frame && { names: stackFrames.map(({ name }) => name), line: frame.line };
    });
  /** Rows of the Variables view as they are drawn. */
  const rows = () => bench.page.locator(".debug-variables .monaco-list-row").allInnerTexts();
  /** The 0-based line that the editor marks as where the program stands. */
  const marked = () => bench.page.locator(".debug-top-stack-frame-line").count();

  it("starts, stops at the first iteration, and shows stack and variables", async () => {
    await bench.host((api) => api.commands.executeCommand("workbench.view.debug"));
    await bench.openFile("train.ts");
    await bench.command("Backstep: Debug gradient descent");
    const frame = await eventually("a stop", async () => (await top()) ?? null);
    assert.equal(frame.names.at(-1), "epoch 0 (train.ts)");
    assert.equal(frame.line, 10);
    await eventually("variables", async () => (await rows()).some((row) => /^w\b/.test(row.trim())));
    assert.ok((await marked()) > 0);
    await bench.screenshot("debug");
  });

  it("steps by statements, into calls and back", async () => {
    await bench.command("Backstep: Show beside editor");
    const panel = await PanelView.of(bench);
    await bench.clickText("const loss");
    await bench.press("F10");
    await eventually("the line of backward", async () => (await top())?.line === 11);
    await bench.press("Alt+F10");
    await eventually("back at the loss", async () => (await top())?.line === 10);
    await bench.press("Alt+F11");
    await eventually("inside forward", async () => (await top())?.names[0] === "forward");
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
    await eventually("the debug UI follows", async () => (await top())?.line === line);
    await bench.screenshot("debug-moved");
  });
});
