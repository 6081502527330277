import type { AnyNode, BlockStatement, Statement } from "acorn";
import { headNames } from "./catalog";
import { isPlain, mayBeTensor } from "./syntax";
import { isLoop, type LoopNode } from "./tree";
import { Writes, type Surroundings } from "./writes";

/** The hooks around loops, their turns and what leaves them. */
export abstract class LoopHooks extends Writes {
  protected breakOut(node: Extract<AnyNode, { type: "BreakStatement" }>, around: Surroundings): void {
    const label = node.label?.name;
    const target = around.breakable.findLast((b) => (label === undefined ? b.bare : b.labels.includes(label)));
    if (!target || target.token === "") return;
    this.open(node.start, `{${this.call("broke", target.token)};`);
    this.close(node.end, "}");
  }

  protected labelled(node: Extract<AnyNode, { type: "LabeledStatement" }>, around: Surroundings): void {
    const labels = [node.label.name];
    let body: Statement = node.body;
    for (; body.type === "LabeledStatement"; body = body.body) labels.push(body.label.name);
    if (isLoop(body)) return this.loop(body, around, labels, node);
    this.visit(body, { ...around, breakable: [...around.breakable, { labels, token: "", bare: false }] });
  }

  protected loop(node: LoopNode, around: Surroundings, labels: readonly string[], whole: AnyNode): void {
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
    const written = head
      ? head.type === "VariableDeclaration"
        ? head.declarations.map((d) => d.id)
        : "left" in node
          ? [node.left]
          : []
      : [];
    for (const pattern of written)
      if (pattern.type !== "VariableDeclaration")
        for (const w of this.headBindings(pattern)) before += this.call("see", `${w.binding},${w.name}`) + ";";
    const { body } = node;
    if (body.type === "BlockStatement") return this.into(body, before, "", inside);
    this.open(body.start, `{${before}`);
    this.close(body.end, "}");
    this.visit(body, inside);
  }

  protected headBindings(pattern: AnyNode): { binding: number; name: string }[] {
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
        if (node.type === "ForOfStatement" && node.await)
          this.wrap(node.right, `${this.hook}.awaited(${token},`, `,${this.catalog.site(node.right)})`);
        else if (node.type === "ForOfStatement" && mayPull(node.right))
          this.wrap(node.right, `${this.hook}.pulled(${token},`, `,${JSON.stringify(this.named(node.right))})`);
        this.visit(node.left, around);
        return this.visit(node.right, around);
    }
  }

  private countsHead(node: Extract<AnyNode, { type: "ForStatement" }>): boolean {
    const { update } = node;
    const target =
      update?.type === "UpdateExpression"
        ? update.argument
        : update?.type === "AssignmentExpression"
          ? update.left
          : null;
    const simple =
      update?.type === "UpdateExpression" || (update?.type === "AssignmentExpression" && isPlain(update.right));
    return simple && target?.type === "Identifier" && headNames(node).includes(target.name);
  }

  /** An expression whose truth decides something. */
  protected test(node: AnyNode, around: Surroundings): void {
    if (node.type === "LogicalExpression" && node.operator !== "??") {
      this.test(node.left, around);
      return this.test(node.right, around);
    }
    if (mayBeTensor(node)) this.wrap(node, `${this.hook}.test(`, ")");
    this.visit(node, around);
  }

  /** Puts text at both inner ends of a block and visits what is in it. */
  protected into(block: BlockStatement, before: string, after: string, around: Surroundings): void {
    if (block.body.length === 0) this.open(block.start + 1, before + after);
    else {
      this.open(block.start + 1, before);
      this.close(block.end - 1, after);
    }
    this.below(block, around);
  }

  /** What is said not to be iterable. */
  private named(node: AnyNode): string {
    const { code } = this.parsed;
    return node.type === "CallExpression"
      ? `${code.slice(node.callee.start, node.callee.end)} is not a function or its return value`
      : code.slice(node.start, node.end);
  }
}

/** Whether what stands behind `of` may run code for each element; a literal does not. */
function mayPull(node: AnyNode): boolean {
  return (
    node.type === "Identifier" ||
    node.type === "CallExpression" ||
    node.type === "NewExpression" ||
    (node.type === "MemberExpression" && !node.computed)
  );
}
