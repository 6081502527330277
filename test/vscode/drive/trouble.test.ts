import { strict as assert } from "node:assert";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PanelView } from "../panel";
import { eventually, workbench, type Workbench } from "../workbench";

const loop = (epochs: string, inside: string) => `import { noGrad, tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; ${epochs}; epoch++) {
  const loss = w.mul(x).sub(y).pow(2).mean();
  ${inside}
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
`;

const files: Record<string, string> = {
  "epoch7.ts": loop("epoch < 20", 'if (epoch === 7) throw new Error("enough of this");'),
  "endless.ts": loop("true", ""),
  "syntax.ts": `import { tensor } from "backstep";\nconst w = tensor(1;\n`,
  "shapes.ts": `import { tensor } from "backstep";\nconst a = tensor([1, 2, 3]);\nconst b = tensor([1, 2]);\nconst c = a.mul(2);\nc.add(b);\n`,
  "forward.ts": `import { tensor } from "backstep";\nconst a = tensor([1, 2, 3]);\nconst b = a.mul(2).sum();\n`,
  "free.ts": `import { tensor } from "backstep";\nfunction step(lr: number) {\n  tensor(1).mul(lr);\n}\nstep(1);\n`,
  "arithmetic.ts": `import { tensor } from "backstep";\nconst a = tensor([1, 2]).mul(2);\nconst b = (a as never) * 2;\nconsole.log(b);\n`,
  "nothing.ts": `console.log("no tensor here");\n`,
};

/** The severity of what is no trouble, as VS Code numbers it. */
const information = 2;

