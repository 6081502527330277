import { strict as assert } from "node:assert";
import { execFileSync } from "node:child_process";
import { join, resolve } from "node:path";
import { PanelView } from "../panel";
import { folderOf, trainingWithCall } from "../training";
import { eventually, workbench, type Workbench } from "../workbench";

/** With a line that makes nothing. */
const source = trainingWithCall.replace("for (", "// The training:\nfor (");

describe("VS Code's debug UI on a recording", () => {
  let bench: Workbench;
  const folder = folderOf({ "train.ts": source });
  const saved = join(folder, "saved.backstep");

  before(async function () {
    this.timeout(120_000);
    execFileSync(process.execPath, [resolve("dist/cli.js"), "run", join(folder, "train.ts"), "--save", saved]);
    bench = await workbench();
    await bench.open({ folder });
    await bench.host((api) => api.commands.executeCommand("workbench.view.debug"));
    await bench.openFile("train.ts");
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed") await bench.screenshot(`failed-${this.currentTest.title.slice(0, 20)}`);
  });

  after(() => end());

  async function end(): Promise<void> {
    await bench.host(async (api) => {
      await api.debug.stopDebugging();
      api.debug.removeBreakpoints(api.debug.breakpoints);
    });
    await eventually("no debug session", () => bench.host((api) => api.debug.activeDebugSession === undefined));
  }

  /** The stack as the debug UI has it, "forward:7" innermost first; null while it runs. */
  const stack = () =>
    bench.host(async (api) => {
      const session = api.debug.activeDebugSession;
      if (!session || !api.debug.activeStackItem || !("frameId" in api.debug.activeStackItem)) return null;
      const { stackFrames } = (await session.customRequest("stackTrace", { threadId: 1 })) as {
        stackFrames: { name: string; line: number }[];
      };
      return stackFrames.map(({ name, line }) => `${name}:${line}`);
    });
  const stands = (place: string) =>
    eventually(`the debug UI stands at ${place}`, async () => (await stack())?.at(-1) === place).catch(
      async (error: unknown) => {
        throw new Error(`${String(error)}; it stands at ${String(await stack())}`);
      },
    );
  const row = (name: string) => bench.page.locator(".debug-variables .monaco-list-row", { hasText: name }).first();
  /** Presses a key of the debug UI, which hears it as soon as it shows that the program stands. */
  const press = async (key: string) => {
    await bench.page.locator(".debug-toolbar .codicon-debug-continue").first().waitFor();
    await bench.press(key);
  };
  /** Sets a breakpoint as the margin does. */
  const breakpoint = (line: number, more: { condition?: string; logMessage?: string; hitCondition?: string } = {}) =>
    bench.host(
      (api, at, { condition, logMessage, hitCondition }) => {
        const { document } = api.window.visibleTextEditors.find((each) => each.document.fileName.endsWith(".ts"))!;
        const location = new api.Location(document.uri, new api.Position(at - 1, 0));
        api.debug.addBreakpoints([new api.SourceBreakpoint(location, true, condition, hitCondition, logMessage)]);
      },
      line,
      more,
    );
  const begin = async () => {
    await bench.openFile("train.ts");
    await bench.caret(0, 0);
    await bench.command("Backstep: Debug gradient descent");
    await eventually("a stop", async () => (await stack()) !== null);
  };

  it("stops at a conditional breakpoint and prints a log message, both ways", async () => {
    await breakpoint(12, { condition: "epoch === 7" });
    await breakpoint(14, { logMessage: "loss {loss.item().toFixed(2)}" });
    await begin();
    await press("F5");
    await stands("epoch 7 (train.ts):12");
    await bench.command("Debug Console: Focus on Debug Console View");
    const printed = () => bench.page.locator(".repl .monaco-list-row").allInnerTexts();
    await eventually("the log message of epoch 6", async () =>
      (await printed()).some((text) => text.includes("loss 4.27")),
    );
    await bench.clickText("loss.backward");
    await press("F5");
    await stands("epoch 19 (train.ts):14");
    await press("Alt+F5");
    await stands("epoch 7 (train.ts):12");
  });

  it("marks a breakpoint on a line that made nothing as unverified and says why", async () => {
    await breakpoint(9);
    await bench.page.locator(".debug-breakpoints .codicon-debug-breakpoint-unverified").first().waitFor();
    assert.equal(await bench.page.locator(".debug-breakpoints .codicon-debug-breakpoint-conditional").count(), 1);
    const unverified = bench.page.locator(".debug-breakpoints .monaco-list-row", { hasText: "9" }).last();
    await unverified.hover();
    await eventually("the reason", async () =>
      /There is no statement on this line/.test(
        (await bench.page.locator(".monaco-hover:visible").allInnerTexts()).join(),
      ),
    );
  });

  it("restarts: the file runs again and stops at its first iteration", async () => {
    await bench.press("Control+Shift+F5");
    await stands("epoch 0 (train.ts):11");
    const panel = await PanelView.of(bench);
    await eventually("run 2", async () => /run 2/.test(await panel.info()));
    await bench.clickText("loss.backward");
    await press("F5");
    await stands("epoch 7 (train.ts):12");
    await end();
  });

  it("stops where the debug UI breaks on a change of a value", async () => {
    await end();
    await begin();
    await row("w = ").click({ button: "right" });
    await bench.choose("Break on Value Change");
    await eventually("the breakpoint is listed", async () =>
      (await bench.page.locator(".debug-breakpoints .monaco-list-row").allInnerTexts()).some((text) =>
        /^\s*w\b/.test(text),
      ),
    );
    await bench.clickText("loss.backward");
    await press("F5");
    await stands("epoch 0 (train.ts):13");
    await press("F5");
    await stands("epoch 1 (train.ts):13");
    await press("Alt+F5");
    await stands("epoch 0 (train.ts):13");
    await bench.host((api) => api.commands.executeCommand("workbench.debug.viewlet.action.removeAllBreakpoints"));
  });

  it("says in place why a watch has no value, and the cursor stays", async () => {
    const before = await eventually("it stands", stack);
    for (const [text, answer] of [
      ["loss <", /no expression/],
      ["nothing", /nothing is not known at this moment/],
      ["x.at(9)", /index 9 is out of bounds/],
      ["w.mul(2)", /^\s*-?\d\.\d+|w\.mul\(2\) = /],
    ] as const) {
      await bench.command("Debug Console: Focus on Debug Console View");
      await bench.type(text);
      await bench.press("Enter");
      await eventually(`an answer to ${text}`, async () =>
        (await bench.page.locator(".repl .monaco-list-row").allInnerTexts()).some((line) => answer.test(line)),
      );
    }
    assert.deepEqual(await stack(), before);
  });

  it("attaches to a saved recording and walks it both ways", async () => {
    await end();
    await bench.openFile("train.ts");
    await bench.host((api, recording) => {
      void api.debug.startDebugging(undefined, { type: "backstep", request: "attach", name: "Saved", recording });
    }, saved);
    await eventually("a stop", async () => (await stack()) !== null);
    await press("F5");
    await eventually("the end", async () => /^epoch 19 /.test((await stack())?.at(-1) ?? ""));
    await press("Alt+F5");
    await eventually("the beginning", async () => !/^epoch 19 /.test((await stack())?.at(-1) ?? ""));
    await end();
  });
});
