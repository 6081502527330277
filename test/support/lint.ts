import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const rooms = ["src", "webview", "test", "examples"].filter((room) => existsSync(room));
const tools: readonly (readonly [string, ...string[]])[] = [
  ["eslint", "--cache", "--cache-location", "node_modules/.cache/eslint", "."],
  ["prettier", "--check", "--cache", "--log-level=warn", "."],
  ["depcruise", "--config", ".dependency-cruiser.cjs", ...rooms],
  ["knip", "--no-config-hints"],
];

const failed = tools.filter(([tool, ...args]) => {
  console.log(`\n▸ ${tool}`);
  return spawnSync(tool, args, { stdio: "inherit", shell: process.platform === "win32" }).status !== 0;
});
if (failed.length > 0) {
  console.error(`\nlint failed: ${failed.map(([tool]) => tool).join(", ")}`);
  process.exitCode = 1;
}
