// Runs the named lanes one after the other and ends with one line, `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { findChromium } from "./chromium";

interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly pending: number;
}

interface Step {
  readonly name: string;
  readonly command: readonly [string, ...string[]];
  /** Whether it is a mocha run whose totals count; any other step only has to succeed. */
  readonly counts: boolean;
  /**
   * What a mocha run against real windows takes as its last arguments. Windows are slow on a busy machine, so a file in
   * which a test failed is run once more by itself, as VS Code's own smoke tests are, and the report says so.
   */
  readonly files?: string;
}

const results = ".test-results";
const mocha = ["mocha", "--forbid-only", "--forbid-pending", "--reporter", "test/support/reporter.cjs"] as const;
const outside = [...mocha, "--no-config", "--exit", "--node-option", "import=tsx", "--extension", "ts"] as const;

const build: Step = { name: "build", command: ["npm", "run", "build", "--silent"], counts: false };
/** The oldest Node that the floor version of VS Code brings; what the runner does depends on it. */
const floor = "22.15.0";

const lanes: Readonly<Record<string, readonly Step[]>> = {
  floor: [{ name: "floor", command: ["tsx", "test/support/floor.ts", floor], counts: true }],
  unit: [{ name: "unit", command: [...mocha], counts: true }],
  page: [
    build,
    {
      name: "page",
      command: [...outside, "--timeout", "30000"],
      files: "test/webview/**/*.test.ts",
      counts: true,
    },
  ],
  vscode: [
    build,
    { name: "suite", command: ["tsx", "test/vscode/suite.ts"], counts: true },
    {
      name: "drive",
      command: [...outside, "--timeout", "90000", "--require", "test/vscode/hooks.ts"],
      files: "test/vscode/drive/**/*.test.ts",
      counts: true,
    },
  ],
};

/** What passed and failed in each file of a mocha run; null when it ended before it could say. */
type Files = Readonly<Record<string, Totals>>;

/** Runs a command to its end; a run of mocha that ends before any totals counts as one failure. */
function start(name: string, [program, ...args]: readonly string[]): { ok: boolean; files: Files | null } {
  const file = join(results, `${name}.json`);
  rmSync(file, { force: true });
  console.log(`\n▸ ${name}`);
  const { status, error } = spawnSync(program!, args, {
    stdio: "inherit",
    timeout: 30 * 60_000,
    killSignal: "SIGKILL",
    shell: process.platform === "win32",
    env: { ...process.env, BACKSTEP_TOTALS: file },
  });
  if (error !== undefined) console.error(`${program} did not start or end: ${error.message}`);
  const files = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Files) : null;
  return { ok: status === 0, files };
}

const none: Totals = { passed: 0, failed: 0, pending: 0 };
const failure: Totals = { passed: 0, failed: 1, pending: 0 };

/** Adds up; a run whose exit code contradicts its totals counts as one failure. */
function sum(files: Files, ok: boolean): Totals {
  const totals = Object.values(files).reduce(
    (all, of) => ({
      passed: all.passed + of.passed,
      failed: all.failed + of.failed,
      pending: all.pending + of.pending,
    }),
    none,
  );
  return totals.failed === 0 && !ok ? { ...totals, failed: 1 } : totals;
}

function run({ name, command, counts, files: pattern }: Step): Totals {
  const first = start(name, pattern === undefined ? command : [...command, pattern]);
  if (!counts) return first.ok ? none : failure;
  if (first.files === null) {
    console.error(`${name} ended before any totals`);
    return failure;
  }
  const failed = Object.keys(first.files).filter((file) => first.files![file]!.failed > 0);
  if (pattern === undefined || failed.length === 0 || failed.length > 3 || failed.includes("")) {
    return sum(first.files, first.ok);
  }
  console.log(`\nOnce more, by themselves: ${failed.map((file) => relative(".", file)).join(", ")}`);
  const second = start(`${name}, second try`, [...command, ...failed]);
  if (second.files === null) return sum(first.files, first.ok);
  return sum({ ...first.files, ...second.files }, second.ok);
}

function stepsOf(lane: string): readonly Step[] {
  const steps = lanes[lane];
  if (steps === undefined) throw new Error(`No lane is named ${lane}: there are ${Object.keys(lanes).join(", ")}.`);
  return steps;
}

function bringChromium(): void {
  try {
    findChromium();
  } catch (missing) {
    if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) throw missing;
    spawnSync("apt-get", ["update"], { stdio: "inherit" });
    spawnSync("apt-get", ["install", "-y", "--no-install-recommends", "chromium"], { stdio: "inherit" });
    findChromium();
  }
}

const [first, ...rest] = process.argv.slice(2);
const bring = first === "--bring";
const named = bring ? rest : process.argv.slice(2);
mkdirSync(results, { recursive: true });
if (bring) bringChromium();
const steps = [...new Set(named.flatMap(stepsOf))];
const all = steps.map((step) => ({ name: step.name, ...run(step) }));
console.log("");
for (const { name, passed, failed } of all.filter((_, i) => steps[i]!.counts)) {
  console.log(`${name.padEnd(8)}${passed} ok, ${failed} not ok`);
}
const passed = all.reduce((sum, totals) => sum + totals.passed, 0);
const failed = all.reduce((sum, totals) => sum + totals.failed, 0);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);
