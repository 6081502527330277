import { equal, ok, deepEqual } from "node:assert/strict";
import { type DType, nn, optim, stack, tensor, type Tensor, zeros } from "../../src/engine/index";
import { measured, measuring } from "./gauge";
import { golden, type GoldenTensor, valuesOf } from "./golden";

const F = nn.functional;

interface Model {
  id: string;
  op: string;
  dtype: DType;
  optimizer: { name: "SGD" | "Adam" | "AdamW"; lr: number; momentum?: number };
  data: { X: GoldenTensor; Y: GoldenTensor };
  init: Record<string, GoldenTensor>;
  losses: number[];
  detail: Record<
    string,
    { output: GoldenTensor; grads: Record<string, GoldenTensor>; paramsAfter: Record<string, GoldenTensor> }
  >;
  final: { params: Record<string, GoldenTensor>; output: GoldenTensor };
}

const { cases } = golden("models.public") as { cases: Model[] };

function made(t: GoldenTensor): Tensor {
  return tensor(Float64Array.from(valuesOf(t)), { dtype: t.dtype as DType }).reshape([...t.shape]);
}

function near(got: Tensor | null | undefined, want: GoldenTensor, limit: number, what: string): void {
  ok(got, `${what} is missing`);
  const values = valuesOf(want);
  deepEqual(got.shape, want.shape);
  got.toArray().forEach((value, i) => {
    const reference = values[i]!;
    measured(what.includes("grad") ? "gradient" : "value", value, reference, got.dtype);
    ok(Math.abs(value - reference) / (1 + Math.abs(reference)) <= limit, `${what}[${i}]: ${value}, not ${reference}`);
  });
}

class Digits extends nn.Module {
  c1: nn.Conv2d;
  c2: nn.Conv2d;
  fc: nn.Linear;

  constructor(dtype: DType) {
    super();
    this.c1 = new nn.Conv2d(1, 4, 3, { padding: 1, dtype });
    this.c2 = new nn.Conv2d(4, 8, 3, { dtype });
    this.fc = new nn.Linear(8, 4, { dtype });
  }

  forward(x: Tensor): Tensor {
    const half = F.maxPool2d(this.c1(x).relu(), 2);
    return this.fc(F.avgPool2d(this.c2(half).relu(), 2).flatten(1));
  }
}

class Characters extends nn.Module {
  emb: nn.Embedding;
  ih: nn.Linear;
  hh: nn.Linear;
  out: nn.Linear;

  constructor(private readonly dtype: DType) {
    super();
    this.emb = new nn.Embedding(21, 6, { dtype });
    this.ih = new nn.Linear(6, 12, { dtype });
    this.hh = new nn.Linear(12, 12, { dtype });
    this.out = new nn.Linear(12, 21, { dtype });
  }

  forward(x: Tensor): Tensor {
    let h = zeros([x.size(0), 12], { dtype: this.dtype });
    const outputs = x.unbind(1).map((letters) => {
      h = this.ih(this.emb(letters)).add(this.hh(h)).tanh();
      return this.out(h);
    });
    return stack(outputs, 1);
  }
}

class Block extends nn.Module {
  emb: nn.Embedding;
  pos: nn.Embedding;
  ln1: nn.LayerNorm;
  q: nn.Linear;
  k: nn.Linear;
  v: nn.Linear;
  o: nn.Linear;
  ln2: nn.LayerNorm;
  f1: nn.Linear;
  f2: nn.Linear;
  head: nn.Linear;

  constructor(dtype: DType) {
    super();
    const plain = () => new nn.Linear(8, 8, { bias: false, dtype });
    this.emb = new nn.Embedding(21, 8, { dtype });
    this.pos = new nn.Embedding(12, 8, { dtype });
    this.ln1 = new nn.LayerNorm(8, { dtype });
    this.q = plain();
    this.k = plain();
    this.v = plain();
    this.o = new nn.Linear(8, 8, { dtype });
    this.ln2 = new nn.LayerNorm(8, { dtype });
    this.f1 = new nn.Linear(8, 16, { dtype });
    this.f2 = new nn.Linear(16, 8, { dtype });
    this.head = new nn.Linear(8, 21, { dtype });
  }

