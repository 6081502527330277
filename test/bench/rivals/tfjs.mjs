// TensorFlow.js: `node tfjs.mjs wasm` or `cpu`. Gradients by variableGrads, updates by hand.
import { resolve } from "node:path";
import { measure, numbers, peer, rows } from "./measure.mjs";

const backend = process.argv[2] ?? "wasm";
const tf = await peer("@tensorflow/tfjs/dist/tf.node.js");
const { default: core } = tf;
const { add, matMul, mean, mul, relu, square, sub, tanh } = core;
if (backend === "wasm") {
  const { default: wasm } = await peer("@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.node.js");
  wasm.setWasmPaths(resolve("test/bench/peers/node_modules/@tensorflow/tfjs-backend-wasm/dist") + "/");
  wasm.setThreadsCount(1);
}
await core.setBackend(backend);
await core.ready();

function train(variables, loss, rate) {
  return () =>
    core.tidy(() => {
      const { value, grads } = core.variableGrads(loss, variables);
      for (const variable of variables) variable.assign(sub(variable, mul(grads[variable.name], rate)));
      value.dataSync();
    });
}

const w = core.variable(core.scalar(0));
const [x, y] = [core.tensor1d([1, 2, 3, 4]), core.tensor1d([2, 4, 6, 8])];
await measure(
  "regression",
  train([w], () => mean(square(sub(mul(w, x), y))), 0.01),
);

function network(sizes, act) {
  const layers = sizes.slice(1).map((out, k) => ({
    w: core.variable(core.tensor2d(rows(sizes[k], out, 1 / Math.sqrt(sizes[k])))),
    b: core.variable(core.zeros([out])),
  }));
  const forward = (input) =>
    layers.reduce((h, { w, b }, k) => {
      const z = add(matMul(h, w), b);
      return k < layers.length - 1 ? act(z) : z;
    }, input);
  return { variables: layers.flatMap(({ w, b }) => [w, b]), forward };
}

const small = network([2, 16, 16, 1], tanh);
const [points, labels] = [core.tensor2d(rows(100, 2)), core.tensor2d(rows(100, 1))];
await measure(
  "mlp",
  train(small.variables, () => mean(square(sub(small.forward(points), labels))), 0.1),
);

const large = network([784, 128, 10], relu);
const [images, digits] = [core.tensor2d(rows(64, 784)), core.tensor2d(rows(64, 10))];
await measure(
  "large",
  train(large.variables, () => mean(square(sub(large.forward(images), digits))), 0.01),
);

const [a, b] = [core.tensor2d(numbers(512 * 512), [512, 512]), core.tensor2d(numbers(512 * 512), [512, 512])];
await measure("matmul", () => core.tidy(() => void matMul(a, b).dataSync()));
