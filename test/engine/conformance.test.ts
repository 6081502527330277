import { equal } from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";

describe("CONFORMANCE.md", () => {
  it("is what the command prints", () => {
    const root = resolve(__dirname, "../..");
    const command = ["--import", "tsx", "test/engine/conformance.ts", "--check"];
    const { status, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
    equal(status, 0, stderr);
  }).timeout(300_000);
});
