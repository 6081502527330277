import assert from "node:assert/strict";
import * as engine from "../../src/engine/index";
import {
  autograd,
  cat,
  eye,
  format,
  inferenceMode,
  mseLoss,
  nn,
  noGrad,
  ones,
  randint,
  randperm,
  optim,
  slice,
  stack,
  tensor,
  type Tensor,
  where,
  zeros,
} from "../../src/engine/index";
import { setWarner } from "../../src/engine/warn";
import { measuring } from "./gauge";
import { golden } from "./golden";
import { assertRaises } from "./sentences";

interface Case {
  readonly id: string;
  readonly raises: boolean;
  readonly type: string | null;
  readonly message: string | null;
  readonly warnings?: readonly { readonly message: string }[];
}

/** A run of the case's code in TypeScript; "types" cannot be written in it, or JavaScript itself raises. */
type Row = (() => unknown) | "types";

const leaf = (...data: number[]): Tensor => tensor(data, { requiresGrad: true });
const ints = (...data: number[]): Tensor => tensor(data, { dtype: "int64" });
const double = (): Tensor => ones(2, 2, { dtype: "float64" });

function twice(make: (x: Tensor) => Tensor): () => void {
  return () => {
    const y = make(leaf(1, 2));
    y.backward();
    y.backward();
  };
}

function spoiled(make: (x: Tensor) => Tensor, spoil: (y: Tensor) => void): () => void {
  return () => {
    const y = make(leaf(1, 2));
    spoil(y);
    y.sum().backward();
  };
}

function linear(): Tensor {
  return nn.functional.linear(ones(4, 5), ones(2, 3), ones(2));
}

