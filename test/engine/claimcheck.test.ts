import assert from "node:assert/strict";
import { autograd, tensor, type Tensor } from "../../src/engine/index";

const { checkGradient } = autograd;
const X = tensor([1, 2, 3, 4]);
const Y = tensor([2, 4, 6, 8]);
const loss = (w: number): Tensor => X.mul(w).sub(Y).pow(2).mean();

describe("checkGradient", () => {
  it("tells the notebooks' fourfold gradient: −120 where −30 is right", () => {
    const byHand = X.mul(2).dot(X.mul(0).sub(Y)).mean().item();
    const check = checkGradient(loss, 0, byHand);
    assert.equal(check.agrees, false);
    assert.equal(check.factor, 4);
    assert.equal(check.elements[0]!.claimed, -120);
    assert.ok(Math.abs(check.elements[0]!.numeric + 30) < 0.01);
    assert.match(
      String(check),
      /^The claimed gradient is 4 times the numerical one: -120 is claimed and differences give -30\.$/,
    );
    assert.equal(checkGradient(loss, 0, -30).agrees, true);
    assert.equal(String(checkGradient(loss, 0, -30)), "The claimed gradient agrees with the numerical one.");
  });

  it("takes plain numbers, lists and tensors; nothing of autograd is needed", () => {
    assert.equal(checkGradient((x: number) => Math.sin(x), 1, Math.cos(1)).agrees, true);
    assert.equal(checkGradient((x: number) => x ** 3, 2, 12).agrees, true);
    assert.equal(checkGradient((x: number) => x ** 3, 2, 12.01).agrees, false);
    const squares = (x: readonly number[]): number => x.reduce((sum, each) => sum + each * each, 0);
    assert.equal(checkGradient(squares, [1, -2, 0], [2, -4, 0]).agrees, true);
    const wrong = checkGradient(squares, [1, -2, 0], [2, -4, 1]);
    assert.deepEqual(
      wrong.elements.map(({ agrees }) => agrees),
      [true, true, false],
    );
    assert.equal(wrong.factor, null);
    assert.match(
      String(wrong),
      /^1 of 3 elements of the claimed gradient are wrong: 1 is claimed at element 2 and differences give 0/,
    );
    const at = tensor([
      [1, 2],
      [3, 4],
    ]);
    assert.equal(checkGradient((x: Tensor) => x.pow(2).sum(), at, at.mul(2)).agrees, true);
    assert.equal(checkGradient((x: Tensor) => x.pow(2).sum(), at, at.mul(6)).factor, 3);
  });

  it("checks a gradient of autograd too", () => {
    const w = tensor([0.5, -1], { requiresGrad: true });
    const f = (x: Tensor): Tensor => x.exp().mul(x).sum();
    f(w).backward();
    assert.ok(w.grad);
    assert.equal(checkGradient(f, w, w.grad).agrees, true);
  });

  it("refuses what has no single slope", () => {
    assert.throws(
      () => checkGradient((x: number) => x, 1, [1, 2]),
      /got 2 claimed numbers for a point of 1\. Give a gradient/,
    );
    assert.throws(() => checkGradient((x: number) => X.mul(x), 1, 1), /one number as its result, but got shape \[4\]/);
  });
});
