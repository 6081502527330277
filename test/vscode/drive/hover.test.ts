import { strict as assert } from "node:assert";
import type { PanelView } from "../panel";
import { folderOf, running, training } from "../training";
import { eventually, type Workbench } from "../workbench";

describe("hovers in real VS Code", () => {
  let bench: Workbench;
  let panel: PanelView;
  const folder = folderOf({ "train.ts": training });

  before(async () => {
    ({ bench, panel } = await running(folder));
  });

  it("tell a tensor's value, gradient and course at the moment in view", async () => {
    const text = await bench.hover("w", 1);
    assert.match(text, /\bw\b.*float32 scalar/);
    assert.match(text, /value\s*0\.0000/);
    assert.match(text, /\.grad\s*null/);
    assert.match(text, /epoch 0/);
    const picture = await bench.page.locator(".monaco-hover:visible img").first().getAttribute("src");
    assert.match(picture ?? "", /^data:image\/svg\+xml/);
    await bench.screenshot("hover");
  });

  it("tell another moment after a move", async () => {
    await panel.press("PageDown");
    await bench.press("ArrowDown");
    await panel.stands(/step 9 \/ 12/);
    const text = await bench.hover("w", 1);
    assert.match(text, /value\s*0\.3000/);
    assert.match(text, /\.grad\s*−25\.5/);
    assert.match(text, /epoch 1/);
  });

  it("tell numbers", async () => {
    assert.match(await bench.hover("rate", 0), /0\.01/);
  });

  it("mark the line of the current step, and the one whose gradient it computes", async () => {
    await panel.press("ArrowLeft");
    await panel.stands(/step 8 \/ 12/);
    const marked = await bench.page.locator(".editor-instance .view-overlays .cdr").count();
    assert.ok(marked >= 2, String(marked));
    await bench.screenshot("current-line");
  });

  it("mark in the graph the nodes that the caret's line made", async () => {
    await bench.clickText("yPred");
    await eventually("yPred is marked", async () => (await panel.marked()).join() === "yPred");
    await bench.clickText("const rate");
    await eventually("nothing is marked", async () => (await panel.marked()).length === 0);
  });

  it("follow what moves down, and say when the statement was edited since", async () => {
    await bench.caret(6, 0);
    await bench.type("// a comment\n");
    assert.match(await bench.hover("w", 1), /value\s*0\.3000/);
    assert.doesNotMatch(await bench.hover("w", 1), /before this edit/);
    await bench.select(9, 16, 9, 16);
    const line = await bench.host((api) => api.window.activeTextEditor!.document.lineAt(9).text);
    assert.match(line, /const yPred/);
    await bench.caret(9, line.indexOf(";"));
    await bench.type(".add(0)");
    assert.match(await bench.hover("w", 1), /recorded before this edit/);
    for (let i = 0; i < 7; i++) await bench.press("Backspace");
    assert.doesNotMatch(await bench.hover("w", 1), /before this edit/);
  });
});
