import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Change } from "../../src/recording/change";
import { canonical } from "../../src/recording/canonical";
import { Outline } from "../../src/recording/outline";
import { Recording } from "../../src/recording/recording";
import { launch } from "../../src/runner/launch";
import { isProblem } from "../../src/runner/problem";
import { defaultLimits, type Prepared } from "../../src/runner/request";
import { again, measure, type Measurement, type MeasureOptions } from "../../src/runner/rerun";
import type { Pass } from "../../src/runner/wire";
import { buildChild } from "../support/child";
import { folder, runReal } from "./run";

/** A program that ran, and what is needed to run it again. */
interface Ran {
  readonly recording: Recording;
  readonly outline: Outline;
  readonly prepared: Prepared;
}

async function ran(text: string, files: Record<string, string> = {}): Promise<Ran> {
  const root = folder({ "main.ts": text, ...files });
  const { chunks } = await runReal(text, { root });
  const recording = new Recording();
  for (const chunk of chunks) recording.add(chunk);
  const outline = new Outline(recording);
  outline.update();
  const prepared = again(recording, { file: "main.ts", root, selection: null }, { limits: defaultLimits });
  if (isProblem(prepared)) throw new Error(prepared.message);
  return { recording, outline, prepared };
}

async function measured(
  { prepared }: Ran,
  passes: readonly Pass[],
  options: MeasureOptions = {},
): Promise<Measurement> {
  return measure(prepared, passes, { child: await buildChild(), ...options }).ended;
}

async function changed({ prepared }: Ran, change: Change): Promise<Recording> {
  const recording = new Recording();
  const run = launch(
    { ...prepared, change },
    { chunk: (bytes) => recording.add(bytes), ended: () => undefined },
    { child: await buildChild() },
  );
  const result = await run.ended;
  assert.equal(result.error, null);
  return recording;
}

/** The binding with a name, and the turn of an iteration. */
function binding({ recording }: Ran, name: string): number {
  return recording.programs.flatMap(({ bindings }) => bindings).find((each) => each.name === name)!.id;
}

function turn({ outline }: Ran, iteration: number): number {
  return outline.segments[outline.iterationSegment(iteration)]!.turn;
}

/** The id of the first tensor that a binding was given. */
function tensor(of: Ran, name: string): number {
  const { recording } = of;
  for (let row = 0; row < recording.rows; row++) {
    const form = recording.form(row);
    if (form.kind === "write" && form.ref === binding(of, name)) return recording.arg(row, 0);
  }
  throw new Error(`${name} was never written`);
}

const regression = `import { tensor, noGrad } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
const lr = 0.01;
for (let epoch = 0; epoch < 20; epoch++) {
  const loss = x.mul(w).sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(lr)));
  w.grad!.zero_();
}`;

const byHand = readFileSync(join(__dirname, "../../examples/hand-written-gradient.ts"), "utf8");

