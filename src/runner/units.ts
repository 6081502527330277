import type { AnyNode, Statement } from "acorn";
import type { Parsed } from "./parse";
import { isFunction, walk, type FunctionNode } from "./tree";

/** A statement that a selection takes or leaves as a whole, with the place it has in the original text. */
export interface Unit {
  /** More than one where the stripping made several of it. */
  readonly nodes: readonly AnyNode[];
  readonly start: number;
  /** Where the statement itself ends. */
  readonly end: number;
  /** Where the next one starts: what lies between belongs to it. */
  readonly until: number;
  /** How many functions it stands in. */
  readonly level: number;
}

/** The statements of one body, in order. */
export function unitsOf(parsed: Parsed, body: readonly AnyNode[], until: number, level: number): Unit[] {
  const groups: { nodes: AnyNode[]; start: number }[] = [];
  for (const node of body) {
    const known = parsed.origin.start(node.start);
    const start = known < 0 ? parsed.origin.near(node.start) : known;
    const last = groups.at(-1);
    const own = known >= 0 || /^(const\s+)?enum\b/.test(parsed.text.slice(start, start + 40));
    if (last && (!own || start <= last.start)) last.nodes.push(node);
    else groups.push({ nodes: [node], start });
  }
  return groups.map(({ nodes, start }, i) => {
    const next = groups[i + 1]?.start ?? until;
    const end = Math.max(start, ...nodes.map((n) => parsed.origin.end(n.end)));
    const trimmed = start + parsed.text.slice(start, next).trimEnd().length;
    return { nodes, start, end: end > start ? end : trimmed, until: next, level };
  });
}

/** The functions whose body a stretch of the original text lies in, outermost first. */
export function functionsAround(parsed: Parsed, start: number, end: number): FunctionNode[] {
  const found: FunctionNode[] = [];
  walk(parsed.tree, (node) => {
    if (!isFunction(node) || node.body.type !== "BlockStatement") return;
    const from = parsed.origin.start(node.body.start);
    const to = parsed.origin.end(node.body.end);
    if (from >= 0 && to >= 0 && start > from && end < to) found.push(node);
  });
  return found;
}

/** The statements of a function's body. */
export function bodyOf(node: FunctionNode): readonly Statement[] {
  return node.body.type === "BlockStatement" ? node.body.body : [];
}

/** Whether the unit holds a place in the stripped code. */
export function holds(unit: Unit, offset: number): boolean {
  return unit.nodes.some((node) => node.start <= offset && offset < node.end);
}

/** The units that hold a place in the stripped code, outermost first; they come level by level, each in order. */
export function unitsAt(units: readonly Unit[], offset: number): Unit[] {
  const found: Unit[] = [];
  for (let from = 0; from < units.length;) {
    const level = units[from]?.level ?? 0;
    const end = firstAt(units, from, (unit) => unit.level > level);
    const unit =
      units[firstAt(units, from, ({ level: own, nodes }) => own > level || (nodes[0]?.start ?? 0) > offset) - 1];
    if (unit?.level === level && holds(unit, offset)) found.push(unit);
    from = end;
  }
  return found;
}

/** The first index from `from` on that a condition holds at, and at all that follow. */
function firstAt(units: readonly Unit[], from: number, holdsAt: (unit: Unit) => boolean): number {
  let [low, high] = [from, units.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const unit = units[middle];
    if (unit === undefined || holdsAt(unit)) high = middle;
    else low = middle + 1;
  }
  return low;
}
