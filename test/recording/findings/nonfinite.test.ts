import { deepEqual, equal, match } from "node:assert/strict";
import { found, line, only, way, where } from "./found";

const imports = `import { log, noGrad, tensor, where, nn, optim, full, zeros, softmax, sqrt } from "backstep";\n`;

describe("findings: NaN and infinity", function () {
  this.timeout(60_000);

  it("follows a NaN in the loss to the log of 0 that made an infinity, through the nodes between", async () => {
    const run = await found(`${imports}const x = tensor([1, 0.5, 0.25]);
const p = tensor([0.5, 0.3, 0.2], { requiresGrad: true });
for (let epoch = 0; epoch < 6; epoch++) {
  const kept = p.sub(epoch === 3 ? p.detach() : 0);
  const logs = kept.log();
  const entropy = kept.mul(logs);
  const loss = entropy.mul(x).sum();
  loss.backward();
  noGrad(() => p.sub_(p.grad!.mul(0.0001)));
  p.grad = null;
}`);
    deepEqual(run.told, ["error not-finite: loss is NaN"]);
    const finding = only(run, "not-finite");
    match(where(run, finding), /^epoch 3 · logs = .* · logs · line 6$/);
    deepEqual(way(run, finding), ["logs", "entropy", "mul", "loss"]);
    match(finding.cause, /^log made −∞ of 0 \(element 0\) in epoch 3, mul made NaN of that, and it reached loss\.$/);
    match(finding.remedy, /above 0/);
  });

  it("finds an infinite slope in the backward, and the way to the leaf", async () => {
    const run = await found(`${imports}const w = tensor([3, 4], { requiresGrad: true });
const target = tensor([3, 4]);
for (let epoch = 0; epoch < 3; epoch++) {
  const error = w.sub(target);
  const square = error.pow(2).sum();
  const loss = square.sqrt();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.1)));
  w.grad = null;
}`);
    deepEqual(run.told, ["error not-finite: w.grad is NaN"]);
    const finding = only(run, "not-finite");
    match(where(run, finding), /^epoch 0 · .* · loss · line 7$/);
    deepEqual(way(run, finding), ["loss", "square", "pow(2)", "error", "w"]);
    match(finding.cause, /^The gradient rule of sqrt sent ∞ back of 0 in epoch 0, and it reached w\.grad\.$/);
    match(finding.remedy, /under the root/);
  });

  it("tells of numbers that grew until they overflowed", async () => {
    const run = await found(`${line}for (let epoch = 0; epoch < 60; epoch++) {
  const loss = lossOf();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(1)));
  w.grad = null;
}`);
    const finding = only(run, "not-finite");
    equal(finding.title, "loss is ∞");
    match(finding.cause, /^(pow|mean) made ∞ of .*e\+?(19|38)/);
    match(finding.remedy, /learning rate/);
  });

  it("is silent about a mask of infinities whose softmax is finite, and about a metric", async () => {
    const run = await found(`${imports}const scores = tensor([[1, 2, 3], [4, 5, 6]], { requiresGrad: true });
const mask = tensor([[0, 0, -Infinity], [0, -Infinity, -Infinity]]);
for (let epoch = 0; epoch < 4; epoch++) {
  const loss = scores.add(mask).softmax(-1).pow(2).sum();
  loss.backward();
  noGrad(() => scores.sub_(scores.grad!.mul(0.1)));
  scores.grad = null;
  const accuracy = tensor(0).div(0);
  console.log(accuracy.item());
}`);
    deepEqual(run.told, []);
  });

  it("names the mask where a row is masked as a whole", async () => {
    const run = await found(`${imports}const scores = tensor([[1, 2, 3], [4, 5, 6]], { requiresGrad: true });
const mask = tensor([[0, 0, -Infinity], [-Infinity, -Infinity, -Infinity]]);
for (let epoch = 0; epoch < 2; epoch++) {
  const loss = scores.add(mask).softmax(-1).pow(2).sum();
  loss.backward();
  noGrad(() => scores.sub_(scores.grad!.mul(0.1)));
  scores.grad = null;
}`);
    const finding = only(run, "not-finite");
    equal(finding.title, "loss is NaN");
    match(finding.cause, /^softmax made NaN/);
    deepEqual(
      finding.related.map((each) => each.line + 1),
      [3, 6],
    );
  });

  it("goes back to the setup for data that were NaN from the beginning", async () => {
    const run = await found(`${imports}const raw = tensor([1, 0, 4]);
const x = raw.log();
const w = tensor(1, { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = w.mul(x).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.1)));
  w.grad = null;
}`);
    const finding = only(run, "not-finite");
    match(where(run, finding), /^setup · .* · x · line 3$/);
    match(finding.cause, /in setup, and it reached loss in epoch 0\.$/);
  });

  it("finds it in a loop by hand, and in a program without a loop", async () => {
    const byHand = await found(`const x = tensor([1, 2]);
let w = 1;
for (let epoch = 0; epoch < 3; epoch++) {
  const y = x.mul(w).sub(x.mul(w)).log();
  const dw = y.mean().item();
  w -= 0.1 * dw;
}`);
    match(only(byHand, "not-finite").title, /is −?∞|is NaN/);
    const once = await found(`const w = tensor(0, { requiresGrad: true });
const loss = w.log();
loss.backward();`);
    const finding = only(once, "not-finite");
    equal(finding.title, "loss is −∞");
  });
});
