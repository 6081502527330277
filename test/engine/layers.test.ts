import { deepEqual, equal, notEqual, ok, throws } from "node:assert/strict";
import {
  autograd,
  empty,
  manualSeed,
  nn,
  noGrad,
  ones,
  optim,
  randn,
  tensor,
  type Tensor,
  zeros,
} from "../../src/engine/index";
import { watched } from "./watched";

const F = nn.functional;
const long = (...values: number[]) => tensor(values, { dtype: "int64" });
const double = (...values: number[]) => tensor(values, { dtype: "float64" });
const close = (x: Tensor, want: readonly number[], limit = 1e-6) =>
  x.toArray().forEach((value, k) => ok(Math.abs(value - want[k]!) <= limit, `${k}: ${value}, not ${want[k]!}`));

describe("layers, worked by hand", () => {
  it("conv1d slides, pads, strides, dilates and groups", () => {
    const x = tensor([[[1, 2, 3, 4]]]);
    const w = tensor([[[1, 10]]]);
    deepEqual(F.conv1d(x, w).toArray(), [21, 32, 43]);
    deepEqual(F.conv1d(x, w, { bias: tensor([0.5]), stride: 2 }).toArray(), [21.5, 43.5]);
    deepEqual(F.conv1d(x, w, { padding: 1 }).toArray(), [10, 21, 32, 43, 4]);
    deepEqual(F.conv1d(x, w, { padding: "same" }).toArray(), [21, 32, 43, 4]);
    deepEqual(F.conv1d(x, w, { padding: "valid", dilation: 2 }).toArray(), [31, 42]);
    deepEqual(F.conv1d(x.select(0, 0), w).shape, [1, 3]);
    const two = tensor([
      [
        [1, 2],
        [3, 4],
      ],
    ]);
    deepEqual(F.conv1d(two, tensor([[[2]], [[3]]]), { groups: 2 }).toArray(), [2, 4, 9, 12]);
  });

  it("convTranspose spreads what conv gathers", () => {
    const x = tensor([[[1, 2]]]);
    const w = tensor([[[1, 10, 100]]]);
    deepEqual(F.convTranspose1d(x, w).toArray(), [1, 12, 120, 200]);
    deepEqual(F.convTranspose1d(x, w, { stride: 2, bias: tensor([1]) }).toArray(), [2, 11, 103, 21, 201]);
    deepEqual(F.convTranspose1d(x, w, { stride: 2, padding: 1, outputPadding: 1 }).toArray(), [10, 102, 20, 200]);
    manualSeed(0);
    const [image, kernel, g] = [randn(2, 4, 5, 5), randn(6, 2, 3, 3), randn(2, 6, 3, 3)];
    const back = F.convTranspose2d(g, kernel, { groups: 2, stride: 2, padding: 1 });
    const forth = F.conv2d(image, kernel, { groups: 2, stride: 2, padding: 1 });
    ok(Math.abs(forth.mul(g).sum().item() - back.mul(image).sum().item()) < 1e-3);
    throws(() => F.convTranspose1d(x, w, { outputPadding: 1 }), /output padding must be smaller than either stride/);
  });

  it("pools take windows, those at the edge too", () => {
    const x = tensor([[[1, 5, 2, 4, 3]]], { requiresGrad: true });
    deepEqual(F.maxPool1d(x, 2).toArray(), [5, 4]);
    deepEqual(F.maxPool1d(x, 2, { ceilMode: true }).toArray(), [5, 4, 3]);
    deepEqual(F.maxPool1dWithIndices(x, 3, { stride: 1 })[1].toArray(), [1, 1, 3]);
    deepEqual(F.avgPool1d(x, 3, { stride: 2, padding: 1 }).toArray(), [2, Math.fround(11 / 3), Math.fround(7 / 3)]);
    deepEqual(F.avgPool1d(x, 3, { stride: 2, padding: 1, countIncludePad: false }).toArray()[0], 3);
    deepEqual(F.adaptiveAvgPool1d(x, 2).toArray(), [Math.fround(8 / 3), 3]);
    deepEqual(F.adaptiveMaxPool1d(x, 2).toArray(), [5, 4]);
    F.maxPool1d(x, 2, { stride: 1 }).sum().backward();
    deepEqual(x.grad?.toArray(), [0, 2, 0, 2, 0]);
    throws(() => F.maxPool1d(x, 2, { padding: 2 }), /pad should be at most half of kernel size/);
    throws(() => F.avgPool2d(ones(1, 1, 2, 2), 3), /Output size is too small/);
    deepEqual(new nn.AdaptiveAvgPool2d(1)(ones(2, 3, 4, 4)).shape, [2, 3, 1, 1]);
  });

  it("normalisations give mean 0 and variance 1", () => {
    const x = double(1, 3, 2, 6).reshape([2, 2]);
    const s = 1 / Math.sqrt(1 + 1e-5);
    close(F.layerNorm(x, 2), [-s, s, -2 / Math.sqrt(4 + 1e-5), 2 / Math.sqrt(4 + 1e-5)], 1e-12);
    const t = 0.5 / Math.sqrt(0.25 + 1e-5);
    const u = 1.5 / Math.sqrt(2.25 + 1e-5);
    close(F.batchNorm(x, null, null, { training: true }), [-t, -u, t, u], 1e-12);
    close(F.groupNorm(x, 1), [-s, s, -2 / Math.sqrt(4 + 1e-5), 2 / Math.sqrt(4 + 1e-5)], 1e-12);
    close(F.instanceNorm(x.unsqueeze(0)), [-s, s, -2 / Math.sqrt(4 + 1e-5), 2 / Math.sqrt(4 + 1e-5)], 1e-12);
    throws(() => F.groupNorm(ones(1, 3), 2), /divisible by num_groups/);
  });

  it("BatchNorm moves its running statistics while it trains and uses them after eval()", () => {
    const norm = new nn.BatchNorm1d(1, { momentum: 0.5 });
    norm(tensor([[1], [3]]));
    deepEqual([norm.runningMean?.item(), norm.runningVar?.item(), norm.numBatchesTracked?.item()], [1, 1.5, 1]);
    norm.eval();
    close(norm(tensor([[1], [4]])), [0, 3 / Math.sqrt(1.5 + 1e-5)]);
    deepEqual(Object.keys(norm.stateDict()), ["weight", "bias", "running_mean", "running_var", "num_batches_tracked"]);
    const average = new nn.BatchNorm1d(1, { momentum: null });
    average(tensor([[1], [3]]));
    average(tensor([[5], [7]]));
    equal(average.runningMean?.item(), 4);
    average.resetRunningStats();
    deepEqual([average.runningMean.item(), average.runningVar?.item()], [0, 1]);
    throws(() => norm(ones(1, 1, 2, 2)), /expected 2D or 3D input \(got 4D input\)/);
    throws(() => new nn.BatchNorm2d(1)(ones(2, 1)), /expected 4D input \(got 2D input\)/);
    const tracked = new nn.InstanceNorm1d(1, { trackRunningStats: true, momentum: 1 });
    tracked(tensor([[[1, 3]], [[5, 9]]]));
    deepEqual([tracked.runningMean?.item(), tracked.runningVar?.item()], [4.5, 5]);
    const told = watched(() => new nn.BatchNorm1d(2)(ones(3, 2)));
    deepEqual(
      told.flatMap((e) => (/opened|forward|updated|closed/.test(e.event) ? [`${e.event} ${e.name}`.trim()] : [])),
      [
        "updated add_",
        "opened batchNorm",
        "forward batchNorm",
        "updated runningMean_",
        "updated runningVar_",
        "closed",
      ],
    );
  });

  it("Embedding looks rows up; the padding's row starts as zeros and gets no gradient", () => {
    const table = new nn.Embedding(3, 2, { paddingIdx: -1 });
    equal(table.paddingIdx, 2);
    deepEqual(table(long(2)).toArray(), [0, 0]);
    table(long(0, 2, 0))
      .sum()
      .backward();
    deepEqual(table.weight.grad?.toArray(), [2, 2, 0, 0, 0, 0]);
    const given = nn.Embedding.fromPretrained(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    );
    deepEqual(given(long(1, 0)).toArray(), [3, 4, 1, 2]);
    ok(!given.weight.requiresGrad);
    throws(() => new nn.Embedding(2, 2, { paddingIdx: 2 }), /Padding_idx must be within num_embeddings/);
  });

  it("Embedding writes rows that are too long where they lie, and what had saved them notices", () => {
    const weight = double(3, 4, 0, 0.5, 6, 8).reshape([3, 2]);
    const bounded = nn.Embedding.fromPretrained(weight, { maxNorm: 1, freeze: false });
    const squared = bounded.weight.square().sum();
    const rows = bounded(long(1, 0, 1));
    close(rows, [0, 0.5, 0.6, 0.8, 0, 0.5], 1e-7);
    close(bounded.weight, [0.6, 0.8, 0, 0.5, 6, 8], 1e-7);
    throws(() => squared.backward(), /modified by an inplace operation/);
    rows.sum().backward();
    deepEqual(bounded.weight.grad?.toArray(), [1, 1, 2, 2, 0, 0]);
    const ones = double(1, 1, 1, -2).reshape([2, 2]);
    deepEqual(F.embedding(long(1), ones.clone(), { maxNorm: 3, normType: 1 }).toArray(), [1, -2]);
    close(F.embedding(long(1), ones, { maxNorm: 1, normType: Infinity }), [0.5, -1], 1e-7);
  });

  it("Embedding's padding lets nothing through to the gradient of its gradient", () => {
    const weight = double(1, 2).reshape([2, 1]).requiresGrad_();
    for (const [paddingIdx, want] of [
      [0, [0, 6]],
      [1, [2, 0]],
      [null, [2, 6]],
    ] as const) {
      const g = double(1, 3).reshape([2, 1]).requiresGrad_();
      const rows = F.embedding(long(0, 1), weight, { paddingIdx });
      const [slope] = autograd.grad(rows, [weight], { gradOutputs: [g], createGraph: true });
      slope?.square().sum().backward();
      deepEqual(g.grad?.toArray(), want);
    }
  });

  it("Embedding divides gradients by how often a row was taken", () => {
    const counted = new nn.Embedding(3, 1, { scaleGradByFreq: true, paddingIdx: 2 });
    counted(long(0, 1, 0, 2, 0, 0))
      .mul(double(1, 2, 3, 4, 5, 7).unsqueeze(1))
      .sum()
      .backward();
    deepEqual(counted.weight.grad?.toArray(), [4, 2, 0]);
  });

  it("losses", () => {
    const [a, b] = [double(0, 1, 3), double(0, 3, 0)];
    close(F.l1Loss(a, b), [5 / 3], 1e-12);
    close(F.smoothL1Loss(a, b, { beta: 4, reduction: "none" }), [0, 0.5, 9 / 8], 1e-12);
    close(F.huberLoss(a, b, { delta: 2, reduction: "none" }), [0, 2, 4], 1e-12);
    const scores = double(0, Math.log(3)).reshape([1, 2]);
    close(F.crossEntropy(scores, long(0)), [Math.log(4)], 1e-12);
    close(F.crossEntropy(scores, double(0.5, 0.5).reshape([1, 2])), [Math.log(4) - Math.log(3) / 2], 1e-12);
    const pair = double(0, Math.log(3), 0, Math.log(3)).reshape([2, 2]);
    const weight = double(1, 3);
    close(F.crossEntropy(pair, long(0, 1), { weight }), [(Math.log(4) + 3 * Math.log(4 / 3)) / 4], 1e-12);
    close(F.crossEntropy(pair, long(0, 1), { ignoreIndex: 0 }), [Math.log(4 / 3)], 1e-12);
    close(F.binaryCrossEntropy(double(0.25), double(1)), [Math.log(4)], 1e-12);
    close(F.binaryCrossEntropyWithLogits(double(0), double(1), { posWeight: double(3) }), [3 * Math.log(2)], 1e-12);
    close(F.klDiv(double(Math.log(0.5)), double(1), { reduction: "sum" }), [Math.log(2)], 1e-12);
    close(F.hingeEmbeddingLoss(double(0.25, 0.25), double(1, -1), { reduction: "none" }), [0.25, 0.75], 1e-12);
    close(F.marginRankingLoss(double(1), double(3), double(1), { margin: 0.5 }), [2.5], 1e-12);
    const [x, y] = [double(3, 4).unsqueeze(0), double(4, 3).unsqueeze(0)];
    close(F.cosineSimilarity(x, y), [24 / 25], 1e-12);
    close(F.cosineEmbeddingLoss(x, y, double(1)), [1 / 25], 1e-9);
    close(F.cosineEmbeddingLoss(x, y, double(-1), { margin: 0.5 }), [24 / 25 - 0.5], 1e-9);
    close(F.pairwiseDistance(x, y, { eps: 0 }), [Math.SQRT2], 1e-12);
    close(F.tripletMarginLoss(x, x, y, { eps: 0 }), [Math.max(0, 1 - Math.SQRT2)], 1e-12);
    close(F.softMarginLoss(double(0), double(1)), [Math.log(2)], 1e-12);
    close(F.multiMarginLoss(double(0.1, 0.2, 0.4).unsqueeze(0), long(2)), [(0.7 + 0.8) / 3], 1e-12);
    close(F.poissonNllLoss(double(0), double(3)), [1], 1e-12);
    close(F.gaussianNllLoss(double(1), double(3), double(4)), [0.5 * (Math.log(4) + 1)], 1e-12);
    equal(new nn.CrossEntropyLoss({ weight: ones(2) }).buffers().length, 1);
    deepEqual(new nn.L1Loss({ reduction: "sum" })(a, b).item(), 5);
    throws(() => F.l1Loss(a, b, { reduction: "max" as "sum" }), /max is not a valid value for reduction/);
    throws(() => F.nllLoss(ones(2, 3), long(0, 0).unsqueeze(1)), /multi-target not supported/);
    throws(() => F.crossEntropy(ones(2, 3), ones(2, 3).long()), /Expected floating point type for target/);
  });

  it("cross entropy, like attention, is one step with child steps", () => {
    const told = watched(() => F.crossEntropy(ones(2, 3), long(0, 1)));
    deepEqual(
      told.flatMap((e) => (/opened|forward|closed/.test(e.event) ? [`${e.event} ${e.name}`.trim()] : [])),
      ["opened crossEntropy", "forward logSoftmax", "forward nllLoss", "closed"],
    );
  });

  it("attention mixes values by how well keys answer", () => {
    const [q, k] = [double(0, 0).reshape([1, 2]), double(1, 2, 3, 4).reshape([2, 2])];
    const v = double(2, 4).reshape([2, 1]);
    deepEqual(F.scaledDotProductAttention(q, k, v).toArray(), [3]);
    const mask = tensor([[false, true]], { dtype: "bool" });
    deepEqual(F.scaledDotProductAttention(q, k, v, { attnMask: mask }).toArray(), [4]);
    deepEqual(F.scaledDotProductAttention(q, k, v, { isCausal: true }).toArray(), [2]);
    throws(() => F.scaledDotProductAttention(q, k, v, { isCausal: true, attnMask: mask }), /should not be set/);
  });

  it("a cell is one step of its layer", () => {
    manualSeed(3);
    const x = randn(4, 2, 3);
    const pairs = [
      [new nn.RNN(3, 2, { nonlinearity: "relu" }), new nn.RNNCell(3, 2, { nonlinearity: "relu" })],
      [new nn.GRU(3, 2), new nn.GRUCell(3, 2)],
    ] as const;
    for (const [layer, cell] of pairs) {
      copy(layer, cell);
      let h: Tensor | null = null;
      for (const each of x.unbind(0)) h = cell(each, h);
      deepEqual(h?.toArray(), layer(x)[1].toArray());
      deepEqual(cell(x.select(0, 0).select(0, 0)).shape, [2]);
    }
    const [lstm, cell] = [new nn.LSTM(3, 2), new nn.LSTMCell(3, 2)];
    copy(lstm, cell);
    let state: [Tensor, Tensor] | null = null;
    for (const each of x.unbind(0)) state = cell(each, state);
    const [, [hn, cn]] = lstm(x);
    deepEqual([state![0].toArray(), state![1].toArray()], [hn.toArray(), cn.toArray()]);
    throws(() => lstm(ones(2, 2, 5)), /input.size\(-1\) must be equal to input_size. Expected 3, got 5/);
    throws(() => lstm(x, [zeros(1, 2, 3), zeros(1, 2, 3)]), /Expected hidden\[0\] size \(1, 2, 2\), got \[1, 2, 3\]/);
  });

  it("a bidirectional layer of several reads the sequence both ways", () => {
    manualSeed(4);
    const x = randn(3, 1, 2);
    const both = new nn.LSTM(2, 2, { numLayers: 2, bidirectional: true });
    const [output, [hn]] = both(x);
    deepEqual([output.shape, hn.shape, both.allWeights.length], [[3, 1, 4], [4, 1, 2], 4]);
    const back = new nn.LSTM(2, 2);
    const state = both.stateDict();
    const one = new nn.LSTM(2, 2, { bidirectional: true });
    for (const [name, value] of Object.entries(one.stateDict())) value.copy_(state[name]!);
    for (const [name, value] of Object.entries(back.stateDict())) value.copy_(state[`${name}_reverse`]!);
    deepEqual(
      one(x)[0].at("...", [2, 3]).toArray(),
      back(x.flip([0]))[0]
        .flip([0])
        .toArray(),
    );
  });

  it("dropout of channels drops them whole; alpha dropout keeps mean and variance", () => {
    manualSeed(0);
    const y = new nn.Dropout2d(0.5)(ones(8, 16, 2, 2));
    const sums = y.sum([2, 3]).toArray();
    ok(sums.includes(0) && sums.includes(8) && sums.every((sum) => sum === 0 || sum === 8));
    deepEqual(
      new nn.Dropout1d(0.5)
        .eval()(ones(1, 1, 2))
        .toArray(),
      [1, 1],
    );
    const z = new nn.AlphaDropout(0.3)(randn(20000));
    ok(Math.abs(z.mean().item()) < 0.05 && Math.abs(z.std().item() - 1) < 0.05);
  });

  it("transformers keep the shape and see what masks allow", () => {
    manualSeed(1);
    const layer = new nn.TransformerEncoderLayer(4, 2, { dimFeedforward: 8, dropout: 0, batchFirst: true });
    const encoder = new nn.TransformerEncoder(layer, 2, { norm: new nn.LayerNorm(4) });
    const src = randn(2, 3, 4);
    const padding = tensor(
      [
        [false, false, true],
        [false, false, true],
      ],
      { dtype: "bool" },
    );
    const seen = encoder(src, { srcKeyPaddingMask: padding });
    deepEqual(seen.shape, [2, 3, 4]);
    const other = src.clone();
    noGrad(() => other.select(1, 2).fill_(9));
    deepEqual(encoder(other, { srcKeyPaddingMask: padding }).narrow(1, 0, 2).toArray(), seen.narrow(1, 0, 2).toArray());
    deepEqual(encoder.layers[0]!.linear1.weight.toArray(), layer.linear1.weight.toArray());
    notEqual(encoder.layers[0]!.linear1.weight, layer.linear1.weight);
    const decoder = new nn.TransformerDecoder(
      new nn.TransformerDecoderLayer(4, 2, { dimFeedforward: 8, dropout: 0, batchFirst: true, normFirst: true }),
      1,
    );
    deepEqual(decoder(randn(2, 5, 4), seen).shape, [2, 5, 4]);
    const wide = new nn.MultiheadAttention(4, 2, { kdim: 3, vdim: 2 });
    deepEqual(wide(randn(2, 4), randn(3, 3), randn(3, 2))[0].shape, [2, 4]);
    const longer = new nn.MultiheadAttention(2, 1, { addBiasKv: true, addZeroAttn: true });
    deepEqual(
      longer.namedParameters().map(([name]) => name),
      ["in_proj_weight", "in_proj_bias", "bias_k", "bias_v", "out_proj.weight", "out_proj.bias"],
    );
    deepEqual(longer(randn(3, 2), randn(4, 2), randn(4, 2))[1]?.shape, [3, 6]);
    throws(() => new nn.MultiheadAttention(5, 2), /embed_dim must be divisible by num_heads/);
  });

  it("Flatten, Unflatten, Identity, Bilinear and convolutions with other edges", () => {
    deepEqual(new nn.Flatten()(ones(2, 3, 4)).shape, [2, 12]);
    deepEqual(new nn.Unflatten(1, [3, -1])(ones(2, 12)).shape, [2, 3, 4]);
    const x = ones(1);
    equal(new nn.Identity()(x), x);
    deepEqual(new nn.Bilinear(2, 3, 4)(ones(5, 2), ones(5, 3)).shape, [5, 4]);
    const mirror = new nn.Conv1d(1, 1, 3, { padding: 1, paddingMode: "reflect", bias: false });
    noGrad(() => mirror.weight.fill_(1));
    deepEqual(mirror(tensor([[[1, 2, 4]]])).toArray(), [5, 7, 8]);
    throws(() => new nn.Conv2d(3, 4, 1, { groups: 2 }), /in_channels must be divisible by groups/);
  });

  it("activations as layers", () => {
    const x = tensor([[-1, 2]]);
    const layers: [nn.Module & ((x: Tensor) => Tensor), number[]][] = [
      [new nn.LeakyReLU(0.5), [-0.5, 2]],
      [new nn.PReLU(), [-0.25, 2]],
      [new nn.ELU(), [Math.exp(-1) - 1, 2]],
      [new nn.CELU(2), [2 * (Math.exp(-0.5) - 1), 2]],
      [new nn.SELU(), [1.7580993 * (Math.exp(-1) - 1), 2 * 1.050701]],
      [new nn.GELU(), [-0.158655, 1.9545]],
      [new nn.SiLU(), [-0.268941, 1.761594]],
      [new nn.Mish(), [-0.303401, 1.943959]],
      [new nn.Softplus(), [0.313262, 2.126928]],
      [new nn.Softsign(), [-0.5, 2 / 3]],
      [new nn.Tanhshrink(), [-1 + Math.tanh(1), 2 - Math.tanh(2)]],
      [new nn.Softshrink(), [-0.5, 1.5]],
      [new nn.Hardshrink(1), [0, 2]],
      [new nn.Hardtanh(), [-1, 1]],
      [new nn.ReLU6(), [0, 2]],
      [new nn.Hardsigmoid(), [1 / 3, 5 / 6]],
      [new nn.Hardswish(), [-1 / 3, 5 / 3]],
      [new nn.LogSigmoid(), [-1.313262, -0.126928]],
      [new nn.Threshold(0, 7), [7, 2]],
      [new nn.GLU(), [-1 / (1 + Math.exp(-2))]],
      [new nn.Softmax(1), [1 / (1 + Math.exp(3)), 1 / (1 + Math.exp(-3))]],
      [new nn.Softmin(1), [1 / (1 + Math.exp(-3)), 1 / (1 + Math.exp(3))]],
      [new nn.LogSoftmax(-1), [-3.048587, -0.048587]],
    ];
    for (const [layer, want] of layers) close(layer(x), want, 2e-5);
  });
});

