// micrograd (Karpathy) read from its 94 lines of Python: one object a scalar, closures for the gradients.
import { measure, numbers } from "./measure.mjs";

class Value {
  grad = 0;
  backwardOnce = () => {};

  constructor(data, children = []) {
    this.data = data;
    this.children = new Set(children);
  }

  add(other) {
    const out = new Value(this.data + other.data, [this, other]);
    out.backwardOnce = () => {
      this.grad += out.grad;
      other.grad += out.grad;
    };
    return out;
  }

  mul(other) {
    const out = new Value(this.data * other.data, [this, other]);
    out.backwardOnce = () => {
      this.grad += other.data * out.grad;
      other.grad += this.data * out.grad;
    };
    return out;
  }

  relu() {
    const out = new Value(this.data < 0 ? 0 : this.data, [this]);
    out.backwardOnce = () => {
      this.grad += (out.data > 0 ? 1 : 0) * out.grad;
    };
    return out;
  }

  backward() {
    const order = [];
    const visited = new Set();
    const build = (value) => {
      if (visited.has(value)) return;
      visited.add(value);
      for (const child of value.children) build(child);
      order.push(value);
    };
    build(this);
    this.grad = 1;
    for (const value of order.reverse()) value.backwardOnce();
  }
}

const sizes = [2, 16, 16, 1];
const layers = sizes.slice(1).map((out, k) =>
  Array.from({ length: out }, () => ({
    w: numbers(sizes[k]).map((v) => new Value(v)),
    b: new Value(0),
    bends: k < 2,
  })),
);
const parameters = layers.flat().flatMap(({ w, b }) => [...w, b]);
const points = Array.from({ length: 100 }, (_, i) => ({
  x: numbers(2).map((v) => new Value(v)),
  label: i % 2 ? 1 : -1,
}));

await measure(
  "scalar",
  () => {
    let total = new Value(0);
    for (const { x, label } of points) {
      let h = x;
      for (const layer of layers)
        h = layer.map(({ w, b, bends }) => {
          const sum = w.reduce((s, weight, i) => s.add(weight.mul(h[i])), b);
          return bends ? sum.relu() : sum;
        });
      total = total.add(h[0].mul(new Value(-label)).add(new Value(1)).relu());
    }
    let decay = new Value(0);
    for (const p of parameters) decay = decay.add(p.mul(p));
    const loss = total.mul(new Value(1 / points.length)).add(decay.mul(new Value(1e-4)));
    for (const p of parameters) p.grad = 0;
    loss.backward();
    for (const p of parameters) p.data -= 0.5 * p.grad;
  },
  { warm: 1, seconds: 3 },
);
