import { strict as assert } from "node:assert";
import { moved, type Cursor } from "../../src/recording/moves";
import { stepsOf } from "../../src/recording/steps";
import { recorded } from "./recorded";

describe("a step", () => {
  it("goes past turns that did nothing, forwards and backwards, and stays at the ends", async () => {
    const { recording, outline } = await recorded(`
const w = tensor(1, { requiresGrad: true });
for (let i = 0; i < 6; i++) {
  if (i % 3 > 0) continue;
  w.mul(2).backward();
}`);
    assert.equal(outline.iterations, 6);
    const steps = outline.segments.map((segment) => stepsOf(recording, segment).steps.length);
    const track = {
      segments: steps.length,
      iteration: (segment: number) => outline.segments[segment]?.iteration ?? -1,
      segmentOf: (iteration: number) => outline.iterationSegment(iteration),
      steps: (segment: number) => steps[segment],
      phases: () => [],
    };
    const walk = (from: Cursor, by: 1 | -1): string[] => {
      const places: string[] = [];
      for (let at = from; ;) {
        places.push(`${at.segment}.${at.step}`);
        const next = moved(track, at, { to: "step", by });
        if (next === null || (next.segment === at.segment && next.step === at.step)) return places;
        at = next;
      }
    };
    const there = walk({ segment: 0, step: 0 }, 1);
    assert.deepEqual(there, ["0.0", "1.0", "1.1", "1.2", "4.0", "4.1", "4.2"]);
    assert.deepEqual(walk({ segment: 4, step: 2 }, -1), there.reverse());
  });
});
