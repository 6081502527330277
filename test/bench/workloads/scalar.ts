// micrograd's demo: a 2-16-16-1 network of 0-d tensors on 100 points, hinge loss and weight decay.
import { noGrad, tensor, type Tensor } from "backstep";
let state = 1337;
function random() {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}
class Neuron {
  readonly w: Tensor[];
  readonly b: Tensor;
  constructor(
    n: number,
    private readonly bends: boolean,
  ) {
    this.w = Array.from({ length: n }, () => tensor(random() * 2 - 1, { requiresGrad: true }));
    this.b = tensor(0, { requiresGrad: true });
  }
  call(x: Tensor[]): Tensor {
    let sum = this.b;
    for (let i = 0; i < x.length; i++) sum = sum.add(this.w[i]!.mul(x[i]!));
    return this.bends ? sum.relu() : sum;
  }
}
const sizes = [2, 16, 16, 1];
const layers = sizes.slice(1).map((n, i) => Array.from({ length: n }, () => new Neuron(sizes[i]!, i < 2)));
const parameters = layers.flat().flatMap((n) => [...n.w, n.b]);
const points = Array.from({ length: 100 }, (_, i) => {
  const angle = random() * Math.PI;
  const upper = i % 2 === 0;
  const px = upper ? Math.cos(angle) : 1 - Math.cos(angle);
  const py = upper ? Math.sin(angle) : 0.5 - Math.sin(angle);
  return { x: [tensor(px + random() * 0.1), tensor(py + random() * 0.1)], label: upper ? 1 : -1 };
});
function lossOf() {
  let total = tensor(0);
  for (const point of points) {
    let x = point.x;
    for (const layer of layers) x = layer.map((n) => n.call(x));
    total = total.add(x[0]!.mul(-point.label).add(1).relu());
  }
  let decay = tensor(0);
  for (const p of parameters) decay = decay.add(p.mul(p));
  return total.mul(1 / points.length).add(decay.mul(1e-4));
}
let began = process.threadCpuUsage();
const warm = 30;
const steps = 60;
for (let step = 0; step < warm + steps; step++) {
  if (step === warm) began = process.threadCpuUsage();
  const loss = lossOf();
  for (const p of parameters) p.grad = null;
  loss.backward();
  noGrad(() => {
    for (const p of parameters) p.sub_(p.grad!, { alpha: 0.5 });
  });
}
const { user, system } = process.threadCpuUsage(began);
console.log(JSON.stringify({ name: "scalar", rate: steps / ((user + system) / 1e6) }));
