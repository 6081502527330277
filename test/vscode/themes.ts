// Records what real VS Code gives a webview in each theme into test/support/themes.json.
import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format } from "prettier";
import { themes, Workbench } from "./workbench";

async function record(): Promise<void> {
  const bench = await Workbench.start();
  const recorded: Record<string, unknown> = {};
  let styles: string | null | undefined;
  for (const theme of Object.keys(themes) as (keyof typeof themes)[]) {
    await bench.open({ folder: null, extension: resolve(__dirname, "fixture"), theme });
    await bench.newUntitled("typescript", "");
    await bench.command("Fixture: Open page");
    const frame = await bench.webview("#hello");
    await bench.page.waitForTimeout(1000);
    recorded[theme] = await frame.evaluate(() => {
      const style = document.documentElement.style;
      const names = [...style].filter((name) => name.startsWith("--vscode-"));
      return {
        kind: [...document.body.classList].filter((name) => name.startsWith("vscode-")).join(" "),
        id: document.body.dataset.vscodeThemeId,
        variables: Object.fromEntries(names.map((name) => [name, style.getPropertyValue(name)])),
      };
    });
    styles = await frame.evaluate(() => document.getElementById("_defaultStyles")?.textContent);
    await bench.screenshot(`theme-${theme}`);
  }
  const file = join(__dirname, "../support/themes.json");
  writeFileSync(file, await format(JSON.stringify({ styles, themes: recorded }), { parser: "json" }));
  await bench.stop();
}

void record();
