import type { AnyNode, Expression, Super } from "acorn";
import type { Program, Range } from "../../recording/format";
import { Catalog } from "../catalog";
import { parse } from "../parse";
import { pathText } from "../paths";
import { resolveNames } from "../scope";
import { walk } from "../tree";

/** A statement that takes a step downhill: `p −= a · d`. */
export interface Descent {
  /** The binding that it changes. */
  readonly weight: number;
  /** How that reads in the source. */
  readonly name: string;
  /** "write": the value is given to the binding anew; "inPlace": by sub_. */
  readonly how: "write" | "inPlace";
  /** The write, or the call of sub_. */
  readonly range: Range;
  /** The binding whose value is d, or is the tensor whose item d is; −1 when d is no variable. */
  readonly gradient: number;
  readonly gradientName: string;
  /** The binding that is a, −1 when it is a number or a property that nothing writes. */
  readonly rate: number;
  /** The number that a is, null for a variable or a property. */
  readonly rateNumber: number | null;
}

type Operand = Expression | Super;

/** The steps downhill in a source: only where a · d is one product of a plain factor and another. Which of two is which, the run tells. */
export function descentsIn(program: Program): Descent[] {
  const parsed = parse(program.text, program.file);
  const names = resolveNames(parsed.tree);
  const { sites, bindings, scopes, loops, functions } = program;
  const catalog = new Catalog(parsed, names, {
    site: sites[0]?.id ?? 0,
    binding: bindings[0]?.id ?? 0,
    scope: scopes[0]?.id ?? 0,
    loop: loops[0]?.id ?? 0,
    fn: functions[0]?.id ?? 0,
  });
  const text = (node: AnyNode): string => parsed.code.slice(node.start, node.end);
  const binding = (node: AnyNode): number => catalog.path(node)?.binding ?? catalog.binding(node);
  const found: Descent[] = [];
  const add = (node: AnyNode, weight: AnyNode, factors: Factors | null, how: Descent["how"]): void => {
    const range = parsed.origin.range(node);
    const id = binding(weight);
    if (!factors || !range || id < 0) return;
    for (const [a, d] of factors) {
      if (!isPlainFactor(a)) continue;
      const gradient = bareOf(d);
      found.push({
        ...{ weight: id, name: text(weight), how, range },
        ...{ gradient: binding(gradient), gradientName: text(gradient) },
        rate: binding(a),
        rateNumber: a.type === "Literal" && typeof a.value === "number" ? a.value : null,
      });
    }
  };
  walk(parsed.tree, (node) => {
    if (node.type === "AssignmentExpression") {
      const { left, right, operator } = node;
      if (operator === "-=") add(node, left, factorsOf(right), "write");
      else if (operator === "=") {
        const taken = subtrahend(right);
        if (taken && pathText(taken.from, parsed.code) === text(left)) add(node, left, taken.factors, "write");
      }
    } else if (node.type === "CallExpression") {
      const taken = subtrahend(node, "sub_");
      if (taken) add(node, taken.from, taken.factors, "inPlace");
    }
  });
  return found;
}

/** Both readings of a product: either factor may be the rate. */
type Factors = readonly (readonly [a: Operand, d: Operand])[];

/** The two factors of `a * d`, `a.mul(d)`; null for anything else. */
function factorsOf(node: Operand): Factors | null {
  if (node.type === "ParenthesizedExpression") return factorsOf(node.expression);
  if (node.type === "BinaryExpression" && node.operator === "*" && node.left.type !== "PrivateIdentifier")
    return both(node.left, node.right);
  const call = methodCall(node, "mul");
  const [argument] = call?.args ?? [];
  return call && argument ? both(call.of, argument) : null;
}

function both(x: Operand, y: Operand): Factors {
  return [
    [x, y],
    [y, x],
  ];
}

/** What is taken from what in `p − a·d`, `p.sub(a·d)` and `p.sub(d, { alpha: a })`. */
function subtrahend(node: Operand, method: "sub" | "sub_" = "sub"): { from: Operand; factors: Factors | null } | null {
  if (node.type === "BinaryExpression" && node.operator === "-" && node.left.type !== "PrivateIdentifier")
    return { from: node.left, factors: factorsOf(node.right) };
  const call = methodCall(node, method);
  const [what, options] = call?.args ?? [];
  if (!call || !what) return null;
  if (!options) return { from: call.of, factors: factorsOf(what) };
  const alpha =
    options.type === "ObjectExpression" && options.properties.length === 1 ? options.properties[0] : undefined;
  if (alpha?.type !== "Property" || alpha.key.type !== "Identifier" || alpha.key.name !== "alpha") return null;
  const rate = alpha.value;
  return isExpression(rate) ? { from: call.of, factors: [[rate, what]] } : null;
}

function isExpression(node: AnyNode): node is Expression {
  return node.type === "Literal" || node.type === "Identifier" || node.type === "MemberExpression";
}

function methodCall(node: Operand, name: string): { of: Operand; args: Expression[] } | null {
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression" || node.callee.computed) return null;
  if (node.callee.property.type !== "Identifier" || node.callee.property.name !== name) return null;
  const args = node.arguments.filter((each) => each.type !== "SpreadElement");
  return args.length === node.arguments.length ? { of: node.callee.object, args } : null;
}

/** A number, a variable or a property: whether nothing in the loop writes it is seen in the recording. */
function isPlainFactor(node: Operand): boolean {
  if (node.type === "Literal") return typeof node.value === "number";
  return node.type === "Identifier" || (node.type === "MemberExpression" && !node.computed);
}

/** `d` of `d.item()`. */
function bareOf(node: Operand): Operand {
  if (node.type === "ParenthesizedExpression") return bareOf(node.expression);
  return methodCall(node, "item")?.of ?? node;
}
