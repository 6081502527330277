import { strict as assert } from "node:assert";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { launchChromium } from "../../support/chromium";
import type { PanelView } from "../panel";
import { folderOf, running } from "../training";
import { eventually, type Workbench } from "../workbench";

const source = `import { noGrad, tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 5; epoch++) {
  const loss = w.mul(x).sub(x).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
`;

describe("export in real VS Code", () => {
  let bench: Workbench;
  let panel: PanelView;
  const folder = folderOf({ "train.ts": source });

  before(async () => {
    ({ bench, panel } = await running(folder));
  });

  /** Picks a format in the list that is open, and says where to. */
  async function save(label: string, path: string): Promise<string> {
    await bench.pick(label);
    const field = bench.page.locator(".quick-input-widget:visible input").first();
    const offered = await eventually("it asks where to", async () => {
      const text = await field.inputValue();
      return /\.\w+$/.test(text) && text;
    });
    await field.fill(path);
    await bench.press("Enter");
    return offered;
  }

  it("saves the page from the palette, and it opens without VS Code", async () => {
    const path = join(folder, "page.html");
    await bench.command("Backstep: Export…");
    const offered = await save("HTML page", path);
    assert.match(offered, /\/train\.html$/);
    await bench.notification(/^Exported page\.html\.$/, 60_000);
    const browser = await launchChromium();
    const page = await browser.newPage();
    await page.goto(pathToFileURL(path).href);
    await page.waitForSelector(".cards[data-ready]", { state: "attached" });
    assert.equal(await page.locator("h1").innerText(), "train.ts");
    assert.equal(await page.locator(".bar .step").innerText(), await panel.step());
    await browser.close();
  });

  it("saves the graph and the series from the panel's button", async () => {
    for (const [label, name, begins] of [
      ["SVG", "graph.svg", /^<svg [\s\S]*<text [^>]*>loss<\/text>/],
      ["PNG", "graph.png", /^.PNG/],
      ["Graphviz DOT", "graph.dot", /^digraph \{/],
      ["CSV", "series.csv", /^iteration,label,epoch,loss,w,w\.grad\r\n/],
    ] as const) {
      await panel.button("Export…").click();
      await save(label, join(folder, name));
      const bytes = await eventually(
        name,
        () => readdirSync(folder).includes(name) && readFileSync(join(folder, name)),
      );
      assert.match(bytes.toString("latin1"), begins);
    }
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });
});
