// The same line through the same four points, with the derivative left to backward().
import { format, noGrad, tensor, type Tensor } from "backstep";

const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });

function forward(x: Tensor) {
  return w.mul(x);
}

function loss(y: Tensor, yPred: Tensor) {
  return yPred.sub(y).pow(2).mean();
}

console.log(`Prediction before training: f(5) = ${format(forward(tensor(5)), 3)}`);

const learningRate = 0.01;
const epochs = 20;

for (let epoch = 0; epoch < epochs; epoch++) {
  const yPred = forward(X);
  const l = loss(Y, yPred);

  l.backward(); // fills w.grad with dl/dw

  noGrad(() => w.sub_(w.grad!.mul(learningRate)));
  w.grad!.zero_();

  if (epoch % 2 === 0) {
    console.log(`epoch ${epoch + 1}: w = ${format(w, 3)}, loss = ${format(l, 8)}`);
  }
}

console.log(`Prediction after training: f(5) = ${format(forward(tensor(5)), 3)}`);
