import { deepEqual, equal, match, ok } from "node:assert/strict";
import { curvatureOf, rateOf } from "../../../src/recording/findings/quadratic";
import { found, line, only, type Found } from "./found";

const loop = (
  lr: number,
  update = `noGrad(() => w.sub_(w.grad!.mul(${lr})))`,
) => `${line}for (let epoch = 0; epoch < 8; epoch++) {
  const loss = lossOf();
  loss.backward();
  ${update};
  w.grad = null;
}`;
const rates = (run: Found) => run.all.filter(({ kind }) => kind === "learning-rate");

describe("findings: the learning rate", function () {
  this.timeout(60_000);

  it("says the stable range beside the rate that is used", async () => {
    const finding = only(await found(loop(0.01)), "learning-rate");
    equal(finding.severity, "note");
    equal(finding.title, "Learning rate 0.01 is stable");
    match(finding.cause, /stable for learning rates below 2 ÷ 15 = 0\.133; yours is 0\.01\.$/);
  });

  it("warns above it, and not just below it", async () => {
    const over = only(await found(loop(0.14)), "learning-rate");
    equal(over.severity, "warning");
    match(over.remedy, /less than 0\.133/);
    equal(only(await found(loop(0.13)), "learning-rate").severity, "note");
  });

  it("knows it for two unknowns: the largest eigenvalue of the two", async () => {
    const run = await found(`const x = tensor([1, 2, 3, 4]);
const y = tensor([3, 5, 7, 9]);
const w = tensor(0, { requiresGrad: true });
const b = tensor(0, { requiresGrad: true });
const optimizer = new optim.SGD([w, b], { lr: 0.02 });
for (let epoch = 0; epoch < 12; epoch++) {
  w.mul(x).add(b).sub(y).pow(2).mean().backward();
  optimizer.step();
  optimizer.zeroGrad();
}`);
    // H = 2/4 · [[Σx², Σx], [Σx, 4]] = [[15, 5], [5, 2]], whose larger eigenvalue is (17 + √269) / 2.
    const largest = (17 + Math.sqrt(269)) / 2;
    match(only(run, "learning-rate").cause, new RegExp(`= ${Number((2 / largest).toPrecision(3))}; yours is 0\\.02`));
  });

  it("says nothing where it cannot be known", async () => {
    deepEqual(rates(await found(loop(0.01).replace(".pow(2)", ".pow(4)").replace(".pow(2)", ".pow(4)"))), []);
    const optimizers = ["new optim.SGD([w], { lr: 0.01, momentum: 0.9 })", "new optim.Adam([w], { lr: 0.01 })"];
    for (const each of optimizers) {
      const run = await found(`${line}const optimizer = ${each};
for (let epoch = 0; epoch < 8; epoch++) {
  lossOf().backward();
  optimizer.step();
  optimizer.zeroGrad();
}`);
      deepEqual(rates(run), []);
    }
    const batches = await found(`import { manualSeed, noGrad, randn, tensor } from "backstep";
manualSeed(1);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 8; epoch++) {
  const x = randn([3]);
  w.mul(x).sub(x.mul(2)).pow(2).mean().backward();
  noGrad(() => w.sub_(w.grad!.mul(0.1)));
  w.grad = null;
}`);
    deepEqual(rates(batches), []);
  });
});

describe("curvature from gradients", () => {
  const descend = (h: number[][], from: number[], rate: number, count: number) => {
    const gradientAt = (p: number[]) => h.map((row) => row.reduce((sum, x, i) => sum + x * (p[i] ?? 0), 0));
    const points = [from];
    for (let k = 1; k < count; k++) {
      const last = points.at(-1) ?? from;
      const g = gradientAt(last);
      points.push(last.map((x, i) => x - rate * (g[i] ?? 0)));
    }
    return { points, gradients: points.map(gradientAt) };
  };

  it("finds eigenvalues that it was made from", () => {
    const { points, gradients } = descend(
      [
        [4, 1, 0],
        [1, 3, 0.5],
        [0, 0.5, 1],
      ],
      [1, -2, 3],
      0.1,
      6,
    );
    const found = curvatureOf(points, gradients);
    // Roots of the characteristic polynomial, by Newton's method.
    const p = (x: number) => (4 - x) * ((3 - x) * (1 - x) - 0.25) - (1 - x);
    ok(found !== null && Math.abs(p(found.largest)) < 1e-6 && Math.abs(p(found.smallest)) < 1e-6);
    ok(found.largest > 4 && found.smallest < 1);
    equal(rateOf(points, gradients)?.toFixed(9), "0.100000000");
  });

  it("finds none on a line within a plane, and where the slope bends", () => {
    const { points, gradients } = descend(
      [
        [2, 0],
        [0, 1],
      ],
      [1, 0],
      0.1,
      6,
    );
    equal(curvatureOf(points, gradients), null);
    equal(curvatureOf([[1], [2], [3]], [[1], [4], [9]]), null);
  });
});
