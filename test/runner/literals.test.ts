import assert from "node:assert/strict";
import { changeOf, changeText, numbersIn } from "../../src/runner/literals";

const text = `const lr = 0.01, low: number = -0.5;
const w = tensor(0, { requiresGrad: true });
for (let epoch = 0; epoch < 20; epoch++) w.sub_(w.grad!.mul(0.05));
const options = { lr: 1e-3 };
let size = 1; size = 2;`;

describe("literals", () => {
  const numbers = numbersIn({ text, file: "a.ts" });

  it("finds every number, with what names it", () => {
    assert.deepEqual(
      numbers.map(({ name, value, exact, line }) => `${line} ${name} ${value} ${exact ? "=" : ""}`.trim()),
      [
        "0 lr 0.01 =",
        "0 low -0.5 =",
        "1 w 0",
        "2 epoch 0 =",
        "2  20",
        "2  0.05",
        "3 lr 0.001 =",
        "4 size 1 =",
        "4 size 2 =",
      ],
    );
  });

  it("says a change as a person would, and writes it so that a minus before the number keeps its sense", () => {
    const [lr, low, w, , , rate] = numbers;
    assert.ok(lr && low && w && rate);
    assert.equal(changeText(lr, 0.1), "lr = 0.1");
    assert.equal(changeText(rate, -1), "0.05 → −1 in line 3");
    assert.equal(changeText(w, 2), "0 → 2 in line 2");
    assert.deepEqual(changeOf(low, 2), { file: "a.ts", line: 0, column: text.indexOf("0.5"), text: "-2" });
    assert.deepEqual(changeOf(lr, 0.1).text, "0.1");
  });
});
