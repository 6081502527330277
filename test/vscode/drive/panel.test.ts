import { strict as assert } from "node:assert";
import { cpSync, readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { PanelView } from "../panel";
import { folderOf, running } from "../training";
import { eventually, type Workbench } from "../workbench";

const source = `import { noGrad, tensor } from "backstep";
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

describe("the page's places in real VS Code", () => {
  let bench: Workbench;
  const folder = folderOf({ "train.ts": source });

  before(async () => {
    const { bench: begun, panel } = await running(folder);
    bench = begun;
    await panel.press("PageDown");
    await bench.press("ArrowDown");
    await panel.stands(/step 9 \/ 12/);
  });

  it("shows the same moment when it was closed and opened again", async () => {
    const before = await (await PanelView.of(bench)).picture();
    await bench.host(async (api) => {
      const tab = api.window.tabGroups.all.flatMap((group) => group.tabs).find((each) => each.label === "Backstep");
      await api.window.tabGroups.close(tab!);
    });
    await eventually("no page", async () =>
      bench.webview(".bar", 100).then(
        () => false,
        () => true,
      ),
    );
    await bench.command("Backstep: Show beside editor");
    const again = await PanelView.of(bench);
    assert.equal(await again.picture(), before);
  });

  it("moves to the side bar, is usable at its width, and moves back", async () => {
    const before = await (await PanelView.of(bench)).picture();
    await bench.command("Backstep: Show in side bar");
    const side = await PanelView.of(bench);
    assert.equal(await side.picture(), before);
    const width = await side.frame.evaluate(() => document.documentElement.clientWidth);
    assert.ok(width <= 360, String(width));
    assert.equal(await side.frame.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
    await side.press("ArrowRight");
    await side.stands(/step 10 \/ 12/);
    await bench.screenshot("side-bar");
    await bench.command("Backstep: Show beside editor");
    await eventually("the panel", async () =>
      bench.host((api) =>
        api.window.tabGroups.all.flatMap((group) => group.tabs).some((each) => each.label === "Backstep"),
      ),
    );
    await bench.host((api) => api.commands.executeCommand("workbench.action.closeSidebar"));
  });

  it("finds the run again after the window was reloaded", async () => {
    const before = await (await PanelView.of(bench)).picture();
    // Where the cursor is, is written a moment after the last move.
    await new Promise((later) => setTimeout(later, 1500));
    await bench.reload();
    const again = await PanelView.of(bench, /./, 40_000);
    assert.equal(await again.picture(), before);
    await eventually("the hover", async () => {
      await bench.openFile("train.ts");
      return /float32 scalar/.test(await bench.hover("w", 1));
    });
  });

  it("shows a recording file without running anything", async () => {
    const before = await (await PanelView.of(bench)).picture();
    const recording = join(folder, "kept.backstep");
    // Other windows keep recordings too: the newest is this one's.
    const kept = readdirSync(home(), { recursive: true, encoding: "utf8" })
      .filter((name) => /recordings.*\.backstep$/.test(name))
      .map((name) => join(home(), name))
      .sort((a, b) => statSync(a).mtimeMs - statSync(b).mtimeMs);
    cpSync(kept.at(-1)!, recording);
    await bench.host((api) => api.commands.executeCommand("workbench.action.closeAllEditors"));
    await bench.host((api, path) => void api.commands.executeCommand("vscode.open", api.Uri.file(path)), recording);
    const opened = await PanelView.of(bench, /^kept\.backstep$/);
    await opened.stands(/step 4 \/ 12/);
    await opened.press("PageDown");
    await bench.press("ArrowDown");
    await bench.press("ArrowRight");
    await eventually("the same moment", async () => (await opened.picture()) === before);
  });

  /** Where the window's extensions keep what they store. */
  function home(): string {
    return join(dirname(bench.server.probeFile), "data/User/workspaceStorage");
  }
});
