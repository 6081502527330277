/** Writes a program that always ends, from a tape of numbers: every statement form, nested at random. */
export function generate(tape: readonly number[]): string {
  let at = 0;
  let names = 0;
  let labels = 0;
  const pick = <T>(of: readonly T[]): T => of[(tape[at++ % tape.length] ?? 0) % of.length]!;
  const fresh = (letter: string): string => `${letter}${names++}`;

  interface Context {
    readonly names: readonly string[];
    readonly depth: number;
    readonly may: "await" | "yield" | "both" | "";
    readonly labels: readonly string[];
    readonly loop: boolean;
    readonly inFunction: boolean;
  }

  const atom = (c: Context): string =>
    pick([...c.names, ...c.names, "1", "2", "0", "'s'", "null", "o.p", "o.q[0]", "xs[1]", "xs.length"]);

  function expression(c: Context, depth = 2): string {
    if (depth === 0) return atom(c);
    const e = (): string => expression(c, depth - 1);
    const inner = (): string => expression({ ...c, may: "" }, depth - 1);
    switch (
      pick([
        "atom",
        "atom",
        "bin",
        "bin",
        "call",
        "cond",
        "logic",
        "not",
        "template",
        "array",
        "assign",
        "update",
        "arrow",
        "method",
        "object",
        "optional",
        "map",
        "suspend",
        "seq",
        "new",
        "tag",
      ])
    ) {
      case "bin":
        return `(${e()} ${pick(["+", "-", "*", "<", "===", "%", "&"])} ${e()})`;
      case "call":
        return pick([`out(${e()})`, `id(${e()}, ${e()})`, `id(...[${e()}])`, "id()"]);
      case "cond":
        return `(${e()} ? ${e()} : ${e()})`;
      case "logic":
        return `(${e()} ${pick(["&&", "||", "??"])} ${e()})`;
      case "not":
        return `!${e()}`;
      case "template":
        return `\`t\${${e()}}${pick(["", "x"])}\``;
      case "array":
        return `[${e()}, ...[${e()}]]`;
      case "assign":
        return `(${pick([...c.names, "o.p", "o.q[0]", "xs[0]"])} ${pick(["=", "+=", "-=", "??=", "&&=", "||=", "*="])} ${e()})`;
      case "update":
        return pick([`${pick([...c.names, "o.p"])}++`, `--${pick([...c.names, "xs[0]"])}`]);
      case "arrow":
        return `((x: any, y: any = ${inner()}) => ${pick([inner(), `({ x, y })`, `{ return ${inner()}; }`])})(${e()})`;
      case "method":
        return `o.m(${e()})`;
      case "object":
        return `({ a: ${e()}, get b() { return ${inner()}; }, ["c"]: 1 }).${pick(["a", "b", "c"])}`;
      case "optional":
        return pick([`o?.m?.(${e()})`, "o.none?.deep.deeper()", `o.m(${e()})?.toString()`]);
      case "map":
        return `xs.${pick(["map", "filter", "some", "flatMap"])}((v: any) => ${inner()}).toString()`;
      case "suspend":
        if (c.may === "") return e();
        return c.may === "yield" || (c.may === "both" && pick([true, false])) ? `(yield ${e()})` : `(await ${e()})`;
      case "seq":
        return `(${e()}, ${e()})`;
      case "new":
        return `new K(${e()}).${pick(["v", "twice", "up()"])}`;
      case "tag":
        return `tag\`a\${${e()}}\``;
      default:
        return atom(c);
    }
  }

  function block(c: Context): string {
    let inner = { ...c, depth: c.depth - 1 };
    const lines: string[] = [];
    for (let n = 1 + pick([0, 1, 2]); n > 0; n--) {
      const [line, declared] = statement(inner);
      lines.push(line);
      inner = { ...inner, names: [...inner.names, ...declared] };
    }
    return `{ ${lines.join(pick([" ", "\n"]))} }`;
  }

  function loop(c: Context, label: string): string {
    const inner: Context = { ...c, loop: true, labels: label === "" ? c.labels : [...c.labels, label] };
    const name = fresh("i");
    const body = (...more: string[]): string => {
      const named = { ...inner, names: [...inner.names, ...more] };
      return pick([true, true, false]) ? block(named) : `void ${expression(named)};`;
    };
    switch (pick(["for", "of", "in", "while", "do", "pattern", "await"])) {
      case "for":
        return `for (let ${name} = 0; ${name} < ${pick(["2", "3"])}; ${name}++) ${guarded(body())}`;
      case "of":
        return `for (const ${name} of [${expression(c)}, 2]) ${guarded(body())}`;
      case "in":
        return `for (const ${name} in { a: 1, b: 2 }) ${guarded(body())}`;
      case "while":
        return `while (tick() && ${expression(c)}) ${guarded(body())}`;
      case "do":
        return `do ${guarded(body())} while (tick() && ${expression(c)});`;
      case "pattern":
        return `for (let [${name}, { z = 4 } = {} as any] of [[1], [2, { z: 3 }]] as any) ${guarded(body(name))}`;
      default:
        return c.may === "await" || c.may === "both"
          ? `for await (const ${name} of [${expression(c)}, Promise.resolve(3)]) ${guarded(body())}`
          : `for (var ${name} = 0; ${name} < 2; ++${name}) ${guarded(body())}`;
    }
  }

  const guarded = (body: string): string => `{ if (!tick()) break; ${body} }`;

  function statement(c: Context): [string, string[]] {
    const simple: string[] = ["let", "const", "expression", "expression", "pattern", "swap"];
    const kinds =
      c.depth <= 0
        ? simple
        : [
            ...simple,
            "if",
            "loop",
            "loop",
            "labelled",
            "try",
            "function",
            "function",
            "switch",
            "leave",
            "block",
            "throw",
            "class",
          ];
    switch (pick(kinds)) {
      case "let": {
        const name = fresh("v");
        return [`let ${name}: any = ${expression(c)};`, [name]];
      }
      case "const": {
        const name = fresh("f");
        return [
          `const ${name}: any = ${pick([expression(c), `() => ${expression({ ...c, may: "" })}`])};\nout(${name}?.name);`,
          [],
        ];
      }
      case "pattern": {
        const [a, b] = [fresh("a"), fresh("b")];
        return [`let [${a} = ${expression(c)}, ...${b}] = [${expression(c)}, 1, 2] as any[]\n`, [a]];
      }
      case "swap":
        return [`[${pick(c.names)}, o.p] = [${expression(c)}, ${expression(c)}];`, []];
      case "if":
        return [
          `if (${expression(c)}) ${pick([block(c), `void ${expression(c)};`])}${pick(["", ` else ${block(c)}`, ` else [${pick(c.names)}] = [1];`])}`,
          [],
        ];
      case "loop":
        return [loop(c, ""), []];
      case "labelled": {
        const label = `L${labels++}`;
        return [`${label}: ${loop(c, label)}`, []];
      }
      case "try": {
        const end = pick([
          `catch (e: any) ${block(c)}`,
          `catch { out("caught"); } finally ${block({ ...c, loop: false, labels: [] })}`,
          `catch (err) { out(String(err)); }`,
        ]);
        return [`try ${block(c)} ${end}`, []];
      }
      case "function": {
        const name = fresh("g");
        const may = pick(["", "await", "yield", "both"] as const);
        const inner: Context = { ...c, names: [...c.names, "p", "q"], may, labels: [], loop: false, inFunction: true };
        const head = `${may === "await" || may === "both" ? "async " : ""}function${may === "yield" || may === "both" ? "*" : ""}`;
        const call = `${name}(${expression(c)})`;
        const use = {
          "": `out(${call});`,
          yield: `out([...take(${call})]);`,
          await: c.may === "await" ? `out(await ${call});` : `later(${call});`,
          both: `later(drain(${call}));`,
        }[may];
        return [
          `${head} ${name}(p: any, { q = ${expression({ ...c, may: "" })} }: any = {}) ${block(inner)}\nif (tick()) { ${use} }`,
          [],
        ];
      }
      case "switch":
        return [
          `switch (${expression(c)}) { case 1: ${expression(c)}; ${pick(["break;", ""])} case ${expression(c)}: out("two"); default: ${pick(["break;", "out('default');"])} }`,
          [],
        ];
      case "leave":
        if (c.inFunction && pick([true, false])) return [`if (${expression(c)}) return ${expression(c)};`, []];
        if (c.labels.length > 0 && pick([true, false]))
          return [`if (${expression(c)}) ${pick(["break", "continue"])} ${pick(c.labels)};`, []];
        return c.loop ? [`if (${expression(c)}) ${pick(["break", "continue"])}\n`, []] : ["out('stay')\n", []];
      case "block":
        return [block(c), []];
      case "throw":
        return [`if (${expression(c)}) throw new RangeError(${expression(c)});`, []];
      case "class": {
        const name = fresh("C");
        return [
          `class ${name} extends K { w = ${expression({ ...c, may: "" })}; constructor(public n: any) { super(n); this.w += ${expression({ ...c, may: "" })}; this.v++ } static s = 1; get w2() { return this.w } }\nout(new ${name}(${expression(c)}).w2);`,
          [],
        ];
      }
      default:
        return [`void ${expression(c)};`, []];
    }
  }

  const prelude = `let fuel = 300; const tick = () => fuel-- > 0; const id = (...v: any[]) => v.length + ":" + v[0]; const tag = (s: any, ...v: any[]) => s.join("|") + v;
const o: any = { p: 1, q: [2], m(x: any) { return this === o ? x : "lost"; } }; const xs: any[] = [3, 4]; const pending: any[] = [];
const later = (p: any) => pending.push(Promise.resolve(p).then(out, (e: any) => out("rejected " + e)));
function* take(it: any) { let n = 0; for (const x of it) { if (n++ > 5) return; yield x; } }
async function drain(it: any) { const all = []; for await (const x of it) { all.push(x); if (all.length > 5) break; } return all; }
class K { constructor(public v: any) {} get twice() { return this.v * 2; } up() { return ++this.v; } toString() { return "K" + this.v; } }
let v_: any = 1, u_: any = 2;\n`;
  let top: Context = { names: ["v_", "u_"], depth: 3, may: "await", labels: [], loop: false, inFunction: false };
  const body: string[] = [];
  for (let n = 0; n < 6; n++) {
    const [line, declared] = statement(top);
    body.push(line);
    top = { ...top, names: [...top.names, ...declared] };
  }
  return `${prelude}${body.join("\n")}\nawait Promise.all(pending);\nout(v_, u_, o.p, o.q, xs, fuel);\n`;
}
