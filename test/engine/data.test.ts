import { deepEqual, equal, ok, throws } from "node:assert/strict";
import {
  arange,
  datasets,
  forkRng,
  Generator,
  manualSeed,
  ones,
  rand,
  randperm,
  tensor,
  type Tensor,
  utils,
  zeros,
} from "../../src/engine/index";
import { Mersenne } from "../../src/engine/kernels/mersenne";
import { watched } from "./watched";

const { DataLoader, randomSplit, TensorDataset } = utils.data;
const numbers = (n: number) => new TensorDataset(arange(n).float().reshape(n, 1), arange(n));
const flat = (loader: Iterable<readonly Tensor[]>): number[] => [...loader].flatMap((batch) => batch[1]!.toArray());

describe("a TensorDataset", () => {
  it("gives samples by number, of tensors of one length", () => {
    const set = numbers(5);
    equal(set.length, 5);
    const [x, y] = set.get(3);
    deepEqual([x.toList(), y.item()], [[3], 3]);
    throws(() => new TensorDataset(ones(2), ones(3)), /^TypeError: Size mismatch between tensors/);
    throws(() => new TensorDataset(), /Size mismatch between tensors/);
  });
});

describe("a DataLoader", () => {
  it("gives batches in order, the last perhaps smaller, as often as asked", () => {
    const loader = new DataLoader(numbers(5), { batchSize: 2 });
    equal(loader.length, 3);
    for (let round = 0; round < 2; round++) {
      deepEqual(
        [...loader].map(([x, y]) => [x.shape, y.toArray()]),
        [
          [
            [2, 1],
            [0, 1],
          ],
          [
            [2, 1],
            [2, 3],
          ],
          [[1, 1], [4]],
        ],
      );
    }
    const whole = new DataLoader(numbers(5), { batchSize: 2, dropLast: true });
    deepEqual([whole.length, [...whole].length], [2, 2]);
  });

  it("shuffles as PyTorch: a base seed, a seed of its own, then randperm", () => {
    manualSeed(0);
    const first = flat(new DataLoader(numbers(10), { batchSize: 3, shuffle: true }));
    const source = new Mersenne(0);
    source.bits64();
    const own = new Generator(BigInt.asUintN(63, source.bits64()));
    deepEqual(first, randperm(10, { generator: own }).toArray());
    manualSeed(0);
    const loader = new DataLoader(numbers(10), { batchSize: 3, shuffle: true });
    deepEqual(flat(loader), first);
    const second = flat(loader);
    ok(second.join() !== first.join());
    deepEqual(
      [...second].sort((a, b) => a - b),
      arange(10).toArray(),
    );
  });

  it("draws from a generator that it is given, one order more than it uses each time", () => {
    const loader = new DataLoader(numbers(6), { shuffle: true, generator: new Generator(7) });
    const generator = new Generator(7);
    for (let round = 0; round < 2; round++) {
      generator.source.bits64();
      deepEqual(flat(loader), randperm(6, { generator }).toArray());
      randperm(6, { generator });
    }
  });

  it("leaves the default stream where PyTorch leaves it", () => {
    manualSeed(3);
    flat(new DataLoader(numbers(4)));
    const after = rand(1).item();
    const source = new Mersenne(3);
    source.bits64();
    equal(after, source.uniform32());
  });

  it("makes batches of numbers, booleans, strings, lists and objects", () => {
    const samples = [
      { x: tensor([1, 2]), label: 3, name: "a", pair: [true, 0.5] as const },
      { x: tensor([4, 5]), label: 6, name: "b", pair: [false, 1.5] as const },
    ];
    const set = { length: 2, get: (i: number) => samples[i]! };
    const [batch] = [...new DataLoader(set, { batchSize: 2 })];
    deepEqual(batch!.x.toList(), [
      [1, 2],
      [4, 5],
    ]);
    deepEqual(batch!.label.toArray(), [3, 6]);
    deepEqual(batch!.name, ["a", "b"]);
    deepEqual(
      [batch!.pair[0].toList(), batch!.pair[1].toList()],
      [
        [true, false],
        [0.5, 1.5],
      ],
    );
    const joined = new DataLoader(set, { batchSize: 2, collateFn: (all) => all.map((s) => s.label).join("+") });
    deepEqual([...joined], ["3+6"]);
    const odd = { length: 2, get: (i: number) => (i === 0 ? [1] : [1, 2]) };
    throws(() => [...new DataLoader(odd, { batchSize: 2 })], /each element in list of batch should be of equal size/);
  });

  it("tells of each batch as new data, not of ops", () => {
    const loader = new DataLoader(numbers(2), { batchSize: 2 });
    const events = watched(() => {
      equal([...loader].length, 1);
    });
    deepEqual(
      events.map((e) => `${e.event} ${e.name}`),
      ["created batch", "created batch"],
    );
  });

  it("refuses what cannot be meant", () => {
    throws(
      () => new DataLoader(numbers(2), { batchSize: 0 }),
      /batch_size should be a positive integer value, but got/,
    );
    throws(() => new DataLoader(numbers(0), { shuffle: true }), /num_samples should be a positive integer value/);
  });
});

