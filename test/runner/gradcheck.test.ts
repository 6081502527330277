import assert from "node:assert/strict";
import { canonical } from "../../src/recording/canonical";
import { type CheckedNode, judged } from "../../src/recording/gradcheck";
import { type Checked, checkGradients } from "../../src/runner/gradcheck/check";
import { closer, verdictOn } from "../../src/runner/gradcheck/slope";
import type { MeasureOptions } from "../../src/runner/rerun";
import { buildChild } from "../support/child";
import { nodeOf, type Repeatable, repeatable, segmentOf } from "./repeatable";

const regression = `import { tensor, noGrad } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 5; epoch++) {
  const loss = x.mul(w).sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}`;

const cube = (factor: number): string => `import { autograd, tensor, noGrad, type Tensor } from "backstep";
class Cube extends autograd.Function {
  static forward(ctx: autograd.Context, x: Tensor) {
    ctx.saveForBackward(x);
    return x.pow(3);
  }
  static backward(ctx: autograd.Context, g: Tensor) {
    const [x] = ctx.savedTensors;
    return g.mul(x!.square().mul(${factor}));
  }
}
const x = tensor([1, 2, 3]);
const w = tensor([0.5, 0.4, -0.2], { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const y = Cube.apply(w.mul(x));
  const loss = y.sub(1).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}`;

async function check(
  of: Repeatable,
  label: string,
  iteration = 0,
  options: MeasureOptions = {},
): Promise<Checked | string> {
  const node = label === "" ? -1 : nodeOf(of, label, iteration);
  const cursor = { segment: segmentOf(of, iteration), step: 0 };
  const child = await buildChild();
  return checkGradients(of.recording, of.outline, cursor, node, of.prepared, { child, ...options }).ended;
}

async function checked(of: Repeatable, label: string, iteration = 0): Promise<Checked> {
  const found = await check(of, label, iteration);
  if (typeof found === "string") throw new Error(found);
  return found;
}

async function refused(found: Promise<unknown>): Promise<string> {
  const why = await found;
  assert.equal(typeof why, "string");
  return String(why);
}

function verdicts({ slopes }: CheckedNode): string[] {
  return slopes.map(({ name, verdict }) => `${name}${name === "" ? "" : " "}${verdict}`);
}

