import type { AnyNode, Expression, Statement } from "acorn";
import type MagicString from "magic-string";
import { perElement, type Catalog } from "./catalog";
import type { Parsed } from "./parse";
import { written } from "./paths";
import type { Names } from "./scope";
import { isAnonymous } from "./syntax";
import { children, isFunction, isLoop, type FunctionNode } from "./tree";
import { LoopHooks } from "./weave.loops";
import type { Literal } from "../recording/change";
import type { Surroundings } from "./writes";

const opsByName = new Set(["T", "mT", "H", "mH"]);

/** Puts the hooks into the code of a module (their list stands in child/hooks.ts); no line moves. */
export function weave(parsed: Parsed, names: Names, catalog: Catalog, literals: readonly Literal[] = []): MagicString {
  const weaver = new Weaver(parsed, names, catalog);
  for (const literal of literals) weaver.replace(literal);
  return weaver.run();
}

class Weaver extends LoopHooks {
  run(): MagicString {
    const { tree } = this.parsed;
    const top = this.name("t", 0);
    const first = tree.body[0];
    if (first) {
      this.open(first.start, `const ${top}=${this.hook}.top();`);
      for (const statement of tree.body)
        if (statement.type === "ImportDeclaration" && String(statement.source.value).startsWith("."))
          for (const specifier of statement.specifiers)
            if (specifier.type !== "ImportNamespaceSpecifier") {
              const binding = this.catalog.binding(specifier.local);
              if (binding >= 0)
                this.open(first.start, this.call("imported", `${binding},()=>${specifier.local.name}`) + ";");
            }
    }
    const around: Surroundings = { token: top, suspends: true, breakable: [] };
    for (const statement of tree.body) this.visit(statement, around);
    return this.finish();
  }

  protected below(node: AnyNode, around: Surroundings): void {
    for (const child of children(node)) this.visit(child, around);
  }

  protected visit(node: AnyNode, around: Surroundings): void {
    if (isFunction(node)) return this.functionBody(node, around);
    if (isLoop(node)) return this.loop(node, around, [], node);
    switch (node.type) {
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        return;
      case "ExpressionStatement":
      case "VariableDeclaration":
        return this.simpleStatement(node, around);
      case "LabeledStatement":
        return this.labelled(node, around);
      case "SwitchStatement":
        return this.below(node, { ...around, breakable: [...around.breakable, { labels: [], token: "", bare: true }] });
      case "BreakStatement":
        return this.breakOut(node, around);
      case "IfStatement":
        this.test(node.test, around);
        this.branch(node.consequent, around);
        if (node.alternate) this.branch(node.alternate, around);
        return;
      case "ConditionalExpression":
        this.test(node.test, around);
        this.visit(node.consequent, around);
        return this.visit(node.alternate, around);
      case "UnaryExpression":
        return node.operator === "!" ? this.test(node.argument, around) : this.visit(node.argument, around);
      case "TryStatement":
        return this.attempt(node, around);
      case "ThrowStatement":
        return this.thrown(node, around);
      case "StaticBlock":
        return this.below(node, { ...around, breakable: [], suspends: false });
      case "PropertyDefinition":
        return this.field(node, around);
      case "VariableDeclarator":
        if (node.init && node.id.type === "Identifier") {
          const binding = this.catalog.binding(node.id);
          if (binding >= 0 && !isAnonymous(node.init))
            this.assigned(node.id.end, node.end, "=", binding, this.catalog.site(node));
        }
        return this.below(node, around);
      case "AssignmentExpression":
        return this.assignment(node, around);
      case "UpdateExpression":
        return this.update(node, around, false);
      case "CallExpression":
      case "NewExpression":
        return this.invocation(node, around);
      case "TaggedTemplateExpression": {
        const last = node.quasi.expressions.at(-1);
        const site = last ? this.catalog.site(node) : -1;
        if (last && site >= 0) this.wrap(last, `${this.hook}.at(${site},`, ")");
        return this.below(node, around);
      }
      case "MemberExpression":
        if (
          !node.computed &&
          !node.optional &&
          node.property.type === "Identifier" &&
          opsByName.has(node.property.name)
        ) {
          const chained = /\?\./.test(this.parsed.code.slice(node.start, node.end));
          const site = chained || node.object.type === "Super" ? -1 : this.catalog.site(node, []);
          if (site >= 0) this.wrap(node.object, `${this.hook}.at(${site},`, ")");
        }
        if (!node.optional) this.asks(node.object);
        return this.below(node, around);
      case "TemplateLiteral":
        for (const each of node.expressions) this.asks(each);
        return this.below(node, around);
      case "AwaitExpression":
        this.suspension(node, node.argument, around);
        return this.visit(node.argument, around);
      case "YieldExpression":
        this.suspension(node, node.argument ?? null, around);
        if (node.argument) this.visit(node.argument, around);
        return;
      default:
        return this.below(node, around);
    }
  }

