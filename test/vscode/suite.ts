// Runs test/vscode/suite/*.test.ts inside the extension host of real VS Code, in the browser workbench.
import { existsSync, rmSync } from "node:fs";
import { launchChromium } from "../support/chromium";
import { bundleSuite } from "./bundle";
import { mark } from "./mark";
import { startServer } from "./server";

const totals = ".test-results/suite.json";

async function run(): Promise<number> {
  rmSync(totals, { force: true });
  const { extension, suite, folder } = await bundleSuite();
  const [server, browser] = await Promise.all([startServer(), launchChromium()]);
  try {
    server.settings({ "security.workspace.trust.enabled": false });
    const page = await browser.newPage({ viewport: { width: 1500, height: 950 } });
    const log: string[] = [];
    await page.exposeFunction("codeAutomationLog", (_type: string, args: unknown[]) => {
      const line = args.map(String).join(" ");
      log.push(line);
      if (line.startsWith(mark)) console.log(line.slice(mark.length));
    });
    const ended = new Promise<number>((exit) => {
      void page.exposeFunction("codeAutomationExit", (code: number) => exit(code));
    });
    const late = new Promise<number>((exit) => {
      setTimeout(() => {
        console.error("the suite did not end within 10 minutes");
        exit(1);
      }, 600_000).unref();
    });
    await page.goto(server.address(folder, extension, suite));
    const code = await Promise.race([ended, late]);
    if (!existsSync(totals)) console.error(`the suite never reported; VS Code said:\n${log.join("\n")}`);
    return code;
  } finally {
    await browser.close();
    await server.stop();
  }
}

run().then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  },
);
