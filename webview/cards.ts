import type { Severity } from "../src/recording/finding";
import type { Owner } from "../src/recording/joined";
import { paintChevron } from "./chevron";
import type { Pen } from "./pen";
import type { Hue, Palette } from "./theme";

/** One line of a card: what it is, and what it says. */
export interface Row {
  readonly label: string;
  readonly text: string;
  readonly hue: Hue | "dim";
  readonly strong: boolean;
}

/** What a node's card shows at a moment. */
export interface Face {
  readonly title: string;
  /** A name from the source stands upright and bold; an op that nobody named is italic. */
  readonly named: boolean;
  /** The op's sign in its circle; "" for a leaf. */
  readonly symbol: string;
  /** The shape, and "leaf". */
  readonly note: string;
  readonly rows: readonly Row[];
  readonly toCome: boolean;
  /** What has come to it so far, for where nothing of it can be read. */
  readonly reached: "value" | "gradient";
  /** What the current step did to it. */
  readonly touched: Hue | null;
  /** Whether it is the one node that the current step is about. */
  readonly current: boolean;
  /** How it differs from the run beside this one: "Δ −2.7000", "Δ 3 inside"; "" for no difference. */
  readonly apart: string;
  /** Who has it of the two runs that are compared. */
  readonly owner: Owner;
  /** Whether it stands for a group of nodes that can be opened. */
  readonly folded: boolean;
}

/** Where a card stands in the graph's own coordinates. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** How a card is picked out by the person rather than by the step. */
export interface Picked {
  readonly selected: boolean;
  readonly marked: boolean;
  /** How much what was found here matters, null for nothing. */
  readonly found: Severity | null;
}

/** How much of a card can be read at a zoom. */
export type Detail = "far" | "middle" | "near";

/** The measures that card sizes in recording/graph.ts are made for. */
export const metrics = { title: 28, row: 16, padding: 12, radius: 7, titleFont: 13, rowFont: 11 } as const;

/** What can be read at `zoom`. */
export function detailAt(zoom: number): Detail {
  if (zoom >= 0.5) return "near";
  return zoom >= 0.16 ? "middle" : "far";
}

/** Paints one card; the context is in the graph's coordinates. */
export function paintCard(context: Pen, box: Box, face: Face, picked: Picked, palette: Palette, zoom: number): void {
  const detail = detailAt(zoom);
  paintFrame(context, box, face, picked, palette, zoom);
  context.textBaseline = "alphabetic";
  if (detail === "middle") paintName(context, box, face, palette, zoom);
  else if (detail === "near") paintRows(context, box, face, palette);
  if (picked.found === "error" || picked.found === "warning") paintFound(context, box, picked.found, palette, zoom);
}

/** How far a finding's sign reaches out of its card, at zoom 1. */
export const signRoom = 9;

