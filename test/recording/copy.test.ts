import { deepEqual, equal, ok } from "node:assert/strict";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { tensor, type Tensor } from "../../src/engine/index";
import { copyForms, copyText } from "../../src/recording/copy";
import { elementsOf, type Value } from "../../src/recording/value";

type DType = Value["dtype"];

function value(data: readonly number[], shape: readonly number[] = [data.length], dtype: DType = "float32"): Value {
  return { shape, dtype, data };
}

const odd = value([NaN, Infinity, -Infinity, -0, 0, 1e-7], [2, 3]);

/** What Python reads, as JavaScript: only the names differ. */
function python(text: string): Tensor {
  const array = (rows: never, dtype: string) => tensor(rows, { dtype: dtype.replace("bool_", "bool") as DType });
  const np = Object.fromEntries(["float32", "float64", "int32", "int64", "bool_"].map((name) => [name, name]));
  const scope = { np: { ...np, nan: NaN, inf: Infinity, array }, True: true, False: false };
  return runInNewContext(text.replace("dtype=", ""), scope) as Tensor;
}

const typescript = (text: string): Tensor =>
  runInNewContext(text, { tensor: (rows: never, options: never) => tensor(rows, options) }) as Tensor;

/** What JSON holds, flat. */
function json(text: string): number[] {
  const names: Readonly<Record<string, number>> = { nan: NaN, inf: Infinity, "-inf": -Infinity };
  const flat = [JSON.parse(text) as unknown].flat(Infinity);
  return flat.map((x) => (typeof x === "string" ? (names[x] ?? assertNever(x)) : Number(x)));
}

function assertNever(x: string): never {
  throw new Error(`no number: ${x}`);
}

describe("a tensor that is copied", () => {
  it("is written as one would write it", () => {
    const matrix = value([1, 2, 3, -4.5], [2, 2]);
    equal(copyText(matrix, "JSON"), "[[1, 2], [3, -4.5]]");
    equal(copyText(matrix, "TypeScript"), "tensor([[1, 2], [3, -4.5]])");
    equal(copyText(matrix, "NumPy"), "np.array([[1, 2], [3, -4.5]], dtype=np.float32)");
    const scalar = value([Math.fround(0.1)], []);
    equal(copyText(scalar, "TypeScript"), "tensor(0.1)");
    equal(copyText(scalar, "JSON"), "0.10000000149011612");
  });

  it("names its dtype where a reader would take another", () => {
    equal(copyText(value([0.1], [1], "float64"), "TypeScript"), 'tensor([0.1], { dtype: "float64" })');
    equal(copyText(value([1, 2], [2], "int64"), "TypeScript"), 'tensor([1, 2], { dtype: "int64" })');
    equal(copyText(value([1, 0], [2], "bool"), "TypeScript"), 'tensor([true, false], { dtype: "bool" })');
    equal(copyText(value([1, 0], [2], "bool"), "NumPy"), "np.array([True, False], dtype=np.bool_)");
    equal(copyText(value([1, 0], [2], "bool"), "JSON"), "[true, false]");
  });

  it("keeps NaN, the infinities and −0 in each", () => {
    equal(copyText(odd, "JSON"), `[["nan", "inf", "-inf"], [-0, 0, 1e-7]]`);
    equal(copyText(odd, "TypeScript"), "tensor([[NaN, Infinity, -Infinity], [-0, 0, 1e-7]])");
    equal(copyText(odd, "NumPy"), "np.array([[np.nan, np.inf, -np.inf], [-0.0, 0, 1e-7]], dtype=np.float32)");
  });

  it("keeps the sizes of what has no elements", () => {
    for (const shape of [[0], [0, 3], [2, 0], [2, 0, 3]]) {
      const none = value([], shape);
      deepEqual(typescript(copyText(none, "TypeScript") ?? "").shape, shape);
      deepEqual(python(copyText(none, "NumPy") ?? "").shape, shape);
    }
  });

  it("is nothing when its elements were not recorded", () => {
    const stats = { elements: 5000, min: 0, max: 1, mean: 0, std: 0, norm: 0, zeros: 0, nans: 0, infs: 0 };
    const large: Value = {
      shape: [5000],
      dtype: "float32",
      data: null,
      stats: { ...stats, histogram: [], sample: [1, 2] },
    };
    for (const form of copyForms) equal(copyText(large, form), null);
  });

  it("comes back with the same bits, whatever its shape and dtype", () => {
    const whole = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
    const elements: Readonly<Record<DType, fc.Arbitrary<number>>> = {
      float32: fc.float(),
      float64: fc.double(),
      int32: whole,
      int64: fc.maxSafeInteger().map((x) => x + 0),
      bool: fc.constantFrom(0, 1),
    };
    const dtypes = Object.keys(elements) as DType[];
    const values = fc
      .tuple(fc.constantFrom(...dtypes), fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 }))
      .chain(([dtype, shape]) => {
        const length = elementsOf(shape);
        const data = fc.array(elements[dtype], { minLength: length, maxLength: length });
        return data.map((data): Value & { data: number[] } => ({ shape, dtype, data }));
      });
    fc.assert(
      fc.property(values, ({ shape, dtype, data }) => {
        const of: Value = { shape, dtype, data };
        const back = [typescript(copyText(of, "TypeScript") ?? ""), python(copyText(of, "NumPy") ?? "")];
        for (const read of back) {
          deepEqual([read.shape, read.dtype], [shape, dtype]);
          same([read.toArray()].flat(Infinity).map(Number), data);
        }
        same(json(copyText(of, "JSON") ?? ""), data);
      }),
      { numRuns: 60 },
    );
  });
});

function same(read: readonly number[], data: readonly number[]): void {
  equal(read.length, data.length);
  read.forEach((x, k) => ok(Object.is(x, data[k]), `${x} is not ${data[k]}`));
}
