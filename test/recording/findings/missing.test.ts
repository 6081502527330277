import { deepEqual, equal, match } from "node:assert/strict";
import { found, line, only, where } from "./found";

const update = `noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad = null;`;

describe("findings: gradients that are null", function () {
  this.timeout(60_000);

  const told = async (body: string, fails = false) => {
    const run = await found(body, fails);
    deepEqual(
      run.told.map((each) => each.split(":")[0]),
      ["warning null-grad"],
      run.told.join(),
    );
    return { run, finding: only(run, "null-grad") };
  };

  it("not a leaf", async () => {
    const { run, finding } = await told(`${line}const yPred = w.mul(x);
const loss = yPred.sub(y).pow(2).mean();
loss.backward();
console.log(yPred.grad);`);
    equal(
      finding.cause,
      "yPred.grad is used here and is null, because yPred is no leaf: mul made it in line 6, and only leaves keep a gradient.",
    );
    equal(where(run, finding).split(" · ").at(-1), "line 9");
  });

  it("created without requiresGrad", async () => {
    const { finding } = await told(`${line}const b = tensor(1);
for (let epoch = 0; epoch < 3; epoch++) {
  w.mul(x).add(b).sub(y).pow(2).mean().backward();
  ${update}
  console.log(\`\${b.grad}\`);
}`);
    equal(finding.cause, "b.grad is used here and is null, because b was made in line 6 without requiresGrad.");
  });

  it("detached, cut by noGrad, cut by an op without slope, unused by the loss", async () => {
    const program = (use: string) => `${line}const b = tensor(1, { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const shift = ${use};
  const loss = w.mul(x).add(shift).sub(y).pow(2).mean();
  loss.backward();
  ${update}
  console.log(b.grad);
}`;
    match(
      (await told(program("b.mul(2).detach()"))).finding.cause,
      /because detach\(\) in line 8 cut it off from loss\.$/,
    );
    match(
      (await told(program("noGrad(() => b.mul(2))"))).finding.cause,
      /because mul in line 8 ran in noGrad, which cut it off from loss\.$/,
    );
    match(
      (await told(program("b.mul(2).gt(0)"))).finding.cause,
      /because gt in line 8 has no gradient, which cut it off from loss\.$/,
    );
    match((await told(program("b.item()"))).finding.cause, /because loss was computed without it\.$/);
  });

  it("gives the reason for a run that fails on it", async () => {
    const { run, finding } = await told(
      `${line}const b = tensor(1, { requiresGrad: true });
const loss = lossOf();
loss.backward();
noGrad(() => b.sub_(b.grad!.mul(0.1)));`,
      true,
    );
    equal(finding.title, "b.grad is null");
    equal(where(run, finding).split(" · ").at(-1), "line 9");
  });

  it("a parameter that every step of an optimizer passes over", async () => {
    const { run, finding } = await told(`${line}const b = tensor(1, { requiresGrad: true });
const optimizer = new optim.SGD([w, b], { lr: 0.01 });
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = lossOf();
  loss.backward();
  optimizer.step();
  optimizer.zeroGrad();
}`);
    equal(finding.cause, "b.grad is passed over by each step and is null, because loss was computed without it.");
    equal(where(run, finding).split(" · ").at(-1), "line 11");
  });

  it("is silent where null is only compared, before backward, after zeroing, and for parameters held still", async () => {
    const healthy = await found(`${line}const b = tensor(1);
const optimizer = new optim.SGD([w, b], { lr: 0.01 });
console.log(w.grad);
for (let epoch = 0; epoch < 3; epoch++) {
  if (w.grad !== null) w.grad.zero_();
  w.grad?.zero_();
  for (const p of [w, b]) if (p.grad) console.log("has one");
  const kept = b.grad;
  lossOf().add(b.mul(0)).backward();
  optimizer.step();
  optimizer.zeroGrad();
  console.log(w.grad, kept === null);
}
const late = lossOf();
console.log(w.grad);`);
    deepEqual(healthy.told, []);
  });

  it("is silent for a head that another loss trains", async () => {
    const healthy = await found(`${line}const b = tensor(1, { requiresGrad: true });
const optimizer = new optim.SGD([w, b], { lr: 0.001 });
for (let epoch = 0; epoch < 6; epoch++) {
  const loss = epoch % 2 === 0 ? lossOf() : b.mul(x).sub(y).pow(2).mean();
  loss.backward();
  optimizer.step();
  optimizer.zeroGrad();
}`);
    deepEqual(healthy.told, []);
  });
});
