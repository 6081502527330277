import { noGrad, tensor } from "../../src/engine/index";

/** The autograd notebook's loop, engine alone: four forward ops, backward, update, zeroing. */
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);

function train(epochs: number): number {
  const w = tensor(0, { requiresGrad: true });
  for (let epoch = 0; epoch < epochs; epoch++) {
    const loss = x.mul(w).sub(y).pow(2).mean();
    loss.backward();
    const { grad } = w;
    if (grad === null) throw new Error("backward() gave no gradient");
    noGrad(() => w.sub_(grad.mul(0.01)));
    grad.zero_();
  }
  return w.item();
}

train(2000);
const epochs = 10_000;
const started = process.cpuUsage();
const w = train(epochs);
const { user, system } = process.cpuUsage(started);
const seconds = (user + system) / 1e6;
console.log(
  `regression, ${epochs} epochs, not observed: ${seconds.toFixed(3)} CPU seconds, ${Math.round(epochs / seconds)} epochs per CPU second (w = ${w})`,
);
