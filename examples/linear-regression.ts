// The model as a class: a Module holds its layers, and the optimizer takes all of its parameters.
import { format, manualSeed, nn, optim, tensor, type Tensor } from "backstep";

manualSeed(0); // the layer starts with random numbers; with a seed they are the same in every run

// One row for each sample, one column for each feature.
const X = tensor([[1], [2], [3], [4]]);
const Y = tensor([[2], [4], [6], [8]]);
const xTest = tensor([5]);
const smallEnough = 1e-9;

class LinearRegression extends nn.Module {
  lin: nn.Linear;

  constructor(inputs: number, outputs: number) {
    super();
    this.lin = new nn.Linear(inputs, outputs);
  }

  forward(x: Tensor) {
    return this.lin(x);
  }
}

const model = new LinearRegression(1, 1);

// Training
console.log(`Prediction before training: f(5) = ${format(model(xTest).item(), 3)}`);

const epochs = 100;
const loss = new nn.MSELoss();
const optimizer = new optim.SGD(model.parameters(), { lr: 0.01 });

for (let epoch = 0; epoch < epochs; epoch++) {
  const yPred = model(X);
  const l = loss(Y, yPred);

  l.backward();

  optimizer.step();
  optimizer.zeroGrad();

  if (epoch % 10 === 0) {
    console.log(`epoch ${epoch + 1}: w = ${format(model.lin.weight.item(), 3)}, loss = ${format(l, 8)}`);
  }
  if (l.item() < smallEnough) break;
}

// The same question again; the notebook says "before" here too.
console.log(`Prediction before training: f(5) = ${format(model(xTest).item(), 3)}`);
