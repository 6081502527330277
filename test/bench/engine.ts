// The engine's speed beside its rivals': steps for each second of processor time, every value and gradient recorded; and
// with all that VS Code shows of a program beside them, each variable, turn and call, sent to the host by the real child.
import { spawnSync } from "node:child_process";
import { buildSync } from "esbuild";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, relative, resolve } from "node:path";
import { launch } from "../../src/runner/launch";
import { prepare } from "../../src/runner/prepare";
import { isProblem } from "../../src/runner/problem";
import { defaultLimits } from "../../src/runner/request";
import { heapFlags } from "../../src/runner/start";
import { load } from "../support/figures";

const rounds = 3;
const gigaflops = (2 * 512 ** 3) / 1e9;
/** Steps a second to reach; for the product GFLOP/s. */
const targets = { regression: 340_000, mlp: 8_700, large: 1_000, scalar: 64, matmul: 45 } as const;
type Name = keyof typeof targets;
const names: readonly Name[] = ["regression", "mlp", "large", "scalar", "matmul"];
const titles: Readonly<Record<Name, string>> = {
  regression: "regression, 1 parameter",
  mlp: "MLP 2-16-16-1, 100 points",
  large: "784-128-10, batch 64",
  scalar: "micrograd's demo, scalar graph",
  matmul: "matmul 512, GFLOP/s",
};
const packages = [
  "js-pytorch@0.7.2",
  "@jax-js/jax@0.1.25",
  "@tensorflow/tfjs@4.22.0",
  "@tensorflow/tfjs-backend-wasm@4.22.0",
];
const rivals: readonly (readonly [title: string, command: string, ...rest: string[]])[] = [
  ["jax-js wasm, jit", process.execPath, "jax.mjs"],
  ["tfjs wasm", process.execPath, "tfjs.mjs", "wasm"],
  ["tfjs cpu", process.execPath, "tfjs.mjs", "cpu"],
  ["js-pytorch", process.execPath, "jspytorch.mjs"],
  ["micrograd", process.execPath, "micrograd.mjs"],
  ["PyTorch", python(), "pytorch.py"],
];

type Rates = Partial<Record<Name, number>>;

/** The rounds of a rival, and why it has none. */
interface Rival {
  title: string;
  readonly rounds: Rates[];
  missing: string;
}

/** The Python that has PyTorch: another than the first on the path may be the system's, which packages go to. */
function python(): string {
  const has = (command: string) => spawnSync(command, ["-c", "import torch"], { stdio: "ignore" }).status === 0;
  return ["python3", "/usr/bin/python3"].find(has) ?? "python3";
}

/** The workloads as people write them; each tells its rate when it is over. */
const programs = ["regression", "network", "scalar"].map((name) => join("test/bench/workloads", `${name}.ts`));

function take(rates: Rates, line: string): void {
  const said: unknown = JSON.parse(line);
  if (typeof said !== "object" || said === null || !("name" in said && "rate" in said)) return;
  const name = names.find((each) => each === said.name);
  if (name !== undefined && typeof said.rate === "number")
    rates[name] = name === "matmul" ? said.rate * gigaflops : said.rate;
}

