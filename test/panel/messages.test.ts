import { deepEqual, equal, match, ok } from "node:assert/strict";
import fc from "fast-check";
import type { Segment } from "../../src/recording/segment";
import { packSegments, unpackSegments } from "../../src/recording/segment.pack";
import { freshUi, readToHost, readToPage } from "../../src/panel/messages";
import { packSparse, unpackSparse } from "../../src/recording/sparse";

const whole = fc.integer({ min: -1, max: 1e9 });
const plain = { noNullPrototype: true } as const;
const turn = fc.record(
  { loop: whole, index: whole, value: fc.option(fc.double({ noNaN: true })), activation: whole },
  plain,
);
const segment = fc.record(
  {
    kind: fc.constantFrom("setup", "iteration", "between", "after"),
    iteration: whole,
    firstRow: whole,
    endRow: whole,
    turn: whole,
    turns: fc.array(turn, { maxLength: 4 }),
    complete: fc.boolean(),
    noGrad: fc.boolean(),
  },
  plain,
);

describe("panel messages", () => {
  it("brings segments across as numbers without loss", () => {
    fc.assert(
      fc.property(fc.array(segment, { maxLength: 8 }), (segments) => {
        deepEqual(unpackSegments(packSegments(segments)), segments);
      }),
    );
  });

  it("counts epochs that go on alike, and writes out one that does not", () => {
    const epoch = (k: number, rows = 13): Segment => ({
      ...{ kind: "iteration", iteration: k, firstRow: 5 + 13 * k, endRow: 5 + 13 * k + rows, turn: 2 * k },
      turns: [{ loop: 1, index: k, value: 0.5 * k, activation: 0 }],
      ...{ complete: true, noGrad: false },
    });
    const alike = Array.from({ length: 1000 }, (_, k) => epoch(k));
    const longer = alike.with(500, epoch(500, 21));
    for (const [segments, numbers] of [
      [alike, 40],
      [longer, 100],
    ] as const) {
      const packed = packSegments(segments);
      deepEqual(unpackSegments(packed), segments);
      ok(packed.length < numbers, `${packed.length} numbers`);
    }
  });

  it("brings numbers across with their holes, and NaN as a number", () => {
    fc.assert(
      fc.property(fc.array(fc.option(fc.double())), (numbers) => {
        deepEqual(unpackSparse(packSparse(numbers)), numbers);
      }),
    );
  });

  it("takes a whole message with its typed arrays", () => {
    const chunks = { type: "chunks", id: "a", chunks: [{ index: 0, whole: true, bytes: new Uint8Array(3) }] };
    deepEqual(readToPage(chunks), chunks);
    const ui = { type: "ui", id: "a", ui: freshUi };
    deepEqual(readToHost(ui), ui);
  });

  it("says what is wrong with a message that is none", () => {
    const wrong = [
      readToHost({ type: "action", action: "rm" }),
      readToHost({ type: "move", id: "a", seq: 1, move: { to: "step", by: 2 } }),
      readToPage({ type: "cursor", id: "a", segment: -1 }),
    ];
    for (const answer of wrong) match(typeof answer === "string" ? answer : "", /Invalid/);
    equal(typeof readToPage(undefined), "string");
  });

  it("drops what a message does not have", () => {
    const ready = { type: "ready", orientation: "TB" };
    deepEqual(readToHost({ ...ready, path: "/etc" }), ready);
  });
});