const rows: Readonly<Record<string, Row>> = {
  "backward-twice": twice((x) => x.mul(x).sum()),
  "backward-twice-exp": twice((x) => x.exp().sum()),
  "backward-twice-add-only-ok": twice((x) => x.add(1).sum()),
  "backward-non-scalar": () => {
    const x = leaf(1, 2);
    x.mul(x).backward();
  },
  "backward-no-grad-tensor": () => {
    tensor([1, 2]).sum().backward();
  },
  "backward-gradient-shape": () => {
    const x = leaf(1, 2);
    x.mul(x).backward(tensor([1, 2, 3]));
  },
  "backward-gradient-scalar-for-vector": () => {
    const x = leaf(1, 2);
    x.mul(x).backward(tensor(1));
  },
  "inplace-leaf-sub": () => tensor(0, { requiresGrad: true }).sub_(0.1),
  "inplace-leaf-add_": () => leaf(1).add_(1),
  "inplace-leaf-zero_": () => leaf(1).zero_(),
  "inplace-leaf-view": () => leaf(1, 2).put(0, 5),
  "inplace-leaf-view-mul_": () => leaf(1, 2).view(2, 1).mul_(2),
  "inplace-view-of-no-grad": () => {
    const w = leaf(1, 2);
    noGrad(() => w.view(2, 1)).mul_(2);
  },
  "inplace-saved-exp": spoiled(
    (x) => x.exp(),
    (y) => y.add_(1),
  ),
  "inplace-saved-mul": () => {
    const a = leaf(1, 2).add(1);
    const b = a.mul(a);
    a.add_(1);
    b.sum().backward();
  },
  "inplace-saved-double": () => {
    const a = tensor([1, 2], { dtype: "float64", requiresGrad: true }).add(1);
    const b = a.mul(a);
    a.add_(1);
    b.sum().backward();
  },
  "inplace-saved-matmul-weight": () => {
    const w = ones(2, 2, { requiresGrad: true });
    const y = ones(2, 2, { requiresGrad: true }).mul(1).matmul(w);
    noGrad(() => w.sub_(0.1));
    y.sum().backward();
  },
  "inplace-saved-tanh": spoiled(
    (x) => x.tanh(),
    (y) => y.mul_(2),
  ),
  "inplace-saved-sigmoid-zero": () => {
    const y = ones(2, 3, { requiresGrad: true }).sigmoid();
    y.zero_();
    y.sum().backward();
  },
  "inplace-saved-pow": () => {
    const a = leaf(1, 2).mul(1);
    const b = a.pow(2);
    a.mul_(2);
    b.sum().backward();
  },
  "inplace-not-saved-add-ok": () => {
    const a = leaf(1, 2).add(1);
    const b = a.add(a);
    a.add_(1);
    b.sum().backward();
  },
  "inplace-multi-view-split": () => ones(4, { requiresGrad: true }).mul(1).split(2)[0]?.add_(1),
  "inplace-broadcast-output": () => ones(3).add_(ones(2, 3)),
  "inplace-expanded": () => ones(1).expand(3).add_(1),
  "inplace-float-into-int": () => ints(1, 2).add_(1.5),
  "inplace-div-int": () => ints(1, 2).div_(2),
  "add-shape": () => ones(2, 3).add(ones(2, 4)),
  "add-shape-dim0": () => ones(3).add(ones(2)),
  "add-shape-3d": () => ones(2, 3, 4).add(ones(3, 1, 4)),
  "mul-shape": () => ones(2, 3).mul(ones(4)),
  "matmul-2d": () => ones(2, 3).matmul(ones(4, 5)),
  "matmul-1d-1d": () => ones(3).matmul(ones(4)),
  "matmul-2d-1d": () => ones(2, 3).matmul(ones(4)),
  "matmul-1d-2d": () => ones(3).matmul(ones(4, 2)),
  "matmul-batch": () => ones(2, 3, 4).matmul(ones(2, 5, 6)),
  "matmul-batch-broadcast": () => ones(2, 3, 4).matmul(ones(3, 4, 5)),
  "matmul-0d": () => tensor(1).matmul(ones(3)),
  "matmul-dtype": () => ones(2, 2).matmul(double()),
  "mm-1d": () => ones(3).mm(ones(3, 2)),
  "bmm-2d": () => ones(2, 3).bmm(ones(3, 2)),
  "bmm-batch": () => ones(2, 3, 4).bmm(ones(3, 4, 5)),
  "linear-shape": linear,
  "linear-dtype": () => nn.functional.linear(double(), ones(2, 2), ones(2)),
  "requires-grad-int": () => tensor([1, 2], { dtype: "int64", requiresGrad: true }),
  "requires-grad-int-attr": () => {
    ints(1, 2).requiresGrad = true;
  },
  "requires-grad-int-method": () => ints(1, 2).requiresGrad_(),
  "requires-grad-bool": () => tensor([true], { requiresGrad: true }),
  "requires-grad-off-nonleaf": () => {
    leaf(1).mul(2).requiresGrad = false;
  },
  "parameter-int": () => new nn.Parameter(ints(1, 2)),
  "numpy-requires-grad": "types",
  "item-multi": () => ones(2).item(),
  "float-multi": () => ones(2).item(),
  "bool-multi": () => ones(2).truth(),
  "bool-empty": () => ones(0).truth(),
  "mean-int": () => ints(1, 2).mean(),
  "softmax-int": () => ints(1, 2).softmax(0),
  "dim-range": () => ones(2, 3).sum(2),
  "dim-range-neg": () => ones(2, 3).sum(-3),
  "dim-range-0d": () => tensor(1).sum(1),
  "dim-duplicate": () => ones(2, 3).sum([0, 0]),
  "transpose-range": () => ones(2, 3).transpose(0, 2),
  "reshape-size": () => ones(2, 3).reshape(4),
  "reshape-indivisible": () => ones(2, 3).reshape(-1, 4),
  "reshape-two-minus1": () => ones(2, 3).reshape(-1, -1),
  "view-noncontiguous": () => ones(2, 3).t().view(6),
  "view-size": () => ones(2, 3).view(5),
  "expand-bad": () => ones(2, 3).expand(2, 4),
  "expand-fewer": () => ones(2, 3).expand(3),
  "permute-count": () => ones(2, 3).permute(0),
  "permute-dup": () => ones(2, 3).permute(0, 0),
  "cat-shape": () => cat([ones(2, 3), ones(2, 4)], 0),
  "cat-dims": () => cat([ones(2, 3), ones(3)], 0),
  "cat-empty-list": () => cat([]),
  "stack-shape": () => stack([ones(2), ones(3)]),
  "stack-empty": () => stack([]),
  "index-range": () => ones(3).at(3),
  "index-range-neg": () => ones(3).at(-4),
  "index-range-dim1": () => ones(2, 3).at(0, 5),
  "index-too-many": () => ones(3).at(0, 0),
  "index-0d": () => tensor(1).at(0),
  "slice-neg-step": () => ones(3).at(slice(null, null, -1)),
  "narrow-range": () => ones(3).narrow(0, 2, 2),
  "select-range": () => ones(3).select(0, 3),
  "index-select-range": () => ones(3).indexSelect(0, ints(3)),
  "index-select-dtype": () => ones(3).indexSelect(0, tensor([1])),
  "gather-range": () => ones(2, 3).gather(1, tensor([[3], [0]], { dtype: "int64" })),
  "gather-dims": () => ones(2, 3).gather(1, ints(0)),
  "embedding-range": () => nn.functional.embedding(ints(5), ones(3, 2)),
  "cross-entropy-batch": () => nn.functional.crossEntropy(ones(3, 4), ints(0, 1)),
  "cross-entropy-range": () => nn.functional.crossEntropy(ones(2, 3), ints(0, 3)),
  "cross-entropy-target-dtype": () => nn.functional.crossEntropy(ones(2, 3), tensor([0, 1])),
  "nll-target-range": () => nn.functional.nllLoss(ones(2, 3), ints(-1, 0)),
  "mse-broadcast-warning": () => mseLoss(ones(3, 1), ones(3)),
  "mse-shape": () => mseLoss(ones(3), ones(2)),
  "bce-range": () => nn.functional.binaryCrossEntropy(tensor([1.5]), tensor([1])),
  "bce-shape": () => nn.functional.binaryCrossEntropy(tensor([0.5, 0.5]), tensor([1])),
  "bce-logits-shape": () => nn.functional.binaryCrossEntropyWithLogits(tensor([0.5, 0.5]), tensor([1])),
  "conv2d-channels": () => nn.functional.conv2d(ones(1, 2, 4, 4), ones(1, 3, 3, 3)),
  "conv2d-kernel-big": () => nn.functional.conv2d(ones(1, 1, 2, 2), ones(1, 1, 3, 3)),
  "conv2d-dims": () => nn.functional.conv2d(ones(2, 2), ones(1, 1, 1, 1)),
  "layer-norm-shape": () => nn.functional.layerNorm(ones(2, 3), [4]),
  "batch-norm-one": () => nn.functional.batchNorm(ones(1, 3), zeros(3), ones(3), { training: true }),
  "max-empty": () => ones(0).max(),
  "max-dim-empty": () => ones(0, 3).max(0),
  "argmax-empty": () => ones(0).argmax(),
  "sgd-lr-negative": () => new optim.SGD([leaf(1)], { lr: -1 }),
  "sgd-empty": () => new optim.SGD([], { lr: 0.1 }),
  "sgd-no-lr": () => new optim.SGD([leaf(1)]),
  "sgd-nonleaf": () => new optim.SGD([leaf(1).mul(2)], { lr: 0.1 }),
  "sgd-tensor-not-list": () => {
    Reflect.construct(optim.SGD, [leaf(1), { lr: 0.1 }]);
  },
  "sgd-nesterov": () => new optim.SGD([leaf(1)], { lr: 0.1, nesterov: true }),
  "adam-betas": () => new optim.Adam([leaf(1)], { betas: [1, 0.9] }),
  "grad-unused": () => autograd.grad(leaf(1).mul(2).sum(), [leaf(1)]),
  "grad-input-no-requires": () => autograd.grad(leaf(1).mul(2).sum(), [ones(1)]),
  "grad-nonscalar": () => {
    const x = leaf(1, 1);
    autograd.grad(x.mul(2), [x]);
  },
  "grad-set-shape": () => {
    leaf(1, 1).grad = ones(3);
  },
  "grad-set-dtype": () => {
    leaf(1, 1).grad = ones(2, { dtype: "float64" });
  },
  "nonleaf-grad-warning": () => {
    const y = leaf(1, 1).mul(2);
    y.sum().backward();
    return y.grad;
  },
  "retain-grad-no-requires": () => {
    ones(2).retainGrad();
  },
  "seed-grad-none-zero_": "types",
  "seed-update-without-no_grad": () => {
    const w = tensor(0, { requiresGrad: true });
    w.mul(tensor([1, 2]))
      .sub(1)
      .pow(2)
      .mean()
      .backward();
    w.sub_(w.grad?.mul(0.01) ?? 0);
  },
  "seed-format-nonscalar": () => format(tensor([1, 2]), 3),
  "seed-format-1elem": () => format(tensor([1]), 3),
  "seed-rebind-w": "types",
  "matmul-then-freed-retain-ok": () => {
    const x = ones(2, 2, { requiresGrad: true });
    const y = x.matmul(x).sum();
    y.backward({ retainGraph: true });
    y.backward();
  },
  "inplace-on-inference": () => inferenceMode(() => ones(2)).add_(1),
  "backward-inference": () => {
    const x = ones(2, { requiresGrad: true });
    inferenceMode(() => x.sum()).backward();
  },
  "tensor-ragged": () => tensor([[1, 2], [3]]),
  "tensor-string": () => {
    Reflect.apply(tensor, null, ["a"]);
  },
  "where-dtype": () => where(tensor([1, 0]), ones(2), zeros(2)),
  "masked-fill-dtype": () => ones(2).maskedFill(tensor([1, 0]), 0),
  "neg-bool": () => tensor([true]).neg(),
  "sub-bool": () => tensor([true]).sub(tensor([false])),
  "pow-int-neg": () => ints(2).pow(-1),
  "dropout-p": () => nn.functional.dropout(ones(2), { p: 1.5 }),
  "load-state-dict": () => new nn.Linear(2, 2).loadStateDict({ weight: ones(2, 3), bias: ones(2) }),
  "load-state-dict-missing": () => new nn.Linear(2, 2).loadStateDict({ weight: ones(2, 2) }),
  "module-no-super": "types",
};

