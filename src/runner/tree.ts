import type { AnyNode } from "acorn";

/** A function of any form. */
export type FunctionNode = Extract<
  AnyNode,
  { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }
>;

/** A loop statement of any form. */
export type LoopNode = Extract<
  AnyNode,
  { type: "ForStatement" | "ForInStatement" | "ForOfStatement" | "WhileStatement" | "DoWhileStatement" }
>;

function isNode(x: unknown): x is AnyNode {
  return typeof x === "object" && x !== null && "type" in x && "start" in x && typeof x.type === "string";
}

/** The nodes directly below one, in the order of the source. */
export function children(node: AnyNode): AnyNode[] {
  const found: AnyNode[] = [];
  const values: unknown[] = Object.values(node);
  for (const value of values) {
    const items: unknown[] = Array.isArray(value) ? value : [value];
    for (const item of items) if (isNode(item)) found.push(item);
  }
  return found;
}

export function isFunction(node: AnyNode): node is FunctionNode {
  return (
    node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression"
  );
}

/** Whether it is a statement by itself: a block only holds some. */
export function isStatement({ type }: AnyNode): boolean {
  return type !== "BlockStatement" && /(Statement|Declaration)$/.test(type);
}

export function isLoop(node: AnyNode): node is LoopNode {
  switch (node.type) {
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
      return true;
    default:
      return false;
  }
}

/** Visits a node and everything below it; `enter` returns false to stay out of a node's children. */
export function walk(node: AnyNode, enter: (node: AnyNode) => unknown): void {
  if (enter(node) === false) return;
  for (const child of children(node)) walk(child, enter);
}
