// Runs the tests of the runner on another Node: `tsx test/support/floor.ts 22.15.0`.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { installNode } from "../vscode/install";

const [version = ""] = process.argv.slice(2);
const node = join(installNode(version), process.platform === "win32" ? "node.exe" : "bin/node");
const mocha = ["--import=tsx", "--enable-source-maps", "node_modules/mocha/bin/mocha.js", "--no-config"];
const { status } = spawnSync(
  node,
  [...mocha, "--forbid-only", "--forbid-pending", "--reporter", "test/support/reporter.cjs", "--exit"].concat([
    "--extension",
    "ts",
    "--timeout",
    "30000",
    "test/runner/**/*.test.ts",
  ]),
  { stdio: "inherit" },
);
process.exitCode = status ?? 1;
