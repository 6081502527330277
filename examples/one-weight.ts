// The smallest thing that learns: one weight, one sample, three operations.
// Run it with "Backstep: Run gradient descent", then walk through it with the arrow keys.
import { format, noGrad, tensor } from "backstep";

const x = tensor(2); // what goes in
const target = tensor(6); // what should come out, so the best weight is 3
const w = tensor(1, { requiresGrad: true }); // the weight we look for; 1 is only a first guess

for (let epoch = 1; epoch <= 12; epoch++) {
  // Forward: from the weight to the loss, which says how wrong we are.
  const y = w.mul(x);
  const error = y.sub(target);
  const loss = error.pow(2);

  // Backward: from the loss to the weight, by the chain rule. It leaves dloss/dw in w.grad.
  loss.backward();

  // Update: a small step downhill. It is not part of the formula, so no gradient is tracked here.
  noGrad(() => w.sub_(w.grad!.mul(0.05)));
  console.log(`epoch ${epoch}: w = ${format(w, 4)}, loss = ${format(loss, 4)}, gradient = ${format(w.grad!, 4)}`);

  // The next backward would add to this gradient, so forget it.
  w.grad = null;
}
