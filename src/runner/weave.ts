import type { AnyNode, BlockStatement, Expression, Pattern, Statement, Token } from "acorn";
import MagicString from "magic-string";
import { headNames, perElement, type Catalog } from "./catalog";
import type { Parsed } from "./parse";
import { written } from "./paths";
import { namesIn, type Names } from "./scope";
import { children, isFunction, isLoop, type FunctionNode, type LoopNode } from "./tree";

/** What the code at a place lies in. */
interface Surroundings {
  /** The innermost token, of a loop or a function. */
  readonly token: string;
  /** Whether this code can be left at an `await` or a `yield` and come back. */
  readonly suspends: boolean;
  /** What a `break` can leave, innermost last; the loop's token, or "" for a switch or a labelled block. */
  readonly breakable: readonly { readonly labels: readonly string[]; readonly token: string; readonly bare: boolean }[];
}

interface Insertion {
  readonly at: number;
  readonly text: string;
  readonly closes: boolean;
}

const opsByName = new Set(["T", "mT", "H", "mH"]);

/** Puts the hooks into the code of a module (their list stands in child/hooks.ts); no line moves. */
export function weave(parsed: Parsed, names: Names, catalog: Catalog): MagicString {
  return new Weaver(parsed, names, catalog).run();
}

class Weaver {
  private readonly out: MagicString;
  private readonly insertions: Insertion[] = [];
  /** The name the hooks object has in this file: "$", or longer where the file uses that itself. */
  private readonly hook: string;

