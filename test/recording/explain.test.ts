import assert from "node:assert/strict";
import { linkLine } from "../../src/recording/explain";
import { briefly, wholeWhy } from "../../src/recording/explain.brief";
import { parseFormula, written } from "../../src/recording/formula";
import { lineText, number, sign } from "../../src/recording/maths";
import { settled, valueOf } from "../../src/recording/expr";
import { stepsOf } from "../../src/recording/steps";
import { columnOf } from "../../src/runner/child/column";
import { nodeNamed, told, why } from "./explained";
import { iteration, recorded, type Recorded } from "./recorded";

const loop = (body: string, before = ""): string => `${before}
for (let epoch = 0; epoch < 2; epoch++) {
  ${body}
}`;

describe("why a gradient is what it is", function () {
  this.timeout(30_000);
  let four: Recorded;
  before(async () => {
    four = await recorded(
      loop(
        `const yPred = w.mul(x);
  const loss = yPred.sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();`,
        `const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });`,
      ),
    );
  });

  it("of four samples: a sum of −1·1, −2·2, −3·3 and −4·4", () => {
    assert.deepEqual(told(why(four, "w")), [
      "∂L/∂w = Σᵢ ∂L/∂yPredᵢ · xᵢ",
      "= −1 · 1 + −2 · 2 + −3 · 3 + −4 · 4 = −30",
      "w was used for all 4 elements of yPred, so its gradient is the sum of 4 contributions.",
      "If w grows a little, loss falls by 30 times that. To bring loss down, w should grow.",
    ]);
    assert.deepEqual(why(four, "w").uses[0]?.from, { node: 2, element: 0, value: -1 });
  });

  it("link by link towards the loss", () => {
    const line = (label: string) => lineText(linkLine(why(four, label)) ?? []);
    assert.equal(line("yPred"), "∂L/∂yPred[0] = ∂L/∂sub = −1");
    assert.equal(line("sub"), "∂L/∂sub[0] = 0.25 · 2 · (−2) = −1");
    assert.equal(line("pow(2)"), "∂L/∂pow[0] = 1 / 4 = 0.25");
    assert.equal(line("loss"), "∂L/∂loss = 1");
    assert.deepEqual(told(why(four, "loss")).slice(1), [
      "Backward begins here: L is loss itself, so when loss changes, L changes just as much.",
    ]);
  });

  it("not yet, before backward came by", () => {
    const before = why(four, "w", { step: 3 });
    assert.equal(before.value, null);
    assert.deepEqual(told(before), ["No backward pass has reached w yet."]);
    assert.deepEqual(told(why(four, "x")), ["x requires no gradient, so backward does not go there."]);
  });

  it("in a product of matrices: one element with indices, its row and its column", async () => {
    const of = await recorded(
      loop(
        `const h = x.mm(W);
  h.sum().backward();
  noGrad(() => W.sub_(W.grad!)); W.grad = null;`,
        `const x = tensor([[1, 2], [3, 4], [5, 6]]);
const W = tensor([[1, 0], [2, -1]], { requiresGrad: true });`,
      ),
    );
    // ∂L/∂W₁₀ = Σᵢ xᵢ₁ · 1 = 2 + 4 + 6
    const found = why(of, "W", { element: 2 });
    assert.deepEqual(told(found).slice(1, 4), [
      "∂L/∂W = xᵀ · ∂L/∂h",
      "∂L/∂Wₖⱼ = Σᵢ xᵢₖ · ∂L/∂hᵢⱼ",
      "= 1 · 2 + 1 · 4 + 1 · 6 = 12",
    ]);
    assert.equal(
      found.shapes,
      "The gradient that came in has the shape of h, [3, 2]; the one that goes out has the shape of W, [2, 2]. The Jacobian between them, 6 × 4 slopes, is never built. Here is one element.",
    );
    assert.deepEqual(found.uses[0]?.lit, { gradient: [0, 2, 4], factor: { node: 0, elements: [1, 3, 5] } });
  });

  it("a long sum is cut in the middle, and adds up all the same", async () => {
    const of = await recorded(
      loop(
        `w.mul(x).sum().backward();
  noGrad(() => w.sub_(w.grad!)); w.grad = null;`,
        `const x = tensor(Array.from({ length: 100 }, (_, i) => i));
const w = tensor(1, { requiresGrad: true });`,
      ),
    );
    assert.deepEqual(told(why(of, "w")).slice(1, 3), [
      "= 1 · 0 + 1 · 1 + 1 · 2 + 1 · 3 + … + 1 · 99 = 4950",
      "w was used for all 100 elements of mul, so its gradient is the sum of 100 contributions.",
    ]);
  });

  it("a fan-out is a sum, and waits for what is still to come", async () => {
    const of = await recorded(
      loop(
        `const a = w.mul(3);
  const b = w.mul(4);
  const loss = a.mul(b);
  loss.backward();
  noGrad(() => w.sub_(w.grad!)); w.grad = null;`,
        `const w = tensor(2, { requiresGrad: true });`,
      ),
    );
    // a = 6, b = 8: 6 · 4 comes back through b first, then 8 · 3 through a.
    assert.deepEqual(told(why(of, "w"))[0], "∂L/∂w = 24 + 24 = 48");
    const waiting = why(of, "w", { step: 4 });
    assert.deepEqual(told(waiting), [
      "∂L/∂b · 4",
      "= 6 · 4 = 24",
      "w was used in 2 places. What came back from 1 of 2 has arrived; the rest is still to come.",
    ]);
  });

  it("names what is agreed on at corners and ties", async () => {
    const of = await recorded(
      loop(
        `const r = a.relu(), b = a.abs(), c = a.mul(2).max(), d = a.maximum(z), e = a.clamp({ min: 0, max: 5 });
  r.sum().add(b.sum()).add(c).add(d.sum()).add(e.sum()).backward();
  noGrad(() => a.sub_(a.grad!.mul(0))); a.grad = null;`,
        `const z = tensor([0, 9]);
const a = tensor([0, 0], { requiresGrad: true });`,
      ),
    );
    const all = told(why(of, "a")).join("\n");
    for (const sentence of [
      "relu has a corner at 0, and a[0] is exactly there: the slope taken there is 0, as to its left.",
      "abs has a corner at 0, and a[0] is exactly there: the slope taken there is 0, halfway between −1 and 1.",
      "a[0] and the other are equal, so maximum gives half of the gradient to each.",
      "a[0] lies exactly on a bound of clamp: there the gradient still passes.",
    ])
      assert.ok(all.includes(sentence), `${sentence}\nnot in\n${all}`);
    assert.ok(told(why(of, "mul(2)")).includes("mul[0] ties with 1 other: max gives each an equal share."));
  });

  it("shows v where backward began with more than one number", async () => {
    const of = await recorded(
      loop(
        `const y = w.mul(3);
  y.backward(tensor([1, 10]));
  noGrad(() => w.sub_(w.grad!)); w.grad = null;`,
        `const w = tensor([1, 2], { requiresGrad: true });`,
      ),
    );
    assert.deepEqual(told(why(of, "w", { element: 1 })), [
      "The gradient has the shape of w, [2]: one number for each element. Here is one of them.",
      "∂L/∂wᵢ = ∂L/∂yᵢ · 3",
      "= 10 · 3 = 30",
      "Backward began with L = v · y, where v = [1, 10].",
      "If w[1] grows a little, L grows by 30 times that. To bring L down, w[1] should shrink.",
    ]);
  });

  it("of an op with several outputs: through the one that it went to", async () => {
    const of = await recorded(
      loop(
        `const [a, b] = w.split(2);
  a!.sum().add(b!.mul(5).sum()).backward();
  noGrad(() => w.sub_(w.grad!)); w.grad = null;`,
        `const w = tensor([1, 2, 3, 4], { requiresGrad: true });`,
      ),
    );
    const last = why(of, "w", { element: 3 });
    assert.deepEqual(told(last).slice(1, 3), ["∂L/∂w = ∂L/∂b, at the places it went to", "= 5"]);
    assert.deepEqual(last.uses[0]?.from, { node: nodeNamed(of, iteration(of.outline, 0), "b"), element: 1, value: 5 });
    assert.equal(told(why(of, "w")).at(1), "∂L/∂w = ∂L/∂a, at the places it went to");
  });

  it("of a gate: what it let through, and why", async () => {
    const of = await recorded(
      loop(
        `w.relu().sum().backward();
  noGrad(() => w.sub_(w.grad!)); w.grad = null;`,
        `const w = tensor([1.5, -2], { requiresGrad: true });`,
      ),
    );
    assert.equal(why(of, "w").uses[0]?.sentences?.[0], "w[0] is 1.5, above 0, so relu lets the gradient through.");
    const shut = why(of, "w", { element: 1 });
    assert.equal(shut.uses[0]?.sentences?.[0], "w[1] is −2, below 0, so relu lets nothing through.");
    assert.equal(shut.meaning, "Changing w[1] a little does not change sum.");
  });

  it("says when a hook changed what had come", async () => {
    const of = await recorded(
      loop(
        `const a = w.mul(3);
  a.registerHook((g) => g.mul(2));
  a.mul(5).backward();
  noGrad(() => w.sub_(w.grad!)); w.grad = null;`,
        `const w = tensor(2, { requiresGrad: true });`,
      ),
    );
    assert.ok(told(why(of, "a")).includes("A hook then changed it to 10."));
    assert.ok(told(why(of, "w")).includes("= 10 · 3 = 30"));
  });

  it("says not recorded of what was kept in figures only, never a number from the sample", async () => {
    const of = await recorded(
      loop(
        `w.mul(x).sum().backward();
  noGrad(() => w.sub_(w.grad!)); w.grad = null;`,
        `const x = tensor(Array.from({ length: 5000 }, (_, i) => i));
const w = tensor(1, { requiresGrad: true });`,
      ),
    );
    assert.deepEqual(told(why(of, "w"))[0], "Its operands were not recorded in full.");
    assert.deepEqual(told(why(of, "mul")), ["The gradient of mul was not recorded in full: it has too many elements."]);
    assert.deepEqual(briefly(why(of, "mul")), []);
  });

  it("briefly, for a hover: a line or two, and what it means", () => {
    assert.deepEqual(briefly(why(four, "w")), [
      "∂L/∂w = Σᵢ ∂L/∂yPredᵢ · xᵢ = −1 · 1 + −2 · 2 + −3 · 3 + −4 · 4 = −30",
      "If w grows a little, loss falls by 30 times that. To bring loss down, w should grow.",
    ]);
    assert.deepEqual(briefly(why(four, "sub", { element: 1 })), [
      "∂L/∂subᵢ = ∂L/∂powᵢ · 2 · subᵢ",
      "∂L/∂sub[1] = 0.25 · 2 · (−4) = −2",
      "If sub[1] grows a little, loss falls by 2 times that.",
    ]);
    assert.deepEqual(briefly(why(four, "loss")), [
      "∂L/∂loss = 1",
      "Backward begins here: L is loss itself, so when loss changes, L changes just as much.",
    ]);
    assert.deepEqual(briefly(why(four, "w", { step: 3 })), []);
  });

  it("whole, once every column it needs has been computed; a column that fails says why", async () => {
    const { recording, outline } = four;
    const segment = iteration(outline, 0);
    const step = stepsOf(recording, segment).steps.findLastIndex(({ kind }) => kind === "accumulate");
    const about = { node: nodeNamed(four, segment, "w"), element: 0 };
    const whole = await wholeWhy(recording, segment, step, about, (question) => Promise.resolve(columnOf(question)));
    assert.deepEqual(whole, why(four, "w"));
    const none = await wholeWhy(recording, segment, step, about, () => Promise.resolve("It took too long."));
    assert.equal(none?.uses[0]?.trouble, "It took too long.");
    assert.deepEqual(briefly(none).length, 1);
  });
});