/** The first layer's weights into a cell. */
function copy(layer: nn.Module, cell: nn.Module): void {
  const state = layer.stateDict();
  cell.loadStateDict(
    Object.fromEntries(Object.entries(state).map(([name, value]) => [name.replace("_l0", ""), value])),
  );
}

describe("modules", () => {
  it("print as PyTorch prints them", () => {
    const text = (module: nn.Module) => String(module);
    equal(text(new nn.Conv2d(3, 4, 3)), "Conv2d(3, 4, kernel_size=(3, 3), stride=(1, 1))");
    equal(
      text(new nn.Conv1d(2, 4, 3, { padding: "same", groups: 2, bias: false, dilation: 2 })),
      "Conv1d(2, 4, kernel_size=(3,), stride=(1,), padding=same, dilation=(2,), groups=2, bias=False)",
    );
    equal(
      text(new nn.ConvTranspose2d(1, 1, 2, { stride: 2, outputPadding: 1 })),
      "ConvTranspose2d(1, 1, kernel_size=(2, 2), stride=(2, 2), output_padding=(1, 1))",
    );
    equal(
      text(new nn.BatchNorm2d(3)),
      "BatchNorm2d(3, eps=1e-05, momentum=0.1, affine=True, track_running_stats=True)",
    );
    equal(text(new nn.LayerNorm([4, 2])), "LayerNorm((4, 2), eps=1e-05, elementwise_affine=True)");
    equal(text(new nn.GroupNorm(2, 4)), "GroupNorm(2, 4, eps=1e-05, affine=True)");
    equal(
      text(new nn.MaxPool2d([2, 3])),
      "MaxPool2d(kernel_size=(2, 3), stride=(2, 3), padding=0, dilation=1, ceil_mode=False)",
    );
    equal(text(new nn.AvgPool2d(2)), "AvgPool2d(kernel_size=2, stride=2, padding=0)");
    equal(text(new nn.AdaptiveAvgPool2d([1, null])), "AdaptiveAvgPool2d(output_size=(1, None))");
    equal(
      text(new nn.Upsample({ scaleFactor: [2, 3.5], mode: "bilinear" })),
      "Upsample(scale_factor=(2.0, 3.5), mode=bilinear)",
    );
    equal(text(new nn.Upsample({ size: [2, 3] })), "Upsample(size=(2, 3), mode=nearest)");
    equal(text(new nn.Embedding(7, 3, { paddingIdx: 0 })), "Embedding(7, 3, padding_idx=0)");
    equal(
      text(new nn.Embedding(7, 3, { maxNorm: 0.5, normType: 1, scaleGradByFreq: true })),
      "Embedding(7, 3, max_norm=0.5, norm_type=1.0, scale_grad_by_freq=True)",
    );
    equal(text(new nn.LSTM(2, 3, { numLayers: 2, batchFirst: true })), "LSTM(2, 3, num_layers=2, batch_first=True)");
    equal(text(new nn.GELU()), "GELU(approximate='none')");
    equal(text(new nn.ELU()), "ELU(alpha=1.0)");
    equal(text(new nn.Flatten()), "Flatten(start_dim=1, end_dim=-1)");
    equal(text(new nn.CrossEntropyLoss()), "CrossEntropyLoss()");
    equal(text(new nn.ModuleList([new nn.ReLU()])), "ModuleList(\n  (0): ReLU()\n)");
  });

  it("stand in lists and dictionaries", () => {
    const list = new nn.ModuleList([new nn.Linear(1, 2), new nn.Linear(2, 1)]);
    deepEqual(
      list.namedParameters().map(([path]) => path),
      ["0.weight", "0.bias", "1.weight", "1.bias"],
    );
    list.insert(1, new nn.Linear(2, 2)).append(new nn.Linear(1, 1));
    deepEqual([list.length, list.at(-1).inFeatures, [...list].length, list[1]!.outFeatures], [4, 1, 4, 2]);
    throws(() => list.at(4), /index 4 is out of range/);
    const byName = new nn.ModuleDict<nn.Module>({ a: new nn.ReLU(), b: new nn.Linear(1, 1) });
    deepEqual([byName.keys(), byName.size, byName.has("c")], [["a", "b"], 2, false]);
    deepEqual(Object.keys(byName.stateDict()), ["b.weight", "b.bias"]);
    ok(byName.pop("a") instanceof nn.ReLU && byName.size === 1);
    throws(() => byName.get("a"), /'a'/);
    const parameters = new nn.ParameterList([ones(2), zeros(1)]);
    deepEqual([parameters.length, parameters.parameters().length, parameters[0]!.requiresGrad], [2, 2, true]);
    const named = new nn.ParameterDict({ w: ones(1) });
    deepEqual(Object.keys(named.stateDict()), ["w"]);
    throws(() => (list as unknown as () => void)(), /missing the required "forward" function/);
  });

  it("convert, copy and find by path", () => {
    const model = new nn.Sequential(new nn.Linear(2, 2), new nn.BatchNorm1d(2));
    const twin = model.clone();
    noGrad(() => twin.parameters()[0]!.fill_(7));
    notEqual(model.parameters()[0]!.toArray()[0], 7);
    const x = randn(4, 2);
    twin.loadStateDict(model.stateDict());
    deepEqual(twin(x).toArray(), model(x).toArray());
    ok(twin instanceof nn.Sequential && twin.buffers().length === 3);
    model.double();
    deepEqual(
      new Set([...model.parameters(), ...model.buffers()].map((each) => each.dtype)),
      new Set(["float64", "int64"]),
    );
    equal(model(x.double()).dtype, "float64");
    throws(() => model.to("int64"), /only accepts floating point/);
    equal(model.getParameter("0.weight"), model.parameters()[0]);
    equal(model.getBuffer("1.running_mean").numel(), 2);
    ok(model.getSubmodule("1") instanceof nn.BatchNorm1d);
    throws(() => model.getSubmodule("2"), /has no attribute `2`/);
  });

  it("run full backward hooks with the gradients of inputs and outputs", () => {
    const square = new (class Square extends nn.Module {
      forward(x: Tensor): Tensor {
        return x.mul(x);
      }
    })();
    const seen: (number[] | undefined)[] = [];
    const hook = square.registerFullBackwardHook((_module, [gradInput], [gradOutput]) => {
      seen.push(gradInput?.toArray(), gradOutput?.toArray());
      return [gradInput?.mul(10) ?? null];
    });
    const before = square.registerFullBackwardPreHook((_module, [gradOutput]) => gradOutput?.mul(2));
    const x = tensor([1, 3], { requiresGrad: true });
    square(x).sum().backward();
    deepEqual(seen, [
      [4, 12],
      [2, 2],
    ]);
    deepEqual(x.grad?.toArray(), [40, 120]);
    hook.remove();
    before.remove();
    x.grad = null;
    square(x).sum().backward();
    deepEqual((x.grad as Tensor | null)?.toArray(), [2, 6]);
  });

  it("run full backward hooks too when no input needs a gradient", () => {
    const lin = new nn.Linear(1, 1);
    const seen: unknown[] = [];
    lin.registerFullBackwardHook((_module, gradInput, [gradOutput]) => {
      seen.push(gradInput, gradOutput?.item());
    });
    lin(ones(1, 1)).mul(3).sum().backward();
    deepEqual(seen, [[null], 3]);
  });

  it("initialise", () => {
    deepEqual(nn.init.eye_(empty(2, 3)).toArray(), [1, 0, 0, 0, 1, 0]);
    deepEqual(nn.init.dirac_(empty(2, 1, 3), { groups: 2 }).toArray(), [0, 1, 0, 0, 1, 0]);
    const x = tensor([
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
    ]);
    deepEqual(F.conv1d(x, nn.init.dirac_(empty(2, 2, 3)), { padding: 1 }).toArray(), [1, 2, 3, 4, 5, 6]);
    manualSeed(0);
    const q = nn.init.orthogonal_(empty(3, 5), { gain: 2 });
    close(q.matmul(q.t()), [4, 0, 0, 0, 4, 0, 0, 0, 4], 1e-5);
    const t = nn.init.truncNormal_(empty(5000), 1, 2, 0, 3);
    ok(t.toArray().every((value) => value >= 0 && value <= 3));
    ok(Math.abs(t.mean().item() - 1.3785) < 0.05);
    const s = nn.init.sparse_(empty(10, 4), 0.35);
    deepEqual(s.eq(0).sum(0).toArray(), [4, 4, 4, 4]);
  });

  it("give and take their parameters as one vector", () => {
    const lin = new nn.Linear(2, 1);
    const vector = nn.utils.parametersToVector(lin.parameters());
    deepEqual(vector.shape, [3]);
    nn.utils.vectorToParameters(tensor([1, 2, 3]), lin.parameters());
    deepEqual([lin.weight.toArray(), lin.bias?.toArray()], [[1, 2], [3]]);
    throws(() => nn.utils.vectorToParameters(ones(2), lin.parameters()), /needs a vector of 3 elements/);
  });

  it("train: a convolutional net learns to tell horizontal from vertical lines", () => {
    manualSeed(0);
    const lines = zeros(8, 1, 4, 4);
    for (let k = 0; k < 8; k++)
      lines
        .select(0, k)
        .select(0, 0)
        .select(k % 2, k >> 1)
        .fill_(1);
    const target = long(0, 1, 0, 1, 0, 1, 0, 1);
    const model = new nn.Sequential(
      new nn.Conv2d(1, 4, 3, { padding: 1 }),
      new nn.BatchNorm2d(4),
      new nn.ReLU(),
      new nn.AdaptiveMaxPool2d(1),
      new nn.Flatten(),
      new nn.Linear(4, 2),
    );
    const optimizer = new optim.SGD(model.parameters(), { lr: 0.2, momentum: 0.9 });
    const loss = new nn.CrossEntropyLoss();
    for (let epoch = 0; epoch < 40; epoch++) {
      optimizer.zeroGrad();
      loss(model(lines), target).backward();
      optimizer.step();
    }
    deepEqual(model.eval()(lines).argmax(1).toArray(), target.toArray());
  });

  it("double backward runs through layers", () => {
    const model = new nn.Sequential(new nn.Linear(2, 4), new nn.LayerNorm(4), new nn.GELU(), new nn.Linear(4, 1));
    const x = randn([3, 2], { requiresGrad: true });
    const [g] = autograd.grad(model(x).sum(), [x], { createGraph: true });
    g!.pow(2).sum().backward();
    ok(
      model
        .parameters()
        .slice(0, 4)
        .every((p) => p.grad !== null),
    );
  });
});
