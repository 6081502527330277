// `npm run bench [name…]`: runs every test/bench/*.ts, or the named ones, one after the other; each prints its figures.
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { basename } from "node:path";

const wanted = process.argv.slice(2);
const files = globSync("test/bench/*.ts")
  .sort()
  .filter((file) => wanted.length === 0 || wanted.includes(basename(file, ".ts")));
if (files.length === 0) {
  console.error(`No benchmark is named ${wanted.join(", ")}: see test/bench/ for those there are.`);
  process.exitCode = 1;
}
for (const file of files) {
  console.log(`\n▸ ${basename(file, ".ts")}`);
  const { status } = spawnSync("tsx", [file], { stdio: "inherit", shell: process.platform === "win32" });
  if (status !== 0) process.exitCode = 1;
}