describe("randomSplit", () => {
  it("gives parts of the lengths or shares, in randperm's order", () => {
    const set = numbers(10);
    manualSeed(5);
    const [train, test] = randomSplit(set, [7, 3]);
    manualSeed(5);
    deepEqual([...train!.indices, ...test!.indices], randperm(10).toArray());
    equal(train!.get(2)[1].item(), train!.indices[2]);
    equal(train!.get(-1)[1].item(), train!.indices[6]);
    deepEqual(
      randomSplit(set, [0.5, 0.25, 0.25], { generator: new Generator(1) }).map((part) => part.length),
      [6, 2, 2],
    );
    throws(() => randomSplit(set, [5, 4]), /Sum of input lengths does not equal the length of the input dataset!/);
    throws(() => train!.get(7), /^RangeError: list index out of range/);
    equal(flat(new DataLoader(test!, { batchSize: 2 })).length, 3);
  });
});

describe("generated sets", () => {
  const distance = (x: Tensor, i: number, [a, b]: readonly [number, number]) =>
    Math.hypot(x.at(i, 0).item() - a, x.at(i, 1).item() - b);

  it("twoMoons: half circles of radius 1", () => {
    const [x, y] = datasets.twoMoons(101, { noise: 0, shuffle: false });
    deepEqual([x.shape, y.shape, y.dtype], [[101, 2], [101], "int64"]);
    equal(y.sum().item(), 51);
    for (let i = 0; i < 101; i++) ok(Math.abs(distance(x, i, y.at(i).item() === 0 ? [0, 0] : [1, 0.5]) - 1) < 1e-6);
    ok(x.at(0, 1).item() >= 0 && x.at(100, 1).item() <= 0.5);
  });

  it("spirals: an arm for each class, from the middle to radius 1", () => {
    const [x, y] = datasets.spirals(90, { classes: 3, noise: 0, shuffle: false });
    deepEqual(
      [0, 1, 2].map((c) => y.eq(c).sum().item()),
      [30, 30, 30],
    );
    ok(Math.abs(distance(x, 89, [0, 0]) - 1) < 1e-6);
    equal(distance(x, 0, [0, 0]), 0);
  });

  it("blobs: heaps around their centers", () => {
    const [x, y] = datasets.blobs(300, {
      centers: [
        [-10, 0],
        [10, 0],
      ],
      noise: 0.5,
      generator: new Generator(0),
    });
    for (let i = 0; i < 300; i++) equal(x.at(i, 0).item() > 0, y.at(i).item() === 1);
    const left = x.at(y.eq(0));
    ok(Math.abs(left.at("...", 0).mean().item() + 10) < 0.2);
    ok(Math.abs(left.std(0).at(1).item() - 0.5) < 0.1);
    equal(datasets.blobs(9)[1].max().item(), 2);
  });

  it("xor: the table itself, or more of it with noise", () => {
    const [x, y] = datasets.xor();
    deepEqual(
      [x.toList(), y.toArray()],
      [
        [
          [0, 0],
          [0, 1],
          [1, 0],
          [1, 1],
        ],
        [0, 1, 1, 0],
      ],
    );
    const [many, labels] = datasets.xor(40, { noise: 0.01 });
    for (let i = 0; i < 40; i++) equal(many.at(i).round().sum().item() % 2, labels.at(i).item());
  });

  it("regression: a known plane with noise", () => {
    const [x, y] = datasets.regression(500, { weight: [2, -3], bias: 0.5, noise: 0, generator: new Generator(2) });
    deepEqual(
      [x.shape, y.shape],
      [
        [500, 2],
        [500, 1],
      ],
    );
    ok(
      y
        .sub(x.matmul(tensor([[2], [-3]])))
        .sub(0.5)
        .abs()
        .max()
        .item() < 1e-5,
    );
    const noisy = datasets.regression(500, { noise: 0.1 });
    const rest = noisy[1].sub(noisy[0].mul(2)).sub(1);
    ok(Math.abs(rest.std().item() - 0.1) < 0.02);
  });

  it("are the same for the same seed, and refuse what cannot be meant", () => {
    const draw = () => (manualSeed(1), datasets.twoMoons(20)[0].toArray());
    deepEqual(draw(), draw());
    throws(() => datasets.xor(0), /the number of samples must be a positive integer, but is 0/);
    throws(() => datasets.twoMoons(3, { noise: -1 }), /noise must be ≥ 0, but is -1/);
  });
});

