import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { eventually } from "../eventually";

const root = resolve(__dirname, "../../..");

describe("npm start without desktop VS Code", () => {
  it("prints the address of a VS Code in a browser, and ends with Ctrl+C", async () => {
    const started = spawn("npx", ["tsx", "test/vscode/start.ts", "--address"], { cwd: root, detached: true });
    let said = "";
    for (const stream of [started.stdout, started.stderr])
      stream.on("data", (piece: Buffer) => (said += piece.toString()));
    const ended = new Promise((exit) => started.on("close", exit));
    const address = await eventually("the address", () => /http:\/\/127\.0\.0\.1\S+/.exec(said)?.[0], 80_000).catch(
      (error: unknown) => {
        throw new Error(said, { cause: error });
      },
    );
    const page = await fetch(address);
    assert.equal(page.status, 200);
    assert.match(await page.text(), /workbench/);
    assert.match(decodeURIComponent(address), /folder=.*examples$/);
    process.kill(-started.pid!, "SIGINT");
    await ended;
    await assert.rejects(fetch(address));
  });
});
