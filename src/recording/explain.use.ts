import type { Column, ColumnQuestion } from "./column";
import { type Expr, settled, speaksOf, valueOf, withoutTransposes } from "./expr";
import { parseFormula, written, type Writing } from "./formula";
import type { Graph } from "./graph";
import { sentencesOf } from "./explain.sentences";
import { type Term, termsOf } from "./explain.terms";
import type { Indices } from "./indices";
import { nameIn } from "./naming";
import { type Line, lineText, type Link, number, operand, type Piece, sign, words } from "./maths";
import { elementsOf } from "./value";

/** One call that a tensor went into, and the gradient that came back from it. */
export interface Used {
  readonly graph: Graph;
  readonly edge: number;
  readonly call: Omit<ColumnQuestion, "element">;
  /** Nodes of the call's outputs. */
  readonly outputs: readonly number[];
  readonly element: number;
  readonly column: Column;
  /** What the rule sent to this element. */
  readonly sent: number;
  /** It is the whole gradient, not a part beside those of other uses. */
  readonly whole: boolean;
}

/** A use written out. */
export interface Use {
  /** The symbolic line, first of all for the whole tensor where it is a matrix, then for one element. */
  readonly symbolic: readonly Line[];
  /** This moment's numbers; null when there are none to show. */
  readonly numbers: Line | null;
  readonly sentences: readonly string[];
  /** The number went on as it came, so what made it is one link further. */
  readonly passed: boolean;
  /** Where the gradient of the (first) term comes from; null at the end of the way. */
  readonly from: (Link & { readonly value: number }) | null;
  /** The elements of the output's gradient, and of the one other operand, that the terms are made of. */
  readonly lit: {
    readonly gradient: readonly number[];
    readonly factor: { readonly node: number; readonly elements: readonly number[] } | null;
  };
}

/** Terms that are written out when there are more of them than fit. */
const most = 5;

/** Writes out how the gradient came back from one use. */
export function useOf(used: Used): Use {
  return new Writer(used).write();
}

class Writer {
  readonly #indices: Indices | null;
  readonly #terms: readonly Term[];
  readonly #expr: Expr | null;
  readonly #rest: string;
  /** The op's own line, or what can be said of it without one. */
  readonly #formula: string;
  /** The graph nodes of the operands, and of the output. */
  readonly #nodes: readonly number[];
  readonly #to: number;
  /** The output that the first term came back to: of several it need not be the first. */
  readonly #through: number;
  readonly #from: number;