describe("draws in place", () => {
  const many = () => zeros(20000, { dtype: "float64" });
  const near = (got: number, want: number, by: number) => ok(Math.abs(got - want) <= by, `${got}, not ${want}`);

  it("follow their distributions", () => {
    manualSeed(0);
    const exponential = many().exponential_(2);
    near(exponential.mean().item(), 0.5, 0.02);
    near(exponential.std().item(), 0.5, 0.02);
    ok(exponential.min().item() >= 0);
    const geometric = many().geometric_(0.25);
    near(geometric.mean().item(), 4, 0.1);
    equal(geometric.min().item(), 1);
    near(many().cauchy_(3, 2).sub(3).abs().lt(2).double().mean().item(), 0.5, 0.02);
    const logs = many().logNormal_(0.5, 0.25).log();
    near(logs.mean().item(), 0.5, 0.01);
    near(logs.std().item(), 0.25, 0.01);
    const whole = zeros(20000, { dtype: "int64" }).random_(-3, 3);
    deepEqual([whole.min().item(), whole.max().item()], [-3, 2]);
    equal(zeros(100, { dtype: "int64" }).random_(5).max().item(), 4);
    near(zeros(20000).random_().mean().item() / 2 ** 24, 0.5, 0.02);
    deepEqual(zeros(100, { dtype: "bool" }).random_().toArray().includes(1), true);
  });

  it("come from the stream as PyTorch's formulas say", () => {
    const draw = (fill: (x: Tensor) => Tensor) => fill(zeros(1, { dtype: "float64" })).item();
    const uniform = () => new Mersenne(9).uniform64();
    const generator = () => new Generator(9);
    equal(
      draw((x) => x.exponential_(2, { generator: generator() })),
      -0.5 * Math.log(1 - uniform()),
    );
    equal(
      draw((x) => x.geometric_(0.3, { generator: generator() })),
      Math.ceil(Math.log(uniform()) / Math.log(0.7)),
    );
    equal(
      draw((x) => x.cauchy_(1, 2, { generator: generator() })),
      1 + 2 * Math.tan(Math.PI * (uniform() - 0.5)),
    );
    equal(
      draw((x) => x.logNormal_(0, 1, { generator: generator() })),
      Math.exp(new Mersenne(9).normal()),
    );
    equal(zeros(1).random_(10, 20, { generator: generator() }).item(), 10 + (new Mersenne(9).bits() % 10));
  });

  it("refuse what cannot be meant", () => {
    throws(() => zeros(2).exponential_(-1), /exponential_ expects lambda >= 0.0, but found lambda=-1/);
    throws(() => zeros(2).geometric_(1), /geometric_ expects p to be in \(0, 1\), but got p=1/);
    throws(() => zeros(2).cauchy_(0, 0), /cauchy_ expects sigma > 0.0/);
    throws(() => zeros(2).logNormal_(0, 0), /log_normal_ expects std > 0.0/);
    throws(() => zeros(2).random_(4, 4), /random_ expects 'from' to be less than 'to', but got from=4 >= to=4/);
    throws(() => zeros(2, { dtype: "int64" }).exponential_(), /"exponential_cpu" not implemented for .Long./);
  });

  it("in forkRng change nothing that follows, also in an async body", async () => {
    manualSeed(4);
    const want = rand(3).toArray();
    manualSeed(4);
    forkRng(() => rand(100));
    const waiting = forkRng(async () => {
      await Promise.resolve();
      return rand(5);
    });
    await waiting;
    deepEqual(rand(3).toArray(), want);
  });
});
