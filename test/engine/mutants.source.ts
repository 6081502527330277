import ts from "typescript";

/** One small wrong in the source. */
export interface Mutant {
  readonly id: number;
  readonly file: string;
  readonly line: number;
  readonly was: string;
  readonly is: string;
}

const turned: Readonly<Record<string, readonly string[]>> = {
  gt: ["ge"],
  ge: ["gt"],
  lt: ["le"],
  le: ["lt"],
  add: ["sub"],
  sub: ["add"],
  div: ["mul"],
  cos: ["sin"],
  sin: ["cos"],
};

/** What an expression may become: by text, given the texts of its parts. */
function variants(node: ts.Expression, text: (part: ts.Node) => string): string[] {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const name = node.expression.name.text;
    const on = node.expression.expression;
    const [first] = node.arguments;
    const args = node.arguments.map(text).join(", ");
    const found = (turned[name] ?? []).map((other) => `${text(on)}.${other}(${args})`);
    if (first !== undefined && ["add", "sub", "mul", "div"].includes(name)) {
      found.push(text(on));
      if (name === "mul") found.push(`${text(node)}.mul(1.25)`);
      if (ts.isNumericLiteral(first)) found.push(`${text(on)}.${name}(${text(first)} + 1)`);
    }
    if (name === "neg" && first === undefined) found.push(text(on));
    if (name === "pow" && first !== undefined) found.push(`${text(on)}.pow((${text(first)}) + 1)`);
    return found;
  }
  if (ts.isBinaryExpression(node)) {
    const [a, b] = [text(node.left), text(node.right)];
    switch (node.operatorToken.kind) {
      case ts.SyntaxKind.PlusToken:
        return [`${a} - ${b}`, a, b];
      case ts.SyntaxKind.MinusToken:
        return [`${a} + ${b}`, a, `-(${b})`];
      case ts.SyntaxKind.AsteriskToken:
        return [a, b, `-(${a} * ${b})`];
      case ts.SyntaxKind.SlashToken:
        return [`${a} * ${b}`, a];
      case ts.SyntaxKind.GreaterThanToken:
        return [`${a} >= ${b}`];
      case ts.SyntaxKind.GreaterThanEqualsToken:
        return [`${a} > ${b}`];
      case ts.SyntaxKind.LessThanToken:
        return [`${a} <= ${b}`];
      case ts.SyntaxKind.LessThanEqualsToken:
        return [`${a} < ${b}`];
      default:
        return [];
    }
  }
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.MinusToken) return [text(node.operand)];
  return [];
}

/** A dim (`unsqueeze(-1)`) or a rank (`shape.length > 0`) is no term of a gradient. */
function isAddress(node: ts.Expression): boolean {
  if (ts.isBinaryExpression(node)) return /\.length\b|\brank\b/.test(node.getText());
  const { parent } = node;
  if (!ts.isPrefixUnaryExpression(node) || !ts.isNumericLiteral(node.operand)) return false;
  if (ts.isArrayLiteralExpression(parent)) return true;
  if (!ts.isCallExpression(parent)) return false;
  const called = ts.isPropertyAccessExpression(parent.expression) ? parent.expression.name.text : "";
  return !["add", "sub", "mul", "div", "pow", "rsub", "gt", "ge", "lt", "le"].includes(called);
}

/** A string of two is no arithmetic. */
function isArithmetic(node: ts.Node): boolean {
  const words = (part: ts.Node): boolean =>
    ts.isStringLiteralLike(part) || ts.isTemplateExpression(part) || (ts.forEachChild(part, words) ?? false);
  return !words(node);
}

/** The file with every mutant in it behind its switch: `$m(id)` says whether it is the one. */
export function switched(file: string, source: string, from: number): { text: string; mutants: Mutant[] } {
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  const plain = (node: ts.Node) => source.slice(node.getStart(tree), node.end);
  const bracketed = (node: ts.Node) => `(${plain(node)})`;

  /** The node's text with the mutants of all below it in. */
  const render = (node: ts.Node, inside: boolean): string => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isThrowStatement(node)) return plain(node);
    const within = inside || ts.isFunctionLike(node);
    let text = "";
    let at = node.getStart(tree);
    ts.forEachChild(node, (child) => {
      text += source.slice(at, child.getStart(tree)) + render(child, within);
      at = child.end;
    });
    text += source.slice(at, node.end);
    if (!within || !ts.isExpression(node) || !isArithmetic(node) || isAddress(node)) return text;
    for (const is of new Set(variants(node, bracketed))) {
      const id = from + mutants.length;
      const line = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
      mutants.push({ id, file, line, was: plain(node), is });
      text = `($m(${id}) ? ${is} : ${text})`;
    }
    return text;
  };
  const text = render(tree, false);
  return { text: `// @ts-nocheck\nconst $m = (id) => globalThis.$mutants.at(id);\n${text}`, mutants };
}
