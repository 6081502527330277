// What looking for findings costs the host, in processor time: all at once, and once more when nothing is new.
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Checks } from "../../src/recording/findings/checks";
import { Outline } from "../../src/recording/outline";
import { Recording } from "../../src/recording/recording";
import { launch } from "../../src/runner/launch";
import { prepare } from "../../src/runner/prepare";
import { isProblem } from "../../src/runner/problem";
import { defaultLimits } from "../../src/runner/request";
import { figure, load } from "../support/figures";

const runs = 5;
const programs = {
  "regression, 10,000 epochs": `import { noGrad, tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 10_000; epoch++) {
  const yPred = w.mul(x);
  const loss = yPred.sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
`,
  "two layers with relu and SGD, 2,000 epochs": `import { manualSeed, nn, optim, randn } from "backstep";
manualSeed(1);
const x = randn([100, 4]);
const net = new nn.Sequential(new nn.Linear(4, 16), new nn.ReLU(), new nn.Linear(16, 1));
const optimizer = new optim.SGD(net.parameters(), { lr: 0.01 });
for (let epoch = 0; epoch < 2_000; epoch++) {
  optimizer.zeroGrad();
  net(x).sub(1).pow(2).mean().backward();
  optimizer.step();
}
`,
};

async function chunksOf(text: string): Promise<Uint8Array[]> {
  const root = mkdtempSync(join(tmpdir(), "backstep-bench-"));
  const file = join(root, "train.ts");
  const prepared = prepare({ file, text, root, overlay: new Map(), limits: defaultLimits, cap: 4096 });
  if (isProblem(prepared)) throw new Error(prepared.message);
  const chunks: Uint8Array[] = [];
  const listener = { chunk: (bytes: Uint8Array) => void chunks.push(bytes), ended: () => undefined };
  const { status, error } = await launch(prepared, listener, { child: resolve("dist/child.js") }).ended;
  if (status !== "done") throw new Error(`The program ${status}: ${error?.message ?? ""}`);
  return chunks;
}

async function main(): Promise<void> {
  for (const [name, text] of Object.entries(programs)) {
    const chunks = await chunksOf(text);
    const [whole, again]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run++) {
      const recording = new Recording();
      const outline = new Outline(recording);
      for (const chunk of chunks) recording.add(chunk);
      outline.update();
      const checks = new Checks(outline);
      const time = (to: number[]): void => {
        const began = process.threadCpuUsage();
        const found = checks.update().filter(({ severity }) => severity !== "note");
        to.push(process.threadCpuUsage(began).user / 1000);
        if (found.length > 0) throw new Error(`A healthy run has findings: ${found.map(({ title }) => title).join()}`);
      };
      time(whole);
      time(again);
    }
    figure(`findings, ${name}`, { under: 150, unit: "ms" }, whole);
    figure(`findings, ${name}, with nothing new`, { under: 50, unit: "ms" }, again);
  }
  console.log(load());
}

void main();
