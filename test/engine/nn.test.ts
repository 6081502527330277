import { deepEqual, equal, ok, throws } from "node:assert/strict";
import { inspect } from "node:util";
import { manualSeed, nn, ones, optim, randn, tensor, type Tensor, zeros } from "../../src/engine/index";
import { setWarner } from "../../src/engine/warn";
import { watched } from "./watched";

class Net extends nn.Module {
  first = new nn.Linear(2, 3);
  act = new nn.Tanh();
  last = new nn.Linear(3, 1, { bias: false });
  scale: nn.Parameter;

  constructor() {
    super();
    this.scale = new nn.Parameter(ones(1));
    this.registerBuffer("mean", zeros(2));
    this.registerBuffer("scratch", zeros(1), { persistent: false });
  }

  forward(x: Tensor, times = 1): Tensor {
    return this.last(this.act(this.first(x)))
      .mul(this.scale)
      .mul(times);
  }
}

const paths = ["scale", "first.weight", "first.bias", "last.weight"];

describe("nn.Module", () => {
  it("is called like a function, and stays an instance of its class", () => {
    manualSeed(0);
    const model = new Net();
    const x = randn(4, 2);
    equal(typeof model, "function");
    ok(model instanceof Net && model instanceof nn.Module);
    deepEqual(model(x).toArray(), model.forward(x).toArray());
    deepEqual(model(x, 2).toArray(), model.forward(x, 2).toArray());
  });

  it("finds parameters, buffers, children and modules by their paths, its own first", () => {
    const model = new Net();
    deepEqual(
      model.namedParameters().map(([path]) => path),
      paths,
    );
    deepEqual(
      model.namedParameters({ recurse: false }).map(([path]) => path),
      ["scale"],
    );
    deepEqual(model.namedParameters({ prefix: "net" })[1]?.[0], "net.first.weight");
    deepEqual(
      model.namedBuffers().map(([path]) => path),
      ["mean", "scratch"],
    );
    deepEqual(
      model.namedChildren().map(([name]) => name),
      ["first", "act", "last"],
    );
    deepEqual(
      model.namedModules().map(([path]) => path),
      ["", "first", "act", "last"],
    );
    equal(model.parameters()[0], model.scale);
  });

  it("counts a module or a parameter that is held twice once", () => {
    class Tied extends nn.Module {
      a = new nn.Linear(2, 2);
      b = this.a;
      forward(x: Tensor): Tensor {
        return this.b(this.a(x));
      }
    }
    deepEqual(
      new Tied().namedParameters().map(([path]) => path),
      ["a.weight", "a.bias"],
    );
    equal(new Tied().modules().length, 2);
  });

  it("switches training, freezes and forgets gradients for all below it", () => {
    const model = new Net();
    const modes = () => model.modules().map((module) => module.training);
    deepEqual(modes(), [true, true, true, true]);
    model.eval();
    deepEqual(modes(), [false, false, false, false]);
    model.train();
    deepEqual(modes(), [true, true, true, true]);
    model(ones(1, 2)).sum().backward();
    ok(model.parameters().every((p) => p.grad !== null));
    model.zeroGrad({ setToNone: false });
    ok(model.parameters().every((p) => p.grad?.toArray().every((g) => g === 0)));
    model.zeroGrad();
    ok(model.parameters().every((p) => p.grad === null));
    model.requiresGrad_(false);
    ok(!model(ones(1, 2)).requiresGrad);
    const seen: string[] = [];
    model.apply((module) => seen.push(module.constructor.name));
    deepEqual(seen, ["Linear", "Tanh", "Linear", "Net"]);
  });

  it("runs hooks around forward until they are removed", () => {
    const model = new nn.Sequential(new nn.ReLU());
    const doubled = model.registerForwardPreHook((_module, [x]) => (x as Tensor).mul(2));
    const negated = model.registerForwardHook((_module, _input, output) => (output as Tensor).neg());
    deepEqual(model(tensor([1, -1])).toArray(), [-2, -0]);
    doubled.remove();
    negated.remove();
    deepEqual(model(tensor([1, -1])).toArray(), [1, 0]);
  });

  it("says which class has no forward", () => {
    class Empty extends nn.Module {
      declare forward: (x: Tensor) => Tensor;
    }
    throws(() => new Empty()(ones(1)), /Module \[Empty\] is missing the required "forward" function/);
  });

  it("prints as PyTorch prints it", () => {
    const text = [
      "Net(",
      "  (first): Linear(in_features=2, out_features=3, bias=True)",
      "  (act): Tanh()",
      "  (last): Linear(in_features=3, out_features=1, bias=False)",
      ")",
    ].join("\n");
    equal(String(new Net()), text);
    equal(inspect(new Net()), text);
    const nested = new nn.Sequential(new nn.Sequential(new nn.Dropout(0.2)));
    equal(String(nested), "Sequential(\n  (0): Sequential(\n    (0): Dropout(p=0.2, inplace=False)\n  )\n)");
  });

  it("tells the observer which module runs where, and its names once", () => {
    class Outer extends nn.Module {
      body = new nn.Sequential(new nn.Linear(1, 1), new nn.Tanh());
      forward(x: Tensor): Tensor {
        return this.body(x);
      }
    }
    const model = new Outer();
    const told = (body: () => void) =>
      watched(body)
        .filter((e) => /module|named/.test(e.event))
        .map((e) => `${e.event} ${e.name}`.trim());
    const turn = [
      "moduleEntered Outer",
      "moduleEntered Sequential body",
      "moduleEntered Linear body.0",
      "moduleLeft",
      "moduleEntered Tanh body.1",
      "moduleLeft",
      "moduleLeft",
      "moduleLeft",
    ];
    const names = ["named body.0.weight", "named body.0.bias"];
    deepEqual(
      told(() => {
        model(ones(1, 1));
        model(ones(1, 1));
        new optim.SGD(model.parameters(), { lr: 1 });
      }),
      [...names, ...turn, ...turn],
    );
    throws(() => model(ones(1, 3)), /mat1 and mat2 shapes cannot be multiplied \(1x3 and 1x1\)/);
    deepEqual(
      told(() => model(ones(1, 1))),
      [...names, ...turn],
    );
  });

  it("tells a linear layer as one step with child steps", () => {
    const lin = new nn.Linear(2, 1);
    const shown = (x: Tensor) =>
      watched(() => lin(x))
        .filter((e) => /opened|forward|closed/.test(e.event))
        .map((e) => `${e.event} ${e.name}`.trim());
    deepEqual(shown(ones(3, 2)), ["opened linear", "forward t", "forward addmm", "closed"]);
    equal(shown(ones(2)).at(-2), "forward add");
  });
});

