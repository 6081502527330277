import { deepEqual, equal, notDeepEqual, ok, throws } from "node:assert/strict";
import {
  bernoulli,
  empty,
  full,
  Generator,
  manualSeed,
  multinomial,
  nn,
  ones,
  rand,
  randint,
  randLike,
  randn,
  randperm,
  tensor,
  type Tensor,
  zeros,
} from "../../src/engine/index";
import { measured, measuring } from "./gauge";
import { golden, type GoldenTensor, valuesOf } from "./golden";

interface RandomCase {
  id: string;
  seed: number;
  note: string;
  tensors: GoldenTensor[];
}

const { cases } = golden("random.public") as { cases: RandomCase[] };
const { init } = nn;

function weights(module: nn.Module): Tensor[] {
  return module.parameters();
}

/** What each golden id draws. */
const draws: Readonly<Record<string, () => Tensor[]>> = {
  "rand(3,4) float64": () => [rand([3, 4], { dtype: "float64" })],
  "randn(5) float64": () => [randn(5, { dtype: "float64" })],
  "randn(20) float64": () => [randn(20, { dtype: "float64" })],
  "randint(0,10,(12,))": () => [randint(0, 10, [12])],
  "randint(-5,1000000,(7,))": () => [randint(-5, 1000000, 7)],
  "randperm(10)": () => [randperm(10)],
  "randperm(1000)": () => [randperm(1000).narrow(0, 0, 20)],
  "empty(6).uniform_(-1,1)": () => [empty(6).uniform_(-1, 1)],
  "empty(6).normal_(2,3)": () => [empty(6).normal_(2, 3)],
  "empty(40).normal_(2,3)": () => [empty(40).normal_(2, 3)],
  "rand(3),randn(3),rand(3),randn(2),rand(1)": () => [rand(3), randn(3), rand(3), randn(2), rand(1)],
  "bernoulli(0.3) of 20": () => [bernoulli(full([20], 0.3))],
  "dropout p=0.5 of ones(20)": () => [nn.functional.dropout(ones(20), { p: 0.5 })],
  "dropout p=0.2 of ones(7)": () => [new nn.Dropout(0.2)(ones(7))],
  "multinomial([.1,.2,.3,.4],5,True)": () => [multinomial(tensor([0.1, 0.2, 0.3, 0.4]), 5, { replacement: true })],
  "nn.Linear(1,1) weight,bias": () => weights(new nn.Linear(1, 1)),
  "nn.Linear(2,16) weight,bias": () => weights(new nn.Linear(2, 16)),
  "nn.Linear(10,3) weight,bias": () => weights(new nn.Linear(10, 3)),
  "nn.Linear(784,4) weight,bias": () => weights(new nn.Linear(784, 4)),
  "Sequential(Linear(2,4),Tanh,Linear(4,1))": () =>
    weights(new nn.Sequential(new nn.Linear(2, 4), new nn.Tanh(), new nn.Linear(4, 1))),
  "init.xavier_uniform_(4,3)": () => [init.xavierUniform_(empty(4, 3))],
  "init.xavier_normal_(4,5)": () => [init.xavierNormal_(empty(4, 5))],
  "init.kaiming_normal_(4,5)": () => [init.kaimingNormal_(empty(4, 5))],
  "init.kaiming_uniform_(4,5)": () => [init.kaimingUniform_(empty(4, 5))],
  "nn.Conv2d(3,4,3) weight,bias": () => weights(new nn.Conv2d(3, 4, 3)),
  "nn.Embedding(7,3)": () => weights(new nn.Embedding(7, 3)),
  "init.orthogonal_(3,3)": () => [init.orthogonal_(empty(3, 3))],
  "init.normal_ std .02 (3,3)": () => [init.normal_(empty(3, 3), 0, 0.02)],
};

function drawOf(id: string): (() => Tensor[]) | undefined {
  const match = /^(randn?)\((\d+)\)$/.exec(id);
  if (match === null) return draws[id];
  const size = Number(match[2]);
  return () => [match[1] === "rand" ? rand(size) : randn(size)];
}