describe("rerun", function () {
  this.timeout(60_000);

  it("measures the turns that are asked for, with the numbers that were recorded", async () => {
    const of = await ran(regression);
    const { measured: passes, problem } = await measured(of, [
      { puts: [], turns: [turn(of, 0), turn(of, 1)] },
      { puts: [], turns: [turn(of, 1)] },
    ]);
    assert.equal(problem, null);
    const loss = of.outline.series.find(({ kind }) => kind === "loss")!;
    assert.deepEqual(
      passes[0]!.readings.map(({ roots }) => roots),
      [[loss.values[0]], [loss.values[1]]],
    );
    assert.equal(passes[0]!.readings[0]!.roots[0], 30);
    assert.deepEqual(passes[1]!.readings, [passes[0]!.readings[1]]);
  });

  it("puts another value into a leaf when a turn begins: the loss is that of the formula", async () => {
    const of = await ran(regression);
    const at = { at: "turn", turn: turn(of, 0), tensor: tensor(of, "w"), binding: -1 } as const;
    const { measured: passes } = await measured(of, [
      { puts: [{ ...at, elements: [0.01] }], turns: [turn(of, 0)] },
      { puts: [{ ...at, turn: turn(of, 1), elements: [1] }], turns: [turn(of, 1)] },
    ]);
    // mean((w·x − 2x)²) = 7.5 (w − 2)²: 7.5 · 1.99² = 29.70075
    assert.ok(Math.abs(passes[0]!.readings[0]!.roots[0]! - 29.70075) < 1e-5);
    assert.deepEqual(passes[0]!.found, [[0]]);
    assert.equal(passes[1]!.readings[0]!.roots[0], 7.5);
    assert.deepEqual(passes[1]!.found, [[Math.fround(Math.fround(0.01) * 30)]]);
  });

  it("computes in double where it is asked to: a central difference is the derivative to eight digits", async () => {
    const of = await ran(byHand);
    const w = binding(of, "w");
    const put = (number: number): Pass => ({
      puts: [{ at: "write", binding: w, nth: 0, number }],
      turns: [turn(of, 0)],
    });
    const { measured: passes } = await measured(of, [put(1e-5), put(-1e-5)], { double: true });
    const of_l = passes.map(({ readings }) => readings[0]!.writes.find(([id]) => id === binding(of, "l"))![1]);
    assert.ok(Math.abs((of_l[0]! - of_l[1]!) / 2e-5 + 30) < 1e-7, String((of_l[0]! - of_l[1]!) / 2e-5));
  });

  it("draws the same random numbers in double, at every pass", async () => {
    const of = await ran(`import { manualSeed, nn, randn } from "backstep";
      manualSeed(3);
      for (let epoch = 0; epoch < 1; epoch++) {
        const first = randn(1).item();
        const second = new nn.Linear(1, 1).weight.sum();
        const third = Math.random();
        second.backward();
      }`);
    const passes = { puts: [], turns: [turn(of, 0)] };
    const single = await measured(of, [passes]);
    const double = await measured(of, [passes, passes], { double: true });
    assert.equal(single.measured[0]!.readings[0]!.writes.length, 4);
    assert.deepEqual(double.measured[0]!.readings, single.measured[0]!.readings);
    assert.deepEqual(double.measured[1]!.readings, single.measured[0]!.readings);
  });

  it("takes another number of the source, and records it as a run of its own", async () => {
    const of = await ran(regression);
    const text = of.recording.programs[0]!.text.split("\n");
    const line = text.findIndex((each) => each.startsWith("const lr"));
    const literal = { file: "main.ts", line, column: text[line]!.indexOf("0.01"), text: "0.1" };
    const recording = await changed(of, { literals: [literal], puts: [] });
    const outline = new Outline(recording);
    outline.update();
    assert.equal(recording.programs[0]!.text, of.recording.programs[0]!.text);
    const w = outline.series.find(({ kind, name }) => kind === "value" && name === "w")!;
    assert.equal(w.values[0], 3); // 0 − 0.1 · −30
    const same = await changed(of, { literals: [{ ...literal, text: "0.01" }], puts: [] });
    assert.deepEqual(canonical(same), canonical(of.recording));
  });

  it("puts other elements into a tensor from the moment it is made, and records those", async () => {
    const of = await ran(regression);
    const recording = await changed(of, {
      literals: [],
      puts: [{ at: "made", tensor: tensor(of, "y"), elements: [0, 0, 0, 0] }],
    });
    const outline = new Outline(recording);
    outline.update();
    assert.equal(outline.series.find(({ kind }) => kind === "loss")!.values[0], 0);
  });

  it("puts another number into the result of an op on single numbers, at any turn", async () => {
    const of = await ran(`import { tensor } from "backstep";
const w = tensor(2, { requiresGrad: true });
for (let epoch = 0; epoch < 4; epoch++) {
  const y = w.mul(3);
  const loss = y.mul(y);
  loss.backward();
  console.log(w.grad!.item());
  w.grad = null;
}`);
    const { recording } = of;
    const written = Array.from({ length: recording.rows }, (_, row) => row).filter(
      (row) => recording.form(row).kind === "write" && recording.form(row).ref === binding(of, "y"),
    );
    const printed: string[] = [];
    const again = await changed(of, {
      literals: [],
      puts: [{ at: "made", tensor: recording.arg(written[2]!, 0), elements: [5] }],
    });
    for (let row = 0; row < again.rows; row++)
      if (again.form(row).kind === "print") printed.push(again.string(again.arg(row, 0)));
    assert.deepEqual(printed, ["36", "36", "30", "36"]);
  });

  it("says what fails in a pass, and goes on with the next", async () => {
    const of = await ran(byHand);
    const w = binding(of, "learningRate");
    const { measured: passes } = await measured(of, [
      { puts: [{ at: "write", binding: binding(of, "X"), nth: 0, number: 1 }], turns: [] },
      { puts: [{ at: "write", binding: w, nth: 0, number: 0 }], turns: [turn(of, 1)] },
    ]);
    assert.match(passes[0]!.problem, /A number is to be put where the run has none/);
    assert.equal(passes[1]!.problem, "");
    assert.equal(passes[1]!.readings[0]!.writes.find(([id]) => id === binding(of, "l"))![1], 30);
  });

  it("runs the program as it was recorded, its files included", async () => {
    const main = `import { rate } from "./rate"; import { tensor } from "backstep";
      for (let epoch = 0; epoch < 1; epoch++) { const l = tensor(rate, { requiresGrad: true }); l.mul(2).backward(); }`;
    const of = await ran(main, { "rate.ts": "export const rate = 3;" });
    const { writeFileSync } = await import("node:fs");
    writeFileSync(join(of.prepared.request.root, "rate.ts"), "export const rate = 5;");
    const { measured: passes } = await measured(of, [{ puts: [], turns: [turn(of, 0)] }]);
    assert.deepEqual(passes[0]!.readings[0]!.roots, [6]);
  });

  it("ends a pass where the snippet never ends, and can be stopped", async () => {
    const of = await ran(regression);
    const endless = regression.replace("epoch < 20", "epoch >= 0");
    const prepared = { ...of.prepared, text: endless, request: { ...of.prepared.request, text: endless } };
    const child = await buildChild();
    const short = await measure(prepared, [{ puts: [], turns: [turn(of, 2)] }], { child }).ended;
    assert.equal(short.measured.length, 1);
    const run = measure(prepared, [{ puts: [], turns: [] }], { child });
    setTimeout(() => run.stop(), 500);
    assert.deepEqual({ ...(await run.ended) }, { measured: [], problem: null, stopped: true });
  });
});
