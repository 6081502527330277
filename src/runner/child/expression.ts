import {
  type Expression,
  parseExpressionAt,
  type PrivateIdentifier,
  type SpreadElement,
  type Super,
  tokenizer,
} from "acorn";
import { isTensor } from "../../engine/build";
import { Tensor } from "../../engine/index";
import type { ExpressionQuestion, Given, Result } from "../../recording/given";
import { type Callable, given, type Held, isList, made, Member, Refusal } from "./expression.values";

/** Longer texts are no conditions. */
const longest = 2000;
/** So many parts of an expression are computed for one moment, … */
const mostParts = 5000;
/** … and no tensor in it may have more elements. */
const mostElements = 1_000_000;

type Node = Expression | SpreadElement | Super | PrivateIdentifier;

/** Evaluates an expression at each of its moments: names, arithmetic, comparisons, `Math` and the methods of tensors, nothing else. */
export function evaluated({ text, moments }: ExpressionQuestion): Result[] {
  let tree: Expression;
  let source = text;
  try {
    if (text.length > longest) throw new Refusal(`An expression has at most ${longest} characters.`);
    source = withoutTypes(text);
    tree = parseExpressionAt(source, 0, { ecmaVersion: "latest" });
    if (source.slice(tree.end).trim() !== "")
      throw new Refusal(`${source.slice(tree.end).trim()} is not expected there.`);
  } catch (error) {
    const what = error instanceof Error ? error.message.replace(/\s*\(\d+:\d+\)$/, "") : String(error);
    return moments.map(() => ({ error: `${text.trim()} is no expression: ${what}` }));
  }
  return moments.map((moment) => {
    try {
      const held = new Evaluation(source, moment).of(tree);
      return { truthy: isTensor(held) && held.numel() !== 1 ? unlikeNumber(held) : truthy(held), value: given(held) };
    } catch (error) {
      return { error: error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error) };
    }
  });
}

/** Takes TypeScript's `!` behind a value away; all else that is of types has no place in a condition. */
function withoutTypes(text: string): string {
  let made = "";
  let from = 0;
  let value = false;
  for (const token of tokenizer(text, { ecmaVersion: "latest" })) {
    const { label } = token.type;
    if (label === "!/~" && value && text[token.start] === "!") {
      made += `${text.slice(from, token.start)} `;
      from = token.end;
    } else value = label === "name" || label === ")" || label === "]" || label === "this";
  }
  return made + text.slice(from);
}

/** One expression at one moment. */
class Evaluation {
  #parts = 0;

  constructor(
    private readonly text: string,
    private readonly moment: Readonly<Record<string, Given>>,
  ) {}

  of(node: Node): Held {
    if (++this.#parts > mostParts) throw new Refusal("The expression takes too many steps.");
    const held = this.#of(node);
    if (isTensor(held) && held.numel() > mostElements) {
      throw new Refusal(`A tensor of ${held.numel()} elements is too large for an expression.`);
    }
    return held;
  }

  #of(node: Node): Held {
    switch (node.type) {
      case "Literal":
        if (node.value instanceof RegExp || typeof node.value === "bigint") throw refused(this.text, node);
        return node.value ?? null;
      case "TemplateLiteral":
        return node.quasis.map(({ value }, k) => (value.cooked ?? "") + this.#written(node.expressions[k])).join("");
      case "Identifier":
      case "ThisExpression":
        return this.#named(this.text.slice(node.start, node.end));
      case "ParenthesizedExpression":
      case "ChainExpression":
        return this.of(node.expression);
      case "ArrayExpression":
        return node.elements.map((each) => (each ? this.of(each) : undefined));
      case "ConditionalExpression":
        return this.of(truthy(this.of(node.test)) ? node.consequent : node.alternate);
      case "LogicalExpression": {
        const left = this.of(node.left);
        const goOn =
          node.operator === "??" ? left === null || left === undefined : truthy(left) === (node.operator === "&&");
        return goOn ? this.of(node.right) : left;
      }
      case "UnaryExpression":
        return unary(node.operator, this.of(node.argument), () => refused(this.text, node));
      case "BinaryExpression":
        return binary(node.operator, this.of(node.left), this.of(node.right), () => refused(this.text, node));
      case "MemberExpression":
        return this.#member(node);
      case "CallExpression":
        return this.#call(node);
      default:
        throw refused(this.text, node);
    }
  }

  #written(node: Expression | undefined): string {
    return node === undefined ? "" : String(plain(this.of(node)));
  }

