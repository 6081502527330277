import { readFileSync } from "node:fs";

/** A scalar network of two inputs, three layers and one output, of about so many nodes. */
export function network(width: number): string {
  return `import { manualSeed, randn, tensor, type Tensor } from "backstep";
manualSeed(1);
const sizes = [2, ${width}, ${width}, 1];
const parameter = () => tensor(randn(1).item() as number, { requiresGrad: true });
const layers = sizes.slice(1).map((n, l) => Array.from({ length: n }, () => Array.from({ length: sizes[l]! + 1 }, parameter)));
const inputs = [tensor(0.5), tensor(-1)];
for (let epoch = 0; epoch < 3; epoch++) {
  let x: Tensor[] = inputs;
  for (const layer of layers) {
    const given = x;
    x = layer.map((ws) => given.reduce((total, xi, i) => total.add(ws[i]!.mul(xi)), ws[given.length]!).tanh());
  }
  const loss = x[0]!.sub(1).pow(2);
  loss.backward();
  for (const w of layers.flat(2)) w.grad = null;
}
`;
}

/** Micrograd's demo on so many points, three epochs: some 660 nodes for each point. */
export function micrograd(points: number): string {
  return readFileSync("test/bench/workloads/scalar.ts", "utf8")
    .replace("{ length: 100 }", `{ length: ${points} }`)
    .replace("warm = 6", "warm = 0")
    .replace("steps = 30", "steps = 3");
}

/** A training step of twelve layers of attention. */
export function transformer(): string {
  return readFileSync("examples/transformer-step.ts", "utf8");
}
