// The line through four points once more, with one line forgotten: it never settles. What is missing, and where?
// Run it, then look at Checks: backward() adds to w.grad, and nothing here ever empties it.
import { format, noGrad, tensor } from "backstep";

const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]); // y = 2x, so w should become 2
const w = tensor(0, { requiresGrad: true });

const learningRate = 0.01;
const epochs = 20;

for (let epoch = 0; epoch < epochs; epoch++) {
  const loss = w.mul(X).sub(Y).pow(2).mean();

  loss.backward(); // adds dloss/dw to what w.grad holds

  noGrad(() => w.sub_(w.grad!.mul(learningRate)));
  // w.grad!.zero_(); // the forgotten line: take the two slashes away, and run again

  if (epoch % 2 === 0) {
    console.log(`epoch ${epoch + 1}: w = ${format(w, 3)}, gradient = ${format(w.grad!, 3)}`);
  }
}
