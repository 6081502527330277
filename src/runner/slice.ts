import type { AnyNode, Identifier } from "acorn";
import type { Program } from "../recording/format";
import type { Problem } from "../recording/problem";
import type { Parsed } from "./parse";
import { rootOf } from "./paths";
import { ProblemError } from "./problem";
import { resolveNames, type Names, type Variable } from "./scope";
import { children, isFunction, walk, type FunctionNode } from "./tree";
import { bodyOf, functionsAround, holds, unitsAt, unitsOf, type Unit } from "./units";

/** A selection made runnable: the text with everything blanked that it does not need, and the lines that run. */
export interface Sliced {
  readonly text: string;
  readonly lines: Program["lines"];
}

/**
 * Widens a selection to whole statements and completes it: with the declarations and imports its names need, and with
 * every earlier statement that changes one of them or seeds the generator. Throws a ProblemError where that cannot be.
 */
export function slice(parsed: Parsed, selection: { readonly startLine: number; readonly endLine: number }): Sliced {
  return new Slicer(parsed, selection).run();
}

const changing =
  /^(push|pop|shift|unshift|splice|sort|reverse|fill|set|delete|add|clear|step|backward|eval|train|zeroGrad|retainGrad|.*_)$/;

/** What a statement says of variables. */
interface Words {
  readonly uses: (readonly [Identifier, Variable])[];
  readonly free: Identifier[];
}

class Slicer {
  private readonly names: Names;
  private readonly around: readonly FunctionNode[];
  private readonly units: readonly Unit[];
  private readonly taken = new Set<Unit>();
  private readonly selected: readonly Unit[];
  private readonly unseen: ReadonlySet<Identifier>;
  private readonly words = new Map<Unit, Words>();
  /** The variables that the taken statements declare or use. */
  private readonly included = new Set<Variable>();

  constructor(
    private readonly parsed: Parsed,
    selection: { readonly startLine: number; readonly endLine: number },
  ) {
    this.names = resolveNames(parsed.tree);
    const { lines, text } = parsed;
    const chosen = text.slice(lines.start(selection.startLine), lines.start(selection.endLine));
    const start = lines.start(selection.startLine) + chosen.length - chosen.trimStart().length;
    const end = Math.max(start + 1, lines.start(selection.startLine) + chosen.trimEnd().length);
    this.around = functionsAround(parsed, start, end);
    this.units = [
      ...unitsOf(parsed, parsed.tree.body, text.length, 0),
      ...this.around.flatMap((fn, i) => unitsOf(parsed, bodyOf(fn), parsed.origin.end(fn.body.end) - 1, i + 1)),
    ];
    const first = lines.at(start).line;
    const last = lines.at(end - 1).line;
    this.selected = this.units.filter(
      (u) =>
        u.level === this.around.length &&
        lines.at(u.start).line <= last &&
        lines.at(Math.max(u.start, u.end - 1)).line >= first,
    );
    const asked = new Set<Identifier>();
    walk(parsed.tree, (node) => {
      if (node.type === "UnaryExpression" && node.operator === "typeof" && node.argument.type === "Identifier")
        asked.add(node.argument);
    });
    this.unseen = asked;
    for (const unit of this.units) this.words.set(unit, { uses: [], free: [] });
    for (const use of this.names.meaning)
      for (const unit of unitsAt(this.units, use[0].start)) this.words.get(unit)?.uses.push(use);
    for (const id of this.names.free)
      for (const unit of unitsAt(this.units, id.start)) this.words.get(unit)?.free.push(id);
  }

  run(): Sliced {
    const last = this.selected.at(-1);
    if (!last)
      throw this.problem(
        "Nothing that can run is selected: select statements, or nothing to run the whole file.",
        0,
        "usage",
      );
    for (const unit of this.selected) this.take(unit);
    const earlier = this.units
      .filter((unit) => unit.start < last.start && !this.isAround(unit))
      .map((unit) => ({ unit, changed: this.changed(unit) }));
    for (let size = -1; size !== this.taken.size;) {
      size = this.taken.size;
      for (const { unit, changed } of earlier)
        if (!this.taken.has(unit) && (changed === "draws" || changed.some((variable) => this.included.has(variable))))
          this.take(unit);
    }
    return { text: this.blanked(), lines: this.lines() };
  }

  /** Takes a statement and all that its names need. */
  private take(wanted: Unit): void {
    const left = [wanted];
    for (let unit = left.pop(); unit !== undefined; unit = left.pop()) {
      if (this.taken.has(unit)) continue;
      this.taken.add(unit);
      left.push(...this.needs(unit).reverse());
    }
  }

  /** The statements that declare the names of a statement. */
  private needs(unit: Unit): Unit[] {
    const { uses = [], free = [] } = this.words.get(unit) ?? {};
    const needed: Unit[] = [];
    if (unit.level > 0) for (const node of unit.nodes) this.refuseInner(node);
    for (const [id, variable] of uses) {
      if (variable.kind !== "import") this.included.add(variable);
      if (holds(unit, variable.declaration.start)) continue;
      const parameterOf = this.around.find((fn) =>
        fn.params.some((p) => p.start <= variable.declaration.start && variable.declaration.end <= p.end),
      );
      if (parameterOf) throw this.needsCall(`"${id.name}" is a parameter here`, id);
      const home = unitsAt(this.units, variable.declaration.start).at(-1);
      if (!home || this.isAround(home))
        throw this.needsCall(`"${id.name}" belongs to the code around the selection`, id);
      needed.push(home);
    }
    for (const id of free)
      if (!(id.name in globalThis) && !this.unseen.has(id))
        throw this.problem(
          `Cannot find "${id.name}": nothing in this file declares it; declare or import it.`,
          id.start,
          "usage",
          id.end,
        );
    return needed;
  }

