import { deepEqual, equal, throws } from "node:assert/strict";
import { inspect } from "node:util";
import { cat, format, nn, ones, setPrintoptions, stack, tensor, type Tensor, where } from "../../src/engine/index";
import { formatTensor, type Printable } from "../../src/engine/print";
import { exponential, fixed, shortest } from "../../src/engine/print.number";
import { measuring } from "./gauge";
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
    storageId: 1,
    data,
    origin: 0,
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
    it(`prints ${c.id} ${c.code.split("\n").pop()?.slice(0, 60) ?? ""} as PyTorch`, () => {
      measuring("print.public", "printed", c.id, () => {
        equal(formatTensor(view(c)), c.text);
      });
    });
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

/** The programs of the cases that carry a history, by their Python; `x` is [1, 2.5] and requires a gradient. */
const programs: Readonly<Record<string, (x: Tensor) => Tensor>> = {
  "torch.ones(12,requires_grad=True)/3": () => ones(12, { requiresGrad: true }).div(3),
  "t=x+1": (x) => x.add(1),
  "t=x-1": (x) => x.sub(1),
  "t=x/2": (x) => x.div(2),
  "t=x**2": (x) => x.pow(2),
  "t=x.sum()": (x) => x.sum(),
  "t=x.exp()": (x) => x.exp(),
  "t=x.log()": (x) => x.log(),
  "t=x.tanh()": (x) => x.tanh(),
  "t=x.sigmoid()": (x) => x.sigmoid(),
  "t=x.relu()": (x) => x.relu(),
  "t=-x": (x) => x.neg(),
  "t=x.sqrt()": (x) => x.sqrt(),
  "t=x.cos()": (x) => x.cos(),
  "t=x.t()": (x) => x.t(),
  "t=x@x": (x) => x.matmul(x),
  "t=x.unsqueeze(0)@x.unsqueeze(1)": (x) => x.unsqueeze(0).matmul(x.unsqueeze(1)),
  "t=torch.cat([x,x])": (x) => cat([x, x]),
  "t=torch.stack([x,x])": (x) => stack([x, x]),
  "t=x.softmax(0)": (x) => x.softmax(0),
  "t=x.std()": (x) => x.std(),
  "t=torch.nn.functional.linear(x.unsqueeze(0),torch.ones(3,2),torch.ones(3))": (x) =>
    nn.functional.linear(x.unsqueeze(0), ones(3, 2), ones(3)),
  "t=torch.maximum(x,x)": (x) => x.maximum(x),
  "t=x.clamp(0,1)": (x) => x.clamp({ min: 0, max: 1 }),
  "t=torch.where(x>1,x,x)": (x) => where(x.gt(1), x, x),
  "t=x.prod()": (x) => x.prod(),
  "t=x.sum(0)": (x) => x.sum(0),
  "t=x.squeeze()": (x) => x.squeeze(),
  "t=torch.nn.functional.dropout(x,.5,False)": (x) => nn.functional.dropout(x, { p: 0.5, training: false }),
  "t=x.double()": (x) => x.double(),
  "t=torch.dot(x,x)": (x) => x.dot(x),
  "t=x.reshape(2,1)": (x) => x.reshape(2, 1),
  "t=torch.nn.functional.leaky_relu(x)": (x) => nn.functional.leakyRelu(x),
  "t=torch.nn.functional.silu(x)": (x) => nn.functional.silu(x),
  "t=torch.nn.functional.binary_cross_entropy_with_logits(x,x.detach())": (x) =>
    nn.functional.binaryCrossEntropyWithLogits(x, x.detach()),
  "t=torch.nn.functional.embedding(torch.tensor([0]),x.unsqueeze(1))": (x) =>
    nn.functional.embedding(tensor([0], { dtype: "int64" }), x.unsqueeze(1)),
  "t=x.norm()": (x) => x.norm(),
  "t=y": (x) => x.mul(2).add_(1),
};

describe("printing what ran", () => {
  const ran = cases.filter((c) => dtypes.has(c.tensor.dtype));
  const key = (c: PrintCase) => c.code.split("\n").at(-1) ?? "";
  const isDoubled = (c: PrintCase) => c.code.startsWith("x=torch.arange");

  it("leaves out none", () => {
    const missing = ran.filter((c) => c.gradFn !== null && !isDoubled(c) && programs[key(c)] === undefined);
    deepEqual(missing.map(key), []);
  });

  for (const c of ran) {
    const program = programs[key(c)];
    it(`prints ${c.id} from a tensor of its own as PyTorch`, () => {
      const { shape, dtype, requiresGrad } = view(c);
      const leaf = () => tensor(Float64Array.from(valuesOf(c.tensor)), { dtype }).reshape([...shape]);
      if (program !== undefined) equal(String(program(tensor([1, 2.5], { requiresGrad: true }))), c.text);
      else if (isDoubled(c)) equal(String(leaf().div(2).requiresGrad_().mul(2)), c.text);
      else if (c.isParameter) equal(String(new nn.Parameter(leaf())), c.text);
      else equal(inspect(leaf().requiresGrad_(requiresGrad)), c.text);
    });
  }
});

describe("setPrintoptions", () => {
  afterEach(() => setPrintoptions({ profile: "default" }));

  it("changes decimals, lines, summaries and exponents", () => {
    const x = tensor([Math.PI, 1, 20]);
    setPrintoptions({ precision: 2 });
    equal(String(x), "tensor([ 3.14,  1.00, 20.00])");
    setPrintoptions({ profile: "default", sciMode: true });
    equal(String(x), "tensor([3.1416e+00, 1.0000e+00, 2.0000e+01])");
    setPrintoptions({ profile: "default", sciMode: false });
    equal(String(tensor([1e-6, 1])), "tensor([    0.0000,     1.0000])");
    setPrintoptions({ profile: "default", linewidth: 20 });
    equal(String(ones(4)), "tensor([1., 1., 1.,\n        1.])");
    setPrintoptions({ profile: "default", threshold: 5, edgeitems: 1 });
    equal(String(ones(6)), "tensor([1.,  ..., 1.])");
    setPrintoptions({ profile: "short" });
    equal(String(ones(1001).mul(1.5)), "tensor([1.50, 1.50,  ..., 1.50, 1.50])");
    setPrintoptions({ profile: "full" });
    equal(String(ones(1001)).includes("..."), false);
  });
});

describe("format", () => {
  it("prints a number or a 0-d tensor with decimals, as Python", () => {
    deepEqual(
      [format(1.0625, 3), format(tensor(-0), 2), format(tensor(30), 8), format(NaN, 1)],
      ["1.062", "-0.00", "30.00000000", "nan"],
    );
  });

  it("refuses what has no one number, with PyTorch's sentence", () => {
    throws(() => format(tensor([1]), 3), /^TypeError: unsupported format string passed to Tensor.__format__/);
    throws(() => format(1, -1), /format\(\) cannot print -1 decimals/);
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
