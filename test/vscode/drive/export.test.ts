import { strict as assert } from "node:assert";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type * as vscode from "vscode";
import { joined } from "../../../src/recording/canonical";
import { runReal } from "../../runner/run";
import { launchChromium } from "../../support/chromium";
import { PanelView } from "../panel";
import { folderOf, running } from "../training";
import { eventually, workbench, type Workbench } from "../workbench";

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

  it("saves the page from the palette, and it opens without VS Code", async () => {
    const path = join(folder, "page.html");
    await bench.command("Backstep: Export…");
    const offered = await save(bench, "HTML page", path);
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
      await save(bench, label, join(folder, name));
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

  it("says that a place cannot be written, leaves nothing there, and goes on at another", async () => {
    await bench.command("Backstep: Export…");
    // Few enough letters for VS Code, too many bytes for the disk.
    const before = readdirSync(folder);
    await save(bench, "CSV", join(folder, `${"é".repeat(200)}.csv`));
    await bench.notification(/^é+\.csv could not be written, and nothing of it was: ./);
    assert.deepEqual(readdirSync(folder), before);
    await bench.notificationButton("Choose another place");
    const path = join(folder, "elsewhere.csv");
    await fill(bench, path);
    await bench.notification(/^Exported elsewhere\.csv\.$/);
    assert.match(readFileSync(path, "utf8"), /^iteration,/);
  });
});

/** What it draws at its end is kept whole, and no packing makes it smaller. */
const noisy = `${source}
import { randn } from "backstep";
for (let k = 0; k < 4; k++) randn(4_000_000);
`;

describe("export of a recording that was opened", function () {
  this.timeout(240_000);
  let bench: Workbench;
  const folder = folderOf({});

  before(async () => {
    const { chunks } = await runReal(noisy, { cap: 5_000_000 });
    writeFileSync(join(folder, "noisy.backstep"), joined(chunks));
    bench = await workbench();
    await bench.open({ folder });
    const open = (api: typeof vscode, path: string) =>
      void api.commands.executeCommand("vscode.open", api.Uri.file(path));
    await bench.host(open, join(folder, "noisy.backstep"));
    await PanelView.of(bench, /^noisy\.backstep$/);
  });

  const files = (): string[] => readdirSync(folder).filter((name) => name !== "noisy.backstep");

  it("saves its graph from its own editor", async () => {
    const panel = await PanelView.of(bench, /^noisy\.backstep$/);
    await panel.button("Export…").click();
    assert.match(await save(bench, "SVG", join(folder, "noisy.svg")), /\/noisy-epoch-0-step-4\.svg$/);
    await bench.notification(/^Exported noisy\.svg\.$/);
    assert.match(readFileSync(join(folder, "noisy.svg"), "utf8"), /<text [^>]*>loss<\/text>/);
  });

  it("stops when it is called off, and leaves nothing", async () => {
    await bench.command("Backstep: Export…");
    await save(bench, "HTML page", join(folder, "off.html"));
    await bench.notification(/^Exporting noisy\.backstep …/);
    await bench.notificationButton("Cancel");
    await eventually("nothing is said of it any more", async () =>
      (await bench.notifications()).every((text) => !/Exporting|off\.html/.test(text)),
    );
    assert.deepEqual(files(), ["noisy.svg"]);
  });

  it("asks before it writes a page that browsers take long to open", async () => {
    for (const [answer, written] of [
      ["Cancel", ["noisy.svg"]],
      ["Export anyway", ["large.html", "noisy.svg"]],
    ] as const) {
      await bench.command("Backstep: Export…");
      await save(bench, "HTML page", join(folder, "large.html"));
      await bench.page.locator(".monaco-dialog-box").waitFor({ timeout: 90_000 });
      assert.match((await bench.dialog()).text, /^The page would have \d\d MB, and browsers take long to open it\./);
      await bench.dialogButton(answer);
      if (answer !== "Cancel") await bench.notification(/^Exported large\.html\.$/, 60_000);
      assert.deepEqual(files(), written);
    }
    assert.ok(statSync(join(folder, "large.html")).size > 50_000_000);
  });
});

/** Picks a format in the list that is open, and says where to; gives what was offered. */
async function save(bench: Workbench, label: string, path: string): Promise<string> {
  await bench.pick(label);
  return fill(bench, path);
}

/** Says where to, when it is asked. */
async function fill(bench: Workbench, path: string): Promise<string> {
  const field = bench.page.locator(".quick-input-widget:visible input").first();
  const offered = await eventually("it asks where to", async () => {
    const text = await field.inputValue();
    return /\.\w+$/.test(text) && text;
  });
  await field.fill(path);
  await bench.press("Enter");
  return offered;
}
