import type { AnyNode } from "acorn";
import type { Binding, Fn, Loop, Range, Scope, Site } from "../recording/format";
import type { Parsed } from "./parse";
import { findPaths, pathText, rootOf, type Path } from "./paths";
import { namesIn, type Area, type Names, type Variable } from "./scope";
import { isFunction, isLoop, isStatement, walk, type FunctionNode, type LoopNode } from "./tree";

/** The first free id of each kind; ids are global over all files of a run. */
export interface FirstIds {
  readonly site: number;
  readonly binding: number;
  readonly scope: number;
  readonly loop: number;
  readonly fn: number;
}

const nowhere: Range = { line: 0, column: 0, endLine: 0, endColumn: 0 };
const calledPerElement = new Set(["forEach", "map", "reduce", "filter", "some", "every", "flatMap"]);

/** Everything of one file that a recording can refer to, with its ids. */
export class Catalog {
  readonly sites: Site[] = [];
  readonly bindings: Binding[] = [];
  readonly scopes: Scope[] = [];
  readonly loops: Loop[] = [];
  readonly functions: Fn[] = [];
  readonly statements: Range[] = [];
  private readonly ofLoop = new Map<AnyNode, number>();
  private readonly ofFunction = new Map<AnyNode, number>();
  private readonly ofVariable = new Map<Variable, number>();
  private readonly ofPath = new Map<Path, number>();
  private readonly pathAt: Map<AnyNode, Path>;

  constructor(
    private readonly parsed: Parsed,
    private readonly names: Names,
    private readonly first: FirstIds,
  ) {
    const called = namesOfFunctions(parsed.tree);
    walk(parsed.tree, (node) => {
      if (isStatement(node)) this.addStatement(node);
      if (isFunction(node)) this.addFunction(node, called.get(node) ?? "");
      else if (isLoop(node)) this.addLoop(node, kindOf(node), headNames(node)[0] ?? "");
      else if (node.type === "CallExpression") {
        const callback = perElement(node, names);
        if (callback) this.addLoop(callback, "callback", isFunction(callback) ? parameterName(callback) : "");
      }
    });
    const scopeOf = new Map<Area, number>();
    for (const area of names.areas) scopeOf.set(area, this.addScope(area, scopeOf));
    for (const variable of names.variables) {
      const declaration = parsed.origin.range(variable.declaration);
      if (!declaration) continue;
      const { name, kind } = variable;
      const references = variable.references.flatMap((node) => parsed.origin.range(node) ?? []);
      const id = this.addBinding({ name, kind, scope: scopeOf.get(variable.area) ?? -1, declaration, references });
      this.ofVariable.set(variable, id);
    }
    const { paths, meaning } = findPaths(parsed, names);
    this.pathAt = meaning;
    for (const path of paths) {
      const declaration = parsed.origin.range(path.declaration);
      if (!declaration) continue;
      const references = path.references.flatMap((node) => parsed.origin.range(node) ?? []);
      if (!references.some((r) => r.line === declaration.line && r.column === declaration.column))
        references.unshift(declaration);
      const scope = "area" in path.root ? (scopeOf.get(path.root.area) ?? -1) : first.scope;
      this.ofPath.set(path, this.addBinding({ name: path.text, kind: "property", scope, declaration, references }));
    }
  }

  /** Adds a call or a write and gives its id, or −1 when it stands nowhere in the original. */
  site(node: AnyNode, args: readonly string[] = []): number {
    const range = this.parsed.origin.range(node);
    if (!range) return -1;
    const id = this.first.site + this.sites.length;
    this.sites.push({ id, ...range, args });
    return id;
  }

  /** The names of what a call gets: the receiver of a method first, then the arguments. */
  argumentsOf(node: Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>): string[] {
    const args = node.arguments.map((argument) => this.named(argument));
    if (node.type === "NewExpression" || node.callee.type !== "MemberExpression") return args;
    const root = rootOf(node.callee.object);
    const from = root?.type === "Identifier" ? this.names.meaning.get(root)?.source : undefined;
    return from === undefined || from.startsWith(".") ? [this.named(node.callee.object), ...args] : args;
  }

  loop(node: AnyNode): number {
    return this.ofLoop.get(node) ?? -1;
  }

  fn(node: AnyNode): number {
    return this.ofFunction.get(node) ?? -1;
  }

