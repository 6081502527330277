import { strict as assert } from "node:assert";
import { offersIn } from "../../src/editor/trains";

function offers(text: string): string[] {
  return offersIn(text).map((each) => `${each.kind} above ${each.line} runs ${each.startLine}-${each.endLine}`);
}

describe("offers to run", () => {
  it("stand above a loop with a backward pass", () => {
    const text = `import { tensor } from "backstep";
const w = tensor(0, { requiresGrad: true });
for (let epoch: number = 0; epoch < 3; epoch++) {
  w.mul(2).backward();
}
for (const x of [1, 2]) console.log(x);`;
    assert.deepEqual(offers(text), ["loop above 2 runs 2-5"]);
  });

  it("are not made in a file that does not import backstep", () => {
    assert.deepEqual(offers(`for (;;) { loss.backward(); } // "backstep"`), []);
    assert.deepEqual(offers(`import { x } from "other";\nfor (;;) { loss.backward(); }`), []);
  });

  it("stand above a loop that trains through a function, and one with a gradient written by hand", () => {
    const text = `import * as bs from "backstep";
let w = 0;
const trainStep = (x: number) => { bs.tensor(x).backward(); };
for (let i = 0; i < 3; i++) trainStep(i);
for (let i = 0; i < 3; i++) { w -= 0.1 * i; }
for (let i = 0; i < 3; i++) { w = w - 0.1 * i; }
let total = 0;
for (let i = 0; i < 3; i++) { total += i; }`;
    assert.deepEqual(offers(text), ["loop above 3 runs 3-4", "loop above 4 runs 4-5", "loop above 5 runs 5-6"]);
  });

  it("stand above a function that trains, and run its first call on the top level", () => {
    const text = `import { tensor } from "backstep";
export async function train(lr: number) {
  for (let epoch = 0; epoch < 3; epoch++) tensor(lr).backward();
}
function never() {
  for (;;) tensor(1).backward();
}
console.log("begin");
await train(
  0.1,
);
await train(0.2);`;
    assert.deepEqual(offers(text), ["function above 1 runs 8-11"]);
  });

  it("take forEach for a loop, and name the outermost one only", () => {
    const text = `import { tensor } from "backstep";
[1, 2].forEach((epoch) => {
  for (const batch of [1, 2]) tensor(batch).backward();
});`;
    assert.deepEqual(offers(text), ["loop above 1 runs 1-4"]);
  });

  it("are none while the text cannot be read", () => {
    assert.deepEqual(offers(`import { tensor } from "backstep";\nfor (let i = 0; i <`), []);
  });
});
