import { equal, match, ok } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const root = resolve(__dirname, "..");
const windows = process.platform === "win32";

/** Runs a program to its end; its output, or an error that holds it. */
function ran(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, encoding: "utf8", shell: windows });
  ok(status === 0, `${program} ${args.join(" ")} ended with ${String(status)}:\n${stdout}\n${stderr}`);
  return stdout;
}

const script = `
import { tensor, nn, optim, manualSeed } from "backstep";
manualSeed(0);
const model = new nn.Sequential(new nn.Linear(2, 4), new nn.Tanh(), new nn.Linear(4, 1));
const optimizer = new optim.SGD(model.parameters(), { lr: 0.1 });
const X = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const Y = tensor([[0], [1], [1], [0]]);
let first = 0;
let last = 0;
for (let i = 0; i < 50; i++) {
  const loss = nn.functional.mseLoss(model(X), Y);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
  last = loss.item();
  if (i === 0) first = last;
}
console.log(String(tensor([1, 2.5])), last < first);
`;

/** What a person's program may say, and what the compiler must refuse. */
const typed = `
import { type DType, type Tensor, linalg, nn, optim, tensor } from "backstep";

const x: Tensor = tensor([1, 2], { requiresGrad: true, dtype: "float64" });
const dtype: DType = x.dtype;
const { values, indices }: { values: Tensor; indices: Tensor } = x.max(0);
const grad: Tensor | null = x.grad;
const [output, [hn, cn]] = new nn.LSTM(2, 3)(tensor([[[1, 2]]]));
const parts: readonly Tensor[] = x.split(1);
const adam = new optim.Adam([x], { lr: 1e-3, betas: [0.9, 0.999] });
const { sign, logabsdet } = linalg.slogdet(tensor([[1]]));
export const all = [values, indices, grad, output, hn, cn, parts, adam, sign, logabsdet, dtype];

// @ts-expect-error there is no such dtype
tensor([1], { dtype: "float16" });
// @ts-expect-error betas are two numbers
new optim.Adam([x], { betas: [0.9] });
// @ts-expect-error an option that does not exist
x.sum(0, { keepDim: true });
// @ts-expect-error a tensor is no number
export const wrong: number = x.mul(2);
// @ts-expect-error a reduction is one of three words
nn.functional.mseLoss(x, x, { reduction: "average" });
`;

describe("the package", () => {
  const folder = mkdtempSync(join(tmpdir(), "backstep-package-"));
  const program = join(folder, "program");

  before(function () {
    this.timeout(300_000);
    ran(process.execPath, ["esbuild.mjs"], root);
    ran("npm", ["pack", "--ignore-scripts", "--silent", "--pack-destination", folder], root);
    const [tarball = ""] = readdirSync(folder);
    mkdirSync(program);
    writeFileSync(join(program, "package.json"), JSON.stringify({ name: "program", private: true, type: "module" }));
    ran("npm", ["install", "--offline", "--no-audit", "--no-fund", join(folder, tarball)], program);
  });

  after(() => {
    rmSync(folder, { recursive: true });
  });

  it("trains in plain Node", () => {
    writeFileSync(join(program, "train.mjs"), script);
    equal(ran(process.execPath, ["train.mjs"], program), "tensor([1.0000, 2.5000]) true\n");
  });

  for (const [module, moduleResolution] of [
    ["node16", "node16"],
    ["esnext", "bundler"],
  ] as const)
    it(`has types that hold and refuse, with moduleResolution ${moduleResolution}`, () => {
      writeFileSync(join(program, "typed.ts"), typed);
      const options = ["--strict", "--noEmit", "--target", "es2022"];
      const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
      const how = ["--module", module, "--moduleResolution", moduleResolution, "typed.ts"];
      ran(process.execPath, [compiler, ...options, ...how], program);
    }).timeout(120_000);

  it("brings its command line", () => {
    writeFileSync(
      join(program, "snippet.ts"),
      'import { tensor } from "backstep";\nconsole.log(String(tensor(2).mul(3)));\n',
    );
    const output = ran(process.execPath, ["node_modules/backstep/dist/cli.js", "run", "snippet.ts"], program);
    match(output, /tensor\(6\.\)/);
  }).timeout(60_000);
});