function isCase(value: unknown): value is Case {
  return typeof value === "object" && value !== null && "raises" in value;
}

function casesOf(): Case[] {
  const data = golden("errors");
  assert.ok(typeof data === "object" && data !== null && "cases" in data && Array.isArray(data.cases));
  return data.cases.filter(isCase);
}

describe("misuse", () => {
  const cases = casesOf();

  it("has a row for every case of errors.json", () => {
    assert.deepEqual(
      cases.filter(({ id }) => rows[id] === undefined).map(({ id }) => id),
      [],
    );
    assert.deepEqual(
      Object.keys(rows).filter((id) => !cases.some((test) => test.id === id)),
      [],
    );
  });

  for (const test of cases) {
    const row = rows[test.id];
    if (row === undefined || typeof row === "string") continue;
    it(`${test.id}: ${test.raises ? "PyTorch's sentence, then the way out" : "is no error"}`, () => {
      measuring("errors", "misuse", test.id, () => {
        const warnings: string[] = [];
        const before = setWarner((sentence) => warnings.push(sentence));
        try {
          if (test.raises) assertRaises(row, test.type ?? "", test.message ?? "");
          else row();
        } finally {
          setWarner(before);
        }
        if (test.warnings !== undefined) assert.ok(warnings.length > 0, "it also warns");
      });
    });
  }
});

