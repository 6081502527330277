import type { AnyNode } from "acorn";
import type { Literal } from "../recording/change";
import type { Program } from "../recording/format";
import { parse } from "./parse";
import { pathText } from "./paths";
import { children } from "./tree";

/** A number written in a source, and what it stands for there. */
export interface Written extends Omit<Literal, "text"> {
  /** "lr", "w", or "" where nothing names it. */
  readonly name: string;
  /** Whether that name means the number itself and not something made with it. */
  readonly exact: boolean;
  readonly value: number;
  /** Whether a minus stands before it, which is part of its value. */
  readonly negative: boolean;
}

/** The numbers of a source, in their order. */
export function numbersIn({ text, file }: Pick<Program, "text" | "file">): Written[] {
  const parsed = parse(text, file);
  const found: Written[] = [];
  const visit = (node: AnyNode, name: string, exact: boolean, negative: boolean): void => {
    if (node.type === "Literal") {
      const range = parsed.origin.range(node);
      if (typeof node.value !== "number" || !range) return;
      const { line, column } = range;
      found.push({ file, line, column, name, exact, negative, value: negative ? -node.value : node.value });
      return;
    }
    const isMinus = node.type === "UnaryExpression" && node.operator === "-" && node.argument.type === "Literal";
    for (const child of children(node)) {
      const named = nameOf(node, child, parsed.code);
      visit(child, named ?? name, named !== null || (exact && isMinus), isMinus);
    }
  };
  visit(parsed.tree, "", false, false);
  return found;
}

/** What a node calls its child: the variable, the property, the target of an assignment. */
function nameOf(node: AnyNode, child: AnyNode, code: string): string | null {
  if (node.type === "VariableDeclarator" && child === node.init)
    return node.id.type === "Identifier" ? node.id.name : null;
  if (node.type === "Property" && child === node.value) return node.key.type === "Identifier" ? node.key.name : null;
  if (node.type === "AssignmentExpression" && child === node.right) return pathText(node.left, code) || null;
  if (node.type === "AssignmentPattern" && child === node.right)
    return node.left.type === "Identifier" ? node.left.name : null;
  return null;
}

/** The change that takes another number for a written one. */
export function changeOf({ file, line, column, negative }: Written, value: number): Literal {
  return { file, line, column, text: String(negative ? -value : value) };
}

/** "lr = 0.1"; "0.05 → 0.1 in line 20" where no name means the number. */
export function changeText({ name, exact, value, line }: Written, to: number): string {
  const plain = (x: number): string => String(x).replace("-", "−");
  return exact && name !== "" ? `${name} = ${plain(to)}` : `${plain(value)} → ${plain(to)} in line ${line + 1}`;
}
