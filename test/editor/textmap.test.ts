import { strict as assert } from "node:assert";
import fc from "fast-check";
import { TextMap, type Edit } from "../../src/editor/textmap";

const recorded = "let w = 0;\nw = w - lr * g;\nprint(w);\n";

/** What an editor does with a change. */
function apply(text: string, edit: Edit): string {
  return text.slice(0, edit.offset) + edit.text + text.slice(edit.offset + edit.removed);
}

describe("text map", () => {
  it("maps every place to itself while nothing was edited", () => {
    const map = new TextMap(recorded, recorded);
    assert.equal(map.same, true);
    assert.deepEqual(map.toNow({ line: 1, column: 4 }), { line: 1, column: 4 });
    assert.deepEqual(map.toThen({ line: 2, column: 6 }), { line: 2, column: 6 });
  });

  it("moves what stands below an inserted line", () => {
    const map = new TextMap(recorded, recorded);
    const edit = { offset: 11, removed: 0, text: "// a comment\n" };
    map.edit([edit], apply(recorded, edit));
    assert.deepEqual(map.toThen({ line: 2, column: 0 }), { line: 1, column: 0 });
    assert.deepEqual(map.toNow({ line: 0, column: 4 }), { line: 0, column: 4 });
    assert.equal(map.toThen({ line: 1, column: 5 }), null);
  });

  it("loses a stretch that was edited inside, keeping its untouched ends", () => {
    const map = new TextMap(recorded, recorded);
    const edit = { offset: recorded.indexOf("lr"), removed: 2, text: "rate" };
    map.edit([edit], apply(recorded, edit));
    assert.equal(map.spanNow({ line: 1, column: 0, endLine: 1, endColumn: 15 }), null);
    assert.deepEqual(map.spanNow({ line: 1, column: 0, endLine: 1, endColumn: 5 }), {
      line: 1,
      column: 0,
      endLine: 1,
      endColumn: 5,
    });
    assert.deepEqual(map.toThen({ line: 1, column: 15 }), { line: 1, column: 13 });
  });

  it("is whole again once the text is what was recorded", () => {
    const map = new TextMap(recorded, recorded);
    const edit = { offset: 4, removed: 1, text: "v" };
    map.edit([edit], apply(recorded, edit));
    assert.equal(map.toThen({ line: 0, column: 4 }), null);
    map.edit([{ offset: 4, removed: 1, text: "w" }], recorded);
    assert.equal(map.same, true);
    assert.deepEqual(map.toThen({ line: 0, column: 4 }), { line: 0, column: 4 });
  });

  it("takes several changes of one edit, whatever their order", () => {
    const map = new TextMap(recorded, recorded);
    const edits = [
      { offset: 0, removed: 0, text: "// top\n" },
      { offset: recorded.indexOf("print"), removed: 0, text: "\n" },
    ];
    map.edit(edits, "// top\nlet w = 0;\nw = w - lr * g;\n\nprint(w);\n");
    assert.deepEqual(map.toThen({ line: 4, column: 6 }), { line: 2, column: 6 });
    assert.deepEqual(map.toThen({ line: 2, column: 0 }), { line: 1, column: 0 });
  });

  it("finds unchanged lines by a diff when it did not see the edits", () => {
    const map = new TextMap(recorded, "// new\nlet w = 0;\nw = w - g;\nprint(w);\n");
    assert.deepEqual(map.toThen({ line: 3, column: 6 }), { line: 2, column: 6 });
    assert.equal(map.toThen({ line: 2, column: 0 }), null);
    assert.equal(map.toNow({ line: 1, column: 3 }), null);
  });

  it("never maps a character to another one, and there and back is the same place", () => {
    const edits = fc.array(
      fc.record({ at: fc.nat(), removed: fc.nat(6), text: fc.constantFrom("", "x", "\n", "w = 1;\n", "  ") }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(edits, (list) => {
        const map = new TextMap(recorded, recorded);
        let text = recorded;
        for (const { at, removed, text: put } of list) {
          const offset = at % (text.length + 1);
          const edit = { offset, removed: Math.min(removed, text.length - offset), text: put };
          text = apply(text, edit);
          map.edit([edit], text);
        }
        const now = text.split("\n");
        const then = recorded.split("\n");
        for (const [line, characters] of now.entries()) {
          for (let column = 0; column < characters.length; column++) {
            const was = map.toThen({ line, column });
            if (!was || was.column >= (then[was.line]?.length ?? 0)) continue;
            assert.equal(then[was.line]?.[was.column], characters[column]);
          }
        }
      }),
    );
  });
});
