import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { canonical } from "../../src/recording/canonical";
import { Recording } from "../../src/recording/recording";
import { prepare } from "../../src/runner/prepare";
import { isProblem } from "../../src/runner/problem";
import { defaultLimits } from "../../src/runner/request";
import { folder, runReal, type Outcome } from "./run";

const training = `import { tensor, noGrad } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < EPOCHS; epoch++) {
  const loss = x.mul(w).sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
  console.log(epoch, loss.item());
}`;

function recorded({ chunks }: Outcome): Recording {
  const recording = new Recording();
  for (const chunk of chunks) recording.add(chunk);
  return recording;
}

/** How many rows of a kind there are. */
function count(recording: Recording, kind: string, op = ""): number {
  let found = 0;
  for (let row = 0; row < recording.rows; row++) {
    const form = recording.form(row);
    if (form.kind === kind && (op === "" || form.op === op)) found++;
  }
  return found;
}

describe("launch", function () {
  this.timeout(60_000);

  it("records a training loop and passes on what it prints", async () => {
    const outcome = await runReal(training.replace("EPOCHS", "20"));
    assert.deepEqual(
      { ...outcome.result, ms: 0, node: "" },
      { status: "done", error: null, ms: 0, node: "", missing: [] },
    );
    assert.equal(outcome.printed.length, 20);
    assert.equal(outcome.printed[0], "0 30");
    const recording = recorded(outcome);
    assert.equal(count(recording, "turn"), 20);
    assert.equal(count(recording, "turnEnd"), 20);
    assert.equal(count(recording, "backward"), 20);
    assert.equal(count(recording, "update", "sub_"), 20);
    assert.equal(count(recording, "print"), 20);
    const program = recording.programs[0]!;
    assert.equal(program.file, "main.ts");
    assert.deepEqual(program.bindings.map((b) => b.name).slice(2, 7), ["x", "y", "w", "epoch", "loss"]);
  });

  it("gives the same bytes for the same snippet", async () => {
    const text = `import { randn } from "backstep"; const r = randn([3]); console.log(Math.random(), r);`;
    const [a, b] = [await runReal(text), await runReal(text)];
    assert.deepEqual(a.printed, b.printed);
    const [first, second] = [recorded(a), recorded(b)];
    assert.deepEqual(canonical(first), canonical(second));
    assert.ok(canonical(first).length > 300);
    const other = await runReal(text, { seed: 7 });
    assert.notDeepEqual(other.printed, a.printed);
  });

  it("prints tensors as PyTorch, and by level", async () => {
    const { printed, levels } = await runReal(`import { tensor } from "backstep";
      console.log(tensor([1.5, 2]), { w: tensor([[1, 2], [3, 4]]) }, \`\${tensor(3)}\`);
      console.warn("careful %d", 3); console.error(new Error("shown").message); console.info("i"); console.debug("d");
      console.group("g"); console.log("in"); console.groupEnd(); console.table([{ a: 1 }]); process.stdout.write("part "); process.stdout.write("whole\\nrest");`);
    assert.equal(printed[0], "tensor([1.5000, 2.0000]) {\n  w: tensor([[1., 2.],\n          [3., 4.]])\n} tensor(3.)");
    assert.deepEqual(printed.slice(1, 7), ["careful 3", "shown", "i", "d", "g", "  in"]);
    assert.deepEqual(printed.slice(-2), ["part whole", "rest"]);
    assert.deepEqual(levels.slice(0, 5), ["log", "warn", "error", "info", "debug"]);
  });

  it("stops at the next turn of an endless loop when asked", async () => {
    const started = performance.now();
    const outcome = await runReal(
      training.replace("epoch < EPOCHS", "true").replace("console.log", "if (epoch === 5) console.log"),
      {
        during: (run, seen) => {
          const timer = setInterval(() => {
            if (seen.printed.length === 0) return;
            clearInterval(timer);
            run.stop();
          }, 5);
        },
        graceMs: 20_000,
      },
    );
    assert.equal(outcome.result.status, "stopped");
    assert.equal(outcome.result.error, null);
    assert.ok(performance.now() - started < 15_000, "it ended by itself, within the grace");
    assert.ok(count(recorded(outcome), "turn") > 5);
  });

  it("stops while it waits for a timer", async () => {
    const { result } = await runReal(`console.log("waiting"); await new Promise((r) => setTimeout(r, 60_000));`, {
      during: (run, seen) => void setInterval(() => seen.printed.length > 0 && run.stop(), 20).unref(),
      graceMs: 20_000,
    });
    assert.equal(result.status, "stopped");
    assert.ok(result.ms < 15_000);
  });

  it("kills a loop of uninstrumented code after the grace, keeping what was recorded", async () => {
    const outcome = await runReal(
      `import { tensor } from "backstep"; import { spin } from "spinner";
      const a = tensor([1, 2]).mul(3); for (let i = 0; i < 2; i++) { console.log(a); await 0; await new Promise((r) => setTimeout(r, 120)); spin(); }`,
      {
        files: {
          "node_modules/spinner/package.json": `{"name":"spinner","type":"module","main":"i.js"}`,
          "node_modules/spinner/i.js": "export function spin() { for (;;); }",
        },
        during: (run, seen) => {
          const timer = setInterval(() => {
            if (seen.chunks.length === 0) return;
            clearInterval(timer);
            setTimeout(() => run.stop(), 300);
          }, 20);
        },
        graceMs: 300,
      },
    );
    assert.equal(outcome.result.status, "stopped");
    assert.equal(count(recorded(outcome), "forward", "mul"), 1);
  });

  it("ends an endless loop at the time limit", async () => {
    const outcome = await runReal(training.replace("epoch < EPOCHS", "true").replace("console.log", "void"), {
      limits: { ...defaultLimits, wallMs: 1500 },
    });
    assert.equal(outcome.result.status, "limit");
    assert.match(
      outcome.result.error!.message,
      /^Stopped after 1.5 s, the limit in backstep\.limits\.seconds; what it had recorded is kept\.$/,
    );
    assert.ok(count(recorded(outcome), "turn") > 5);
  });

  it("ends an endless loop with nothing in it at the time limit", async () => {
    const { result } = await runReal("while (true);", { limits: { ...defaultLimits, wallMs: 1000 } });
    assert.equal(result.status, "limit");
  });

  it("ends runaway memory in buffers, keeping what was recorded", async () => {
    const outcome = await runReal(
      `import { tensor } from "backstep"; tensor([1]).add(1);
      const kept: Uint8Array[] = []; while (true) kept.push(new Uint8Array(4 << 20).fill(1));`,
      {
        limits: { ...defaultLimits, rssMb: 300 },
      },
    );
    assert.equal(outcome.result.status, "limit");
    assert.match(outcome.result.error!.message, /300 MB of memory, the limit in backstep\.limits\.memoryMegabytes/);
    assert.equal(count(recorded(outcome), "forward", "add"), 1);
  });

  it("ends runaway memory inside one statement", async () => {
    const { result } = await runReal(
      `const kept: Uint8Array[] = []; const grow = (n: number): void => { kept.push(new Uint8Array(8 << 20).fill(1)); queueMicrotask(() => grow(n)); }; grow(0);`,
      { limits: { ...defaultLimits, rssMb: 300 } },
    );
    assert.equal(result.status, "limit");
    assert.match(result.error!.message, /memoryMegabytes/);
  });

  it("ends a runaway heap", async () => {
    const { result } = await runReal(
      `const a: unknown[] = []; while (true) a.push(new Array(10_000).fill(a.length));`,
      {
        limits: { ...defaultLimits, heapMb: 64 },
      },
    );
    assert.equal(result.status, "limit");
    assert.match(result.error!.message, /64 MB of heap, the limit in backstep\.limits\.heapMegabytes/);
  });

  it("ends a recording that grows too large", async () => {
    const outcome = await runReal(`import { ones } from "backstep"; const x = ones([4096]); while (true) x.add(1);`, {
      limits: { ...defaultLimits, recordingMb: 4 },
    });
    assert.equal(outcome.result.status, "limit");
    assert.match(outcome.result.error!.message, /4 MB of recording, the limit in backstep\.limits\.recordingMegabytes/);
    const bytes = outcome.chunks.reduce((n, c) => n + c.length, 0);
    assert.ok(bytes > 4 << 20 && bytes < 200 << 20, `${bytes}`);
    assert.ok(recorded(outcome).rows > 100);
  });

  it("says where an exception in epoch 7 was thrown, and keeps what ran", async () => {
    const outcome = await runReal(
      training.replace("EPOCHS", "20").replace("  console.log", "  if (epoch === 7) explode(epoch);\n  console.log") +
        `\nfunction explode(n: number): never {\n  throw new RangeError(\`bad epoch \${n}\`);\n}`,
    );
    assert.equal(outcome.result.status, "failed");
    const { error } = outcome.result;
    assert.deepEqual(
      [error!.message, error!.file, error!.line, error!.kind],
      ["RangeError: bad epoch 7", "main.ts", 13, "runtime"],
    );
    assert.equal(outcome.printed.length, 7);
    const recording = recorded(outcome);
    assert.equal(count(recording, "turn"), 8);
    assert.equal(count(recording, "backward"), 8);
    const last = recording.form(recording.rows - 1);
    assert.equal(last.kind, "error");
    assert.equal(recording.site(last.site)?.line, 13);
  });

  it("names variables and shapes where shapes do not fit", async () => {
    const { result } = await runReal(
      `import { ones } from "backstep";\nconst x = ones([2, 3]);\nconst w = ones([4, 5]);\nconst y = x.matmul(w);`,
    );
    assert.equal(result.status, "failed");
    assert.match(result.error!.message, /mat1 and mat2 shapes cannot be multiplied \(2x3 and 4x5\)/);
    assert.match(result.error!.message, /\(a is x with shape \[2, 3\], b is w with shape \[4, 5\]\)/);
    assert.deepEqual([result.error!.line, result.error!.column], [3, 12]);
    const other = await runReal(
      `import { ones } from "backstep";\nclass Net { w = ones([3]); run(x = ones([4])) { return x.add(this.w); } }\nnew Net().run();`,
    );
    assert.match(other.result.error!.message, /a is x with shape \[4\], b is this\.w with shape \[3\]/);
  });

  it("refuses a Tensor in plain arithmetic and a condition of several elements", async () => {
    const plain = await runReal(
      `import { tensor } from "backstep";\nconst w = tensor([1, 2]);\nconst y = (w as any) * 2;`,
    );
    assert.equal(plain.result.status, "failed");
    assert.match(plain.result.error!.message, /\.mul\(\)/);
    assert.deepEqual([plain.result.error!.line, plain.result.error!.column], [2, 21]);
    const condition = await runReal(
      `import { tensor } from "backstep";\nconst w = tensor([1, 2]);\nif (1 > 0 && w) console.log("never");`,
    );
    assert.match(condition.result.error!.message, /^Boolean value of Tensor with more than one value is ambiguous/);
    assert.deepEqual([condition.result.error!.line, condition.result.error!.column], [2, 13]);
    const single = await runReal(
      `import { tensor } from "backstep";\nif (tensor([0])) console.log("never"); else console.log(tensor(2) ? "yes" : "no", !tensor(1));`,
    );
    assert.deepEqual(single.printed, ["yes false"]);
  });

  it("keeps loops and calls apart in async code", async () => {
    const outcome = await runReal(`import { tensor } from "backstep";
      const wait = (ms: number) => new Promise((r) => setTimeout(r, ms));
      async function work(k: number) { for (let i = 0; i < 3; i++) { await wait(k); tensor(k).mul(i); } }
      await Promise.all([work(3), work(5)]);`);
    assert.equal(outcome.result.status, "done");
    const recording = recorded(outcome);
    assert.equal(count(recording, "turn"), 6);
    assert.equal(count(recording, "forward", "mul"), 6);
    let turn = -1;
    const open = new Map<number, number>();
    for (let row = 0; row < recording.rows; row++) {
      const form = recording.form(row);
      if (form.kind === "turn") open.set((turn = recording.arg(row, 0)), recording.number(row, 0));
      if (form.kind === "switch") turn = recording.arg(row, 0);
      if (form.kind === "forward") {
        const frame = recording.frame(form.frame);
        assert.equal(recording.fn(frame.fn).name, "work");
        assert.equal(recording.number(row, 0), open.get(turn), "the op lies in the turn whose i it used");
      }
    }
  });

  it("runs an untitled document, imports with unsaved changes, JSON and packages", async () => {
    const root = folder({
      "data.json": `{ "lr": 0.5 }`,
      "layers/index.ts": `export const name: string = "on disk";`,
      "deep/model.ts": `import { tensor, type Tensor } from "backstep"; export const w: Tensor = tensor([2]); export enum Kind { Linear }`,
      "node_modules/five/package.json": `{"name":"five","main":"index.js"}`,
      "node_modules/five/index.js": "module.exports = 5;",
    });
    const text = `import data from "./data.json"; import { name } from "./layers"; import { w, Kind } from "./deep/model.js"; import five from "five";
      import { Tensor } from "backstep"; console.log(data.lr, name, w, w instanceof Tensor, Kind.Linear, five, import.meta.url.endsWith("Untitled-1.ts"));`;
    const outcome = await runReal(text, {
      root,
      file: "untitled:Untitled-1",
      overlay: new Map([[join(root, "layers/index.ts"), `export const name: string = "unsaved";`]]),
    });
    assert.deepEqual(outcome.result.error, null);
    assert.deepEqual(outcome.printed, ["0.5 unsaved tensor([2.]) true 0 5 true"]);
    assert.deepEqual(
      recorded(outcome)
        .programs.map((p) => p.file)
        .sort(),
      ["Untitled-1.ts", "deep/model.ts", "layers/index.ts"],
    );
    const bindings = recorded(outcome).programs.flatMap((p) => p.bindings.map((b) => b.id));
    assert.equal(new Set(bindings).size, bindings.length, "ids are global");
  });

  it("says which import cannot be found, and where a file that is imported is wrong", async () => {
    const missing = await runReal(`const a = 1;\nimport { b } from "./nowhere";\nconsole.log(b);`);
    assert.deepEqual([missing.result.error!.line, missing.result.error!.column], [1, 18]);
    assert.match(missing.result.error!.message, /Cannot find "\.\/nowhere": there is no such file beside main\.ts/);
    const wrong = await runReal(`import { b } from "./b"; console.log(b);`, {
      files: { "b.ts": "export const b = 1;\nconst c = ;" },
    });
    assert.deepEqual(
      [wrong.result.error!.file, wrong.result.error!.line, wrong.result.error!.kind],
      ["b.ts", 1, "syntax"],
    );
  });

  it("reads inside its folder and is refused outside", async () => {
    const inside = await runReal(
      `import { readFileSync } from "node:fs"; console.log(readFileSync("note.txt", "utf8"));`,
      { files: { "note.txt": "hello" } },
    );
    assert.deepEqual(inside.printed, ["hello"]);
    const outside = await runReal(`import { readFileSync } from "node:fs";\nreadFileSync("/etc/passwd");`);
    assert.equal(outside.result.status, "failed");
    assert.match(outside.result.error!.message, /may read only the folder it runs in/);
    assert.equal(outside.result.error!.line, 1);
    for (const bad of [
      `import { writeFileSync } from "node:fs"; writeFileSync("x.txt", "x");`,
      `import { execSync } from "node:child_process"; execSync("true");`,
    ])
      assert.equal((await runReal(bad)).result.status, "failed");
  });

  it("reports rejections, thrown values, exits and waits without end", async () => {
    const rejected = await runReal(`const a = 1;\nPromise.reject(new Error("nobody caught"));\n`);
    assert.deepEqual([rejected.result.error!.message, rejected.result.error!.line], ["nobody caught", 1]);
    const later = await runReal(`setTimeout(() => {\n  throw new TypeError("late");\n}, 5);`);
    assert.deepEqual([later.result.error!.message, later.result.error!.line], ["TypeError: late", 1]);
    const deep = await runReal(
      `import { tensor } from "backstep";\nfunction f(n: number): number {\n  tensor(n);\n  return f(n + 1);\n}\nf(0);`,
    );
    assert.deepEqual(
      [deep.result.error!.message, deep.result.error!.file],
      ["RangeError: Maximum call stack size exceeded", "main.ts"],
    );
    assert.ok(deep.result.error!.line === 3 && recorded(deep).rows > 1000);
    assert.equal((await runReal(`console.log(1); process.exit(0);`)).result.status, "done");
    assert.match((await runReal(`undefinedName.x;`)).result.error!.message, /undefinedName is not defined/);
  });

  it("says which awaits never go on", async () => {
    const stuck = async (text: string): Promise<[string, number]> => {
      const { message, line } = (await runReal(text)).result.error!;
      return [message.replace("The snippet waits for a promise that nothing settles: ", ""), line];
    };
    assert.deepEqual(await stuck(`const a = 1;\nawait new Promise(() => {});`), [
      "the await in line 2 never goes on.",
      1,
    ]);
    assert.deepEqual(
      await stuck(
        `async function load() {\n  await null;\n  await new Promise(() => {});\n}\nawait null;\nawait load();`,
      ),
      ["the await in line 6 never goes on, nor does the one in line 3.", 5],
    );
    assert.deepEqual(
      await stuck(
        `const never = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };\nfor await (const x of never)\n  console.log(x);`,
      ),
      ["the await in line 2 never goes on.", 1],
    );
    assert.equal((await runReal(`void (async () => {\n  await new Promise(() => {});\n})();`)).result.status, "done");
  });

  it("records how long the snippet itself ran, behind everything else", async () => {
    const outcome = await runReal(
      `import { tensor } from "backstep";\ntensor(1);\nconst end = performance.now() + 80;\nwhile (performance.now() < end) tensor(2).mul(3);`,
    );
    const recording = recorded(outcome);
    const { milliseconds = NaN } = recording.facts;
    assert.ok(milliseconds >= 80 && milliseconds < outcome.result.ms - 20, `${milliseconds} of ${outcome.result.ms}`);
    assert.deepEqual(Object.keys(recording.facts), ["milliseconds"]);
    const last = new Recording();
    for (const chunk of outcome.chunks.slice(0, -1)) last.add(chunk);
    assert.equal(last.rows, recording.rows);
    assert.deepEqual(last.facts, {});
  });

  it("places what was rejected without an error, or with several", async () => {
    const place = async (text: string): Promise<[string, number, number]> => {
      const { message, line, column } = (await runReal(text)).result.error!;
      return [message, line, column];
    };
    const rejected = (value: string): string =>
      `A promise was rejected with ${value} and nothing caught it: await it in a try, or give it a catch.`;
    assert.deepEqual(await place(`const a = 1;\n  Promise.reject("text");\nMath.max(a);`), [rejected("'text'"), 1, 2]);
    assert.deepEqual(
      await place(
        `const late = new Promise((resolve, reject) => {\n  setTimeout(() => reject("late"), 5);\n});\nawait late;`,
      ),
      ["The snippet threw 'late', which is no error: throw new Error(…) says more.", 1, 19],
    );
    assert.deepEqual(
      await place(`const late = new Promise((_, no) => setTimeout(no, 5, 7));\nawait null;\nawait late;`),
      [rejected("7"), 2, 0],
    );
    const two = `[Promise.reject(new Error("one")), Promise.reject(2)]`;
    const all = "All promises were rejected";
    assert.deepEqual(await place(`const a = 1;\nawait Promise.any(${two});`), [
      `AggregateError: ${all} (one; 2)`,
      1,
      34,
    ]);
    assert.deepEqual(await place(`const a = 1;\nawait Promise.any([Promise.reject(1)]);`), [
      `AggregateError: ${all} (1)`,
      1,
      0,
    ]);
    assert.deepEqual(await place(`const a = 1;\nthrow new AggregateError([new Error("x")], "both failed");`), [
      "AggregateError: both failed (x)",
      1,
      6,
    ]);
  });

  it("says where code is nested too deeply to be run", async () => {
    const chain = `import { tensor } from "backstep";\nconst a = 1;\nconst y =\n  tensor(a)${".add(1)".repeat(3000)};`;
    const { result, root } = await runReal(chain);
    assert.equal(root.length > 0 && result.status, "failed");
    const message = "This is nested too deeply to be run: write it as several statements, or as a loop.";
    assert.deepEqual([result.error!.message, result.error!.file, result.error!.line], [message, "main.ts", 2]);
    const nested = `const f = (x: number) => x;\nconst y =\n  ${"f(".repeat(9000)}1${")".repeat(9000)};`;
    const long = `const a = 1;\nconst y = a\n${"  + 1\n".repeat(60_000)};`;
    for (const text of [nested, long]) {
      const prepared = prepare({ file: "main.ts", text, root, overlay: new Map(), cap: 1, limits: defaultLimits });
      assert.ok(isProblem(prepared));
      assert.equal(prepared.message, message);
      assert.equal(prepared.line, text === nested ? 2 : 1);
    }
    const selected = prepare({
      ...{ file: "main.ts", text: chain, root, overlay: new Map(), cap: 1, limits: defaultLimits },
      selection: { startLine: 2, endLine: 4 },
    });
    assert.ok(!isProblem(selected) || (selected.message === message && selected.line === 2));
  });

  it("places what has no stack: thrown values, rejected ones, process.exit", async () => {
    const place = async (text: string): Promise<[string, number, number]> => {
      const outcome = await runReal(text);
      const { message, line, column } = outcome.result.error!;
      const recording = recorded(outcome);
      const last = recording.form(recording.rows - 1);
      assert.equal(last.kind, "error", message);
      if (line >= 0) assert.equal(recording.site(last.site)?.line, line, message);
      return [message, line, column];
    };
    const says = ", which is no error: throw new Error(…) says more.";
    assert.deepEqual(await place(`const a = 1;\nif (a) throw "text";`), [`The snippet threw 'text'${says}`, 1, 7]);
    assert.deepEqual(
      await place(`function f() {\n  try {\n    throw { code: 5 };\n  } finally {\n    [1].map(Number);\n  }\n}\nf();`),
      [`The snippet threw { code: 5 }${says}`, 2, 4],
    );
    assert.deepEqual(await place(`const f = async () => {\n  throw null;\n};\nvoid f();`), [
      "A promise was rejected with null and nothing caught it: await it in a try, or give it a catch.",
      1,
      2,
    ]);
    assert.deepEqual(await place(`console.log(1);\n  process.exit(3);`), [
      "The snippet ended itself with process.exit(3).",
      1,
      2,
    ]);
    assert.match((await place(`process.exitCode = 4;`))[0], /process\.exitCode to 4, which says that it failed/);
    const caught = await runReal(
      `process.on("unhandledRejection", (why) => console.log("mine", why));\nPromise.reject(5);`,
    );
    assert.deepEqual([caught.result.status, caught.printed], ["done", ["mine 5"]]);
  });

  it("says which name was meant by one that is not there", async () => {
    const said = async (text: string): Promise<string> =>
      (await runReal(`import { noGrad, tensor } from "backstep";\nconst weight = tensor(1);\n${text}`)).result.error!
        .message;
    assert.equal(await said("weight.mul(wieght);"), 'wieght is not defined: did you mean "weight"?');
    assert.equal(await said("weight.mul(Weight);"), 'Weight is not defined: did you mean "weight"?');
    assert.equal(await said("randn(2);"), 'randn is not defined: import it from "backstep".');
    assert.equal(await said("no_grad(() => weight);"), 'no_grad is not defined: did you mean "noGrad"?');
    assert.match(await said("torch.tensor(1);"), /^torch is not defined: import what you need of it, as in/);
    assert.equal(await said("elsewhere(weight);"), "elsewhere is not defined: declare it, or import it.");
    assert.equal(
      await said("(weight as any).requires_grad_();"),
      'weight.requires_grad_ is not a function: did you mean "requiresGrad_"?',
    );
    assert.equal(await said("(weight as any).frobnicate();"), "TypeError: weight.frobnicate is not a function");
  });

  it("says which name a module does not export, where JSON is wrong, and that a gradient is null", async () => {
    const said = async (text: string, files: Record<string, string> = {}): Promise<(string | number)[]> => {
      const { message, file, line, column } = (await runReal(text, { files })).result.error!;
      return [message, file, line, column];
    };
    assert.deepEqual(await said(`import {\n  tensor,\n  no_grad,\n} from "backstep";\nno_grad(tensor);`), [
      '"backstep" exports no "no_grad": did you mean "noGrad"?',
      "main.ts",
      2,
      2,
    ]);
    assert.deepEqual(await said(`import Net from "./model";\nnew Net();`, { "model.ts": "export class Net {}" }), [
      '"./model" exports no default: import one of the names that it exports.',
      "main.ts",
      0,
      0,
    ]);
    assert.deepEqual(
      await said(`import data from "./data.json" with { type: "json" };\ndata;`, { "data.json": '{\n  "a": 1,,\n}' }),
      ["This is no JSON (Expected double-quoted property name): correct it and run again.", "data.json", 1, 9],
    );
    assert.deepEqual(
      await said(
        `import { tensor } from "backstep";\nconst ps = [tensor(1, { requiresGrad: true })];\nps[0]!.sub(ps[0].grad!.mul(2));`,
      ),
      [
        "ps[0].grad is null, so it has no mul: call backward() on a loss that ps[0] takes part in first.",
        "main.ts",
        2,
        23,
      ],
    );
  });

  it("gives stacks of the original text", async () => {
    const { printed } = await runReal(
      `type T = number;\nfunction f(x: T): string {\n  return new Error("e").stack as string;\n}\nconsole.log([1].map((x: T) => f(x))[0]);`,
    );
    assert.match(printed[0]!, /^Error: e\n {4}at f \(main\.ts:3:10\)\n {4}at main\.ts:5:31\n/);
    assert.doesNotMatch(printed[0]!, /child\.js|backstep:/);
  });

  it("runs a selection with what it needs, on its own lines", async () => {
    const text = `import { tensor } from "backstep";\nconst unused = tensor([9]);\nconst w = tensor([3]);\nconsole.log("before");\nconsole.log(w.mul(2));\n`;
    const outcome = await runReal(text, { selection: { startLine: 4, endLine: 5 } });
    assert.deepEqual(outcome.printed, ["tensor([6.])"]);
    const program = recorded(outcome).programs[0]!;
    assert.equal(program.text, text);
    assert.deepEqual(
      program.lines.filter((l) => l.added),
      [
        { start: 0, end: 1, added: true },
        { start: 2, end: 3, added: true },
      ],
    );
  });

  it("says what a Node that cannot start lacks", async () => {
    const { result } = await runReal("1;", { execPath: "/nowhere/node" });
    assert.equal(result.status, "failed");
    assert.match(result.error!.message, /could not be started from \/nowhere\/node/);
  });

  it("leaves no name of the machine in the recording", async () => {
    const outcome = await runReal(`console.log("x"); throw new Error("here");`);
    const bytes = Buffer.concat(outcome.chunks).toString("latin1");
    assert.ok(!bytes.includes(outcome.root));
    assert.ok(readFileSync(join(outcome.root, "main.ts"), "utf8").length > 0);
  });
});
