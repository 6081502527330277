import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding } from "../../src/recording/finding";
import { Outline } from "../../src/recording/outline";
import { Recording } from "../../src/recording/recording";
import { checkByHand, handCandidates } from "../../src/runner/byhand/check";
import { descentsIn } from "../../src/runner/byhand/descent";
import { directions, verdicts, type Probe } from "../../src/runner/byhand/slope";
import { instrument } from "../../src/runner/instrument";
import { isProblem } from "../../src/runner/problem";
import { defaultLimits } from "../../src/runner/request";
import { again } from "../../src/runner/rerun";
import { buildChild } from "../support/child";
import { folder, runReal } from "./run";

const example = (name: string): string => readFileSync(join(__dirname, `../../examples/${name}.ts`), "utf8");
const byHand = example("hand-written-gradient");

async function found(text: string): Promise<readonly Finding[]> {
  const root = folder({ "main.ts": text });
  const { chunks, result } = await runReal(text, { root });
  assert.equal(result.error, null);
  const recording = new Recording();
  for (const chunk of chunks) recording.add(chunk);
  const outline = new Outline(recording);
  outline.update();
  const prepared = again(recording, { file: "main.ts", root, selection: null }, { limits: defaultLimits });
  if (isProblem(prepared)) throw new Error(prepared.message);
  return checkByHand(recording, outline, prepared, { child: await buildChild() }).found;
}

const titles = async (text: string): Promise<string[]> => (await found(text)).map(({ title }) => title);

/** A regression by hand: the body of its loop is given. */
const loop = (body: string, before = ""): string => `import { tensor, randn, manualSeed } from "backstep";
const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]);
const lr = 0.01;
${before}
for (let epoch = 0; epoch < 8; epoch++) {
${body}
}`;

