import assert from "node:assert/strict";
import * as b from "../../src/engine/index";
import { type DType, linalg, nn, slice, tensor, Tensor } from "../../src/engine/index";

const F = nn.functional;
const [inf, nan] = [Infinity, NaN];
const ints = (...data: number[]): Tensor => tensor(data, { dtype: "int64" });
const m = tensor([
  [1, 2, 3],
  [4, 5, 6],
]);
const v = tensor([3, 1, 2]);
const square = tensor([
  [4, 3],
  [6, 3],
]);

/** Worked by hand, or PyTorch's documented example. */
const cases: Readonly<Record<string, readonly [got: () => Tensor, want: b.Nested, dtype?: DType]>> = {
  "mv and outer": [
    () => m.mv(v).outer(tensor([1, 0.5])),
    [
      [11, 5.5],
      [29, 14.5],
    ],
  ],
  addcmul: [() => tensor([1, 2]).addcmul(tensor([3, 4]), tensor([5]), { value: 0.5 }), [8.5, 12]],
  addcdiv: [() => tensor([1, 2]).addcdiv(tensor([3, 4]), tensor([8]), { value: 2 }), [1.75, 3]],
  "ceil, and round to even": [
    () => b.cat([tensor([-1.5, 0.2]).ceil(), tensor([0.5, 1.5, 2.5, -0.5]).round()]),
    [-1, 1, 0, 2, 2, -0],
  ],
  "clampMin and clampMax": [
    () => b.stack([tensor([-1, 2]).clampMin(tensor([0, 0])), tensor([-1, 2]).clampMax(tensor([0, 1]))]),
    [
      [0, 2],
      [-1, 1],
    ],
  ],
  "fmin passes numbers by NaN": [() => tensor([nan, 1, nan]).fmin(tensor([2, nan, nan])), [2, 1, nan]],
  "cummin keeps NaN and takes later ties": [
    () => b.cat([tensor([2, 1, 1, nan]).cummin(0).values, tensor([2, 1, 1]).cummin(0).indices.to("float32")]),
    [2, 1, 1, nan, 0, 1, 2],
  ],
  "erfinv at its ends and in the middle": [() => tensor([-1, 0, 1, 2]).erfinv(), [-inf, 0, inf, nan]],
  "kinds of infinity": [
    () => {
      const x = tensor([inf, -inf, nan, 0]);
      return b.stack([x.isinf(), x.isposinf(), x.isneginf(), x.isfinite()]);
    },
    [
      [true, true, false, false],
      [true, false, false, false],
      [false, true, false, false],
      [false, false, false, true],
    ],
    "bool",
  ],
  "a mask without dims keeps or drops all": [
    () => b.cat([tensor(5).at(tensor(true)), tensor(5).at(tensor(false)), v.at(tensor(true)).reshape(3)]),
    [5, 3, 1, 2],
  ],
  "put at a list of places": [
    () => {
      const x = b.zeros(3, 2);
      x.put([2, 0], tensor([5, 6]));
      return x;
    },
    [
      [5, 6],
      [0, 0],
      [5, 6],
    ],
  ],
  "relu6 at and beyond its bounds": [() => F.relu6(tensor([-1, 0, 3, 6, 7])), [0, 0, 3, 6, 6]],
  hardsigmoid: [() => F.hardsigmoid(tensor([-3, 0, 3])), [0, 0.5, 1]],
  hardswish: [() => F.hardswish(tensor([-3, -1.5, 0, 4])), [-0, -0.375, 0, 4]],
  hardshrink: [() => F.hardshrink(tensor([-1, -0.5, 0.25, 0.75])), [-1, 0, 0, 0.75]],
  softshrink: [() => F.softshrink(tensor([-1, -0.5, 0.25, 0.75])), [-0.5, 0, 0, 0.25]],
  threshold: [() => F.threshold(tensor([0, 1, 2]), 1, 20), [20, 20, 2]],
  softsign: [() => F.softsign(tensor([-1, 0, 3])), [-0.5, 0, 0.75]],
  "celu, selu and elu at 0": [() => b.stack([F.celu(tensor(0)), F.selu(tensor(0)), F.elu(tensor(0))]), [0, 0, 0]],
  "rrelu at its mean slope": [() => F.rrelu(tensor([-4, 0, 2]), { lower: 0.25, upper: 0.75 }), [-2, 0, 2]],
  "rrelu with one slope to draw": [
    () => F.rrelu(tensor([-4, 0, 2]), { lower: 0.5, upper: 0.5, training: true }),
    [-2, 0, 2],
  ],
  "prelu by channel": [() => F.prelu(tensor([[-1, -1, 2]]), tensor([0.5, 0.25, 0.75])), [[-0.5, -0.25, 2]]],
  "glu with open gates": [() => F.glu(tensor([3, 5, 100, 0])), [3, 2.5]],
  "logsigmoid far out": [() => F.logsigmoid(tensor([-200, 200])), [-200, 0]],
  softmin: [() => F.softmin(tensor([2, 2]), 0), [0.5, 0.5]],
  "erf and erfc at the ends": [() => b.cat([tensor([-9, 0, 9]).erf(), tensor([0, 30]).erfc()]), [-1, 0, 1, 1, 0]],
  exp2: [() => tensor([-1, 0, 3]).exp2(), [0.5, 1, 8]],
  log10: [() => tensor([0.1, 1, 1000], { dtype: "float64" }).log10(), [-1, 0, 3], "float64"],
  "logit beyond its ends": [() => tensor([0, 0.5, 1]).logit(), [-inf, 0, inf]],
  sinc: [() => tensor([0, 0.5], { dtype: "float64" }).sinc(), [1, 2 / Math.PI], "float64"],
  "xlogy at 0": [() => tensor([0, 0, 1]).xlogy(tensor([0, nan, 1])), [0, nan, 0]],
  "logaddexp of infinities": [() => tensor([-inf, inf]).logaddexp(tensor([-inf, 1])), [-inf, inf]],
  hypot: [() => tensor([3]).hypot(tensor([4])), [5]],
  copysign: [() => tensor([1, -2, 3]).copysign(tensor([-1, 1, -0])), [-1, 2, -3]],
  heaviside: [() => tensor([-1, 0, 2]).heaviside(tensor(0.5)), [0, 0.5, 1]],
  signbit: [() => tensor([-1, -0, 0, 2]).signbit(), [true, true, false, false], "bool"],
  nanToNum: [() => tensor([nan, inf, -inf, 1]).nanToNum(7, 8), [7, 8, -3.4028234663852886e38, 1]],
  "deg2rad and back": [() => tensor([180], { dtype: "float64" }).deg2rad().rad2deg(), [180], "float64"],
  "trunc and frac": [() => b.cat([tensor([-1.5, 1.5]).trunc(), tensor([-1.5, 1.5]).frac()]), [-1, 1, -0.5, 0.5]],
  "fmod and remainder of opposite signs": [
    () => b.cat([tensor([-3, 3]).fmod(2), tensor([-3, 3]).remainder(2), tensor([-3, 3]).remainder(-2)]),
    [-1, 1, 1, 1, -1, -1],
  ],
  "division of integers, rounded": [
    () => b.cat([ints(-7, 7).div(2, { roundingMode: "floor" }), ints(-7, 7).div(2, { roundingMode: "trunc" })]),
    [-4, 3, -3, 3],
    "int64",
  ],
  "clamp between tensors": [
    () => tensor([-1, 5, 2]).clamp({ min: tensor([0, 0, 3]), max: tensor([1, 1, 1]) }),
    [0, 1, 1],
  ],
  "fmax passes numbers by NaN": [() => tensor([nan, 1, nan]).fmax(tensor([2, nan, nan])), [2, 1, nan]],
  "bits of integers": [
    () => b.stack([ints(12).bitwiseAnd(10), ints(12).bitwiseOr(10), ints(12).bitwiseXor(10), ints(12).bitwiseNot()], 1),
    [[8, 14, 6, -13]],
    "int64",
  ],
  "bits beyond 32": [() => ints(2 ** 40 + 5).bitwiseAnd(2 ** 40 + 3), [2 ** 40 + 1], "int64"],
  "bits of booleans": [() => tensor([true, true]).bitwiseXor(tensor([true, false])), [false, true], "bool"],
  "shifted bits": [() => b.cat([ints(3).bitwiseLeftShift(4), ints(-5).bitwiseRightShift(1)]), [48, -3], "int64"],
  isclose: [
    () => tensor([1, inf, nan]).isclose(tensor([1.000001, inf, nan]), { equalNan: true }),
    [true, true, true],
    "bool",
  ],
  "cumsum of integers": [() => ints(1, 2, 3).cumsum(0), [1, 3, 6], "int64"],
  cumprod: [() => tensor([2, 0, 5]).cumprod(0), [2, 0, 0]],
  "cummax keeps NaN and takes later ties": [
    () => b.cat([tensor([1, 1, nan, 2]).cummax(0).values, tensor([1, 1, 0]).cummax(0).indices.to("float32")]),
    [1, 1, nan, nan, 0, 1, 1],
  ],
  "sort with NaN last": [() => tensor([nan, 1, -1]).sort().values, [-1, 1, nan]],
  "sort keeps equal ones in order": [() => tensor([1, 0, 1, 0]).argsort(), [1, 3, 0, 2], "int64"],
  kthvalue: [() => tensor([5, 1, 4]).kthvalue(2).indices, 2, "int64"],
  "median is the lower of two": [() => tensor([4, 1, 3, 2]).median(), 2],
  "median with NaN": [() => tensor([1, nan, 0]).median(), nan],
  searchsorted: [() => b.searchsorted(tensor([1, 3, 5]), tensor([3, 6, 0])), [1, 3, 0], "int64"],
  "bucketize to the right": [() => b.bucketize(tensor([3, 6]), tensor([1, 3, 5]), { right: true }), [2, 3], "int64"],
  bincount: [() => b.bincount(ints(1, 3, 1)), [0, 2, 0, 1], "int64"],
  "bincount with weights": [() => b.bincount(ints(1, 0, 1), tensor([0.5, 2, 1]), 3), [2, 1.5, 0]],
  unique: [() => b.unique(ints(3, 1, 3)).inverse, [1, 0, 1], "int64"],
  "norms of many, summed in floats as ATen sums them": [
    () => {
      const x = b.arange(20000, { dtype: "float64" }).mul(1299709).remainder(1000).div(997).float();
      return b.cat([linalg.vectorNorm(x, 2).reshape(1), linalg.vectorNorm(x.reshape(-1, 2), 2, 0)]);
    },
    [81.83393096923828, 57.82182693481445, 57.90839767456055],
  ],
  "a third as a float is the exponent of the 3-norm": [() => tensor([6e12, 1]).norm(3), 6000005349376],
  "a product in the order of memory": [
    () => {
      const x = b.arange(1000, { dtype: "float64" }).mul(7919).remainder(997).div(1e6).add(1).float().reshape(10, 100);
      return b.stack([x.prod(), x.t().prod(), x.t().contiguous().prod()]);
    },
    [1.6456966400146484, 1.6456966400146484, 1.6456961631774902],
  ],
  "factors of degrees as floats": [
    () => b.cat([tensor([0.3]).deg2rad(), tensor([1.7]).rad2deg()]),
    [0.005235987715423107, 97.40283203125],
  ],
  "hardsigmoid and glu, each step rounded": [
    () => b.cat([F.hardsigmoid(tensor([-0.89])), F.glu(tensor([1.5, 0.2]))]),
    [0.3516666889190674, 0.8247509002685547],
  ],
  "norms of 3 and 4": [() => b.stack([1, 2, inf, -inf, 0].map((p) => tensor([3, -4]).norm(p))), [7, 5, 4, 3, 2]],
  "scatter, the last write stays": [() => b.zeros(3).scatter(0, ints(1, 1), tensor([5, 6])), [0, 6, 0]],
  indexAdd: [() => b.zeros(3).indexAdd(0, ints(2, 2), tensor([1, 2]), { alpha: 2 }), [0, 0, 6]],
  indexCopy: [
    () => b.zeros(2, 2).indexCopy(1, ints(1), tensor([[7], [8]])),
    [
      [0, 7],
      [0, 8],
    ],
  ],
  indexFill: [() => b.zeros(3).indexFill(0, ints(0, 2), -1), [-1, 0, -1]],
  take: [() => m.take(ints(0, -1)), [1, 6]],
  takeAlongDim: [() => b.takeAlongDim(m, m.argmax(1, { keepdim: true }), 1), [[3], [6]]],
  "maskedSelect with a mask that broadcasts": [() => m.maskedSelect(tensor([true, false, true])), [1, 3, 4, 6]],
  maskedScatter: [() => b.zeros(3).maskedScatter(tensor([true, false, true]), tensor([1, 2, 3])), [1, 0, 2]],
  nonzero: [
    () =>
      b.nonzero(
        tensor([
          [0, 1],
          [2, 0],
        ]),
      ),
    [
      [0, 1],
      [1, 0],
    ],
    "int64",
  ],
  countNonzero: [
    () =>
      tensor([
        [0, 1],
        [2, 3],
      ]).countNonzero(0),
    [1, 2],
    "int64",
  ],
  roll: [
    () => m.roll(1, 1),
    [
      [3, 1, 2],
      [6, 4, 5],
    ],
  ],
  "roll the flat tensor": [
    () => m.roll(-2),
    [
      [3, 4, 5],
      [6, 1, 2],
    ],
  ],
  rot90: [
    () =>
      b.rot90(
        tensor([
          [1, 2],
          [3, 4],
        ]),
      ),
    [
      [2, 4],
      [1, 3],
    ],
  ],
  tile: [() => tensor([1, 2]).tile(2), [1, 2, 1, 2]],
  repeatInterleave: [() => b.repeatInterleave(tensor([1, 2]), tensor([1, 3])), [1, 2, 2, 2]],
  "unfold along a dim": [
    () => tensor([1, 2, 3, 4]).unfold(0, 2, 1),
    [
      [1, 2],
      [2, 3],
      [3, 4],
    ],
  ],
  "fold adds what overlaps": [
    () => F.fold(b.ones(1, 4, 4), 3, 2),
    [
      [
        [
          [1, 2, 1],
          [2, 4, 2],
          [1, 2, 1],
        ],
      ],
    ],
  ],
  "pad in a circle": [() => F.pad(tensor([[1, 2, 3]]), [1, 2], "circular"), [[3, 1, 2, 3, 1, 2]]],
  "pad by cutting": [
    () => F.pad(m, [-1, 1], "constant", 9),
    [
      [2, 3, 9],
      [5, 6, 9],
    ],
  ],
  meshgrid: [
    () => b.stack(b.meshgrid([tensor([1, 2]), tensor([3, 4])])),
    [
      [
        [1, 1],
        [2, 2],
      ],
      [
        [3, 4],
        [3, 4],
      ],
    ],
  ],
  diag: [
    () => b.diag(tensor([1, 2]), 1),
    [
      [0, 1, 0],
      [0, 0, 2],
      [0, 0, 0],
    ],
  ],
  diagEmbed: [() => b.diagEmbed(tensor([[1], [2]])), [[[1]], [[2]]]],
  trace: [() => square.trace(), 7],
  trilIndices: [
    () => b.trilIndices(2, 2),
    [
      [0, 1, 1],
      [0, 0, 1],
    ],
    "int64",
  ],
  triuIndices: [
    () => b.triuIndices(2, 3, 1),
    [
      [0, 0, 1],
      [1, 2, 2],
    ],
    "int64",
  ],
  "einsum by the alphabet": [() => b.einsum("ba", tensor([[1, 2]])), [[1], [2]]],
  "einsum with sizes of 1": [() => b.einsum("ij,ij->i", m, tensor([[1], [2]])), [6, 30]],
  kron: [() => b.kron(tensor([1, 2]), tensor([1, 10])), [1, 10, 2, 20]],
  tensordot: [
    () =>
      b.tensordot(m, m, [
        [0, 1],
        [0, 1],
      ]),
    91,
  ],
  inner: [() => b.inner(m, v), [11, 29]],
  cdist: [() => b.cdist(tensor([[0, 0]]), tensor([[3, 4]])), [[5]]],
  dist: [() => b.dist(tensor([1, 1]), tensor([4, 5])), 5],
  addmm: [
    () => b.addmm(tensor(1), square, b.eye(2), { beta: 2, alpha: 10 }),
    [
      [42, 32],
      [62, 32],
    ],
  ],
  addmv: [() => b.addmv(tensor([1, 1]), square, tensor([1, 1])), [8, 10]],
  addr: [
    () => b.addr(tensor(1), tensor([1, 2]), tensor([3, 4])),
    [
      [4, 5],
      [7, 9],
    ],
  ],
  baddbmm: [
    () => b.baddbmm(tensor(1), square.unsqueeze(0), b.eye(2).unsqueeze(0)),
    [
      [
        [5, 4],
        [7, 4],
      ],
    ],
  ],
  det: [() => linalg.det(square), -6],
  slogdet: [
    () =>
      linalg.slogdet(
        tensor([
          [-1, 0],
          [0, 1],
        ]),
      ).sign,
    -1,
  ],
  inv: [
    () =>
      linalg.inv(
        tensor([
          [2, 0],
          [0, 4],
        ]),
      ),
    [
      [0.5, 0],
      [0, 0.25],
    ],
  ],
  solve: [() => linalg.solve(square, tensor([10, 12])), [1, 2]],
  cholesky: [
    () =>
      linalg.cholesky(
        tensor([
          [4, 2],
          [2, 5],
        ]),
      ),
    [
      [2, 0],
      [1, 2],
    ],
  ],
  cross: [() => linalg.cross(tensor([1, 0, 0]), tensor([0, 1, 0])), [0, 0, 1]],
  vecdot: [() => linalg.vecdot(m, v), [11, 29]],
  matrixNorm: [
    () =>
      b.stack(
        [1, -1, inf, -inf].map((order) =>
          linalg.matrixNorm(
            tensor([
              [1, -2],
              [3, 4],
            ]),
            order,
          ),
        ),
      ),
    [6, 4, 7, 3],
  ],
  matrixPower: [
    () =>
      linalg.matrixPower(
        tensor([
          [1, 1],
          [0, 1],
        ]),
        5,
      ),
    [
      [1, 5],
      [0, 1],
    ],
  ],
  multiDot: [() => linalg.multiDot([tensor([1, 1]), square, tensor([1, 1])]), 16],
  "nansum and nanmean": [() => b.stack([tensor([1, nan, 3]).nansum(), tensor([1, nan, 3]).nanmean()]), [4, 2]],
  varMean: [() => b.stack([...b.varMean(tensor([1, 3]))]), [2, 2]],
  hstack: [() => b.hstack([tensor(1), tensor([2, 3])]), [1, 2, 3]],
  vstack: [
    () => b.vstack([tensor([1, 2]), tensor([3, 4])]),
    [
      [1, 2],
      [3, 4],
    ],
  ],
  dstack: [
    () => b.dstack([tensor([1, 2]), tensor([3, 4])]),
    [
      [
        [1, 3],
        [2, 4],
      ],
    ],
  ],
  columnStack: [
    () => b.columnStack([tensor([1, 2]), square]),
    [
      [1, 4, 3],
      [2, 6, 3],
    ],
  ],
  tensorSplit: [() => b.cat([...b.tensorSplit(b.arange(7), 3)].map((x) => x.sum().reshape(1))), [3, 7, 11], "int64"],
};