  /** A name that was recorded, or one of the few of JavaScript itself. */
  #named(name: string): Held {
    const found = this.#known(name);
    if (found !== undefined) return made(name, found);
    switch (name) {
      case "undefined":
        return undefined;
      case "NaN":
        return NaN;
      case "Infinity":
        return Infinity;
      case "Math":
        return new Member("Math", (part) => {
          const value: unknown = Object.getOwnPropertyDescriptor(Math, part)?.value;
          if (typeof value === "number") return value;
          if (typeof value !== "function") throw new Refusal(`Math has no ${part}.`);
          return (...args) => Number(Reflect.apply(value, undefined, args.map(plain)));
        });
      default:
        throw new Refusal(`${name} is not known at this moment.`);
    }
  }

  #known(name: string): Given | undefined {
    return Object.hasOwn(this.moment, name) ? this.moment[name] : undefined;
  }

  #member(node: Extract<Node, { type: "MemberExpression" }>): Held {
    // `this.w` and `params[0]` are recorded as they are written.
    const path = this.text.slice(node.start, node.end).replace(/\s+|\?(?=\.)/g, "");
    const found = this.#known(path);
    if (found !== undefined) return made(path, found);
    const of = this.of(node.object);
    if (node.optional && (of === null || of === undefined)) return undefined;
    const part = this.#part(of, node);
    if (typeof part === "function") throw new Refusal(`${path} is a method: call it.`);
    return part;
  }

  #part(of: Held, node: Extract<Node, { type: "MemberExpression" }>): Held | Callable {
    const name = node.computed
      ? plain(this.of(node.property))
      : node.property.type === "Identifier"
        ? node.property.name
        : undefined;
    if (typeof name !== "string" && typeof name !== "number") throw refused(this.text, node);
    return partOf(of, name, this.text.slice(node.object.start, node.object.end));
  }

  #call(node: Extract<Node, { type: "CallExpression" }>): Held {
    const { callee } = node;
    if (callee.type !== "MemberExpression") throw refused(this.text, node);
    const of = this.of(callee.object);
    if (callee.optional && (of === null || of === undefined)) return undefined;
    const method = this.#part(of, callee);
    if (typeof method !== "function") throw new Refusal(`${this.text.slice(callee.start, callee.end)} is no method.`);
    return method(...node.arguments.map((each) => this.of(each)));
  }
}

function refused(text: string, node: { readonly start: number; readonly end: number }): Refusal {
  return new Refusal(`${text.slice(node.start, node.end)} cannot be used in an expression here.`);
}

/** A part of a value: a field or a method of a tensor, an element, a parameter. */
function partOf(of: Held, name: string | number, text: string): Held | Callable {
  if (of === null || of === undefined) throw new Refusal(`${text} is ${String(of)} at this moment.`);
  if (of instanceof Member) return of.part(String(name));
  if (isTensor(of)) return tensorPart(of, String(name));
  if (typeof of === "string" || isList(of)) {
    if (name === "length") return of.length;
    const at = Number(name);
    if (Number.isInteger(at)) return element(of, at);
    if (name === "at") return (index) => element(of, Number(index));
    if (name === "includes")
      return (what) => (typeof of === "string" ? of.includes(String(plain(what))) : of.includes(what));
  }
  if (typeof of === "number" && name === "toFixed") return (digits) => of.toFixed(Number(digits ?? 0));
  throw new Refusal(`${text} has no ${name}.`);
}

function element(of: string | readonly Held[], at: number): Held {
  return of.at(at);
}

