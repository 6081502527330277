// Big, deep and long: a chain and a fan-out of 100,000 ops, 10⁷ elements, and the heap before and after 10⁶ training steps.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { noGrad, optim, sub, type Tensor, tensor, zeros } from "../../src/engine/index";
import { figure } from "../support/figures";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that are still held after a full collection, in the heap and in buffers outside it. */
function held(): number {
  for (let i = 0; i < 3; i++) collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function seconds(run: () => void): number {
  const began = performance.now();
  run();
  return (performance.now() - began) / 1000;
}

function same(got: number | undefined, want: number): void {
  if (got !== want) throw new Error(`${got ?? "nothing"}, not ${want}`);
}

const many = 100_000;

/** By name, a leaf and the deep graph on it. */
const graphs: readonly (readonly [string, () => Tensor])[] = [
  ["0-d", () => tensor(1, { requiresGrad: true })],
  ["one element", () => tensor([1], { requiresGrad: true })],
];
for (const [name, leaf] of graphs) {
  figure(`a chain of ${many} ops, forward and backward, ${name}`, { under: 5, unit: "s" }, [
    seconds(() => {
      const x = leaf();
      let y = x.mul(1);
      for (let i = 0; i < many; i++) y = y.add(0.5);
      y.sum().backward();
      same(x.grad?.item(), 1);
    }),
  ]);
  figure(`a fan-out of ${many}, forward and backward, ${name}`, { under: 5, unit: "s" }, [
    seconds(() => {
      const x = leaf();
      const y = x.mul(1);
      let total = y;
      for (let i = 1; i < many; i++) total = total.add(y.mul(2));
      total.sum().backward();
      same(x.grad?.item(), 2 * many - 1);
    }),
  ]);
}

const elements = 10_000_000;
figure("10⁷ elements: mul, tanh, sum and their gradients", { under: 10, unit: "s" }, [
  seconds(() => {
    const x = zeros(elements, { requiresGrad: true });
    const y = x.mul(3).tanh().sum();
    y.backward();
    same(y.item(), 0);
    same(x.grad?.at(elements - 1).item(), 3);
  }),
]);

const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
const scalar = tensor(0, { requiresGrad: true });
const three = tensor(3);
const optimizer = new optim.Adam([w], { lr: 0.01 });

/** A step on a vector by Adam, and one on 0-d tensors by hand. */
function step(): void {
  optimizer.zeroGrad();
  sub(w.mul(X), Y).pow(2).mean().backward();
  optimizer.step();
  scalar.grad = null;
  scalar.mul(2).sub(three).pow(2).backward();
  noGrad(() => scalar.sub_(scalar.grad?.mul(0.01) ?? 0));
}

const steps = Number(process.env.BACKSTEP_STEPS ?? 1_000_000);
for (let i = 0; i < 20_000; i++) step();
const before = held();
const took = seconds(() => {
  for (let i = 0; i < steps; i++) step();
});
const grown = held() - before;
console.log(`${steps} steps took ${took.toFixed(0)} s; held before: ${(before / 2 ** 20).toFixed(2)} MB`);
figure(`what is held more after ${steps} steps`, { under: 256, unit: "KB" }, [grown / 1024]);
if (grown > 256 * 1024) process.exitCode = 1;
