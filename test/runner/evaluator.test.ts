import assert from "node:assert/strict";
import fc from "fast-check";
import type { ColumnQuestion } from "../../src/recording/column";
import { Evaluator } from "../../src/runner/evaluator";
import { readAnswer, readQuestion } from "../../src/runner/questions";
import { buildChild } from "../support/child";

const scalar = (x: number) => ({ shape: [], dtype: "float32" as const, data: [x] });
const vector = (...data: number[]) => ({ shape: [data.length], dtype: "float32" as const, data });

/** yPred = w × x of the four samples, at w = 0: what w's gradient of −30 is made of. */
const four: ColumnQuestion = {
  op: "mul",
  attrs: {},
  numberNames: [],
  numbers: [],
  operands: [scalar(0), vector(1, 2, 3, 4)],
  outputs: [vector(0, 0, 0, 0)],
  gradients: [vector(-1, -2, -3, -4)],
  operand: 0,
  element: 0,
};

/** A product of matrices that keeps the process busy for seconds. */
function long(size: number): ColumnQuestion {
  const square = { shape: [size, size], dtype: "float64" as const, data: new Float64Array(size * size) };
  return {
    op: "mm",
    attrs: {},
    numberNames: [],
    numbers: [],
    operands: [square, square],
    outputs: [square],
    gradients: [square],
    operand: 0,
    element: 0,
  };
}

describe("the evaluator", function () {
  this.timeout(60_000);
  const open: Evaluator[] = [];
  const evaluator = async (budgetMs = 20_000): Promise<Evaluator> => {
    const made = new Evaluator({ child: await buildChild(), budgetMs });
    open.push(made);
    return made;
  };
  afterEach(() => {
    for (const each of open.splice(0)) each.dispose();
  });

  it("answers with the column, starting its process for the first question only", async () => {
    const of = await evaluator();
    assert.equal(of.pid, -1);
    const column = await of.column(four);
    assert.ok(typeof column !== "string");
    assert.deepEqual(column.slopes, [Float64Array.of(1, 2, 3, 4)]);
    assert.equal(column.formula, "∂L/∂y · b");
    assert.deepEqual(column.names, ["a", "b"]);
    const { pid } = of;
    await of.column({ ...four, operand: 1, element: 2 });
    assert.equal(of.pid, pid);
  });

  it("says in a sentence what it cannot answer, and goes on", async () => {
    const of = await evaluator();
    const unknown = await of.column({ ...four, op: "ownFunction" });
    assert.equal(unknown, "The engine has no gradient rule for ownFunction with these operands.");
    assert.notEqual(typeof (await of.column(four)), "string");
  });

  it("ends a process that takes too long, and starts another for the next question", async () => {
    const of = await evaluator(500);
    assert.notEqual(typeof (await of.column(four)), "string");
    const { pid } = of;
    assert.equal(await of.column(long(1400)), "The computation took longer than 0.5 s and was ended.");
    const after = await of.column(four);
    assert.notEqual(typeof after, "string");
    assert.notEqual(of.pid, pid);
    assert.throws(() => process.kill(pid, 0));
  });

  it("answers in order, without those that were dropped while they waited", async () => {
    const of = await evaluator();
    const drop = new AbortController();
    const answers = Promise.all([of.column(four), of.column(four, drop.signal), of.column({ ...four, operand: 1 })]);
    drop.abort();
    const [first, second, third] = await answers;
    assert.notEqual(typeof first, "string");
    assert.equal(second, "No longer asked.");
    assert.ok(typeof third !== "string");
    assert.deepEqual(third.slopes, [Float64Array.of(0, 0, 0, 0)]);
  });

  it("says so when its process ends by itself, and when it is disposed", async () => {
    const of = await evaluator();
    await of.column(four);
    const pending = of.column(long(1400));
    process.kill(of.pid, "SIGKILL");
    assert.equal(await pending, "The process that computes it ended.");
    of.dispose();
    assert.equal(await of.column(four), "Backstep is closing.");
  });
});

describe("what the evaluator and the host read", () => {
  it("takes a question and an answer as they are", () => {
    const question = { ask: 1, about: "column", question: four };
    assert.deepEqual(readQuestion(structuredClone(question)), question);
    const answer = {
      ask: 1,
      about: "column",
      column: { formula: "", names: ["a"], slopes: [null, new Float64Array(2)] },
    };
    assert.deepEqual(readAnswer(structuredClone(answer)), answer);
  });

  it("refuses anything else with a sentence and never throws", () => {
    const almost = fc.record({
      ask: fc.oneof(fc.integer(), fc.anything()),
      about: fc.oneof(fc.constant("column"), fc.string()),
      question: fc.oneof(
        fc.anything(),
        fc.record({ ...Object.fromEntries(Object.keys(four).map((key) => [key, fc.anything()])) }),
      ),
    });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), almost), (data) => {
        for (const read of [readQuestion(data), readAnswer(data)]) if (typeof read === "string") assert.ok(read !== "");
      }),
      { numRuns: 500 },
    );
  });

  it("refuses a tensor whose elements are not as many as its shape says", () => {
    const short = { ...four, operands: [scalar(0), { ...vector(1, 2), shape: [3] }] };
    const read = readQuestion({ ask: 1, about: "column", question: short });
    assert.ok(typeof read === "string" && read.includes("as many elements"));
  });
});
