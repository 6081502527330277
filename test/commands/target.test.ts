import { strict as assert } from "node:assert";
import { addedNote, linesOf, linesText } from "../../src/commands/target";

const text = "a\n\n  \nb\n";
const at = (line: number, character: number) => ({ line, character });

describe("lines of a selection", () => {
  it("are all it touches, but not one it only reaches the beginning of", () => {
    assert.deepEqual(linesOf({ start: at(0, 1), end: at(3, 1), isEmpty: false }, text), { startLine: 0, endLine: 4 });
    assert.deepEqual(linesOf({ start: at(0, 0), end: at(3, 0), isEmpty: false }, text), { startLine: 0, endLine: 3 });
  });

  it("are none when it is empty or only blank", () => {
    assert.equal(linesOf({ start: at(0, 0), end: at(0, 0), isEmpty: true }, text), null);
    assert.equal(linesOf({ start: at(1, 0), end: at(2, 2), isEmpty: false }, text), null);
  });

  it("are told from 1 on", () => {
    assert.equal(linesText({ startLine: 2, endLine: 3 }), "line 3");
    assert.equal(linesText({ startLine: 2, endLine: 7 }), "lines 3–7");
    assert.equal(addedNote([]), null);
    assert.equal(addedNote([{ start: 0, end: 1 }]), "Added to the selection, because it needs it: line 1.");
    assert.equal(
      addedNote([
        { start: 0, end: 3 },
        { start: 6, end: 7 },
      ]),
      "Added to the selection, because it needs them: lines 1–3, 7.",
    );
  });
});
