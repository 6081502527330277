import { strict as assert } from "node:assert";
import { lineValues } from "../../src/editor/linevalues";
import { Session } from "../../src/session/session";
import { chunksOf, regression } from "../session/recorded";

describe("values at the ends of lines", () => {
  it("say what the variables written there hold at the cursor, with the gradients of leaves", async () => {
    const { chunks } = await chunksOf(`${regression(3)}const rate = 1e-9; // small\n`);
    const session = new Session({ id: "a", title: "snippet.ts", number: 1, origin: null, previous: null });
    for (const chunk of chunks) session.add(chunk);
    session.end("done", null, 1);
    const { recording, outline, track } = session;
    const [program] = recording.programs;
    assert.ok(program);
    const texts = (segment: number, step: number) =>
      lineValues(recording, outline, { segment, step }, program).map(
        ({ line, parts }) =>
          `${line + 1}: ${parts.map(({ value, gradient }) => (gradient ? `${value} ∇ ${gradient}` : value)).join(", ")}`,
      );
    const first = track.segmentOf(0);
    assert.deepEqual(texts(first, 0), [
      "2: x = [1, 2, 3, 4]",
      "3: y = [2, 4, 6, 8]",
      "4: w = 0.0000",
      "5: epoch = 0",
      "6: yPred = [0, 0, 0, 0]",
    ]);
    assert.deepEqual(texts(first, 8), [
      "2: x = [1, 2, 3, 4]",
      "3: y = [2, 4, 6, 8]",
      "4: w = 0.0000 ∇ −30",
      "5: epoch = 0",
      "6: yPred = [0, 0, 0, 0]",
      "7: loss = 30.0000",
    ]);
    assert.equal(texts(track.segmentOf(1), 3).at(-1), "7: loss = 21.6750");
    // The loss of the epoch before is not this one's.
    assert.equal(texts(track.segmentOf(1), 0).at(-1), "6: yPred = [0.3, 0.6, 0.9, 1.2]");
  });
});
