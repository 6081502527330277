import { deepEqual, equal, match } from "node:assert/strict";
import { found, line, only, where } from "./found";

/** A deep network of tanh or sigmoid layers that learns y = x. */
const deep = (
  layers: number,
  activation: string,
  epochs: number,
  lr: number,
  scale: number,
) => `import { manualSeed, nn, noGrad, optim, randn } from "backstep";
manualSeed(3);
const x = randn([16, 4]);
const y = x.mul(3);
const layers = Array.from({ length: ${layers} }, () => new nn.Linear(4, 4));
noGrad(() => { for (const layer of layers) layer.weight.mul_(${scale}); });
const optimizer = new optim.SGD(layers.flatMap((layer) => [...layer.parameters()]), { lr: ${lr} });
for (let epoch = 0; epoch < ${epochs}; epoch++) {
  let h = x;
  layers.forEach((layer, k) => { h = layer(h); if (k < ${layers - 1}) h = h.${activation}(); });
  const loss = h.sub(y).pow(2).mean();
  loss.backward();
  optimizer.step();
  optimizer.zeroGrad();
}`;

describe("findings: trends over the iterations", function () {
  this.timeout(120_000);

  it("vanishing: the first of eight sigmoid layers gets next to nothing", async () => {
    const run = await found(deep(8, "sigmoid", 30, 0.1, 1));
    const finding = only(run, "vanishing");
    equal(finding.severity, "warning");
    match(
      finding.cause,
      /^For 10 epochs the gradient of the first layer \(weight, RMS .*\) has been under .* of that of the last/,
    );
    match(where(run, finding), /^epoch 29 · .* · weight · line/);
  });

  it("vanishing: silent with three layers, with relu, and before ten iterations", async () => {
    for (const body of [deep(3, "sigmoid", 30, 0.1, 1), deep(8, "relu", 30, 0.05, 2), deep(8, "sigmoid", 9, 0.1, 1)])
      deepEqual(
        (await found(body)).told.filter((each) => each.includes("vanishing")),
        [],
      );
  });

  const spike = (factor: number, more = "") => `${line}for (let epoch = 0; epoch < 30; epoch++) {
  const loss = w.mul(x).sub(y).pow(2).mean().mul(epoch === 25 ? ${factor} : 1);
  loss.backward();
  ${more}
  noGrad(() => w.sub_(w.grad!.mul(0.00001)));
  w.grad = null;
}`;

  it("exploding: more than a thousand times the median of twenty", async () => {
    const run = await found(spike(1100));
    const finding = only(run, "exploding");
    match(
      finding.cause,
      /^The norm of all gradients rose to .* in this epoch, 109\d times the median of the 20 before\.$/,
    );
    match(where(run, finding), /^epoch 25 · w\.grad \+= .* · w · line 8$/);
  });

  it("exploding: silent below a thousand, where it is clipped, and in noise after converging", async () => {
    deepEqual((await found(spike(900))).told, []);
    deepEqual(
      (await found(spike(1100, "noGrad(() => w.grad!.clamp_({ min: -1, max: 1 }));"))).told.filter((each) =>
        each.includes("exploding"),
      ),
      [],
    );
    const hinge = await found(`${line}for (let epoch = 0; epoch < 40; epoch++) {
  const far = epoch === 35 ? 1 : 1e-6;
  const loss = epoch === 0 ? lossOf() : w.sub(w.detach()).add(far).pow(2);
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.001)));
  w.grad = null;
}`);
    deepEqual(
      hinge.told.filter((each) => each.includes("exploding")),
      [],
    );
  });

  const slow = (lr: number, epochs: number, change = "") => `${line}for (let epoch = 0; epoch < ${epochs}; epoch++) {
  const loss = lossOf();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(${lr})));
  w.grad = null;
  ${change}
}`;

  it("not moving: a loss that stands while its gradient does not get small", async () => {
    const run = await found(slow(1e-8, 25));
    const finding = only(run, "not-moving");
    match(
      finding.cause,
      /^loss changed by less than 0\.0001 of itself in the last 20 epochs, though the gradient is not small: its norm is 30\.$/,
    );
    match(finding.remedy, /learning rate/);
    const never = await found(`${line}const optimizer = new optim.SGD([w], { lr: 0.1 });
for (let epoch = 0; epoch < 25; epoch++) {
  optimizer.zeroGrad();
  lossOf().backward();
}`);
    match(only(never, "not-moving").cause, /and no weight changed/);
  });

  it("not moving: silent a little above the threshold, in the first twenty, and once converged, which is said", async () => {
    deepEqual((await found(slow(1e-6, 25))).told, []);
    deepEqual((await found(slow(1e-8, 20))).told, []);
    const done = await found(`${line}const off = tensor([0.1, -0.1, 0.2, 0]);
for (let epoch = 0; epoch < 80; epoch++) {
  const loss = w.mul(x).sub(y).add(off).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.05)));
  w.grad = null;
}`);
    deepEqual(done.told, []);
    match(only(done, "converged").cause, /and the gradient is small/);
  });
});
