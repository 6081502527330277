// `npm run bench [name…]`: packs what ships, then runs every test/bench/*.ts, or the named ones; each prints its figures.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { load } from "./figures";

const wanted = process.argv.slice(2);
const files = globSync("test/bench/*.ts")
  .sort()
  .filter((file) => wanted.length === 0 || wanted.includes(basename(file, ".ts")));
const shell = process.platform === "win32";

function run(program: string, args: readonly string[], stdio: "inherit" | "ignore"): void {
  if (spawnSync(program, args, { stdio: ["inherit", stdio, "inherit"], shell }).status !== 0) process.exitCode = 1;
}

if (files.length === 0) {
  console.error(`No benchmark is named ${wanted.join(", ")}: see test/bench/ for those there are.`);
  process.exitCode = 1;
} else {
  run("npm", ["run", "package", "--silent"], "ignore");
  for (const file of files) {
    console.log(`\n▸ ${basename(file, ".ts")} (${load()} on ${availableParallelism()} processors)`);
    run("tsx", [file], "inherit");
  }
}
