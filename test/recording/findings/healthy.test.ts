import { deepEqual, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { found, line } from "./found";

/** Examples that are there to have something found in them, and what. */
const meant: Readonly<Record<string, readonly string[]>> = {
  "forgotten-zero.ts": ["error not-zeroed: w.grad was not zeroed"],
  "nan.ts": ["error not-finite: loss is NaN"],
};

const healthy: Readonly<Record<string, string>> = {
  "three classes, momentum, batches and an evaluation after each epoch": `import { manualSeed, nn, noGrad, optim, randn, tensor } from "backstep";
manualSeed(2);
const x = randn([60, 2]);
const labels = tensor(Array.from({ length: 60 }, (_, k) => (x.at(k, 0).item() > 0 ? 1 : x.at(k, 1).item() > 0 ? 2 : 0)), { dtype: "int64" });
const net = new nn.Sequential(new nn.Linear(2, 16), new nn.Tanh(), new nn.Linear(16, 3));
const optimizer = new optim.SGD(net.parameters(), { lr: 0.1, momentum: 0.9 });
const lossOf = nn.functional.crossEntropy;
for (let epoch = 0; epoch < 12; epoch++) {
  for (let batch = 0; batch < 3; batch++) {
    const index = tensor(Array.from({ length: 20 }, (_, k) => 3 * k + batch), { dtype: "int64" });
    optimizer.zeroGrad();
    const loss = lossOf(net(x.indexSelect(0, index)), labels.indexSelect(0, index));
    loss.backward();
    optimizer.step();
  }
  net.eval();
  noGrad(() => console.log(net(x).argmax(1).eq(labels).sum().item()));
  net.train();
}`,
  "Adam on a small loss from the first epoch on": `${line}const near = tensor(1.999, { requiresGrad: true });
const optimizer = new optim.Adam([near], { lr: 1e-5 });
for (let epoch = 0; epoch < 60; epoch++) {
  optimizer.zeroGrad();
  near.mul(x).sub(y).pow(2).mean().backward();
  optimizer.step();
}`,
  "gradients of four batches for one update, clipped": `${line}const optimizer = new optim.SGD([w], { lr: 0.01 });
for (let batch = 0; batch < 40; batch++) {
  lossOf().div(4).backward();
  if (batch % 4 < 3) continue;
  nn.utils.clipGradNorm_([w], 1);
  optimizer.step();
  optimizer.zeroGrad();
}`,
  "a perceptron, whose gradient is nothing where it is right": `import { manualSeed, noGrad, randn, tensor } from "backstep";
manualSeed(4);
const w = tensor([0.1, 0.1], { requiresGrad: true });
for (let step = 0; step < 80; step++) {
  const x = randn([2]);
  const side = x.at(0).item() > x.at(1).item() ? 1 : -1;
  const loss = w.mul(x).sum().mul(-side).relu();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.1)));
  w.grad = null;
}`,
  "a meta step: gradients of gradients": `${line}for (let epoch = 0; epoch < 5; epoch++) {
  const loss = lossOf();
  loss.backward({ createGraph: true });
  const g = w.grad!;
  w.grad = null;
  g.pow(2).mul(1e-4).backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad = null;
}`,
  "a layer that is held still, an average of the weights beside": `import { manualSeed, nn, noGrad, optim, randn } from "backstep";
manualSeed(2);
const [body, head] = [new nn.Linear(3, 3), new nn.Linear(3, 1)];
for (const p of body.parameters()) p.requiresGrad = false;
const average = noGrad(() => head.weight.clone());
const optimizer = new optim.SGD([...body.parameters(), ...head.parameters()], { lr: 0.05 });
const x = randn([16, 3]);
for (let epoch = 0; epoch < 15; epoch++) {
  optimizer.zeroGrad();
  head(body(x)).sub(1).pow(2).mean().backward();
  optimizer.step();
  noGrad(() => average.mul_(0.9).add_(head.weight, { alpha: 0.1 }));
}`,
  "weights that are new leaves in every turn": `const x = tensor([1, 2, 3, 4]);
let w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 10; epoch++) {
  const loss = w.mul(x).sub(2).pow(2).mean();
  loss.backward();
  w = w.detach().sub(w.grad!.mul(0.01)).requiresGrad_();
}`,
};

describe("findings: none where nothing is wrong", function () {
  this.timeout(120_000);

  for (const name of readdirSync("examples").filter((each) => each.endsWith(".ts")))
    it(`examples/${name}`, async () => {
      deepEqual((await found(readFileSync(`examples/${name}`, "utf8"))).told, meant[name] ?? []);
    });

  for (const [name, body] of Object.entries(healthy))
    it(name, async () => {
      const run = await found(body);
      ok(run.outline.iterations > 1, run.printed.join("\n"));
      deepEqual(run.told, []);
    });
});
