import { deepEqual, equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type Lap, lapOf, sizeOf } from "../../src/recording/course";
import { graphOf } from "../../src/recording/graph";
import { iteration, recorded, type Recorded } from "./recorded";

/** The laps of a node of the first iteration. */
function lapsOf({ recording, outline }: Recorded, label: string, element: number | null = null): Lap[] {
  const first = iteration(outline, 0);
  const node = graphOf(recording, first).graph.nodes.findIndex((each) => each.label === label);
  ok(node >= 0, label);
  return Array.from({ length: outline.iterations }, (_, k) =>
    lapOf(recording, first, node, element, iteration(outline, k)),
  );
}

const numbers = (laps: readonly Lap[], of: keyof Lap): (number | null)[] => laps.map((lap) => lap[of]);

describe("the course of a node", function () {
  this.timeout(60_000);

  it("is what the series of the run are, wherever there is one", async () => {
    for (const name of ["autograd", "linear-regression", "fitted-line", "hand-written-gradient"]) {
      const run = await recorded(readFileSync(`examples/${name}.ts`, "utf8"));
      let compared = 0;
      for (const series of run.outline.series) {
        // A gradient by hand is a variable of its own.
        if (series.kind === "gradient" && name === "hand-written-gradient") continue;
        const laps = lapsOf(run, series.name);
        deepEqual(numbers(laps, series.kind === "gradient" ? "gradient" : "value"), series.values, series.name);
        compared++;
      }
      ok(compared > 1, name);
    }
  });

  const matrix = `import { noGrad, tensor } from "backstep";
const x = tensor([[1, 2], [3, 4]]);
const w = tensor([[3, 0], [0, 4]], { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const y = w.mul(x);
  const loss = y.sum();
  loss.backward();
  noGrad(() => w.sub_(w.grad!));
  w.grad = null;
}`;

  it("is of one element, or the norms of all", async () => {
    const run = await recorded(matrix);
    const corner = lapsOf(run, "w", 3);
    deepEqual(numbers(corner, "value"), [0, -4, -8]);
    deepEqual(numbers(corner, "gradient"), [4, 4, 4]);
    deepEqual(numbers(corner, "update"), [-4, -4, -4]);
    const all = lapsOf(run, "w");
    equal(all[0]?.value, Math.hypot(2, 2, 3));
    equal(all[0].gradient, Math.sqrt(1 + 4 + 9 + 16));
    equal(all[0].update, Math.sqrt(1 + 4 + 9 + 16));
    deepEqual(numbers(lapsOf(run, "y", 0), "value"), [3, 2, 1]);
    deepEqual(numbers(lapsOf(run, "y", 0), "gradient"), [1, 1, 1]);
    deepEqual(numbers(lapsOf(run, "y", 0), "update"), [null, null, null], "only leaves are updated");
  });

  it("follows the node into iterations with another graph, and has nothing where there is none", async () => {
    const run = await recorded(`import { noGrad, tensor } from "backstep";
const w = tensor(2, { requiresGrad: true });
for (let epoch = 0; epoch < 4; epoch++) {
  const y = w.mul(3);
  const extra = epoch % 2 === 0 ? y.add(1) : null;
  const loss = (extra ?? y).pow(2);
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0)));
  w.grad = null;
}`);
    deepEqual(numbers(lapsOf(run, "extra"), "value"), [7, null, 7, null]);
    deepEqual(numbers(lapsOf(run, "w"), "gradient"), [42, 36, 42, 36]);
  });

  it("has the norm of what was kept as statistics, and no element of it", async () => {
    const run = await recorded(`import { ones } from "backstep";
const w = ones(10000, { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) w.mul(2).sum().backward();`);
    deepEqual(numbers(lapsOf(run, "w"), "value"), [100, 100]);
    deepEqual(numbers(lapsOf(run, "w", 3), "value"), [null, null]);
    deepEqual(numbers(lapsOf(run, "w"), "gradient"), [200, 400]);
  });

  it("knows a NaN", () => {
    ok(Number.isNaN(sizeOf({ shape: [2], dtype: "float32", data: [1, NaN] }, null)));
    equal(sizeOf({ shape: [2], dtype: "float32", data: [1, NaN] }, 0), 1);
    equal(sizeOf(null, null), null);
  });
});