  /** The binding an identifier means, or −1. */
  binding(node: AnyNode): number {
    const variable = node.type === "Identifier" ? this.names.meaning.get(node) : undefined;
    return variable ? (this.ofVariable.get(variable) ?? -1) : -1;
  }

  /** The property path a node means, where it is one that is written somewhere. */
  path(node: AnyNode): { binding: number; depth: number } | null {
    const path = this.pathAt.get(node);
    const binding = path ? this.ofPath.get(path) : undefined;
    return path && binding !== undefined ? { binding, depth: path.depth } : null;
  }

  private named(node: AnyNode): string {
    const text = pathText(node, this.parsed.code);
    return text === "this" ? "" : text;
  }

  private range(node: AnyNode): Range {
    return this.parsed.origin.range(node) ?? nowhere;
  }

  private addFunction(node: FunctionNode, name: string): void {
    const id = this.first.fn + this.functions.length;
    this.ofFunction.set(node, id);
    this.functions.push({ id, name, range: this.range(node) });
  }

  private addLoop(node: AnyNode, kind: Loop["kind"], variable: string): void {
    const id = this.first.loop + this.loops.length;
    this.ofLoop.set(node, id);
    this.loops.push({ id, kind, variable, range: this.range(node) });
  }

  private addStatement(node: AnyNode): void {
    const range = this.parsed.origin.range(node);
    if (range) this.statements.push(range);
  }

  private addScope(area: Area, known: ReadonlyMap<Area, number>): number {
    const id = this.first.scope + this.scopes.length;
    const parent = area.parent ? (known.get(area.parent) ?? -1) : -1;
    const of = area.kind === "function" ? this.fn(area.node) : area.kind === "loop" ? this.loop(area.node) : -1;
    this.scopes.push({ id, parent, kind: area.kind, of, range: this.range(area.node) });
    return id;
  }

  private addBinding(binding: Omit<Binding, "id">): number {
    const id = this.first.binding + this.bindings.length;
    this.bindings.push({ id, ...binding });
    return id;
  }
}

/** The function that a call of `forEach`, `map` and their like runs once per element, or null. */
export function perElement(call: Extract<AnyNode, { type: "CallExpression" }>, names: Names): AnyNode | null {
  const { callee } = call;
  if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier") return null;
  const isFrom =
    callee.property.name === "from" && callee.object.type === "Identifier" && callee.object.name === "Array";
  if (!isFrom && !calledPerElement.has(callee.property.name)) return null;
  const callback = call.arguments[isFrom ? 1 : 0];
  if (!callback) return null;
  if (callback.type === "ArrowFunctionExpression" || callback.type === "FunctionExpression")
    return callback.generator ? null : callback;
  const variable = callback.type === "Identifier" ? names.meaning.get(callback) : undefined;
  return variable && (variable.kind === "function" || variable.kind === "const") ? callback : null;
}

/** The variables in the head of a `for`. */
export function headNames(node: LoopNode): string[] {
  const head = node.type === "ForStatement" ? node.init : "left" in node ? node.left : null;
  if (!head) return [];
  if (head.type === "VariableDeclaration") return head.declarations.flatMap((d) => namesIn(d.id)).map((id) => id.name);
  return node.type !== "ForStatement" && head.type === "Identifier" ? [head.name] : [];
}

function kindOf(node: LoopNode): Loop["kind"] {
  switch (node.type) {
    case "ForStatement":
      return "for";
    case "ForOfStatement":
      return "of";
    case "ForInStatement":
      return "in";
    case "WhileStatement":
      return "while";
    case "DoWhileStatement":
      return "do";
  }
}

function parameterName(callback: FunctionNode): string {
  const param = callback.params[0];
  return param?.type === "Identifier" ? param.name : "";
}

/** What functions are known by: their own name, or the variable or method they are the value of. */
function namesOfFunctions(tree: AnyNode): Map<AnyNode, string> {
  const called = new Map<AnyNode, string>();
  walk(tree, (node) => {
    if (isFunction(node) && node.id) called.set(node, node.id.name);
    else if (node.type === "VariableDeclarator" && node.init && node.id.type === "Identifier")
      called.set(node.init, node.id.name);
    else if (
      (node.type === "MethodDefinition" || node.type === "Property" || node.type === "PropertyDefinition") &&
      node.value
    )
      if (node.key.type === "Identifier" && !called.has(node.value)) called.set(node.value, node.key.name);
  });
  return called;
}
