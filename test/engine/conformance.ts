// `npm run conformance`: runs every golden case of PyTorch and every slope against the engine and writes CONFORMANCE.md.
// `-- --check` compares instead of writing.
import Mocha from "mocha";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format, resolveConfig } from "prettier";
import { listening, type Reading, readingsSoFar } from "./gauge";
import { table } from "./conformance.table";
import { golden } from "./golden";

const root = resolve(__dirname, "../..");
const file = join(root, "CONFORMANCE.md");
const suites = ["ops", "programs", "errors", "optim", "print", "models", "random", "examples", "cases", "layers"];

/** What the golden suites and the cases worked by hand gave. */
interface Ran {
  readonly readings: readonly Reading[];
  readonly byHand: ReadonlyMap<string, number>;
  readonly failures: readonly string[];
}

class Silent extends Mocha.reporters.Base {}

/** Runs the suites in this process, so that what they compare is measured. */
async function run(): Promise<Ran> {
  const mocha = new Mocha({ timeout: 120_000, reporter: Silent });
  for (const suite of suites) mocha.addFile(join(__dirname, `${suite}.test.ts`));
  await mocha.loadFilesAsync();
  const byHand = new Map<string, number>();
  const failures: string[] = [];
  await new Promise<void>((done) => {
    let stop: (() => void) | null = null;
    let ops = new Set<string>();
    mocha
      .run(() => {
        done();
      })
      .on("test", (test: Mocha.Test) => {
        if (!/by hand/.test(test.fullTitle())) return;
        ops = new Set();
        stop = listening(ops);
      })
      .on("pass", () => {
        if (stop !== null) for (const op of ops) byHand.set(op, (byHand.get(op) ?? 0) + 1);
      })
      .on("test end", () => {
        stop?.();
        stop = null;
      })
      .on("fail", (test: Mocha.Test, error: Error) => failures.push(`${test.fullTitle()}: ${error.message}`));
  });
  return { readings: readingsSoFar(), byHand, failures };
}

async function main(): Promise<void> {
  const { readings, byHand, failures } = await run();
  const { text, missing } = table(readings, byHand, golden);
  const config = await resolveConfig(file);
  const page = await format(text, { ...config, parser: "markdown" });
  for (const failure of [...failures, ...missing]) console.error(failure);
  if (failures.length + missing.length > 0) process.exitCode = 1;
  if (process.argv.includes("--check")) {
    if (readFileSync(file, "utf8") !== page) {
      console.error("CONFORMANCE.md is not what the engine does now: run `npm run conformance` and commit it.");
      process.exitCode = 1;
    }
  } else {
    console.log(page);
    if (failures.length === 0) writeFileSync(file, page);
  }
}

void main();
