import type { Locator } from "playwright-core";
import { eventually, type Workbench } from "./workbench";

/** VS Code's debug UI as a person sees it. */
export class DebugView {
  constructor(private readonly bench: Workbench) {}

  /** Opens the debug UI in a fresh window. */
  async open(): Promise<void> {
    await this.bench.host(async (api) => {
      const moves =
        /^(continue|reverseContinue|next|stepIn|stepOut|stepBack|stepBackInto|stepBackOut|restart|disconnect)$/;
      let count = 0;
      Reflect.set(globalThis, "moves", () => count);
      api.debug.registerDebugAdapterTrackerFactory("backstep", {
        createDebugAdapterTracker: () => ({
          onWillReceiveMessage: ({ command }: { command: string }) => void (count += Number(moves.test(command))),
        }),
      });
      await api.commands.executeCommand("workbench.view.debug");
    });
  }

  /** Runs a file of the folder in a debug session and waits for its first stop. */
  async begin(file: string): Promise<void> {
    await this.bench.openFile(file);
    await this.bench.caret(0, 0);
    await this.bench.command("Backstep: Debug gradient descent");
    await eventually("a stop", async () => (await this.stack()) !== null);
  }

  /** Ends the session and forgets all breakpoints. */
  async end(): Promise<void> {
    await this.bench.host((api) => api.debug.stopDebugging());
    await this.clear();
    await eventually("no debug session", () => this.bench.host((api) => api.debug.activeDebugSession === undefined));
  }

  /** Takes all breakpoints away. */
  async clear(): Promise<void> {
    await this.bench.host((api) => api.commands.executeCommand("workbench.debug.viewlet.action.removeAllBreakpoints"));
  }

  /** The stack as the debug UI has it, "forward:7" innermost first; null while it runs. */
  async stack(): Promise<readonly string[] | null> {
    return this.bench.host(async (api) => {
      const session = api.debug.activeDebugSession;
      if (!session || !api.debug.activeStackItem || !("frameId" in api.debug.activeStackItem)) return null;
      const { stackFrames } = (await session.customRequest("stackTrace", { threadId: 1 })) as {
        stackFrames: { name: string; line: number }[];
      };
      return stackFrames.map(({ name, line }) => `${name}:${line}`);
    });
  }

  /** Waits until the outermost frame stands there: "epoch 7 (train.ts):12". */
  async stands(place: string | RegExp): Promise<string> {
    return eventually(`the debug UI stands at ${String(place)}`, async () => {
      const outermost = (await this.stack())?.at(-1) ?? "";
      return (typeof place === "string" ? outermost === place : place.test(outermost)) && outermost;
    }).catch(async (error: unknown) => {
      throw new Error(`${String(error)}; it stands at ${String(await this.stack())}`);
    });
  }

  /** Presses a key of the debug UI, which hears none until it has taken in itself that the program stands. */
  async press(key: string): Promise<void> {
    const moves = () => this.bench.host(() => (Reflect.get(globalThis, "moves") as () => number)());
    const before = await moves();
    await eventually(`${key} is heard`, async () => {
      await this.bench.press(key);
      return eventually("a request", async () => (await moves()) > before, 8000).catch(() => false);
    });
  }

  /** Sets a breakpoint on a line (1-based) of the file in front, as the margin does. */
  async breakpoint(
    line: number,
    more: { condition?: string; logMessage?: string; hitCondition?: string } = {},
  ): Promise<void> {
    await this.bench.host(
      (api, at, { condition, logMessage, hitCondition }) => {
        const { document } = api.window.visibleTextEditors.find((each) => each.document.fileName.endsWith(".ts"))!;
        const location = new api.Location(document.uri, new api.Position(at - 1, 0));
        api.debug.addBreakpoints([new api.SourceBreakpoint(location, true, condition, hitCondition, logMessage)]);
      },
      line,
      more,
    );
  }

  /** Waits until the session that runs has taken the breakpoint on a line. */
  async bound(line: number): Promise<void> {
    const { page } = this.bench;
    const row = page
      .locator(".debug-breakpoints .monaco-list-row")
      .filter({ has: page.locator(".line-number", { hasText: new RegExp(`^${line}$`) }) });
    await row.locator('.codicon[class*="debug-breakpoint"]:not([class*="unverified"])').first().waitFor();
  }

  /** A row of the Variables view by how it begins. */
  variable(text: string): Locator {
    return this.bench.page.locator(".debug-variables .monaco-list-row", { hasText: text }).first();
  }