describe("hand-written gradient", function () {
  this.timeout(120_000);

  it("finds the fourfold one of the example, and what makes it fourfold", async () => {
    const [finding, ...others] = await found(byHand);
    assert.equal(others.length, 0);
    assert.ok(finding);
    assert.equal(finding.title, "dw is 4 × ∂l/∂w");
    assert.equal(finding.severity, "warning");
    const line = byHand.split("\n").findIndex((each) => each.includes("x.mul(2).dot(")) + 1;
    assert.equal(
      finding.cause,
      `By hand it is −120.0000 where central differences of l give −30.0000, and 4 times as much in all five turns that were tried. The loss is a mean over 4 elements, but the mean in line ${line} averages a single number, which is the sum of all 4 already.`,
    );
    assert.match(finding.remedy, /^Divide by 4 instead of taking a mean there/);
    assert.equal(
      finding.place?.line,
      byHand.split("\n").findIndex((each) => each.includes("const dw")),
    );
    assert.deepEqual(
      finding.related.map(({ line: at }) => at + 1),
      [line, byHand.split("\n").findIndex((each) => each.includes("pow(2)")) + 1],
    );
  });

  it("agrees with a right one, and says nothing where autograd works", async () => {
    const right = byHand.replace("x.mul(2).dot(yPred.sub(y)).mean()", "x.mul(2).mul(yPred.sub(y)).mean()");
    const [finding] = await found(right);
    assert.equal(finding?.title, "dw agrees with the numerical gradient");
    assert.equal(finding.severity, "note");
    assert.match(finding.cause, /∂l\/∂w: −30\.0000 in the first/);
    for (const name of ["autograd", "one-weight", "linear-regression"])
      assert.deepEqual(await titles(example(name)), []);
  });

  it("names N only where the factor is N, and blames a mean only where it averages one number", async () => {
    const sum = await found(byHand.replace(".dot(yPred.sub(y)).mean()", ".mul(yPred.sub(y)).sum()"));
    assert.equal(sum[0]?.title, "dw is 4 × ∂l/∂w");
    assert.match(sum[0].cause, /4 is how many elements the mean in line \d+ runs over\.$/);
    assert.equal(sum[0].related.length, 1);
    const half = await found(byHand.replace("x.mul(2).dot(yPred.sub(y)).mean()", "x.mul(yPred.sub(y)).mean()"));
    assert.equal(half[0]?.title, "dw is 0.5 × ∂l/∂w");
    assert.match(half[0].cause, /in all five turns that were tried\.$/);
    assert.deepEqual(half[0].related, []);
  });

  it("says nothing where the ratio is not steady, where two losses fit, and where the rate is written in the loop", async () => {
    const wrong = loop(
      "const l = X.mul(w).sub(Y).pow(2).mean(); const d = X.mul(w).sum().item(); w -= lr * d;",
      "let w = 1;",
    );
    assert.deepEqual(await titles(wrong), []);
    const right = "const d = X.mul(2).mul(X.mul(w).sub(Y)).mean().item();";
    const two = `const l = X.mul(w).sub(Y).pow(2).mean(); const half = l.div(2); ${right} w -= lr * d;`;
    assert.deepEqual(await titles(loop(two, "let w = 0;")), []);
    const decays = `rate = rate * 0.9; const l = X.mul(w).sub(Y).pow(2).mean(); ${right} w -= rate * d;`;
    assert.deepEqual(await titles(loop(decays, "let w = 0; let rate = 0.01;")), []);
  });

  it("takes every way to write it: a tensor anew or in place, alpha, a gradient without a name", async () => {
    const l = "const l = X.mul(w).sub(Y).pow(2).mean();";
    const d = "const d = X.mul(2).mul(X.mul(w).sub(Y)).sum();";
    const four = ["d is 4 × ∂l/∂w"];
    assert.deepEqual(await titles(loop(`${l} ${d} w = w.sub(d.mul(lr));`, "let w = tensor(0);")), four);
    assert.deepEqual(await titles(loop(`${l} ${d} w.sub_(d.mul(0.01));`, "const w = tensor(0);")), four);
    assert.deepEqual(await titles(loop(`${l} ${d} w.sub_(d, { alpha: lr });`, "const w = tensor(0);")), four);
    assert.deepEqual(await titles(loop(`${l} ${d} w = w - lr * d.item();`, "let w = 0;")), four);
    const inline = `${l} w -= 0.01 * X.mul(2).mul(X.mul(w).sub(Y)).sum().item();`;
    assert.deepEqual(await titles(loop(inline, "let w = 0;")), ["the gradient of w is 4 × ∂l/∂w"]);
  });

  it("checks each element of a small weight, and a large one along three directions", async () => {
    for (const n of [3, 20]) {
      const before = `manualSeed(1); const A = randn(40, ${n}); const t = randn(40); let w = randn(${n});`;
      const right =
        "const r = A.matmul(w).sub(t); const l = r.pow(2).mean(); const d = A.t().matmul(r).mul(2 / 40); w = w.sub(d.mul(lr));";
      assert.deepEqual(await titles(loop(right, before)), ["d agrees with the numerical gradient"]);
      const twice = right.replace("2 / 40", "4 / 40");
      assert.deepEqual(await titles(loop(twice, before)), ["d is 2 × ∂l/∂w"]);
      const oneWrong = right.replace("mul(2 / 40)", `mul(2 / 40).mul(tensor([2, ...Array(${n - 1}).fill(1)]))`);
      assert.deepEqual(await titles(loop(oneWrong, before)), []);
    }
  });

  it("sees a step downhill only in a product of which one factor is plain", () => {
    const names = (text: string): string[] =>
      descentsIn({ ...instrument(text, "a.ts").program, hash: "", lines: [] }).map(
        ({ name, gradientName }) => `${name} ${gradientName}`,
      );
    assert.deepEqual(names("let w = 0; const lr = 1, d = 2; w -= lr * d;"), ["w d", "w lr"]);
    assert.deepEqual(names("let w = 0; const d = 2; w = w - f(d) * 0.1; w = w.sub(g().mul(0.1));"), [
      "w f(d)",
      "w g()",
    ]);
    assert.deepEqual(names("let w = 0; const d = 2; w -= d; w += 0.1 * d; w = 0.1 * d; w -= 0.1 * d / 2;"), []);
  });

  it("needs five turns above the noise, and a loss that moves where the gradient does", () => {
    const probe = (turn: number, slope: number, claimed: number): Probe => ({
      ...{ turn, h: 1e-5, claimed },
      above: new Map([[0, 1 + slope * 1e-5]]),
      below: new Map([[0, 1 - slope * 1e-5]]),
    });
    const five = [1, 2, 3, 4, 5].map((turn) => probe(turn, turn, 3 * turn));
    assert.equal(verdicts(five, [0])[0]?.factor.toFixed(6), "3.000000");
    assert.deepEqual(verdicts(five.slice(1), [0]), []);
    assert.deepEqual(verdicts([...five, probe(6, 0, 3)], [0]), []);
    assert.equal(verdicts([...five, probe(6, 0, 0)], [0]).length, 1);
    for (const direction of directions(50, 3))
      assert.ok(Math.abs(direction.reduce((s, x) => s + x * x, 0) - 1) < 1e-12);
  });

  it("has nothing to try where no loop descends by hand", async () => {
    const { chunks } = await runReal(example("autograd"));
    const recording = new Recording();
    for (const chunk of chunks) recording.add(chunk);
    const outline = new Outline(recording);
    outline.update();
    assert.deepEqual(handCandidates(recording, outline), []);
  });
});
