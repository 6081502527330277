// A loss that turns into NaN in the middle of training. Which step made it, and how did it get to the loss?
// Run it, look at Checks, and follow the red way from there. The last lines of this file say how to mend it.
import { format, noGrad, tensor } from "backstep";

const heads = tensor([1, 1, 1, 1]); // four throws of a coin, all of them heads
const p = tensor(0.5, { requiresGrad: true }); // the chance of heads, which we look for

for (let epoch = 0; epoch < 12; epoch++) {
  const chance = p.clamp({ min: 0, max: 1 });
  const right = chance.log().mul(heads);
  const wrong = chance.neg().add(1).log().mul(heads.neg().add(1));
  const loss = right.add(wrong).mean().neg(); // how surprising the throws are

  loss.backward();

  noGrad(() => p.sub_(p.grad!.mul(0.05)));
  p.grad = null;
  console.log(`epoch ${epoch}: p = ${format(p, 4)}, loss = ${format(loss, 4)}`);
}

// Once p is 1 the chance of tails is 0, log(0) is −∞, and −∞ · 0 is NaN, though no throw showed tails.
// A chance that stays off its ends has no such step: p.clamp({ min: 0.001, max: 0.999 }).
