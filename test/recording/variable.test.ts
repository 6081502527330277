import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { graphOf } from "../../src/recording/graph";
import type { Cursor } from "../../src/recording/moves";
import { stepsOf } from "../../src/recording/steps";
import { nodeTip, variableTip, type Tip } from "../../src/recording/tip";
import { variableAt, variablesAt, type Variable } from "../../src/recording/variable";
import { recorded, type Recorded } from "./recorded";

const source = readFileSync("examples/autograd.ts", "utf8");

/** The cursor after a step of an iteration; negative steps count from the end. */
function cursor({ recording, outline }: Recorded, iteration: number, step: number): Cursor {
  const segment = outline.iterationSegment(iteration);
  const found = outline.segments[segment];
  assert.ok(found);
  return { segment, step: step < 0 ? stepsOf(recording, found).steps.length + step : step };
}

/** The variable whose name stands right after the text. */
function hovered(run: Recorded, text: string, after: string, at: Cursor): Variable {
  const place = text.indexOf(after) + after.length;
  assert.ok(place >= after.length, after);
  const before = text.slice(0, place).split("\n");
  const position = { line: before.length - 1, column: before.at(-1)?.length ?? 0 };
  const found = variableAt(run.recording, run.outline, at, "main.ts", position);
  assert.ok(found, after);
  return found;
}

function rows(tip: Tip | undefined): string[] {
  return tip?.rows.map(({ label, text }) => `${label}: ${text}`) ?? [];
}

describe("a variable under the pointer", () => {
  let run: Recorded;
  before(async () => {
    run = await recorded(source);
  });

  it("holds what it held at the cursor, its gradient too", () => {
    const value = (iteration: number, step: number): unknown => {
      const { held } = hovered(run, source, "noGrad(() => ", cursor(run, iteration, step));
      assert.equal(held.type, "tensor");
      const { value, grad } = held.tensor;
      return [value?.data?.[0], grad?.data?.[0] ?? null];
    };
    assert.deepEqual(value(0, 3), [0, null]);
    assert.deepEqual(value(0, 8), [0, -30]);
    assert.deepEqual(value(0, 10), [0.29999998211860657, -30]);
    assert.deepEqual(value(0, 11), [0.29999998211860657, 0]);
    assert.deepEqual(value(0, 3), [0, null], "and back again");
  });

  it("is not yet what its own turn has not written, whatever the turn before left", () => {
    const at = (step: number): string => hovered(run, source, "const l = loss(Y, ", cursor(run, 1, step)).held.type;
    assert.equal(hovered(run, source, "  const ", cursor(run, 1, 0)).binding.name, "yPred");
    assert.equal(at(0), "tensor");
    assert.equal(hovered(run, source, "yPred = forward(X);\n  const ", cursor(run, 1, 2)).held.type, "not yet");
    assert.equal(hovered(run, source, "yPred = forward(X);\n  const ", cursor(run, 1, 3)).held.type, "tensor");
  });

  it("may be a number, with nothing to say where no variable stands", () => {
    const { held } = hovered(run, source, "const ", cursor(run, 0, 0));
    assert.equal(held.type, "tensor");
    const rate = hovered(run, source, "w.grad!.mul(", cursor(run, 0, 0));
    assert.deepEqual(rate.held, { type: "number", number: 0.01 });
    assert.equal(
      variableAt(run.recording, run.outline, cursor(run, 0, 0), "main.ts", { line: 0, column: 3 }),
      undefined,
    );
    assert.equal(
      variableAt(run.recording, run.outline, cursor(run, 0, 0), "other.ts", { line: 5, column: 7 }),
      undefined,
    );
  });

  it("has its history over the iterations", () => {
    const { series } = hovered(run, source, "noGrad(() => ", cursor(run, 4, 0));
    assert.deepEqual(
      series.map(({ kind, name }) => `${kind} ${name}`),
      ["value w", "gradient w"],
    );
    const loss = hovered(run, source, "yPred = forward(X);\n  const ", cursor(run, 4, 3));
    assert.deepEqual(
      loss.series.map(({ kind }) => kind),
      ["loss"],
    );
  });

  it("lists the parameters of a module", async () => {
    const text = readFileSync("examples/linear-regression.ts", "utf8");
    const linear = await recorded(text);
    const model = hovered(linear, text, "yPred = ", cursor(linear, 0, -1));
    assert.equal(model.held.type, "module");
    assert.deepEqual(
      model.held.parameters.map(({ name }) => name),
      ["lin.weight", "lin.bias"],
    );
    const tip = variableTip(linear.recording, linear.outline, cursor(linear, 0, -1), model);
    assert.match(tip.rows[0]?.text ?? "", /· \.grad null$/);
  });

  it("is among all variables at a moment, for whoever lists them", () => {
    const names = variablesAt(run.recording, run.outline, cursor(run, 0, 3)).map(({ binding }) => binding.name);
    for (const name of ["X", "Y", "w", "learningRate", "epoch", "yPred", "l"]) assert.ok(names.includes(name), name);
  });
});

describe("a tip", () => {
  let run: Recorded;
  before(async () => {
    run = await recorded(source);
  });

  it("of a weight says value, gradient, where it came from and what the update will make of it", () => {
    const at = cursor(run, 0, 8);
    const tip = variableTip(run.recording, run.outline, at, hovered(run, source, "noGrad(() => ", at));
    assert.equal(tip.title, "w");
    assert.equal(tip.subtitle, "float32 scalar · requires grad");
    assert.deepEqual(rows(tip), [
      "value: 0.0000",
      "∂L/∂w: −30.0000",
      ".grad: −30.0000",
      "from: mul, line 9, this backward()",
      "will be: 0.3000 (line 27)",
    ]);
    assert.equal(tip.series?.values.length, 20);
    assert.equal(tip.iteration, 0);
  });

  it("of a node says the same as that of its variable", () => {
    const at = cursor(run, 3, 8);
    const segment = run.outline.segments[at.segment];
    assert.ok(segment);
    const node = graphOf(run.recording, segment).graph.nodes.findIndex(({ label }) => label === "w");
    const tip = nodeTip(run.recording, run.outline, at, node);
    assert.deepEqual(
      rows(tip),
      rows(variableTip(run.recording, run.outline, at, hovered(run, source, "noGrad(() => ", at))),
    );
    assert.equal(tip?.series?.name, "w");
  });

  it("of a node that is still to come says so", () => {
    const at = cursor(run, 0, 0);
    assert.deepEqual(rows(nodeTip(run.recording, run.outline, at, 5)), ["value: still to come"]);
    assert.equal(nodeTip(run.recording, run.outline, at, 99), undefined);
  });

  it("of many elements shows the first and statistics", async () => {
    const text = readFileSync("examples/random-data.ts", "utf8");
    const random = await recorded(text);
    const at = cursor(random, 0, 0);
    const tip = variableTip(random.recording, random.outline, at, hovered(random, text, "const yHat = ", at));
    assert.match(tip.rows[0]?.text ?? "", /^\[.*…\] of 200$/);
    assert.match(tip.rows[1]?.text ?? "", /^mean .* · std .* · min .* · max /);
  });
});