/** The sign of a finding on the corner of a card: an octagon for an error, a triangle for a warning. */
function paintFound(context: Pen, { x, y }: Box, severity: "error" | "warning", palette: Palette, zoom: number): void {
  const size = signRoom * Math.max(1, Math.min(3, 0.6 / zoom));
  const corners = severity === "error" ? 8 : 3;
  const turn = severity === "error" ? Math.PI / 8 : -Math.PI / 2;
  const middle = { x: x + 1, y: y + (severity === "error" ? 1 : 2) };
  context.beginPath();
  for (let k = 0; k < corners; k++) {
    const angle = turn + (2 * Math.PI * k) / corners;
    context.lineTo(middle.x + size * Math.cos(angle), middle.y + size * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = palette[severity];
  context.strokeStyle = palette.background;
  context.lineWidth = 1.5;
  context.fill();
  context.stroke();
  context.font = font(size * 1.35, true, palette);
  context.fillStyle = palette.background;
  context.textAlign = "center";
  context.fillText("!", middle.x, middle.y + size * 0.48);
  context.textAlign = "left";
}

function paintFrame(
  context: Pen,
  { x, y, width, height }: Box,
  face: Face,
  picked: Picked,
  palette: Palette,
  zoom: number,
): void {
  const hue = face.touched ? palette[face.touched] : null;
  const thin = Math.max(1, 0.75 / zoom);
  if (face.folded) paintStack(context, { x, y, width, height }, palette, thin);
  context.beginPath();
  context.roundRect(x, y, width, height, metrics.radius);
  context.fillStyle = palette.card;
  context.fill();
  if (detailAt(zoom) === "far" && !face.toCome) tint(context, hue ?? palette[face.reached], hue ? 0.9 : 0.4);
  else if (hue && face.current && !palette.highContrast) tint(context, hue, 0.16);
  if (face.owner === "there") paintHatch(context, { x, y, width, height }, palette, thin);
  context.beginPath();
  context.roundRect(x, y, width, height, metrics.radius);
  context.setLineDash(face.owner === "there" ? dotted(thin) : face.toCome ? [5 * thin, 4 * thin] : []);
  context.strokeStyle = hue ?? (face.owner === "both" ? palette.border : palette.foreground);
  context.lineWidth = hue ? 2.5 * thin : thin;
  context.stroke();
  if (face.owner === "here") {
    const gap = 3 * thin;
    context.beginPath();
    context.roundRect(x + gap, y + gap, width - 2 * gap, height - 2 * gap, metrics.radius - gap / 2);
    context.stroke();
  }
  context.setLineDash([]);
  if (picked.selected || picked.marked) outline(context, { x, y, width, height }, picked, palette, thin);
}

/** The line around what only the other run has, and of its wires. */
export function dotted(unit: number): number[] {
  return [7 * unit, 3 * unit, 1.5 * unit, 3 * unit];
}

/** Slanted lines all over a card that is not there in this run. */
function paintHatch(context: Pen, { x, y, width, height }: Box, palette: Palette, thin: number): void {
  const apart = 9 * thin;
  context.beginPath();
  for (let from = apart; from < width + height; from += apart) {
    // Down to the left, from the upper or the right edge to the left or the lower one.
    const [right, left] = [Math.min(from, width), Math.max(0, from - height)];
    context.moveTo(x + right, y + from - right);
    context.lineTo(x + left, y + from - left);
  }
  context.globalAlpha = palette.highContrast ? 0.45 : 0.6;
  context.strokeStyle = palette.border;
  context.lineWidth = thin;
  context.stroke();
  context.globalAlpha = 1;
}

/** The edges of further cards behind a card that stands for several. */
function paintStack(context: Pen, box: Box, palette: Palette, thin: number): void {
  context.fillStyle = palette.card;
  context.strokeStyle = palette.border;
  context.lineWidth = thin;
  for (const by of [6, 3]) {
    context.beginPath();
    context.roundRect(box.x + by, box.y + by, box.width, box.height, metrics.radius);
    context.fill();
    context.stroke();
  }
}

/** Dims a card that is painted. */
export function veil(context: Pen, box: Box, palette: Palette): void {
  context.globalAlpha = 0.6;
  context.fillStyle = palette.background;
  context.fillRect(box.x - 2, box.y - 2, box.width + 10, box.height + 10);
  context.globalAlpha = 1;
}

/** Who has a card of two compared runs, in words. */
export const owners = { both: "", here: "only here", there: "only there" } as const;

/** What stands for a value that is still to come. */
export const toCome = "—";

function tint(context: Pen, color: string, strength: number): void {
  context.globalAlpha = strength;
  context.fillStyle = color;
  context.fill();
  context.globalAlpha = 1;
}

function outline(context: Pen, box: Box, picked: Picked, palette: Palette, thin: number): void {
  const gap = 4 * thin;
  context.beginPath();
  context.roundRect(box.x - gap, box.y - gap, box.width + 2 * gap, box.height + 2 * gap, metrics.radius + gap);
  context.strokeStyle = picked.selected ? palette.focus : palette.foreground;
  context.lineWidth = 1.5 * thin;
  if (!picked.selected) context.setLineDash([2 * thin, 3 * thin]);
  context.stroke();
  context.setLineDash([]);
}

/** Only the name, large enough to read from this far; in two lines where one is too long. */
function paintName(context: Pen, { x, y, width, height }: Box, face: Face, palette: Palette, zoom: number): void {
  const size = Math.min(height * 0.42, 11 / zoom);
  const text = face.named || face.symbol === "" ? face.title : `${face.symbol} ${face.title}`;
  context.font = font(size, face.named, palette);
  context.fillStyle = face.toCome ? palette.dim : palette.foreground;
  context.textAlign = "center";
  const room = width - metrics.padding;
  const lines = widthOf(context, text) <= room ? [text] : halves(text);
  const first = y + height / 2 + size * (0.35 - 0.55 * (lines.length - 1));
  lines.forEach((line, k) => context.fillText(fit(context, line, room), x + width / 2, first + 1.1 * size * k));
  context.textAlign = "left";
}

/** A name in two lines, as even as the places where it can be parted let it be; in one where there is none. */
function halves(text: string): string[] {
  let best = 0;
  for (const { index } of text.matchAll(/ |(?<=\w)[([.]|(?<=_)/g))
    if (index > 0 && Math.abs(index - text.length / 2) < Math.abs(best - text.length / 2)) best = index;
  return best === 0 ? [text] : [text.slice(0, best), text.slice(best).trimStart()];
}

function paintRows(context: Pen, box: Box, face: Face, palette: Palette): void {
  const { x, y, width } = box;
  const hue = face.touched ? palette[face.touched] : null;
  const right = x + width - metrics.padding;
  const base = y + metrics.title / 2 + 4.5;
  let left = x + metrics.padding;
  if (face.folded) {
    paintChevron(context, left + 5, y + metrics.title / 2, false, palette);
    left += 18;
  } else if (face.symbol !== "") {
    paintSymbol(context, left + 6, y + metrics.title / 2, face, palette);
    left += 22;
  }
  context.font = font(metrics.rowFont, false, palette);
  context.fillStyle = palette.dim;
  const note = face.apart === "" ? face.note : face.apart;
  if (face.apart !== "") {
    context.font = font(metrics.rowFont, true, palette);
    context.fillStyle = palette.foreground;
  }
  const noteWidth = widthOf(context, note);
  context.fillText(note, right - noteWidth, base);
  context.font = font(metrics.titleFont, face.named, palette, !face.named);
  context.fillStyle = face.toCome ? palette.dim : palette.foreground;
  context.fillText(fit(context, face.title, right - noteWidth - 8 - left), left, base);
  if (face.rows.length === 0) return;

  context.fillStyle = hue && face.current ? hue : palette.border;
  context.globalAlpha = hue && face.current ? 0.35 : 1;
  context.fillRect(x + 0.5, y + metrics.title, width - 1, 1);
  context.globalAlpha = 1;
  context.font = font(metrics.rowFont, false, palette);
  const letter = widthOf(context, "0");
  const labels = Math.max(0, ...face.rows.map((row) => row.label.length));
  face.rows.forEach((row, i) => {
    const at = y + metrics.title + metrics.row * (i + 1) + 0.5;
    const waiting = row.text === toCome;
    context.font = font(metrics.rowFont, row.strong, palette);
    context.fillStyle = waiting ? palette.dim : palette[row.hue];
    const from = x + metrics.padding;
    if (row.label !== "") context.fillText(row.label, from, at);
    // "∂" alone stands before its value; longer labels make a column.
    const after = row.label === "" ? from : from + letter * (labels === 1 ? 1.6 : labels + 1);
    context.fillText(fit(context, row.text, right + 4 - after), after, at);
  });
}

function paintSymbol(context: Pen, x: number, y: number, face: Face, palette: Palette): void {
  const lit = face.current ? face.touched : null;
  context.beginPath();
  context.arc(x, y, 9, 0, 2 * Math.PI);
  context.fillStyle = lit ? palette[lit] : palette.dim;
  context.globalAlpha = lit ? 1 : 0.28;
  context.fill();
  context.globalAlpha = 1;
  const size = face.symbol.length > 2 ? 8 : face.symbol.length > 1 ? 10 : 12;
  context.font = font(size, true, palette);
  context.fillStyle = lit ? palette.background : face.toCome ? palette.dim : palette.foreground;
  context.textAlign = "center";
  context.fillText(face.symbol, x, y + size * 0.36);
  context.textAlign = "left";
}

function font(size: number, bold: boolean, palette: Palette, italic = false): string {
  return `${italic ? "italic " : ""}${bold ? "600 " : ""}${size}px ${palette.mono}`;
}

const widths = new Map<string, number>();

function widthOf(context: Pen, text: string): number {
  const key = `${context.font} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 20_000) widths.clear();
    width = context.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** `text`, cut with an ellipsis where it is wider than `room`. */
function fit(context: Pen, text: string, room: number): string {
  const width = widthOf(context, text);
  if (width <= room) return text;
  return `${text.slice(0, Math.max(0, Math.floor((text.length * room) / width) - 1))}…`;
}