describe("smoothL1Loss", () => {
  it("has the slope −1 where input and target are equal and beta is 0, as PyTorch's has", () => {
    const x = tensor([1, 2, 3], { requiresGrad: true, dtype: "float64" });
    nn.functional.smoothL1Loss(x, tensor([1, 1, 4], { dtype: "float64" }), { beta: 0, reduction: "sum" }).backward();
    deepEqual(x.grad?.toArray(), [-1, 1, -1]);
  });
});

describe("stateDict", () => {
  it("lists parameters and persistent buffers by path, sharing their memory without history", () => {
    const model = new Net();
    const state = model.stateDict();
    deepEqual(Object.keys(state), ["scale", "mean", "first.weight", "first.bias", "last.weight"]);
    ok(!state["scale"]!.requiresGrad);
    state["scale"]!.fill_(5);
    equal(model.scale.item(), 5);
  });

  it("loads into another model of the same kind", () => {
    manualSeed(1);
    const [a, b] = [new Net(), new Net()];
    deepEqual(b.loadStateDict(a.stateDict()), { missingKeys: [], unexpectedKeys: [] });
    const x = randn(3, 2);
    deepEqual(a(x).toArray(), b(x).toArray());
    ok(b.first.weight.requiresGrad && b.first.weight.isLeaf);
  });

  it("says with PyTorch's sentences what does not fit", () => {
    const lin = new nn.Linear(2, 2);
    throws(() => lin.loadStateDict({ weight: ones(2, 3), bias: ones(2) }), {
      message:
        /^Error\(s\) in loading state_dict for Linear:\n\tsize mismatch for weight: copying a param with shape torch\.Size\(\[2, 3\]\) from checkpoint, the shape in current model is torch\.Size\(\[2, 2\]\)\./,
    });
    throws(() => lin.loadStateDict({ weight: ones(2, 2), extra: ones(1) }), {
      message:
        /^Error\(s\) in loading state_dict for Linear:\n\tMissing key\(s\) in state_dict: "bias"\. \n\tUnexpected key\(s\) in state_dict: "extra"\./,
    });
    const result = lin.loadStateDict({ weight: ones(2, 2), extra: ones(1) }, { strict: false });
    deepEqual(result, { missingKeys: ["bias"], unexpectedKeys: ["extra"] });
    deepEqual(lin.weight.toArray(), [1, 1, 1, 1]);
  });
});

