// jax-js on WebAssembly, each step compiled by jit. Arrays are used up by what reads them, hence `.ref`.
import { measure, peer, rows } from "./measure.mjs";

const { defaultDevice, init, jit, numpy: np, tree, valueAndGrad } = await peer("@jax-js/jax/dist/index.js");
await init("wasm");
defaultDevice("wasm");

async function train(name, start, loss, rate, x, y) {
  const step = jit((w, x, y) => {
    const [value, grads] = valueAndGrad(loss)(tree.ref(w), x, y);
    return [value, tree.map((p, g) => p.sub(g.mul(rate)), w, grads)];
  });
  let weights = start;
  await measure(name, () => {
    const [value, next] = step(weights, x.ref, y.ref);
    weights = next;
    value.dataSync();
  });
}

const scalar = { w: np.array(0) };
const regression = ({ w }, x, y) => np.square(w.mul(x).sub(y)).mean();
await train("regression", scalar, regression, 0.01, np.array([1, 2, 3, 4]), np.array([2, 4, 6, 8]));

function network(sizes) {
  return Object.fromEntries(
    sizes.slice(1).flatMap((out, k) => [
      [`w${k}`, np.array(rows(sizes[k], out, 1 / Math.sqrt(sizes[k])))],
      [`b${k}`, np.zeros([out])],
    ]),
  );
}

const small = (p, x, y) => {
  const h = np.tanh(np.matmul(x, p.w0).add(p.b0));
  const k = np.tanh(np.matmul(h, p.w1).add(p.b1));
  return np.square(np.matmul(k, p.w2).add(p.b2).sub(y)).mean();
};
await train("mlp", network([2, 16, 16, 1]), small, 0.1, np.array(rows(100, 2)), np.array(rows(100, 1)));

const large = (p, x, y) => {
  const h = np.maximum(np.matmul(x, p.w0).add(p.b0), 0);
  return np.square(np.matmul(h, p.w1).add(p.b1).sub(y)).mean();
};
await train("large", network([784, 128, 10]), large, 0.01, np.array(rows(64, 784)), np.array(rows(64, 10)));

const [a, b] = [np.array(rows(512, 512)), np.array(rows(512, 512))];
const product = jit((x, y) => np.matmul(x, y));
await measure("matmul", () => void product(a.ref, b.ref).dataSync());