  /** What has no meaning outside its function. */
  private refuseInner(node: AnyNode): void {
    if (isFunction(node) && node.type !== "ArrowFunctionExpression") return;
    const kind = node.type;
    if (kind === "ReturnStatement") throw this.needsCall("a return stands in it", node);
    if (kind === "YieldExpression") throw this.needsCall("a yield stands in it", node);
    if (kind === "ThisExpression" || kind === "Super") throw this.needsCall('it uses "this"', node);
    if (kind === "Identifier" && node.name === "arguments") throw this.needsCall('it uses "arguments"', node);
    if (isFunction(node) || kind === "ClassDeclaration" || kind === "ClassExpression") return;
    for (const child of children(node)) this.refuseInner(child);
  }

  private needsCall(why: string, node: { readonly start: number; readonly end: number }): ProblemError {
    const message = `The selection stands inside a function and cannot run alone, since ${why}: run the whole file instead.`;
    return this.problem(message, node.start, "selection", node.end);
  }

  /** Whether a statement holds the function that the selection stands in. */
  private isAround(unit: Unit): boolean {
    const inner = this.around[unit.level];
    return inner !== undefined && holds(unit, inner.body.start);
  }

  /** The variables that running a statement may change; "draws" when it changes what will be drawn at random. */
  private changed(unit: Unit): readonly Variable[] | "draws" {
    const found = new Set<Variable>();
    const changes = (node: AnyNode): void => {
      const root = rootOf(node);
      const variable = root?.type === "Identifier" ? this.names.meaning.get(root) : undefined;
      if (variable !== undefined) found.add(variable);
    };
    const first = unit.nodes[0];
    if (first?.type === "ImportDeclaration") return first.specifiers.length === 0 ? "draws" : [];
    const onlyReads =
      first?.type === "VariableDeclaration" ||
      first?.type === "ExportNamedDeclaration" ||
      (first !== undefined && isPrint(first));
    const drawn = { anew: false };
    const visit = (node: AnyNode, deferred: boolean): void => {
      if (node.type === "FunctionDeclaration" || node.type === "ClassDeclaration") return;
      if (isFunction(node) && deferred) return;
      if (node.type === "AssignmentExpression") targets(node.left).forEach(changes);
      else if (node.type === "UpdateExpression") changes(node.argument);
      else if (node.type === "CallExpression") {
        const { callee } = node;
        const name =
          callee.type === "Identifier"
            ? callee.name
            : callee.type === "MemberExpression" && callee.property.type === "Identifier"
              ? callee.property.name
              : "";
        if (/^(manualSeed|seed)$/.test(name)) drawn.anew = true;
        if (!onlyReads || changing.test(name)) {
          if (callee.type === "MemberExpression") changes(callee.object);
          else if (callee.type === "Identifier") changes(callee);
          node.arguments.forEach(changes);
        }
      }
      const assigns =
        node.type === "VariableDeclarator" || node.type === "AssignmentExpression" || node.type === "Property";
      for (const child of children(node)) visit(child, assigns);
    };
    for (const node of unit.nodes) visit(node, false);
    return drawn.anew ? "draws" : [...found];
  }

  private blanked(): string {
    const { text } = this.parsed;
    const kept = [...this.taken].sort((a, b) => a.start - b.start);
    const top = Math.min(...this.units.filter((u) => u.level === 0).map((u) => u.start));
    let out = text.slice(0, top);
    for (const { start, until } of kept) {
      out += blank(text.slice(out.length, start));
      out += text.slice(out.length, until);
    }
    return out + blank(text.slice(out.length));
  }

  private lines(): Program["lines"] {
    const { lines } = this.parsed;
    const selected = new Set(this.selected);
    const all = [...this.taken]
      .sort((a, b) => a.start - b.start)
      .map((u) => ({
        start: lines.at(u.start).line,
        end: lines.at(Math.max(u.start, u.end - 1)).line + 1,
        added: !selected.has(u),
      }));
    const joined: { start: number; end: number; added: boolean }[] = [];
    for (const range of all) {
      const last = joined.at(-1);
      if (last?.added === range.added && range.start <= last.end) last.end = Math.max(last.end, range.end);
      else joined.push(range);
    }
    return joined;
  }

  private problem(message: string, made: number, kind: Problem["kind"], madeEnd = made): ProblemError {
    const { lines, origin, file } = this.parsed;
    const to = lines.at(origin.near(madeEnd));
    return new ProblemError({
      message,
      file,
      ...lines.at(origin.near(made)),
      ...(madeEnd > made ? { endLine: to.line, endColumn: to.column } : {}),
      kind,
    });
  }
}

/** What an assignment writes to: names and the objects of properties. */
function targets(left: AnyNode): AnyNode[] {
  if (left.type === "Identifier" || left.type === "MemberExpression") return [left];
  return children(left).flatMap(targets);
}

function isPrint(node: AnyNode): boolean {
  if (node.type !== "ExpressionStatement" || node.expression.type !== "CallExpression") return false;
  const root = rootOf(node.expression.callee);
  return root?.type === "Identifier" && root.name === "console";
}

function blank(text: string): string {
  return text.replace(/[^\r\n]/g, " ");
}
