import { strict as assert } from "node:assert";
import { statusText } from "../../src/commands/statustext";

const loss = (values: (number | null)[]) => ({ kind: "loss", name: "loss", values });

describe("status text", () => {
  it("tells the epoch and the loss while a run goes on", () => {
    const outline = { word: "epoch", iterations: 3, series: [loss([9, 4, 0.512])] };
    assert.equal(statusText({ status: "running", outline }), "$(record) epoch 2 · loss 0.5120");
  });

  it("keeps the last loss there was when an epoch has none yet", () => {
    const outline = { word: "epoch", iterations: 3, series: [loss([9, -4e-5, null])] };
    assert.equal(statusText({ status: "running", outline }), "$(record) epoch 2 · loss −4.00e−5");
  });

  it("says that the loss is NaN when it is", () => {
    const outline = { word: "epoch", iterations: 2, series: [loss([9, NaN])] };
    assert.equal(statusText({ status: "done", outline }), "$(check) 2 epochs · loss NaN");
  });

  it("counts the epochs afterwards", () => {
    assert.equal(
      statusText({ status: "failed", outline: { word: "epoch", iterations: 1, series: [] } }),
      "$(error) 1 epoch",
    );
    assert.equal(
      statusText({ status: "running", outline: { word: "iteration", iterations: 0, series: [] } }),
      "$(record) Backstep",
    );
  });
});