  forward(x: Tensor): Tensor {
    const h = this.emb(x).add(this.pos.weight);
    const u = this.ln1(h);
    const a = F.scaledDotProductAttention(this.q(u), this.k(u), this.v(u), { isCausal: true });
    const seen = h.add(this.o(a));
    return this.head(seen.add(this.f2(F.gelu(this.f1(this.ln2(seen))))));
  }
}

/** What each kind of run trains. */
const models: Readonly<Record<string, (dtype: DType) => nn.Module & ((x: Tensor) => Tensor)>> = {
  "model:mlp_moons": (dtype) =>
    new nn.Sequential(
      new nn.Linear(2, 16, { dtype }),
      new nn.Tanh(),
      new nn.Linear(16, 16, { dtype }),
      new nn.Tanh(),
      new nn.Linear(16, 1, { dtype }),
    ),
  "model:xor": (dtype) =>
    new nn.Sequential(new nn.Linear(2, 8, { dtype }), new nn.Tanh(), new nn.Linear(8, 1, { dtype }), new nn.Sigmoid()),
  "model:logreg": (dtype) => new nn.Linear(3, 1, { dtype }),
  "model:cnn_digits": (dtype) => new Digits(dtype),
  "model:char_rnn": (dtype) => new Characters(dtype),
  "model:attention_block": (dtype) => new Block(dtype),
};

/** What each kind of run minimises; cross entropy of all letters but for the two of means of squares. */
const losses: Readonly<Record<string, (output: Tensor, target: Tensor) => Tensor>> = {
  "model:mlp_moons": (output, target) => new nn.MSELoss()(output, target),
  "model:xor": (output, target) => new nn.MSELoss()(output, target),
  "model:logreg": (output, target) => new nn.BCEWithLogitsLoss()(output, target),
};

function crossEntropy(output: Tensor, target: Tensor): Tensor {
  return new nn.CrossEntropyLoss()(output.reshape([-1, output.size(-1)]), target.reshape([-1]));
}

function optimizerOf(
  model: nn.Module,
  { name, lr, momentum }: Model["optimizer"],
): Pick<optim.SGD, "zeroGrad" | "step"> {
  if (name === "SGD") return new optim.SGD(model.parameters(), { lr, ...(momentum === undefined ? {} : { momentum }) });
  return new optim[name](model.parameters(), { lr });
}

describe("a whole training run", () => {
  it("is there for every kind of golden one", () => {
    deepEqual(new Set(cases.map((c) => c.op)), new Set(Object.keys(models)));
    equal(cases.length, 12);
  });

  for (const c of cases) {
    it(`goes as ${c.id}: every loss, gradient and parameter`, () => {
      measuring("models.public", c.op, c.id, () => {
        const { dtype } = c;
        const [limit, last] = dtype === "float64" ? [1e-10, 1e-10] : [2e-6, 1e-5];
        const model = models[c.op]!(dtype);
        model.loadStateDict(Object.fromEntries(Object.entries(c.init).map(([path, t]) => [path, made(t)])));
        const optimizer = optimizerOf(model, c.optimizer);
        const loss = losses[c.op] ?? crossEntropy;
        const [X, Y] = [made(c.data.X), made(c.data.Y)];
        c.losses.forEach((want, step) => {
          const output = model(X);
          const l = loss(output, Y);
          near(l, { shape: [], dtype, data: [want] }, limit, `loss of step ${step}`);
          optimizer.zeroGrad();
          l.backward();
          const detail = c.detail[step];
          if (detail !== undefined) near(output, detail.output, limit, `output of step ${step}`);
          const parameters = Object.fromEntries(model.namedParameters());
          for (const [path, t] of Object.entries(detail?.grads ?? {}))
            near(parameters[path]?.grad, t, limit, `gradient of ${path} in step ${step}`);
          optimizer.step();
          for (const [path, t] of Object.entries(detail?.paramsAfter ?? {}))
            near(parameters[path], t, limit, `${path} after step ${step}`);
        });
        for (const [path, p] of model.namedParameters()) near(p, c.final.params[path]!, last, path);
        near(model(X), c.final.output, last, "final output");
      });
    });
  }
});
