// 10,000 epochs of the regression, every value and gradient recorded: the child's time, the disk, and the page.
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Outline } from "../../src/recording/outline";
import { Recording } from "../../src/recording/recording";
import { stepsOf } from "../../src/recording/steps";
import { launch } from "../../src/runner/launch";
import { prepare } from "../../src/runner/prepare";
import { isProblem } from "../../src/runner/problem";
import { defaultLimits } from "../../src/runner/request";
import { figure } from "../support/figures";
import { Paints } from "../vscode/paints";
import { PanelView } from "../vscode/panel";
import { Workbench } from "../vscode/workbench";

const runs = 5;
const epochs = 10_000;
const regression = `import { noGrad, tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < ${epochs}; epoch++) {
  const yPred = w.mul(x);
  const loss = yPred.sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
`;
const timed = `const began = process.threadCpuUsage();
${regression}
const { user, system } = process.threadCpuUsage(began);
const all = process.cpuUsage();
console.log((user + system) / 1e6, (all.user + all.system) / 1e6);
`;

interface Ran {
  readonly loop: number;
  readonly process: number;
  readonly chunks: readonly Uint8Array[];
}

async function ran(root: string): Promise<Ran> {
  const file = join(root, "train.ts");
  const prepared = prepare({ file, text: timed, root, overlay: new Map(), limits: defaultLimits, cap: 4096 });
  if (isProblem(prepared)) throw new Error(prepared.message);
  const chunks: Uint8Array[] = [];
  let printed = "";
  const listener = {
    chunk: (bytes: Uint8Array) => void chunks.push(bytes),
    printed: (text: string) => void (printed += text),
    ended: () => undefined,
  };
  const { status, error } = await launch(prepared, listener, { child: resolve("dist/child.js") }).ended;
  if (status !== "done") throw new Error(`The regression ${status}: ${error?.message ?? ""}`);
  const [loop = NaN, process = NaN] = printed.split(" ").map(Number);
  return { loop, process, chunks };
}

function stepsIn(chunks: readonly Uint8Array[]): number {
  const recording = new Recording();
  for (const chunk of chunks) recording.add(chunk);
  const outline = new Outline(recording);
  outline.update();
  if (outline.iterations !== epochs) throw new Error(`The outline has ${outline.iterations} epochs.`);
  return outline.segments.reduce((sum, segment) => sum + stepsOf(recording, segment).steps.length, 0);
}

/** Seconds from Enter on the command until the page tells of all epochs, and from End to the frame of the last step. */
async function shown(folder: string): Promise<{ told: number[]; end: number[] }> {
  const bench = await Workbench.start();
  await bench.open({ folder });
  const paints = await Paints.of(bench);
  await bench.openFile("train.ts");
  const told: number[] = [];
  const end: number[] = [];
  // The first run of a window has everything to load and does not count.
  for (let run = 1; run <= runs + 1; run++) {
    const enter = await paints.entered("Backstep: Run gradient descent");
    const whole = new RegExp(`^run ${run}\\b.*\\b10[,.]?000 epochs`);
    const at = await paints.first(`all epochs of run ${run}`, enter, ({ info }) => whole.test(info));
    const panel = await PanelView.of(bench);
    await bench.page.waitForTimeout(500);
    await panel.press("Home");
    await bench.page.waitForTimeout(300);
    const key = await paints.pressed("End");
    const last = await paints.first("the last epoch", key, ({ step, graph }) => graph && /step (\d+) \/ \1/.test(step));
    if (run > 1) told.push((at - enter) / 1000);
    if (run > 1) end.push((last - key) / 1000);
    await bench.host((api) => api.commands.executeCommand("workbench.action.focusFirstEditorGroup"));
  }
  await bench.stop();
  return { told, end };
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "backstep-bench-"));
  writeFileSync(join(folder, "train.ts"), regression);
  const all: Ran[] = [];
  for (let run = 0; run < runs; run++) all.push(await ran(folder));
  const seconds = { under: 0.3, unit: "s" };
  const values = (of: (ran: Ran) => number): number[] => all.map(of);
  figure(
    "10,000 epochs recorded, CPU time of the loop",
    seconds,
    values(({ loop }) => loop),
  );
  const whole = values(({ process }) => process).map((each) => each.toFixed(2));
  console.log(`  (CPU time of the child's whole process, all threads and its start: ${whole.join(", ")} s)`);
  const { chunks } = all.at(-1)!;
  const bytes = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  figure("10,000 epochs on the disk, per step", { under: 60, unit: "bytes" }, [bytes / stepsIn(chunks)]);
  const { told, end } = await shown(folder);
  const both = told.map((each, i) => each + (end[i] ?? NaN));
  figure("10,000 epochs, command until the page shows the last epoch", { under: 1, unit: "s" }, both);
  figure("  of it: until the page tells of all epochs", { under: 1, unit: "s" }, told);
  figure("  of it: from End to the painted last step", { under: 1, unit: "s" }, end);
}

void main();