describe("gradcheck", function () {
  this.timeout(60_000);

  it("holds a leaf's gradient against central differences, and leaves the recording as it is", async () => {
    const of = await repeatable(regression);
    const before = canonical(of.recording);
    const { outcome, findings } = await checked(of, "w");
    assert.deepEqual(canonical(of.recording), before);
    assert.deepEqual(findings, []);
    assert.equal(outcome.nodes.length, 1);
    const [slope] = outcome.nodes[0]!.slopes;
    assert.deepEqual([slope!.analytic, slope!.verdict, slope!.name], [-30, "agrees", ""]);
    assert.ok(Math.abs(slope!.numeric + 30) < 1e-6 && slope!.error < 1e-7, JSON.stringify(slope));
  });

  it("checks every gradient of a later iteration, element by element, where the weights were what they were", async () => {
    const { outcome, findings } = await checked(await repeatable(regression), "", 3);
    assert.deepEqual(findings, []);
    assert.deepEqual(outcome.notes, []);
    const names = outcome.nodes.map(({ name, slopes }) => `${name} ${slopes.length}`);
    assert.deepEqual(names, ["w 1", "mul 4", "sub 4", "pow(2) 4", "loss 1"]);
    assert.ok(outcome.nodes.every((node) => judged(node) === "right"));
    // 15 (w − 2), w being 2 (1 − 0.85³) after three updates
    assert.ok(Math.abs(outcome.nodes[0]!.slopes[0]!.analytic + 15 * 2 * 0.85 ** 3) < 1e-4);
  });

  it("finds a wrong backward of a custom function and names it with its line, from its leaf and from all", async () => {
    const of = await repeatable(cube(2));
    for (const label of ["w", ""]) {
      const { outcome, findings } = await checked(of, label);
      assert.deepEqual(verdicts(outcome.nodes[0]!), ["[0] wrong", "[1] wrong", "[2] wrong"]);
      const right = outcome.nodes.filter((node) => judged(node) === "right").map(({ name }) => name);
      assert.deepEqual(right, ["y", "sub(1)", "pow(2)", "loss"]);
      assert.equal(findings.length, 1);
      const [{ title, severity, place, cause, related }] = findings as [(typeof findings)[number]];
      assert.equal(title, "The backward of Cube is wrong");
      assert.equal(severity, "error");
      assert.deepEqual([place!.line, related[0]!.line], [6, 14]);
      assert.match(
        cause,
        /^∂loss\/∂y agrees with differences of loss, and the ∂loss\/∂\S+ that it makes of it does not\.$/,
      );
    }
  });

  it("has nothing to say of the same function when its backward is right", async () => {
    const { outcome, findings } = await checked(await repeatable(cube(3)), "");
    assert.deepEqual(findings, []);
    assert.ok(outcome.nodes.every((node) => judged(node) === "right"));
  });

  it("checks tensors of many elements along directions and says so", async () => {
    const many = `import { manualSeed, nn, randn } from "backstep";
      manualSeed(1);
      const model = new nn.Sequential(new nn.Linear(8, 6), new nn.Tanh(), new nn.Linear(6, 1));
      const x = randn(5, 8);
      for (let epoch = 0; epoch < 2; epoch++) model(x).pow(2).mean().backward();`;
    const { outcome, findings } = await checked(await repeatable(many), "");
    assert.deepEqual(findings, []);
    const leaves = outcome.nodes.filter(({ leaf }) => leaf);
    assert.deepEqual(
      leaves.map(({ elements, slopes }) => [elements, slopes[0]!.name, slopes.length]),
      [
        [48, "direction 1", 4],
        [6, "[0]", 6],
        [6, "[0, 0]", 6],
        [1, "", 1],
      ].map((row) => row),
    );
    assert.ok(
      outcome.nodes.every((node) => judged(node) !== "wrong"),
      JSON.stringify(outcome.nodes),
    );
    assert.ok(outcome.notes.some((note) => /random directions/.test(note)));
  });

  it("knows a kink, where every slope between those of both sides is a gradient", async () => {
    const kink = `import { tensor } from "backstep";
      const w = tensor([0, 1, -1], { requiresGrad: true });
      for (let epoch = 0; epoch < 1; epoch++) w.relu().sum().backward();`;
    const { outcome, findings } = await checked(await repeatable(kink), "w");
    assert.deepEqual(verdicts(outcome.nodes[0]!), ["[0] kink", "[1] agrees", "[2] agrees"]);
    assert.deepEqual(findings, []);
  });

  it("says that a way is cut on purpose, and does not call the rule wrong", async () => {
    const cut = `import { tensor } from "backstep";
      const w = tensor([2, 3], { requiresGrad: true });
      for (let epoch = 0; epoch < 1; epoch++) w.mul(w.detach()).sum().backward();`;
    const { findings } = await checked(await repeatable(cut), "w");
    assert.deepEqual(
      findings.map(({ severity, title }) => [severity, title]),
      [["note", "∂L/∂w leaves a way out"]],
    );
    assert.match(findings[0]!.cause, /through detach, which lets no gradient back/);
  });

  it("says where it cannot be done", async () => {
    const none = await repeatable(`import { tensor } from "backstep";
      for (let epoch = 0; epoch < 3; epoch++) { const w = tensor(epoch); console.log(w.mul(2).item()); }`);
    assert.match(await refused(check(none, "", -1)), /^No backward pass runs here/);
    const of = await repeatable(regression);
    assert.match(await refused(check(of, "x")), /^Only what a gradient has reached can be checked\.$/);
    const large = await repeatable(`import { ones } from "backstep"; const w = ones(5000, { requiresGrad: true });
      for (let epoch = 0; epoch < 1; epoch++) w.sum().backward();`);
    const { outcome } = await checked(large, "w");
    assert.equal(outcome.nodes[0]!.why, "Not checked: its elements were not recorded.");
  });

  it("says where the re-run is another run, fails, or is cut off", async () => {
    const clock = await repeatable(regression.replace("mean();", "mean().mul(Date.now() % 100000 / 7);"));
    assert.match(await refused(check(clock, "w")), /^The re-run disagrees with the recording: loss was /);
    const fragile = regression.replace(
      "loss.backward();",
      'if (w.item() > 0 && w.item() < 1e-4) throw new Error("no"); loss.backward();',
    );
    assert.match(await refused(check(await repeatable(fragile), "w")), /^A re-run failed: no/);
    const endless = await repeatable(
      regression.replace("loss.backward();", "while (w.item() > 0 && w.item() < 1e-4) w.item(); loss.backward();"),
      {},
      { wallMs: 4000 },
    );
    const { outcome } = await checked(endless, "w");
    assert.equal(outcome.nodes[0]!.why, "Not checked: the time was up.");
    assert.deepEqual(outcome.notes, ["The check was cut off after 4 s, when 0 of 1 gradients were done."]);
  });

  it("tells how far it is, and stops when it is asked to", async () => {
    const of = await repeatable(regression);
    const told: string[] = [];
    await check(of, "", 0, { progress: (done, all) => told.push(`${done} of ${all}`) });
    assert.equal(told.at(-1), "30 of 30");
    const run = checkGradients(of.recording, of.outline, { segment: segmentOf(of, 0), step: 0 }, -1, of.prepared, {
      child: await buildChild(),
      progress: () => run.stop(),
    });
    assert.equal(await run.ended, "The check was stopped.");
  });

  it("tells smooth from kinked from broken", () => {
    const sides = (f: (x: number) => number, h: number) => ({ h, above: f(h), below: f(-h) });
    const judge = (f: (x: number) => number, claimed: number): string =>
      verdictOn(claimed, f(0), sides(f, 1e-5), sides(f, 1e-5 * closer), 1);
    assert.equal(judge(Math.sin, 1), "agrees");
    assert.equal(judge(Math.sin, 1.01), "wrong");
    assert.equal(judge(Math.abs, 0.5), "kink");
    assert.equal(judge(Math.abs, -1), "kink");
    assert.equal(judge(Math.abs, 1.5), "wrong");
    assert.equal(
      judge((x) => (x > 0 ? 1 : 0), 0),
      "jump",
    );
    assert.equal(
      judge((x) => 1e9 * x * x, 0),
      "agrees",
    );
    assert.equal(
      judge((x) => 1e9 * x * x, 2),
      "wrong",
    );
    assert.equal(
      judge((x) => Math.log(x - 1e-6), 0),
      "not finite",
    );
  });
});