/** What a test runs, as its name. */
function source(run: () => unknown): string {
  return run
    .toString()
    .replaceAll(/\(0, ?import_engine\.(\w+)\)/g, "$1")
    .replace(/^\(\) ?=> ?/, "");
}

describe("cases worked by hand", () => {
  for (const [name, [got, want, dtype = "float32"]] of Object.entries(cases)) {
    it(name, () => {
      const result = got();
      assert.equal(result.dtype, dtype);
      assert.deepEqual(result.toList(), want);
    });
  }
});

describe("views", () => {
  const views: Readonly<Record<string, (x: Tensor) => Tensor>> = {
    diagonal: (x) => x.diagonal(1),
    unfold: (x) => x.unfold(1, 2, 1),
    unbind: (x) => x.unbind(1)[2] ?? x,
    movedim: (x) => x.movedim(0, 1),
    mT: (x) => x.mT,
    unflatten: (x) => x.unflatten(1, [3, 1]),
    broadcastTo: (x) => x.broadcastTo([2, 3, 3]),
    "a new axis, an ellipsis and a slice": (x) => x.at(null, "...", slice(1)),
  };
  for (const [name, view] of Object.entries(views)) {
    it(`${name} shows its base's memory`, () => {
      const base = b.zeros(3, 3);
      const seen = view(base);
      base.fill_(5);
      assert.ok(seen.toArray().every((value) => value === 5));
    });
  }
});

