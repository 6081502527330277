import { strict as assert } from "node:assert";
import { carried, opening } from "../../src/session/opening";
import type { Track } from "../../src/recording/moves";

/** Segments by their steps; negative for those that are no iteration. */
function track(...steps: readonly number[]): Track {
  const iterations = steps.flatMap((count, segment) => (count > 0 ? [segment] : []));
  return {
    segments: steps.length,
    iteration: (segment) => iterations.indexOf(segment),
    segmentOf: (iteration) => iterations[iteration] ?? -1,
    steps: (segment) => (steps[segment] === undefined ? undefined : Math.abs(steps[segment])),
    phases: () => undefined,
  };
}

describe("opening", () => {
  it("is at the end of forward of the first iteration", () => {
    assert.deepEqual(
      opening(track(-3, 12, 12), () => 4),
      { segment: 1, step: 4 },
    );
  });

  it("is at the first forward there is when nothing iterates, else at the end of the first segment", () => {
    const forward = (segment: number) => (segment === 1 ? 2 : undefined);
    assert.deepEqual(opening(track(-3, -5), forward), { segment: 1, step: 2 });
    assert.deepEqual(
      opening(track(-3, -5), () => undefined),
      { segment: 0, step: 2 },
    );
    assert.equal(
      opening(track(), () => 1),
      null,
    );
  });
});

describe("a place carried to a new run", () => {
  const wish = { iteration: 1, segment: 2, step: 9 };

  it("is the same step of the same iteration, whatever came before it", () => {
    assert.deepEqual(carried(track(12, 12), wish, false), { segment: 1, step: 9 });
    assert.deepEqual(carried(track(-4, 12, 12), { ...wish, iteration: -1, segment: 0, step: 1 }, false), {
      segment: 0,
      step: 1,
    });
  });

  it("is waited for while the run goes on", () => {
    assert.equal(carried(track(12), wish, false), null);
    assert.equal(carried(track(12, 5), wish, false), null);
  });

  it("is the nearest there is when the run has ended short of it", () => {
    assert.deepEqual(carried(track(12), wish, true), { segment: 0, step: 9 });
    assert.deepEqual(carried(track(12, 5), wish, true), { segment: 1, step: 4 });
    assert.equal(carried(track(), wish, true), null);
  });
});
