import { strict as assert } from "node:assert";
import { graphOf } from "../../src/recording/graph";
import { canonical } from "../../src/recording/canonical";
import { lawful } from "../support/lawful";
import { iteration, recorded, texts } from "./recorded";

const net = `
class Net extends nn.Module {
  lin: nn.Linear;
  constructor() {
    super();
    this.lin = new nn.Linear(1, 1);
  }
  forward(x: Tensor): Tensor {
    return this.lin(x);
  }
}
`;

/** A GAN's two models have the same parts. */
const gan = `${net}
const G = new Net();
const D = new Net();
const optD = new optim.SGD(D.parameters(), { lr: 0.1 });
const optG = new optim.SGD(G.parameters(), { lr: 0.1 });
for (let epoch = 0; epoch < 3; epoch++) {
  const z = tensor([[0.5]]);
  optD.zeroGrad();
  const lossD = D(G(z).detach()).pow(2).mean();
  lossD.backward();
  optD.step();
  optG.zeroGrad();
  const lossG = D(G(z)).sub(1).pow(2).mean();
  lossG.backward();
  optG.step();
}`;

async function leaves(body: string, index = 1): Promise<string[]> {
  const { recording, outline } = await recorded(body);
  lawful(recording);
  const { graph } = graphOf(recording, iteration(outline, index));
  return graph.nodes.filter(({ isParameter }) => isParameter).map(({ label }) => label);
}

describe("parameters of modules", () => {
  it("have their names in the very iteration that first calls their module", async () => {
    const late = `${net}
const model = new Net();
const x = tensor([[2]]);
for (let epoch = 0; epoch < 2; epoch++) {
  model(x).sum().backward();
  model.zeroGrad();
}`;
    assert.deepEqual(await leaves(late, 0), ["lin.weight", "lin.bias"]);
    assert.deepEqual(await leaves(late, 1), ["lin.weight", "lin.bias"]);
  });

  it("that two variables hold are told apart by the variable: a GAN", async () => {
    const run = await recorded(gan);
    for (const index of [0, 1, 2]) {
      const { graph } = graphOf(run.recording, iteration(run.outline, index));
      assert.deepEqual(
        graph.nodes
          .filter(({ isParameter }) => isParameter)
          .map(({ label }) => label)
          .filter((label, k, all) => all.indexOf(label) === k)
          .sort(),
        ["D.lin.bias", "D.lin.weight", "G.lin.bias", "G.lin.weight"],
      );
    }
    const names = run.outline.series.map(({ name, kind }) => `${kind} ${name}`);
    for (const weight of ["D.lin.weight", "G.lin.weight"])
      for (const kind of ["value", "gradient"]) assert.ok(names.includes(`${kind} ${weight}`), names.join());
    assert.ok(texts(run.recording, iteration(run.outline, 1)).some((text) => text.startsWith("D.lin.weight.grad += ")));
    assert.deepEqual(canonical(run.recording), canonical((await recorded(gan)).recording));
  });

  it("have their path alone where that is enough", async () => {
    const train = `
for (let epoch = 0; epoch < 2; epoch++) {
  const loss = model(tensor([[1]])).pow(2).mean();
  loss.backward();
  noGrad(() => { for (const p of model.parameters()) p.sub_(p.grad!.mul(0.1)); });
  model.zeroGrad();
}`;
    const own = ["lin.weight", "lin.bias"];
    assert.deepEqual(await leaves(`${net}const model = new Net();${train}`), own);
    assert.deepEqual(
      await leaves(`${net}function run() {\nconst model = new Net();${train}\n}\nrun();\nrun();`, 3),
      own,
    );
    assert.deepEqual(
      await leaves(`const model = new nn.Sequential(new nn.Linear(1, 2), new nn.Linear(2, 1));${train}`),
      ["0.weight", "0.bias", "1.weight", "1.bias"],
    );
  });

  it("of two models that a trainer holds are told apart by its fields", async () => {
    const labels = await leaves(`${net}
class Trainer {
  G = new Net();
  D = new Net();
  optimizer = new optim.SGD([...this.G.parameters(), ...this.D.parameters()], { lr: 0.1 });
  step() {
    const loss = this.D(this.G(tensor([[1]]))).pow(2).mean();
    this.optimizer.zeroGrad();
    loss.backward();
    this.optimizer.step();
  }
}
const trainer = new Trainer();
for (let epoch = 0; epoch < 2; epoch++) trainer.step();`);
    assert.deepEqual(labels, ["G.lin.weight", "G.lin.bias", "D.lin.weight", "D.lin.bias"]);
  });
});