describe("formulas of ops", () => {
  const names = new Set(["a", "b", "exponent", "input", "target"]);
  const text = (formula: string): string => {
    const { expr, rest } = parseFormula(formula, names);
    if (expr === null) return `words: ${rest}`;
    const line = written(expr, { gradient: () => [number(-3)], name: (name) => [sign(name)] });
    return [lineText(line), rest].filter(Boolean).join(" | ");
  };

  it("are read as far as they are expressions", () => {
    assert.equal(text("∂L/∂y · (1 − y²)"), "−3 · (1 − y²)");
    assert.equal(text("−½ · ∂L/∂y · y³"), "−½ · (−3) · y³");
    assert.equal(text("∂L/∂y · 2 (input − target) / n"), "−3 · 2 · (input − target) / n");
    assert.equal(text("∂L/∂y where y > 0, else 0"), "−3 | where y > 0, else 0");
    assert.equal(text("∂L/∂y for every element summed"), "−3 | for every element summed");
    assert.equal(text("the running sums of ∂L/∂y from the end"), "words: the running sums of ∂L/∂y from the end");
    assert.equal(text("y · (∂L/∂y − Σ ∂L/∂y · y)"), "y · (−3 − Σ −3 · y)");
    assert.equal(text("∂L/∂y · √π/2 · e^(y²)"), "−3 · √π / 2 · e^(y²)");
  });

  it("are worked out with numbers", () => {
    const { expr } = parseFormula("∂L/∂y · exponent · a^(exponent − 1)", names);
    assert.ok(expr);
    assert.equal(
      valueOf(expr, 0.25, (name) => ({ exponent: 3, a: -2 })[name]),
      3,
    );
    const square = settled(expr, (name) => (name === "exponent" ? 2 : undefined));
    assert.equal(
      lineText(written(square, { gradient: () => [number(0.25)], name: () => [number(-2)] })),
      "0.25 · 2 · (−2)",
    );
  });
});
