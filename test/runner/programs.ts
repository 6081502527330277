/** Programs that use every construct the instrumentation touches; each tells what it sees through `out`. */
export const programs: Readonly<Record<string, string>> = {
  "loops of every form": `
    for (let i = 0; i < 3; i++) out("for", i);
    for (let i = 0, j = 9; i < j; i += 2, j--) out(i, j);
    for (const x of [1, 2, 3]) out("of", x);
    for (const [k, { v = 7 }] of [["a", { v: 1 }], ["b", {}]] as [string, { v?: number }][]) out(k, v);
    for (const key in { a: 1, b: 2 }) out("in", key);
    let n = 0; while (n < 3) n++;
    do n--; while (n > 0);
    out(n);
    let e: number; for (e of [4, 5]) out(e); out(e!);
    const o = { p: 0 }; for (o.p of [1, 2]) out(o.p);
    for (var v = 0; v < 2; v++); out(v);
    for (;;) { if (n++ > 3) break }
    if (n) for (const z of "ab") out(z); else out("never");`,
  "closures capture one variable per turn": `
    const fs: (() => number)[] = [];
    for (let i = 0; i < 3; i++) { fs.push(() => i); i += 0 }
    for (const x of [7, 8]) fs.push(() => x);
    out(fs.map((f) => f()));`,
  "labels, break and continue": `
    outer: for (let i = 0; i < 4; i++) { for (const j of [0, 1, 2]) { if (j === 1) continue outer; if (i === 2) break outer; out(i, j); } }
    a: b: for (;;) { for (;;) break a }
    block: { out("in"); if (Date.now() > 0) break block; out("never"); }
    sw: switch (2 as number) { case 1: out(1); case 2: out(2); break; default: out("d") }
    for (const x of [1, 2, 3]) switch (x) { case 2: continue; default: if (x === 3) break; out("x", x) }
    function find(xs: number[]) { for (const x of xs) for (const y of xs) if (x * y === 6) return [x, y]; return null }
    out(find([1, 2, 3]), find([]));`,
  "async, await and their order": `
    const wait = (n: number) => new Promise<number>((r) => setTimeout(() => r(n), n));
    async function work(name: string) { for (let i = 0; i < 2; i++) { out(name, i); await wait(i); } return name }
    out(await Promise.all([work("a"), work("b")]));
    const f = async (x: number) => await wait(x) + 1; out(await f(1));
    const g = async () => { try { await Promise.reject(new Error("no")) } catch (e) { out((e as Error).message) } finally { out("fin") } };
    await g();
    for await (const x of [wait(2), 3, wait(1)]) out("fa", x);
    async function* gen() { yield 1; const got = yield 2; out("got", got); try { yield* [3, 4] } finally { out("gone") } }
    for await (const x of gen()) { out(x); if (x === 3) break }
    const it = gen(); out(await it.next()); out(await it.next()); out(await it.next("sent")); out(await it.return!(9));
    let p = 0; Promise.resolve().then(() => out("micro", p)); p = 1; await null; out("after");
    out(await Promise.allSettled([1, 2].map(async (x) => { if (x > 1) throw new Error("x" + x); return x })).then((rs) => rs.map((r) => (r.status === "fulfilled" ? r.value : String(r.reason)))));`,
  generators: `
    function* count(n: number): Generator<number, string, string> { for (let i = 0; i < n; i++) { const s = yield i; if (s) out(s) } return "end" }
    out([...count(3)]);
    const it = count(5); it.next(); out(it.next("hello")); out(it.return("bye"), it.next());
    function* both() { const r = yield* count(2); out(r); try { yield 1 } catch (e) { out(e); yield 2 } }
    const b = both(); out(b.next(), b.next(), b.next(), b.throw("thrown"), b.next());
    function* closed(n: number) { try { for (let i = 0; i < n; i++) yield i; out("all") } finally { out("closed", n) } }
    for (const x of closed(2)) out(x); for (const x of closed(5)) if (x > 1) break; else out(x);
    const both2 = closed(3); for (const x of both2) { if (x === 0) continue; out(x) } for (const x of both2) out("never", x);
    try { for (const x of closed(3)) throw new Error("thrown " + x) } catch (e) { out(String(e)) }
    const self = { n: 0, [Symbol.iterator]() { return this }, next() { return { done: this.n > 2, value: this.n++ } } };
    for (const x of self) out(x); for (const x of new Set([1, 2]).values()) out(x);
    for (const wrong of [{}, null, undefined, 5, { [Symbol.iterator]: () => 5 }, { [Symbol.iterator]: () => ({}) }, { [Symbol.iterator]: () => ({ next: () => 5 }) }] as never[])
      try { for (const x of wrong) out("never", x) } catch (e) { out(String(e)) }
    const nothing = () => 5 as never; try { for (const x of nothing()) out("never", x) } catch (e) { out(String(e)) }
    const holder = { of: {} as never }; try { for (const x of holder.of) out("never", x) } catch (e) { out(String(e)) }
    function* bare() { const x = yield; out(x) } const z = bare(); z.next(); z.next(5 as never);`,
  "functions of every form": `
    const id = <T,>(x: T): T => x, obj = (x: number) => ({ x }), seq = (a: number) => (out(a), a + 1);
    out(id(1), obj(2), seq(3), (() => {})(), ((a, b = a * 2, ...c) => [a, b, c])(1 as number, undefined, 3, 4));
    function defaults({ a = 1, b: { c } = { c: 2 } } = {}, [d, , e = d] = [3, 4]) { a++; return [a, c, d, e] }
    out(defaults(), defaults({ a: 9 }, [1, 2, 3]));
    function args(this: unknown, a: number, b?: number) { a = 5; return [arguments.length, arguments[0], typeof this] }
    out(args(1), args.length, args.name, args.call(7, 1, 2));
    const named = () => 0, inner = function () {}, { m = () => 1 } = {} as { m?: () => number };
    out(named.name, inner.name, m.name);
    let late; late = () => 1; out(late.name); late ??= function () {}; let un: any; un ||= () => 2; out(un.name);
    out(hoisted()); function hoisted() { return "up" }
    function fact(n: number): number { return n < 2 ? 1 : n * fact(n - 1) } out(fact(10));
    (function iife() { out("iife") })();
    out((() => { try { return "t" } finally { out("f") } })());
    out(typeof undeclared, (x => y => x + y)(1)(2));`,
  classes: `
    class A<T> { static made = 0; static #secret = 4; declare z: number; #p = 1; x = this.#p + 1; fn = () => this.x;
      constructor(protected readonly k: number, public t?: T) { A.made++; this.x += k }
      get twice() { return this.x * 2 } set twice(v) { this.x = v / 2 }
      static of() { return new A(0) } static { out("static", this.#secret) }
      bump() { this.#p++; ++this.x; this.x **= 2; this.x ||= 5; return this.#p } ["comp" + "uted"]() { return super.toString().length } }
    class B extends A<string> { y = 5; constructor() { super(3); out(this.k) } override bump() { return super.bump() + 1 } }
    const b = new B; out(b.bump(), b.x, b.twice, (b.twice = 8), b.x, A.made, A.of().fn(), b.computed(), b instanceof A, b.constructor.name);
    class C extends B {} out(new C().y, new (class { v = 1 })().v, class {}.name, (class Q {}).name);
    abstract class D { abstract f(): void; static create(this: new () => D) { return new this } }
    class E extends D { f() { out(new.target === undefined) } } const e = E.create(); e.f();
    try { class F extends A<number> { constructor() { out("before"); if (1) throw new TypeError("no super"); super(1) } } new F } catch (x) { out(String(x)) }
    try { (class extends D { constructor() { super.f() } f() {} }) && new (class extends A<1> { constructor() { (() => this)() ; super(1) } }) } catch (x) { out(String(x)) }`,
  "writes of every form": `
    let w = 2, s = "a", u: number | undefined, big = 5n; w += 3; w -= 1; w *= w; w **= 2; w %= 7; w <<= 2; w >>>= 1; w |= 8; w ^= 3; w &= 0xff;
    s += w; u ??= 4; u &&= u + 1; u ||= 9; big++; ++big; big *= 2n; out(w, s, u, big, w++, w--, ++w, --w, (-w++) ** 2);
    const p = [1, 2, [3]] as any; p[0] += 5; p[2][0] *= 2; p[1]++; out(p[1]++, p); const k = () => { out("k"); return 1 }; p[k()] -= 10; out(p);
    let a = 1, b = 2; [a, b] = [b, a]; out(a, b); ({ a, b: p[0] } = { a: 5, b: 6 }); out(a, p, [a, b] = [1, 2]);
    const o: any = { n: { m: 1 }, get g() { out("get"); return 1 }, set g(v) { out("set", v) } }; o.n.m -= 3; o.g += 2; o.g++; o["n"].m = 4; out(o.n.m, delete o.n, o);
    let x = (out("seq"), 1), y = x = 3; x = y = (1, 2); out(x, y); const [q = 3, ...r] = [undefined, 2, 3]; out(q, r);
    try { (null as any).x = out("right") } catch (e) { out((e as Error).message) }
    try { const c = 1; (c as number) += 1 } catch (e) { out((e as Error).message) }
    try { early; let early = 1 } catch (e) { out((e as Error).message) }
    let i = 0; const arr = [10, 20, 30]; arr[i++] += i; out(arr, i); if (i) [i] = [7]; else i = 1; out(i)`,
  "calls of every form": `
    const o = { f(...xs: unknown[]) { return [this === o, xs.length] }, g: null as null | (() => number), n: { h() { return this === o.n } } } as any;
    out(o.f(), o.f(1, ...[2, 3]), o?.f(), o.g?.(), o.zip?.zap.zop(), o.n?.h(), o["f"](), (o.f)(), (0, o.f)?.call(o), o?.n["h"]());
    const tag = (s: TemplateStringsArray, ...v: unknown[]) => s.raw.join("|") + v; out(tag\`a\${1}b\${o.f(1)}\`, tag\`none\`, \`t\${tag\`x\${2}\`}\`);
    out(new Date(0).getTime(), new Array(3).length, new Map([[1, 2]]).get(1), new (class { constructor(public v = 3) {} }), new Set, new o.f.constructor("return 1")());
    try { o.missing() } catch (e) { out((e as Error).message) } try { o.n.gone.deep(1) } catch (e) { out((e as Error).message) }
    try { new o.g() } catch (e) { out((e as Error).message) } try { nope() } catch (e) { out((e as Error).message) } try { o.g(1) } catch (e) { out((e as Error).message) }
    out(Math.max(...[1, 5], 3), [3, 1, 2].sort((a, b) => a - b), [1, 2].map((x) => x * 2).filter(Boolean).reduce((a, b) => a + b, 0), ["1", "2", "3"].map(Number), [[1], [2]].flatMap((x) => x));
    out(Array.from({ length: 3 }, (_, i) => i * i), [1, 2, 3].some((x) => x > 2), [1, 2].every((x) => x > 1)); new Map([["k", 1]]).forEach((v, k) => out(k, v));
    const sq = (x: number) => x * x; out([1, 2].map(sq)); const filter = { filter: (f: Function) => f.length + f.name }; out(filter.filter(function ab(a: 1, b: 2) {}));
    out(eval("1 + 1"), (() => { "use strict"; return eval("o.n.h()") })()); out(((a: any) => a)?.(4), typeof (await import("node:path")).join)`,
  conditions: `
    const t: any[] = [0, 1, "", "a", null, undefined, NaN, {}, [], 0n, false]; for (const x of t) out(x ? "y" : "n", !x, !!x, x && 1, x || 2, x ?? 3);
    if (t[0] || (t[1] && !t[2])) out("yes"); else out("no"); let n = 3; while (n && n--) out(n); do out("do"); while (!1);
    out(t[1] ? t[2] ? 1 : 2 : 3, (t[0], t[1]) ? "s" : "q"); for (let x: any = 3; x; x--) out(x); if (t.length) ; else out("never")`,
  "errors and finally": `
    function f(n: number) { try { if (n === 0) throw new RangeError("zero"); if (n === 1) return "one"; for (const x of [1]) { try { continue } finally { out("inner") } } } catch (e) { return String(e) } finally { out("f", n) } return "end" }
    out(f(0), f(1), f(2)); function g() { for (;;) { try { return 1 } finally { break } } return 2 } out(g());
    try { for (const x of (function* () { try { yield 1; yield 2 } finally { out("closed") } })()) throw new Error("in loop") } catch ({ message }) { out(message) }
    try { throw 5 } catch { out("bare") } function deep(n: number): number { return n === 0 ? (() => { throw new Error("deep") })() : deep(n - 1) } try { deep(20) } catch (e) { out((e as Error).message) }
    try { (function r(): void { r() })() } catch (e) { out((e as Error).name) }`,
  "what TypeScript adds": `
    enum Color { Red, Green = 5, Blue, Name = "n" } const enum K { A = 1 << 2 } out(Color.Red, Color[5], Color.Blue, Color.Name, K.A);
    interface I { x: number } type U<T> = T extends string ? 1 : 2; declare const nothing: number; function over(a: string): string; function over(a: any) { return a as string }
    const v = { x: 1 } satisfies I as I, w = <I>v, n = v!.x!; out(over("o"), w, n); let z: U<string> | undefined = undefined as any; out(z);
    const arrow = async <T extends I>(a: T, b?: number): Promise<T["x"]> => a.x; out(await arrow({ x: 3 }, 1)); function isI(a: unknown): a is I { return true } out(isI(1));
    class G<in out T> implements I { x!: number; readonly [k: string]: unknown; constructor(private a: T, readonly b = 2) {} m?(): void; static s<T>(this: void, q: T) { return q } } out(new G<number>(1), G.s<number>(4));
    out([1, 2].map<string>((q: number): string => "" + q), new Map<string, Array<number>>([["a", [1]]]).size, (n as number) < 2, 1 < 2 as boolean);
    abstract class H { abstract q: number; protected abstract r(): void; } out(typeof H); let opt = v?.x as number | undefined; opt! += 1; out(opt); type T1 = typeof v; export type { T1 }; export interface Z {}`,
  "names like the hooks' own": `
    const $ = (x: number) => x + 1, $f0 = 1, $l0 = 2, $t0 = 3; let e0 = 4; for (const $e of [1, 2]) out($($e), $f0, $l0, $t0, e0); function $enter($: number) { return $ } out($enter(3))`,
  "without semicolons": `
    let a = 1
    let b = a
    ;[a, b] = [b, 2]
    const f = () => a
    out(f())
    const [c, d] = [a, b] // comment
    out(c, d)
    let i = 0
    i++
    ++i
    const t = \`x\${i}\`
    ;(() => out(t))()
    for (const x of [1])
      out(x)
    if (i)
      i = 3
    else
      i = 4
    while (i-- > 1)
      a += i
    do a++
    while (a < 9)
    out(a)
    var g = function () { return }
    out(g())
    const h = () =>
      // why
      a + 1
    out(h())
    class Q { x = 1
      y = 2
      ;["z"] = 3 }
    out(new Q())
    return1()
    function return1() { return
      5 }`,
};
