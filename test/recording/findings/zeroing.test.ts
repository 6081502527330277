import { deepEqual, equal, match } from "node:assert/strict";
import { found, line, only, where } from "./found";

describe("findings: gradients used twice or not at all", function () {
  this.timeout(60_000);

  it("tells of a gradient that was not zeroed after the update", async () => {
    const run = await found(`${line}for (let epoch = 0; epoch < 5; epoch++) {
  const loss = lossOf();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
}`);
    deepEqual(run.told, ["error not-zeroed: w.grad was not zeroed"]);
    const finding = only(run, "not-zeroed");
    equal(where(run, finding), "epoch 1 · w.grad += −25.5 · w · line 8");
    equal(
      finding.cause,
      "This backward added to w.grad in epoch 1, which still held the −30 that the update in line 9 had already used, so the next update moved by the sum.",
    );
    match(finding.remedy, /w\.grad!\.zero_\(\)/);
    deepEqual(
      finding.related.map((each) => each.line + 1),
      [9],
    );
  });

  it("is silent when it is zeroed, set to null, or zeroed by the optimizer at either end", async () => {
    const zeroings = ["w.grad!.zero_()", "w.grad = null", "w.grad!.mul_(0)", "w.grad!.fill_(0)"];
    for (const zeroing of zeroings)
      deepEqual(
        (
          await found(`${line}for (let epoch = 0; epoch < 4; epoch++) {
  lossOf().backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  ${zeroing};
}`)
        ).told,
        [],
        zeroing,
      );
    for (const [before, after] of [
      ["optimizer.zeroGrad();", ""],
      ["", "optimizer.zeroGrad();"],
      ["", "optimizer.zeroGrad(false);"],
    ])
      deepEqual(
        (
          await found(`${line}const optimizer = new optim.SGD([w], { lr: 0.01, momentum: 0.9 });
for (let epoch = 0; epoch < 4; epoch++) {
  ${before}
  lossOf().backward();
  optimizer.step();
  ${after}
}`)
        ).told,
        [],
      );
  });

  it("tells of all parameters of an optimizer together", async () => {
    const run = await found(`const x = tensor([[1], [2]]);
const y = tensor([[2], [4]]);
const net = new nn.Linear(1, 1);
const optimizer = new optim.SGD(net.parameters(), { lr: 0.01 });
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = net(x).sub(y).pow(2).mean();
  loss.backward();
  optimizer.step();
}`);
    equal(run.told.length, 1);
    match(
      run.told[0] ?? "",
      /^error not-zeroed: .*weight\.grad and .*bias\.grad were not zeroed$|^error not-zeroed: .*bias\.grad and .*weight\.grad were not zeroed$/,
    );
    match(only(run, "not-zeroed").remedy, /optimizer\.zeroGrad/);
  });

  it("is silent while gradients are summed up for one update", async () => {
    const run = await found(`${line}const optimizer = new optim.SGD([w], { lr: 0.001 });
for (let epoch = 0; epoch < 4; epoch++) {
  for (let part = 0; part < 3; part++) lossOf().div(3).backward();
  optimizer.step();
  optimizer.zeroGrad();
}`);
    deepEqual(run.told, []);
  });

  it("is silent when one loop runs the epochs and every third of them updates", async () => {
    const run = await found(`${line}const optimizer = new optim.SGD([w], { lr: 0.001 });
for (let batch = 0; batch < 9; batch++) {
  lossOf().div(3).backward();
  if (batch % 3 === 2) { optimizer.step(); optimizer.zeroGrad(); }
}`);
    deepEqual(run.told, []);
  });

  it("is silent in a GAN, where the generator's backward also fills the discriminator's gradients", async () => {
    const run = await found(`import { nn, optim, randn, tensor, manualSeed } from "backstep";
manualSeed(1);
const G = new nn.Linear(2, 2);
const D = new nn.Linear(2, 1);
const optG = new optim.SGD(G.parameters(), { lr: 0.01 });
const optD = new optim.SGD(D.parameters(), { lr: 0.01 });
const real = randn([8, 2]);
for (let epoch = 0; epoch < 5; epoch++) {
  optD.zeroGrad();
  const fake = G(randn([8, 2]));
  const dLoss = D(real).sub(1).pow(2).mean().add(D(fake.detach()).pow(2).mean());
  dLoss.backward();
  optD.step();
  optG.zeroGrad();
  const gLoss = D(fake).sub(1).pow(2).mean();
  gLoss.backward();
  optG.step();
}`);
    deepEqual(run.told, []);
  });

  it("is silent when the gradient itself is the momentum", async () => {
    const run = await found(`${line}for (let epoch = 0; epoch < 5; epoch++) {
  lossOf().backward();
  noGrad(() => { w.sub_(w.grad!.mul(0.001)); w.grad!.mul_(0.9); });
}`);
    deepEqual(run.told, []);
  });

  it("is silent when a forgotten gradient is never used again", async () => {
    const run = await found(`${line}const optimizer = new optim.SGD([w], { lr: 0.01 });
lossOf().backward();
optimizer.step();
lossOf().backward();
console.log(w.grad);`);
    deepEqual(run.told, []);
  });

  it("tells of gradients zeroed between backward and update", async () => {
    const run = await found(`${line}const optimizer = new optim.SGD([w], { lr: 0.01 });
for (let epoch = 0; epoch < 3; epoch++) {
  lossOf().backward();
  optimizer.zeroGrad();
  optimizer.step();
}`);
    deepEqual(run.told, ["error zeroed-early: w.grad was zeroed before the update"]);
    match(where(run, only(run, "zeroed-early")), /^epoch 0 · .* · w · line 9$/);
    const byHand = await found(`${line}for (let epoch = 0; epoch < 3; epoch++) {
  lossOf().backward();
  w.grad!.zero_();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
}`);
    deepEqual(byHand.told, ["error zeroed-early: w.grad was zeroed before the update"]);
  });

  it("is silent when one bad batch is thrown away, or some parameters are held still", async () => {
    const skipped = await found(`${line}const optimizer = new optim.SGD([w], { lr: 0.01, momentum: 0.9 });
for (let epoch = 0; epoch < 4; epoch++) {
  lossOf().backward();
  if (epoch === 2) optimizer.zeroGrad();
  optimizer.step();
  optimizer.zeroGrad();
}`);
    deepEqual(skipped.told, []);
    const held = await found(`${line}const b = tensor(0, { requiresGrad: true });
const optimizer = new optim.SGD([w, b], { lr: 0.01 });
for (let epoch = 0; epoch < 4; epoch++) {
  w.mul(x).add(b).sub(y).pow(2).mean().backward();
  b.grad!.zero_();
  optimizer.step();
  optimizer.zeroGrad();
}`);
    deepEqual(held.told, []);
  });

  it("tells of a second backward that counts the same gradient twice", async () => {
    const run = await found(`${line}for (let epoch = 0; epoch < 3; epoch++) {
  const loss = lossOf();
  loss.backward({ retainGraph: true });
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad = null;
}`);
    deepEqual(run.told, ["error backward-twice: w.grad counted twice"]);
    equal(where(run, only(run, "backward-twice")).split(" · ").at(-1), "line 9");
  });

  it("tells of a loss that is computed once and goes backward in every turn", async () => {
    const run = await found(`${line}const loss = lossOf();
for (let epoch = 0; epoch < 3; epoch++) {
  loss.backward({ retainGraph: true });
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad = null;
}`);
    deepEqual(run.told, ["error backward-twice: backward() through an old graph"]);
    match(only(run, "backward-twice").cause, /^loss was computed before the last update/);
  });

  it("is silent for two losses over one graph, and for rows of a Jacobian", async () => {
    const run = await found(`${line}for (let epoch = 0; epoch < 3; epoch++) {
  const error = w.mul(x).sub(y);
  error.pow(2).mean().backward({ retainGraph: true });
  error.abs().mean().backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad = null;
}`);
    deepEqual(run.told, []);
    const rows = await found(`const v = tensor([1, 2], { requiresGrad: true });
const z = v.mul(v);
for (const seed of [[1, 0], [0, 1]]) {
  v.grad = null;
  z.backward(tensor(seed), { retainGraph: true });
  console.log(v.grad);
}
noGrad(() => v.sub_(v.grad!));`);
    deepEqual(rows.told, []);
  });
});
