import type { AnyNode, Identifier, MemberExpression } from "acorn";
import { namesIn, type Names, type Variable } from "./scope";
import type { Parsed } from "./parse";
import { children, isFunction } from "./tree";

/** A property path with one meaning over a whole file: `this.w` of one class, `params[0]` of one variable. */
export interface Path {
  readonly text: string;
  /** The class whose `this` it starts from, or the variable. */
  readonly root: AnyNode | Variable;
  /** How many property accesses it has. */
  readonly depth: number;
  /** Where it is first written: the node that names it. */
  readonly declaration: AnyNode;
  readonly references: AnyNode[];
}

/** What PyTorch's names on a tensor hold is the engine's to tell. */
const ofTheEngine = /\.(grad|data|requiresGrad)$/;

/** Finds the property paths that the module writes, and every node that means one. */
export function findPaths(parsed: Parsed, names: Names): { paths: Path[]; meaning: Map<AnyNode, Path> } {
  const written = new Map<AnyNode | Variable, Map<string, Path>>();
  const uses: [AnyNode, AnyNode | Variable, string][] = [];

  const note = (node: AnyNode, root: AnyNode | Variable, text: string, declaration: AnyNode | null): void => {
    uses.push([node, root, text]);
    if (!declaration || ofTheEngine.test(text)) return;
    const known = written.get(root) ?? new Map<string, Path>();
    written.set(root, known);
    const depth = (text.match(/[.[]/g) ?? []).length;
    if (!known.has(text)) known.set(text, { text, root, depth, declaration, references: [] });
  };

  const member = (node: MemberExpression, self: AnyNode | null, declaration: AnyNode | null): void => {
    const text = pathText(node, parsed.code);
    const root = rootOf(node);
    if (text === "" || !root) return;
    const base = root.type === "ThisExpression" ? self : names.meaning.get(root);
    if (base) note(node, base, text, declaration);
  };

  const visit = (node: AnyNode, self: AnyNode | null): void => {
    switch (node.type) {
      case "ClassDeclaration":
      case "ClassExpression": {
        if (node.superClass) visit(node.superClass, self);
        for (const item of node.body.body) {
          if (item.type === "StaticBlock") {
            for (const child of item.body) visit(child, null);
            continue;
          }
          if (item.computed) visit(item.key, self);
          if (!item.value) continue;
          if (item.type === "MethodDefinition") {
            for (const child of children(item.value)) visit(child, item.static ? null : node);
            continue;
          }
          const { key } = item;
          if (!item.static && !item.computed && (key.type === "Identifier" || key.type === "PrivateIdentifier"))
            note(item, node, `this.${key.type === "PrivateIdentifier" ? "#" : ""}${key.name}`, key);
          visit(item.value, item.static ? null : node);
        }
        return;
      }
      case "AssignmentExpression":
        if (node.left.type === "MemberExpression") {
          const own = node.right.type === "Identifier" && parsed.origin.start(node.start) < 0;
          const parameter = own && node.right.type === "Identifier" ? names.meaning.get(node.right) : undefined;
          member(node.left, self, parameter ? parameter.declaration : node.left);
        }
        break;
      case "UpdateExpression":
        if (node.argument.type === "MemberExpression") member(node.argument, self, node.argument);
        break;
      case "MemberExpression":
        member(node, self, null);
        break;
      default:
        break;
    }
    const inner = isFunction(node) && node.type !== "ArrowFunctionExpression" ? null : self;
    for (const child of children(node)) visit(child, inner);
  };
  visit(parsed.tree, null);

  const meaning = new Map<AnyNode, Path>();
  for (const [node, root, text] of uses) {
    const path = written.get(root)?.get(text);
    if (!path || meaning.has(node)) continue;
    meaning.set(node, path);
    path.references.push(node.type === "PropertyDefinition" ? node.key : node);
  }
  return { paths: [...written.values()].flatMap((of) => [...of.values()]), meaning };
}

/** The text of an identifier or of a path of plain names and literal indices; "" for anything else. */
export function pathText(node: AnyNode, code: string): string {
  if (node.type === "Identifier") return node.name;
  if (node.type === "ThisExpression") return "this";
  if (node.type !== "MemberExpression" || node.optional) return "";
  const base = pathText(node.object, code);
  if (base === "") return "";
  const { property } = node;
  if (!node.computed) {
    if (property.type === "Identifier") return `${base}.${property.name}`;
    return property.type === "PrivateIdentifier" ? `${base}.#${property.name}` : "";
  }
  const index = property.type === "Literal" && /^(\d+|"[^"\\]*"|'[^'\\]*')$/.test(property.raw ?? "");
  return index ? `${base}[${code.slice(property.start, property.end)}]` : "";
}

/** What a path starts from. */
export function rootOf(node: AnyNode): Identifier | Extract<AnyNode, { type: "ThisExpression" }> | null {
  if (node.type === "MemberExpression") return rootOf(node.object);
  return node.type === "Identifier" || node.type === "ThisExpression" ? node : null;
}

/** The identifiers a declaration or an assignment to a pattern writes. */
export function written(node: AnyNode): Identifier[] {
  if (node.type === "VariableDeclaration") return node.declarations.flatMap((d) => namesIn(d.id));
  if (node.type === "AssignmentExpression") return namesIn(node.left);
  return [];
}