describe("in-place forms", () => {
  const others: Readonly<Record<string, readonly unknown[]>> = {
    clampMin: [0.4],
    clampMax: [0.6],
    clamp: [{ min: 0.3, max: 0.7 }],
    pow: [2],
    fmod: [0.3],
    remainder: [0.3],
    floorDivide: [0.3],
    cumsum: [0],
    cumprod: [0],
    lerp: [tensor([1, 2, 3]), 0.25],
    addcmul: [tensor([1, 2, 3]), tensor([3, 2, 1])],
    addcdiv: [tensor([1, 2, 3]), tensor([3, 2, 1])],
    maskedFill: [tensor([true, false, true]), 9],
    maskedScatter: [tensor([true, false, true]), tensor([7, 8])],
    scatter: [0, ints(1), 4],
    scatterAdd: [0, ints(1), tensor([4])],
    indexAdd: [0, ints(1), tensor([4])],
    indexCopy: [0, ints(1), tensor([4])],
    indexFill: [0, ints(1), 4],
    logicalAnd: [tensor([1, 0, 1])],
    logicalOr: [tensor([1, 0, 1])],
    logicalXor: [tensor([1, 0, 1])],
    atan2: [v],
    hypot: [v],
  };
  const plain = [{}, 2, v].map((other) => [other]);
  const isOp = (name: string) =>
    name.endsWith("_") && name.slice(0, -1) in Tensor.prototype && name !== "requiresGrad_";
  const names = Object.getOwnPropertyNames(Tensor.prototype).filter(isOp);

  function call(x: Tensor, name: string, args: readonly unknown[]): Tensor {
    const method: unknown = Reflect.get(x, name);
    assert.ok(typeof method === "function", name);
    return Reflect.apply(method, x, args) as Tensor;
  }

  for (const name of names) {
    it(`${name} writes what the other form gives`, () => {
      const other = name.slice(0, -1);
      const start = () => {
        if (other === "tril" || other === "triu") return b.ones(3, 3);
        if (other.startsWith("bitwise")) return ints(5, 6, 7);
        return other === "acosh" ? tensor([1.25, 1.5, 3]) : tensor([0.25, 0.5, 0.75]);
      };
      const isUnary = Tensor.prototype[other as "exp"].length === 0 && others[other] === undefined;
      const args = others[other] ?? (isUnary ? [] : other.startsWith("bitwise") ? [ints(1, 2, 3)] : (plain[2] ?? []));
      const x = start();
      const want = call(start(), other, args);
      assert.equal(call(x, name, args), x);
      assert.deepEqual(x.toArray(), want.toArray());
      assert.notDeepEqual(want.toArray(), [], name);
    });
  }

  it("fillDiagonal_ writes the diagonal", () => {
    assert.deepEqual(b.zeros(2, 2).fillDiagonal_(3).toArray(), [3, 0, 0, 3]);
  });
});