describe("trouble in real VS Code", () => {
  let bench: Workbench;
  const folder = mkdtempSync(join(tmpdir(), "backstep-trouble-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);

  before(async () => {
    bench = await workbench();
    await bench.open({ folder });
  });

  beforeEach(() => bench.host((api) => api.commands.executeCommand("notifications.clearAll")));

  async function run(name: string): Promise<void> {
    await bench.openFile(name);
    await bench.command("Backstep: Run gradient descent");
  }

  async function page(name: string, ending: RegExp): Promise<string> {
    return eventually(
      `the page shows ${name}`,
      async () => {
        const frame = await bench.webview("header h1");
        if ((await frame.locator("header h1").innerText()) !== name) return null;
        const all = await frame.locator("body").innerText();
        return ending.test(all) && all;
      },
      30_000,
    );
  }

  const ours = async (name: string) =>
    (await bench.problems()).filter((row) => row.source === "Backstep" && row.file.endsWith(name));

  it("an exception in epoch 7 keeps the epochs before it and the part of it, and marks its line", async () => {
    await run("epoch7.ts");
    await bench.notification(/enough of this/);
    const panel = await PanelView.of(bench, /^epoch7/);
    assert.match(await panel.info(), /failed · 8 epochs/);
    await page("epoch7.ts", /enough of this/);
    assert.deepEqual(
      (await ours("epoch7.ts")).map(({ line }) => line),
      [6],
    );
    await panel.press("End");
    await eventually("epoch 7", async () => (await panel.epoch()) === "7");
    await panel.stands(/step 4 \/ 4/);
    await bench.screenshot("epoch7");
    await run("forward.ts");
    await page("forward.ts", /note/);
    await run("epoch7.ts");
    assert.ok((await ours("forward.ts")).every(({ severity }) => severity === information));
  });

  it("an endless loop is stopped, and what it recorded stays", async () => {
    await run("endless.ts");
    const panel = await PanelView.of(bench, /^endless/);
    await eventually("it runs", async () => (await bench.statusBar()).some((text) => /epoch \d+ · loss/.test(text)));
    await bench.command("Backstep: Stop");
    await eventually("it is stopped", async () => /stopped/.test(await panel.info()));
    await panel.press("PageDown");
    await eventually("epoch 1", async () => (await panel.epoch()) === "1");
  });

  it("a run that takes long shows its progress, and is stopped by cancelling it", async () => {
    await run("endless.ts");
    await bench.notification(/Running endless\.ts/);
    await bench.notificationButton("Cancel");
    const panel = await PanelView.of(bench, /^endless/);
    await eventually("it is stopped", async () => /stopped/.test(await panel.info()));
  });

  it("a tensor in plain arithmetic is refused, with the way out", async () => {
    await run("arithmetic.ts");
    const text = await page("arithmetic.ts", /failed/);
    assert.match(text, /\.mul\(\)/);
    const [problem] = await ours("arithmetic.ts");
    assert.equal(problem?.line, 2);
    assert.match(problem.message, /\.mul\(\).*\.item\(\)/);
  });

  it("a second run at once is asked about", async () => {
    await run("endless.ts");
    await eventually("it runs", async () => (await bench.statusBar()).some((text) => /epoch \d+ · loss/.test(text)));
    await run("epoch7.ts");
    await bench.notification(/endless\.ts is still running/);
    await bench.notificationButton("Stop it and run");
    await page("epoch7.ts", /failed/);
  });

  it("a limit ends a run, names its setting, and offers it", async () => {
    await bench.host(async (api) => {
      await api.workspace.getConfiguration("backstep").update("limits.seconds", 1, true);
    });
    await run("endless.ts");
    await bench.notification(/backstep\.limits\.seconds/, 20_000);
    await bench.notificationButton("Open settings");
    await eventually("the settings", async () => (await bench.page.locator(".settings-editor").count()) > 0);
    await bench.host(async (api) => {
      await api.workspace.getConfiguration("backstep").update("limits.seconds", undefined, true);
      await api.commands.executeCommand("workbench.action.closeActiveEditor");
    });
  });

  it("a syntax error is in Problems and on the page", async () => {
    await run("syntax.ts");
    await page("syntax.ts", /failed/);
    assert.equal((await ours("syntax.ts"))[0]?.line, 1);
  });

  it("a shape mismatch keeps the graph up to it, and names shapes and variables", async () => {
    await run("shapes.ts");
    const text = await page("shapes.ts", /failed/);
    assert.match(text, /3/);
    assert.match((await ours("shapes.ts"))[0]?.message ?? "", /\[?3\]?.*\[?2\]?/);
    const panel = await PanelView.of(bench);
    await panel.node("c");
  });

  it("a forward pass alone is shown, and said to be only that", async () => {
    await run("forward.ts");
    await page("forward.ts", /note/);
    const panel = await PanelView.of(bench);
    assert.match((await panel.frame.locator(".notes").textContent()) ?? "", /backward\(\) was never called/);
    const [remark] = await eventually(
      "the remark",
      async () => (await ours("forward.ts")).length > 0 && ours("forward.ts"),
    );
    assert.match(remark?.message ?? "", /backward\(\) was never called/);
    assert.deepEqual([remark?.line, remark?.severity], [2, information]);
  });

  it("a snippet without a tensor says so", async () => {
    await run("nothing.ts");
    await eventually("the note", async () => {
      const frame = await bench.webview("header h1");
      return /No tensor was created/.test((await frame.locator("body").textContent()) ?? "");
    });
    await eventually("the remark", async () =>
      (await ours("nothing.ts")).some(({ message, line }) => /No tensor was created/.test(message) && line === 0),
    );
  });

  it("a selection that needs what is not there offers to run the file", async () => {
    await bench.openFile("free.ts");
    await bench.select(2, 0, 2, 20);
    await bench.command("Backstep: Run gradient descent");
    await bench.notification(/lr/);
    await bench.notificationButton("Run the file");
    await page("free.ts", /note/);
  });

  it("nothing to run is said, with an example to open", async () => {
    await bench.host((api) => api.commands.executeCommand("workbench.action.closeAllEditors"));
    await bench.command("Backstep: Run gradient descent");
    await bench.notification(/no TypeScript file is open/);
    await bench.notificationButton("Open example");
    assert.ok((await bench.quickInput()).items[0]?.startsWith("one-weight.ts"));
    await bench.press("Escape");
  });
});

describe("a workspace that is not trusted", () => {
  let bench: Workbench;
  const folder = mkdtempSync(join(tmpdir(), "backstep-trust-"));
  writeFileSync(join(folder, "train.ts"), loop("epoch < 3", ""));

  before(async () => {
    bench = await workbench();
    await bench.open({ folder, restricted: true });
  });

  it("runs nothing, says why, and offers to manage trust", async () => {
    await bench.openFile("train.ts");
    await bench.command("Backstep: Run gradient descent");
    await bench.notification(/not trusted/);
    await bench.command("Backstep: Show beside editor");
    const frame = await bench.webview(".empty");
    assert.match(await frame.locator(".empty").innerText(), /not trusted/);
    await bench.notificationButton("Manage workspace trust");
    await eventually("the trust editor", async () => (await bench.page.locator(".workspace-trust-editor").count()) > 0);
  });
});
