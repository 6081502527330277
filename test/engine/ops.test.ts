import assert from "node:assert/strict";
import { casesOf } from "./cases";
import { check } from "./check";
import { measuring } from "./gauge";
import { setWarner } from "../../src/engine/warn";
import { rowOf } from "./rows";

for (const file of ["ops.public", "extra.public", "more"]) {
  describe(`the cases of ${file}`, () => {
    const cases = casesOf(file);
    let warnings: (sentence: string) => void = () => undefined;
    before(() => {
      warnings = setWarner(warnings);
    });
    after(() => {
      setWarner(warnings);
    });

    it("each name a row", () => {
      assert.deepEqual([...new Set(cases.filter(({ op }) => rowOf(op) === undefined).map(({ op }) => op))], []);
    });

    for (const op of new Set(cases.map((test) => test.op))) {
      const row = rowOf(op);
      const own = cases.filter((test) => test.op === op);
      if (row === undefined) continue;
      it(`${op}: PyTorch's values and gradients in ${own.length} cases`, () => {
        const wrong = own.flatMap((test) => {
          try {
            measuring(file, op, test.id, () => {
              check(test);
            });
            return [];
          } catch (error) {
            return [`${test.id}: ${error instanceof Error ? error.message : String(error)}`];
          }
        });
        assert.deepEqual(wrong, []);
      });
    }
  });
}
