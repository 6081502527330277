import type { GraphNode } from "./graph";
import { graphOf } from "./graph";
import { nodeAt } from "./moment";
import type { Cursor } from "./moves";
import type { Recording } from "./recording";
import type { OutlineData, Segment } from "./segment";
import { stepsOf } from "./steps";
import { short } from "./text";
import type { Value } from "./value";

/** What a watchpoint can wait for. */
export const watchKinds = ["sign", "largest above", "largest below", "norm above", "norm below"] as const;

/** Stops where a node's value, or what backward brings to it, changes its sign or passes a number. */
export interface Watchpoint {
  /** The node, the same one in every iteration and in a later run of the source: the nth of its kind with this label. */
  readonly label: string;
  readonly kind: GraphNode["kind"];
  readonly nth: number;
  readonly side: "value" | "gradient";
  readonly when: (typeof watchKinds)[number];
  /** What is to be passed; 0 for a change of sign. */
  readonly limit: number;
}

/** What names a node of a graph in others. */
export function nameIn(nodes: readonly GraphNode[], node: GraphNode): Pick<Watchpoint, "label" | "kind" | "nth"> {
  const { label, kind, index } = node;
  return { label, kind, nth: nodes.filter((each) => each.index < index && alike(each, node)).length };
}

function alike(a: Pick<GraphNode, "label" | "kind">, b: Pick<GraphNode, "label" | "kind">): boolean {
  return a.label === b.label && a.kind === b.kind;
}

/** What a watchpoint looks at: "w", "|∂L/∂w|", "‖w‖". */
export function watchedText({ label, nth, side, when }: Watchpoint): string {
  const name = nth === 0 ? label : `${label} (${nth + 1})`;
  const of = side === "value" ? name : `∂L/∂${name}`;
  return when === "sign" ? of : when.startsWith("norm") ? `‖${of}‖` : `|${of}|`;
}

/** "w changes its sign", "|∂L/∂w| rises above 10". */
export function watchpointText(watchpoint: Watchpoint): string {
  const { when, limit } = watchpoint;
  const what =
    when === "sign" ? "changes its sign" : `${when.endsWith("above") ? "rises above" : "falls below"} ${short(limit)}`;
  return `${watchedText(watchpoint)} ${what}`;
}

/** Crossings of so many segments are remembered. */
const room = 64;

/** Where in a recording a watchpoint stops. */
export class Crossings {
  readonly #known = new Map<string, ReadonlyMap<number, string>>();

  constructor(
    private readonly recording: Recording,
    private readonly outline: OutlineData,
    readonly watchpoint: Watchpoint,
  ) {}

  /** What happened at a moment, "w changed its sign: 0.3 → −0.1"; null for nothing. */
  at({ segment, step }: Cursor): string | null {
    const found = this.outline.segments[segment];
    if (!found) return null;
    const key = `${found.firstRow} ${found.endRow} ${found.turn}`;
    const known = this.#known.get(key) ?? this.#crossings(found, segment);
    this.#known.delete(key);
    this.#known.set(key, known);
    const [oldest] = this.#known.keys();
    if (this.#known.size > room && oldest !== undefined) this.#known.delete(oldest);
    return known.get(step) ?? null;
  }

  #crossings(segment: Segment, index: number): Map<number, string> {
    const found = new Map<number, string>();
    const node = this.#nodeIn(segment);
    if (node < 0) return found;
    const { length } = stepsOf(this.recording, segment).steps;
    let before: Value | null | undefined;
    for (let step = 0; step < length; step++) {
      const now = this.#held(segment, step, node);
      if (now === null || now === before) continue;
      before = before === undefined ? this.#before(index) : before;
      const text = crossing(this.watchpoint, before, now);
      if (text !== null) found.set(step, text);
      before = now;
    }
    return found;
  }

  /** What it held last before a segment. */
  #before(index: number): Value | null {
    for (let at = index - 1; at >= 0; at--) {
      const segment = this.outline.segments[at];
      const node = segment ? this.#nodeIn(segment) : -1;
      if (!segment || node < 0) continue;
      for (let step = stepsOf(this.recording, segment).steps.length - 1; step >= 0; step--) {
        const held = this.#held(segment, step, node);
        if (held) return held;
      }
    }
    return null;
  }

  #nodeIn(segment: Segment): number {
    const { nodes } = graphOf(this.recording, segment).graph;
    return nodes.filter((each) => alike(each, this.watchpoint))[this.watchpoint.nth]?.index ?? -1;
  }

  /** A gradient counts once all of it is there. */
  #held(segment: Segment, step: number, node: number): Value | null {
    const { value, gradient } = nodeAt(this.recording, segment, step, node);
    if (this.watchpoint.side === "value") return value;
    return gradient.state === "reached" ? gradient.value : null;
  }
}

/** What happened between two values, null for nothing. */
function crossing(watchpoint: Watchpoint, before: Value | null, now: Value): string | null {
  const { when, limit } = watchpoint;
  const name = watchedText(watchpoint);
  if (when === "sign") {
    const at = before ? flipped(before, now) : -1;
    if (at < 0) return null;
    const element = now.shape.length === 0 ? name : `${name}[${at}]`;
    return `${element} changed its sign: ${short(before?.data?.[at] ?? NaN)} → ${short(now.data?.[at] ?? NaN)}`;
  }
  const measure = when.startsWith("norm") ? normOf : largestOf;
  const [from, to] = [before ? measure(before) : NaN, measure(now)];
  const above = when.endsWith("above");
  const past = (x: number): boolean => (above ? x > limit : x < limit);
  if (!past(to) || past(from)) return null;
  const way = Number.isNaN(from) ? short(to) : `${short(from)} → ${short(to)}`;
  return `${name} ${above ? "rose above" : "fell below"} ${short(limit)}: ${way}`;
}

/** The first element that went from below 0 to 0 or above, or back; −1 for none. */
function flipped({ data: before }: Value, { data: now }: Value): number {
  if (!before || !now || before.length !== now.length) return -1;
  for (let k = 0; k < now.length; k++) {
    const [x, y] = [before[k] ?? NaN, now[k] ?? NaN];
    if ((x < 0 && y >= 0) || (x >= 0 && y < 0)) return k;
  }
  return -1;
}

function largestOf(value: Value): number {
  if (value.data === null) return Math.max(Math.abs(value.stats.min), Math.abs(value.stats.max));
  let most = 0;
  for (let k = 0; k < value.data.length; k++) most = Math.max(most, Math.abs(value.data[k] ?? NaN));
  return most;
}

function normOf(value: Value): number {
  if (value.data === null) return value.stats.norm;
  let squares = 0;
  for (let k = 0; k < value.data.length; k++) squares += (value.data[k] ?? 0) ** 2;
  return Math.sqrt(squares);
}
