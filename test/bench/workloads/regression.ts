// One parameter, four points, half a second to warm up and a second to measure; then a product of 512 × 512 matrices.
import { noGrad, randn, tensor } from "backstep";

function seconds(since: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(since);
  return (user + system) / 1e6;
}

const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
const warm = 80_000;
const epochs = 150_000;
let began = process.threadCpuUsage();
for (let epoch = 0; epoch < warm + epochs; epoch++) {
  if (epoch === warm) began = process.threadCpuUsage();
  const yPred = w.mul(x);
  const loss = yPred.sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}
console.log(JSON.stringify({ name: "regression", rate: epochs / seconds(began) }));

const [a, b] = [randn(512, 512), randn(512, 512)];
const products = (count: number): number => {
  const start = process.threadCpuUsage();
  let each = 0;
  while (each++ < count) a.matmul(b);
  return count / seconds(start);
};
products(20);
console.log(JSON.stringify({ name: "matmul", rate: products(100) }));