describe("promotion", () => {
  const types: readonly (readonly [got: () => Tensor, want: DType])[] = [
    [() => ints(1).add(0.5), "float32"],
    [() => ints(1).add(2), "int64"],
    [() => ints(1).add(true), "int64"],
    [() => tensor([true]).add(1), "int64"],
    [() => tensor([true]).add(true), "bool"],
    [() => tensor([1]).add(tensor(1, { dtype: "float64" })), "float32"],
    [() => ints(1).add(tensor(1, { dtype: "float64" })), "float64"],
    [() => tensor([1], { dtype: "int32" }).mul(tensor(1, { dtype: "int64" })), "int32"],
    [() => tensor([1], { dtype: "int32" }).mul(ints(1)), "int64"],
    [() => b.where(tensor([true]), ints(1), 0.5), "float32"],
    [() => ints(1).clamp({ min: 0.5 }), "float32"],
    [() => ints(4).sqrt(), "float32"],
    [() => ints(4).atan2(ints(1)), "float32"],
    [() => ints(4).xlogy(0.5), "float32"],
    [() => ints(4).floorDivide(3), "int64"],
    [() => tensor([true]).cumsum(0), "int64"],
    [() => tensor([true]).bitwiseAnd(1), "int64"],
  ];
  types.forEach(([got, want]) => {
    it(`${source(got)} is ${want}`, () => {
      assert.equal(got().dtype, want);
    });
  });
});

