import { strict as assert } from "node:assert";
import {
  elementText,
  fixed,
  grouped,
  shapeText,
  short,
  statisticsText,
  typeText,
  valueText,
  whole,
} from "../../src/recording/text";
import type { Value } from "../../src/recording/value";

const vector = (...data: number[]): Value => ({ shape: [data.length], dtype: "float32", data });

describe("numbers on the screen", () => {
  it("have four decimals and a true minus sign", () => {
    assert.equal(fixed(-30), "−30.0000");
    assert.equal(fixed(0), "0.0000");
    assert.equal(fixed(2.00004), "2.0000");
  });

  it("have their thousands apart where they count", () => {
    assert.deepEqual([0, 999, 1000, 65_536, 10_000_000].map(grouped), ["0", "999", "1,000", "65,536", "10,000,000"]);
  });

  it("keep the sign of zero, NaN and the infinities", () => {
    assert.equal(fixed(-0), "−0.0000");
    assert.equal(fixed(NaN), "NaN");
    assert.equal(fixed(-Infinity), "−∞");
    assert.equal(short(Infinity), "∞");
  });

  it("are scientific when four decimals would hide them or they are very long", () => {
    assert.equal(fixed(1.2e-7), "1.2000e−7");
    assert.equal(short(-1.2e-7), "−1.2e−7");
    assert.equal(fixed(12345678), "1.2346e7");
    assert.equal(short(1e-4), "0.0001");
    assert.equal(fixed(999999.5), "999999.5000");
  });

  it("lose their trailing zeros where space is short", () => {
    assert.equal(short(-30), "−30");
    assert.equal(short(0.3), "0.3");
    assert.equal(short(Math.fround(0.3)), "0.3");
    assert.equal(short(1200), "1200");
    assert.equal(short(1000000), "1000000");
  });

  it("stay whole when they are whole", () => {
    assert.equal(whole(-12345678901), "−12345678901");
    assert.equal(elementText(7, "int64"), "7");
    assert.equal(elementText(7, "float32"), "7.0000");
    assert.equal(elementText(1, "bool"), "true");
  });
});

describe("values on the screen", () => {
  it("show a scalar with four decimals", () => {
    assert.equal(valueText({ shape: [], dtype: "float32", data: [30] }), "30.0000");
  });

  it("show a vector compactly", () => {
    assert.equal(valueText(vector(-1, -2, -3, -4)), "[−1, −2, −3, −4]");
    assert.equal(valueText(vector(0.25, 0.25)), "[0.25, 0.25]");
  });

  it("drop leading zeros only when space is short", () => {
    assert.equal(valueText(vector(0.25, 0.25, -0.25, 0.25), 23), "[.25, .25, −.25, .25]");
    assert.equal(valueText(vector(0.25, 0.25, -0.25, 0.25), 25), "[0.25, 0.25, −0.25, 0.25]");
  });

  it("show rows of a matrix in brackets", () => {
    assert.equal(valueText({ shape: [2, 2], dtype: "float32", data: [1, 2, 3, 4] }), "[[1, 2], [3, 4]]");
    assert.equal(valueText({ shape: [0], dtype: "float32", data: [] }), "[]");
    assert.equal(valueText({ shape: [2, 0], dtype: "float32", data: [] }), "[[], []]");
  });

  it("show the first of many elements and their count, within the room", () => {
    const text = valueText(vector(...Array.from({ length: 1000 }, (_, k) => k / 7)), 30);
    assert.match(text, /^\[0, \.143, .*…\] of 1000$/);
    assert.ok(text.length <= 30, text);
  });

  it("show statistics of what was too large to keep", () => {
    const stats = {
      elements: 9000,
      min: -3,
      max: 3,
      mean: 0,
      std: 1,
      norm: 95,
      zeros: 0,
      nans: 2,
      infs: 0,
      histogram: [],
      sample: [],
    };
    const text = "mean 0 · std 1 · min −3 · max 3 · 2 NaN";
    assert.equal(valueText({ shape: [9000], dtype: "float32", data: null, stats }), text);
    assert.equal(statisticsText({ ...stats, nans: 0, infs: 1 }), "mean 0 · std 1 · min −3 · max 3 · 1 ∞");
  });

  it("name shapes and types", () => {
    assert.equal(shapeText([2, 3]), "[2, 3]");
    assert.equal(shapeText([]), "[]");
    assert.equal(typeText("float32", []), "float32 scalar");
    assert.equal(typeText("int64", [4]), "int64 [4]");
  });
});
