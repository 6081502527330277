import { callOf, notRecorded } from "./column";
import { nameIn } from "./naming";
import { type Expr, valueOf } from "./expr";
import { written } from "./formula";
import { graphOf } from "./graph";
import { indicesOf, placeText, type Indices } from "./indices";
import { type Line, type Link, number, operand, type Piece, sign, words } from "./maths";
import { arithmetic, constant } from "./arithmetic";
import { rowOfStep } from "./moment";
import type { Recording } from "./recording";
import type { Segment } from "./segment";
import { timelineOf } from "./timeline";
import { elementsOf } from "./value";

/** How one element of a node's value came to be. */
export interface ValueWhy {
  readonly left: Piece;
  /** null: not recorded. */
  readonly value: number | null;
  /** With names, then with numbers; empty for what was given. */
  readonly lines: readonly Line[];
  readonly sentences: readonly string[];
}

type Call = Exclude<ReturnType<typeof callOf>, string>;

const most = 5;

/** Explains the value of one element of a node at the moment after a step; null for what has none yet. */
export function whyValue(recording: Recording, segment: Segment, step: number, about: Link): ValueWhy | null {
  const { graph, rows, tensors } = graphOf(recording, segment);
  const node = graph.nodes[about.node];
  const row = rowOfStep(recording, segment, step);
  if (node === undefined || node.kind === "number" || (rows[about.node] ?? -1) > row) return null;
  const made = node.kind === "op" ? (rows[about.node] ?? row) : row;
  const value = timelineOf(recording, segment).valueAt(tensors[about.node] ?? -1, made)?.data?.[about.element];
  const index = elementsOf(node.shape) === 1 ? "" : placeText(node.shape, about.element);
  const left: Piece = { kind: "name", text: nameIn(graph, about.node), index, hue: "value" };
  if (value === undefined) {
    const sentence = `The value of ${nameIn(graph, about.node)} was ${notRecorded} in full: it has too many elements.`;
    return { left, value: null, lines: [], sentences: [sentence] };
  }
  const line = recording.site(node.site)?.line;
  const where = line === undefined ? "" : `, line ${line + 1}`;
  if (node.kind === "leaf") {
    const sentence = node.isParameter
      ? `${node.label} is a parameter: training changes it, nothing computes it${where}.`
      : `${node.label} is given: no op computed it${where}.`;
    return { left, value, lines: [], sentences: [sentence] };
  }
  const edge = graph.edges.findIndex(({ to }) => to === about.node);
  const call = edge < 0 ? "" : callOf(recording, segment, row, edge);
  const sentences = [`${nameIn(graph, about.node)} = ${node.op}(${names(graph, node.inputs)})${where}.`];
  if (typeof call === "string") {
    if (call !== "") sentences.push(`Its operands were ${call} in full.`);
    return { left, value, lines: [], sentences };
  }
  const lines = new Forward(call, about, node.inputs, (each) => nameIn(graph, each), value).lines(left);
  return lines.length === 0 ? { left, value, lines, sentences } : { left, value, lines, sentences: [] };
}

function names(graph: ReturnType<typeof graphOf>["graph"], inputs: readonly number[]): string {
  return inputs.map((each) => nameIn(graph, each)).join(", ");
}

/** Functions of one number. */
const functions: Readonly<Record<string, (x: number) => number>> = {
  exp: Math.exp,
  log: Math.log,
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  tanh: Math.tanh,
  sinh: Math.sinh,
  cosh: Math.cosh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  relu: (x) => Math.max(0, x),
  sign: Math.sign,
  floor: Math.floor,
  ceil: Math.ceil,
};

class Forward {
  readonly #indices: Indices | null;

  constructor(
    private readonly call: Call,
    private readonly about: Link,
    private readonly inputs: readonly number[],
    private readonly name: (node: number) => string,
    private readonly value: number,
  ) {
    this.#indices = indicesOf(call);
  }

  lines(left: Piece): Line[] {
    const op = this.call.op.replace(/_$/, "");
    if (op === "sum" || op === "mean") return this.#reduction(left, op);
    if (["mm", "addmm", "mv", "dot", "bmm"].includes(op)) return this.#product(left, op);
    if (op === "mseLoss") return this.#squares(left);
    return this.#elementwise(left, op);
  }

