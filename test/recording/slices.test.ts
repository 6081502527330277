import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { graphOf } from "../../src/recording/graph";
import { isQuick, momentInSlices, momentOf } from "../../src/recording/moment";
import { Outline } from "../../src/recording/outline";
import { Recording } from "../../src/recording/recording";
import type { Segment } from "../../src/recording/segment";
import { atOnce, inTurns, type Slices } from "../../src/recording/slices";
import { chunksOf } from "../session/recorded";

// A chain of scalars, long enough for the page to read it in slices.
const long = `import { tensor, type Tensor } from "backstep";
const w = tensor(0.9, { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) {
  let x: Tensor = tensor(1);
  for (let i = 0; i < 3000; i++) x = x.mul(w).add(0.1);
  x.backward();
  w.grad = null;
}
`;

/** The same work on a slower machine. */
function* slowly<T>(work: Slices<T>): Slices<T> {
  for (let step = work.next(); ; step = work.next()) {
    if (step.done === true) return step.value;
    const until = performance.now() + 1;
    while (performance.now() < until);
    yield;
  }
}

describe("views in slices", function () {
  this.timeout(60_000);
  let chunks: Uint8Array[] = [];
  before(async () => {
    chunks = (await chunksOf(long)).chunks;
  });
  function read(): { recording: Recording; segment: Segment } {
    const recording = new Recording();
    for (const chunk of chunks) recording.add(chunk);
    const outline = new Outline(recording);
    outline.update();
    return { recording, segment: outline.segments[outline.iterationSegment(0)]! };
  }
  const rests = (work: Slices<unknown>): number => {
    let count = 0;
    while (work.next().done !== true) count++;
    return count;
  };

  it("rest often, and make what is made at once", () => {
    const [one, other] = [read(), read()];
    ok(rests(momentInSlices(one.recording, one.segment, 40)) > 100);
    deepEqual(momentOf(one.recording, one.segment, 40).nodes, momentOf(other.recording, other.segment, 40).nodes);
    equal(graphOf(one.recording, one.segment).graph.key, graphOf(other.recording, other.segment).graph.key);
  });

  it("are the same object for who needed them at once while they rested", () => {
    const { recording, segment } = read();
    const work = graphOf.slices(recording, segment);
    for (let rest = 0; rest < 20; rest++) equal(work.next().done, false);
    const graph = graphOf(recording, segment);
    equal(atOnce(work), graph);
    equal(atOnce(graphOf.slices(recording, segment)), graph);
  });

  it("are quick once a moment was made, and not before", () => {
    const { recording, segment } = read();
    equal(isQuick(recording, segment), false);
    momentOf(recording, segment, 0);
    equal(isQuick(recording, segment), true);
  });

  it("let others have their turn, and can be given up", async () => {
    const { recording, segment } = read();
    let turns = 0;
    const timer = setInterval(() => turns++, 0);
    const abort = new AbortController();
    notEqual(await inTurns(slowly(momentInSlices(recording, segment, 3)), abort.signal), undefined);
    clearInterval(timer);
    ok(turns > 3);
    const other = read();
    const given = inTurns(momentInSlices(other.recording, other.segment, 3), abort.signal);
    abort.abort();
    equal(await given, undefined);
    equal(isQuick(other.recording, other.segment), false);
  });
});
