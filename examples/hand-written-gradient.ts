// Gradient descent with a derivative worked out on paper. The weight is a plain number; no autograd yet.
import { format, tensor, type Tensor } from "backstep";

const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]); // y = 2x, so w should become 2
let w = 0;

function forward(x: Tensor) {
  return x.mul(w);
}

function loss(y: Tensor, yPred: Tensor) {
  return yPred.sub(y).pow(2).mean();
}

// The mean of (w·x − y)² changes with w at the rate mean(2x·(w·x − y)).
// But dot() has already added up the four samples, and the mean of that one number is the number itself:
// this gradient is four times too steep. It still finds w, as if the learning rate were 0.04. Compare autograd.ts.
function gradient(x: Tensor, y: Tensor, yPred: Tensor) {
  return x.mul(2).dot(yPred.sub(y)).mean();
}

console.log(`Prediction before training: f(5) = ${format(w * 5, 3)}`);

const learningRate = 0.01;
const epochs = 20;

for (let epoch = 0; epoch < epochs; epoch++) {
  const yPred = forward(X);
  const l = loss(Y, yPred);
  const dw = gradient(X, Y, yPred).item();
  w -= learningRate * dw;

  if (epoch % 2 === 0) {
    console.log(`epoch ${epoch + 1}: w = ${format(w, 3)}, loss = ${format(l, 8)}`);
  }
}

console.log(`Prediction after training: f(5) = ${format(w * 5, 3)}`);