describe("addmm", () => {
  it("takes matrices only", () => {
    assert.throws(
      () => engine.addmm(ones(2), ones(2, 3, 2), ones(3, 2)),
      /^Error: mat1 must be a matrix, got 3-D tensor\./,
    );
    assert.throws(() => engine.addmm(ones(2), ones(2, 3), ones(3)), /^Error: mat2 must be a matrix, got 1-D tensor\./);
  });
});

describe("a size", () => {
  it("is a whole number from 0, also in layers", () => {
    const makes = [() => zeros(-1), () => randint(0, 3, [-1]), () => randperm(-1), () => new nn.Linear(2, -1)];
    const layers = [() => new nn.Embedding(-1, 2), () => new nn.LayerNorm(-1), () => new nn.LSTM(-1, 2)];
    for (const make of [...makes, ...layers])
      assert.throws(make, /^Error: Trying to create tensor with negative dimension -\d+: \[.*\]. Sizes are whole/);
    assert.throws(() => new nn.Linear(2.5, 2), /Trying to create tensor with dimension 2.5: \[2, 2.5\]/);
  });
});

describe("prelu", () => {
  it("takes one weight, or one for each channel", () => {
    assert.deepEqual(ones([]).prelu(ones(1)).shape, []);
    assert.throws(() => ones([]).prelu(ones(3)), /^Error: Not allow zero-dim input tensor/);
    assert.throws(() => ones(3).prelu(ones(3)), /Found parameter numbers = 3 and channel size = 1/);
  });
});

describe("a window", () => {
  it("moves by one element or more, or it would have no end", () => {
    assert.throws(
      () => nn.functional.unfold(ones(1, 4, 4), 2, { stride: 0 }),
      /stride should be greater than zero. Use 1 or more./,
    );
    for (const dilation of [0, -1]) {
      const pool = () => nn.functional.maxPool1d(ones(1, 4), 2, { dilation });
      assert.throws(pool, /dilation should be greater than zero/);
      assert.throws(
        () => nn.functional.maxPool2d(ones(1, 4, 4), 2, { dilation }),
        /dilation should be greater than zero/,
      );
    }
  });
});

describe("JavaScript's operators", () => {
  it("print a tensor into a string and refuse arithmetic", () => {
    assert.equal(String(tensor([1, 2.5])), "tensor([1.0000, 2.5000])");
    assert.throws(() => Number(tensor(1)), /use \.mul\(\)|Use \.mul\(\)/);
  });

  it("leave the rest of the engine's exports in place", () => {
    assert.equal(engine.add(eye(2), 1).at(0, 1).item(), 1);
  });
});
