import { strict as assert } from "node:assert";
import { pathOf, programOf } from "../../src/editor/sources";
import type { Program } from "../../src/recording/format";

const program = (file: string): Program => ({
  file,
  text: "",
  hash: "",
  lines: [],
  sites: [],
  bindings: [],
  scopes: [],
  loops: [],
  functions: [],
  statements: [],
});

describe("sources of a run", () => {
  const programs = [program("src/train.ts"), program("src/model.ts")];
  const origin = { uri: "untitled:Untitled-1", file: "src/train.ts", root: "/home/me/work/", selection: null };

  it("are known by the document that was run, and by their place below the root", () => {
    assert.equal(programOf(programs, origin, { uri: "untitled:Untitled-1", path: "" }), programs[0]);
    assert.equal(programOf(programs, origin, { uri: "file:x", path: "/home/me/work/src/model.ts" }), programs[1]);
    assert.equal(programOf(programs, origin, { uri: "file:x", path: "/elsewhere/src/model.ts" }), undefined);
    assert.equal(pathOf({ ...origin, root: "C:\\me" }, "a.ts"), "C:/me/a.ts");
  });

  it("are known by how their path ends when a recording was opened", () => {
    assert.equal(programOf(programs, null, { uri: "file:x", path: "C:\\any\\src\\model.ts" }), programs[1]);
    assert.equal(programOf(programs, null, { uri: "untitled:x", path: "" }), undefined);
  });
});
