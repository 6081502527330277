// js-pytorch with its own modules and optimizer.
import { measure, numbers, peer, rows } from "./measure.mjs";

const { torch } = await peer("js-pytorch/dist/index.mjs");
const { nn, optim } = torch;

// It does not broadcast a scalar over a vector: the same regression as a product of matrices.
const w = torch.tensor([[0]], true);
const [x, y] = [torch.tensor([[1], [2], [3], [4]]), torch.tensor([[2], [4], [6], [8]])];
await measure("regression", () => {
  const d = x.matmul(w).sub(y);
  d.mul(d).mean(0).backward();
  w._data = [[w._data[0][0] - 0.01 * w._grad._data[0][0]]];
  w.zero_grad();
});

class Small extends nn.Module {
  constructor() {
    super();
    this.a = new nn.Linear(2, 16);
    this.b = new nn.Linear(16, 16);
    this.c = new nn.Linear(16, 1);
    this.act = new nn.ReLU();
  }
  forward(x) {
    return this.c.forward(this.act.forward(this.b.forward(this.act.forward(this.a.forward(x)))));
  }
}
const model = new Small();
const loss = new nn.MSELoss();
const adam = new optim.Adam(model.parameters(), 0.01);
const [points, labels] = [torch.tensor(rows(100, 2)), torch.tensor(numbers(100).map((v) => [v]))];
await measure("mlp", () => {
  loss.forward(model.forward(points), labels).backward();
  adam.step();
  adam.zero_grad();
});