describe("indexing", () => {
  const grid = b.arange(24).reshape(2, 3, 4);
  const rows: readonly (readonly [got: () => Tensor, want: b.Nested])[] = [
    [() => grid.at("...", [0, 2]).at(1, 1), [16, 18]],
    [
      () => grid.at(slice(), [0, 2], 1),
      [
        [1, 9],
        [13, 21],
      ],
    ],
    [() => grid.at([0, 1], slice(1, 2), [3, 0]), [[7], [16]]],
    [() => grid.at(null, 1, "...", 2), [[14, 18, 22]]],
    [() => grid.at(tensor([false, true]), 0, 0), [12]],
    [() => grid.at(1, tensor([true, false, true]), slice(0, 1)), [[12], [20]]],
    [() => grid.at(grid.gt(20)), [21, 22, 23]],
    [
      () => grid.at([[0], [1]], [[1, 2]], 0),
      [
        [4, 8],
        [16, 20],
      ],
    ],
    [
      () => b.zeros(2, 3).put(tensor([true, false]), slice(1), 5),
      [
        [0, 5, 5],
        [0, 0, 0],
      ],
    ],
    [() => b.zeros(3).put([0, 2], tensor([1, 2])), [1, 0, 2]],
    [
      () => b.zeros(2, 2).put("...", 1, 7),
      [
        [0, 7],
        [0, 7],
      ],
    ],
    [() => b.zeros(3).put(tensor([true, false, true]), tensor([4, 5])), [4, 0, 5]],
    [() => b.zeros(2).put(null, slice(), tensor([[1, 2]])), [1, 2]],
  ];
  rows.forEach(([got, want]) => {
    it(source(got), () => {
      assert.deepEqual(got().toList(), want);
    });
  });
});

