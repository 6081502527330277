import { strict as assert } from "node:assert";
import { edited as isEdited } from "../../src/editor/statements";
import { TextMap } from "../../src/editor/textmap";
import { instrument } from "../../src/runner/instrument";

const recorded = `const lr = 0.1;
for (let epoch = 0; epoch < 3; epoch++) {
  const loss = model(
    x,
    y,
  );
  loss.backward();
}
`;

describe("statements", () => {
  const program = { ...instrument(recorded, "train.ts").program, hash: "", lines: [] };

  function edited(replace: string, by: string): number[] {
    const offset = recorded.indexOf(replace);
    const text = recorded.replace(replace, by);
    const map = new TextMap(recorded, recorded);
    // What stays at the end is not typed anew.
    let kept = 0;
    while (kept < replace.length && replace.at(-1 - kept) === by.at(-1 - kept)) kept++;
    map.edit([{ offset, removed: replace.length - kept, text: by.slice(0, by.length - kept) }], text);
    const now = text.split("\n");
    return recorded.split("\n").flatMap((_, line) => (isEdited(program, line, map, now) ? [line] : []));
  }

  it("are edited on all their lines when one of them is", () => {
    assert.deepEqual(edited("    y,\n", "    z,\n"), [2, 3, 4, 5]);
    assert.deepEqual(edited("x,", "x, x,"), [2, 3, 4, 5]);
  });

  it("do not mind a change around them", () => {
    assert.deepEqual(edited("const lr", "// the rate\nconst lr"), []);
    assert.deepEqual(edited("  loss.backward", "  // now\n  loss.backward"), []);
    assert.deepEqual(edited("epoch < 3", "epoch < 9"), [1]);
  });

  it("notice what is put before or behind them on their line", () => {
    assert.deepEqual(edited("loss.backward();", "void loss.backward();"), [6]);
    assert.deepEqual(edited("loss.backward();", "loss.backward(); x();"), [6]);
  });
});
