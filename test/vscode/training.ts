import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PanelView } from "./panel";
import { type Workbench, workbench } from "./workbench";

/** The loop of most window tests: one weight, four samples, and a number with a name. */
export const training = `import { noGrad, tensor } from "backstep";

const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
const rate = 0.01;

for (let epoch = 0; epoch < 20; epoch++) {
  const yPred = w.mul(x);
  const loss = yPred.sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(rate)));
  w.grad!.zero_();
}
`;

/** The same with a function in it, for what has to do with calls. */
export const trainingWithCall = `import { noGrad, tensor, type Tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
function forward(input: Tensor): Tensor {
  const scaled = w.mul(input);
  return scaled.sub(y);
}
for (let epoch = 0; epoch < 20; epoch++) {
  const loss = forward(x).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
`;

/** A new folder with these files in it. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), "backstep-drive-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

/** A window on the folder with a file of it in front. */
export async function opened(folder: string, file = "train.ts"): Promise<Workbench> {
  const bench = await workbench();
  await bench.open({ folder });
  await bench.openFile(file);
  return bench;
}

/** The same, with the file run and its page on screen. */
export async function running(folder: string, file = "train.ts"): Promise<{ bench: Workbench; panel: PanelView }> {
  const bench = await opened(folder, file);
  await bench.command("Backstep: Run gradient descent");
  return { bench, panel: await PanelView.of(bench, new RegExp(`^${file.replaceAll(".", "\\.")}`)) };
}

/** Shows the inspector: beside an editor there is no room for it until one asks for it. */
export async function openInspector(panel: PanelView): Promise<void> {
  if (!(await panel.frame.locator(".inspector").isVisible())) await panel.button("Inspector").click();
}
