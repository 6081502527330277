// `npm run mutants [-- FILE…]`: every gradient rule made wrong in every small way, each of which a test must notice.
//
// A copy of the engine holds all mutants of its source at once, each behind a switch, so that the tests of the unit lane
// can be run on one after the other in a single process. A mutant counts when its code runs in gradient rules and
// nowhere else; only the tests that reach it are run, the quickest first.
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { switched } from "./mutants.source";

const root = resolve(__dirname, "../..");
const copy = join(root, "dist-test", "mutants");

/** Copies engine and tests, with the mutants in. */
function prepare(): void {
  rmSync(copy, { recursive: true, force: true });
  for (const part of ["src", "test/engine", "test/golden", "examples"])
    cpSync(join(root, part), join(copy, part), { recursive: true });
  for (const file of ["package.json", "tsconfig.json"]) cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"), "junction");
  const ops = join(copy, "src/engine/ops");
  const files = [...readdirSync(ops).map((name) => join(ops, name)), join(copy, "src/engine/rule.ts")];
  const mutants = [];
  for (const file of files) {
    const name = file.slice(copy.length + 1).replaceAll("\\", "/");
    const { text, mutants: own } = switched(name, readFileSync(file, "utf8"), mutants.length);
    writeFileSync(file, text);
    mutants.push(...own);
  }
  writeFileSync(join(copy, "mutants.json"), JSON.stringify(mutants));
}

mkdirSync(copy, { recursive: true });
prepare();
const { status } = spawnSync(
  process.execPath,
  ["--import", "tsx", join(copy, "test/engine/mutants.run.ts"), ...process.argv.slice(2)],
  { cwd: copy, stdio: "inherit" },
);
process.exitCode = status ?? 1;