  constructor(private readonly used: Used) {
    const { graph, edge, call, column } = used;
    const wire = graph.edges[edge];
    this.#to = wire?.to ?? -1;
    this.#from = wire?.from ?? -1;
    this.#nodes = graph.nodes[this.#to]?.inputs ?? [];
    const { terms, indices } = termsOf(call, column, used.element, used.outputs);
    this.#terms = terms;
    this.#indices = indices;
    const attrs = Object.keys(call.attrs).filter((name) => typeof call.attrs[name] === "number");
    this.#through = terms.find(({ g, slope }) => g !== 0 && slope !== 0)?.node ?? terms[0]?.node ?? this.#to;
    this.#formula = column.formula || unspoken(terms);
    const { expr, rest } = parseFormula(this.#formula, new Set([...column.names, ...call.numberNames, ...attrs]));
    this.#expr = expr === null ? null : settled(expr, (name) => this.#constant(name));
    this.#rest = rest;
  }

  write(): Use {
    const first = this.#terms.find(({ g, slope }) => g !== 0 && slope !== 0) ?? this.#terms[0];
    return {
      symbolic: this.#symbolic(),
      numbers: this.#numbers(),
      sentences: sentencesOf(this.used, this.#terms),
      passed: this.#indices === null && this.#terms.length === 1 && first?.slope === 1,
      from: first === undefined ? null : { node: first.node, element: first.at, value: first.g },
      lit: { gradient: this.#terms.map(({ at }) => at), factor: this.#litFactor() },
    };
  }

  /** Number operands and counts by the names that formulas give them. */
  #constant(name: string): number | undefined {
    const { call } = this.used;
    const at = call.numberNames.indexOf(name);
    if (at >= 0) return call.numbers[at];
    const x = elementsOf(call.operands[call.operand]?.shape ?? []);
    const y = elementsOf(call.outputs[0]?.shape ?? []);
    if (name === "n" && call.attrs.reduction !== "sum" && Number.isInteger(x / y)) return x / y;
    const { attrs } = call;
    return typeof attrs[name] === "number" ? attrs[name] : undefined;
  }

  #symbolic(): Line[] {
    const indices = this.#indices;
    const { call } = this.used;
    const { whole: isWhole } = this.used;
    const by = nameIn(this.used.graph, this.#from);
    const slope = (index: string): Piece => ({ kind: "slope", by, index, link: this.#here() });
    const left = (index: string): Line => (isWhole ? [slope(index), sign("=")] : []);
    const lines: Line[] = [];
    const matrices = this.#isProduct() && call.operands.some(({ shape }) => elementsOf(shape) > 1);
    const whole = (): Line => [...left(""), ...this.#right(() => "", "")];
    if (matrices || indices === null) lines.push(whole());
    if (indices === null) return lines;
    const index = indices.operand(call.operand);
    const summed = this.#rest === "" ? indices.summed(call.operand) : "";
    const of = (k: number): string => (k < 0 ? indices.output : indices.operand(k));
    const line = [...left(index), ...this.#right(of, summed)];
    if (lines.length === 0 || index !== "" || summed !== "") lines.push(line);
    return lines;
  }

  #isProduct(): boolean {
    return ["mm", "addmm", "mv", "bmm"].includes(this.used.call.op);
  }

  /** The right side with index letters; `of` gives them by operand, −1 for the output. */
  #right(of: (k: number) => string, summed: string): Line {
    const { graph } = this.used;
    const plain = of(-1) === "" && of(0) === "" && summed === "";
    const gradient: Piece = {
      kind: "slope",
      by: nameIn(graph, this.#through),
      index: of(-1),
      link: this.#there(),
    };
    if (this.#expr === null) return this.#inWords(this.#formula, gradient);
    const writing: Writing = { gradient: () => [gradient], name: (name) => this.#name(name, of) };
    const expr = plain ? this.#expr : withoutTransposes(this.#expr);
    const right = written(expr, writing);
    const sum: Piece[] = summed === "" ? [] : [{ kind: "sum", index: summed }];
    return [...sum, ...right, ...(this.#rest === "" ? [] : [words(this.#tail(this.#rest))])];
  }

  #name(name: string, of: (k: number) => string): Line {
    const { graph, column } = this.used;
    if (name === "y")
      return [{ kind: "name", text: nameIn(graph, this.#to), index: of(-1), hue: "value", link: this.#there() }];
    const k = column.names.indexOf(name);
    const node = this.#nodes[k];
    if (k < 0 || node === undefined) return [{ kind: "name", text: name, index: "", hue: "" }];
    return [{ kind: "name", text: nameIn(graph, node), index: of(k), hue: "value", link: { node, element: 0 } }];
  }

  #there(): Link {
    return { node: this.#through, element: this.#terms.find(({ node }) => node === this.#through)?.at ?? 0 };
  }

  #here(): Link {
    return { node: this.#from, element: this.used.element };
  }

  /** A formula that is words: its gradient and its operands by their names here. */
  #inWords(formula: string, gradient: Piece): Line {
    const line: Piece[] = [];
    formula.split("∂L/∂y").forEach((part, k) => {
      if (k > 0) line.push(gradient);
      if (part.trim() !== "") line.push(words(this.#tail(part.trim())));
    });
    return line;
  }

  /** Operands that a condition speaks of ("where y > 0, else 0"), by their names here. */
  #tail(text: string): string {
    const { graph, column } = this.used;
    const name = (each: string): string => {
      const node = each === "y" ? this.#to : this.#nodes[column.names.indexOf(each)];
      return node === undefined ? each : nameIn(graph, node);
    };
    return text
      .replace(/\b([A-Za-z]+)(?=\s*[<>≤≥])/g, (each) => name(each))
      .replace(/(?<=[<>≤≥]\s*)\b([A-Za-z]+)\b/g, (each) => name(each))
      .replace(/∂L\/∂y/g, `∂L/∂${name("y")}`)
      .replace(/\bwhere a (?=wins|is)/, `where ${name("a")} `)
      .replace(/\bwhere b (?=wins|is)/, `where ${name("b")} `);
  }

  #numbers(): Line | null {
    const terms = this.#terms;
    const { sent } = this.used;
    const result: Line = [sign("="), number(sent, "gradient")];
    if (terms.length === 0) return null;
    const [only] = terms;
    if (terms.length === 1 && only !== undefined) {
      const line = this.#inFull(only);
      return [sign("="), ...line, ...(lineText(line) === lineText(result.slice(1)) ? [] : result)];
    }
    const cut = terms.length > most + 1;
    const plain = terms.every(({ slope }) => slope === 1);
    const shown = cut ? [...terms.slice(0, most - 1), ...terms.slice(-1)] : terms;
    const line: Piece[] = [sign("=")];
    shown.forEach((term, k) => {
      if (k > 0) line.push(sign("+"));
      if (cut && k === shown.length - 1) line.push(words("…"), sign("+"));
      line.push(...this.#term(term, plain));
    });
    return [...line, ...result];
  }

  /** "−1 · 1", or "−1" where every slope is 1. */
  #term({ node, at, g, slope }: Term, plain: boolean): Line {
    const gradient = number(g, "gradient", { node, element: at });
    if (plain) return [gradient];
    return [gradient, sign("·"), ...operand(slope, "value", this.#source(at, slope))];
  }

  /** The node that a slope is a value of. */
  #source(at: number, slope: number): Link | undefined {
    const { call, element } = this.used;
    for (let k = 0; k < call.operands.length; k++) {
      if (k === call.operand || !this.#mentions(k)) continue;
      const met = this.#indices?.met(k, call.operand, element, at) ?? null;
      const node = this.#nodes[k];
      if (met !== null && node !== undefined && call.operands[k]?.data[met] === slope) return { node, element: met };
    }
    return undefined;
  }

  #mentions(k: number): boolean {
    const name = this.used.column.names[k];
    return name !== undefined && this.#expr !== null && speaksOf(this.#expr, name);
  }

  /** One term by the formula itself, "0.25 · 2 · (−2)", as long as the formula gives the number. */
  #inFull(term: Term): Line {
    const { call, element, sent } = this.used;
    const expr = this.#expr === null ? null : withoutTransposes(this.#expr);
    if (expr === null || this.#rest !== "" || call.outputs.length > 1) return this.#term(term, term.slope === 1);
    const at = (name: string): { value: number; link?: Link } | undefined => {
      if (name === "y") {
        const value = call.outputs[0]?.data[term.at];
        return value === undefined ? undefined : { value, link: { node: this.#to, element: term.at } };
      }
      const k = this.used.column.names.indexOf(name);
      const place = k === call.operand ? element : (this.#indices?.met(k, call.operand, element, term.at) ?? null);
      const value = place === null ? undefined : call.operands[k]?.data[place];
      const node = this.#nodes[k];
      if (value === undefined || place === null || node === undefined) return undefined;
      return { value, link: { node, element: place } };
    };
    const value = valueOf(expr, term.g, (name) => at(name)?.value);
    const close = value !== undefined && (value === sent || Math.abs(value - sent) <= 1e-4 * Math.abs(sent));
    if (!close) return this.#term(term, term.slope === 1);
    return written(expr, {
      gradient: () => [number(term.g, "gradient", { node: term.node, element: term.at })],
      name: (name) => {
        const found = at(name);
        return found === undefined
          ? [{ kind: "name", text: name, index: "", hue: "" }]
          : [number(found.value, "value", found.link)];
      },
    });
  }

  #litFactor(): Use["lit"]["factor"] {
    const { call, element } = this.used;
    for (let k = 0; k < call.operands.length; k++) {
      if (k === call.operand || !this.#mentions(k)) continue;
      const node = this.#nodes[k];
      const elements = this.#terms.map(({ at }) => this.#indices?.met(k, call.operand, element, at) ?? -1);
      if (node !== undefined && !elements.includes(-1)) return { node, elements: [...new Set(elements)] };
    }
    return null;
  }
}

/** The line of an op that has none: of what only moves elements where they went, of anything else the chain rule. */
function unspoken(terms: readonly Term[]): string {
  return terms.every(({ slope }) => slope === 1) ? "∂L/∂y, at the places it went to" : "∂L/∂y times the slope of y";
}
