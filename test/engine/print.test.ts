import { deepEqual, equal } from "node:assert/strict";
import { formatTensor, type Printable } from "../../src/engine/print";
import { exponential, fixed, shortest } from "../../src/engine/print.number";
import { golden, type GoldenTensor, valuesOf } from "./golden";

interface PrintCase {
  id: string;
  code: string;
  text: string;
  tensor: GoldenTensor & { requiresGrad: boolean };
  gradFn: string | null;
  isParameter: boolean;
  item?: string;
}

const { cases } = golden("print.public") as { cases: PrintCase[] };
const dtypes = new Set(["float32", "float64", "int64", "int32", "bool"]);

function view({ tensor, gradFn, isParameter }: PrintCase): Printable {
  const data = Float64Array.from(valuesOf(tensor));
  const strides: number[] = [];
  let step = 1;
  for (const size of [...tensor.shape].reverse()) {
    strides.unshift(step);
    step *= size;
  }
  const dtype = tensor.dtype as Printable["dtype"];
  return {
    id: 1,
    storage: { id: 1, dtype, data, start: 0, length: data.length, version: 0 },
    shape: tensor.shape,
    strides,
    offset: 0,
    dtype,
    requiresGrad: tensor.requiresGrad,
    isLeaf: gradFn === null,
    gradFn: gradFn === null ? null : { name: gradFn },
    isParameter,
  };
}

describe("printing a tensor", () => {
  const known = cases.filter((c) => dtypes.has(c.tensor.dtype));

  it("covers every public case whose dtype the engine has", () => {
    deepEqual(
      cases.filter((c) => !known.includes(c)).map((c) => c.tensor.dtype),
      ["float16", "uint8"],
    );
  });

  for (const c of known) {
    it(`prints ${c.id} ${c.code.split("\n").pop()?.slice(0, 60) ?? ""} as PyTorch`, () =>
      equal(formatTensor(view(c)), c.text));
  }

  it("prints a window of a storage through strides and offset", () => {
    const whole = view({
      ...cases[0]!,
      tensor: { shape: [2, 3], dtype: "int64", data: [0, 1, 2, 3, 4, 5], requiresGrad: false },
    });
    equal(formatTensor({ ...whole, shape: [2], strides: [3], offset: 2 }), "tensor([2, 5])");
    equal(
      formatTensor({ ...whole, storage: { ...whole.storage, start: 1, length: 5 }, shape: [], strides: [] }),
      "tensor(1)",
    );
  });
});

describe("printing a number", () => {
  it("rounds the exact binary value and ties to even, as Python", () => {
    deepEqual(
      [0.5, 1.5, 2.5, -0.5, 1e22].map((x) => fixed(x, 0)),
      ["0", "2", "2", "-0", "10000000000000000000000"],
    );
    deepEqual(
      [1.0625, 1.1875, 0.1, -0, 1.005].map((x) => fixed(x, 3)),
      ["1.062", "1.188", "0.100", "-0.000", "1.005"],
    );
    equal(fixed(1.005, 2), "1.00");
    deepEqual(
      [2.5, 3.5, 9.5].map((x) => exponential(x, 0)),
      ["2e+00", "4e+00", "1e+01"],
    );
    deepEqual(
      [0, -0, 5e-324, 99999.5].map((x) => exponential(x, 4)),
      ["0.0000e+00", "-0.0000e+00", "4.9407e-324", "1.0000e+05"],
    );
  });

  it("gives the shortest digits that read back, with a point or an exponent", () => {
    deepEqual([1, -0, 0.1, 1e16, 123456789, 1e-5, NaN, -Infinity].map(shortest), [
      "1.0",
      "-0.0",
      "0.1",
      "1e+16",
      "123456789.0",
      "1e-05",
      "nan",
      "-inf",
    ]);
    for (const c of cases) {
      if (c.item !== undefined && c.tensor.dtype.startsWith("float"))
        equal(shortest(valuesOf(c.tensor)[0]!), c.item, c.id);
    }
  });
});