describe("nn layers", () => {
  it("Sequential is indexed, iterated, measured, appended to and named", () => {
    const [lin, act] = [new nn.Linear(1, 1), new nn.Tanh()];
    const model = new nn.Sequential(lin, act);
    equal(model[0], lin);
    equal(model.at(-1), act);
    deepEqual([...model], [lin, act]);
    equal(model.append(new nn.Sigmoid()).length, 3);
    throws(() => model.at(3), /index 3 is out of range/);
    const named = new nn.Sequential({ hidden: lin, out: act });
    deepEqual(
      named.namedParameters().map(([path]) => path),
      ["hidden.weight", "hidden.bias"],
    );
    const x = tensor([[0.5]]);
    deepEqual(named(x).toArray(), lin(x).tanh().toArray());
  });

  it("Linear gives the same for a vector, a matrix and batches of them, as the node that PyTorch makes of each", () => {
    manualSeed(2);
    const lin = new nn.Linear(3, 2);
    const x = randn(4, 3);
    const rows = lin(x);
    const node = (y: Tensor) => y.gradFn?.name;
    deepEqual(lin(x.at(1)).toArray(), rows.at(1).toArray());
    deepEqual(lin(x.view(2, 2, 3)).toArray(), rows.toArray());
    deepEqual(
      [node(rows), node(lin(x.at(1))), node(lin(x.view(2, 2, 3)))],
      ["AddmmBackward0", "AddBackward0", "ViewBackward0"],
    );
    throws(() => new nn.Linear(3, 2)(ones(4, 5)), /mat1 and mat2 shapes cannot be multiplied \(4x5 and 3x2\)/);
    throws(() => new nn.Linear(2, 2)(ones(2, 2, { dtype: "float64" })), /mat1 and mat2 must have the same dtype/);
  });

  it("Parameter shares its data's memory, requires a gradient and refuses integers", () => {
    const data = tensor([1, 2]);
    const p = new nn.Parameter(data);
    ok(p.requiresGrad && p.isLeaf && !data.requiresGrad);
    data.fill_(3);
    deepEqual(p.toArray(), [3, 3]);
    throws(
      () => new nn.Parameter(tensor([1], { dtype: "int64" })),
      /Only Tensors of floating point and complex dtype can require gradients/,
    );
    equal(new nn.Parameter(tensor([1], { dtype: "int64" }), { requiresGrad: false }).requiresGrad, false);
    deepEqual(
      watched(() => new nn.Parameter(data)).map((e) => `${e.event} ${e.name}`),
      ["created parameter"],
    );
  });

  it("MSELoss takes each reduction and warns of sizes that broadcast", () => {
    const [a, b] = [tensor([1, 2]), tensor([3, 5])];
    deepEqual(new nn.MSELoss({ reduction: "none" })(a, b).toArray(), [4, 9]);
    equal(new nn.MSELoss({ reduction: "sum" })(a, b).item(), 13);
    equal(new nn.MSELoss()(a, b).item(), 6.5);
    const warnings: string[] = [];
    const before = setWarner((sentence) => warnings.push(sentence));
    nn.functional.mseLoss(ones(3, 1), ones(3));
    setWarner(before);
    deepEqual(warnings, [
      "Using a target size (torch.Size([3])) that is different to the input size (torch.Size([3, 1])). This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size.",
    ]);
    throws(() => new nn.MSELoss({ reduction: "max" as "sum" })(a, b), /max is not a valid value for reduction/);
  });

  it("Dropout does nothing after eval()", () => {
    const drop = new nn.Dropout(0.5);
    const x = ones(100);
    ok(drop(x).toArray().includes(0));
    equal(drop.eval()(x), x);
  });

  it("init counts the fans of a weight and refuses a vector", () => {
    equal(nn.init.calculateGain("relu"), Math.SQRT2);
    deepEqual(nn.init.constant_(zeros(2), 3).toArray(), [3, 3]);
    deepEqual(nn.init.ones_(nn.init.zeros_(new nn.Parameter(randn(2)))).toArray(), [1, 1]);
    throws(
      () => nn.init.xavierUniform_(zeros(3)),
      /Fan in and fan out can not be computed for tensor with fewer than 2 dimensions/,
    );
  });
});