describe("misuse of these ops", () => {
  const misuse: readonly (readonly [run: () => unknown, sentence: RegExp])[] = [
    [() => tensor([1]).topk(2), /^selected index k out of range\. k is 2/],
    [() => tensor([1]).tril(), /^tril: input tensor must have at least 2 dimensions/],
    [() => ints(1).floorDivide(0), /^ZeroDivisionError/],
    [() => tensor([1]).addcdiv(ints(1), ints(1)), /^Integer division with addcdiv is no longer supported/],
    [() => F.silu(ints(1)), /^"silu_cpu" not implemented for 'Long'/],
    [() => F.glu(tensor([1, 2, 3])), /^Halving dimension must be even/],
    [() => tensor([1.5]).bitwiseAnd(1), /^"bitwise_and_cpu" not implemented for 'Float'/],
    [() => F.pad(tensor([[1, 2]]), [2, 0], "reflect"), /^Argument #4: Padding size should be less than/],
    [() => F.pad(tensor([1]), [1, 0], "reflect"), /^Only 2D, 3D, 4D, 5D padding/],
    [() => b.einsum("ij->i", tensor([1])), /^einsum\(\): the number of subscripts in the equation \(2\)/],
    [() => b.einsum("ij,jk->ik", m, m), /^einsum\(\): subscript j has size 2 for operand 1/],
    [() => b.einsum("i->j", v), /^einsum\(\): output subscript j does not appear/],
    [() => m.scatter(1, ints(0), 1), /^Index tensor must have the same number of dimensions as self tensor/],
    [() => v.scatterAdd(0, ints(0, 1), tensor([1])), /^Expected index \[2\] to be smaller than self \[3\]/],
    [() => v.take(ints(3)), /^out of range: tried to access index 3 on a tensor of 3 elements/],
    [() => v.unfold(0, 4, 1), /^maximum size for tensor at dimension 0 is 3 but size is 4/],
    [() => m.repeat(2), /^Number of dimensions of repeat dims can not be smaller/],
    [() => m.gather(1, ints(0, 0, 0).unsqueeze(1)), /^Size does not match at dimension 0 expected index \[3, 1\]/],
    [() => v.maskedFill(v.gt(1), v), /^masked_fill only supports a 0-dimensional value tensor/],
    [() => linalg.inv(b.ones(2, 2)), /^linalg\.inv: The diagonal element of the factor is zero/],
    [() => linalg.det(m), /^linalg\.det: A must be batches of square matrices, but they are 2 by 3 matrices/],
    [() => linalg.cholesky(b.eye(2).neg()), /^linalg\.cholesky: The factorization could not be completed/],
    [() => ints(1).norm(), /^linalg\.vector_norm: Expected a floating point/],
    [() => tensor([1, 2]).clamp({}), /^torch\.clamp: At least one of 'min' or 'max' must not be None/],
  ];
  misuse.forEach(([run, sentence]) => {
    it(source(run), () => {
      assert.throws(run, (error) => error instanceof Error && sentence.test(error.message));
    });
  });
});
