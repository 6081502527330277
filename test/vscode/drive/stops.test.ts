import { strict as assert } from "node:assert";
import { PanelView } from "../panel";
import { folderOf, opened, trainingWithCall } from "../training";
import { eventually, type Workbench } from "../workbench";

describe("breakpoints in real VS Code's panel, without a debug session", () => {
  let bench: Workbench;
  let panel: PanelView;
  const folder = folderOf({ "train.ts": trainingWithCall });

  before(async () => {
    bench = await opened(folder);
    await bench.caret(10, 2);
    await bench.press("F9");
    await eventually("the breakpoint is set", () => bench.host((api) => api.debug.breakpoints.length === 1));
    await bench.command("Backstep: Run gradient descent");
    panel = await PanelView.of(bench);
  });

  after(async () => {
    await bench.host((api) => api.debug.removeBreakpoints(api.debug.breakpoints));
  });

  const signs = () => panel.frame.locator(".halts .stop");
  const label = () => signs().first().getAttribute("aria-label");

  it("shows on the timeline where a breakpoint of the editor stops", async () => {
    await eventually("a sign for each epoch", async () => (await signs().count()) === 20);
    assert.equal(await label(), "epoch 0: Breakpoint on line 11");
    assert.equal(await bench.host((api) => api.debug.activeDebugSession === undefined), true);
    await bench.screenshot("stops");
  });

  it("goes from stop to stop, both ways, and says why it stopped", async () => {
    await panel.press("s");
    await panel.stands(/step 5 \/ \d+[\s·]+Breakpoint[\s·]+line 11/);
    await bench.press("s");
    await eventually("epoch 1", async () => (await panel.epoch()) === "1");
    await bench.press("Shift+S");
    await eventually("epoch 0", async () => (await panel.epoch()) === "0");
    await panel.stands(/Breakpoint[\s·]+line 11/);
  });

  it("stops the play, forwards and backwards", async () => {
    await bench.press(" ");
    await eventually(
      "the next epoch's stop",
      async () => (await panel.epoch()) === "1" && /Breakpoint/.test(await panel.step()),
    );
    await eventually("it stands still", async () => (await panel.button("Play").count()) > 0);
    await bench.press("PageDown");
    await bench.press("Shift+ ");
    await eventually(
      "back at the stop",
      async () => (await panel.epoch()) === "1" && /Breakpoint/.test(await panel.step()),
    );
  });

  it("honours a condition that is given to the breakpoint, and a breakpoint that is taken away", async () => {
    await bench.openFile("train.ts");
    await bench.caret(10, 2);
    await bench.press("F9");
    await eventually("no sign is left", async () => (await signs().count()) === 0);
    await bench.command("Debug: Add Conditional Breakpoint...");
    await bench.page.locator(".breakpoint-widget .monaco-editor").waitFor();
    await bench.type("epoch === 7");
    await bench.press("Enter");
    await eventually("one sign", async () => (await signs().count()) === 1);
    assert.equal(await label(), "epoch 7: Breakpoint on line 11: epoch === 7");
    await panel.frame.locator(".graph").click({ position: { x: 4, y: 4 } });
    await bench.press("Home");
    await bench.press("s");
    await eventually("epoch 7", async () => (await panel.epoch()) === "7");
  });

  it("adds a watchpoint on a node, stops there, and keeps it when the run is run again", async () => {
    await panel.frame.locator("[role=treeitem]", { hasText: /^w / }).first().dispatchEvent("click");
    await panel.button("Inspector").click();
    await panel.frame.locator("#tab-stops").click();
    const choose = async (list: string, option: string): Promise<void> => {
      await panel.frame.locator(`vscode-dropdown[aria-label='${list}']`).click();
      await panel.frame
        .locator(`vscode-dropdown[aria-label='${list}'] vscode-option`, { hasText: option })
        .last()
        .click();
    };
    await choose("What", "∂L/∂w");
    await choose("Stops when", "|∂L/∂w| falls below");
    await panel.frame.locator(".stops vscode-text-field input").fill("3");
    await bench.press("Enter");
    await panel.frame.locator(".stops vscode-button", { hasText: "Add watchpoint" }).click();
    await panel.frame.locator(".stops .line", { hasText: "|∂L/∂w| falls below 3" }).waitFor();
    await eventually(
      "a sign of its own",
      async () => (await panel.frame.locator(".halts .data-breakpoint").count()) === 1,
    );
    await panel.frame.locator(".graph").click({ position: { x: 4, y: 4 } });
    await bench.press("s");
    await panel.stands(/\|∂L\/∂w\| fell below 3: 3\.\d+ → 2\.\d+/);
    await bench.screenshot("watchpoint");
    await bench.command("Backstep: Run again");
    panel = await PanelView.of(bench);
    await eventually("run 2", async () => /run 2/.test(await panel.info()));
    await eventually("both signs are there", async () => (await signs().count()) === 2);
  });
});
