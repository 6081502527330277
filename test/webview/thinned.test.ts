import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { thinned } from "../../webview/thinned";

const finite = (y: number): number | null => (Number.isFinite(y) ? y : null);
const value = fc.oneof(
  { weight: 8, arbitrary: fc.double({ min: -1e6, max: 1e6 }) },
  fc.constantFrom(null, NaN, Infinity),
);

describe("a thinned curve", () => {
  it("is the curve itself where each iteration has its pixels", () => {
    deepEqual(thinned([[3, null, NaN, 1]], { from: 0, to: 3 }, 100, finite), [
      [0, 1, 2, 3],
      [3, null, null, 1],
    ]);
    deepEqual(thinned([[3, 2, 1]], { from: 0, to: -1 }, 100, finite), [[], []]);
  });

  it("keeps one spike among a million iterations, and both ends", () => {
    const values = Array.from({ length: 1_000_000 }, () => 1);
    values[654_321] = 9;
    values[654_322] = -9;
    const [at, drawn] = thinned([values], { from: 0, to: 999_999 }, 800, finite);
    ok(at.length < 4000);
    ok(drawn?.includes(9) && drawn.includes(-9));
    deepEqual([at[0], at.at(-1)], [0, 999_999]);
  });

  it("shows a gap that is wider than a pixel", () => {
    const values = Array.from({ length: 10_000 }, (_, k) => (k >= 4000 && k < 4500 ? NaN : k));
    const [at, drawn] = thinned([values], { from: 0, to: 9999 }, 100, finite);
    ok(drawn?.some((y, k) => y === null && (at[k] ?? 0) >= 4000 && (at[k] ?? 0) < 4500));
    ok(drawn?.every((y, k) => y === values[at[k] ?? -1] || (y === null && Number.isNaN(values[at[k] ?? -1]))));
  });

  it("has points of the curves only, in order, with each column's lowest and highest", () => {
    const curve = fc.array(value, { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(curve, curve, fc.integer({ min: 1, max: 90 }), fc.nat(50), (one, other, columns, begin) => {
        const to = Math.max(one.length, other.length) - 1;
        const from = Math.min(begin, to);
        const [at, ...drawn] = thinned([one, other], { from, to }, columns, finite);
        ok(at.every((k, i) => k >= from && k <= to && (i === 0 || k > (at[i - 1] ?? to))));
        deepEqual([at[0], at.at(-1)], [from, to]);
        const stride = Math.max(1, Math.floor((to - from + 1) / columns));
        ok(at.length <= 4 * Math.ceil((to - from + 1) / stride) + 2);
        [one, other].forEach((curve, c) => {
          const y = (k: number): number | null =>
            curve[k] === null || curve[k] === undefined ? null : finite(curve[k]);
          deepEqual(drawn[c], at.map(y));
          for (let k = from; k <= to; k += stride) {
            const here = Array.from({ length: Math.min(stride, to + 1 - k) }, (_, i) => y(k + i)).filter(
              (v) => v !== null,
            );
            const kept = at
              .filter((i) => i >= k && i < k + stride)
              .map(y)
              .filter((v) => v !== null);
            if (here.length === 0) continue;
            equal(Math.max(...kept), Math.max(...here));
            equal(Math.min(...kept), Math.min(...here));
          }
        });
      }),
    );
  });
});
