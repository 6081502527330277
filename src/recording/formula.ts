import { type Line, number, type Piece, sign, words } from "./maths";

/** An op's symbolic line, taken apart. */
export type Expr =
  /** What comes back to the output: ∂L/∂y. */
  | { readonly is: "gradient" }
  | { readonly is: "name"; readonly name: string }
  | { readonly is: "number"; readonly value: number; readonly text: string }
  | { readonly is: "minus"; readonly of: Expr }
  | { readonly is: "two"; readonly sign: "+" | "−" | "·" | "/" | "⊗"; readonly a: Expr; readonly b: Expr }
  | { readonly is: "power"; readonly base: Expr; readonly exponent: Expr }
  | { readonly is: "call"; readonly name: string; readonly of: Expr }
  | { readonly is: "sum"; readonly of: Expr }
  | { readonly is: "group"; readonly of: Expr };

/** A formula as far as it is an expression, and the words that follow. */
export interface Formula {
  readonly expr: Expr | null;
  readonly rest: string;
}

const token =
  /\s*(∂L\/∂y|\d+(?:\.\d+)?|½|π|[²³ᵀʸ]|sinh|cosh|tanh|sin|cos|tan|ln|sign|softplus|trunc|σ|Φ|φ|[A-Za-z][A-Za-z]*|[+−·/^()|√Σ⊗])/y;
const functions = new Set([
  "sinh",
  "cosh",
  "tanh",
  "sin",
  "cos",
  "tan",
  "ln",
  "sign",
  "softplus",
  "trunc",
  "σ",
  "Φ",
  "φ",
  "√",
]);
const superscripts: Readonly<Record<string, Expr>> = {
  "²": { is: "number", value: 2, text: "2" },
  "³": { is: "number", value: 3, text: "3" },
  ᵀ: { is: "name", name: "ᵀ" },
  ʸ: { is: "name", name: "y" },
};

/** Reads a formula as ops write them ("∂L/∂y · exponent · a^(exponent − 1)"); `names` are what it may speak of. */
export function parseFormula(text: string, names: ReadonlySet<string>): Formula {
  const parser = new Parser(text, names);
  const expr = parser.optional(() => parser.sum());
  return { expr: expr ?? null, rest: text.slice(parser.at).trim() };
}

class Unreadable extends Error {}

class Parser {
  at = 0;

  constructor(
    private readonly text: string,
    private readonly names: ReadonlySet<string>,
  ) {}

  /** Reads, or stays where it was. */
  optional<T>(read: () => T): T | undefined {
    const before = this.at;
    try {
      return read();
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      this.at = before;
      return undefined;
    }
  }

  sum(): Expr {
    let a = this.product();
    for (;;) {
      const next = this.#peek();
      if (next !== "+" && next !== "−") return a;
      const left = a;
      const both = this.optional((): Expr => {
        this.#next();
        return { is: "two", sign: next, a: left, b: this.product() };
      });
      if (both === undefined) return a;
      a = both;
    }
  }

  product(): Expr {
    let a = this.factor();
    for (;;) {
      const next = this.#peek();
      const left = a;
      const explicit = next === "·" || next === "/" || next === "⊗";
      const implied = !explicit && this.#isFactorOf(left, next);
      if (!explicit && !implied) return a;
      const both = this.optional((): Expr => {
        if (explicit) this.#next();
        return { is: "two", sign: explicit ? next : "·", a: left, b: this.factor() };
      });
      if (both === undefined) return a;
      a = both;
    }
  }

  factor(): Expr {
    if (this.#peek() === "−") {
      this.#next();
      return { is: "minus", of: this.factor() };
    }
    let base = this.#primary();
    for (;;) {
      const next = this.#peek();
      const above = superscripts[next];
      if (above !== undefined) {
        this.#next();
        base = { is: "power", base, exponent: above };
      } else if (next === "^") {
        this.#next();
        const exponent = this.#primary();
        base = { is: "power", base, exponent: exponent.is === "group" ? exponent.of : exponent };
      } else return base;
    }
  }

  /** "2a" and "2 (a − mean)" are products; "∂L/∂y for" is not. */
  #isFactorOf(left: Expr, next: string): boolean {
    const counts = left.is === "number" || (left.is === "two" && left.sign === "·" && left.b.is === "number");
    return counts && (next === "(" || next === "π" || this.names.has(next) || next === "t");
  }

  #primary(): Expr {
    const next = this.#next();
    if (next === "∂L/∂y") return { is: "gradient" };
    if (next === "½") return { is: "number", value: 0.5, text: "½" };
    if (next === "π") return { is: "number", value: Math.PI, text: "π" };
    if (/^\d/.test(next)) return { is: "number", value: Number(next), text: next };
    if (next === "(" || next === "|") {
      const of = this.sum();
      if (this.#next() !== (next === "(" ? ")" : "|")) throw new Unreadable();
      return next === "(" ? { is: "group", of } : { is: "call", name: "|·|", of };
    }
    if (next === "Σ") return { is: "sum", of: this.product() };
    if (functions.has(next)) return { is: "call", name: next, of: this.#primary() };
    if (this.names.has(next) || ["y", "e", "n", "mean"].includes(next)) return { is: "name", name: next };
    throw new Unreadable();
  }

  #peek(): string {
    token.lastIndex = this.at;
    return token.exec(this.text)?.[1] ?? "";
  }

  #next(): string {
    token.lastIndex = this.at;
    const found = token.exec(this.text);
    if (found === null) throw new Unreadable();
    this.at = token.lastIndex;
    return found[1] ?? "";
  }
}

