import { strict as assert } from "node:assert";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PanelView } from "../panel";
import { eventually, workbench, type Workbench } from "../workbench";

describe("a folded graph in real VS Code", () => {
  let bench: Workbench;
  let panel: PanelView;
  const folder = mkdtempSync(join(tmpdir(), "backstep-folds-"));
  cpSync("examples/transformer-step.ts", join(folder, "transformer-step.ts"));

  before(async () => {
    bench = await workbench();
    await bench.open({ folder });
    await bench.openFile("transformer-step.ts");
    await bench.command("Backstep: Run gradient descent");
    panel = await PanelView.of(bench, /transformer-step\.ts/);
  });

  const folded = (): Promise<string> => panel.frame.locator(".folding .text").innerText();
  const open = (): Promise<number> => panel.frame.locator("[role=treeitem][aria-expanded=true]").count();
  /** Waits until the graph is drawn as it is folded now. */
  const drawn = (): Promise<unknown> =>
    panel.frame.waitForSelector("body:not(.waiting) .stage-area:not([aria-busy])", { timeout: 20_000 });
  const toDepth = async (depth: number): Promise<void> => {
    await panel.frame.locator(".folding input").fill(String(depth));
    await drawn();
  };

  it("opens folded, and says what is folded", async () => {
    await eventually("it says what is folded", async () =>
      /^[\d,]+ of 758 nodes folded into \d+ cards$/.test(await folded()),
    );
    assert.ok((await panel.nodes()).length < 20);
    await bench.screenshot("transformer-folded");
  });

  it("opens a part where it is, and folds it at the same place", async () => {
    await toDepth(0);
    const before = await panel.corner("Model");
    await panel.frame.locator("body").dblclick({ position: await panel.card("Model"), force: true });
    await eventually("Model is open", async () => (await open()) === 1);
    await drawn();
    const title = await panel.corner("Model");
    assert.ok(Math.abs(title.x - before.x) < 2 && Math.abs(title.y - before.y) < 2, JSON.stringify([before, title]));
    await bench.screenshot("transformer-unfolded");
    await panel.frame.locator("body").click({ position: { x: title.x + 12, y: title.y + 8 }, force: true });
    await eventually("Model is folded", async () => (await open()) === 0);
    await drawn();
    const after = await panel.corner("Model");
    assert.ok(Math.abs(after.x - before.x) < 2 && Math.abs(after.y - before.y) < 2, JSON.stringify([before, after]));
  });

  it("folds all to one depth by the slider", async () => {
    const counts: number[] = [];
    for (const depth of [0, 1, 2, 3]) {
      await toDepth(depth);
      counts.push((await panel.nodes()).length);
    }
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => a - b),
    );
    assert.ok(new Set(counts).size > 2, counts.join(" "));
  });

  it("finds a node by its op with the page's own Ctrl+F, and opens what hides it", async () => {
    await toDepth(0);
    await panel.press("Control+f");
    await bench.type("softmax");
    await eventually("all are counted", async () => (await panel.frame.locator(".seek .count").innerText()) === "13");
    await bench.press("Enter");
    await eventually("the first is selected", async () =>
      /^softmax/.test(
        await panel.frame.locator("[role=treeitem][aria-selected=true]").first().innerText({ timeout: 2000 }),
      ),
    );
    assert.ok((await open()) > 0);
    await bench.press("Escape");
  });

  it("folds the same in the run that is run again", async () => {
    const [before, text] = [await panel.names(), await folded()];
    await bench.command("Backstep: Run again");
    await eventually("the second run is shown", async () => {
      panel = await PanelView.of(bench, /transformer-step\.ts/);
      return /^run 2 /.test(await panel.info());
    });
    await eventually("it is folded as the first", async () => (await folded()) === text);
    assert.deepEqual(await panel.names(), before);
  });
});
