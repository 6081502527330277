import { strict as assert } from "node:assert";
import { exampleOf } from "../../src/commands/exampletexts";

describe("example texts", () => {
  it("say in their first line what they are about", () => {
    const text = "// One weight,\n// one sample.\nimport { tensor } from 'backstep';\n// later\n";
    assert.deepEqual(exampleOf("a.ts", text), { name: "a.ts", about: "One weight," });
    assert.equal(exampleOf("a.ts", "/**\n * One weight,\n * one sample.\n */\nlet x;").about, "One weight,");
  });

  it("may say nothing", () => {
    assert.equal(exampleOf("a.ts", "let x; // no").about, "");
  });
});
