import { noGrad, type Tensor, tensor } from "../../src/engine/index";
import { type Observer, setObserver } from "../../src/engine/observer";

/** micrograd's demo: a 2-16-16-1 network of 0-d tensors on 100 points, hinge loss and weight decay. */
interface Neuron {
  readonly weights: readonly Tensor[];
  readonly bias: Tensor;
  readonly bends: boolean;
}

let state = 1337;

/** A small linear congruential generator, so that runs compare. */
function random(): number {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
}

function layer(inputs: number, outputs: number, bends: boolean): Neuron[] {
  const weight = () => tensor(random() * 2 - 1, { requiresGrad: true });
  return Array.from({ length: outputs }, () => ({
    weights: Array.from({ length: inputs }, weight),
    bias: tensor(0, { requiresGrad: true }),
    bends,
  }));
}

function activate(neuron: Neuron, inputs: readonly Tensor[]): Tensor {
  let sum = neuron.bias;
  neuron.weights.forEach((weight, k) => {
    const input = inputs[k];
    if (input !== undefined) sum = sum.add(weight.mul(input));
  });
  return neuron.bends ? sum.relu() : sum;
}

const layers = [layer(2, 16, true), layer(16, 16, true), layer(16, 1, false)];
const parameters = layers.flat().flatMap(({ weights, bias }) => [...weights, bias]);
const points = Array.from({ length: 100 }, (_, i) => {
  const angle = random() * Math.PI;
  const upper = i % 2 === 0;
  const x = upper ? Math.cos(angle) : 1 - Math.cos(angle);
  const y = upper ? Math.sin(angle) : 0.5 - Math.sin(angle);
  return { inputs: [tensor(x + random() * 0.1), tensor(y + random() * 0.1)], label: upper ? 1 : -1 };
});

let nodes = 0;

function loss(): Tensor {
  const scores = points.map(({ inputs }) =>
    layers.reduce<readonly Tensor[]>((x, neurons) => neurons.map((n) => activate(n, x)), inputs),
  );
  let total = tensor(0);
  scores.forEach(([score], k) => {
    const label = points[k]?.label ?? 0;
    if (score !== undefined) total = total.add(score.mul(-label).add(1).relu());
  });
  let decay = tensor(0);
  for (const parameter of parameters) decay = decay.add(parameter.mul(parameter));
  return total.mul(1 / points.length).add(decay.mul(1e-4));
}

function step(): number {
  for (const parameter of parameters) parameter.grad = null;
  const value = loss();
  value.backward();
  noGrad(() => {
    for (const parameter of parameters) if (parameter.grad !== null) parameter.sub_(parameter.grad, { alpha: 0.5 });
  });
  return value.item();
}

function ignore(): void {
  nodes++;
}

const idle: Observer = {
  created: () => {},
  forward: ignore,
  scalar: ignore,
  scalarRule: () => {},
  updated: () => {},
  opened: () => {},
  closed: () => {},
  backwardBegan: () => {},
  backwardEnded: () => {},
  rule: () => {},
  accumulated: () => {},
  gradientSet: () => {},
  gradModeChanged: () => {},
  moduleEntered: () => {},
  moduleLeft: () => {},
  named: () => {},
  optimizerBegan: () => {},
  optimizerEnded: () => {},
  passedOver: () => {},
  stateful: () => {},
};

function rate(observer: Observer | null): { stepsPerSecond: number; last: number } {
  setObserver(observer);
  for (let i = 0; i < 5; i++) step();
  const started = process.cpuUsage();
  let last = 0;
  const steps = 30;
  for (let i = 0; i < steps; i++) last = step();
  const { user, system } = process.cpuUsage(started);
  setObserver(null);
  return { stepsPerSecond: steps / ((user + system) / 1e6), last };
}

const alone = rate(null);
nodes = 0;
const observed = rate(idle);
console.log(`scalar MLP 2-16-16-1, 100 points: ${Math.round(nodes / 35)} ops a step`);
console.log(`not observed: ${alone.stepsPerSecond.toFixed(1)} steps per CPU second (loss ${alone.last.toFixed(4)})`);
console.log(
  `with an idle observer: ${observed.stepsPerSecond.toFixed(1)} steps per CPU second (loss ${observed.last.toFixed(4)})`,
);
