// A line finds its way through noisy points: open the Plots tab and press play, or drag the scrubber.
import { format, linspace, manualSeed, noGrad, plot, randn, tensor } from "backstep";

manualSeed(4);
const x = linspace(-2, 2, 24);
const y = x.mul(1.5).add(0.5).add(randn(24).mul(0.3)); // the line 1.5x + 0.5, and some noise
plot.scatter(x, y); // drawn once; it stays

const slope = tensor(-1, { requiresGrad: true }); // both begin quite wrong
const offset = tensor(2, { requiresGrad: true });

for (let epoch = 1; epoch <= 30; epoch++) {
  const yHat = x.mul(slope).add(offset);
  plot.line(x, yHat); // drawn anew in each epoch
  const loss = yHat.sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => {
    for (const weight of [slope, offset]) {
      weight.sub_(weight.grad!.mul(0.1));
      weight.grad = null;
    }
  });
  if (epoch % 10 === 0)
    console.log(`epoch ${epoch}: y = ${format(slope, 2)}x + ${format(offset, 2)}, loss = ${format(loss, 4)}`);
}