  constructor(
    private readonly parsed: Parsed,
    private readonly names: Names,
    private readonly catalog: Catalog,
  ) {
    this.out = new MagicString(parsed.code);
    const used = new Set<unknown>(parsed.tokens.map((token) => ("value" in token ? token.value : "")));
    let hook = "$";
    while ([...used].some((name) => typeof name === "string" && name.startsWith(hook))) hook += "_";
    this.hook = hook;
  }

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
              if (binding >= 0) this.open(first.start, this.call("imported", `${binding},()=>${specifier.local.name}`) + ";");
            }
    }
    const around: Surroundings = { token: top, suspends: true, breakable: [] };
    for (const statement of tree.body) this.visit(statement, around);
    const order = this.insertions.map((insertion, index) => ({ ...insertion, index }));
    order.sort((a, b) => {
      if (a.at !== b.at) return a.at - b.at;
      if (a.closes !== b.closes) return a.closes ? -1 : 1;
      return a.closes ? b.index - a.index : a.index - b.index;
    });
    for (const { at, text } of order) this.out.appendLeft(at, text);
    this.out.append(`\nimport{$ as ${this.hook}}from"backstep/hooks";`);
    return this.out;
  }

  private name(letter: string, id: number): string {
    return `${this.hook}${letter}${id}`;
  }

  private call(hook: string, args: string): string {
    return `${this.hook}.${hook}(${args})`;
  }

  private open(at: number, text: string): void {
    this.insertions.push({ at, text, closes: false });
  }

  private close(at: number, text: string): void {
    this.insertions.push({ at, text, closes: true });
  }

  /** Wraps an expression into a hook; a sequence needs parentheses of its own. */
  private wrap(node: AnyNode, before: string, after: string): void {
    const sequence = node.type === "SequenceExpression";
    this.open(node.start, before + (sequence ? "(" : ""));
    this.close(node.end, (sequence ? ")" : "") + after);
  }

  /** The first token at or after an offset that reads `text`. */
  private tokenAfter(offset: number, text: string): Token | undefined {
    const { tokens, code } = this.parsed;
    let low = 0;
    let high = tokens.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((tokens[middle]?.start ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < tokens.length; i++) {
      const token = tokens[i];
      if (token && code.slice(token.start, token.end) === text) return token;
    }
    return undefined;
  }

  private below(node: AnyNode, around: Surroundings): void {
    for (const child of children(node)) this.visit(child, around);
  }

  private visit(node: AnyNode, around: Surroundings): void {
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
      case "StaticBlock":
        return this.below(node, { ...around, breakable: [], suspends: false });
      case "PropertyDefinition":
        return this.field(node, around);
      case "VariableDeclarator":
        if (node.init && node.id.type === "Identifier") {
          const binding = this.catalog.binding(node.id);
          if (binding >= 0 && !isAnonymous(node.init)) this.assigned(node.id.end, node.end, "=", binding, this.catalog.site(node));
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
        if (!node.computed && !node.optional && node.property.type === "Identifier" && opsByName.has(node.property.name)) {
          const chained = /\?\./.test(this.parsed.code.slice(node.start, node.end));
          const site = chained || node.object.type === "Super" ? -1 : this.catalog.site(node, []);
          if (site >= 0) this.wrap(node.object, `${this.hook}.at(${site},`, ")");
        }
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

  /** A statement behind which the names it wrote through a pattern are recorded. */
  private simpleStatement(node: Extract<AnyNode, { type: "ExpressionStatement" | "VariableDeclaration" }>, around: Surroundings): void {
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
  private isParameterProperty(node: AnyNode): boolean {
    return (
      node.type === "ExpressionStatement" &&
      node.expression.type === "AssignmentExpression" &&
      this.catalog.path(node.expression.left) !== null
    );
  }

  private bindingsIn(pattern: Pattern): { binding: number; name: string }[] {
    return namesIn(pattern)
      .map((id) => ({ binding: this.catalog.binding(id), name: id.name }))
      .filter(({ binding }) => binding >= 0);
  }

  /** Wraps everything behind an assignment's operator. */
  private assigned(after: number, end: number, operator: string, binding: number, site: number): void {
    const token = this.tokenAfter(after, operator);
    if (!token) return;
    this.open(token.end, `${this.hook}.b(${binding},`);
    this.close(end, `,${site})`);
  }

  private assignment(node: Extract<AnyNode, { type: "AssignmentExpression" }>, around: Surroundings): void {
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

  private update(node: Extract<AnyNode, { type: "UpdateExpression" }>, around: Surroundings, alone: boolean): void {
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

  private field(node: Extract<AnyNode, { type: "PropertyDefinition" }>, around: Surroundings): void {
    const path = this.catalog.path(node);
    if (path && node.value && !isAnonymous(node.value))
      this.wrap(node.value, `${this.hook}.b(${path.binding},`, `,${this.catalog.site(node)})`);
    this.below(node, { ...around, suspends: false });
  }

  private invocation(node: Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>, around: Surroundings): void {
    const site = this.catalog.site(node, this.catalog.argumentsOf(node));
    const last = node.arguments.at(-1);
    if (site >= 0) {
      if (last) this.wrap(last.type === "SpreadElement" ? last.argument : last, `${this.hook}.at(${site},`, ")");
      else {
        // The site is set behind the callee and its receiver, and an error still names them as written.
        const nothing = `...${this.hook}.on(${site})`;
        const parenthesis = this.tokenAfter(node.callee.end, "(");
        if (parenthesis && parenthesis.start < node.end) this.close(node.end - 1, nothing);
        else this.close(node.end, `(${nothing})`);
      }
    }
    const callback = node.type === "CallExpression" ? perElement(node, this.names) : null;
    if (callback) this.wrap(callback, `${this.hook}.each(${this.catalog.loop(callback)},`, ")");
    this.below(node, around);
  }

  private suspension(node: AnyNode, argument: Expression | null, around: Surroundings): void {
    this.open(node.start, `${this.hook}.back(${around.token},`);
    this.close(node.end, argument ? ")" : ` ${this.hook}.pause(${around.token}))`);
    if (argument) this.wrap(argument, `${this.hook}.pause(${around.token},`, ")");
  }

  /** An expression whose truth decides something. */
  private test(node: AnyNode, around: Surroundings): void {
    if (node.type === "LogicalExpression" && node.operator !== "??") {
      this.test(node.left, around);
      return this.test(node.right, around);
    }
    if (mayBeTensor(node)) this.wrap(node, `${this.hook}.test(`, ")");
    this.visit(node, around);
  }

  /** A statement below an `if` or a loop, which gets braces where something is put behind it. */
  private branch(node: Statement, around: Surroundings): void {
    const plain = node.type === "ExpressionStatement" || node.type === "VariableDeclaration";
    const braces = plain && written(node.type === "ExpressionStatement" ? node.expression : node).length > 0;
    if (braces) this.open(node.start, "{");
    if (braces) this.close(node.end, "}");
    this.visit(node, around);
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

  /** Puts text at both inner ends of a block and visits what is in it. */
  private into(block: BlockStatement, before: string, after: string, around: Surroundings): void {
    if (block.body.length === 0) this.open(block.start + 1, before + after);
    else {
      this.open(block.start + 1, before);
      this.close(block.end - 1, after);
    }
    this.below(block, around);
  }

  private breakOut(node: Extract<AnyNode, { type: "BreakStatement" }>, around: Surroundings): void {
    const label = node.label?.name;
    const target = around.breakable.findLast((b) => (label === undefined ? b.bare : b.labels.includes(label)));
    if (!target || target.token === "") return;
    this.open(node.start, `{${this.call("broke", target.token)};`);
    this.close(node.end, "}");
  }

  private labelled(node: Extract<AnyNode, { type: "LabeledStatement" }>, around: Surroundings): void {
    const labels = [node.label.name];
    let body: Statement = node.body;
    for (; body.type === "LabeledStatement"; body = body.body) labels.push(body.label.name);
    if (isLoop(body)) return this.loop(body, around, labels, node);
    this.visit(body, { ...around, breakable: [...around.breakable, { labels, token: "", bare: false }] });
  }

  private loop(node: LoopNode, around: Surroundings, labels: readonly string[], whole: AnyNode): void {
    const id = this.catalog.loop(node);
    const token = this.name("l", id);
    const caught = this.name("e", id);
    this.open(whole.start, `{const ${token}=${this.call("loop", `${id},${around.token}`)};try{`);
    this.close(
      whole.end,
      `;${this.call("done", token)}}catch(${caught}){throw ${this.call("threw", `${token},${caught}`)}}finally{${this.call("end", token)}}}`,
    );
    this.loopHead(node, token, around);
    const inside = { ...around, token, breakable: [...around.breakable, { labels, token, bare: true }] };
    const names = headNames(node);
    const first = names[0];
    let before = this.call("turn", first === undefined ? token : `${token},${first}`) + ";";
    const head = node.type === "ForStatement" ? node.init : "left" in node ? node.left : null;
    const written = head ? (head.type === "VariableDeclaration" ? head.declarations.map((d) => d.id) : "left" in node ? [node.left] : []) : [];
    for (const pattern of written)
      if (pattern.type !== "VariableDeclaration")
        for (const w of this.headBindings(pattern)) before += this.call("see", `${w.binding},${w.name}`) + ";";
    const { body } = node;
    if (body.type === "BlockStatement") return this.into(body, before, "", inside);
    this.open(body.start, `{${before}`);
    this.close(body.end, "}");
    this.visit(body, inside);
  }

  private headBindings(pattern: AnyNode): { binding: number; name: string }[] {
    switch (pattern.type) {
      case "Identifier":
      case "ArrayPattern":
      case "ObjectPattern":
        return this.bindingsIn(pattern);
      default:
        return [];
    }
  }

  /** The head of a loop: no writes of its own variables are recorded here, each turn begins with them. */
  private loopHead(node: LoopNode, token: string, around: Surroundings): void {
    switch (node.type) {
      case "WhileStatement":
      case "DoWhileStatement":
        return this.test(node.test, around);
      case "ForStatement":
        if (node.init?.type === "VariableDeclaration")
          for (const { id, init } of node.init.declarations) {
            this.visit(id, around);
            if (init) this.visit(init, around);
          }
        else if (node.init) this.visit(node.init, around);
        if (node.test) this.test(node.test, around);
        if (node.update && !this.countsHead(node)) this.visit(node.update, around);
        return;
      default:
        if (node.type === "ForOfStatement" && node.await) this.wrap(node.right, `${this.hook}.awaited(${token},`, ")");
        this.visit(node.left, around);
        return this.visit(node.right, around);
    }
  }

  private countsHead(node: Extract<AnyNode, { type: "ForStatement" }>): boolean {
    const { update } = node;
    const target = update?.type === "UpdateExpression" ? update.argument : update?.type === "AssignmentExpression" ? update.left : null;
    const simple = update?.type === "UpdateExpression" || (update?.type === "AssignmentExpression" && isPlain(update.right));
    return simple && target?.type === "Identifier" && headNames(node).includes(target.name);
  }

  private functionBody(node: FunctionNode, around: Surroundings): void {
    const id = this.catalog.fn(node);
    const token = this.name("f", id);
    for (const param of node.params) this.visit(param, around);
    let before = `const ${token}=${this.call("enter", String(id))};try{`;
    for (const param of node.params) {
      const plain = param.type === "AssignmentPattern" ? param.left : param.type === "RestElement" ? param.argument : param;
      if (plain.type === "Identifier") {
        const binding = this.catalog.binding(plain);
        if (binding >= 0) before += `${plain.name}=${this.call("b", `${binding},${plain.name}`)};`;
      } else for (const w of this.headBindings(plain)) before += this.call("see", `${w.binding},${w.name}`) + ";";
    }
    const after = `}finally{${this.call("leave", token)}}`;
    const inside: Surroundings = { token, suspends: node.async || node.generator, breakable: [] };
    if (node.body.type === "BlockStatement") return this.into(node.body, before, after, inside);
    const arrow = this.arrowBefore(node.body.start);
    if (!arrow) return;
    this.open(arrow.end, `{${before}return(`);
    this.close(node.end, `);${after}}`);
    this.visit(node.body, inside);
  }

  private arrowBefore(offset: number): Token | undefined {
    return this.parsed.tokens.findLast((t) => t.start < offset && this.parsed.code.slice(t.start, t.end) === "=>");
  }
}

/** Whether assigning it gives it a name, which a hook around it would take away. */
function isAnonymous(node: AnyNode): boolean {
  return (
    node.type === "ArrowFunctionExpression" ||
    ((node.type === "FunctionExpression" || node.type === "ClassExpression") && !node.id)
  );
}

/** Whether an expression can give a Tensor. */
function mayBeTensor(node: AnyNode): boolean {
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

function isPlain(node: AnyNode): boolean {
  return node.type === "Literal" || node.type === "Identifier";
}
