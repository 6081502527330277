import { deepEqual, equal, ok } from "node:assert/strict";
import fc from "fast-check";
import { axisOf, recentWindow, roundTicks, type Scale, tickText } from "../../webview/scales";

const scales: readonly Scale[] = ["linear", "log", "symlog"];
const ticks = (scale: Scale, ...numbers: number[]) => axisOf(scale, numbers).ticks;

describe("an axis", () => {
  it("has round ticks", () => {
    deepEqual(ticks("linear", 0, 1), [0, 0.5, 1]);
    deepEqual(ticks("linear", -3, 12), [0, 5, 10]);
    deepEqual(ticks("log", 0.02, 40), [0.1, 1, 10]);
    deepEqual(ticks("log", 1, 5), [1, 2, 5]);
    deepEqual(ticks("log", 1e-12, 1e3), [1e-9, 1e-5, 0.1, 1000]);
    deepEqual(ticks("symlog", -30, 0.001), [-10, 0]);
    deepEqual(ticks("symlog", 0, 100, 0.01), [0, 0.01, 1, 100]);
    deepEqual(ticks("symlog", -1, 1, 0.1), [-1, 0, 1]);
    deepEqual(ticks("linear", 0.05, 0.9), [0.2, 0.4, 0.6, 0.8]);
    deepEqual(roundTicks(0.1, 0.5, 4), [0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  it("writes them in few letters", () => {
    deepEqual([0, -0.5, 0.1318, -0.00025, 1e-9, 200000, 1e21].map(tickText), [
      ...["0", "−0.5", "0.1318", "−2.5e−4", "1e−9", "2e5", "1e21"],
    ]);
  });

  it("leaves out what has no place on it", () => {
    const log = axisOf("log", [-1, 0, NaN, Infinity, null, 10, 100]);
    deepEqual([-1, 0, NaN, Infinity].map(log.place), [null, null, null, null]);
    deepEqual([10, 100].map(log.place), [1, 2]);
    equal(axisOf("symlog", [-1, 0]).place(0), 0);
    equal(axisOf("linear", []).place(NaN), null);
  });

  const number = fc.oneof(
    fc.double({ min: -1e30, max: 1e30, noNaN: true }),
    fc.integer({ min: -100, max: 100 }),
    fc.constantFrom(0, -0, 1e-20, 5e-324, NaN, Infinity, null),
  );

  it("keeps the order of numbers and has room for all that have a place, whatever they are", () => {
    fc.assert(
      fc.property(fc.constantFrom(...scales), fc.array(number, { maxLength: 12 }), (scale, numbers) => {
        const { place, low, high, ticks } = axisOf(scale, numbers);
        ok(Number.isFinite(low) && Number.isFinite(high) && low < high, `${low} to ${high}`);
        const shown = numbers.filter((x) => x !== null).filter((x) => place(x) !== null);
        const places = [...shown].sort((a, b) => a - b).map((x) => place(x) ?? NaN);
        ok(places.every((at, k) => at >= low && at <= high && (k === 0 || at >= (places[k - 1] ?? NaN))));
        if (scale === "symlog") equal(shown.length, numbers.filter((x) => x !== null && Number.isFinite(x)).length);
        ok(ticks.length <= 5, `${ticks.length} ticks`);
        equal(new Set(ticks.map(tickText)).size, ticks.length);
        ticks.forEach((tick, k) => {
          const at = place(tick) ?? NaN;
          ok(at >= low && at <= high, `a tick at ${tick}`);
          ok(k === 0 || tick > (ticks[k - 1] ?? NaN));
        });
      }),
    );
  });

  it("on request shows the recent tenth of the run up to the cursor, ten iterations at least", () => {
    deepEqual(recentWindow(1000, 999), [900, 999]);
    deepEqual(recentWindow(1000, 500), [401, 500]);
    deepEqual(recentWindow(1000, 3), [0, 99]);
    deepEqual(recentWindow(30, 29), [20, 29]);
    deepEqual(recentWindow(4, 2), [0, 3]);
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.nat(6000), (iterations, at) => {
        const [first, last] = recentWindow(iterations, at);
        ok(first >= 0 && last < iterations && first <= last);
        const here = Math.min(at, iterations - 1);
        ok(first <= here && here <= last);
      }),
    );
  });
});
