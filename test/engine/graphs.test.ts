import { deepEqual, ok } from "node:assert/strict";
import { checkGraph, checkGraphs, checkKink, planOf, stepNames } from "./graphs";
import { kinks } from "./kinks";

describe("random graphs", () => {
  it("have backward's slopes, alone and in each other's company", () => {
    const { compared, rough } = checkGraphs(300, 20_261_122);
    ok(compared > 1000, `${compared} slopes are few`);
    ok(rough < compared / 50, `${rough} slopes of ${compared} could not be compared`);
  }).timeout(120_000);

  for (const name of stepNames) {
    it(`hold ${name}, and its gradient`, () => {
      for (const twice of [false, true]) {
        const { ops, compared } = checkGraph(planOf(name, twice));
        deepEqual(ops[0], name, "the step did not fit");
        ok(compared > 0);
      }
    }).timeout(20_000);
  }
});

describe("at kinks and edges the slope is PyTorch's", () => {
  for (const [name, kink] of Object.entries(kinks)) {
    it(name, () => {
      ok(checkKink(name, kink, 25, 7) > 20);
    });
  }
});
