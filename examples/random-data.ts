// A line through a hundred noisy points: two parameters at once, and a matrix product for the prediction.
import { manualSeed, nn, noGrad, ones, rand, slice, tensor, type Tensor } from "backstep";

manualSeed(0);
const n = 100;

// Column 0 is x, column 1 is all ones, so that the second parameter becomes the intercept.
const x = ones([n, 2]);
x.at(slice(), 0).uniform_(-1, 1);
console.log(x.at(slice(0, 5)));

const truth = tensor([3, 2]);
console.log(truth);
const y = x.matmul(truth).add(rand([n])); // the noise lies between 0 and 1, which lifts the intercept by 0.5

function mse(y: Tensor, yHat: Tensor) {
  return y.sub(yHat).pow(2).mean();
}

const guess = tensor([1, 1]);
console.log(mse(y, x.matmul(guess)));

const a = new nn.Parameter(guess); // a tensor that asks for gradients
console.log(a);

const learningRate = 0.1;

function update(epoch: number) {
  const yHat = x.matmul(a);
  const loss = mse(y, yHat);
  if (epoch % 10 === 0) console.log(loss);

  loss.backward();

  noGrad(() => {
    a.sub_(a.grad!.mul(learningRate));
    a.grad!.zero_();
  });
}

for (let epoch = 0; epoch < 100; epoch++) update(epoch);
