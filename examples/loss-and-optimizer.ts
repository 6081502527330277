// The loss and the update rule as ready-made parts: nn.MSELoss and optim.SGD.
import { format, nn, optim, tensor, type Tensor } from "backstep";

const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]);
const smallEnough = 1e-9;

const w = tensor(0, { requiresGrad: true });

function forward(x: Tensor) {
  return w.mul(x);
}

console.log(`Prediction before training: f(5) = ${format(forward(tensor(5)), 3)}`);

const epochs = 100;
const loss = new nn.MSELoss();
const optimizer = new optim.SGD([w], { lr: 0.01 });

for (let epoch = 0; epoch < epochs; epoch++) {
  const yPred = forward(X);
  const l = loss(Y, yPred);

  l.backward();

  optimizer.step(); // w ← w − lr · w.grad
  optimizer.zeroGrad();

  if (epoch % 10 === 0) {
    console.log(`epoch ${epoch + 1}: w = ${format(w, 6)}, loss = ${format(l, 8)}`);
  }
  if (l.item() < smallEnough) break;
}

// The same question again; the notebook says "before" here too.
console.log(`Prediction before training: f(5) = ${format(forward(tensor(5)), 3)}`);
