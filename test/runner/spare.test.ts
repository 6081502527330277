import assert from "node:assert/strict";
import { canonical } from "../../src/recording/canonical";
import { Recording } from "../../src/recording/recording";
import { defaultLimits } from "../../src/runner/request";
import { Spare } from "../../src/runner/spare";
import { start } from "../../src/runner/start";
import { buildChild } from "../support/child";
import { eventually } from "../vscode/eventually";
import { folder, runReal, type Outcome } from "./run";

const says = `import { randn } from "backstep";
console.log(randn([3]), process.cwd());
console.warn(process.pid);`;

/** The process that ran `says`. */
function ranIn({ result, printed }: Outcome): number {
  assert.deepEqual([result.status, result.error, printed.length], ["done", null, 2]);
  return Number(printed[1]);
}

function ended(pid: number): Promise<boolean> {
  return eventually(`process ${pid} ends`, () => {
    try {
      return !process.kill(pid, 0);
    } catch {
      return true;
    }
  });
}

describe("the spare child", function () {
  this.timeout(60_000);
  const kept: Spare[] = [];
  const keeping = (patience?: number): Spare => {
    const spare = new Spare({ rest: 0, ...(patience !== undefined && { patience }) });
    kept.push(spare);
    return spare;
  };
  const waiting = (spare: Spare): Promise<number> => eventually("a child waits", () => spare.pid > 0 && spare.pid);
  afterEach(() => {
    for (const spare of kept.splice(0)) spare.dispose();
  });

  it("runs what is run next, which comes to the same", async () => {
    const spare = keeping();
    const root = folder({ "main.ts": says });
    const first = await runReal(says, { root, spare });
    const pid = await waiting(spare);
    assert.notEqual(ranIn(first), pid);
    const text = says.replace("console.warn(process.pid);", "");
    const alone = await runReal(text, { root });
    const second = await runReal(text, { root, spare });
    assert.deepEqual(second.printed, alone.printed);
    assert.match(second.printed[0]!, new RegExp(`${root}$`));
    await ended(pid);
    const [mine, other] = [second, alone].map(({ chunks }) => {
      const recording = new Recording();
      for (const chunk of chunks) recording.add(chunk);
      return canonical(recording);
    });
    assert.deepEqual(mine, other);
    const third = await waiting(spare);
    assert.equal(ranIn(await runReal(says, { root, spare })), third);
  });

  it("is not taken for other limits or another folder", async () => {
    const spare = keeping();
    const root = folder({ "main.ts": says });
    await runReal(says, { root, spare });
    const first = await waiting(spare);
    const heap = await runReal(says, { root, spare, limits: { ...defaultLimits, heapMb: 900 } });
    assert.notEqual(ranIn(heap), first);
    await ended(first);
    const second = await waiting(spare);
    const elsewhere = await runReal(says, { spare, limits: { ...defaultLimits, heapMb: 900 } });
    assert.notEqual(ranIn(elsewhere), second);
    assert.match(elsewhere.printed[0]!, new RegExp(`${elsewhere.root}$`));
    await ended(second);
  });

  it("is held to the limits of the run that takes it", async () => {
    const spare = keeping();
    const root = folder({ "main.ts": says });
    await runReal(says, { root, spare });
    const pid = await waiting(spare);
    const endless = await runReal(`console.log(process.pid); while (true);`, {
      root,
      spare,
      limits: { ...defaultLimits, wallMs: 1000 },
    });
    assert.deepEqual([endless.result.status, endless.printed], ["limit", [String(pid)]]);
    await ended(pid);
    const next = await waiting(spare);
    const outside = await runReal(`import { readFileSync } from "node:fs"; readFileSync("/etc/hostname");`, {
      root,
      spare,
    });
    assert.match(outside.result.error!.message, /^A snippet may read only the folder it runs in/);
    await ended(next);
  });

  it("goes when nobody runs again, when it crashed, and with its owner", async () => {
    const spare = keeping(300);
    await runReal(says, { spare });
    await ended(await waiting(spare));
    assert.equal(spare.pid, -1);

    const patient = keeping();
    const root = folder({ "main.ts": says });
    await runReal(says, { root, spare: patient });
    const crashed = await waiting(patient);
    process.kill(crashed, "SIGKILL");
    await eventually("the crash is seen", () => patient.pid === -1);
    assert.notEqual(ranIn(await runReal(says, { root, spare: patient })), crashed);

    const last = await waiting(patient);
    patient.dispose();
    await ended(last);
    await runReal(says, { root, spare: patient });
    assert.equal(patient.pid, -1);
  });

  it("ends quietly where its host went without a word", async () => {
    const command = { executable: process.execPath, flags: [], child: await buildChild(), env: {} };
    const { process: child, stop } = start(command);
    let errors = "";
    child.stderr?.on("data", (piece: Buffer) => (errors += piece.toString()));
    child.stdin?.end();
    const code = await new Promise((closed) => child.on("close", closed));
    stop.close();
    assert.deepEqual([code, errors], [0, ""]);
  });
});
