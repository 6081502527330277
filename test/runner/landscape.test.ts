import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { canonical } from "../../src/recording/canonical";
import { type Landscape, pointAt } from "../../src/recording/landscape";
import { drawLandscape } from "../../src/runner/landscape/draw";
import { atPlane, onPlane, planeThrough } from "../../src/runner/landscape/plane";
import type { MeasureOptions } from "../../src/runner/rerun";
import { buildChild } from "../support/child";
import { type Repeatable, repeatable, segmentOf } from "./repeatable";

const regression = `import { tensor, noGrad } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 6; epoch++) {
  const loss = x.mul(w).sub(y).pow(2).mean();
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.01)));
  w.grad!.zero_();
}`;

const two = `import { optim, tensor } from "backstep";
const x = tensor([-1, 0, 1, 2]);
const y = tensor([-1, 1, 3, 5]);
const w = tensor(0, { requiresGrad: true });
const b = tensor(0, { requiresGrad: true });
const optimizer = new optim.SGD([w, b], { lr: 0.1 });
for (let epoch = 0; epoch < 8; epoch++) {
  const loss = x.mul(w).add(b).sub(y).pow(2).mean();
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}`;

const many = `import { manualSeed, nn, optim, tensor } from "backstep";
manualSeed(2);
const model = new nn.Sequential(new nn.Linear(2, 3), new nn.Tanh(), new nn.Linear(3, 1));
const x = tensor([[0, 0], [0, 1], [1, 0], [1, 1]]);
const y = tensor([[0], [1], [1], [0]]);
const optimizer = new optim.Adam(model.parameters(), { lr: 0.1 });
for (let epoch = 0; epoch < 12; epoch++) {
  const loss = nn.functional.mseLoss(model(x), y);
  optimizer.zeroGrad();
  loss.backward();
  optimizer.step();
}`;

async function draw(of: Repeatable, iteration: number, options: MeasureOptions = {}): Promise<Landscape | string> {
  const cursor = { segment: segmentOf(of, iteration), step: 0 };
  const child = await buildChild();
  return drawLandscape(of.recording, of.outline, cursor, of.prepared, { child, ...options }).ended;
}

async function drawn(of: Repeatable, iteration = 0): Promise<Landscape> {
  const found = await draw(of, iteration);
  if (typeof found === "string") throw new Error(found);
  return found;
}

async function refused(found: Promise<unknown>): Promise<string> {
  const why = await found;
  assert.equal(typeof why, "string");
  return String(why);
}

/** Where a grid's place is on the axes. */
function place({ axes, side }: Landscape, k: number): number[] {
  return axes.map(({ low, high }, d) => {
    const step = d === 0 ? k % side : Math.floor(k / side);
    return low + ((high - low) * step) / (side - 1);
  });
}

function near(a: number, b: number, room = 1e-4): void {
  assert.ok(Math.abs(a - b) <= room * Math.max(1, Math.abs(b)), `${a} is not ${b}`);
}

