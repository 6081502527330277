import type { Owner } from "../src/recording/joined";
import { dotted } from "./cards";
import type { Pen } from "./pen";
import type { Hue, Palette } from "./theme";

/** A point of the picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A wire of the picture: cubic pieces from its start to its end, where the arrow head is. */
export interface Wire {
  /** A start, then three points per piece; the last stands a head's length before `tip`. */
  readonly points: readonly Point[];
  readonly tip: Point;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** How a wire looks at a moment; wires of one look are stroked together. */
export interface Look {
  readonly hue: Hue;
  readonly state: "come" | "done" | "now";
  readonly width: number;
  /** Not of what was picked out. */
  readonly dim: boolean;
  /** Who has it of the two runs that are compared: a double line here, a dotted one there. */
  readonly owner: Owner;
}

/** The part of the picture that is on screen. */
export interface Sight {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** How far the value wire and the gradient wire of one edge stand apart. */
const apart = 10;
const head = 8;

/** A spline of the layout, moved to its side of the edge: values on one, gradients back on the other. */
export function wireOf(spline: readonly Point[], vertical: boolean, side: 1 | -1): Wire {
  const moved = shift(spline, vertical, (side * apart) / 2);
  const points = side > 0 ? moved : moved.toReversed();
  const tip = points.at(-1) ?? { x: 0, y: 0 };
  const before = points.at(-2) ?? tip;
  const length = Math.hypot(tip.x - before.x, tip.y - before.y) || 1;
  const back = Math.min(head, length) / length;
  const neck = { x: tip.x - back * (tip.x - before.x), y: tip.y - back * (tip.y - before.y) };
  const xs = points.map((p) => p.x);
  const ys = points.map((p) => p.y);
  return {
    points: [...points.slice(0, -1), neck],
    tip,
    left: Math.min(...xs) - head,
    top: Math.min(...ys) - head,
    right: Math.max(...xs) + head,
    bottom: Math.max(...ys) + head,
  };
}

/** Moves a spline sideways; the ends slide along the side of the card they touch. */
function shift(spline: readonly Point[], vertical: boolean, by: number): Point[] {
  return spline.map((point, i) => {
    if (i <= 1 || i >= spline.length - 2)
      return vertical ? { x: point.x + by, y: point.y } : { x: point.x, y: point.y - by };
    const before = spline[i - 1] ?? point;
    const after = spline[i + 1] ?? point;
    const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
    return { x: point.x + (by * (after.y - before.y)) / length, y: point.y - (by * (after.x - before.x)) / length };
  });
}

/** Width of a gradient wire: 3 px for an RMS of 1, 0.8 px for each power of ten, the same scale in every picture. */
export function gradientWidth(rms: number): number {
  if (Number.isNaN(rms)) return 6;
  if (rms === 0) return 1;
  return Math.round(4 * Math.min(6, Math.max(1, 3 + 0.8 * Math.log10(rms)))) / 4;
}

const strengths = { come: 0.35, done: 0.7, now: 1 };

/** Paints all wires that are in sight, those of one look in one stroke; the context is in the graph's coordinates. */
export function paintWires(
  context: Pen,
  wires: readonly (readonly [Wire, Look])[],
  sight: Sight,
  palette: Palette,
  zoom: number,
): void {
  const groups = new Map<string, { look: Look; wires: Wire[] }>();
  for (const [wire, look] of wires) {
    if (wire.right < sight.left || wire.left > sight.right || wire.bottom < sight.top || wire.top > sight.bottom)
      continue;
    const key = `${look.hue} ${look.state} ${look.width} ${look.dim} ${look.owner}`;
    const group = groups.get(key);
    if (group) group.wires.push(wire);
    else groups.set(key, { look, wires: [wire] });
  }
  for (const state of ["come", "done", "now"] as const) {
    for (const group of groups.values()) {
      if (group.look.state === state) paintGroup(context, group.wires, group.look, palette, zoom);
    }
  }
}

function paintGroup(context: Pen, wires: readonly Wire[], look: Look, palette: Palette, zoom: number): void {
  const finest = 0.6 / zoom;
  const strength = palette.highContrast && look.state !== "come" ? 1 : strengths[look.state];
  context.globalAlpha = look.dim ? 0.35 * strength : strength;
  context.strokeStyle = context.fillStyle = palette[look.hue];
  const width = Math.max(finest, look.width);
  context.lineWidth = look.owner === "here" ? width + 2 * Math.max(finest, 1.2) : width;
  context.setLineDash(look.owner === "there" ? dotted(1) : look.state === "come" ? [4, 4] : []);
  trace(context, wires);
  context.setLineDash([]);
  if (look.owner === "here") {
    context.globalAlpha = 1;
    context.strokeStyle = palette.background;
    context.lineWidth = width;
    trace(context, wires);
    context.globalAlpha = look.dim ? 0.35 * strength : strength;
  }
  if (zoom > 0.12) paintHeads(context, wires, look.width);
  context.globalAlpha = 1;
}

/** Strokes wires, all at once. */
function trace(context: Pen, wires: readonly Wire[]): void {
  context.beginPath();
  for (const { points } of wires) {
    const start = points[0];
    if (!start) continue;
    context.moveTo(start.x, start.y);
    for (let i = 1; i + 2 < points.length; i += 3) {
      const [a, b, c] = [points[i], points[i + 1], points[i + 2]];
      if (a && b && c) context.bezierCurveTo(a.x, a.y, b.x, b.y, c.x, c.y);
    }
  }
  context.stroke();
}

function paintHeads(context: Pen, wires: readonly Wire[], width: number): void {
  const half = 3 + width * 0.6;
  context.beginPath();
  for (const { points, tip } of wires) {
    const neck = points.at(-1) ?? tip;
    const length = Math.hypot(tip.x - neck.x, tip.y - neck.y) || 1;
    const [dx, dy] = [(tip.x - neck.x) / length, (tip.y - neck.y) / length];
    context.moveTo(tip.x, tip.y);
    context.lineTo(neck.x - dx - half * dy, neck.y - dy + half * dx);
    context.lineTo(neck.x - dx + half * dy, neck.y - dy - half * dx);
    context.closePath();
  }
  context.fill();
}

/** Paints the way of a finding over the wires it goes along, in the order and the direction it goes. */
export function paintWay(context: Pen, wires: readonly Wire[], palette: Palette, zoom: number): void {
  const width = Math.max(2.6 / zoom, 3.5);
  context.lineWidth = width + 2 / zoom;
  context.strokeStyle = palette.background;
  trace(context, wires);
  context.lineWidth = width;
  context.strokeStyle = context.fillStyle = palette.error;
  trace(context, wires);
  if (zoom > 0.12) paintHeads(context, wires, width);
}

/** A wire as Cytoscape knows it, to be found under the pointer: two ends, and control points relative to them. */
export interface Bend {
  readonly start: Point;
  readonly end: Point;
  readonly weights: readonly number[];
  readonly distances: readonly number[];
}

/**
 * Cytoscape joins quadratic pieces at the middles of its control points; a cubic piece is well met by two of them,
 * each with its control point three quarters along the cubic's own.
 */
export function bendOf(spline: readonly Point[]): Bend {
  const controls: Point[] = [];
  for (let i = 0; i + 3 < spline.length; i += 3) {
    const [a, b, c, d] = spline.slice(i, i + 4);
    if (a && b && c && d) controls.push(along(a, b), along(d, c));
  }
  const start = spline[0] ?? { x: 0, y: 0 };
  const end = spline.at(-1) ?? start;
  const dx = end.x - start.x;
  const dy = end.y - start.y;
  const squared = dx * dx + dy * dy || 1;
  const weights = controls.map((c) => ((c.x - start.x) * dx + (c.y - start.y) * dy) / squared);
  const distances = controls.map((c) => ((c.y - start.y) * dx - (c.x - start.x) * dy) / Math.sqrt(squared));
  return { start, end, weights, distances };
}

function along(from: Point, to: Point): Point {
  return { x: from.x + 0.75 * (to.x - from.x), y: from.y + 0.75 * (to.y - from.y) };
}
