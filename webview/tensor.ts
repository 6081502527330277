import { readStatistics, type Stats, statisticsDoubles, writeStatistics } from "../src/recording/stats";
import { short, fixed, shapeText } from "../src/recording/text";
import type { Value } from "../src/recording/value";
import { element } from "./dom";

const mostRows = 8;
const mostColumns = 8;
const mostOfVector = 36;
/** Room for a letter of a cell and around its text, in pixels. */
const letter = 6.7;
const around = 8;

/** A value as numbers on a heat map: blue for negative, red for positive, the sign printed in each. */
export function tensorView(value: Value, hue: "value" | "gradient"): HTMLElement {
  const all = value.data ?? value.stats.sample;
  const view = element("div", { class: `tensor ${hue}` });
  if (value.shape.length === 0 && value.data) {
    view.append(element("div", { class: "scalar mono" }, fixed(all[0] ?? NaN)));
    return view;
  }
  const columns = value.shape.at(-1) ?? 1;
  const isMatrix = value.shape.length > 1;
  view.append(isMatrix ? matrix(all, columns) : vector(all));
  const left = captionOf(
    value,
    isMatrix ? Math.min(all.length, mostRows * columns) : Math.min(all.length, mostOfVector),
  );
  if (left !== "") view.append(element("div", { class: "dim caption" }, left));
  const figures = figuresOf(value);
  if (figures.length > 0) {
    view.append(
      element(
        "dl",
        { class: "figures mono" },
        ...figures.map(([name, text]) => element("div", {}, element("dt", {}, name), element("dd", {}, text))),
      ),
    );
  }
  return view;
}

function vector(data: ArrayLike<number>): HTMLElement {
  const shown = Array.from({ length: Math.min(data.length, mostOfVector) }, (_, i) => data[i] ?? NaN);
  const most = largest(shown);
  const heat = element("div", { class: "heat vector mono" }, ...shown.map((x) => cell(x, most)));
  const widest = shown.reduce((widest, x) => Math.max(widest, short(x).length), 4);
  heat.style.setProperty("--cell", `${Math.ceil(widest * letter + around)}px`);
  return heat;
}

function matrix(data: ArrayLike<number>, columns: number): HTMLElement {
  const rows = Math.min(mostRows, Math.ceil(data.length / Math.max(1, columns)));
  const wide = Math.min(columns, mostColumns);
  const shown = Array.from({ length: rows }, (_, r) =>
    Array.from({ length: wide }, (_, c) => data[r * columns + c] ?? NaN),
  );
  const most = largest(shown.flat());
  const heat = element("div", { class: "heat mono" }, ...shown.flat().map((x) => cell(x, most)));
  heat.style.setProperty("--columns", String(wide));
  return heat;
}

function cell(x: number, most: number): HTMLElement {
  const of = element("div", { class: x < 0 ? "negative" : "positive", title: fixed(x) }, short(x));
  const heat = Number.isFinite(x) && most > 0 ? Math.abs(x) / most : 0;
  of.style.setProperty("--heat", `${Math.round(heat * 42)}%`);
  return of;
}

function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 0);
}

function captionOf(value: Value, shown: number): string {
  const total = value.shape.reduce((product, size) => product * size, 1);
  if (total === 0) return `no elements: ${shapeText(value.shape)}`;
  const columns = value.shape.at(-1) ?? 1;
  const cut = value.shape.length > 1 && columns > mostColumns;
  const rest = value.data ? "" : " · more was not recorded";
  if (shown >= total && !cut) return "";
  return cut
    ? `the first rows and columns of ${shapeText(value.shape)}${rest}`
    : `the first ${shown} of ${total}${rest}`;
}

/** Statistics of more than a few elements. */
function figuresOf(value: Value): (readonly [string, string])[] {
  const total = value.shape.reduce((product, size) => product * size, 1);
  if (total < 2) return [];
  const s = value.stats ?? measured(value.data);
  return [
    ["min", fixed(s.min)],
    ["max", fixed(s.max)],
    ["mean", fixed(s.mean)],
    ["std", fixed(s.std)],
    ["norm", fixed(s.norm)],
    ...(s.zeros > 0 ? [["zeros", String(s.zeros)] as const] : []),
    ...(s.nans > 0 ? [["NaN", String(s.nans)] as const] : []),
    ...(s.infs > 0 ? [["∞", String(s.infs)] as const] : []),
  ];
}

function measured(data: ArrayLike<number>): Stats {
  const room = new Float64Array(statisticsDoubles);
  writeStatistics(room, 0, Float64Array.from(data), 0, data.length);
  return readStatistics(room, data.length);
}
