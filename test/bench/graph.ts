// From the command to the first painted graph, in real VS Code: Enter in the palette to the frame that shows it.
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { figure } from "../support/figures";
import { Paints } from "../vscode/paints";
import { Workbench } from "../vscode/workbench";

const runs = 7;

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "backstep-bench-"));
  cpSync("examples/autograd.ts", join(folder, "autograd.ts"));
  const bench = await Workbench.start();
  await bench.open({ folder });
  const paints = await Paints.of(bench);
  await bench.openFile("autograd.ts");
  let run = 0;

  /** Milliseconds from Enter on the command to the frame. */
  const draw = async (): Promise<number> => {
    run++;
    const enter = await paints.entered("Backstep: Run gradient descent");
    const at = await paints.first(
      `the graph of run ${run}`,
      enter,
      ({ info, graph }) => graph && info.startsWith(`run ${run} `),
    );
    await bench.page.waitForTimeout(700);
    return at - enter;
  };
  const close = (): Promise<void> =>
    bench.host(async (api) => {
      const tab = api.window.tabGroups.all.flatMap((group) => group.tabs).find((each) => each.label === "Backstep");
      if (tab) await api.window.tabGroups.close(tab);
    });
  const times = async (before: () => Promise<void>): Promise<number[]> => {
    const all: number[] = [];
    for (let i = 0; i < runs; i++) {
      await before();
      all.push(await draw());
    }
    return all;
  };

  const first = await draw();
  const target = { under: 500, unit: "ms" };
  figure("command to drawn graph, autograd.ts, the page on screen", target, await times(() => Promise.resolve()));
  figure("command to drawn graph, autograd.ts, the page to be opened", target, await times(close));
  console.log(`  (the very first run of the window, with everything to load: ${first.toFixed(0)} ms)`);
  await bench.stop();
}

void main();
