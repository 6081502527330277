import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "../../src/runner/launch";
import { prepare } from "../../src/runner/prepare";
import { isProblem } from "../../src/runner/problem";
import { defaultLimits } from "../../src/runner/request";
import { buildChild } from "../support/child";

/** Really runs a snippet and gives the chunks of its recording. */
export async function chunksOf(text: string): Promise<{ chunks: Uint8Array[]; status: string; message: string }> {
  const root = mkdtempSync(join(tmpdir(), "backstep-session-"));
  const file = join(root, "snippet.ts");
  const prepared = prepare({ file, text, root, overlay: new Map(), limits: defaultLimits, cap: 4096 });
  if (isProblem(prepared)) throw new Error(prepared.message);
  const chunks: Uint8Array[] = [];
  const run = launch(
    prepared,
    { chunk: (bytes) => chunks.push(bytes), ended: () => undefined },
    { child: await buildChild() },
  );
  const { status, error } = await run.ended;
  return { chunks, status, message: error?.message ?? "" };
}

/** The regression of the first example, with as many epochs as wanted. */
export function regression(epochs: number, inside = ""): string {
  return `import { noGrad, tensor } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < ${epochs}; epoch++) {
  const yPred = w.mul(x);
  const loss = yPred.sub(y).pow(2).mean();
  loss.backward();
  ${inside}
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
`;
}
