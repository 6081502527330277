import type { AnyNode, Pattern } from "acorn";
import { Insertions } from "./insertions";
import { namesIn } from "./scope";
import { isAnonymous } from "./syntax";

/** What the code at a place lies in. */
export interface Surroundings {
  /** The innermost token, of a loop or a function. */
  readonly token: string;
  /** Whether this code can be left at an `await` or a `yield` and come back. */
  readonly suspends: boolean;
  /** What a `break` can leave, innermost last; the loop's token, or "" for a switch or a labelled block. */
  readonly breakable: readonly { readonly labels: readonly string[]; readonly token: string; readonly bare: boolean }[];
}

/** The hooks around writes to variables and properties. */
export abstract class Writes extends Insertions {
  protected abstract visit(node: AnyNode, around: Surroundings): void;
  protected abstract below(node: AnyNode, around: Surroundings): void;

  /** A statement behind which the names it wrote through a pattern are recorded. */
  protected simpleStatement(
    node: Extract<AnyNode, { type: "ExpressionStatement" | "VariableDeclaration" }>,
    around: Surroundings,
  ): void {
    if (this.parsed.origin.start(node.start) < 0 && !this.isParameterProperty(node)) return;
    const wrote: { binding: number; name: string }[] = [];
    const patterns =
      node.type === "ExpressionStatement"
        ? node.expression.type === "AssignmentExpression"
          ? [node.expression.left]
          : []
        : node.declarations.flatMap((d) => (d.init ? [d.id] : []));
    for (const pattern of patterns)
      if (pattern.type === "ObjectPattern" || pattern.type === "ArrayPattern") wrote.push(...this.bindingsIn(pattern));
    if (wrote.length > 0) {
      const site = this.catalog.site(node);
      this.close(node.end, ";" + wrote.map((w) => this.call("see", `${w.binding},${w.name},${site}`)).join(";") + ";");
    }
    if (node.type === "ExpressionStatement" && node.expression.type === "UpdateExpression")
      return this.update(node.expression, around, true);
    this.below(node, around);
  }

  /** `this.x = x`, written by the stripping for `constructor(private x: …)`. */
  protected isParameterProperty(node: AnyNode): boolean {
    return (
      node.type === "ExpressionStatement" &&
      node.expression.type === "AssignmentExpression" &&
      this.catalog.path(node.expression.left) !== null
    );
  }

  protected bindingsIn(pattern: Pattern): { binding: number; name: string }[] {
    return namesIn(pattern)
      .map((id) => ({ binding: this.catalog.binding(id), name: id.name }))
      .filter(({ binding }) => binding >= 0);
  }

  /** Wraps everything behind an assignment's operator. */
  protected assigned(after: number, end: number, operator: string, binding: number, site: number): void {
    const token = this.tokenAfter(after, operator);
    if (!token) return;
    this.open(token.end, `${this.hook}.b(${binding},`);
    this.close(end, `,${site})`);
  }

  protected assignment(node: Extract<AnyNode, { type: "AssignmentExpression" }>, around: Surroundings): void {
    const { left, operator } = node;
    const path = this.catalog.path(left);
    const binding = path ? path.binding : this.catalog.binding(left);
    const logical = operator === "&&=" || operator === "||=" || operator === "??=";
    const known = binding >= 0 && !(left.type === "Identifier" && isAnonymous(node.right));
    const token = this.tokenAfter(left.end, operator);
    if (token && (known || left.type === "MemberExpression")) {
      const site = this.catalog.site(node);
      if (!known) {
        this.open(token.end, `${this.hook}.at(${site},`);
        this.close(node.end, ")");
      } else if (operator === "=" || logical) this.assigned(left.end, node.end, operator, binding, site);
      else if (path && path.depth > 1) this.wrap(node, `${this.hook}.see(${binding},`, `,${site})`);
      else {
        const target = this.parsed.code.slice(left.start, left.end);
        this.out.update(token.start, token.end, `=${this.hook}.b(${binding},${target}${operator.slice(0, -1)}(`);
        this.close(node.end, `),${site})`);
      }
    }
    this.below(node, around);
  }

  protected update(node: Extract<AnyNode, { type: "UpdateExpression" }>, around: Surroundings, alone: boolean): void {
    const { argument } = node;
    const path = this.catalog.path(argument);
    const binding = path ? path.binding : this.catalog.binding(argument);
    if (binding >= 0) {
      const site = this.catalog.site(node);
      const text = this.parsed.code.slice(argument.start, argument.end);
      if (node.prefix) this.wrap(node, `${this.hook}.see(${binding},`, `,${site})`);
      else if (argument.type === "Identifier") this.wrap(node, `${this.hook}.was(${binding},`, `,${text},${site})`);
      else if (alone) {
        const token = this.tokenAfter(argument.end, node.operator);
        if (token) this.out.update(token.start, token.end, " ");
        this.wrap(node, `${this.hook}.see(${binding},${node.operator}`, `,${site})`);
      }
    }
    this.below(node, around);
  }

  protected field(node: Extract<AnyNode, { type: "PropertyDefinition" }>, around: Surroundings): void {
    const path = this.catalog.path(node);
    if (path && node.value && !isAnonymous(node.value))
      this.wrap(node.value, `${this.hook}.b(${path.binding},`, `,${this.catalog.site(node)})`);
    this.below(node, { ...around, suspends: false });
  }
}
