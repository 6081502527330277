import { deepEqual, equal, ok } from "node:assert/strict";
import { recorded, told } from "./recorded";
import { stepsOf } from "../../src/recording/steps";
import { iteration } from "./recorded";
import { lawful } from "../support/lawful";

const program = `import { autograd, datasets, manualSeed, nn, optim, type Tensor, utils } from "backstep";

class Swish extends autograd.Function {
  static forward(ctx: autograd.Context, x: Tensor) {
    const s = x.sigmoid();
    ctx.saveForBackward(x, s);
    return x.mul(s);
  }
  static backward(ctx: autograd.Context, g: Tensor) {
    const [x, s] = ctx.savedTensors;
    return g.mul(s.add(x.mul(s).mul(s.rsub(1))));
  }
}

manualSeed(0);
const [x, y] = datasets.regression(8);
const loader = new utils.data.DataLoader(new utils.data.TensorDataset(x, y), { batchSize: 4, shuffle: true });
const model = new nn.Linear(1, 1);
const optimizer = new optim.Adam(model.parameters(), { lr: 0.1, amsgrad: true });
const scheduler = new optim.lrScheduler.StepLR(optimizer, 1, { gamma: 0.5 });
for (let epoch = 0; epoch < 2; epoch++) {
  for (const [xb, yb] of loader) {
    const loss = Swish.apply(model(xb)).sub(yb).square().mean();
    optimizer.zeroGrad();
    loss.backward();
    nn.utils.clipGradNorm_(model.parameters(), 1);
    optimizer.step();
  }
  scheduler.step();
}
`;

describe("a training program with a loader, a custom function, clipping, Adam and a schedule", () => {
  it("is a lawful recording with an update in each batch", async () => {
    const run = await recorded(program);
    lawful(run.recording);
    deepEqual(told(run), [
      "setup: setup",
      "epoch 0 · xb 1: forward backward(loss) update",
      "epoch 0 · xb 2: forward backward(loss) update",
      "epoch 1 · xb 1: forward backward(loss) update",
      "epoch 1 · xb 2: forward backward(loss) update",
    ]);
    const steps = stepsOf(run.recording, iteration(run.outline, 0)).steps.map(({ text }) => text);
    const from = (text: string) => steps.findIndex((each) => each.startsWith(text));
    ok(from("Swish(x)") > 0, "the custom function is one op");
    ok(from("∂L/∂x =") > from("∂L/∂Swish ="), "and has one rule");
    deepEqual(
      steps.slice(from("norm("), from("bias.grad ×=")).map((text) => text.replace(/ ×= .*/, " ×= …")),
      [
        "norm(weight.grad, p 2, dim [0, 1])",
        "norm(bias.grad, p 2, dim 0)",
        "stack(norm, norm, dim 0)",
        "norm(stack, p 2, dim 0)",
        "norm + 1e−6",
        "reciprocal(add)",
        "reciprocal × 1",
        "clamp(mul, max 1)",
        "weight.grad ×= …",
      ],
    );
    equal(from("weight.addcdiv_") - from("add_(tensor, 1)"), 13);
  });
});