  /** The rows of the Breakpoints view. */
  async breakpoints(): Promise<readonly string[]> {
    const texts = await this.bench.page.locator(".debug-breakpoints .monaco-list-row").allInnerTexts();
    return texts.map((text) => text.trim());
  }

  /** Switches an exception filter on or off in the Breakpoints view. */
  async toggle(filter: string): Promise<void> {
    await this.bench.page
      .locator(".debug-breakpoints .monaco-list-row", { hasText: filter })
      .getByRole("checkbox")
      .dispatchEvent("click");
  }

  /** A row of the Call Stack view. */
  frame(name: string): Locator {
    return this.bench.page.locator(".debug-call-stack .monaco-list-row", { hasText: name }).first();
  }

  /** Waits until the Call Stack view says that of the stop. */
  async says(why: string): Promise<void> {
    await this.bench.page.locator(".call-stack-state-message", { hasText: why }).waitFor();
  }

  /** Watches an expression. */
  async watch(expression: string): Promise<void> {
    await this.bench.host((api) => api.commands.executeCommand("workbench.debug.viewlet.action.addWatchExpression"));
    const input = this.bench.page.locator(".debug-watch input");
    await input.fill(expression);
    await input.press("Enter");
  }

  /** Waits until a watch says that. */
  async watched(what: RegExp): Promise<void> {
    const rows = this.bench.page.locator(".debug-watch .monaco-list-row");
    await eventually(`a watch says ${String(what)}`, async () =>
      (await rows.allInnerTexts()).some((text) => what.test(text.replace(/\s+/g, " ").trim())),
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}; they say ${(await rows.allInnerTexts()).join(" | ")}`);
    });
  }

  /** What the debug UI shows over a text of the editor. */
  async hover(text: string): Promise<string> {
    const widget = this.bench.page.locator(".debug-hover-widget:visible");
    return eventually(`a value over ${text}`, async () => {
      const { x, y } = await this.bench.pointOf(text);
      await this.bench.page.mouse.move(5, 5);
      await this.bench.page.mouse.move(x - 1, y);
      await this.bench.page.mouse.move(x, y);
      return widget.innerText({ timeout: 5000 });
    });
  }

  /** What stands in the Debug Console. */
  async printed(): Promise<readonly string[]> {
    return this.bench.page.locator(".repl .monaco-list-row").allInnerTexts();
  }

  /** Asks in the Debug Console and waits for an answer. */
  async ask(text: string, answer: RegExp): Promise<void> {
    await this.bench.host((api) => api.commands.executeCommand("workbench.debug.action.focusRepl"));
    await this.bench.page.keyboard.insertText(text);
    await this.bench.press("Enter");
    await eventually(
      `an answer to ${text} like ${String(answer)}`,
      async () => (await this.printed()).some((line) => answer.test(line)),
      60_000,
    ).catch(async (error: unknown) => {
      throw new Error(`${String(error)}; there are ${(await this.printed()).slice(-3).join(" | ")}`);
    });
  }

  /** Opens a variable's row. */
  async expand(variable: string): Promise<void> {
    await this.#drawn();
    const twistie = this.variable(variable).locator(".monaco-tl-twistie.collapsed");
    if (await twistie.isVisible()) await twistie.click();
  }

  /** Does something to a variable that its menu offers. */
  async choose(variable: string, entry: string): Promise<void> {
    await this.#drawn();
    await this.variable(variable).click({ button: "right" });
    await this.bench.choose(entry);
  }

  /** Sets a variable in its row. */
  async set(variable: string, value: string): Promise<void> {
    const input = this.bench.page.locator(".debug-variables input");
    await eventually(`${variable} can be edited`, async () => {
      const before = await this.variable(variable).locator(".value").innerText();
      await this.choose(variable, "Set Value");
      if ((await input.inputValue()) === before) return true;
      await this.bench.press("Escape");
      return false;
    });
    await input.fill(value);
    await this.bench.press("Enter");
  }

  /** After a stop VS Code draws the variables several times; a row that was found moves away from under the mouse. */
  async #drawn(): Promise<void> {
    let before = "";
    let since = Date.now();
    await eventually("the variables are drawn", async () => {
      const now = (await this.bench.page.locator(".debug-variables .monaco-list-row").allInnerTexts()).join("\n");
      if (now !== before) since = Date.now();
      before = now;
      return now !== "" && Date.now() - since > 1000;
    });
  }
}
