import fc from "fast-check";
import { more, samples } from "./samples.nn";
import { checkGradients, gradientOf, type Sample } from "./slopes";

const seeds = fc.integer({ min: 1, max: 2 ** 30 });

function checked(sample: Sample, numRuns: number): void {
  fc.assert(
    fc.property(seeds, (seed) => {
      checkGradients(sample, seed);
    }),
    { numRuns, seed: 7 },
  );
}

describe("the gradients of layers' ops are their slopes, and so are the gradients' own", () => {
  for (const [name, sample] of [...Object.entries(samples), ...Object.entries(more)]) {
    if (sample === "no gradient") continue;
    it(name, () => {
      checked(sample, 3);
      checked(gradientOf(sample), 1);
    }).timeout(20_000);
  }
});
