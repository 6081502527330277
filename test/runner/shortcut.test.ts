import assert from "node:assert/strict";
import { checkGradients } from "../../src/runner/gradcheck/check";
import { drawLandscape } from "../../src/runner/landscape/draw";
import { buildChild } from "../support/child";
import { type Repeatable, repeatable, segmentOf } from "./repeatable";

const epochs = 4000;
const regression = (times: string): string => `import { tensor, noGrad } from "backstep";
const x = tensor([1, 2, 3, 4]);
const y = tensor([2, 4, 6, 8]);
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < ${epochs}; epoch++) {
  const loss = x.mul(w).sub(y).pow(2).mean()${times};
  loss.backward();
  noGrad(() => w.sub_(w.grad!.mul(0.0001)));
  w.grad!.zero_();
}`;
const note = `The ${epochs - 1} epochs before this one were not run again: with what it began with, the first gives the same loss.`;

describe("re-runs of a late turn", function () {
  this.timeout(120_000);
  let plain: Repeatable;
  before(async () => {
    plain = await repeatable(regression(""));
  });

  const last = (of: Repeatable): { segment: number; step: number } => ({ segment: segmentOf(of, epochs - 1), step: 0 });

  it("begin with what it began with, in the first turn, where that computes the same", async () => {
    const { recording, outline, prepared } = plain;
    const found = await drawLandscape(recording, outline, last(plain), prepared, { child: await buildChild() }).ended;
    if (typeof found === "string") throw new Error(found);
    assert.deepEqual(found.notes, ["The way is drawn with 61 of its points.", note].reverse());
    assert.equal(found.side, 65);
    const [axis] = found.axes;
    found.losses.forEach((loss, k) => {
      const at = axis!.low + ((axis!.high - axis!.low) * k) / (found.side - 1);
      assert.ok(Math.abs(loss - 7.5 * (at - 2) ** 2) <= 1e-4 * Math.max(1, loss), `${loss} at ${at}`);
    });
    // The loss was 30 at the start: what is checked is the loss at the end.
    const check = await checkGradients(recording, outline, last(plain), -1, prepared, { child: await buildChild() })
      .ended;
    if (typeof check === "string") throw new Error(check);
    assert.deepEqual(check.outcome.notes, [note]);
    const slopes = check.outcome.nodes.flatMap((node) => node.slopes);
    assert.ok(slopes.length > 8 && slopes.every(({ verdict }) => verdict === "agrees"));
    const w = check.outcome.nodes.find(({ name }) => name === "w")!.slopes[0]!;
    assert.ok(Math.abs(w.analytic) < 1 && Math.abs(w.analytic - w.numeric) < 1e-4, JSON.stringify(w));
  });

  it("go all the way where the turn counts", async () => {
    const of = await repeatable(regression(".mul(1 + epoch)"));
    const options = { child: await buildChild() };
    const check = await checkGradients(of.recording, of.outline, last(of), -1, of.prepared, options).ended;
    if (typeof check === "string") throw new Error(check);
    assert.deepEqual(check.outcome.notes, []);
    // Nothing is left of the loss: what differences make of 0 is noise, and no rule is wrong for it.
    assert.deepEqual(check.findings, []);
    assert.ok(check.outcome.nodes.every(({ slopes }) => slopes.every(({ verdict }) => verdict === "agrees")));
  });
});
