import assert from "node:assert/strict";
import { parse } from "../../src/runner/parse";
import { ProblemError } from "../../src/runner/problem";
import { slice } from "../../src/runner/slice";

/** Slices out the lines marked with `//>` and gives the lines that are left, and which of them were added. */
function cut(source: string): { kept: string[]; added: number[] } {
  const text = source.replace(/^\n/, "");
  const marked = text.split("\n").flatMap((line, i) => (line.includes("//>") ? [i] : []));
  const parsed = parse(text, "a.ts");
  const { text: left, lines } = slice(parsed, { startLine: marked[0]!, endLine: marked.at(-1)! + 1 });
  assert.equal(left.length, text.length, "no position moves");
  const rows = left.split("\n");
  text
    .split("\n")
    .forEach((line, i) => assert.ok(rows[i] === line || rows[i]!.trim() === "" || line.includes(rows[i]!.trim())));
  return {
    kept: rows.map((row) => row.replace(/\/\/>?.*/, "").trim()).filter((row) => row !== ""),
    added: lines.filter((l) => l.added).flatMap((l) => Array.from({ length: l.end - l.start }, (_, i) => l.start + i)),
  };
}

function problemOf(source: string): ProblemError["problem"] {
  try {
    cut(source);
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  return assert.fail("no problem");
}

describe("slice", () => {
  it("takes the declarations and imports that the names need, and leaves the rest", () => {
    const { kept, added } = cut(`
import { tensor, zeros } from "backstep";
import { other } from "./other";
const unused = other(1);
const x = tensor([1, 2]);
let w = zeros([2]);
function predict(v: Tensor) { return v.mul(w); }
function unneeded() { return unused; }
console.log("before", predict(x));
for (let i = 0; i < 3; i++) { //>
  predict(x);
} //>
console.log("after");`);
    assert.deepEqual(kept, [
      'import { tensor, zeros } from "backstep";',
      "const x = tensor([1, 2]);",
      "let w = zeros([2]);",
      "function predict(v: Tensor) { return v.mul(w); }",
      "for (let i = 0; i < 3; i++) {",
      "predict(x);",
      "}",
    ]);
    assert.deepEqual(added, [0, 3, 4, 5]);
  });

  it("follows a long chain of names, each of which needs the one before and is changed by the one behind", () => {
    const count = 4000;
    const chain = Array.from({ length: count }, (_, k) =>
      k === 0 ? "const a0 = [0];" : `const a${k} = [a${k - 1}]; a${k - 1}.push(${k});`,
    );
    const { kept } = cut(["const other = 1;", ...chain, `console.log(a${count - 1}); //>`].join("\n"));
    assert.deepEqual(kept, [...chain, `console.log(a${count - 1});`]);
  });

  it("widens to whole statements", () => {
    const { kept } = cut(`
const a = 1;
for (const x of [a]) {
  out(x + 1, //>
    2);
}
function out(...xs: number[]) {}
const b = 2;`);
    assert.deepEqual(kept, [
      "const a = 1;",
      "for (const x of [a]) {",
      "out(x + 1,",
      "2);",
      "}",
      "function out(...xs: number[]) {}",
    ]);
  });

  it("takes earlier statements that change what it uses, or seed the generator", () => {
    const { kept } = cut(`
import { manualSeed, nn, randn } from "backstep";
manualSeed(3);
const xs: number[] = [], ys: number[] = [];
for (let i = 0; i < 3; i++) xs.push(i);
ys.push(1);
const model = new nn.Linear(1, 1);
model.eval();
console.log(model);
nn.init.zeros_(model.weight);
let w = 1;
w += 2;
[1, 2].forEach((k) => { w = k; });
const read = xs.map((v) => v + w);
model(randn([1]), xs, w); //>
model.train();`);
    assert.deepEqual(kept, [
      'import { manualSeed, nn, randn } from "backstep";',
      "manualSeed(3);",
      "const xs: number[] = [], ys: number[] = [];",
      "for (let i = 0; i < 3; i++) xs.push(i);",
      "ys.push(1);",
      "const model = new nn.Linear(1, 1);",
      "model.eval();",
      "nn.init.zeros_(model.weight);",
      "let w = 1;",
      "w += 2;",
      "[1, 2].forEach((k) => { w = k; });",
      "model(randn([1]), xs, w);",
    ]);
  });

  it("keeps types, enums and comments where they stand", () => {
    const { kept } = cut(`
interface Point { x: number }
enum Kind { A, B }
type Unused = Kind;
const p = { x: Kind.B } as Point;
const q: Unused = 1
const r = p.x as number //>
const s = 2`);
    assert.deepEqual(kept, [
      "interface Point { x: number }",
      "enum Kind { A, B }",
      "type Unused = Kind;",
      "const p = { x: Kind.B } as Point;",
      "const r = p.x as number",
    ]);
  });

  it("runs statements of a function whose parameters they do not use", () => {
    const { kept } = cut(`
const lr = 0.1;
function main() {
  let w = 3;
  const unused = 1;
  for (let i = 0; i < 2; i++) { //>
    w -= lr * w; //>
  } //>
}
main();`);
    assert.deepEqual(kept, ["const lr = 0.1;", "let w = 3;", "for (let i = 0; i < 2; i++) {", "w -= lr * w;", "}"]);
  });

  it("offers to run the file for a selection that needs a parameter", () => {
    const problem = problemOf(`
function loss(y: number, p: number) {
  const d = p - y; //>
  return d * d;
}
loss(1, 2);`);
    assert.equal(problem.kind, "selection");
    assert.match(problem.message, /"p" is a parameter here: run the whole file instead/);
    assert.deepEqual([problem.line, problem.column], [1, 12]);
  });

  it("says which name cannot be found, and where", () => {
    const problem = problemOf(`
const a = 1;
const b = a + missing; //>`);
    assert.equal(problem.kind, "usage");
    assert.match(problem.message, /Cannot find "missing"/);
    assert.deepEqual([problem.line, problem.column, problem.endColumn], [1, 14, 21]);
  });

  it("says so when nothing that can run is selected", () => {
    assert.equal(problemOf("const a = 1;\n\n// note //>\n\nconst b = 2;").kind, "usage");
  });
});
