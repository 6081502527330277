import assert from "node:assert/strict";
import type { Range } from "../../src/recording/format";
import { instrument } from "../../src/runner/instrument";
import { Lines } from "../../src/runner/lines";
import { parse } from "../../src/runner/parse";
import { walk } from "../../src/runner/tree";
import { programs } from "./programs";

function reader(text: string): (range: Range) => string {
  const lines = new Lines(text);
  return (r) => text.slice(lines.offset(r.line, r.column), lines.offset(r.endLine, r.endColumn));
}

const types = `
import { type Tensor, tensor } from "./engine"; import type { X } from "./x";
class Net<T extends object = {}> extends Base<T>   { private readonly w: Map<string, number[]> = make<number>(1); declare q: number;
  constructor(private readonly a: Tensor, public b?: Array<Tensor>) { super(); this.c = <Tensor>a; this.a.mul(b![0]!); }
  c!: Tensor; static async of<U>(this: void, x: U, ...rest: U[]): Promise<U> { return await load<U>(x as U, rest); } }
const f = <T,>(x: T, y: (a: number) => void = (z: number): void => {}): x is T => g<T>(x satisfies T as unknown as T)!;
let total: number | undefined = (start as number) + 1, other: string; total! -= h(<number>total) as number; params[0] -= lr as number;
for (const [k, v] of pairs as [string, number][]) { total += (v as number) * k.length; this1.w = k as string; }
enum E { A = f(1), B } const picked: E = choose<E>(E.A, total!) ; abstract class Z { abstract m(): void; n(): void { total = 3 as number } }
export const out: Record<string, (a: number) => string> = { [key as string]: (a: number): string => show(a!) }; export default run<number>(total);
function over(a: string): void; function over(a: number): void; function over(a: any): void { log(a as string, /* (c) */ a! /* ) */) }
`;

describe("positions", () => {
  for (const [name, text] of Object.entries({ ...programs, types }))
    it(`are those of the original text: ${name}`, () => {
      const { program } = instrument(text, "a.ts");
      const read = reader(text);
      const { tree, origin } = parse(text, "a.ts");
      let calls = 0;
      walk(tree, (node) => {
        if (node.type === "VariableDeclaration" && origin.start(node.start) < 0) return false;
        if (node.type === "ExpressionStatement" && origin.start(node.start) < 0) return false;
        if (node.type === "CallExpression" || node.type === "NewExpression") calls++;
        return true;
      });
      assert.ok(
        program.sites.filter((s) => read(s).endsWith(")") || /^new [\w.]+$/.test(read(s))).length >= calls,
        "a site for each call",
      );
      assert.ok(program.sites.length + program.bindings.length > 3);
      for (const binding of program.bindings) {
        assert.ok(binding.references.length > 0, binding.name);
        for (const range of [binding.declaration, ...binding.references]) {
          const found = read(range).replace(/(\w)!/g, "$1").replace(/\s/g, "");
          const plain = binding.kind === "property" ? binding.name.replace("this.", "") : binding.name;
          assert.ok(found === binding.name || found === plain, `${binding.name} at ${found}`);
        }
      }
      for (const site of program.sites) {
        const found = read(site);
        assert.match(found, /^[\w$#"'`({[+\-<.]|^\S+$/s, found);
        for (const arg of site.args)
          if (arg !== "") assert.ok(found.replace(/!/g, "").includes(arg.split(/[.[]/)[0]!), `${arg} in ${found}`);
        const bare = found.replace(/"(\\.|[^"\\])*"|'(\\.|[^'\\])*'|`[^`]*`|\/\*.*?\*\/|\/\/.*/g, "");
        for (const [open, close] of [
          ["(", ")"],
          ["[", "]"],
          ["{", "}"],
        ] as const)
          assert.equal(bare.split(open).length, bare.split(close).length, `brackets of ${found}`);
      }
    });

  it("of calls hold exactly the call, whatever types stand in it", () => {
    const read = reader(types);
    const sites = instrument(types, "a.ts").program.sites.map(read);
    for (const call of [
      "make<number>(1)",
      "this.a.mul(b![0]!)",
      "load<U>(x as U, rest)",
      "g<T>(x satisfies T as unknown as T)",
      "h(<number>total)",
      "choose<E>(E.A, total!)",
      "show(a!)",
      "run<number>(total)",
      "log(a as string, /* (c) */ a! /* ) */)",
      "params[0] -= lr",
    ])
      assert.ok(sites.includes(call), `${call} in ${sites.join(" | ")}`);
  });

  it("of what failed lead back through the hooks", () => {
    const text = `const a: number = 1; const b = wrong(a as number, other.deep(a));\nconst c = (x: number) => boom(x);`;
    const { code, map } = instrument(text, "a.ts");
    const rows = code.split("\n");
    const at = (row: number, what: string) => map.original(row, rows[row]!.indexOf(what));
    assert.deepEqual(at(0, "wrong("), { line: 0, column: text.indexOf("wrong(") });
    assert.deepEqual(at(0, "deep("), { line: 0, column: text.indexOf("deep(") });
    assert.deepEqual(at(1, "boom("), { line: 1, column: text.split("\n")[1]!.indexOf("boom(") });
  });
});