const fields = new Set(["shape", "dtype", "requiresGrad", "grad", "isLeaf", "ndim"]);
/** Methods that do not compute a value of what they are called on. */
const without = new Set(["constructor", "backward", "put", "registerHook", "retainGrad", "set", "edge", "rebase"]);

function tensorPart(of: Tensor, name: string): Held | Callable {
  if (fields.has(name)) return listed(Reflect.get(of, name));
  const method: unknown = Object.getOwnPropertyDescriptor(Tensor.prototype, name)?.value;
  if (name.endsWith("_")) {
    throw new Refusal(`.${name}() changes a tensor, and a recording never changes: use .${name.replace(/_+$/, "")}().`);
  }
  if (typeof method !== "function" || without.has(name)) throw new Refusal(`A tensor has no ${name} to use here.`);
  return (...args) => listed(Reflect.apply(method, of, args.map(argument)));
}

/** What the engine gave, as an expression holds it. */
function listed(value: unknown): Held {
  if (isTensor(value) || value === null || value === undefined) return value;
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(listed);
  // The result of max(dim) and its like.
  if (typeof value === "object")
    return new Member("result", (name) => listed(Object.getOwnPropertyDescriptor(value, name)?.value));
  throw new Refusal("This gives nothing that an expression can hold.");
}

function argument(held: Held): unknown {
  if (held instanceof Member) throw new Refusal(`${held.name} is no argument.`);
  return isList(held) ? held.map(argument) : held;
}

/** A number, a text or a truth value; a tensor of one element is its element. */
function plain(held: Held): number | string | boolean | null | undefined {
  if (isTensor(held)) return held.numel() === 1 ? held.item() : noNumber(held);
  if (held instanceof Member || isList(held)) throw new Refusal("This is no number.");
  return held;
}

function noNumber(held: Tensor): never {
  throw new Refusal(unlikeNumber(held));
}

function unlikeNumber({ shape }: Tensor): string {
  return `A tensor of shape [${shape.join(", ")}] is no number: use .sum(), .mean(), .norm() or .item() of an element.`;
}

/** A tensor of several elements is neither true nor false, as in PyTorch. */
function truthy(held: Held): boolean {
  if (!isTensor(held)) return Boolean(held);
  if (held.numel() !== 1) noNumber(held);
  return Boolean(held.item());
}

function unary(operator: string, held: Held, refuse: () => Refusal): Held {
  switch (operator) {
    case "!":
      return !truthy(held);
    case "-":
      return isTensor(held) && held.numel() !== 1 ? held.neg() : -Number(plain(held));
    case "+":
      return Number(plain(held));
    case "typeof":
      return isTensor(held) ? "object" : typeof held;
    default:
      throw refuse();
  }
}

function binary(operator: string, left: Held, right: Held, refuse: () => Refusal): Held {
  if (operator === "===" || operator === "!==") {
    const alike =
      left === right ||
      (left !== null && right !== null && comparable(left) && comparable(right) && plain(left) === plain(right));
    return alike === (operator === "===");
  }
  const [a, b] = [plain(left), plain(right)];
  const [x, y] = [Number(a), Number(b)];
  switch (operator) {
    case "+":
      return typeof a === "string" || typeof b === "string" ? `${a}${b}` : x + y;
    case "-":
      return x - y;
    case "*":
      return x * y;
    case "/":
      return x / y;
    case "%":
      return x % y;
    case "**":
      return x ** y;
    case "<":
      return typeof a === "string" && typeof b === "string" ? a < b : x < y;
    case "<=":
      return typeof a === "string" && typeof b === "string" ? a <= b : x <= y;
    case ">":
      return typeof a === "string" && typeof b === "string" ? a > b : x > y;
    case ">=":
      return typeof a === "string" && typeof b === "string" ? a >= b : x >= y;
    case "==":
    case "!=":
      return ((a ?? null) === (b ?? null)) === (operator === "==");
    default:
      throw refuse();
  }
}

function comparable(held: Held): boolean {
  return held !== undefined && !(held instanceof Member) && !isList(held);
}
