// Two networks of layers, trained by SGD: half a second to warm up and a second to measure, as the rivals have.
import { manualSeed, nn, optim, randn, type Tensor } from "backstep";

manualSeed(1);

function train(
  name: string,
  model: nn.Sequential,
  x: Tensor,
  y: Tensor,
  lr: number,
  warm: number,
  steps: number,
): void {
  const optimizer = new optim.SGD(model.parameters(), { lr });
  const criterion = new nn.MSELoss();
  let began = process.threadCpuUsage();
  for (let step = 0; step < warm + steps; step++) {
    if (step === warm) began = process.threadCpuUsage();
    const loss = criterion(model(x), y);
    optimizer.zeroGrad();
    loss.backward();
    optimizer.step();
  }
  const { user, system } = process.threadCpuUsage(began);
  console.log(JSON.stringify({ name, rate: steps / ((user + system) / 1e6) }));
}

const small = new nn.Sequential(
  new nn.Linear(2, 16),
  new nn.Tanh(),
  new nn.Linear(16, 16),
  new nn.Tanh(),
  new nn.Linear(16, 1),
);
train("mlp", small, randn(100, 2), randn(100, 1), 0.1, 4000, 7000);
const large = new nn.Sequential(new nn.Linear(784, 128), new nn.ReLU(), new nn.Linear(128, 10));
train("large", large, randn(64, 784), randn(64, 10), 0.01, 400, 800);
