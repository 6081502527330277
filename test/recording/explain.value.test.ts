import assert from "node:assert/strict";
import { valueOf } from "./explained";
import { recorded, type Recorded } from "./recorded";

describe("why a value is what it is", function () {
  this.timeout(30_000);
  let of: Recorded;
  before(async () => {
    of = await recorded(`import { mseLoss, nn, noGrad, tensor } from "backstep";
const x = tensor([[1, 2], [3, 4], [5, 6]]);
const y = tensor([[1, 1], [0, 0], [2, 2]]);
const W = tensor([[1, 0], [2, -1]], { requiresGrad: true });
const b = tensor([0.5, -0.5], { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) {
  const h = x.mm(W);
  const z = h.add(b);
  const l = nn.functional.linear(x, W, b);
  const a = z.relu().mul(2);
  const rows = a.sum(1);
  const m = rows.mean();
  const s = a.softmax(1);
  const e = mseLoss(z.select(0, 0), y.select(0, 0));
  const p = m.sub(1).pow(2);
  p.add(e).add(s.sum().mul(0)).add(l.sum().mul(0)).backward();
  noGrad(() => { W.sub_(W.grad!.mul(0.1)); b.sub_(b.grad!.mul(0.1)); });
  W.grad = null; b.grad = null;
}`);
  });

  it("of a product of matrices: its row times its column", () => {
    assert.deepEqual(valueOf(of, "h", { element: 3 }), ["hᵢⱼ = Σₖ xᵢₖ · Wₖⱼ", "= 3 · 0 + 4 · (−1) = −4"]);
    assert.deepEqual(valueOf(of, "l", { element: 0 }), ["lᵢⱼ = Σₖ xᵢₖ · tₖⱼ + bⱼ", "= 1 · 1 + 2 · 0 + 0.5 = 1.5"]);
  });

  it("of an op element by element, with what broadcasts to it", () => {
    assert.deepEqual(valueOf(of, "z", { element: 1 }), ["zᵢⱼ = hᵢⱼ + bⱼ", "= −2 + (−0.5) = −2.5"]);
    assert.deepEqual(valueOf(of, "a", { element: 0 }), ["aᵢⱼ = reluᵢⱼ · 2", "= 5.5 · 2 = 11"]);
    assert.deepEqual(valueOf(of, "relu", { element: 1 }), ["reluᵢⱼ = relu(zᵢⱼ)", "= relu(−2.5) = 0"]);
    assert.deepEqual(valueOf(of, "p"), ["p = sub²", "= 22² = 484"]);
  });

  it("of a sum, a mean, a loss", () => {
    assert.deepEqual(valueOf(of, "rows", { element: 1 }), ["rowsᵢ = Σⱼ aᵢⱼ", "= 23 + 0 = 23"]);
    assert.deepEqual(valueOf(of, "m"), ["m = Σᵢ rowsᵢ / 3", "= (11 + 23 + 35) / 3 = 23"]);
    assert.equal(valueOf(of, "e")[0], "e = Σᵢ (select#1ᵢ − select#2ᵢ)² / 2");
    assert.equal(valueOf(of, "e")[1], "= ((5.5 − 1)² + (−2.5 − 1)²) / 2 = 16.25");
  });

  it("of what is given, of a parameter, and of what one line does not tell", () => {
    assert.deepEqual(valueOf(of, "x"), ["x is given: no op computed it."]);
    assert.deepEqual(valueOf(of, "W"), ["W is a parameter: training changes it, nothing computes it."]);
    assert.deepEqual(valueOf(of, "s"), ["s = softmax(a), line 13."]);
  });

  it("not recorded, where only figures were kept of it or of an operand", async () => {
    const large = await recorded(`import { noGrad, tensor } from "backstep";
const w = tensor(Array.from({ length: 5000 }, (_, i) => i), { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) {
  const y = w.mul(2);
  const first = y.select(0, 1);
  y.mean().backward();
  noGrad(() => w.sub_(w.grad!));
  w.grad = null;
}`);
    const none = "was not recorded in full: it has too many elements.";
    assert.deepEqual(valueOf(large, "w", { element: 1 }), [`The value of w ${none}`]);
    assert.deepEqual(valueOf(large, "y", { element: 1 }), [`The value of y ${none}`]);
    assert.deepEqual(valueOf(large, "first"), [
      "first = select(y), line 5.",
      "Its operands were not recorded in full.",
    ]);
    assert.deepEqual(valueOf(large, "mean"), ["mean = mean(y), line 6.", "Its operands were not recorded in full."]);
  });
});