describe("landscape", function () {
  this.timeout(120_000);

  it("of one weight is the curve of the formula, with the way of the descent on it", async () => {
    const of = await repeatable(regression);
    const before = canonical(of.recording);
    const landscape = await drawn(of, 2);
    assert.deepEqual(canonical(of.recording), before);
    assert.deepEqual([landscape.side, landscape.losses.length, landscape.axes.length], [65, 65, 1]);
    assert.equal(landscape.axes[0]!.name, "w");
    landscape.losses.forEach((loss, k) => near(loss, 7.5 * (place(landscape, k)[0]! - 2) ** 2));
    // Where each of six epochs began, and where the last one ended.
    assert.equal(landscape.path.length, 7);
    landscape.path.forEach(({ x, y }, k) => {
      near(x, 2 * (1 - 0.85 ** k));
      near(y, 7.5 * (2 * 0.85 ** k) ** 2);
    });
    assert.ok(landscape.axes[0]!.low < 0 && landscape.axes[0]!.high > landscape.path.at(-1)!.x);
    assert.equal(
      landscape.what,
      "loss of epoch 2 with its data for other w, everything else as it was; a point is where an epoch began.",
    );
    assert.deepEqual(landscape.notes, []);
  });

  it("of a gradient by hand is the curve of the loss that re-runs find for it", async () => {
    const of = await repeatable(readFileSync(resolve("examples/hand-written-gradient.ts"), "utf8"));
    const landscape = await drawn(of, 2);
    assert.deepEqual([landscape.loss, landscape.side, landscape.axes[0]!.name], ["l", 65, "w"]);
    landscape.losses.forEach((loss, k) => near(loss, 7.5 * (place(landscape, k)[0]! - 2) ** 2));
    // Each step is four times as long as the gradient says, so 0.4 of the way is left; the end of the last is one more.
    assert.equal(landscape.path.length, of.outline.iterations + 1);
    landscape.path.forEach(({ x, y }, k) => {
      near(x, 2 * (1 - 0.4 ** k));
      near(y, 7.5 * (2 * 0.4 ** k) ** 2);
    });
  });

  const byHand = (slope: string): string => `import { tensor, type Tensor } from "backstep";
const x = tensor([-1, 0, 1, 2]);
const y = tensor([-1, 1, 3, 5]);
const w = tensor(0);
let b: Tensor = tensor(0);
for (let epoch = 0; epoch < 8; epoch++) {
  const off = x.mul(w).add(b).sub(y);
  const loss = off.pow(2).mean();
  const dw = ${slope};
  const db = off.mean().mul(2);
  w.sub_(dw.mul(0.1));
  b = b.sub(db.mul(0.1));
}`;

  it("of two weights stepped by hand is a plane, with tensors given anew and changed in place", async () => {
    const landscape = await drawn(await repeatable(byHand("off.mul(x).mean().mul(2)")), 3);
    const names = landscape.axes.map(({ name }) => name);
    assert.deepEqual([landscape.loss, ...names], ["loss", "w", "b"]);
    landscape.losses.forEach((loss, k) => {
      const [w = NaN, b = NaN] = place(landscape, k);
      const off = [-1, 0, 1, 2].map((x, i) => x * w + b - [-1, 1, 3, 5][i]!);
      near(loss, off.reduce((sum, d) => sum + d * d, 0) / 4);
    });
    assert.equal(landscape.path.length, 9);
  });

  it("of a gradient by hand that is no loss's is not drawn, and why is said", async () => {
    const wrong = byHand("off.mul(x).mean().mul(2).add(epoch)").replace("b = b.sub(db.mul(0.1));", "");
    assert.match(
      await refused(draw(await repeatable(wrong), 3)),
      /^No backward pass runs here, and no number of its turns changes/,
    );
  });

  it("of two weights is a plane of their values", async () => {
    const landscape = await drawn(await repeatable(two));
    assert.deepEqual([landscape.side, landscape.losses.length], [33, 33 * 33]);
    assert.deepEqual(
      landscape.axes.map(({ name }) => name),
      ["w", "b"],
    );
    landscape.losses.forEach((loss, k) => {
      const [w = NaN, b = NaN] = place(landscape, k);
      // mean of ((w − 2)x + b − 1)² over x = −1, 0, 1, 2
      near(loss, 1.5 * (w - 2) ** 2 + (w - 2) * (b - 1) + (b - 1) ** 2, 1e-3);
    });
    assert.deepEqual([landscape.path[0]!.x, landscape.path[0]!.y], [0, 0]);
    assert.equal(landscape.path.length, 9);
  });

  it("of many weights is the plane through the start, the end and the point that leaves least out", async () => {
    const of = await repeatable(many);
    const landscape = await drawn(of, 3);
    assert.match(
      landscape.what,
      /^loss of epoch 3 with its data on the plane through epoch 0 and the end and epoch \d+ among all 13 weights, which is the one closest to their way: /,
    );
    const losses = of.outline.series.find(({ kind }) => kind === "loss")!;
    // The plane holds the start: there the loss is the recorded one, and the picture agrees with it nearby.
    const { side, axes, path } = landscape;
    const column = Math.round(((path[0]!.x - axes[0]!.low) / (axes[0]!.high - axes[0]!.low)) * (side - 1));
    const row = Math.round(((path[0]!.y - axes[1]!.low) / (axes[1]!.high - axes[1]!.low)) * (side - 1));
    near(landscape.losses[row * side + column]!, losses.values[0]!, 0.1);
    assert.deepEqual(
      [path[0]!.x, path[0]!.y].map((each) => Math.abs(each)),
      [0, 0],
    );
    assert.ok(Math.abs(path.at(-1)!.y) < 1e-6);
  });

  it("leaves a place without a number empty, and says so", async () => {
    const wide = regression
      .replace("mean();", "mean().add(w.add(0.1).log().mul(0));")
      .replace("epoch < 6", "epoch < 3");
    const holed = await drawn(await repeatable(wide));
    assert.ok(holed.losses.some((loss) => Number.isNaN(loss)) && holed.losses.some(Number.isFinite));
    assert.match(holed.notes[0]!, /^loss is not finite everywhere here/);
  });

  it("says where there is none to draw", async () => {
    const none = await repeatable(`import { tensor } from "backstep";
      for (let epoch = 0; epoch < 3; epoch++) { const w = tensor(epoch); console.log(w.mul(2).item()); }`);
    assert.match(await refused(draw(none, -1)), /^No backward pass runs here/);
    const still = await repeatable(`import { optim, tensor } from "backstep";
      const w = tensor([1, 2, 3], { requiresGrad: true });
      const optimizer = new optim.SGD([w], { lr: 0 });
      for (let epoch = 0; epoch < 3; epoch++) { optimizer.zeroGrad(); w.pow(2).sum().backward(); optimizer.step(); }`);
    assert.match(await refused(draw(still, 0)), /^The weights do not move in this run/);
  });

  it("says where the re-run is another run, fails, is cut off or stopped", async () => {
    const clock = await repeatable(regression.replace("mean();", "mean().mul(Date.now() % 100000 / 7);"));
    assert.match(await refused(draw(clock, 0)), /^The re-run disagrees with the recording: loss was /);
    const fragile = regression.replace("loss.backward();", 'if (w.item() < 0) throw new Error("no"); loss.backward();');
    assert.equal(await draw(await repeatable(fragile), 0), "A re-run failed: no");
    const endless = regression.replace("loss.backward();", "while (w.item() < 0) w.item(); loss.backward();");
    assert.match(
      await refused(draw(await repeatable(endless, {}, { wallMs: 3000 }), 0)),
      /^The drawing was cut off after 3 s, with \d+ of \d+ re-runs done\.$/,
    );
    const of = await repeatable(two);
    const run = drawLandscape(of.recording, of.outline, { segment: segmentOf(of, 0), step: 0 }, of.prepared, {
      child: await buildChild(),
      progress: () => run.stop(),
    });
    assert.equal(await run.ended, "The drawing was stopped.");
  });

  it("finds the plane of points that lie in one, and the closest for those that do not", () => {
    const flat = [
      [1, 1, 1],
      [2, 1, 1],
      [2, 3, 1],
      [4, 3, 1],
      [5, 1, 1],
    ];
    const plane = planeThrough(flat)!;
    assert.ok(plane.off < 1e-12);
    for (const point of flat) atPlane(plane, onPlane(plane, point)).forEach((x, k) => near(x, point[k]!, 1e-12));
    const bent = planeThrough([
      [0, 0, 0],
      [1, 2, 0],
      [2, 2, 0.1],
      [3, 0, 1],
      [4, 0, 0],
    ])!;
    assert.equal(bent.third, 2);
    assert.ok(bent.off > 0.2 && bent.off < 0.3);
    assert.equal(
      planeThrough([
        [0, 0, 0],
        [1, 1, 1],
        [3, 3, 3],
      ])!.directions.length,
      1,
    );
    assert.equal(
      planeThrough([
        [1, 1, 1],
        [1, 1, 1],
      ]),
      null,
    );
    const round = planeThrough([
      [0, 0, 0],
      [2, 0, 0],
      [1, 1, 0],
      [0, 0, 0],
    ])!;
    assert.equal(round.directions.length, 2);
  });

  it("knows which point of the way a moment stands at", () => {
    const path = [2, 3, 5].map((segment) => ({ segment, step: 0, x: 0, y: 0 }));
    path.push({ segment: 5, step: 9, x: 0, y: 0 });
    assert.deepEqual(
      [
        [0, 0],
        [2, 0],
        [2, 7],
        [4, 1],
        [5, 8],
        [5, 9],
        [8, 0],
      ].map(([segment, step]) => pointAt(path, segment!, step!)),
      [0, 0, 0, 1, 2, 3, 3],
    );
  });
});
