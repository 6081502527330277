import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { largest, windowOn } from "../../webview/heat";

const shape = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 });
const room = fc.integer({ min: 1, max: 9 });
const within = (s: readonly number[]) => fc.nat(s.reduce((a, b) => a * b, 1) - 1);

describe("a window on a tensor", () => {
  it("holds the element that is looked at and nothing that is not there", () => {
    const cases = shape.chain((s) => fc.tuple(fc.constant(s), within(s), within(s), room, room));
    fc.assert(
      fc.property(cases, ([s, first, then, mostRows, mostColumns]) => {
        const size = s.at(-1) ?? 1;
        const total = s.reduce((a, b) => a * b, 1);
        const before = windowOn(s, first, mostRows, mostColumns);
        for (const { rows, columns, cut } of [before, windowOn(s, then, mostRows, mostColumns, before)]) {
          ok(rows.every((start) => start >= 0 && (start % size) + columns <= size && start < total));
          equal(cut, rows.length * columns < total);
        }
        const { rows, columns } = windowOn(s, then, mostRows, mostColumns, before);
        ok(rows.some((start) => start <= then && then < start + columns));
        if (s.length > 1) ok(rows.length <= mostRows && columns <= mostColumns);
      }),
    );
  });

  it("moves no further than it must", () => {
    const first = windowOn([20, 20], 0, 4, 4);
    deepEqual(first.rows, [0, 20, 40, 60]);
    deepEqual(windowOn([20, 20], 63, 4, 4, first).rows, [0, 20, 40, 60]);
    deepEqual(windowOn([20, 20], 64, 4, 4, first).rows, [1, 21, 41, 61]);
    deepEqual(windowOn([20, 20], 84, 4, 4, first).rows, [21, 41, 61, 81]);
    deepEqual(windowOn([20, 20], 399, 4, 4, first).rows, [336, 356, 376, 396]);
  });

  it("is empty where there is nothing", () => {
    deepEqual(windowOn([0, 3], 0, 4, 4), { rows: [], columns: 0, cut: false });
  });

  it("compares colours with the largest number that is one", () => {
    equal(largest([NaN, -3, 2, Infinity]), 3);
    equal(largest([]), 0);
  });
});
