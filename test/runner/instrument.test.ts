import assert from "node:assert/strict";
import fc from "fast-check";
import { instrument } from "../../src/runner/instrument";
import { ProblemError } from "../../src/runner/problem";
import { strip } from "../../src/runner/strip";
import { Recorder } from "../../src/recording/recorder";
import { Recording } from "../../src/recording/recording";
import { Hooks } from "../../src/runner/child/hooks";
import { generate } from "./generate";
import { programs } from "./programs";
import { tellingsOf } from "./same";

/** Runs instrumented code with the real recorder and gives what the program told and what was recorded. */
async function recordedRun(text: string): Promise<{ told: string[]; recording: Recording }> {
  const recording = new Recording();
  const recorder = new Recorder({ cap: 100, sink: (chunk) => recording.add(chunk), tensorOf: () => null });
  const { code, program } = instrument(text, "a.ts");
  recorder.program({ ...program, hash: "", lines: [] });
  const told = await tellingsOf(
    code,
    new Hooks(
      recorder,
      () => true,
      () => undefined,
    ),
  );
  recorder.end();
  return { told, recording };
}

/** Every turn ends at most once, execution is never in a turn that has ended, and what is entered is left once. */
function checkPlaces(recording: Recording): void {
  const open = new Set<number>();
  let entered = 0;
  for (let row = 0; row < recording.rows; row++) {
    const { kind } = recording.form(row);
    if (kind === "turn") open.add(recording.arg(row, 0));
    if (kind === "turnEnd") assert.ok(open.delete(recording.arg(row, 0)), "a turn ends once");
    if (kind === "switch")
      assert.ok(recording.arg(row, 0) === -1 || open.has(recording.arg(row, 0)), "no way into what ended");
    if (kind === "enter") entered++;
    if (kind === "leave") assert.ok(--entered >= 0);
  }
}

describe("instrument", () => {
  for (const [name, text] of Object.entries(programs))
    it(`changes nothing that a program sees: ${name}`, async () => {
      const plain = await tellingsOf(strip(text, "a.ts").code, null);
      const { told, recording } = await recordedRun(text);
      assert.deepEqual(told, plain);
      assert.ok(plain.length > 0);
      checkPlaces(recording);
      assert.equal(instrument(text, "a.ts").code.split("\n").length, text.split("\n").length + 1, "lines stay");
    });

  it("changes nothing that a generated program sees", async function () {
    this.timeout(240_000);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(9999), { minLength: 40, maxLength: 200 }), async (tape) => {
        const text = generate(tape);
        let plain: string[];
        try {
          plain = await tellingsOf(strip(text, "a.ts").code, null);
        } catch (error) {
          throw new Error(text + JSON.stringify(error), { cause: error });
        }
        if (plain.some((line) => line.startsWith("SyntaxError"))) throw new Error(text + plain.join());
        const { told, recording } = await recordedRun(text);
        assert.deepEqual(told, plain, text);
        checkPlaces(recording);
      }),
      { numRuns: Number(process.env.FUZZ ?? 150), seed: process.env.FUZZ_SEED ? Number(process.env.FUZZ_SEED) : 1 },
    );
  });

  it("records each write of a variable, loop turns with their value, and calls", async () => {
    const { recording } = await recordedRun(`let w = 1;
      const f = (k: number) => k * 2;
      class Net { scale = 2; constructor(public bias = 5) {} run(x: number) { this.scale -= 1; return x * this.scale } }
      const net = new Net();
      const params = [1, 2]; params[0] -= 0.5;
      for (let epoch = 0; epoch < 3; epoch++) { w -= f(epoch); if (epoch === 1) break; }
      [7, 8].forEach((item) => { w = net.run(item); });
      const [first, { second }] = [1, { second: "s" }];
      try { for (const z of [1]) throw new Error("out") } catch {}`);
    const told: string[] = [];
    for (let row = 0; row < recording.rows; row++) {
      const form = recording.form(row);
      if (form.kind === "write") {
        const value =
          form.valueType === "number"
            ? recording.number(row, 0)
            : form.valueType === "string"
              ? recording.string(recording.arg(row, 0))
              : form.valueType;
        told.push(`${recording.binding(form.ref).name}=${value}`);
      } else if (form.kind === "turn")
        told.push(`turn ${recording.loop(form.ref).variable} ${recording.number(row, 0)}`);
      else if (form.kind === "turnEnd") told.push(form.flag);
      else if (form.kind === "enter") told.push(`enter ${recording.fn(form.ref).name}`);
    }
    assert.deepEqual(told, [
      ...[
        "w=1",
        "this.scale=2",
        "enter constructor",
        "bias=5",
        "this.bias=5",
        "net=other",
        "params=other",
        "params[0]=0.5",
      ],
      ...[
        "turn epoch 0",
        "epoch=0",
        "enter f",
        "k=0",
        "w=1",
        "normal",
        "turn epoch 1",
        "epoch=1",
        "enter f",
        "k=1",
        "w=-1",
        "break",
      ],
      ...["turn item 7", "enter ", "item=7", "enter run", "x=7", "this.scale=1", "w=7", "normal"],
      ...["turn item 8", "enter ", "item=8", "enter run", "x=8", "this.scale=0", "w=0", "normal"],
      ...["first=1", "second=s", "turn z 1", "z=1", "throw"],
    ]);
  });

  it("gives calls the names of what they get", () => {
    const { program } = instrument(
      `import { nn, mse } from "backstep"; x.matmul(this.w, params[0], f(y).z, 3); new Linear(n, m); nn.init.zeros(w); mse(a, b); model.lin.forward(x);`,
      "a.ts",
    );
    assert.deepEqual(
      program.sites.map((s) => s.args),
      [["x", "this.w", "params[0]", "", ""], ["y"], ["n", "m"], ["w"], ["a", "b"], ["model.lin", "x"]],
    );
  });

  it("refuses what it cannot run with the place and the way out", () => {
    const problems: [string, RegExp, number, number][] = [
      ["const a = 1;\nlet b = ;", /Unexpected token/, 1, 8],
      ["const a = (1;\n", /./, 0, 12],
      ["const a = 1;\n  @dec class B {}", /Decorators cannot be run here/, 1, 2],
      ["  namespace A { export const b = 1; }", /A namespace cannot be run here/, 0, 2],
      ['import fs = require("fs");', /write import … from/, 0, 0],
      ["const x: number = 1; let x: string = ''", /already been declared/, 0, 25],
      ["return 5;", /return/, 0, 0],
    ];
    for (const [text, message, line, column] of problems)
      assert.throws(
        () => instrument(text, "a.ts"),
        (error) => {
          assert.ok(error instanceof ProblemError, String(error));
          assert.match(error.message, message);
          assert.deepEqual(
            [error.problem.line, error.problem.column, error.problem.kind],
            [line, column, "syntax"],
            text,
          );
          return true;
        },
      );
  });
});
