import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { plot, tensor } from "../../src/engine/index";
import { plotsAt, plotsIn } from "../../src/recording/plots";
import { stepsOf } from "../../src/recording/steps";
import { lawful } from "../support/lawful";
import { iteration, recorded } from "./recorded";

const program = `import { plot, tensor } from "backstep";
const x = tensor([1, 2]);
const y = tensor([3, 5]);
plot.scatter(x, y);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 3; epoch++) {
  const yHat = w.mul(x).add(epoch);
  plot.line(x, yHat);
  const loss = yHat.sub(y).pow(2).sum();
  loss.backward();
  plot.image(tensor([[0, epoch], [1, 2]]));
  w.grad = null;
}`;

describe("plots", function () {
  this.timeout(60_000);

  it("are recorded where they were drawn, with what they showed then", async () => {
    const { recording, outline } = await recorded(program);
    const [setup] = outline.segments;
    assert.ok(setup);
    assert.deepEqual(
      plotsIn(recording, setup).map(({ kind, names, values }) => [
        kind,
        names,
        values.map((v) => Array.from(v!.data!)),
      ]),
      [
        [
          "scatter",
          ["x", "y"],
          [
            [1, 2],
            [3, 5],
          ],
        ],
      ],
    );
    const second = iteration(outline, 1);
    const [line, image] = plotsIn(recording, second);
    assert.deepEqual([line?.kind, line?.names], ["line", ["x", "yHat"]]);
    assert.deepEqual(Array.from(line!.values[1]!.data!), [1, 1]);
    assert.deepEqual([image?.kind, Array.from(image!.values[0]!.data!)], ["image", [0, 1, 1, 2]]);
    lawful(recording);
  });

  it("follow the cursor: what is not drawn yet at a step is not there", async () => {
    const { recording, outline } = await recorded(program);
    const first = iteration(outline, 0);
    const { steps } = stepsOf(recording, first);
    assert.deepEqual(plotsIn(recording, first, 0), []);
    const loss = steps.findIndex(({ text }) => text.startsWith("loss"));
    assert.deepEqual(
      plotsIn(recording, first, loss).map(({ kind }) => kind),
      ["line"],
    );
  });

  it("stay until the same call draws again, however long that is", async () => {
    const { recording, outline } = await recorded(`import { plot, tensor } from "backstep";
const x = tensor([1, 2]);
plot.scatter(x, x);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 25; epoch++) {
  const loss = w.mul(x).sum();
  if (epoch % 10 === 0) plot.line(x, x.add(epoch));
  loss.backward();
  for (const k of [1, 2]) if (epoch === 7) plot.line(x, x.mul(k));
  w.grad = null;
}`);
    const drawn = (epoch: number, step?: number): (number | undefined)[] => {
      const segment = outline.iterationSegment(epoch);
      const { steps } = stepsOf(recording, iteration(outline, epoch));
      const { plots, missing } = plotsAt(recording, outline, { segment, step: step ?? steps.length - 1 });
      assert.deepEqual(missing, []);
      return plots.map(({ values }) => values[1]?.data?.[1]);
    };
    assert.deepEqual(drawn(0), [2, 2]);
    assert.deepEqual(drawn(6), [2, 2]);
    assert.deepEqual(drawn(7), [2, 2, 2, 4]);
    assert.deepEqual(drawn(9), [2, 2, 2, 4], "both of the two that one turn drew");
    assert.deepEqual(drawn(10), [2, 12, 2, 4]);
    assert.deepEqual(drawn(24), [2, 22, 2, 4]);
    assert.deepEqual(drawn(20, 0), [2, 12, 2, 4], "not drawn yet at the first step");
    assert.deepEqual(outline.plots.length, 1 + 3 + 2);
  });

  it("cost nothing and do nothing without an observer, but a wrong call is still refused", () => {
    assert.equal(plot.scatter(tensor([1]), tensor([2])), undefined);
    assert.throws(() => plot.line(tensor([1, 2]), tensor([1])), /needs as many x as y, but got shapes \[2\] and \[1\]/);
    assert.throws(() => plot.image(tensor([1, 2])), /plot\.image needs shape \[height, width\]/);
  });

  it("are used by an example", async () => {
    const { recording, outline } = await recorded(
      readFileSync(join(__dirname, "../../examples/fitted-line.ts"), "utf8"),
    );
    const last = iteration(outline, outline.iterations - 1);
    const [line] = plotsIn(recording, last);
    assert.equal(line?.values[1]?.data?.length, 24);
    const loss = outline.series.find(({ kind }) => kind === "loss")!.values;
    assert.ok(loss.at(-1)! < 0.15 && loss[0]! > 5);
  });
});
