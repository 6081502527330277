import { strict as assert } from "node:assert";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { PanelView } from "../panel";
import { training } from "../training";
import { eventually, workbench, type Workbench } from "../workbench";

const root = resolve(__dirname, "../../..");
const examples = readdirSync(join(root, "examples")).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));

/** The training, with a line printed before it and one after. */
const regression = `${training.replace("\n\nfor", '\nconsole.log("begin");\n\nfor')}\nconsole.log("end");\n`;

describe("running in real VS Code", () => {
  let bench: Workbench;
  const folder = mkdtempSync(join(tmpdir(), "backstep-run-"));
  writeFileSync(join(folder, "train.ts"), regression);

  before(async () => {
    bench = await workbench();
    await bench.open({ folder });
  });

  it("offers the command under its exact title", async () => {
    assert.equal((await bench.palette("Backstep: Run gradient"))[0], "Backstep: Run gradient descent");
  });

  it("runs a file from the palette, beside the editor, without taking its focus", async () => {
    await bench.openFile("train.ts");
    await bench.command("Backstep: Run gradient descent");
    const panel = await PanelView.of(bench);
    assert.equal(await panel.title(), "train.ts");
    assert.match(await panel.info(), /run 1 · 20 epochs · 12 steps each/);
    assert.deepEqual(await panel.phases(), ["Forward 4/4", "Backward 0/5", "Update 0/3"]);
    assert.match(await panel.step(), /step 4 \/ 12/);
    assert.equal(await bench.host((api) => api.window.activeTextEditor?.document.fileName.endsWith("train.ts")), true);
    await eventually("the status bar tells", async () =>
      (await bench.statusBar()).some((text) => /20 epochs · loss/.test(text)),
    );
    await bench.screenshot("run-file");
  });

  it("steps through one whole epoch forwards and back again with the same picture", async () => {
    const panel = await PanelView.of(bench);
    await panel.press("Home");
    await panel.stands(/step 1 \//);
    await panel.press("PageDown");
    await panel.stands(/step 1 \/ 12/);
    const pictures = [await panel.picture()];
    for (let step = 2; step <= 12; step++) {
      await bench.press("ArrowRight");
      await panel.stands(new RegExp(`step ${step} / 12`));
      pictures.push(await panel.picture());
    }
    assert.equal(new Set(pictures).size, 12);
    for (let step = 11; step >= 1; step--) {
      await bench.press("ArrowLeft");
      await panel.stands(new RegExp(`step ${step} / 12`));
      assert.equal(await panel.picture(), pictures[step - 1]);
    }
  });

  it("keeps the focus in the page through ten quick keys, and changes no document", async () => {
    const panel = await PanelView.of(bench);
    const before = await bench.documents();
    await panel.press("Home");
    await panel.stands(/step 1 \//);
    await bench.press("PageDown");
    await panel.stands(/step 1 \/ 12/);
    for (let i = 0; i < 10; i++) await bench.press("ArrowRight");
    await panel.stands(/step 11 \/ 12/);
    assert.deepEqual(await bench.documents(), before);
    assert.equal(await panel.frame.evaluate(() => document.hasFocus()), true);
  });

  it("goes to an epoch that is typed, and steps by keys from the editor", async () => {
    const panel = await PanelView.of(bench);
    await panel.frame.locator(".epoch vscode-text-field").click();
    await bench.press("Control+a");
    await bench.type("7");
    await bench.press("Enter");
    await eventually("epoch 7", async () => (await panel.epoch()) === "7");
    await bench.clickText("const rate");
    const before = await panel.step();
    const text = await bench.documents();
    await bench.press("Control+Alt+Comma");
    await eventually("a step back", async () => (await panel.step()) !== before);
    await bench.press("Control+Alt+PageDown");
    await eventually("epoch 8", async () => (await panel.epoch()) === "8");
    assert.deepEqual(await bench.documents(), text);
  });

  it("scrubs to an epoch, and to another by pressing the curve", async () => {
    const panel = await PanelView.of(bench);
    await panel.frame.locator(".scrubber").fill("12");
    await eventually("epoch 12", async () => (await panel.epoch()) === "12");
    const { x, y, width, height } = (await panel.frame.locator(".chart .u-over").boundingBox())!;
    await bench.page.mouse.click(x + (width * 5) / 19, y + height / 2);
    await eventually("epoch 5", async () => (await panel.epoch()) === "5");
  });

  it("shows the source line of a node that is clicked, and leaves the focus in the page", async () => {
    const panel = await PanelView.of(bench);
    await bench.clickText("import");
    await panel.click("yPred");
    await eventually(
      "the caret is at yPred's line",
      async () => (await bench.host((api) => api.window.visibleTextEditors[0]?.selection.active.line)) === 9,
    );
    assert.equal(await panel.frame.evaluate(() => document.hasFocus()), true);
  });

  it("tells all about a node under the mouse", async () => {
    const panel = await PanelView.of(bench);
    await panel.press("Home");
    await bench.press("PageDown");
    await panel.hover("w");
    const tip = await eventually("the tooltip", async () => {
      const text = await panel.tip();
      return /^w\b/.test(text) && text;
    });
    assert.match(tip, /value\s*0\.0000[\s\S]*\.grad\s*null[\s\S]*20 epochs/);
    await bench.screenshot("node-tip");
  });

  it("completes a selection and says which lines were added", async () => {
    await bench.openFile("train.ts");
    await bench.select(8, 0, 15, 0);
    await bench.command("Backstep: Run gradient descent");
    const panel = await eventually("the selection's run", async () => {
      const view = await PanelView.of(bench);
      return (await view.title()) === "train.ts, lines 9–15" && view;
    });
    await eventually("the run ends", async () => /20 epochs/.test(await panel.info()));
    assert.match(await panel.frame.locator(".notes").textContent().then(String), /lines 1, 3–6/);
    await bench.screenshot("selection");
  });

  it("runs an untitled document, and one that was never saved as it is on screen", async () => {
    await bench.newUntitled("typescript", regression.replace("epoch < 20", "epoch < 3"));
    await bench.command("Backstep: Run gradient descent");
    await eventually("the untitled run", async () => {
      const view = await PanelView.of(bench);
      return /^Untitled-1/.test(await view.title()) && /3 epochs/.test(await view.info());
    });
  });

  it("shows printed lines in the output channel", async () => {
    await bench.command("Backstep: Show output");
    const text = await eventually("the output", async () => (await bench.output("Backstep")) || null);
    assert.match(text, /begin\n[\s\S]*end\n/);
  });

  it("offers the run above a loop that trains", async () => {
    await bench.openFile("train.ts");
    const lens = bench.page.locator(".codelens-decoration a", { hasText: "Run gradient descent" });
    await lens.first().click();
    await eventually("the loop's run", async () => /lines 9–15/.test(await (await PanelView.of(bench)).title()));
    const offered = (on: boolean): Promise<void> =>
      bench.host(async (api, value) => {
        const editor = api.workspace.getConfiguration("backstep.editor");
        await editor.update("codeLens", value ? undefined : false, true);
      }, on);
    await offered(false);
    await lens.first().waitFor({ state: "detached" });
    await offered(true);
    await lens.first().waitFor();
  });

  it("offers the run in the editor's title, and in its context menu", async () => {
    const number = async (): Promise<number> => Number(/run (\d+)/.exec(await (await PanelView.of(bench)).info())?.[1]);
    const next = async (choose: () => Promise<void>): Promise<void> => {
      const before = await number();
      await choose();
      await eventually("the next run", async () => (await number()) === before + 1);
    };
    await bench.openFile("train.ts");
    await bench.caret(0, 0);
    const { page } = bench;
    const title = page.locator(".editor-group-container.active .editor-actions [aria-label^='Run gradient descent']");
    await next(() => title.first().click());
    await next(async () => {
      const { x, y } = await bench.pointOf("const rate");
      await page.mouse.click(x, y, { button: "right" });
      await bench.choose("Run gradient descent");
    });
  });

  it("runs again at the same place", async () => {
    let panel = await PanelView.of(bench);
    await panel.press("Home");
    for (const key of ["PageDown", "PageDown", "PageDown", "ArrowRight"]) await bench.press(key);
    const before = await eventually("a place", async () => (await panel.epoch()) !== "" && panel.step());
    const epoch = await panel.epoch();
    const number = Number(/run (\d+)/.exec(await panel.info())?.[1]);
    await bench.command("Backstep: Run again");
    panel = await eventually("the next run", async () => {
      const view = await PanelView.of(bench);
      return (await view.info()).startsWith(`run ${number + 1} ·`) && view;
    });
    await eventually("the same place", async () => (await panel.step()) === before);
    assert.equal(await panel.epoch(), epoch);
  });

  it("keeps what a person made of an example, and brings the original back when asked", async () => {
    const shipped = readFileSync(join(root, "examples/one-weight.ts"), "utf8");
    const text = () => bench.host((api) => api.window.activeTextEditor?.document.getText());
    await bench.command("Backstep: Open example");
    await bench.pick("one-weight.ts");
    await eventually("the example is open", async () => (await text()) === shipped);
    await bench.host(async (api) => {
      await api.window.activeTextEditor!.edit((edit) => edit.insert(new api.Position(0, 0), "// mine\n"));
      await api.window.activeTextEditor!.document.save();
    });
    await bench.command("Backstep: Open example");
    const row = bench.page.locator(".quick-input-list .monaco-list-row", { hasText: "one-weight.ts" });
    await row.getByText("edited by you").waitFor();
    await bench.pick("one-weight.ts");
    await eventually("the edited example", async () => (await text()) === `// mine\n${shipped}`);
    await bench.command("Backstep: Open example");
    await row.hover();
    await row.locator(".quick-input-list-entry-action-bar .action-label").first().click();
    await eventually("the original", async () => (await text()) === shipped);
    await bench.host((api) => api.window.activeTextEditor!.document.save());
    assert.equal(readFileSync(join(root, "examples/one-weight.ts"), "utf8"), shipped);
  });

  it("opens the example that the walkthrough names, and asks for nothing", async () => {
    await bench.host((api) =>
      api.commands.executeCommand("workbench.action.openWalkthrough", "backstep.backstep#start"),
    );
    await bench.page.locator(".getting-started-step", { hasText: "Four samples" }).click();
    await bench.page.locator(".getting-started-step.expanded .monaco-button", { hasText: "autograd.ts" }).click();
    await eventually("autograd.ts is open", async () =>
      bench.host((api) => api.window.activeTextEditor?.document.fileName.endsWith("/autograd.ts")),
    );
  });

  for (const name of examples) {
    it(`opens and runs the example ${name}`, async () => {
      await bench.command("Backstep: Open example");
      await bench.pick(name);
      await eventually(`${name} is open`, async () =>
        bench.host((api, wanted) => api.window.activeTextEditor?.document.fileName.endsWith(wanted), `/${name}`),
      );
      await bench.command("Backstep: Run gradient descent");
      const panel = await eventually(`${name} is shown`, async () => {
        const view = await bench.webview("header h1");
        return (await view.locator("header h1").innerText()) === name && view;
      });
      await eventually(
        `${name} is done`,
        async () => !/running|failed|stopped/.test(await panel.locator("header .info").innerText()),
      );
      await eventually("nothing is said to be wrong", async () =>
        (await bench.notifications()).every((text) => /^(Initializing|Analyzing)/.test(text)),
      );
    });
  }
});
