// Data of whole numbers (int64), and again a gradient by hand, in double precision.
import { format, tensor, type Tensor } from "backstep";

const X = tensor([1, 2, 3, 4], { dtype: "int64" });
const Y = tensor([3, 6, 9, 12], { dtype: "int64" }); // y = 3x
let W = 0;

// Whole numbers times a fraction would give float32 here; NumPy would give float64, so ask for it.
function forward(x: Tensor) {
  return x.to("float64").mul(W);
}

function lossOf(y: Tensor, yPred: Tensor) {
  return y.sub(yPred).pow(2).mean();
}

function gradientOf(x: Tensor, y: Tensor, yPred: Tensor) {
  return x.mul(2).to("float64").dot(yPred.sub(y)).mean();
}

function list(values: Tensor, digits: number) {
  return `[${values
    .toArray()
    .map((value) => Number(format(value, digits)))
    .join(" ")}]`;
}

console.log(`Initialized Weight :${W}`);
console.log(`Predictions with this weight:${list(forward(X), 8)}`);

const learningRate = 0.01;
let yPred = forward(X);

for (let step = 0; step < 11; step++) {
  console.log(`Weight before forward:${W}`);
  yPred = forward(X);
  const loss = lossOf(Y, yPred);
  const gradient = gradientOf(X, Y, yPred).item();
  W = W - gradient * learningRate;
  console.log(
    `Parameters at ${step} steps: \nPredictions=${list(yPred, 8)}, loss=${format(loss, 3)}, updated weight=${format(W, 3)}`,
  );
}

console.log("\n");
console.log(`Comparing real and predicted values\n Y_true=${list(Y, 0)}\n Y_pred=${list(yPred, 3)}`);
