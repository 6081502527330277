import assert from "node:assert/strict";
import { csvOf } from "../../src/recording/csv";
import { recorded } from "./recorded";

describe("the series as CSV", function () {
  this.timeout(30_000);

  it("has a row for each iteration, with loops, losses, parameters and gradients", async () => {
    const { outline } = await recorded(`
const w = tensor(1, { requiresGrad: true });
for (let epoch = 0; epoch < 2; epoch++) {
  for (const batch of [[1, 2], [3, 4]]) {
    const loss = w.mul(tensor(batch)).sum();
    loss.backward();
    noGrad(() => w.sub_(w.grad!));
    w.grad = null;
  }
}`);
    assert.deepEqual(csvOf(outline).split("\r\n"), [
      "iteration,label,epoch,batch,loss,w,w.grad",
      "0,epoch 0 · batch 1,0,1,3,-2,3",
      "1,epoch 0 · batch 2,0,2,-14,-9,7",
      "2,epoch 1 · batch 1,1,1,-27,-12,3",
      "3,epoch 1 · batch 2,1,2,-84,-19,7",
      "",
    ]);
  });

  it("names what is no number, leaves out what there is none of, and quotes names", async () => {
    const { outline } = await recorded(`
const weights: Record<string, ReturnType<typeof tensor>> = {};
class Odd extends nn.Module {
  constructor() {
    super();
    this.registerParameter('a,"b"', new nn.Parameter(tensor(1)));
  }
  forward(x: Tensor): Tensor {
    return x.mul(this.getParameter('a,"b"'));
  }
}
const model = new Odd();
const optimizer = new optim.SGD(model.parameters(), { lr: 1 });
for (let i = 0; i < 3; i++) {
  optimizer.zeroGrad();
  const loss = model.forward(tensor([2, Infinity, -1][i]!));
  if (i === 2) continue;
  loss.backward();
  optimizer.step();
}`);
    const [head, first, second] = csvOf(outline).split("\r\n");
    assert.equal(head, 'iteration,label,i,loss,"a,""b""","a,""b"".grad"');
    assert.equal(first, "0,i 0,0,2,-1,2");
    assert.equal(second, "1,i 1,1,-inf,-inf,inf");
  });

  it("is a header alone where nothing was trained", async () => {
    const { outline } = await recorded("tensor(1).add(1);");
    assert.equal(csvOf(outline), "iteration,label\r\n");
  });
});