/** What an expression comes to when `g` comes back to the output; undefined when a name has no number. */
export function valueOf(expr: Expr, g: number, numbers: (name: string) => number | undefined): number | undefined {
  const value = (of: Expr): number | undefined => valueOf(of, g, numbers);
  switch (expr.is) {
    case "gradient":
      return g;
    case "number":
      return expr.value;
    case "name":
      return expr.name === "e" ? Math.E : numbers(expr.name);
    case "minus": {
      const of = value(expr.of);
      return of === undefined ? undefined : -of;
    }
    case "group":
      return value(expr.of);
    case "sum":
      return undefined;
    case "power": {
      const [base, exponent] = [value(expr.base), value(expr.exponent)];
      return base === undefined || exponent === undefined ? undefined : base ** exponent;
    }
    case "call": {
      const of = value(expr.of);
      return of === undefined ? undefined : called[expr.name]?.(of);
    }
    case "two": {
      const [a, b] = [value(expr.a), value(expr.b)];
      if (a === undefined || b === undefined) return undefined;
      return { "+": a + b, "−": a - b, "·": a * b, "/": a / b, "⊗": a * b }[expr.sign];
    }
  }
}

const called: Readonly<Record<string, (x: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  sinh: Math.sinh,
  cosh: Math.cosh,
  tanh: Math.tanh,
  ln: Math.log,
  sign: Math.sign,
  trunc: Math.trunc,
  "√": Math.sqrt,
  "|·|": Math.abs,
  σ: (x) => 1 / (1 + Math.exp(-x)),
  softplus: (x) => Math.log1p(Math.exp(x)),
};

/** Puts the numbers of a call in place of their names, and works out what is then a plain number: a^(exponent − 1) is a. */
export function settled(expr: Expr, numbers: (name: string) => number | undefined): Expr {
  const deep = (of: Expr): Expr => settled(of, numbers);
  switch (expr.is) {
    case "name": {
      const value = numbers(expr.name);
      return value === undefined ? expr : constant(value);
    }
    case "minus":
    case "sum":
    case "call":
      return { ...expr, of: deep(expr.of) };
    case "group": {
      const of = deep(expr.of);
      return of.is === "number" || of.is === "name" ? of : { is: "group", of };
    }
    case "power": {
      const [base, exponent] = [deep(expr.base), deep(expr.exponent)];
      return exponent.is === "number" && exponent.value === 1 ? base : { is: "power", base, exponent };
    }
    case "two": {
      const [a, b] = [deep(expr.a), deep(expr.b)];
      const plain = a.is === "number" && b.is === "number" && (expr.sign === "+" || expr.sign === "−");
      return plain ? constant(expr.sign === "+" ? a.value + b.value : a.value - b.value) : { ...expr, a, b };
    }
    default:
      return expr;
  }
}

function constant(value: number): Expr {
  const piece = number(value);
  return { is: "number", value, text: piece.kind === "number" ? piece.text : "" };
}

/** How the leaves of an expression are written: the gradient that comes in, and names. */
export interface Writing {
  gradient(): Line;
  name(name: string): Line;
}

/** An expression as a line. */
export function written(expr: Expr, writing: Writing): Line {
  const write = (of: Expr): Line => written(of, writing);
  switch (expr.is) {
    case "gradient":
      return writing.gradient();
    case "number":
      return [{ kind: "number", text: expr.text, hue: "" }];
    case "name":
      return writing.name(expr.name);
    case "minus":
      return [sign("−"), ...bracketed(write(expr.of))];
    case "group":
      return [sign("("), ...write(expr.of), sign(")")];
    case "sum":
      return [{ kind: "sum", index: "" }, ...write(expr.of)];
    case "power":
      if (expr.exponent.is === "name" && expr.exponent.name === "ᵀ")
        return [{ kind: "power", base: write(expr.base), exponent: [sign("ᵀ")] }];
      return [{ kind: "power", base: bracketed(write(expr.base)), exponent: write(expr.exponent) }];
    case "call":
      return callWritten(expr.name, write(expr.of));
    case "two":
      // What begins with a minus needs brackets behind an operator.
      return [...write(expr.a), sign(expr.sign), ...bracketed(write(expr.b))];
  }
}

function callWritten(name: string, inside: Line): Line {
  if (name === "√") return [{ kind: "root", inside: peeled(inside) }];
  if (name === "|·|") return [sign("|"), ...inside, sign("|")];
  const own = inside[0]?.kind === "sign" && inside[0].text === "(";
  return own || inside.length === 1 ? [words(name), ...inside] : [words(name), sign("("), ...inside, sign(")")];
}

function peeled(line: Line): Line {
  const [first] = line;
  const last = line.at(-1);
  const wrapped = first?.kind === "sign" && first.text === "(" && last?.kind === "sign" && last.text === ")";
  return wrapped ? line.slice(1, -1) : line;
}

/** A line that begins with a minus, in brackets. */
function bracketed(line: Line): Line {
  const first: Piece | undefined = line[0];
  const minus =
    (first?.kind === "sign" && first.text === "−") || (first?.kind === "number" && first.text.startsWith("−"));
  return minus ? [sign("("), ...line, sign(")")] : line;
}
