import type { AnyNode, Identifier, Pattern, Program } from "acorn";
import type { Binding } from "../recording/format";
import { children, isFunction, isLoop } from "./tree";

/** A declared name and every identifier that means it, the declaration included. */
export interface Variable {
  readonly name: string;
  readonly kind: Binding["kind"];
  readonly area: Area;
  readonly declaration: Identifier;
  readonly references: Identifier[];
  /** The module an import comes from. */
  readonly source?: string;
}

/** A stretch of source with names of its own. */
export interface Area {
  readonly kind: "module" | "function" | "loop" | "block";
  readonly parent: Area | null;
  readonly node: AnyNode;
  readonly variables: Map<string, Variable>;
}

/** What every name in a module means. */
export interface Names {
  readonly areas: readonly Area[];
  readonly variables: readonly Variable[];
  readonly meaning: ReadonlyMap<Identifier, Variable>;
  /** Names that nothing in the module declares. */
  readonly free: readonly Identifier[];
  /** The innermost area of each node that opens one. */
  readonly areaOf: ReadonlyMap<AnyNode, Area>;
}

/** Finds what every name in a module means. */
export function resolveNames(tree: Program): Names {
  const areas: Area[] = [];
  const variables: Variable[] = [];
  const areaOf = new Map<AnyNode, Area>();
  const uses: [Identifier, Area][] = [];

  const open = (kind: Area["kind"], parent: Area | null, node: AnyNode): Area => {
    const area: Area = { kind, parent, node, variables: new Map() };
    areas.push(area);
    areaOf.set(node, area);
    return area;
  };

  const declare = (id: Identifier, kind: Variable["kind"], area: Area, source?: string): void => {
    const known = area.variables.get(id.name);
    if (known) {
      uses.push([id, area]);
      return;
    }
    const variable: Variable = {
      name: id.name,
      kind,
      area,
      declaration: id,
      references: [],
      ...(source === undefined ? {} : { source }),
    };
    area.variables.set(id.name, variable);
    variables.push(variable);
    uses.push([id, area]);
  };

  const pattern = (node: Pattern, kind: Variable["kind"], home: Area, area: Area): void => {
    switch (node.type) {
      case "Identifier":
        return declare(node, kind, home);
      case "MemberExpression":
        return visit(node, area);
      case "RestElement":
        return pattern(node.argument, kind, home, area);
      case "AssignmentPattern":
        pattern(node.left, kind, home, area);
        return visit(node.right, area);
      case "ArrayPattern":
        for (const element of node.elements) if (element) pattern(element, kind, home, area);
        return;
      case "ObjectPattern":
        for (const property of node.properties) {
          if (property.type === "RestElement") pattern(property.argument, kind, home, area);
          else {
            if (property.computed) visit(property.key, area);
            pattern(property.value, kind, home, area);
          }
        }
    }
  };

  const below = (node: AnyNode, area: Area): void => children(node).forEach((child) => visit(child, area));

  const visit = (node: AnyNode, area: Area): void => {
    if (isFunction(node)) {
      if (node.type === "FunctionDeclaration" && node.id) declare(node.id, "function", area);
      const inner = open("function", area, node);
      for (const param of node.params) pattern(param, "parameter", inner, inner);
      if (node.type === "FunctionExpression" && node.id && !inner.variables.has(node.id.name))
        declare(node.id, "function", inner);
      return node.body.type === "BlockStatement" ? below(node.body, inner) : visit(node.body, inner);
    }
    if (isLoop(node)) return below(node, open("loop", area, node));
    switch (node.type) {
      case "Identifier":
        uses.push([node, area]);
        return;
      case "BlockStatement":
      case "StaticBlock":
        return below(node, open("block", area, node));
      case "CatchClause": {
        const inner = open("block", area, node);
        if (node.param) pattern(node.param, "let", inner, inner);
        return below(node.body, inner);
      }
      case "SwitchStatement": {
        visit(node.discriminant, area);
        const inner = open("block", area, node);
        return node.cases.forEach((one) => below(one, inner));
      }
      case "ClassDeclaration":
      case "ClassExpression": {
        if (node.type === "ClassDeclaration" && node.id) declare(node.id, "const", area);
        const inner = node.type === "ClassExpression" ? open("block", area, node) : area;
        if (node.type === "ClassExpression" && node.id) declare(node.id, "const", inner);
        if (node.superClass) visit(node.superClass, inner);
        return below(node.body, inner);
      }
      case "MethodDefinition":
      case "PropertyDefinition":
      case "Property":
        if (node.computed) visit(node.key, area);
        if (node.value) visit(node.value, area);
        return;
      case "MemberExpression":
        visit(node.object, area);
        if (node.computed) visit(node.property, area);
        return;
      case "VariableDeclaration": {
        const inHead = area.kind === "loop" && isHead(area.node, node);
        for (const declarator of node.declarations) {
          const home = node.kind === "var" ? functionArea(area) : area;
          const kind = inHead ? "loop" : node.kind === "var" || node.kind === "let" ? node.kind : "const";
          pattern(declarator.id, kind, home, area);
          if (declarator.init) visit(declarator.init, area);
        }
        return;
      }
      case "LabeledStatement":
        return visit(node.body, area);
      case "BreakStatement":
      case "ContinueStatement":
      case "MetaProperty":
      case "ExportAllDeclaration":
        return;
      case "ImportDeclaration":
        for (const specifier of node.specifiers) declare(specifier.local, "import", area, String(node.source.value));
        return;
      case "ExportNamedDeclaration":
        if (node.declaration) visit(node.declaration, area);
        else if (!node.source)
          for (const { local } of node.specifiers) if (local.type === "Identifier") visit(local, area);
        return;
      default:
        return below(node, area);
    }
  };

  below(tree, open("module", null, tree));

  const meaning = new Map<Identifier, Variable>();
  const free: Identifier[] = [];
  for (const [id, area] of uses) {
    const variable = lookUp(id.name, area);
    if (!variable) free.push(id);
    else if (!meaning.has(id)) {
      meaning.set(id, variable);
      variable.references.push(id);
    }
  }
  return { areas, variables, meaning, free, areaOf };
}

function isHead(loop: AnyNode, declaration: AnyNode): boolean {
  return (
    (loop.type === "ForStatement" && loop.init === declaration) ||
    ((loop.type === "ForInStatement" || loop.type === "ForOfStatement") && loop.left === declaration)
  );
}

function functionArea(area: Area): Area {
  let at = area;
  while (at.parent && at.kind !== "function" && at.node.type !== "StaticBlock") at = at.parent;
  return at;
}

function lookUp(name: string, area: Area): Variable | undefined {
  for (let at: Area | null = area; at; at = at.parent) {
    const variable = at.variables.get(name);
    if (variable) return variable;
  }
  return undefined;
}

/** The names a pattern binds or assigns, in order. */
export function namesIn(pattern: Pattern): Identifier[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern];
    case "MemberExpression":
      return [];
    case "RestElement":
      return namesIn(pattern.argument);
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []));
    case "ObjectPattern":
      return pattern.properties.flatMap((p) => namesIn(p.type === "RestElement" ? p.argument : p.value));
  }
}
