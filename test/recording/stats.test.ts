import assert from "node:assert/strict";
import { readStatistics, type Stats, statisticsDoubles, writeSample, writeStatistics } from "../../src/recording/stats";
import { Tally } from "../../src/recording/tally";
import { fastTally } from "../../src/recording/tally.simd";
import { firstPlaces, isPermuted } from "../../src/recording/value";

function statistics(data: Float32Array | Float64Array, start = 0, count = data.length - start): Stats {
  const out = new Float64Array(statisticsDoubles + 3).fill(7);
  writeStatistics(out, 3, data, start, count);
  return readStatistics(out.subarray(3), count);
}

/** The same by definition. */
function counted(values: readonly number[]): Omit<Stats, "sample"> {
  const finite = values.filter(Number.isFinite);
  const [min, max] = [Math.min(...finite), Math.max(...finite)];
  const mean = finite.reduce((sum, x) => sum + x, 0) / finite.length;
  const histogram = new Array<number>(16).fill(0);
  for (const x of finite) histogram[max > min ? Math.min(15, Math.floor(((x - min) / (max - min)) * 16)) : 0]!++;
  return {
    elements: values.length,
    min,
    max,
    mean,
    std: Math.sqrt(finite.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (finite.length - 1)),
    norm: Math.sqrt(finite.reduce((sum, x) => sum + x * x, 0)),
    zeros: finite.filter((x) => x === 0).length,
    nans: values.filter(Number.isNaN).length,
    infs: values.filter((x) => Math.abs(x) === Infinity).length,
    histogram,
  };
}

function close(actual: Stats, values: readonly number[]): void {
  const { sample, ...rest } = actual;
  const expected = counted(values);
  for (const name of ["mean", "std", "norm"] as const) {
    assert.ok(
      Object.is(rest[name], expected[name]) ||
        Math.abs(rest[name] - expected[name]) <= 1e-12 * (1 + Math.abs(expected[name])),
      name,
    );
  }
  assert.deepEqual({ ...rest, mean: 0, std: 0, norm: 0 }, { ...expected, mean: 0, std: 0, norm: 0 });
  assert.deepEqual(sample, values.slice(0, 64));
}

describe("statistics", () => {
  const wave = Array.from({ length: 203 }, (_, k) => Math.fround(Math.sin(k * k)) * (k % 7 === 0 ? 0 : 1));

  it("say of a value what its elements say, from any place on and in any number", () => {
    for (const count of [1, 2, 3, 4, 5, 66, 200]) {
      close(statistics(Float32Array.from(wave), 3, count), wave.slice(3, 3 + count));
      close(statistics(Float64Array.from(wave), 1, count), wave.slice(1, 1 + count));
    }
    const far = wave.map((x) => Math.fround(1e4 + x));
    close(statistics(Float32Array.from(far)), far);
  });

  it("leave out what is not finite, and count it", () => {
    const odd = wave.map((x, k) => (k === 9 ? NaN : k === 50 ? Infinity : k === 51 ? -Infinity : x));
    close(statistics(Float32Array.from(odd)), odd);
    const huge = [1e308, 1e308, -1e308, 1];
    assert.deepEqual([statistics(Float64Array.from(huge)).infs, statistics(Float64Array.from(huge)).max], [0, 1e308]);
    assert.ok(Number.isNaN(statistics(Float32Array.from([NaN, Infinity])).min));
  });

  it("are the same to the bit by WebAssembly SIMD", () => {
    assert.notEqual(fastTally().constructor, Tally, "this Node has it");
    const both = (data: Float32Array | Float64Array, start: number, count: number): readonly Float64Array[] =>
      [new Tally(), fastTally()].map((tally) => {
        const out = new Float64Array(statisticsDoubles);
        writeStatistics(out, 0, data, start, count, tally);
        return out;
      });
    const long = Float32Array.from(
      { length: 20_003 },
      (_, k) => Math.sin(k * k) * 10 ** ((k % 9) - 4) * (k % 5 === 0 ? -0 : 1),
    );
    const odd = long.map((x, k) => (k === 9000 ? NaN : k === 19_000 ? Infinity : x));
    const huge = long.map((x) => 3e38 * Math.sign(x));
    for (const data of [
      long,
      odd,
      huge,
      long.map((x) => 1e3 + (x % 1)),
      new Float32Array(300).fill(-0),
      new Float32Array(9).fill(NaN),
      Float64Array.from(long),
    ])
      for (const [start, count] of [
        [0, data.length],
        [1, data.length - 1],
        [2, 5],
        [3, 3],
      ] as const) {
        const [plain, fast] = both(data, start, Math.min(count, data.length - start));
        assert.deepEqual(fast, plain);
      }
  });

  it("take the sample of a turned window in its own order", () => {
    const window = { shape: [3, 2], strides: [1, 3], offset: 0 };
    assert.deepEqual([isPermuted(window), isPermuted({ ...window, strides: [2, 2] })], [true, false]);
    assert.deepEqual(firstPlaces(window, 5), [0, 3, 1, 4, 2]);
    const out = new Float64Array(statisticsDoubles);
    const data = Float32Array.of(10, 11, 12, 13, 14, 15);
    writeStatistics(out, 0, data, 0, 6);
    writeSample(out, 0, data, firstPlaces(window, 64));
    assert.deepEqual(readStatistics(out, 6).sample, [10, 13, 11, 14, 12, 15]);
  });
});
