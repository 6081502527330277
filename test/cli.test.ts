import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canonical } from "../src/recording/canonical";
import { readRecording } from "../src/recording/recording";
import { folder } from "./runner/run";
import { buildCli } from "./support/child";

const text = `import { tensor, noGrad } from "backstep";
const x = tensor([1, 2, 3, 4]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = x.mul(w).sub(x.mul(2)).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
  console.log("loss", loss.item());
}
console.warn("done");
`;

describe("backstep run", function () {
  this.timeout(60_000);
  let cli = "";

  before(async () => {
    cli = await buildCli();
  });

  function backstep(root: string, ...args: string[]): { code: number | null; out: string; err: string } {
    mkdirSync(root, { recursive: true });
    const { status, stdout, stderr } = spawnSync(process.execPath, [cli, ...args], { cwd: root, encoding: "utf8" });
    return { code: status, out: stdout, err: stderr };
  }

  it("prints what the snippet prints and a summary, and saves the recording", () => {
    const root = folder({ "train.ts": text });
    const { code, out, err } = backstep(root, "run", "train.ts", "--save", "run.backstep", "--json", "run.json");
    assert.equal(err, "done\n");
    assert.equal(code, 0);
    const lines = out.trim().split("\n");
    assert.equal(lines[0], "loss 30");
    assert.match(lines[1]!, /^loss 21\.67/);
    assert.match(lines[2]!, /^loss 15\.66/);
    assert.match(lines[3]!, /^train\.ts: done · 3 iterations · \d+ events · loss [\d.]+ · \d+\.\d\d s$/);
    const { recording, problem } = readRecording(readFileSync(join(root, "run.backstep")));
    assert.equal(problem, null);
    assert.equal(recording.facts.status, "done");
    assert.equal(recording.programs[0]!.file, "train.ts");
    const json = JSON.parse(readFileSync(join(root, "run.json"), "utf8")) as {
      version: number;
      iterations: unknown[];
      console: string[];
      error: unknown;
    };
    assert.equal(json.version, 1);
    assert.equal(json.iterations.length, 3);
    assert.equal(json.console.length, 4);
    assert.equal(json.error, null);
    backstep(root, "run", "train.ts", "--save", "again.backstep");
    const again = readRecording(readFileSync(join(root, "again.backstep"))).recording;
    assert.deepEqual(canonical(again), canonical(recording), "two runs are equal byte for byte");
  });

  it("writes a run and a recording that was kept as CSV and for Graphviz", () => {
    const root = folder({ "train.ts": text });
    const written = ["--csv", "run.csv", "--dot", "run.dot"];
    assert.equal(backstep(root, "run", "train.ts", "--save", "run.backstep", ...written).code, 0);
    const csv = readFileSync(join(root, "run.csv"), "utf8");
    assert.match(csv, /^iteration,label,epoch,loss,w,w\.grad\r\n0,epoch 0,0,30,/);
    assert.equal(csv.split("\r\n").length, 5);
    const dot = readFileSync(join(root, "run.dot"), "utf8");
    assert.match(dot, /^digraph \{\n.*train\.ts · epoch 2 · step 13 of 13/);
    for (const [format, expected] of Object.entries({ csv, dot })) {
      const { code, out, err } = backstep(root, "export", "run.backstep", `--${format}`, "-");
      assert.deepEqual([code, out, err], [0, expected, ""]);
    }
    const json = backstep(root, "export", "run.backstep", "--json", "-");
    assert.equal((JSON.parse(json.out) as { iterations: unknown[] }).iterations.length, 3);
    const whole = readFileSync(join(root, "run.backstep"));
    writeFileSync(join(root, "cut.backstep"), whole.subarray(0, whole.length - 9));
    const cut = backstep(root, "export", "cut.backstep", "--csv", "-");
    assert.equal(cut.code, 1);
    assert.match(cut.err, /cut short.* What came before is written\./);
  });

  it("says what cannot be written, and leaves what was there", () => {
    const root = folder({ "train.ts": text, "old.csv": "kept" });
    mkdirSync(join(root, "folder.csv"));
    const nowhere = backstep(root, "run", "train.ts", "--csv", "no/where.csv");
    assert.equal(nowhere.code, 2);
    assert.equal(nowhere.err, 'done\nCannot write "no/where.csv": no such file or directory.\n');
    const directory = backstep(root, "run", "train.ts", "--csv", "folder.csv");
    assert.match(directory.err, /Cannot write "folder\.csv": illegal operation on a directory\.\n$/);
    assert.deepEqual(readdirSync(root).sort(), ["folder.csv", "old.csv", "train.ts"]);
    symlinkSync("old.csv", join(root, "link.csv"));
    assert.equal(backstep(root, "run", "train.ts", "--csv", "link.csv").code, 0);
    assert.match(readFileSync(join(root, "old.csv"), "utf8"), /^iteration/, "a link stays one");
    assert.ok(lstatSync(join(root, "link.csv")).isSymbolicLink());
    assert.equal(backstep(root, "run", "train.ts", "--csv", "/dev/null").code, 0);
    assert.ok(statSync("/dev/null").isCharacterDevice(), "a device stays one");
  });

  it("goes on when nobody reads what it prints any more", async () => {
    const many = text.replace("epoch < 3", "epoch < 3000");
    const root = folder({ "train.ts": many });
    const run = spawn(process.execPath, [cli, "run", "train.ts", "--save", "run.backstep"], { cwd: root });
    let err = "";
    run.stderr.on("data", (piece: Buffer) => (err += piece.toString()));
    run.stdout.once("data", () => run.stdout.destroy());
    const code = await new Promise((ended) => run.on("close", ended));
    assert.deepEqual([code, err], [0, "done\n"]);
    assert.equal(readRecording(readFileSync(join(root, "run.backstep"))).problem, null);
  });

  it("runs lines with what they need", () => {
    const root = folder({ "train.ts": `${text}console.log("w", w.item());\nconst q = 1;\nconsole.log(q);` });
    const { code, out, err } = backstep(root, "run", "train.ts", "--lines", "14:14");
    assert.equal(code, 0);
    assert.match(out, /^1\ntrain\.ts: done · 0 iterations · /);
    assert.match(err, /^No tensor was created.*\nAdded what the selection needs: line 13\.\n$/);
  });

  it("ends with 1 and the place when the snippet fails, keeping the recording", () => {
    const root = folder({
      "bad.ts": text.replace("console.log", "if (epoch === 1) throw new Error(`no more`);\n  console.log"),
    });
    const { code, out, err } = backstep(root, "run", "bad.ts", "--json", "-");
    assert.equal(code, 1);
    assert.match(err, /bad\.ts:9:26: no more\n/);
    const json = JSON.parse(out) as { iterations: unknown[]; error: { message: string; file: string; line: number } };
    assert.deepEqual(json.error, { message: "no more", file: "bad.ts", line: 9 });
    assert.equal(json.iterations.length, 2);
    const condition = backstep(
      folder({ "c.ts": `import { tensor } from "backstep";\nif (tensor([1, 2])) 1;` }),
      ...["run", "c.ts", "--json", "-"],
    );
    const { error } = JSON.parse(condition.out) as typeof json;
    assert.deepEqual([error.file, error.line], ["c.ts", 2], "the place of what is no call");
    const syntax = backstep(folder({ "s.ts": "const a = 1;\nlet let b;" }), "run", "s.ts", "--json", "-");
    const refused = JSON.parse(syntax.out) as { source: string; iterations: unknown[]; error: { line: number } };
    assert.deepEqual([refused.source, refused.iterations, refused.error.line], ["s.ts", [], 2]);
    assert.equal(syntax.code, 1);
    assert.match(syntax.err, /^s\.ts:2:\d+: /);
    const endless = backstep(folder({ "e.ts": "for (;;);" }), "run", "e.ts", "--seconds", "0.5");
    assert.equal(endless.code, 1);
    assert.match(endless.err, /Stopped after 0\.5 s/);
  });

  it("ends with 2 when the command is wrong", () => {
    const root = folder({ "a.ts": "1;" });
    for (const args of [
      [],
      ["walk"],
      ["run"],
      ["run", "nowhere.ts"],
      ["run", "a.ts", "--lines", "x"],
      ["run", "a.ts", "--bogus"],
      ["run", "a.ts", "b.ts"],
      ["run", "a.ts", "--seconds", "soon"],
      ["export"],
      ["export", "a.ts"],
      ["export", "a.ts", "--csv", "-", "--seed", "1"],
      ["export", "nowhere.backstep"],
      ["export", "a.ts", "--csv", "-"],
    ]) {
      const { code, err } = backstep(root, ...args);
      assert.equal(code, 2, args.join(" "));
      assert.match(err, /\n\nbackstep run FILE/, args.join(" "));
    }
    writeFileSync(join(root, "f.ts"), "function f(p: number) {\n  return p;\n}\n");
    const inner = backstep(root, "run", "f.ts", "--lines", "2:2");
    assert.equal(inner.code, 2);
    assert.match(inner.err, /run the whole file instead/);
  });

  it("prints its version and help", () => {
    const root = folder({});
    assert.match(backstep(root, "--version").out, /^\d+\.\d+\.\d+\n$/);
    assert.match(backstep(root, "--help").out, /--lines A:B/);
  });
});