describe("random numbers", () => {
  it("knows how to draw every public case", () => {
    deepEqual(
      cases.filter((c) => drawOf(c.id) === undefined).map((c) => c.id),
      [],
    );
  });

  for (const c of cases) {
    const draw = drawOf(c.id);
    if (draw === undefined) continue;
    it(`draws ${c.id} with seed ${c.seed} as PyTorch`, () => {
      measuring("random.public", "draws", `${c.id} seed ${c.seed}`, () => {
        manualSeed(c.seed);
        const drawn = draw();
        equal(drawn.length, c.tensors.length);
        drawn.forEach((got, k) => {
          const want = c.tensors[k]!;
          deepEqual([got.shape, got.dtype], [want.shape, want.dtype]);
          valuesOf(want).forEach((value, i) => {
            measured("value", got.toArray()[i] ?? NaN, value, got.dtype);
          });
          if (c.id !== "randn(20) float64") deepEqual(got.toArray(), valuesOf(want));
          else {
            // The C library's log, sin and cos differ from V8's in the last bit.
            const values = valuesOf(want);
            got
              .toArray()
              .forEach((value, i) => ok(Math.abs(value - values[i]!) <= 4 * Number.EPSILON * Math.abs(values[i]!)));
          }
        });
      });
    });
  }

  it("takes the low 32 bits of a seed, also of a negative one and of a bigint", () => {
    const first = (seed: number | bigint) => (manualSeed(seed), rand(3).toArray());
    deepEqual(first(2 ** 32 + 7), first(7));
    deepEqual(first(-1), first(2n ** 64n - 1n));
    notDeepEqual(first(1), first(2));
    throws(() => manualSeed(1.5), /manual_seed expected a long, but got 1.5/);
  });

  it("draws from a generator of its own without touching the default stream", () => {
    manualSeed(0);
    const before = rand(2).toArray();
    manualSeed(0);
    const generator = new Generator(42);
    const apart = rand(2, { generator });
    deepEqual(rand(2).toArray(), before);
    manualSeed(42);
    deepEqual(apart.toArray(), rand(2).toArray());
    equal(generator.initialSeed(), 42);
  });

  it("goes back to a saved place, with the second normal of a pair still waiting", () => {
    const generator = new Generator(3);
    randn(1, { generator });
    const state = generator.getState();
    const next = randn(3, { generator }).toArray();
    deepEqual(randn(3, { generator: generator.setState(state) }).toArray(), next);
  });

  it("fills a view through its strides, in the order of memory", () => {
    manualSeed(0);
    const whole = rand(6).toArray();
    manualSeed(0);
    const turned = zeros(2, 3).t().uniform_();
    deepEqual(turned.t().toArray(), whole);
    manualSeed(0);
    const column = zeros(3, 2);
    column.select(1, 0).uniform_();
    deepEqual(column.toArray(), [whole[0], 0, whole[1], 0, whole[2], 0]);
  });

  it("draws normals one by one where they do not lie together, however many", () => {
    manualSeed(0);
    const few = randn(3).toArray();
    manualSeed(0);
    deepEqual(zeros(20, 2).select(1, 1).normal_().narrow(0, 0, 3).toArray(), few);
  });

  it("refuses what cannot be meant, with PyTorch's sentence", () => {
    throws(
      () => tensor(0, { requiresGrad: true }).uniform_(),
      /a leaf Variable that requires grad is being used in an in-place operation/,
    );
    throws(() => zeros(2).uniform_(1, 0), /uniform_ expects to return a \[from, to\) range, but found from=1 > to=0/);
    throws(() => zeros(2).normal_(0, -1), /normal expects std >= 0.0, but found std -1/);
    throws(() => zeros(2, { dtype: "int64" }).uniform_(), /"check_uniform_bounds" not implemented for .Long./);
    throws(() => randint(3, 3, 1), /random_ expects 'from' to be less than 'to', but got from=3 >= to=3/);
    throws(
      () => multinomial(tensor([1, 0]), 3),
      /cannot sample n_sample > prob_dist.size\(-1\) samples without replacement/,
    );
    throws(() => bernoulli(tensor([2])), /Expected p_in >= 0 && p_in <= 1/);
    throws(
      () => nn.functional.dropout(ones(2), { p: 1.5 }),
      /^TypeError: dropout probability has to be between 0 and 1, but got 1.5/,
    );
  });

  it("draws different indices without replacement, never one of weight zero", () => {
    manualSeed(0);
    const drawn = multinomial(
      tensor([
        [1, 1, 0, 1],
        [0, 2, 0, 1],
      ]),
      2,
    );
    deepEqual([drawn.shape, drawn.dtype], [[2, 2], "int64"]);
    const [a, b, c, d] = drawn.toArray();
    ok(a !== b && c !== d);
    ok(a !== 2 && b !== 2 && [1, 3].includes(c!) && [1, 3].includes(d!));
  });

  it("draws like another tensor and can ask for gradients", () => {
    const like = randLike(zeros(2, 3, { dtype: "float64" }), { requiresGrad: true });
    deepEqual([like.shape, like.dtype, like.requiresGrad], [[2, 3], "float64", true]);
  });
});
