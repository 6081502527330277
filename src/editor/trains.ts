import { parse, type Node } from "acorn";
import { transform } from "sucrase";

/** A place in a source where a run can be offered, and the lines (0-based, end exclusive) it would run. */
export interface Offer {
  readonly kind: "loop" | "function";
  /** The line that the offer stands above. */
  readonly line: number;
  readonly startLine: number;
  readonly endLine: number;
}

/** What the parser tells of a node beyond its own kind's fields. */
interface Located extends Node {
  readonly loc: NonNullable<Node["loc"]>;
}

const loops = new Set(["ForStatement", "ForOfStatement", "ForInStatement", "WhileStatement", "DoWhileStatement"]);
const functions = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const callbacks = new Set(["forEach", "map"]);

/**
 * Loops that train, and functions that do at their first call on the top level, in a TypeScript file that imports
 * "backstep". Reading code only guesses; what a run's iterations are is found from what ran.
 */
export function offersIn(text: string): readonly Offer[] {
  if (!/["']backstep["']/.test(text)) return [];
  const statements = topLevel(text);
  if (!statements.some(importsBackstep)) return [];
  const named = new Map<string, Located>();
  for (const statement of statements) for (const [name, fn] of functionsOf(statement)) named.set(name, fn);
  const trains = trainers(named);
  const offers: Offer[] = [];
  for (const loop of statements.flatMap(loopsIn)) {
    if (!trains(loop)) continue;
    offers.push({ kind: "loop", line: loop.loc.start.line - 1, ...linesOf(loop) });
  }
  for (const [name, fn] of named) {
    const call = statements.find((statement) => functionsOf(statement).length === 0 && calls(statement, name));
    if (call && hasLoop(fn) && trains(fn)) {
      offers.push({ kind: "function", line: fn.loc.start.line - 1, ...linesOf(call) });
    }
  }
  return offers.sort((a, b) => a.line - b.line);
}

/** The statements of a file; none while it cannot be read. sucrase keeps the lines, and lines are all that is used. */
function topLevel(text: string): readonly Located[] {
  try {
    const { code } = transform(text, {
      transforms: ["typescript"],
      disableESTransforms: true,
      keepUnusedImports: true,
    });
    const program = parse(code, { ecmaVersion: "latest", sourceType: "module", locations: true });
    return program.body.flatMap((each) => (isLocated(each) ? [unwrapped(each)] : []));
  } catch {
    return [];
  }
}

function unwrapped(statement: Located): Located {
  const inner = statement.type === "ExportNamedDeclaration" ? field(statement, "declaration") : null;
  return inner && isLocated(inner) ? inner : statement;
}

function importsBackstep(statement: Located): boolean {
  const source = statement.type === "ImportDeclaration" ? field(statement, "source") : null;
  return isNode(source) && field(source, "value") === "backstep";
}

function linesOf(node: Located): { startLine: number; endLine: number } {
  return { startLine: node.loc.start.line - 1, endLine: node.loc.end.line };
}

/** `function f() {}` and `const f = () => {}`. */
function functionsOf(statement: Located): readonly (readonly [string, Located])[] {
  if (statement.type === "FunctionDeclaration") return [[nameOf(field(statement, "id")), statement]];
  if (statement.type !== "VariableDeclaration") return [];
  return children(statement).flatMap((declarator) => {
    const init = field(declarator, "init");
    return isLocated(init) && functions.has(init.type) ? [[nameOf(field(declarator, "id")), init] as const] : [];
  });
}

/** The outermost loops that run when the statement does. */
function loopsIn(statement: Located): readonly Located[] {
  if (loops.has(statement.type) || isCallbackLoop(statement)) return [statement];
  if (functions.has(statement.type) || statement.type === "ClassDeclaration") return [];
  return children(statement).flatMap((child) => (isLocated(child) ? loopsIn(child) : []));
}

function isCallbackLoop(node: Node): boolean {
  const call = node.type === "ExpressionStatement" ? field(node, "expression") : null;
  const callee = isNode(call) && call.type === "CallExpression" ? field(call, "callee") : null;
  return isNode(callee) && callbacks.has(nameOf(field(callee, "property")));
}

function hasLoop(node: Node): boolean {
  return loops.has(node.type) || isCallbackLoop(node) || children(node).some(hasLoop);
}

/** Tells of a node whether it trains, itself or through the functions it calls. */
function trainers(named: ReadonlyMap<string, Located>): (node: Located) => boolean {
  const known = new Map<string, boolean>();
  const through = (name: string): boolean => {
    const before = known.get(name);
    if (before !== undefined) return before;
    known.set(name, false);
    const fn = named.get(name);
    const found = fn !== undefined && trains(fn);
    known.set(name, found);
    return found;
  };
  const trains = (node: Node): boolean => descends(node) || through(calledBy(node)) || children(node).some(trains);
  return trains;
}

/** A backward pass, or a subtraction written to a variable as in a gradient written by hand. */
function descends(node: Node): boolean {
  if (node.type === "CallExpression") {
    const callee = field(node, "callee");
    return isNode(callee) && callee.type === "MemberExpression" && nameOf(field(callee, "property")) === "backward";
  }
  if (node.type !== "AssignmentExpression") return false;
  const name = nameOf(field(node, "left"));
  if (name === "") return false;
  if (field(node, "operator") === "-=") return true;
  const right = field(node, "right");
  if (!isNode(right)) return false;
  if (right.type === "BinaryExpression")
    return field(right, "operator") === "-" && nameOf(field(right, "left")) === name;
  const callee = right.type === "CallExpression" ? field(right, "callee") : null;
  return isNode(callee) && nameOf(field(callee, "object")) === name && nameOf(field(callee, "property")) === "sub";
}

function calledBy(node: Node): string {
  return node.type === "CallExpression" ? nameOf(field(node, "callee")) : "";
}

function calls(node: Node, name: string): boolean {
  return calledBy(node) === name || children(node).some((child) => !functions.has(child.type) && calls(child, name));
}

function nameOf(value: unknown): string {
  if (!isNode(value) || (value.type !== "Identifier" && value.type !== "PrivateIdentifier")) return "";
  const name = field(value, "name");
  return typeof name === "string" ? name : "";
}

function field(node: Node, name: string): unknown {
  return new Map<string, unknown>(Object.entries(node)).get(name);
}

function children(node: Node): readonly Node[] {
  return Object.values(node).flatMap((value: unknown) => (Array.isArray(value) ? value : [value]).filter(isNode));
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}

function isLocated(value: unknown): value is Located {
  return isNode(value) && value.loc !== undefined && value.loc !== null;
}
