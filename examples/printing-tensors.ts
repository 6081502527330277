// What a tensor looks like when it is printed: its values, and whether a gradient would flow through it.
import { noGrad, tensor, type Tensor } from "backstep";

const X = tensor([1, 2, 3, 4]);
const Y = tensor([3, 6, 9, 12]);
const W = tensor([0], { requiresGrad: true });

function forward(x: Tensor) {
  return W.mul(x);
}

function lossOf(y: Tensor, yPred: Tensor) {
  return y.sub(yPred).pow(2).mean();
}

const learningRate = 0.01;
const steps = 11;
let yPred = forward(X);

for (let i = 0; i < steps; i++) {
  console.log(`Weight before forward:${W}`);
  yPred = forward(X);
  const loss = lossOf(Y, yPred);

  loss.backward();
  console.log(W.grad);

  noGrad(() => W.sub_(W.grad!.mul(learningRate)));
  console.log(W);
  W.grad!.zero_();

  if (i % 2 === 0) {
    console.log(`Parameters at ${i} steps: \nPredictions=${yPred}, loss=${loss.item()}, updated weight=${W}`);
  }
}

console.log("\n");
console.log(`Comparing real and predicted values\n Y_true=${Y}\n Y_pred=${yPred}`);
