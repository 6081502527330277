import type { AnyNode } from "acorn";

/** Whether assigning it gives it a name, which a hook around it would take away. */
export function isAnonymous(node: AnyNode): boolean {
  return (
    node.type === "ArrowFunctionExpression" ||
    ((node.type === "FunctionExpression" || node.type === "ClassExpression") && !node.id)
  );
}

/** Whether an expression can give a Tensor. */
export function mayBeTensor(node: AnyNode): boolean {
  switch (node.type) {
    case "Literal":
    case "BinaryExpression":
    case "UnaryExpression":
    case "UpdateExpression":
    case "TemplateLiteral":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "ClassExpression":
      return false;
    default:
      return true;
  }
}

/** Whether an expression runs nothing. */
export function isPlain(node: AnyNode): boolean {
  return node.type === "Literal" || node.type === "Identifier";
}
