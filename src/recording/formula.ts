import type { Expr } from "./expr";
import { type Line, minus, sign } from "./maths";

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
      return [minus, ...bracketed(write(expr.of))];
    case "group":
      return [sign("("), ...write(expr.of), sign(")")];
    case "sum":
      return [{ kind: "sum", index: "" }, ...write(expr.of)];
    case "power":
      if (expr.exponent.is === "name" && expr.exponent.name === "ᵀ")
        return [{ kind: "power", base: write(expr.base), exponent: [sign("ᵀ")] }];
      return [{ kind: "power", base: bracketed(write(expr.base)), exponent: write(expr.exponent) }];
    case "max":
      return [sign("max("), ...write(expr.a), sign(","), ...write(expr.b), sign(")")];
    case "call":
      return callWritten(expr.name, write(bare(expr.of)));
    case "two":
      if (expr.sign === "/") return ratio(write(bare(expr.a)), write(bare(expr.b)));
      // What begins with a minus needs brackets behind an operator.
      return [...write(expr.a), sign(expr.sign), ...bracketed(write(expr.b))];
  }
}

/** Over a bar unless both sides are one piece: "1 / 4" stays in the line. */
function ratio(above: Line, below: Line): Line {
  if (above.length > 1 || below.length > 1) return [{ kind: "fraction", above, below }];
  return [...above, sign("/"), ...bracketed(below)];
}

/** Without the brackets that a bar makes needless. */
function bare(expr: Expr): Expr {
  return expr.is === "group" ? expr.of : expr;
}

function callWritten(name: string, inside: Line): Line {
  if (name === "√") return [{ kind: "root", inside }];
  if (name === "|·|") return [{ kind: "size", inside }];
  return [sign(`${name}(`), ...inside, sign(")")];
}

/** A line that begins with a minus, in brackets; of a product that begins with a negative number that number alone. */
function bracketed(line: Line): Line {
  const [first, ...rest] = line;
  if (first?.kind === "sign" && first.text === "−") return [sign("("), ...line, sign(")")];
  if (first?.kind !== "number" || !first.text.startsWith("−")) return line;
  return [sign("("), first, sign(")"), ...rest];
}
