// Runs the named lanes one after the other and ends with one line, `N passed, N failed`.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
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
    { name: "page", command: [...outside, "--timeout", "30000", "test/webview/**/*.test.ts"], counts: true },
  ],
  vscode: [
    build,
    { name: "suite", command: ["tsx", "test/vscode/suite.ts"], counts: true },
    {
      name: "drive",
      command: [
        ...outside,
        "--timeout",
        "90000",
        "--require",
        "test/vscode/hooks.ts",
        "test/vscode/drive/**/*.test.ts",
      ],
      counts: true,
    },
  ],
};

/** Runs a step; a run of mocha that leaves no totals, or whose exit code contradicts them, counts as one failure. */
function run({ name, command: [program, ...args], counts }: Step): Totals {
  const file = join(results, `${name}.json`);
  rmSync(file, { force: true });
  console.log(`\n▸ ${name}`);
  const { status, error } = spawnSync(program, args, {
    stdio: "inherit",
    timeout: 30 * 60_000,
    killSignal: "SIGKILL",
    shell: process.platform === "win32",
    env: { ...process.env, BACKSTEP_TOTALS: file },
  });
  if (error !== undefined) console.error(`${program} did not start or end: ${error.message}`);
  const ok = status === 0;
  if (!counts) return { passed: 0, failed: ok ? 0 : 1, pending: 0 };
  if (!existsSync(file)) {
    console.error(`${name}: ended with ${status} before any totals`);
    return { passed: 0, failed: 1, pending: 0 };
  }
  const totals = JSON.parse(readFileSync(file, "utf8")) as Totals;
  return totals.failed === 0 && !ok ? { ...totals, failed: 1 } : totals;
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
