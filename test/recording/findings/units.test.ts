import { deepEqual, equal, match } from "node:assert/strict";
import { found, only } from "./found";

const net = (
  samples: number,
  bias: number,
  epochs: number,
  fresh = false,
) => `import { manualSeed, nn, noGrad, optim, randn } from "backstep";
manualSeed(1);
const data = () => randn([${samples}, 3]);
const fixed = data();
const [first, second] = [new nn.Linear(3, 4), new nn.Linear(4, 1)];
noGrad(() => first.bias!.fill_(${bias}));
const optimizer = new optim.SGD([...first.parameters(), ...second.parameters()], { lr: 0.001 });
for (let epoch = 0; epoch < ${epochs}; epoch++) {
  const x = ${fresh ? "data()" : "fixed"};
  const hidden = first(x).relu();
  const loss = second(hidden).sub(1).pow(2).mean();
  loss.backward();
  optimizer.step();
  optimizer.zeroGrad();
}`;

const squashed = (
  scale: number,
  hidden: boolean,
  activation = "tanh",
) => `import { manualSeed, nn, noGrad, optim, randn } from "backstep";
manualSeed(1);
const x = randn([20, 3]);
const [first, second] = [new nn.Linear(3, 4), new nn.Linear(4, 4)];
noGrad(() => { first.weight.mul_(${scale}); second.weight.mul_(${scale}); });
const optimizer = new optim.SGD([...first.parameters(), ...second.parameters()], { lr: 0.001 });
for (let epoch = 0; epoch < 12; epoch++) {
  const h = ${hidden ? `second(first(x).${activation}())` : `second(first(x)).${activation}()`};
  const loss = h.sub(0.5).pow(2).mean();
  loss.backward();
  optimizer.step();
  optimizer.zeroGrad();
}`;

describe("findings: units that give nothing", function () {
  this.timeout(60_000);
  const dead = async (body: string) => (await found(body)).told.filter((each) => each.includes("dead-relu"));

  it("dead: a layer pushed below zero for all of a hundred samples and ten iterations", async () => {
    const run = await found(net(100, -50, 12));
    const finding = only(run, "dead-relu");
    equal(finding.severity, "warning");
    equal(finding.title, "4 of 4 units of hidden are dead");
    match(
      finding.cause,
      /^All of the 4 units of the ReLU in line 10 gave 0 for all of 100 samples over the last 10 epochs/,
    );
  });

  it("dead: silent with 99 samples, in nine iterations, and with units that live", async () => {
    deepEqual(await dead(net(99, -50, 12)), []);
    deepEqual(await dead(net(100, -50, 9)), []);
    deepEqual(await dead(net(100, 0, 12)), []);
  });

  it("dead: small batches count together when they differ, and once when they are the same", async () => {
    deepEqual(await dead(net(10, -50, 12, true)), ["warning dead-relu: 4 of 4 units of hidden are dead"]);
    deepEqual(await dead(net(10, -50, 40)), []);
  });

  it("saturated: a hidden tanh or sigmoid with nine tenths at its ends", async () => {
    const run = await found(squashed(200, true));
    const finding = only(run, "saturated");
    match(finding.cause, /^At least \d+ % of the tanh in line 8 lay beyond ±0\.99 in each of the last 10 epochs/);
    equal(
      (await found(squashed(400, true, "sigmoid"))).told.some((each) => each.includes("saturated")),
      true,
    );
  });

  it("saturated: silent for the last activation, and for one that is not at its ends", async () => {
    for (const body of [squashed(200, false), squashed(1, true), squashed(8, true)])
      deepEqual(
        (await found(body)).told.filter((each) => each.includes("saturated")),
        [],
      );
  });
});
