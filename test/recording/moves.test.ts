import { strict as assert } from "node:assert";
import { moved, type Cursor } from "../../src/recording/moves";

describe("a step", () => {
  it("goes past segments without steps, forwards and backwards, and stays at the ends", () => {
    const steps = [1, 3, 0, 0, 3];
    const track = {
      segments: steps.length,
      iteration: (segment: number) => segment - 1,
      segmentOf: (iteration: number) => iteration + 1,
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
