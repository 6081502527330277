// Training that stops by itself once the loss is small enough.
import { format, noGrad, tensor, type Tensor } from "backstep";

const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]);
const smallEnough = 1e-9;

const w = tensor(0, { requiresGrad: true });

function forward(x: Tensor) {
  return w.mul(x);
}

function loss(y: Tensor, yPred: Tensor) {
  return y.sub(yPred).pow(2).mean();
}

console.log(`Prediction before training: f(5) = ${format(forward(tensor(5)), 3)}`);

const learningRate = 0.01;
const epochs = 100;

for (let epoch = 0; epoch < epochs; epoch++) {
  const yPred = forward(X);
  const l = loss(Y, yPred);

  l.backward();

  noGrad(() => w.sub_(w.grad!.mul(learningRate)));
  w.grad!.zero_();

  if (epoch % 10 === 0) {
    console.log(`epoch ${epoch + 1}: w = ${format(w, 6)}, loss = ${format(l, 8)}`);
  }
  if (l.item() < smallEnough) break;
}

// The same question again; the notebook says "before" here too.
console.log(`Prediction before training: f(5) = ${format(forward(tensor(5)), 3)}`);
