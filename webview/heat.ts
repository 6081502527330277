import { placeText } from "../src/recording/indices";
import { fixed, short } from "../src/recording/text";
import { element, mark } from "./dom";

/** A part of a tensor as a grid of numbers. */
export interface Heat {
  readonly data: ArrayLike<number>;
  readonly shape: readonly number[];
  /** Flat indices of the rows' first elements, and how many elements a row shows. */
  readonly rows: readonly number[];
  readonly columns: number;
  /** The largest size among all that the colours are to compare. */
  readonly most: number;
  /** The element that is looked at. */
  readonly chosen?: number;
  /** Elements that are part of what is explained. */
  readonly lit?: ReadonlySet<number>;
  /** Makes each cell a button. */
  readonly choose?: (element: number) => void;
  /** Takes the arrow keys, Home and End instead: by how many rows and columns, ±∞ for all the way. */
  readonly walk?: (rows: number, columns: number) => void;
  /** What the cells are of, for screen readers. */
  readonly name: string;
  /** How a number is written; `short` unless told. */
  readonly write?: (x: number) => string;
}

/** Room for a letter of a cell and around its text, in pixels. */
const letter = 6.7;
const around = 8;

/** How wide a cell must be for a text, in pixels. */
export function cellWidth(text: string): number {
  return Math.ceil(Math.max(4, text.length) * letter + around);
}

/** Numbers as cells: blue for negative, red for positive, the stronger the larger, and the sign printed in each. */
export function heatMap(heat: Heat): HTMLElement {
  const isVector = heat.rows.length === 1;
  const box = element("div", {
    class: `heat mono${isVector ? " vector" : ""}`,
    role: "group",
    "aria-label": heat.name,
  });
  const write = heat.write ?? short;
  const cells: HTMLElement[] = [];
  let widest = "";
  for (const start of heat.rows)
    for (let c = 0; c < heat.columns; c++) {
      const at = start + c;
      const x = heat.data[at] ?? NaN;
      const text = write(x);
      if (text.length > widest.length) widest = text;
      cells.push(cell(heat, at, x, text));
    }
  box.append(...cells);
  if (isVector) box.style.setProperty("--cell", `${cellWidth(widest)}px`);
  else box.style.setProperty("--columns", String(heat.columns));
  if (heat.choose) walkable(box, cells, heat.walk);
  return box;
}

function cell(heat: Heat, at: number, x: number, text: string): HTMLElement {
  const { choose } = heat;
  const place = `[${placeText(heat.shape, at)}]`;
  const sign = Number.isNaN(x) ? "none" : x < 0 || Object.is(x, -0) ? "negative" : "positive";
  const of = element(
    choose ? "button" : "div",
    {
      class: sign,
      title: `${place} ${fixed(x)}`,
      ...(choose ? { type: "button", "aria-label": `${place} ${text}` } : {}),
    },
    text,
  );
  const share = Number.isFinite(x) && heat.most > 0 ? Math.abs(x) / heat.most : Number.isNaN(x) ? 0 : 1;
  of.style.setProperty("--heat", `${Math.round(share * 42)}%`);
  if (heat.lit?.has(at)) of.classList.add("lit");
  if (heat.chosen === at) of.classList.add("chosen");
  if (choose) {
    mark(of, "aria-pressed", String(heat.chosen === at));
    of.tabIndex = at === (heat.chosen ?? heat.rows[0]) ? 0 : -1;
    of.addEventListener("click", () => choose(at));
  }
  return of;
}

const ways: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  Home: [0, -Infinity],
  End: [0, Infinity],
};

/** Keys go from cell to cell, or as `walk` says. */
function walkable(box: HTMLElement, cells: readonly HTMLElement[], walk: Heat["walk"]): void {
  box.addEventListener("keydown", (event) => {
    const way = ways[event.key];
    const at = cells.findIndex((each) => each === document.activeElement);
    if (way === undefined || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    const [rows, columns] = way;
    // A vector wraps as wide as there is room.
    const across = cells.filter((each) => each.offsetTop === cells[0]?.offsetTop).length;
    if (walk) walk(box.matches(".vector") ? 0 : rows, box.matches(".vector") ? columns + rows * across : columns);
    else cells[Math.max(0, Math.min(cells.length - 1, at + rows * across + columns))]?.focus();
  });
}

/** The largest size among finite numbers. */
export function largest(data: ArrayLike<number>): number {
  let most = 0;
  for (let k = 0; k < data.length; k++) {
    const size = Math.abs(data[k] ?? 0);
    if (Number.isFinite(size) && size > most) most = size;
  }
  return most;
}

/** A part of a tensor: flat indices of the first element of each row, how many of each, and whether more is around. */
export interface Part {
  readonly rows: readonly number[];
  readonly columns: number;
  readonly cut: boolean;
}

/**
 * A small window on a tensor, all its dimensions but the last taken as rows: around an element, or where it was before
 * as long as the element is in it.
 */
export function windowOn(
  shape: readonly number[],
  around: number,
  mostRows: number,
  mostColumns: number,
  before?: Part,
): Part {
  const size = shape.at(-1) ?? 1;
  const total = shape.reduce((a, b) => a * b, 1);
  if (total === 0) return { rows: [], columns: 0, cut: false };
  const isVector = shape.length < 2;
  const columns = Math.min(size, isVector ? mostRows * mostColumns : mostColumns);
  const count = total / size;
  const rows = isVector ? 1 : Math.min(count, mostRows);
  const [from] = before?.rows ?? [];
  const first = scrolled(Math.floor(around / size), rows, count, from === undefined ? from : Math.floor(from / size));
  const left = scrolled(around % size, columns, size, from === undefined ? from : from % size);
  return {
    rows: Array.from({ length: rows }, (_, r) => (first + r) * size + left),
    columns,
    cut: columns < size || rows < count,
  };
}

/** Where a window of `room` places among `size` begins that holds the place `at`. */
function scrolled(at: number, room: number, size: number, before = at - Math.floor(room / 2)): number {
  return Math.max(0, Math.min(Math.max(at - room + 1, Math.min(before, at)), size - room));
}