/** Runs a program with every value and gradient recorded. */
function recorded(rates: Rates, file: string): void {
  const outfile = join(mkdtempSync(join(tmpdir(), "backstep-bench-")), "program.cjs");
  const contents = `import "./recorder/setup";\nimport "./${relative("test/bench", file)}";`;
  const alias = { backstep: resolve("src/engine/index.ts") };
  buildSync({
    stdin: { contents, resolveDir: resolve("test/bench") },
    alias,
    bundle: true,
    platform: "node",
    outfile,
    logLevel: "error",
  });
  const { stdout, stderr, status } = spawnSync(process.execPath, [...heapFlags(4096), outfile], { encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} failed: ${stderr}`);
  for (const line of stdout.split("\n")) if (line.startsWith("{")) take(rates, line);
}

/** Runs a program in the child with everything recorded. */
async function shown(rates: Rates, file: string): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "backstep-bench-"));
  const text = readFileSync(file, "utf8");
  const at = join(root, basename(file));
  writeFileSync(at, text);
  const limits = { ...defaultLimits, recordingMb: 16_384, wallMs: 600_000, rssMb: 4_096 };
  const prepared = prepare({ file: at, text, root, overlay: new Map(), limits, cap: 4096 });
  if (isProblem(prepared)) throw new Error(prepared.message);
  const printed: string[] = [];
  const listener = {
    chunk: () => undefined,
    printed: (line: string) => void printed.push(...line.split("\n")),
    ended: () => undefined,
  };
  const { status, error } = await launch(prepared, listener, { child: resolve("dist/child.js") }).ended;
  if (status !== "done") throw new Error(`${file} ${status}: ${error?.message ?? ""}`);
  for (const line of printed) if (line.startsWith("{")) take(rates, line);
}

/** Runs a rival's program once; one that is not on the machine, or fails, has no rates and says why. */
function race(rival: Rival, command: string, [script = "", ...rest]: readonly string[]): void {
  const { stdout, stderr, error } = spawnSync(command, [join("test/bench/rivals", script), ...rest], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    timeout: 120_000,
  });
  const rates: Rates = {};
  for (const line of error === undefined ? stdout.split("\n") : []) {
    if (line.startsWith('{"title"')) rival.title = titleOf(line) ?? rival.title;
    else if (line.startsWith("{")) take(rates, line);
  }
  rival.rounds.push(rates);
  if (Object.keys(rates).length > 0) return;
  const errors = error?.message ?? stderr;
  rival.missing = /^.*(Error|ENOENT|ETIMEDOUT).*$/m.exec(errors)?.[0] ?? "its program printed no figures";
}

/** The name by which a rival's program wants to be shown. */
function titleOf(line: string): string | null {
  const said: unknown = JSON.parse(line);
  return typeof said === "object" && said !== null && "title" in said && typeof said.title === "string"
    ? said.title
    : null;
}

/** Installs the rivals into a folder of their own, once. */
function install(): void {
  const folder = "test/bench/peers";
  if (existsSync(join(folder, "node_modules"))) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const arguments_ = ["install", "--no-audit", "--no-fund", "--ignore-scripts", ...packages];
  spawnSync("npm", arguments_, { cwd: folder, stdio: "inherit", shell: process.platform === "win32" });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? NaN;
}

function figure(rate: number): string {
  return rate >= 1000 ? Math.round(rate).toLocaleString("en") : rate.toFixed(rate < 10 ? 2 : 1);
}

async function main(): Promise<void> {
  install();
  const own: Rates[] = [];
  const whole: Rates[] = [];
  const others = rivals.map(([title]): Rival => ({ title, rounds: [], missing: "" }));
  // In turns, so that what else the machine does falls on all alike.
  for (let round = 0; round < rounds; round++) {
    const [rates, all]: [Rates, Rates] = [{}, {}];
    for (const program of programs) {
      recorded(rates, program);
      await shown(all, program);
    }
    own.push(rates);
    whole.push(all);
    rivals.forEach(([, command, ...rest], k) => {
      const other = others[k];
      if (other !== undefined && other.missing === "") race(other, command, rest);
    });
  }
  for (const name of names) {
    const ours = median(own.flatMap((rates) => rates[name] ?? []));
    const target = targets[name];
    const inAll = median(whole.flatMap((rates) => rates[name] ?? []));
    console.log(
      `${ours >= target ? "✓" : "✗"} ${titles[name]}, every value and gradient recorded: ${figure(ours)} (target ${figure(target)}; ${load()})`,
    );
    console.log(`    with all that VS Code shows of the program, by the real child: ${figure(inAll)}`);
    for (const { title, rounds: all } of others) {
      const theirs = all.flatMap((rates) => rates[name] ?? []);
      if (theirs.length > 0)
        console.log(
          `    ${title}: ${figure(median(theirs))}, so ${(ours / median(theirs)).toFixed(2)} times as many here`,
        );
    }
  }
  for (const { title, missing } of others)
    if (missing !== "") console.log(`Nothing stands beside ${title}, which did not run here: ${missing}`);
}

void main();