  #link(k: number, element: number): Link {
    return { node: this.inputs[k] ?? -1, element };
  }

  #elementwise(left: Piece, op: string): Line[] {
    const indices = this.#indices;
    const { call, about } = this;
    if (indices === null) return [];
    const leaves = call.operands.map((_, k): Expr => ({ is: "name", name: String(k) }));
    const [first] = leaves;
    const called: Expr | undefined =
      first !== undefined && functions[op] !== undefined ? { is: "call", name: op, of: first } : undefined;
    const expr = called ?? arithmetic[op]?.(leaves, call.numbers.map(constant));
    if (expr === undefined) return [];
    const places = call.operands.map((_, k) => indices.met(k, k, 0, about.element) ?? -1);
    const numbers = places.map((place, k) => call.operands[k]?.data[place]);
    if (places.includes(-1)) return [];
    const computed = called ? functions[op]?.(numbers[0] ?? NaN) : valueOf(expr, 0, (k) => numbers[Number(k)]);
    if (computed === undefined || !near(computed, this.value)) return [];
    const symbolic = written(expr, {
      gradient: () => [],
      name: (k) => [
        {
          kind: "name",
          text: this.name(this.inputs[Number(k)] ?? -1),
          index: indices.operand(Number(k)),
          hue: "value",
          link: this.#link(Number(k), places[Number(k)] ?? 0),
        },
      ],
    });
    const inNumbers = written(expr, {
      gradient: () => [],
      name: (k) => [number(numbers[Number(k)] ?? NaN, "value", this.#link(Number(k), places[Number(k)] ?? 0))],
    });
    return [
      [this.#lettered(left, indices.output), sign("="), ...symbolic],
      [sign("="), ...inNumbers, sign("="), number(this.value, "value")],
    ];
  }

  #lettered(left: Piece, index: string): Piece {
    return left.kind === "name" ? { ...left, index } : left;
  }

  #reduction(left: Piece, op: string): Line[] {
    const indices = this.#indices;
    const data = this.call.operands[0]?.data;
    if (indices === null || data === undefined) return [];
    const own: number[] = [];
    for (let i = 0; i < data.length; i++) if (indices.reached(0, i)?.includes(this.about.element) === true) own.push(i);
    const text = this.name(this.inputs[0] ?? -1);
    const letters = Array.from(indices.operand(0))
      .filter((letter) => !indices.output.includes(letter))
      .join("");
    const symbolic: Piece[] = [
      this.#lettered(left, indices.output),
      sign("="),
      { kind: "sum", index: letters },
      { kind: "name", text, index: indices.operand(0), hue: "value", link: this.#link(0, own[0] ?? 0) },
    ];
    const terms = own.map((i): Line => operand(data[i] ?? NaN, "value", this.#link(0, i)));
    const sum = summed(terms);
    const result: Line = [sign("="), number(this.value, "value")];
    if (op === "sum") return [symbolic, [sign("="), ...sum, ...result]];
    const n = number(own.length);
    return [
      [...symbolic, sign("/"), n],
      [sign("="), sign("("), ...sum, sign(")"), sign("/"), n, ...result],
    ];
  }

  #product(left: Piece, op: string): Line[] {
    const indices = this.#indices;
    const { call, about } = this;
    if (indices === null) return [];
    const [a, b] = op === "addmm" ? [1, 2] : [0, 1];
    const [x, z] = [call.operands[a], call.operands[b]];
    if (x === undefined || z === undefined) return [];
    const letters = [indices.operand(a), indices.operand(b)] as const;
    const pairs: (readonly [number, number])[] = [];
    for (let i = 0; i < x.data.length; i++) {
      if (indices.reached(a, i)?.includes(about.element) !== true) continue;
      const j = indices.met(b, a, i, about.element);
      if (j !== null) pairs.push([i, j]);
    }
    const terms = pairs.map(([i, j]): Line => [
      ...operand(x.data[i] ?? NaN, "value", this.#link(a, i)),
      sign("·"),
      ...operand(z.data[j] ?? NaN, "value", this.#link(b, j)),
    ]);
    const bias = op === "addmm" ? (indices.met(0, 0, 0, about.element) ?? 0) : -1;
    const added: Line =
      bias < 0 ? [] : [sign("+"), ...operand(call.operands[0]?.data[bias] ?? NaN, "value", this.#link(0, bias))];
    const total =
      pairs.reduce((sum, [i, j]) => sum + (x.data[i] ?? NaN) * (z.data[j] ?? NaN), 0) +
      (bias < 0 ? 0 : (call.operands[0]?.data[bias] ?? NaN));
    if (!near(total, this.value)) return [];
    const over = Array.from(letters[0]).filter(
      (letter) => letters[1].includes(letter) && !indices.output.includes(letter),
    );
    const named = (k: number): Piece => ({
      kind: "name",
      text: this.name(this.inputs[k] ?? -1),
      index: indices.operand(k),
      hue: "value",
      link: this.#link(k, 0),
    });
    return [
      [
        this.#lettered(left, indices.output),
        sign("="),
        { kind: "sum", index: over.join("") },
        named(a),
        sign("·"),
        named(b),
        ...(bias < 0 ? [] : [sign("+"), named(0)]),
      ],
      [sign("="), ...summed(terms), ...added, sign("="), number(this.value, "value")],
    ];
  }

  #squares(left: Piece): Line[] {
    const [input, target] = this.call.operands;
    const { reduction } = this.call.attrs;
    if (!input || !target || input.data.length !== target.data.length || reduction === "none") return [];
    const n = input.data.length;
    const name = (k: number): Piece => ({
      kind: "name",
      text: this.name(this.inputs[k] ?? -1),
      index: n > 1 ? "i" : "",
      hue: "value",
      link: this.#link(k, 0),
    });
    const square = (a: Line, b: Line): Line => [
      { kind: "power", base: [sign("("), ...a, sign("−"), ...b, sign(")")], exponent: [number(2)] },
    ];
    const terms = Array.from({ length: n }, (_, i) =>
      square([number(input.data[i] ?? NaN, "value")], operand(target.data[i] ?? NaN, "value")),
    );
    const divided: Line = reduction === "sum" ? [] : [sign("/"), number(n)];
    const sum: Line = n > 1 ? [{ kind: "sum", index: "i" }] : [];
    return [
      [left, sign("="), ...sum, ...square([name(0)], [name(1)]), ...divided],
      [sign("="), sign("("), ...summed(terms), sign(")"), ...divided, sign("="), number(this.value, "value")],
    ];
  }
}

/** Terms with plus signs between them, the middle left out when there are many. */
function summed(terms: readonly Line[]): Line {
  const cut = terms.length > most + 1;
  const shown = cut ? [...terms.slice(0, most - 1), ...terms.slice(-1)] : terms;
  return shown.flatMap((term, k): Line => {
    const gap: Line = cut && k === shown.length - 1 ? [words("…"), sign("+")] : [];
    return [...(k > 0 ? [sign("+")] : []), ...gap, ...term];
  });
}

function near(a: number, b: number): boolean {
  return Object.is(a, b) || a === b || Math.abs(a - b) <= 1e-4 * Math.max(Math.abs(a), Math.abs(b)) + 1e-9;
}