  private invocation(node: Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>, around: Surroundings): void {
    const site = this.catalog.site(node, this.catalog.argumentsOf(node));
    const last = node.arguments.at(-1);
    if (site >= 0) {
      if (last) {
        const value = last.type === "SpreadElement" ? last.argument : last;
        this.wrap(value, `${this.hook}.at(${site},`, ")");
        if (value === node.arguments[0] && rejects(node, this.names))
          this.wrap(value, `${this.hook}.thrown(${site},`, ")");
      } else {
        // The site is set behind the callee and its receiver, and an error still names them as written.
        const nothing = `...${this.hook}.on(${site})`;
        const parenthesis = this.tokenAfter(node.callee.end, "(");
        if (parenthesis && parenthesis.start < node.end) this.close(node.end - 1, nothing);
        else this.close(node.end, `(${nothing})`);
      }
    }
    for (const argument of node.arguments) this.asks(argument);
    const callback = node.type === "CallExpression" ? perElement(node, this.names) : null;
    if (callback) this.wrap(callback, `${this.hook}.each(${this.catalog.loop(callback)},`, ")");
    this.below(node, around);
  }

  /** A `.grad` whose value is used at once, not only compared: whether it was null there is told. */
  private asks(node: AnyNode): void {
    if (node.type !== "MemberExpression" || node.computed || node.property.type !== "Identifier") return;
    if (node.property.name !== "grad" || node.object.type === "Super") return;
    if (this.parsed.code.slice(node.start, node.end).includes("?.")) return;
    const site = this.catalog.site(node);
    if (site >= 0) this.wrap(node.object, `${this.hook}.of(${site},`, ")");
  }

  private suspension(node: AnyNode, argument: Expression | null, around: Surroundings): void {
    this.open(node.start, `${this.hook}.back(${around.token},`);
    this.close(node.end, argument ? ")" : ` ${this.hook}.pause(${around.token}))`);
    const site = node.type === "AwaitExpression" ? this.catalog.site(node) : -1;
    if (argument) this.wrap(argument, `${this.hook}.pause(${around.token},`, site < 0 ? ")" : `,${site})`);
  }

  /** A statement below an `if` or a loop, which gets braces where something is put behind it. */
  private branch(node: Statement, around: Surroundings): void {
    const plain = node.type === "ExpressionStatement" || node.type === "VariableDeclaration";
    const braces = plain && written(node.type === "ExpressionStatement" ? node.expression : node).length > 0;
    if (braces) this.open(node.start, "{");
    if (braces) this.close(node.end, "}");
    this.visit(node, around);
  }

  /** What is thrown and is no error knows not where it was thrown. */
  private thrown(node: Extract<AnyNode, { type: "ThrowStatement" }>, around: Surroundings): void {
    const site = node.argument.type === "NewExpression" ? -1 : this.catalog.site(node);
    if (site >= 0) this.wrap(node.argument, `${this.hook}.thrown(${site},`, ")");
    this.visit(node.argument, around);
  }

  private attempt(node: Extract<AnyNode, { type: "TryStatement" }>, around: Surroundings): void {
    this.visit(node.block, around);
    const again = around.suspends ? this.call("back", around.token) + ";" : "";
    if (node.handler) {
      if (node.handler.param) this.visit(node.handler.param, around);
      const seen = node.handler.param ? this.bindingsIn(node.handler.param) : [];
      const see = seen.map((w) => this.call("see", `${w.binding},${w.name}`) + ";").join("");
      this.into(node.handler.body, again + see, "", around);
    }
    if (node.finalizer) this.into(node.finalizer, again, "", around);
  }

  private functionBody(node: FunctionNode, around: Surroundings): void {
    const id = this.catalog.fn(node);
    const token = this.name("f", id);
    for (const param of node.params) this.visit(param, around);
    let before = `const ${token}=${this.call("enter", String(id))};try{`;
    for (const param of node.params) {
      const plain =
        param.type === "AssignmentPattern" ? param.left : param.type === "RestElement" ? param.argument : param;
      if (plain.type === "Identifier") {
        const binding = this.catalog.binding(plain);
        if (binding >= 0) before += `${plain.name}=${this.call("b", `${binding},${plain.name}`)};`;
      } else for (const w of this.headBindings(plain)) before += this.call("see", `${w.binding},${w.name}`) + ";";
    }
    const after = `}finally{${this.call("leave", token)}}`;
    const inside: Surroundings = { token, suspends: node.async || node.generator, breakable: [] };
    if (node.body.type === "BlockStatement") return this.into(node.body, before, after, inside);
    const arrow = this.tokenBefore(node.body.start, "=>");
    if (!arrow) return;
    this.open(arrow.end, `{${before}return(`);
    this.close(node.end, `);${after}}`);
    this.visit(node.body, inside);
  }
}

/** Whether a call is `Promise.reject(…)`, or one of the `reject` that `new Promise(…)` gives. */
function rejects({ callee }: Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>, names: Names): boolean {
  if (callee.type === "MemberExpression")
    return (
      callee.object.type === "Identifier" &&
      callee.object.name === "Promise" &&
      callee.property.type === "Identifier" &&
      callee.property.name === "reject"
    );
  return callee.type === "Identifier" && callee.name === "reject" && names.meaning.get(callee)?.kind === "parameter";
}
